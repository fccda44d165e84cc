"""The records that make a rule fail.

Each side of a rule adds and subtracts figures, and each figure is the sum of what its records
contribute. So every record has a balance, its share of left minus right, and the balances add up
to the gap. The records to look at are those whose balance breaks the rule by itself: of 9≥10 what
is in 10 and not in 9; of 13 = last month's 13 + 6 − 8 − 12 whoever appeared or vanished without an
arrival or an end. Of ≥ and ≤ others make up for a part of it.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter

from reporting.cells import Member, members_of
from reporting.checks import SetRule, moves_of
from reporting.compiling import counted_alike
from reporting.computing import Window
from reporting.models import Form, FrozenCell, Report, Version
from reporting.past import Past
from reporting.periods import Period
from reporting.rules import LAST_YEAR, NOW, PREVIOUS, Rule, Term
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
    """`records`: those that break the rule, each with its balance. None where figures that are no
    sum of records (entered ones, or those of the units below) decide; `source` is the kind of the
    records. `counts`: by record, the rule's terms in which it counts. `units`: the tree they were
    read in; `last`: of what was submitted for the month before and is looked back to, the latest
    version. `rest`: of a rule on figures, the records with a balance that do not break it."""

    source: str
    records: list[Member] | None
    counts: dict[int, list[Term]] = field(default_factory=dict)
    units: Units | None = None
    last: Version | None = None
    rest: list[Member] = field(default_factory=list)


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
    units, last = Units(period.end, past=version and Past(version.upto)), None
    earlier = {PREVIOUS: period.previous, LAST_YEAR: period.year_ago}
    cells = {}
    for of in {term.of for _, term in figures}:
        codes = {t.code for _, t in figures if t.of == of}
        if of not in earlier:
            cells[of] = _cells(form, period, units, unit, of, codes, version)
            continue
        before = Before(form, earlier[of], codes, units, unit, version)
        cells[of] = before.members()
        if of == PREVIOUS:
            last = before.latest
    balance, counts = Counter(), {}
    for sign, term in figures:
        for member in cells[term.of][term.code]:
            balance[member.record] += sign * term.sign * member.contribution
            counts.setdefault(member.record, []).append(term)
    breaks, plain = BREAKS[rule.compare], Decimal if is_money else int
    members = [Member(record, plain(left)) for record, left in sorted(balance.items())]
    breaking = [member for member in members if breaks(member.contribution)]
    rest = [m for m in members if m.contribution and not breaks(m.contribution)]
    rest = [] if isinstance(rule, SetRule) else rest  # that tells a number of records, and no gap
    return Gap(sources.pop(), breaking, counts, units, last, rest)


def _cells(form, period, units, unit, of: str, codes: set[str], version):
    """The members of this month's cells, by code."""
    if of == NOW and version:
        return _frozen(FrozenCell.objects.filter(version=version, code__in=codes), codes)
    if of == NOW:
        return members_of(Window(period, units, _indicators(form, codes)), form.region_id, unit)
    moves = tuple(moves_of(form.parsed.by_code[code])[of] for code in sorted(codes))
    found = members_of(Window(period, units, moves), form.region_id, unit)
    return {code: found[f"{of}:{code}"] for code in codes}


def _indicators(form: Form, codes) -> tuple:
    return tuple(form.parsed.by_code[code] for code in sorted(codes))


def _frozen(cells, codes) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {code: [] for code in codes}
    for cell in cells:
        found[cell.code] += map(Member, cell.records, cell.contributions)
    return found


class Before:
    """Cells of an earlier month as a unit looks back to them (compiling): of it and of the units
    that merged into it, as submitted where that stands, else as the units below have them, else
    from the records."""

    def __init__(self, form: Form, period: Period, codes: set[str], units: Units, unit, version):
        self.form, self.codes, self.units = form, codes, units.on(period.end)
        self.period = period
        merged = [one for one in self.units.valid if units.unit_of[one.pk] == unit.pk]
        versions = self._standing({one.pk for one in merged}, version)
        alike = counted_alike(form, {one.form_id for one in versions.values()})
        self.submitted: list[tuple[Version, frozenset[str]]] = []
        self.counted: dict[frozenset[str], list] = {}  # by codes, the units

        def look(one, codes: frozenset[str]):
            submitted, below = versions.get(one.pk), self.units.children(one)
            known = codes & alike[submitted.form_id] if submitted else frozenset()
            if known:
                self.submitted.append((submitted, known))
            if rest := codes - known:
                for child in below:
                    look(child, rest)
                if not below:
                    self.counted.setdefault(rest, []).append(one)

        for one in merged:
            look(one, frozenset(codes))

    def _standing(self, merged: set[int], version: Version | None) -> dict[int, Version]:
        """By the pk of a unit, its version that stands, or stood when `version` was submitted."""
        month = self.form.key, self.period.start
        if version:
            found = Past(version.upto).submitted(*month, version.submitted_at)
        else:
            standing = Report.objects.of_month(*month).standing()
            found = Version.objects.newest(*month).filter(report__in=standing)
        below = [pk for pk, above in self.units.above.items() if merged & set(above)]
        found = found.filter(report__district__in=below).select_related("report")
        return {one.report.district_id: one for one in found}

    def members(self) -> dict[str, list[Member]]:
        """By code; the number of statements does not grow with the units."""
        known = {version.pk: codes for version, codes in self.submitted}
        kept = FrozenCell.objects.filter(version__in=known, code__in=self.codes)
        cells = _frozen([c for c in kept if c.code in known[c.version_id]], self.codes)
        for codes, units in self.counted.items():
            window = Window(self.period, self.units, _indicators(self.form, codes))
            for code, found in members_of(window, self.form.region_id, *units).items():
                cells[code] += found
        return cells

    @property
    def latest(self) -> Version | None:
        """What became of a record since the latest of them, became of it since each of them."""
        versions = [version for version, _ in self.submitted]
        return max(versions, key=attrgetter("submitted_at"), default=None)
