"""The records that make a rule fail.

Each side of a rule adds and subtracts figures, and each figure is the sum of what its records
contribute. So every record has a balance, its share of left minus right, and the balances add up
to the gap. The records to look at are those whose balance breaks the rule by itself: of 9≥10 what
is in 10 and not in 9; of 13 = last month's 13 + 6 − 8 − 12 whoever appeared or vanished without an
arrival or an end.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from reporting.cells import Member, members_of
from reporting.checks import moves_of
from reporting.compiling import counted_alike, windows
from reporting.computing import Window
from reporting.models import Form, FrozenCell, Version
from reporting.periods import Period
from reporting.rules import LAST_YEAR, MOVES, NOW, Rule

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
    ones, or those of the units below) decide; `source` is the kind of the records."""

    source: str
    records: list[Member] | None


def gap_of(form: Form, period: Period, unit, rule: Rule) -> Gap:
    """The records behind a rule that fails for a unit, from the records as they are now."""
    terms = [(1, term) for term in rule.left] + [(-1, term) for term in rule.right]
    figures = [(side * term.sign, term) for side, term in terms if term.code]
    sources = {form.parsed.by_code[term.code].of for _, term in figures}
    starts = form.region.reporting_starts == period.start and rule.uses_previous
    if len(sources) > 1 or len(figures) < len(terms) or rule.uses_children or starts:
        return Gap(min(sources), None)
    is_money = any(form.parsed.by_code[term.code].is_money for _, term in figures)
    cells = {
        of: _cells(form, period, unit, of, {t.code for _, t in figures if t.of == of})
        for of in {term.of for _, term in figures}
    }
    balance = Counter()
    for sign, term in figures:
        for member in cells[term.of][term.code]:
            balance[member.record] += sign * member.contribution
    breaks, plain = BREAKS[rule.compare], Decimal if is_money else int
    return Gap(
        sources.pop(),
        [Member(record, plain(left)) for record, left in sorted(balance.items()) if breaks(left)],
    )


def _cells(form, period, unit, of: str, codes: set[str]) -> dict[str, list[Member]]:
    if not codes:
        return {}
    now, before = windows(form, period)
    if of in MOVES:
        moves = tuple(moves_of(form.parsed.by_code[code])[of] for code in sorted(codes))
        found = members_of(Window(period, now.units, moves), form.region_id, unit)
        return {code: found[f"{of}:{code}"] for code in codes}
    indicators = tuple(form.parsed.by_code[code] for code in sorted(codes))
    if of == NOW:
        return members_of(Window(period, now.units, indicators), form.region_id, unit)
    if of == LAST_YEAR:
        before = Window(period.year_ago, now.units.on(period.year_ago.end), ())
    return _previous(form, Window(before.period, before.units, indicators), now.units, unit)


def _previous(form, window: Window, units_now, unit) -> dict[str, list[Member]]:
    """The members of an earlier period's cells: as frozen where they were submitted, those of the units
    that merged into this one included."""
    cells = {indicator.code: [] for indicator in window.indicators}
    merged = [one for one in window.units.valid if units_now.unit_of[one.pk] == unit.pk]
    newest = Version.objects.newest(form.key, window.period.start)
    versions = newest.filter(report__district__in=merged).select_related("report")
    frozen = {version.report.district_id: version for version in versions}
    alike = counted_alike(form, {version.form_id for version in versions})
    kept = FrozenCell.objects.filter(version__in=frozen.values(), code__in=cells)
    for cell in kept.select_related("version"):
        if cell.code in alike[cell.version.form_id]:
            cells[cell.code] += map(Member, cell.records, cell.contributions)
    for one in merged:
        known = alike[frozen[one.pk].form_id] if one.pk in frozen else ()
        asked = tuple(indicator for indicator in window.indicators if indicator.code not in known)
        again = Window(window.period, window.units, asked)
        for code, found in members_of(again, form.region_id, one).items():
            cells[code] += found
    return cells
