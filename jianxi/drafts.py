"""Filings that are kept while they are typed.

A draft is a row in a state nobody else sees yet. The page sends the whole form every few seconds;
what is sound and was touched is written at once, so that neither a closed window nor another
device loses it. A page knows which version of the row it last saw: what another window changed in
the meantime stays, unless this one touched the same field.
"""

from copy import copy
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from jianxi.history import acting, version
from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.templatetags.ui import words

NOTE = "填写草稿"  # such entries are left out of a timeline
MISSING = "required"


class DraftForm(forms.ModelForm):
    """Columns of a filing, in sections. A field that is required is needed for submitting, and may
    be empty until then.

    `sections`: (title, names of fields). `needed`: columns that must be filled.
    """

    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    use_required_attribute = False  # a draft may be saved half filled

    def __init__(self, *args, needed: tuple[str, ...] = (), **kwargs):
        super().__init__(*args, **kwargs)
        for name, one in self.fields.items():
            one.required = name in needed

    def clean(self):
        """A draft's constraints are the database's: each would be a question to it."""

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                try:
                    self.cleaned_data[name] = clean_text(value)
                except InvalidIdentifier as fault:
                    self.add_error(name, str(fault))

    def in_sections(self):
        """(title, bound fields), without fields that were taken away."""
        for title, names in self.sections:
            if fields := [self[name] for name in names if name in self.fields]:
                yield title, fields

    def missing(self) -> list[forms.BoundField]:
        """What the row lacks, as it is kept."""
        return [
            self[name]
            for name, one in self.fields.items()
            if one.required and getattr(self.instance, name) in (None, "")
        ]

    def faults(self) -> dict[str, list[str]]:
        """What was typed and cannot be kept, by field: what is merely missing is none."""
        return {
            name: faults
            for name, errors in self.errors.as_data().items()
            if name in self.fields
            and (faults := [m for e in errors if e.code != MISSING for m in ValidationError(e)])
        }


@dataclass
class Draft:
    """A row as it is kept, and the form it was typed into. `told`: what another window changed."""

    row: models.Model
    form: DraftForm
    told: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def version(self) -> str:
        return version(self.row)

    @property
    def saved_at(self):
        return timezone.localtime() if self.saved else None


def opened(make_form, row) -> Draft:
    return Draft(row, make_form(instance=row))


def keep(make_form, row, data, actor, *, over_newer: bool = True) -> Draft:
    """Write what was touched since `data["version"]` and is sound; `over_newer`: also over what
    another window wrote meanwhile. The caller has checked that the row may be written, and has
    locked it."""
    seen = _seen(row, data.get("version", ""))
    before = {name: getattr(seen, name) for name in make_form(instance=row).fields}
    form = make_form(data, instance=copy(row), initial=before)
    form.is_valid()
    changes, told, faults = {}, [], form.faults()
    for name in form.changed_data:
        column, now = row._meta.get_field(name), getattr(row, name)
        value = form.cleaned_data.get(name, "" if column.empty_strings_allowed else None)
        if name in faults or value == now or (value is None and not column.null):
            continue
        if now != before[name]:
            told.append(_other(form[name].label, now, over_newer))
            if not over_newer:
                continue
        changes[name] = value
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        with acting(actor, NOTE):
            row.save(update_fields=list(changes))
    form.instance = row
    return Draft(row, form, told, saved=True)


def _other(label, now, over_newer) -> str:
    then = "现以这里填写的为准" if over_newer else "没有用较早的内容盖掉它，请核对"
    return f"“{label}”刚在别处改成了“{words(now)}”，{then}"


def _seen(row, number: str):
    """The version of the row that the page knew; the row itself where it says none."""
    if number.isascii() and number.isdigit() and len(number) < 19:
        events = row.pgh_event_model.objects.filter(pgh_obj=row.pk, pk=int(number))
        return events.first() or row
    return row
