"""A month as it is shown: a unit's own line, and one for each unit directly below it.

The page, the API and the xlsx are drawn from this, and so agree. A line shows the figures as
submitted where a submission stands, else as the records give them now.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from regions.models import District
from reporting.compiling import Compiled, Finding, compute
from reporting.computing import Figures, from_json
from reporting.definitions import FormDefinition
from reporting.explaining import standing
from reporting.models import Form, Report, Version
from reporting.periods import Period
from reporting.units import Units


@dataclass(frozen=True)
class Line:
    """One unit's month. `now` and `findings_now` are from the records as they are; `version` is
    the newest there is, whether it stands or was returned; under correction, the one corrected."""

    form: Form
    unit: District
    report: Report | None
    version: Version | None
    now: Figures
    findings_now: list[Finding]

    @property
    def stands(self) -> bool:
        """Submitted, and not returned. What is being corrected stands until it is in anew."""
        return self.version is not None and self.report.stands

    @property
    def is_reopened(self) -> bool:
        """A correction is under way: what is judged are the records as they are."""
        return self.report is not None and self.report.under_correction

    @property
    def judged_as_submitted(self) -> bool:
        """What was submitted is what is judged and explained."""
        return self.stands and not self.is_reopened

    @cached_property
    def figures(self) -> Figures:
        return figures_of(self.version) if self.stands else self.now

    @cached_property
    def findings(self) -> list[Finding]:
        return findings_of(self.version) if self.judged_as_submitted else self.findings_now

    @cached_property
    def explained(self) -> frozenset[str]:
        """The rules that fail with a reason to hand: of those in `findings`."""
        if self.judged_as_submitted:
            return self.version.explained
        rows = self.report.explanations.all() if self.report else ()
        return frozenset(standing(rows, self.findings_now))

    @cached_property
    def drifted(self) -> list[str]:
        """The indicators whose figure the records now give otherwise than it was submitted."""
        return differing(self.form.parsed, self.figures, self.now)

    @cached_property
    def changed_since_compiled(self) -> list[str]:
        """The indicators whose figure the records now give otherwise than when last compiled."""
        kept = getattr(self.report, "compilation", None)
        if kept is None:
            return []
        return differing(self.form.parsed, from_json(self.form.parsed, kept.figures), self.now)


class LineThen(Line):
    """A unit's month as a version froze it, whatever became of it since."""

    stands, is_reopened = True, False


@dataclass(frozen=True)
class Sheet:
    """A unit's month with its part of the tree: `own` is computed from the records of all below,
    each once; `below` is empty for a lowest unit."""

    compiled: Compiled
    own: Line
    below: list[Line]

    @property
    def form(self) -> Form:
        return self.compiled.form

    @property
    def period(self) -> Period:
        return self.compiled.period

    @property
    def unit(self) -> District:
        return self.own.unit

    @property
    def lines(self) -> list[Line]:
        """What the form lists: the units that report directly to this one, or itself."""
        return self.below or [self.own]

    @cached_property
    def added(self) -> Figures:
        """The sum of the lines as they are shown."""
        return added_up([line.figures for line in self.lines])

    @cached_property
    def total(self) -> Figures:
        """What the month says for the unit, on every page and paper: as it submitted where that
        stands; else, of a unit with others below it, the sum of their lines."""
        return self.own.figures if self.own.stands or not self.below else self.added

    @property
    def is_added(self) -> bool:
        """The total is the sum of lines of which some were submitted: no computation of its own."""
        return not self.own.stands and any(line.stands for line in self.below)

    @cached_property
    def disagreeing(self) -> list[str]:
        """The indicators whose sum over the lines is not the total."""
        return differing(self.form.parsed, self.added, self.total)

    @cached_property
    def recomputed(self) -> list[str]:
        """The indicators that the records now give otherwise than the total."""
        return differing(self.form.parsed, self.total, self.own.now)

    @cached_property
    def findings(self) -> list[Finding]:
        """The rules judged on the very figures shown."""
        if not self.is_added:
            return self.own.findings
        return self.compiled.judged_on(self.unit, self.total, [line.figures for line in self.below])

    @property
    def findings_now(self) -> list[Finding] | None:
        """As the records are now; None where that is no other judgement than of what is shown."""
        now = self.own.findings_now
        return now if now != self.findings else None

    @property
    def explains_now(self) -> bool:
        """The reasons to hand are of what the records give now, and not of what is shown."""
        return not self.own.judged_as_submitted and self.findings_now is not None

    @property
    def explained(self) -> frozenset[str]:
        """Of `findings`, those with a reason to hand."""
        return frozenset() if self.explains_now else self.own.explained

    @property
    def missing(self) -> list[Line]:
        """Units below that have not submitted."""
        return [line for line in self.below if not line.stands]


def sheet_of(form: Form, period: Period, unit: District) -> Sheet:
    """The month of a unit; the number of statements does not grow with the units below."""
    compiled = compute(form, period, unit)
    shown = [unit, *compiled.units.children(unit)]
    reports, versions = _reports(form, period, shown), _versions(form, period, shown)
    own, *below = (
        Line(
            form,
            one,
            reports.get(one.pk),
            versions.get(one.pk),
            compiled.figures[one.pk],
            compiled.findings[one.pk],
        )
        for one in shown
    )
    return Sheet(compiled, own, below)


def sheet_then(version: Version) -> Sheet:
    """A version by itself, in the form as it was: one line, without the units below."""
    report = version.report
    form, unit, period = version.form, report.district, Period(report.period, report.ends_on)
    figures, findings = figures_of(version), findings_of(version)
    own = LineThen(form, unit, report, version, figures, findings)
    compiled = Compiled(form, period, Units(period.end), {unit.pk: figures}, {unit.pk: findings})
    return Sheet(compiled, own, [])


def _reports(form, period, units) -> dict[int, Report]:
    rows = Report.objects.of_month(form.key, period.start).filter(district__in=units)
    by_pk = {unit.pk: unit for unit in units}
    reports = {}
    rows = rows.with_corrections().with_submitters()
    rows = rows.select_related("compilation", "scan").prefetch_related("explanations")
    for row in rows:
        row.district, row.region = by_pk[row.district_id], form.region
        reports[row.district_id] = row
    return reports


def _versions(form, period, units) -> dict[int, Version]:
    newest = Version.objects.newest(form.key, period.start).filter(report__district__in=units)
    versions = {}
    for row in newest.select_related("submitted_by", "scan", "report", "form"):
        if row.form_id == form.pk:
            row.form = form  # read once for all
        versions[row.report.district_id] = row
    return versions


def figures_of(version: Version) -> Figures:
    return from_json(version.form.parsed, version.figures)


def findings_of(version: Version) -> list[Finding]:
    return [read_finding(stored) for stored in version.findings]


def read_finding(stored: dict) -> Finding:
    """A finding as it was kept; yuan are kept as strings."""
    sides = {
        side: Decimal(stored[side]) if isinstance(stored[side], str) else stored[side]
        for side in ("left", "right")
    }
    return Finding(**stored | sides)


def added_up(figures: list[Figures]) -> Figures:
    """Of the indicators that all of them have."""
    return {
        code: sum(unit[code] for unit in figures)
        for code in figures[0]
        if all(unit.get(code) is not None for unit in figures)
    }


def differing(form: FormDefinition, one: Figures, other: Figures) -> list[str]:
    return [code for code in form.by_code if one.get(code) != other.get(code)]
