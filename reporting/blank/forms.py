"""A region's blank workbook: uploaded, and its places put right by hand."""

from collections.abc import Iterable
from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError

from jianxi.ledger.package import Unreadable
from reporting.blank.places import Places, faults, guess, is_column, is_place, outside
from reporting.blank.reading import MOST_COLUMNS, MOST_ROWS, open_blank, sheet_of
from reporting.definitions import FormDefinition
from reporting.year.forms import WorkbookField

ROWS_TOLD = 10


class BlankFileForm(forms.Form):
    file = WorkbookField(
        label="空白表（xlsx）",
        help_text="不带宏、没有密码；表内的样式、合并单元格和公式都会保留，文本框等图形不保留。",
    )

    def __init__(self, *args, definition: FormDefinition, **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = definition

    def clean_file(self):
        """Sets `sheet`: the one in which most of the form's columns are found."""
        file = self.cleaned_data["file"]
        try:
            sheets = open_blank(file).worksheets
        except Unreadable as error:
            raise ValidationError(f"{error}。") from error
        found = {sheet.title: self._columns(sheet) for sheet in sheets}
        self.sheet = max(found, key=found.get)
        if not found[self.sheet]:
            raise ValidationError(
                f"没有认出任何一项指标，没有保存：表头里应有《{self.definition.title}》的栏号或指标名称。"
            )
        file.seek(0)
        return file

    def _columns(self, sheet) -> int:
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            return 0
        return len([c for c in guess(sheet, self.definition).columns.values() if c])


def told_outside(rows: list[str]) -> str:
    some = "、".join(rows[:ROWS_TOLD]) + ("等" if len(rows) > ROWS_TOLD else "")
    return (
        f"第 {some} 行印着单位名称，却不在所填的各行里，这些单位会出现两次。"
        "请把行数改到包括它们，或在空白表里删去它们。"
    )


class PlacesForm(forms.Form):
    """Where figures go in the sheet `sheet` of a workbook that was uploaded."""

    unit = forms.CharField(label="单位名称在哪一列", max_length=3)
    first_row = forms.IntegerField(label="单位从第几行起", min_value=1, max_value=MOST_ROWS)
    last_row = forms.IntegerField(
        label="到第几行止",
        min_value=1,
        max_value=MOST_ROWS,
        help_text="合计行以前。行不够时在这一行下面照样加行。",
    )
    total_row = forms.IntegerField(
        label="合计在第几行",
        min_value=1,
        max_value=MOST_ROWS,
        required=False,
        help_text="没有合计行的留空；合计行里的公式保留，不填数。",
    )
    period = forms.CharField(
        label="统计期写在哪一格",
        max_length=7,
        required=False,
        help_text="如 A2；格里的“年 月”会换成报表的月份。没有的留空。",
    )

    def __init__(
        self,
        *args,
        content: BytesIO,
        sheet: str,
        form: FormDefinition,
        names: Iterable[str],
        **kwargs,
    ):
        """`names`: of the units that are to be filled in. Raises Unreadable for a sheet that is not
        there."""
        super().__init__(*args, **kwargs)
        self.names = list(names)
        self.sheet = sheet_of(open_blank(content), sheet)
        self.codes = {f"column_{code}": code for code in form.by_code}
        self.labels = {
            f"detail_{n}": label for n, label in enumerate((*form.heading, *form.footer))
        }
        for name, code in self.codes.items():
            self.fields[name] = forms.CharField(
                label=f"{code} {form.by_code[code].label}", max_length=3
            )
        for name, label in self.labels.items():
            self.fields[name] = forms.CharField(
                label=f"{label}在哪一格", max_length=7, required=False
            )

    @staticmethod
    def initial_of(places: Places, form: FormDefinition) -> dict:
        labels = (*form.heading, *form.footer)
        return {
            "unit": places.unit,
            "first_row": places.first_row,
            "last_row": places.last_row,
            "total_row": places.total_row,
            "period": places.period,
            **{f"column_{code}": places.columns.get(code, "") for code in form.by_code},
            **{f"detail_{n}": places.details.get(label, "") for n, label in enumerate(labels)},
        }

    def clean(self):
        found = self.cleaned_data
        for name in ("unit", *self.codes):
            self._upper(name, is_column, "请填列的字母，如 B。")
        for name in ("period", *self.labels):
            if found.get(name):
                self._upper(name, lambda text: is_place(text, MOST_ROWS), "请填一格，如 A2。")
        if not self.errors:
            fields = {f"column {code}": name for name, code in self.codes.items()}
            fields |= {f"detail {label}": name for name, label in self.labels.items()}
            for name, why in faults(self.sheet, self.places()).items():
                self.add_error(fields.get(name, name), why)
            rows = [] if self.errors else outside(self.sheet, self.places(), self.names)
            if rows:
                self.add_error("last_row", told_outside(rows))
        return found

    def _upper(self, name: str, is_fit, otherwise: str):
        text = self.cleaned_data.get(name)
        if text is None:
            return
        self.cleaned_data[name] = text.strip().upper()
        if not is_fit(self.cleaned_data[name]):
            self.add_error(name, otherwise)

    def places(self) -> Places:
        found = self.cleaned_data
        return Places(
            unit=found["unit"],
            first_row=found["first_row"],
            last_row=found["last_row"],
            total_row=found["total_row"],
            period=found["period"],
            columns={code: found[name] for name, code in self.codes.items()},
            details={label: found[name] for name, label in self.labels.items() if found[name]},
        )
