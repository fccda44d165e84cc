"""From one version of a month to another, or to the records as they are now: why each cell differs.

    old + entered late − voided ± reclassified ± moved (± the entered plan) = new

Each part has its records. A record is in a part by what became of it: it was not there yet, it was
voided, it counts for another unit, or it, or what it hangs on, was changed.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db import models

from reporting.cells import among, members_of, model_of
from reporting.compiling import plan_of
from reporting.computing import Figures, Window
from reporting.definitions import Indicator
from reporting.models import Form, FrozenCell, Version
from reporting.past import Past
from reporting.periods import Period
from reporting.units import Units

Number = int | Decimal
Contributions = dict[int, Number]  # by record


class Why(models.TextChoices):
    LATE = "late", "补录"
    VOIDED = "voided", "作废"
    CHANGED = "changed", "改动"
    MOVED = "moved", "划转"


@dataclass(frozen=True)
class Change:
    """A record that counts otherwise than before; None: not at all."""

    record: int
    why: Why
    before: Number | None
    after: Number | None

    @property
    def amount(self) -> Number:
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Bridge:
    """One cell. `entered`: by how much a plan typed in changed the figure, records apart."""

    indicator: Indicator
    old: Number
    new: Number
    entered: Number
    changes: list[Change]

    @cached_property
    def amounts(self) -> dict[Why, Number]:
        """What each part adds, only parts that have records."""
        found: dict[Why, Number] = {}
        for change in self.changes:
            found[change.why] = found.get(change.why, 0) + change.amount
        return found

    @property
    def adds_up(self) -> bool:
        return self.old + sum(self.amounts.values()) + self.entered == self.new

    @property
    def is_changed(self) -> bool:
        return bool(self.changes) or self.old != self.new


def compare(
    old: Mapping[int, Number],
    new: Mapping[int, Number],
    *,
    late: Set[int],
    voided: Set[int],
    elsewhere: Set[int],
) -> list[Change]:
    """The records that do not contribute the same on both sides, in their order.

    `late`: not there, or voided, before; `voided`: since. `elsewhere`: where they are missing on
    one side, they count there for another unit.
    """
    changes = []
    for record in sorted(old.keys() | new.keys()):
        before, after = old.get(record), new.get(record)
        if before == after:
            continue
        if before is None and record in late:
            why = Why.LATE
        elif after is None and record in voided:
            why = Why.VOIDED
        elif None in (before, after) and record in elsewhere:
            why = Why.MOVED
        else:
            why = Why.CHANGED
        changes.append(Change(record, why, before, after))
    return changes


@dataclass(frozen=True)
class Side:
    """What a unit's cells hold at a moment: the figures, and by code the records."""

    window: Window
    figures: Figures
    cells: dict[str, Contributions]

    @property
    def past(self) -> Past | None:
        return self.window.units.past


def bridges(
    form: Form, old: Version, new: Version | None, codes: Set[str] | None = None
) -> dict[str, Bridge]:
    """By code, every cell of the form from a version to a later one, None: to the records now.

    `codes` leaves the others out. The number of statements grows with neither records nor cells.
    """
    indicators = tuple(
        indicator
        for indicator in form.parsed.indicators
        if indicator.code in old.form.parsed.by_code and (codes is None or indicator.code in codes)
    )
    first = _as_frozen(old, indicators)
    second = _as_frozen(new, indicators) if new else _as_is(form, old.report, indicators)
    region = old.region_id
    late, voided, elsewhere = _facts(first, second, region)
    found = {}
    for indicator in indicators:
        code = indicator.code
        before, after = first.cells[code], second.cells[code]
        changes = compare(
            before,
            after,
            late=late.get(indicator.of, set()),
            voided=voided.get(indicator.of, set()),
            elsewhere=elsewhere[code],
        )
        typed = [
            side.figures[code] - sum(side.cells[code].values()) if indicator.kind == "plan" else 0
            for side in (first, second)
        ]
        found[code] = Bridge(
            indicator, first.figures[code], second.figures[code], typed[1] - typed[0], changes
        )
    return found


def _as_frozen(version: Version, indicators) -> Side:
    report = version.report
    period = Period(report.period, report.ends_on)
    units = Units(period.end, past=Past(version.upto))
    figures, cells = {}, {}
    money = {indicator.code for indicator in indicators if indicator.is_money}
    kept = FrozenCell.objects.filter(version=version, code__in=[i.code for i in indicators])
    for cell in kept:
        number = Decimal if cell.code in money else int
        figures[cell.code] = number(cell.figure)
        cells[cell.code] = dict(zip(cell.records, map(number, cell.contributions), strict=True))
    return Side(Window(period, units, indicators), figures, cells)


def _as_is(form: Form, report, indicators) -> Side:
    period = Period(report.period, report.ends_on)
    window = Window(period, Units(period.end), indicators)
    members = members_of(window, report.region_id, report.district)
    cells = {
        code: {member.record: member.contribution for member in found}
        for code, found in members.items()
    }
    figures = {code: sum(found.values()) for code, found in cells.items()}
    for indicator in indicators:
        if indicator.kind == "plan":
            alone = Window(period, window.units, (indicator,))
            figures[indicator.code] = plan_of(form, alone, report.district)
    return Side(window, figures, cells)


def _facts(first: Side, second: Side, region_id: int):
    """What became of the records that are in a cell on one side alone: late and voided by source,
    elsewhere by code."""
    came, gone = _alone(second, first), _alone(first, second)
    late = {of: records - _standing(first, of, records) for of, records in came.items()}
    voided = {of: records - _standing(second, of, records) for of, records in gone.items()}
    back = among(first.window, region_id, {of: came[of] - late[of] for of in came})
    on = among(second.window, region_id, {of: gone[of] - voided[of] for of in gone})
    return late, voided, {code: back[code] | on[code] for code in first.cells}


def _alone(one: Side, other: Side) -> dict[str, set[int]]:
    """By source, the records in a cell of one side and not in the same one of the other."""
    found: dict[str, set[int]] = {}
    for indicator in one.window.indicators:
        records = one.cells[indicator.code].keys() - other.cells[indicator.code].keys()
        if records:
            found.setdefault(indicator.of, set()).update(records)
    return found


def _standing(side: Side, of: str, records: Set[int]) -> set[int]:
    """Those that were recorded, and not voided, at the side's moment."""
    model = model_of(of)
    if side.past:
        known = side.past.events(model, records).filter(voided_at=None)
        return set(known.values_list("pgh_obj", flat=True))
    return set(model.objects.filter(pk__in=records, voided_at=None).values_list("pk", flat=True))
