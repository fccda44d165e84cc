"""The records behind a cell: the same condition as its figure, asked for rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps

from reporting.computing import Window, in_window, parameters
from reporting.conditions import SOURCES, Beside, Source, contribution_of, filter_of
from reporting.models import Form
from reporting.periods import Period
from reporting.units import Units

MOST = 2000  # rows of persons seen in several districts


@dataclass(frozen=True)
class Member:
    """A record in a cell and what it adds to the figure (1, places, yuan)."""

    record: int
    contribution: int | Decimal


@dataclass(frozen=True)
class Totals:
    """How many records are in a cell, and what they add up to."""

    records: int
    figure: int | Decimal


def members(form: Form, period: Period, unit, code: str, units: Units | None = None):
    """The members of one cell, oldest record first; raises KeyError for an unknown code."""
    return members_of(one_cell(form, period, code, units), form.region_id, unit)[code]


def one_cell(form: Form, period: Period, code: str, units: Units | None = None) -> Window:
    """A window that asks for one indicator alone; raises KeyError for an unknown code."""
    return Window(period, units or Units(period.end), (form.parsed.by_code[code],))


def members_of(window: Window, region_id: int, *units) -> dict[str, list[Member]]:
    """The members of every cell the window asks for, of all the units together; one statement per
    source table."""
    cells = {}
    for source in SOURCES.values():
        indicators = [i for i in window.indicators if i.of == source.name]
        if indicators:
            cells |= _members(window, region_id, units, source, indicators)
    return cells


def among(
    window: Window, region_id: int, records: Mapping[str, Collection[int]]
) -> dict[str, set[int]]:
    """By cell, those of the given records (by source) that count in it, for whatever unit."""
    found: dict[str, set[int]] = {indicator.code: set() for indicator in window.indicators}
    for name, only in records.items():
        indicators = [i for i in window.indicators if i.of == name]
        if only and indicators:
            cells = _members(
                window, region_id, [window.units.root], SOURCES[name], indicators, list(only)
            )
            found |= {code: {member.record for member in rows} for code, rows in cells.items()}
    return found


@dataclass(frozen=True)
class Counted:
    """An agreement, the district it counts for, and the cells it is in there."""

    person: int
    agreement: int
    district: int
    codes: list[str]


def shared(form: Form, period: Period, units: Units, unit) -> list[Counted]:
    """Of the persons whose agreements are in any cell of the unit's form in more than one
    district; at most `MOST` rows, one statement."""
    window = Window(period, units, form.parsed.indicators)
    source = SOURCES["agreements"]
    indicators = [indicator for indicator in window.indicators if indicator.of == source.name]
    if not indicators:
        return []
    rows, values = _rows(window, form.region_id, [unit], source, indicators)
    inside = ", ".join(
        f"CASE WHEN {in_window(filter_of(i), 0)} THEN '{i.code}' END" for i in indicators
    )
    counted = (
        f"SELECT agreement.person_id, agreement.id, {source.district}, place.id,"
        f" array_remove(ARRAY[{inside}], NULL){rows}"
    )
    found = window.units.ask(
        f"WITH counted (person, agreement, district, place, codes) AS ({counted})"  # noqa: S608
        " SELECT * FROM counted WHERE person IN (SELECT person FROM counted GROUP BY 1"
        " HAVING count(DISTINCT district) > 1) ORDER BY 1, 2 LIMIT %(most)s",
        values | {"most": MOST},
    )
    moved = {one.placement: one.district for one in units.moved}
    return [
        Counted(person, agreement, moved.get(place, district), codes)
        for person, agreement, district, place, codes in found
    ]


def page(
    window: Window, region_id: int, unit, *, limit: int, after: int = 0, before: int | None = None
) -> list[Member]:
    """At most `limit` members of the window's one cell, in the order of records: those after
    `after`, or the last ones before `before`."""
    (indicator,) = window.indicators
    rows, values = _rows(window, region_id, [unit], SOURCES[indicator.of], [indicator])
    record = f"{SOURCES[indicator.of].row}.id"
    past, order = (
        (f"{record} > %(past)s", "") if before is None else (f"{record} < %(past)s", " DESC")
    )
    found = window.units.ask(
        f"SELECT {record}, {contribution_of(indicator)}{rows}"
        f" AND {past} ORDER BY 1{order} LIMIT %(limit)s",
        values | {"past": after if before is None else before, "limit": limit},
    )
    return sorted((Member(*row) for row in found), key=lambda member: member.record)


def totals(window: Window, region_id: int, unit) -> Totals:
    """Of the window's one cell, asked of the very rows its members are."""
    (indicator,) = window.indicators
    rows, values = _rows(window, region_id, [unit], SOURCES[indicator.of], [indicator])
    selected = f"SELECT count(*), coalesce(sum({contribution_of(indicator)}), 0)"
    return Totals(*window.units.ask(selected + rows, values)[0])


def model_of(source: str):
    """The model whose rows are a source's records."""
    return apps.get_model(SOURCES[source].model)


def _members(
    window, region_id, units, source: Source, indicators, only: list[int] | None = None
) -> dict[str, list[Member]]:
    columns = ", ".join(f"({in_window(filter_of(i), 0)}), {contribution_of(i)}" for i in indicators)
    rows, values = _rows(window, region_id, units, source, indicators)
    cells: dict[str, list[Member]] = {indicator.code: [] for indicator in indicators}
    bound = f" AND {source.row}.id = ANY(%(only)s)" if only is not None else ""
    selected = f"SELECT {source.row}.id, {columns}{rows}{bound} ORDER BY 1"
    for record, *pairs in window.units.ask(selected, values | {"only": only}):
        for indicator, inside, contribution in zip(
            indicators, pairs[::2], pairs[1::2], strict=True
        ):
            if inside:
                cells[indicator.code].append(Member(record, contribution))
    return cells


def _rows(window, region_id, units, source: Source, indicators) -> tuple[str, dict]:
    """FROM and WHERE of the records in any of the cells of one source, with their parameters."""
    stays = all(isinstance(i, Beside) and i.in_place for i in indicators)
    moved = window.units.moved if source.placed and not stays else []
    above, heir = window.units.above, window.units.unit_of
    wanted = {unit.pk for unit in units}
    inward = [m.placement for m in moved if wanted & set(above[heir[m.district]])]
    lies = f"{source.district} = ANY(%(districts)s)"
    if moved:  # base by base elsewhere than its unit went
        lies = (
            f"({lies} AND coalesce(place.id <> ALL(%(moved)s), true) OR place.id = ANY(%(inward)s))"
        )
    flags = " OR ".join(f"({in_window(filter_of(i), 0)})" for i in indicators)
    sql = (
        f" FROM {source.tables}"
        f" WHERE {source.row}.region_id = %(region)s AND {source.row}.voided_at IS NULL"
        f" AND {lies} AND ({flags})"
    )
    return sql, parameters([window], region_id) | {
        "districts": [pk for unit in units for pk in window.units.districts_of(unit)],
        "moved": [m.placement for m in moved],
        "inward": inward,
    }
