"""The records behind a cell: the same condition as its figure, asked for rows."""

from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db import connection

from reporting.computing import Window, in_window, parameters
from reporting.conditions import SOURCES, contribution_of, filter_of
from reporting.definitions import Indicator
from reporting.models import Form
from reporting.periods import Period
from reporting.units import Units


@dataclass(frozen=True)
class Member:
    """A record in a cell and what it adds to the figure (1, places, yuan)."""

    record: int
    contribution: int | Decimal


def members(form: Form, period: Period, unit, code: str, units: Units | None = None):
    """The members of one cell, oldest record first; raises KeyError for an unknown code."""
    window = Window(period, units or Units(period.end), (form.parsed.by_code[code],))
    return members_of(window, form.region_id, unit)[code]


def members_of(window: Window, region_id: int, unit) -> dict[str, list[Member]]:
    """The members of every cell the window asks for, one statement per source table."""
    cells = {}
    for source in SOURCES.values():
        indicators = [i for i in window.indicators if i.of == source.name]
        if indicators:
            cells |= _members(window, region_id, unit, source, indicators)
    return cells


def _members(window, region_id, unit, source, indicators) -> dict[str, list[Member]]:
    moved = {m.placement: m.district for m in window.units.moved} if source.placed else {}
    flags = [in_window(filter_of(i), 0) for i in indicators]
    columns = [
        f"({flag}) AS in{n}, {contribution_of(i)}"
        for n, (flag, i) in enumerate(zip(flags, indicators, strict=True))
    ]
    placement = "place.id" if source.placed else "NULL"
    # Every piece comes from reporting.conditions; values go as parameters.
    sql = (
        f"SELECT {source.row}.id, {source.district}, {placement}, {', '.join(columns)}"
        f" FROM {source.tables}"
        f" WHERE {source.row}.region_id = %(region)s AND {source.row}.voided_at IS NULL"
        f" AND ({source.district} = ANY(%(districts)s)"
        + (" OR place.id = ANY(%(moved)s)" if moved else "")
        + f") AND ({' OR '.join(f'({flag})' for flag in flags)}) ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            parameters([window], region_id)
            | {"districts": window.units.districts_of(unit), "moved": list(moved)},
        )
        rows = cursor.fetchall()
    cells: dict[str, list[Member]] = {indicator.code: [] for indicator in indicators}
    for record, district, place, *pairs in rows:
        heir = window.units.unit_of[moved.get(place, district)]
        if unit.pk in window.units.above[heir]:
            for indicator, (inside, contribution) in zip(
                indicators, zip(pairs[::2], pairs[1::2], strict=True), strict=True
            ):
                if inside:
                    cells[indicator.code].append(Member(record, contribution))
    return cells


def model_of(indicator: Indicator):
    """The model whose rows are the indicator's records."""
    return apps.get_model(SOURCES[indicator.of].model)
