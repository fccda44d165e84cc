"""A unit above looks at its month: its own computation beside what the units below reported.

Each indicator as computed from the records, and as the sum over the units below: as they are now,
as submitted, as approved. And who is seen in two of the units.
"""

from dataclasses import dataclass
from decimal import Decimal

from reporting.cells import shared
from reporting.computing import Figures
from reporting.corrections import SETTLED
from reporting.definitions import Indicator
from reporting.models import Correction, Version
from reporting.sheet import Line, Sheet, figures_of
from trainees.models import Agreement

Number = int | Decimal


@dataclass(frozen=True)
class Row:
    """One indicator. `total`: as the month shows it; `own`: from the records, each once; the sums are over the units that have
    such a figure. `since`: what changed since submission, over the units that submitted."""

    indicator: Indicator
    total: Number
    own: Number
    now: Number
    submitted: Number
    approved: Number
    since: Number


@dataclass(frozen=True)
class Difference:
    """A unit whose figure is not what it submitted."""

    line: Line
    indicator: Indicator
    submitted: Number
    now: Number

    @property
    def amount(self) -> Number:
        return self.now - self.submitted


@dataclass(frozen=True)
class Consolidated:
    """`kept`: by the unit's pk, the version that was approved."""

    rows: list[Row]
    differences: list[Difference]
    submitted: list[Line]
    approved: list[Line]
    kept: dict[int, Version]


def consolidated(sheet: Sheet) -> Consolidated:
    """Takes one statement more than the sheet."""
    submitted = [line for line in sheet.below if line.stands]
    kept = approved_versions(sheet.below)
    approved = [line for line in sheet.below if line.unit.pk in kept]
    figures = {unit: figures_of(version) for unit, version in kept.items()}
    rows, differences = [], []
    for indicator in sheet.form.parsed.indicators:
        code = indicator.code
        moved = [
            Difference(line, indicator, line.figures.get(code, 0), line.now[code])
            for line in submitted
            if code in line.drifted
        ]
        differences += moved
        rows.append(
            Row(
                indicator,
                total=sheet.total.get(code, 0),
                own=sheet.own.now[code],
                now=_sum(code, [line.now for line in sheet.below]),
                submitted=_sum(code, [line.figures for line in submitted]),
                approved=_sum(code, [figures[line.unit.pk] for line in approved]),
                since=sum(one.amount for one in moved),
            )
        )
    return Consolidated(rows, differences, submitted, approved, kept)


def approved_versions(lines: list[Line]) -> dict[int, Version]:
    """By the unit's pk, what the unit above last approved: the newest version of a settled month,
    and while a correction of it is on its way, the one that is corrected."""
    corrected = (
        Correction.objects.filter(
            report__in=[line.report for line in lines if line.report],
            state=Correction.State.DONE,
        )
        .order_by("report_id", "-id")
        .distinct("report_id")
        .select_related("corrected__form")
    )
    before = {correction.report_id: correction.corrected for correction in corrected}
    found = {}
    for line in lines:
        if line.version is None:
            continue
        if line.report.state in SETTLED or line.is_reopened:
            found[line.unit.pk] = line.version
        elif line.report.pk in before:
            found[line.unit.pk] = before[line.report.pk]
    return found


def _sum(code: str, figures: list[Figures]) -> Number:
    return sum(one.get(code) or 0 for one in figures)


@dataclass(frozen=True)
class SeenIn:
    """An agreement, the unit it counts for, and in which items there."""

    agreement: Agreement
    unit: str
    indicators: list[Indicator]


@dataclass(frozen=True)
class Seen:
    """A person whose agreements count in several of the units below."""

    name: str
    counted: list[SeenIn]


def seen_twice(sheet: Sheet, most: int) -> tuple[list[Seen], list[Seen]]:
    """Who counts in the same item for two units, with those items; and who does in different ones,
    as when a base moves. At most so many persons each; two statements. Names masked."""
    units = sheet.compiled.units
    below = {unit.pk: unit for unit in units.children(sheet.unit)}
    persons: dict[int, list[tuple[int, int, list[str]]]] = {}
    for one in shared(sheet.form, sheet.period, units, sheet.unit):
        heir = units.unit_of[one.district]
        unit = next((pk for pk in units.above[heir] if pk in below), None)
        if unit is not None:
            persons.setdefault(one.person, []).append((one.agreement, unit, one.codes))
    same, other = {}, {}
    for person, counted in persons.items():
        if len({unit for _, unit, _ in counted}) < 2:
            continue
        twice = {code for code, seen in _units_by_code(counted).items() if len(seen) > 1}
        found = same if twice else other
        rows = [
            (pk, unit, [c for c in codes if c in (twice or codes)]) for pk, unit, codes in counted
        ]
        found[person] = sorted(row for row in rows if row[2])
    chosen = [dict(sorted(found.items())[:most]) for found in (same, other)]
    agreements = (
        Agreement.objects.filter(
            pk__in={pk for found in chosen for rows in found.values() for pk, _, _ in rows}
        )
        .select_related("trainee", "position__base__profile")
        .in_bulk()
    )

    def seen(rows) -> Seen:
        by_code = sheet.form.parsed.by_code
        counted = [
            SeenIn(agreements[pk], below[unit].name, [by_code[code] for code in codes])
            for pk, unit, codes in rows
        ]
        return Seen(counted[0].agreement.trainee.masked("name"), counted)

    twice, moved = ([seen(rows) for rows in found.values()] for found in chosen)
    return twice, moved


def _units_by_code(counted) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for _, unit, codes in counted:
        for code in codes:
            found.setdefault(code, set()).add(unit)
    return found
