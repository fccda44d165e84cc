"""Compiling a month: figures of every unit, the rules judged on them, both kept on its report."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from jianxi.locks import Lock, hold
from regions.models import District, Region
from reporting.checks import ChangeRule, SetRule, beside, by_kind
from reporting.computing import Figures, Window, count, from_json, reach, with_plans
from reporting.deadlines import due_dates
from reporting.models import Compilation, Form, OpeningFigure, Report, Version
from reporting.periods import Period
from reporting.rules import LAST_YEAR, PASS, PREVIOUS, SUBMITTED, Rule
from reporting.units import Units

YEARS_BACK = 2  # so far, months may still be compiled


@dataclass(frozen=True)
class Finding:
    """A rule that did not pass, with its two sides, unrounded: int, Decimal yuan, or missing."""

    rule: str
    outcome: str
    severity: str
    left: int | Decimal | None
    right: int | Decimal | None


@dataclass(frozen=True)
class Compiled:
    """What the records give now: figures and findings by the unit's pk, and what they were judged
    against: the figures of the period before, and what was counted beside or known of last year."""

    form: Form
    period: Period
    units: Units
    figures: dict[int, Figures]
    findings: dict[int, list[Finding]]
    previous: dict[int, Figures] = field(default_factory=dict)
    others: dict[int, dict[str, Figures]] = field(default_factory=dict)

    def judged_on(self, unit: District, figures: Figures, children: list[Figures]) -> list[Finding]:
        """A unit's rules on other figures than the records give now, as those that were submitted.
        Rules about what became of records are left out: of those figures it is not known."""
        before = self.previous[unit.pk]
        rules = _rules_of(self.form, self.period, before, has_children=bool(children))
        of_figures = [rule for rule in rules if is_of_figures(rule)]
        others = {name: self.others[unit.pk][name] for name in (SUBMITTED, LAST_YEAR)}
        return judge(of_figures, figures, before, children, **others)


def is_of_figures(rule: Rule) -> bool:
    """Whether figures decide it alone, and not what became of the records."""
    return not (rule.moved or isinstance(rule, SetRule))


class NoSuchForm(LookupError):
    """The region uses no such form in that period; the message is in Chinese."""


def form_for(region: Region, period: Period, key: str | None = None) -> Form:
    """The form in force on the period's last day; the region's first one unless named."""
    forms = list(Form.objects.in_force(period.end).select_related("region"))
    for form in forms:
        if key is None or form.key == key:
            return form
    used = "、".join(form.key for form in forms)
    raise NoSuchForm(f"{region}在{period}没有报表{key or ''}；可用的有：{used or '无'}。")


def may_begin(region: Region, period: Period, today: date) -> bool:
    """A month nobody compiled yet may be, unless it is from before the region reports here, or so
    long past that its year was mistyped."""
    if region.reporting_starts and period.start < region.reporting_starts:
        return False
    return today.year - period.start.year <= YEARS_BACK


def compute(
    form: Form, period: Period, unit: District | None = None, *, units: Units | None = None
) -> Compiled:
    """Figures and findings from the records as they are now; nothing is written.

    With `unit`, only its own and those of the units below are computed, the others left out.
    `units`: the tree at the period's end, where it reads records otherwise than they are.
    """
    now, before = windows(form, period, units)
    districts = reach([now, before], [unit]) if unit else None
    counted = replace(now, indicators=now.indicators + beside(form.parsed, form.rules))
    found, previous = count([counted, before], form.region_id, districts)
    others = {pk: by_kind(unit_figures) for pk, unit_figures in found.items()}
    figures = {
        pk: {code: unit_figures[code] for code in form.parsed.by_code}
        for pk, unit_figures in found.items()
    }
    figures = with_plans(figures, now, entered_plans(form, period))
    month_before = _frozen(form, period.previous, districts) if _looked_back(form.rules) else {}
    previous = _previous(form, period, now, before, previous, month_before)
    submitted = _as_submitted(form, before.units, now.units, month_before)
    year_ago = _last_year(form, period, now.units, districts)
    wanted = [u for u in now.units.valid if unit is None or u.path.startswith(unit.path)]
    compiled = Compiled(
        form,
        period,
        now.units,
        {u.pk: figures[u.pk] for u in wanted},
        {},
        {u.pk: previous.get(u.pk, {}) for u in wanted},
        {
            u.pk: others[u.pk]
            | {SUBMITTED: submitted.get(u.pk, {}), LAST_YEAR: year_ago.get(u.pk, {})}
            for u in wanted
        },
    )
    for u in wanted:
        children = [figures[child.pk] for child in now.units.children(u)]
        before_it = compiled.previous[u.pk]
        rules = _rules_of(form, period, before_it, has_children=bool(children))
        compiled.findings[u.pk] = judge(
            rules, figures[u.pk], before_it, children, **compiled.others[u.pk]
        )
    return compiled


def windows(form: Form, period: Period, units: Units | None = None) -> tuple[Window, Window]:
    """This period with all indicators, the one before with those the rules look back to. A mere
    comparison is with what was submitted, and has nothing counted for it."""
    rules = [rule for rule in form.rules if not isinstance(rule, ChangeRule)]
    looked_back = _looked_back(rules)
    units = units or Units(period.end)
    back = tuple(i for i in form.parsed.indicators if i.code in looked_back)
    return (
        Window(period, units, form.parsed.indicators),
        Window(period.previous, units.on(period.previous.end), back),
    )


def _looked_back(rules: list[Rule]) -> set[str]:
    return {t.code for rule in rules for t in rule.terms if t.of == PREVIOUS}


def entered_plans(form: Form, period: Period) -> dict[int, int]:
    rows = Report.objects.of_month(form.key, period.start).exclude(plan=None)
    return dict(rows.values_list("district", "plan"))


def plan_of(form: Form, window: Window, unit) -> int:
    """The unit's plan as the form shows it, entered or counted; the window asks for it alone."""
    (indicator,) = window.indicators
    counted = count([window], form.region_id)[0]
    plans = entered_plans(form, window.period)
    return with_plans(counted, window, plans)[unit.pk][indicator.code]


def _previous(form, period, now: Window, before: Window, computed, frozen) -> dict[int, Figures]:
    """Each unit's figures of the period before, the units that merged into it included.

    From the frozen version where there is one, else the sum of the units below, else from the
    records, where they were counted; in the period the region starts with, from the opening
    figures, for units that have them.
    """
    if form.region.reporting_starts == period.start:
        return _opening(form, now.units)
    codes = _looked_back(form.rules)
    then: dict[int, Figures] = {}
    for unit in sorted(before.units.valid, key=lambda unit: -unit.path.count("/")):
        known = [then[child.pk] for child in before.units.children(unit)] or [computed[unit.pk]]
        added = {code: _sum([one.get(code) for one in known]) for code in codes}
        then[unit.pk] = added | {c: v for c, v in frozen.get(unit.pk, {}).items() if c in codes}
    previous: dict[int, Figures] = {}
    for unit in before.units.valid:
        heir = previous.setdefault(now.units.unit_of[unit.pk], {})
        for code, value in then[unit.pk].items():
            heir[code] = _sum([heir.get(code, 0), value])
    return previous


def _sum(values: list) -> int | Decimal | None:
    return None if None in values else sum(values)


def _frozen(form: Form, period: Period, districts: Collection[int] | None) -> dict[int, Figures]:
    """The figures of the newest version of each unit's report where it stands, of the indicators
    that still mean the same: where the form was changed since, the records are counted in the new
    way. `districts` bounds the units by pk."""
    standing = Report.objects.of_month(form.key, period.start).standing()
    if districts is not None:
        standing = standing.filter(district__in=districts)
    newest = Version.objects.newest(form.key, period.start).filter(report__in=standing)
    kept = list(newest.values_list("report__district", "form", "figures"))
    alike = counted_alike(form, {used for _, used, _ in kept})
    return {
        district: {
            code: value
            for code, value in from_json(form.parsed, figures).items()
            if code in alike[used]
        }
        for district, used, figures in kept
    }


def counted_alike(form: Form, others: Collection[int]) -> dict[int, set[str]]:
    """By the pk of a form's other version, the indicators it counts as this one does."""
    versions = Form.objects.in_bulk(set(others) - {form.pk}) | {form.pk: form}
    return {
        pk: {
            i.code
            for i in form.parsed.indicators
            if _meaning(version, i.code) == _meaning(form, i.code)
        }
        for pk, version in versions.items()
    }


def _meaning(form: Form, code: str) -> tuple | None:
    indicator = form.parsed.by_code.get(code)
    return indicator and (indicator.of, frozenset(indicator.where), indicator.sum, indicator.unit)


def _last_year(form: Form, period: Period, units: Units, districts) -> dict[int, Figures]:
    """Not asked for where no rule compares with it."""
    if not any(term.of == LAST_YEAR for rule in form.rules for term in rule.terms):
        return {}
    before = period.year_ago
    return _as_submitted(form, units.on(before.end), units, _frozen(form, before, districts))


def _as_submitted(form: Form, then: Units, units: Units, frozen) -> dict[int, Figures]:
    """The figures of another month by unit, the units that merged into it included; of those alone
    that submitted it here."""
    frozen = dict(frozen)
    for unit in sorted(then.valid, key=lambda unit: -unit.path.count("/")):
        below = [frozen.get(child.pk) for child in then.children(unit)]
        if unit.pk not in frozen and below and None not in below:
            frozen[unit.pk] = _added(form, below)
    found: dict[int, list[Figures | None]] = {}
    for unit in then.valid:
        found.setdefault(units.unit_of[unit.pk], []).append(frozen.get(unit.pk))
    return {heir: _added(form, known) for heir, known in found.items() if None not in known}


def _added(form: Form, figures: list[Figures]) -> Figures:
    """What all of them know."""
    return {
        code: sum(one[code] for one in figures)
        for code in form.parsed.by_code
        if all(code in one for one in figures)
    }


def _opening(form: Form, units: Units) -> dict[int, Figures]:
    """Opening figures by unit; a unit above has the sum of those below."""
    opening: dict[int, Figures] = {}
    for row in OpeningFigure.objects.filter(form_key=form.key):
        indicator = form.parsed.by_code.get(row.code)
        if indicator is None:
            continue
        value = row.value if indicator.is_money else int(row.value)
        for unit in units.above[units.unit_of[row.district_id]]:
            figures = opening.setdefault(unit, {})
            figures[row.code] = figures.get(row.code, 0) + value
    return opening


def judge(
    rules: list[Rule],
    figures: Mapping,
    previous: Mapping,
    children: list[Mapping],
    **others: Mapping,
) -> list[Finding]:
    """The rules, of those that apply to a unit, that do not pass."""
    below = {code: sum(child[code] for child in children) for code in figures} if children else {}
    findings = []
    for rule in rules:
        outcome, left, right = rule.evaluate(figures, previous, below, **others)
        if outcome != PASS:
            findings.append(Finding(rule.code, outcome, rule.severity, left, right))
    return findings


def _rules_of(form: Form, period: Period, before: Figures, *, has_children: bool) -> list[Rule]:
    """The rules that apply to a unit.

    In the period the region starts with, a rule that looks back applies where opening figures
    stand in for the period before.
    """
    first = form.region.reporting_starts == period.start
    return [
        rule
        for rule in form.rules
        if rule.applies(
            month=period.end.month,
            first_period=first
            and not {t.code for t in rule.terms if t.of == PREVIOUS} <= before.keys(),
            has_children=has_children,
        )
    ]


def compile_month(form: Form, period: Period) -> Compiled:
    """Compute the month for every unit and keep it on the reports, made where missing.

    An open month whose last day has come becomes compiled. Within `acting`; one compilation of a
    region at a time. Submitted reports keep their versions: what is stored here shows the drift.
    """
    hold(Lock.COMPILE, form.region_id)
    compiled = compute(form, period)
    reports = open_month(form, period, compiled.units)
    _keep(compiled, reports)
    if period.end <= timezone.localdate():
        month = Report.objects.of_month(form.key, period.start)
        month.filter(state=Report.State.OPEN).update(state=Report.State.COMPILED)
    return compiled


def _keep(compiled: Compiled, reports: dict[int, int]):
    """Store every unit's figures and findings in one statement, as one document: quoting
    thousands of values one by one costs more than computing them."""
    rows = [
        {
            "report": reports[unit.pk],
            "figures": compiled.figures[unit.pk],
            "findings": [vars(finding) for finding in compiled.findings[unit.pk]],
        }
        for unit in compiled.units.valid
    ]
    table = connection.ops.quote_name(Compilation._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (region_id, form_id, compiled_at, report_id, figures, findings)"  # noqa: S608
            " SELECT %s, %s, %s, (unit->>'report')::bigint, unit->'figures', unit->'findings'"
            " FROM jsonb_array_elements(%s::jsonb) AS unit"
            " ON CONFLICT (report_id) DO UPDATE SET form_id = EXCLUDED.form_id,"
            " compiled_at = EXCLUDED.compiled_at, figures = EXCLUDED.figures,"
            " findings = EXCLUDED.findings",
            [
                compiled.form.region_id,
                compiled.form.pk,
                timezone.now(),
                json.dumps(rows, cls=DjangoJSONEncoder),
            ],
        )


def open_month(form: Form, period: Period, units: Units) -> dict[int, int]:
    """The report of every valid unit, made with its deadline where missing: unit pk → report pk."""
    month = Report.objects.of_month(form.key, period.start)
    reports = dict(month.values_list("district", "pk"))
    missing = [unit for unit in units.valid if unit.pk not in reports]
    if missing:
        due = due_dates(form, period, units)
        Report.objects.bulk_create(
            [
                Report(
                    region_id=form.region_id,
                    district=unit,
                    form_key=form.key,
                    period=period.start,
                    ends_on=period.end,
                    due_on=due[unit.pk].date if due.get(unit.pk) else None,
                    due_is_provisional=bool(due.get(unit.pk) and due[unit.pk].provisional),
                )
                for unit in missing
            ],
            ignore_conflicts=True,
        )
        reports = dict(month.values_list("district", "pk"))
    return reports
