"""The figures of a form, from the records: one grouped statement per source table.

Everything here reads. A statement answers for all districts of the region and, where rules look
back, for the period before as well; its number does not grow with districts. Figures are int, or
Decimal yuan.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from regions.models import District
from reporting.conditions import (
    SOURCES,
    Beside,
    Source,
    contribution_of,
    filter_of,
    meets,
    widest,
)
from reporting.definitions import FormDefinition, Indicator
from reporting.periods import Period
from reporting.units import Units

Figures = dict[str, int | Decimal]


@dataclass(frozen=True)
class Window:
    """A period, the tree as it is at its end, and what is wanted of it."""

    period: Period
    units: Units
    indicators: tuple[Indicator | Beside, ...]


def count(
    windows: list[Window], region_id: int, districts: Collection[int] | None = None
) -> list[dict[int, Figures]]:
    """For each window, the figures of every valid unit by pk, those above others included.

    `districts` bounds the records to those of some districts (by pk); other units then show only
    what they share.
    """
    lowest = [{unit.pk: _zeros(w.indicators) for unit in w.units.valid} for w in windows]
    for source in SOURCES.values():
        columns = [
            (number, indicator)
            for number, window in enumerate(windows)
            for indicator in window.indicators
            if indicator.of == source.name
        ]
        if columns:
            _add(lowest, windows, source, columns, region_id, districts)
    return [_roll_up(figures, window) for figures, window in zip(lowest, windows, strict=True)]


def reach(windows: list[Window], units: Collection[District]) -> set[int]:
    """The districts whose records may count for the units: their own, and in a year when units
    ended those whose bases went elsewhere than to the successor."""
    own = {
        district
        for window in windows
        for unit in units
        if unit.is_valid_on(window.units.day)
        for district in window.units.districts_of(unit)
    }
    return own | {moved.left for window in windows for moved in window.units.moved}


def _zeros(indicators: tuple[Indicator, ...]) -> Figures:
    return {i.code: Decimal(0) if i.is_money else 0 for i in indicators}


def _add(lowest, windows, source: Source, columns, region_id, districts):
    """Run one source's statement and add each district's numbers to the unit they count for."""
    exceptions = [
        {moved.placement: moved.district for moved in window.units.moved} if source.placed else {}
        for window in windows
    ]
    apart = sorted(set().union(*exceptions))
    rows = windows[0].units.ask(
        statement(source, columns, apart=bool(apart), bounded=districts is not None),
        parameters(windows, region_id)
        | {"apart": apart, "districts": list(districts) if districts is not None else None},
    )
    for district, placement, *values in rows:
        for (number, indicator), value in zip(columns, values, strict=True):
            stays = isinstance(indicator, Beside) and indicator.in_place
            counted_in = district if stays else exceptions[number].get(placement, district)
            unit = windows[number].units.unit_of[counted_in]
            lowest[number][unit][indicator.code] += value


def statement(source: Source, columns, *, apart: bool, bounded: bool) -> str:
    """The grouped statement for (window number, indicator) columns of one source."""
    figures = [
        f"{_aggregate(indicator)} FILTER (WHERE {in_window(filter_of(indicator), number)})"
        for number, indicator in columns
    ]
    concerned = " OR ".join(
        f"({in_window(meets(indicator), number)})"
        for number in sorted({number for number, _ in columns})
        for indicator in widest([i for n, i in columns if n == number])
    )
    exception = "CASE WHEN place.id = ANY(%(apart)s) THEN place.id END" if apart else "NULL"
    bounds = f" AND {source.district} = ANY(%(districts)s)" if bounded else ""
    selected = ", ".join(
        [source.district, exception, *(f"coalesce({figure}, 0)" for figure in figures)]
    )
    return (
        f"SELECT {selected} FROM {source.tables}"  # noqa: S608
        f" WHERE {source.row}.region_id = %(region)s AND {source.row}.voided_at IS NULL{bounds}"
        f" AND ({concerned}) GROUP BY 1, 2"
    )


def _aggregate(indicator: Indicator) -> str:
    return f"sum({contribution_of(indicator)})" if indicator.sum else "count(*)"


def in_window(sql: str, number: int) -> str:
    """Put a window's days in place of {S}, {E} and {Y}."""
    return sql.format(
        S=f"%(start{number})s::date", E=f"%(end{number})s::date", Y=f"%(year{number})s::date"
    )


def parameters(windows: list[Window], region_id: int) -> dict:
    values = {"region": region_id}
    for number, window in enumerate(windows):
        values[f"start{number}"] = window.period.start
        values[f"end{number}"] = window.period.end
        values[f"year{number}"] = window.period.year_start
    return values


def _roll_up(lowest: dict[int, Figures], window: Window) -> dict[int, Figures]:
    """Give each unit its own and those of all units below, each once."""
    figures = {unit.pk: _zeros(window.indicators) for unit in window.units.valid}
    for unit, own in lowest.items():
        if any(own.values()):
            for above in window.units.above[unit]:
                for code, value in own.items():
                    figures[above][code] += value
    return figures


def with_plans(
    figures: dict[int, Figures], window: Window, plans: Mapping[int, int]
) -> dict[int, Figures]:
    """Let a unit's entered plan stand in place of its count; above, the sum of the units' below.

    `plans` maps a unit's pk to the number it entered.
    """
    codes = [i.code for i in window.indicators if i.kind == "plan"]
    if not (codes and plans):
        return figures

    def settle(unit) -> int:
        below = [settle(child) for child in window.units.children(unit)]
        if unit.pk in plans:
            value = plans[unit.pk]
        elif below:
            value = sum(below)
        else:
            value = figures[unit.pk][codes[0]]
        figures[unit.pk][codes[0]] = value
        return value

    settle(window.units.root)
    return figures


def from_json(form: FormDefinition, stored: Mapping) -> Figures:
    """Stored figures as they were computed: money is kept as a string of yuan."""
    money = {i.code for i in form.indicators if i.is_money}
    return {
        code: Decimal(value) if code in money and value is not None else value
        for code, value in stored.items()
    }
