"""How records differ between two moments, in the columns that conditions read: old → new."""

import re
from collections.abc import Collection, Iterable

from django.apps import apps

from jianxi.history import Change, changes
from reporting.cells import model_of
from reporting.conditions import SOURCES, contribution_of, meets
from reporting.past import Past

# By what conditions call a row, its model.
MODELS = {source.row: source.model for source in SOURCES.values()}
MODELS["trainee"] = "trainees.Trainee"
_READ = re.compile(rf'\b({"|".join(MODELS)})\."?(\w+)"?')


def columns_read(indicators: Iterable) -> dict[str, set[str]]:
    """By the name of a row, the columns that decide whether a record counts, and how much."""
    found: dict[str, set[str]] = {}
    for indicator in indicators:
        for row, column in _READ.findall(f"{meets(indicator)} {contribution_of(indicator)}"):
            found.setdefault(row, set()).add(column)
    return found


def differences(
    source: str, records: Collection[int], indicators: Iterable, old: Past, new: Past | None = None
) -> dict[int, list[Change]]:
    """By record that differs, how, and how what it hangs on does (its trainee, its base); those
    alone that were there at both moments. `new`: None for now. Two statements a table."""
    read = columns_read(indicators)
    model, name = model_of(source), SOURCES[source].row
    before, after = rows_at(model, records, old), rows_at(model, records, new)
    found = {
        record: _told(model, before[record], after[record], read.get(name, set()))
        for record in before.keys() & after.keys()
    }
    for other, columns in read.items():
        hung = {record: getattr(row, f"{other}_id", None) for record, row in after.items()}
        if other == name or not any(hung.values()):
            continue
        related = apps.get_model(MODELS[other])
        rows = set(filter(None, hung.values()))
        before_it, after_it = rows_at(related, rows, old), rows_at(related, rows, new)
        for record, pk in hung.items():
            if record in found and pk in before_it and pk in after_it:
                found[record] += _told(related, before_it[pk], after_it[pk], columns)
    return {record: told for record, told in found.items() if told}


def rows_at(model, records: Collection[int], past: Past | None) -> dict[int, object]:
    """By pk, the rows as they are, or as they were at a moment."""
    if past is None:
        return model.objects.in_bulk(records)
    return {event.pgh_obj_id: event for event in past.events(model, records)}


def _told(model, old, new, columns: set[str]) -> list[Change]:
    names = {
        field.name
        for field in model._meta.concrete_fields
        if field.column in columns and not field.is_relation  # a relation's words are one more read
    }
    return changes(model(), old, new, names)
