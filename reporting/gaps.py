"""The records that make a rule fail.

Each side of a rule adds and subtracts figures, and each figure is the sum of what its records
contribute. So every record has a balance, its share of left minus right, and the balances add up
to the gap. The records to look at are those whose balance breaks the rule by itself: of 9≥10 what
is in 10 and not in 9; of 13 = last month's 13 + 6 − 8 − 12 whoever appeared or vanished without an
arrival or an end.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from reporting.cells import Member, members_of
from reporting.checks import moves_of
from reporting.compiling import counted_alike, windows
from reporting.computing import Window
from reporting.models import Form, FrozenCell, Version
from reporting.past import Past
from reporting.periods import Period
from reporting.rules import LAST_YEAR, MOVES, NOW, Rule, Term
from reporting.units import Units

BREAKS = {
    ">=": lambda balance: balance < 0,
    ">": lambda balance: balance <= 0,
    "<=": lambda balance: balance > 0,
    "<": lambda balance: balance >= 0,
    "=": lambda balance: balance != 0,
}


@dataclass(frozen=True)
class Gap:
    """`records`: each with its balance. None where figures that are no sum of records (entered
    ones, or those of the units below) decide; `source` is the kind of the records. `counts`: by
    record, the rule's terms in which it counts."""

    source: str
    records: list[Member] | None
    counts: dict[int, list[Term]] = field(default_factory=dict)


def gap_of(form: Form, period: Period, unit, rule: Rule, version: Version | None = None) -> Gap:
    """The records behind a rule that fails for a unit, from the records as they are now, or as they
    were when the version was submitted."""
    figures = [(1, t) for t in rule.left if t.code] + [(-1, t) for t in rule.right if t.code]
    sources = {form.parsed.by_code[term.code].of for _, term in figures}
    starts = form.region.reporting_starts == period.start and rule.uses_previous
    numbers = any(term.code is None for term in rule.terms)
    if len(sources) > 1 or numbers or rule.uses_children or starts:
        return Gap(min(sources), None)
    is_money = any(form.parsed.by_code[term.code].is_money for _, term in figures)
    cells = {
        of: _cells(form, period, unit, of, {t.code for _, t in figures if t.of == of}, version)
        for of in {term.of for _, term in figures}
    }
    balance, counts = Counter(), {}
    for sign, term in figures:
        for member in cells[term.of][term.code]:
            balance[member.record] += sign * term.sign * member.contribution
            counts.setdefault(member.record, []).append(term)
    breaks, plain = BREAKS[rule.compare], Decimal if is_money else int
    return Gap(
        sources.pop(),
        [Member(record, plain(left)) for record, left in sorted(balance.items()) if breaks(left)],
        counts,
    )


def last_version(
    form: Form, period: Period, unit, version: Version | None = None
) -> Version | None:
    """The version of the month before that a month is held against, None where there is none: the
    newest, of those that were there when `version` was submitted."""
    units = Units(period.end)
    before = units.on(period.previous.end).valid
    merged = [one.pk for one in before if units.unit_of[one.pk] == unit.pk]
    found = _newest(form, period.previous, merged, version)
    return found.get(unit.pk) or next(iter(found.values()), None)


def _cells(form, period, unit, of: str, codes: set[str], version) -> dict[str, list[Member]]:
    if not codes:
        return {}
    units = Units(period.end, past=Past(version.upto)) if version else None
    now, before = windows(form, period, units)
    if of in MOVES:
        moves = tuple(moves_of(form.parsed.by_code[code])[of] for code in sorted(codes))
        found = members_of(Window(period, now.units, moves), form.region_id, unit)
        return {code: found[f"{of}:{code}"] for code in codes}
    if of == NOW and version:
        return _frozen(FrozenCell.objects.filter(version=version, code__in=codes), codes)
    indicators = tuple(form.parsed.by_code[code] for code in sorted(codes))
    if of == NOW:
        return members_of(Window(period, now.units, indicators), form.region_id, unit)
    if of == LAST_YEAR:
        before = Window(period.year_ago, now.units.on(period.year_ago.end), ())
    return _previous(
        form, Window(before.period, before.units, indicators), now.units, unit, version
    )


def _frozen(cells, codes) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {code: [] for code in codes}
    for cell in cells:
        found[cell.code] += map(Member, cell.records, cell.contributions)
    return found


def _newest(form, period: Period, units: list[int], version: Version | None) -> dict[int, Version]:
    """The versions of an earlier month by unit."""
    newest = Version.objects.newest(form.key, period.start).filter(report__district__in=units)
    if version:
        newest = newest.filter(submitted_at__lte=version.submitted_at)
    return {one.report.district_id: one for one in newest.select_related("report")}


def _previous(form, window: Window, units_now, unit, version) -> dict[str, list[Member]]:
    """The members of an earlier period's cells: as frozen where they were submitted, those of the units
    that merged into this one included."""
    codes = {indicator.code for indicator in window.indicators}
    merged = [one for one in window.units.valid if units_now.unit_of[one.pk] == unit.pk]
    frozen = _newest(form, window.period, [one.pk for one in merged], version)
    alike = counted_alike(form, {one.form_id for one in frozen.values()})
    kept = FrozenCell.objects.filter(version__in=frozen.values(), code__in=codes)
    cells = _frozen(
        [c for c in kept.select_related("version") if c.code in alike[c.version.form_id]], codes
    )
    for one in merged:
        known = alike[frozen[one.pk].form_id] if one.pk in frozen else ()
        asked = tuple(indicator for indicator in window.indicators if indicator.code not in known)
        again = Window(window.period, window.units, asked)
        for code, found in members_of(again, form.region_id, one).items():
            cells[code] += found
    return cells
