"""Correcting a record, and entering one by hand.

A form holds what the database holds: its constraints are judged with the form and told at their
field, in the words they carry; what only the database can decide (a race, another region, an
exclusion) is told in the same words. A correction needs a reason, which stays in the history. Whoever was
overtaken by a colleague is shown what changed and keeps what was typed.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.db.models.constraints import BaseConstraint
from django.forms.models import construct_instance
from django.shortcuts import redirect, render
from django.utils import timezone

from jianxi.history import acting, changed, changes, version
from jianxi.identifiers import InvalidIdentifier, clean_text, normalise
from jianxi.records import Masking
from jianxi.templatetags.ui import words

NONE = "（空）"  # of a choice that may be left open
KEY = "number"  # by which the ledger finds a record again, however it is typed
EARLIEST = date(1900, 1, 1)
EMPTIED = "无"  # typed into a masked field to empty it
CLASH = "与现有记录冲突，没有保存。请刷新页面，核对后再试。"


class RecordForm(forms.ModelForm):
    """A record's columns as fields.

    `section`: its title on the page. `at`: constraint → the field its violation is told at.
    `past`: facts, which cannot lie in the future. `not_negative`: amounts. `also`: other models that saving writes to.
    Masked columns are never shown: left blank they stay as they are.
    """

    section = ""
    at: dict[str, str] = {}
    past: tuple[str, ...] = ()
    not_negative: tuple[str, ...] = ()
    also: tuple[type[models.Model], ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = _values(self.instance)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [(key, label if key else NONE) for key, label in field.choices]
        for name in self.masked_fields():
            self.initial[name] = ""
            field, masked = self.fields[name], self.instance.masked(name)
            if not masked:
                continue
            field.required = False
            emptied = f"，填“{EMPTIED}”清空" if self.instance._meta.get_field(name).blank else ""
            field.help_text = f"现为 {masked}，留空不改{emptied}。{field.help_text}"
            field.widget.attrs["autocomplete"] = "off"

    def masked_fields(self) -> list[str]:
        personal = self.instance.PERSONAL if isinstance(self.instance, Masking) else {}
        return [name for name in personal if name in self.fields]

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                with self.told_at(name):
                    text = clean_text(value)
                    self.cleaned_data[name] = normalise(text) if name == KEY else text

    @contextmanager
    def told_at(self, name: str):
        """What a check inside finds wrong is told at the field."""
        try:
            yield
        except InvalidIdentifier as fault:
            self.add_error(name, str(fault))

    def clean(self):
        cleaned = super().clean()
        for name in self.masked_fields():
            if name not in cleaned:
                continue
            if cleaned[name] in (None, ""):
                cleaned[name] = getattr(self.instance, name)
            elif cleaned[name] == EMPTIED and self.instance._meta.get_field(name).blank:
                cleaned[name] = ""
        today = timezone.localdate()
        for name in self.past:
            if cleaned.get(name) and cleaned[name] > today:
                label = self.fields[name].label
                self.add_error(name, f"{label}不能晚于今天（{today:%Y-%m-%d}）。")
        for name, value in list(cleaned.items()):
            label = self.fields[name].label if name in self.fields else name
            if name in self.not_negative and value is not None and value < 0:
                self.add_error(name, f"{label}不能为负数。")
            if isinstance(value, date) and value < EARLIEST:
                self.add_error(name, f"{label}的年份不对，请核对。")
        return cleaned

    def _post_clean(self):
        """As Django does, but with every constraint judged on the whole row and told at its field."""
        self.instance = construct_instance(self, self.instance, self._meta.fields)
        try:
            self.instance.full_clean(
                exclude=self._get_validation_exclusions(),
                validate_unique=False,
                validate_constraints=False,
            )
        except ValidationError as faults:
            self._update_errors(faults)
        # Checks first: what is unsound in itself is not compared with other rows.
        for judge in (
            lambda: self._judge(models.CheckConstraint),
            self.judge,
            lambda: self._judge(models.UniqueConstraint),
        ):
            if not self.errors:
                judge()

    def judge(self):
        """What a form has to say of a row that is sound in itself."""

    def _judge(self, kind: type[BaseConstraint]):
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, kind):
                try:
                    constraint.validate(type(self.instance), self.instance)
                except ValidationError as fault:
                    self.add_error(self.at.get(constraint.name), fault.messages)

    def save(self, commit=True):
        """Write the columns that changed."""
        if self.instance._state.adding:
            self.instance.save()
        elif self.changed_columns():
            self.instance.save(update_fields=self.changed_columns())
        return self.instance

    def changed_columns(self) -> list[str]:
        """What is not written is not encrypted anew, and leaves no version of its own."""
        return [
            name for name, value in _values(self.instance).items() if value != self.before[name]
        ]

    def blame(self, error: IntegrityError) -> bool:
        """Tell a violation that the database found, if it is one this form can cause."""
        violated = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for constraint in [c for m in (self.instance, *self.also) for c in m._meta.constraints]:
            if constraint.name == violated:
                self.add_error(self.at.get(violated), constraint.get_violation_error_message())
                return True
        return False


def _values(row: models.Model) -> dict[str, object]:
    return {column.name: getattr(row, column.attname) for column in row._meta.concrete_fields}


class ReasonForm(forms.Form):
    """Why something is corrected, and the versions the correction was begun from."""

    section = "更正事由"
    reason = forms.CharField(
        label="更正事由",
        min_length=2,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如：台账录入有误。会留在办理过程里。",
    )
    version = forms.RegexField(r"^[0-9]{1,18}(-[0-9]{1,18}){0,3}$", widget=forms.HiddenInput)

    def clean_reason(self):
        try:
            return clean_text(self.cleaned_data["reason"])
        except InvalidIdentifier as fault:
            raise ValidationError(str(fault)) from fault


# --- Pages


def correct(request, parts: list[tuple[Callable, models.Model]], *, title: str, back: str):
    """The page that corrects a record: its forms (a RecordForm, or what makes one), each with the
    row it is about, and a reason.

    `back`: where the record is shown. Answers 409 to who was overtaken, 422 to faults.
    """
    if request.method != "POST":
        rows = [row for _, row in parts]
        sheets = [form(instance=row) for form, row in parts]
        return _page(request, title, back, sheets, ReasonForm(initial={"version": version(*rows)}))

    rows = [type(row).objects.select_for_update(of=("self",)).get(pk=row.pk) for _, row in parts]
    data = request.POST.copy()
    reason = ReasonForm(data)
    overtaken = []
    if reason.is_valid() and reason.cleaned_data["version"] != version(*rows):
        seen = reason.cleaned_data["version"].split("-")
        for (form, _), row, pk in zip(parts, rows, seen, strict=False):
            overtaken += _merge(form, row, int(pk), data)
        data["version"] = version(*rows)
        reason = ReasonForm(data)
    sheets = [form(data, instance=row) for (form, _), row in zip(parts, rows)]
    valid = all(sheet.is_valid() for sheet in [*sheets, reason])
    if overtaken:
        return _page(request, title, back, sheets, reason, overtaken, status=409)
    if valid and not any(sheet.has_changed() for sheet in sheets):
        messages.info(request, "没有改动，没有保存。")
        return redirect(back)
    if valid and write(sheets, request.user, f"更正：{reason.cleaned_data['reason']}"):
        messages.success(request, "更正已保存。")
        return redirect(back)
    return _page(request, title, back, sheets, reason, status=422)


def enter(
    request, form: Callable[..., RecordForm], row: models.Model, *, title: str, back: str, opens
):
    """The page that enters a new record by hand; `opens(row)` gives the record's address."""
    sheet = form(request.POST or None, instance=row)
    if request.method != "POST":
        return _page(request, title, back, [sheet])
    if sheet.is_valid() and write([sheet], request.user, "手工登记"):
        messages.success(request, "已登记。")
        return redirect(opens(sheet.instance))
    return _page(request, title, back, [sheet], status=422)


def write(sheets: list[RecordForm], actor, note: str) -> bool:
    """Save valid forms together, or tell in one of them why the database refuses."""
    try:
        with acting(actor, note):
            for sheet in sheets:
                sheet.save()
            with connection.cursor() as cursor:  # judge now what would be judged at the end
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        if not any(sheet.blame(error) for sheet in sheets):
            sheets[0].add_error(None, CLASH)
        return False
    return True


def _merge(form: Callable[..., RecordForm], row, seen: int, data) -> list[str]:
    """What colleagues changed since the version that was seen, in words. What they changed and
    the user did not touch is taken over into the data."""
    events = row.pgh_event_model.objects.filter(pgh_obj=row.pk).select_related("pgh_context")
    old, new = events.filter(pk=seen).first(), events.order_by("-pk").first()
    if old is None or old == new:
        return []
    theirs = {column.name for column in changed(row, old, new)}
    now = form(instance=row)
    before = {name: getattr(old, name, None) for name in now.fields}
    touched = set(form(data, instance=row, initial=before).changed_data)
    for name in (theirs & now.fields.keys()) - touched:
        data.pop(name, None)
        value = now[name].value()
        if value not in (None, "") and value is not False:
            data[name] = value
    facts = new.pgh_context.metadata
    who = facts.get("name") or facts.get("job", "")
    when = f"{timezone.localtime(new.pgh_created_at):%m-%d %H:%M}"
    return [
        f"{who} {when} 改动了{change.label}"
        + (
            f"：{words(change.before)} → {words(change.after)}"
            if change.before != change.after
            else ""
        )
        for change in changes(row, old, new)
    ]


def _page(request, title, back, sheets, reason=None, overtaken=(), status=200):
    context = {
        "title": title,
        "back": back,
        "sheets": [*sheets, reason] if reason else sheets,
        "overtaken": overtaken,
    }
    return render(request, "records/form.html", context, status=status)
