"""What is entered for a year: targets, lists of key enterprises, who an enterprise is, texts."""

from collections.abc import Iterable, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jianxi.files import XLSX, check
from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.ledger.cells import Unfit, shown
from jianxi.workflow import TransitionRefused
from regions.models import District
from reporting.periods import InvalidPeriod, Period
from reporting.year.meanwhile import MovedOn, texts_of, version_of
from reporting.year.tables import Faulty, read, whole_number
from reporting.year.targets import LARGEST, Column

MEGABYTES = 5
TOTALS = {"合计", "全市", "总计"}  # rows that add up, not units
FAULTS_SHOWN = 20
UNIT = "区县"


def name_of(unit: District, key: str) -> str:
    return f"{unit.key}.{key}"


def reason_field():
    return forms.CharField(
        label="调整事由",
        required=False,
        max_length=200,
        help_text="写明依据的文件或原因。已有目标的调整须填写；第一次填写可以不填。",
    )


class TargetsForm(forms.Form):
    """A table of targets: a row for each unit, a field for each column. `seen` is the version the
    officer had before the eyes."""

    def __init__(
        self,
        *args,
        units: Iterable[District],
        columns: Iterable[Column],
        kept: Mapping,
        seen: str,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.units, self.columns = list(units), list(columns)
        for unit in self.units:
            for column in self.columns:
                label = f"{unit.name}：{column.label}"
                self.fields[name_of(unit, column.key)] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=LARGEST,
                    initial=kept.get((unit.pk, column.key)),
                    widget=forms.TextInput(
                        attrs={"inputmode": "numeric", "class": "num", "aria-label": label}
                    ),
                )
        self.fields["reason"] = reason_field()
        self.fields["seen"] = forms.CharField(
            required=False, initial=seen, widget=forms.HiddenInput
        )

    def values(self) -> dict[tuple[int, str], int | None]:
        return {
            (unit.pk, column.key): self.cleaned_data[name_of(unit, column.key)]
            for unit in self.units
            for column in self.columns
        }

    def rows(self) -> list[dict]:
        return [
            {"unit": unit, "cells": [self[name_of(unit, column.key)] for column in self.columns]}
            for unit in self.units
        ]


class WorkbookField(forms.FileField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", "xlsx 文件")
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".xlsx"}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file:
            check(file, types={XLSX}, megabytes=MEGABYTES)
        return file


def told(error: Faulty) -> ValidationError:
    """All faults at once, as far as anybody reads; before several how many they are, which is what
    the summary above the form repeats."""
    faults, number = error.faults, len(error.faults)
    if number > 1:
        head = f"表里有 {number} 处需要改正，逐处列在文件这一项下面"
        head += f"（先列前 {FAULTS_SHOWN} 处）。" if number > FAULTS_SHOWN else "。"
        faults = [head, *faults[:FAULTS_SHOWN]]
    return ValidationError(faults)


class TargetsFileForm(forms.Form):
    file = WorkbookField(help_text="列名与下载的表相同；没有的列不改，空着的格清空那一项目标。")
    reason = reason_field()

    def __init__(self, *args, units: Iterable[District], columns: Iterable[Column], **kwargs):
        super().__init__(*args, **kwargs)
        self.columns = list(columns)
        self.by_name = {name: unit for unit in units for name in (unit.official_name, unit.name)}

    def values(self) -> dict[tuple[int, str], int | None]:
        """Raises Unreadable, or Faulty with every fault by its cell."""
        rows = read(self.cleaned_data["file"], [UNIT], [column.label for column in self.columns])
        values, faults, met = {}, [], set()
        for row in rows:
            name = "".join(str(row.cells[UNIT]).split())
            unit = self.by_name.get(name)
            if name in TOTALS:
                continue
            if unit is None:
                faults.append(f"{row.place(UNIT)}：没有“{shown(name)}”这个单位")
                continue
            if unit.pk in met:
                faults.append(f"{row.place(UNIT)}：{unit.name}有两行")
            met.add(unit.pk)
            for column in self.columns:
                if column.label in row.cells:
                    try:
                        values[unit.pk, column.key] = whole_number(row, column.label, LARGEST)
                    except Unfit as fault:
                        faults.append(str(fault))
        if not values and not faults:
            faults = ["没有读到任何目标，请核对列名与下载的表是否相同"]
        if faults:
            raise Faulty(faults)
        return values


class EnterprisesForm(forms.Form):
    """A list of key enterprises as a department hands it in."""

    list_name = forms.CharField(label="名单名称", max_length=80)
    file = WorkbookField(
        help_text="三列：名称、统一社会信用代码、区县；后两列可以空着。同一名单里同名的企业更新，其余新增。"
    )

    def __init__(self, *args, names: Iterable[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.names = list(names)
        self.fields["list_name"].widget.attrs["list"] = "list-names"

    def clean_list_name(self) -> str:
        try:
            return clean_text(self.cleaned_data["list_name"])
        except InvalidIdentifier as error:
            raise ValidationError(str(error)) from error


class MatchForm(forms.Form):
    """Who an enterprise of a list is, said by hand: a unit known in the region, by its code."""

    uscc = forms.CharField(
        label="统一社会信用代码或单位全称",
        max_length=120,
        required=False,
        help_text="填本地区已登记单位的代码或全称；留空则取消对应。",
    )


class DraftForm(forms.Form):
    """Which month a bulletin is drafted for."""

    period = forms.CharField(
        label="月份",
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "2026-09", "inputmode": "numeric"}),
    )

    def clean_period(self) -> Period:
        try:
            period = Period.parse(self.cleaned_data["period"].strip())
        except InvalidPeriod as error:
            raise ValidationError(str(error)) from error
        if period.end >= timezone.localdate():
            raise ValidationError("这个月还没有结束，结束以后才能起草通报。")
        return period


class SeenForm(forms.Form):
    """Words that others may change meanwhile; `seen` is the version that was before the eyes."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def ask_again(self, refusal: TransitionRefused, row):
        """What was typed stays, and is kept when it is sent once more, over the `row` as it is now.
        Where nothing was typed, what somebody else wrote there stands."""
        self.add_error(None, str(refusal))
        self.data = self.data.copy()
        self.data["seen"] = version_of(row)
        now = texts_of(row)
        before = refusal.before if isinstance(refusal, MovedOn) else {}
        for name, text in before.items():
            if self.data.get(name, "").splitlines() == text.splitlines():
                self.data[name] = now.get(name, "")


class BulletinForm(SeenForm):
    title = forms.CharField(label="标题", max_length=120)
    text = forms.CharField(
        label="正文", max_length=20_000, widget=forms.Textarea(attrs={"rows": 14})
    )


class AnnualForm(SeenForm):
    """A field for each section of the year-end report."""

    def __init__(self, *args, sections: Mapping[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        for key, label in sections.items():
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 5}),
            )
        self.sections = list(sections)

    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data[key] for key in self.sections}
