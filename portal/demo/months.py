"""Months in every state, moved there by those whose work it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from accounts.models import Role
from jianxi.history import acting
from portal.demo import dates, slips
from portal.demo.offices import Offices
from regions.models import District
from reporting import corrections
from reporting.compiling import compile_month
from reporting.corrections import SETTLED
from reporting.definitions import FormDefinition
from reporting.models import Explanation, Form, Report
from reporting.periods import Period
from reporting.workflow import WORKFLOW, blocks, month_of, standing_explanations

LATE, OTHER = Explanation.Reason.LATE, Explanation.Reason.OTHER
LOCKED_MONTHS = 2  # before the one that is to be reported now
STAGES = ["approved", "approved", "approved", "submitted", "confirming", "returned", "compiled"]
OPEN_STAGES = ["compiled", "submitted", "returned"]  # of the units one can sign in to
CITY_STAGES = ["approved", "submitted", "returned", "confirming"]  # of those whose counties are in
LATE_EVERY = 17  # one unit in so many
RETURNED = "第{}项与上月相差较大，请核对记录后重报。"
RETURNED_OVER_MONEY = "第{}项与上月相差较大，请核对补贴拨付后重报。"
CORRECTED = "有两份记录录晚了，更正后重报。"
EXPLAINED = "已逐条核对，差异来自记录更正和基地跨区划转，岗位和人员随基地转入、转出。"
EXPLAINED_OVER_MONEY = "已逐笔核对补贴拨付，差异来自本月集中拨付和审计要求追回的款项。"


@dataclass
class Course:
    """Takes a region's reports through their months. `opened` are units with accounts."""

    offices: Offices
    opened: list[District]

    def run(self, today: date):
        """Some months locked, then slips; the last month in every state, the running one open."""
        running = Period.month_of(today)
        month = running.previous
        for period in _before(month, LOCKED_MONTHS):
            for form in Form.objects.in_force(period.end):
                self._month(form, period, lambda report: "approved")
        slips.make(self.offices, self.opened, month, today)
        self._corrections(month.previous)
        for form in Form.objects.in_force(month.end):
            self._month(form, month, self._stages())
            self._too_small_a_plan(form, month)
        for form in Form.objects.in_force(running.end):
            compile_month(form, running)
        dates.of_months()

    def _month(self, form: Form, period: Period, stage_of: Callable[[Report], str]):
        compile_month(form, period)
        for report in _reports(form, period):
            self._take(report, stage_of(report))

    def _stages(self) -> Callable[[Report], str]:
        """How far each unit comes. A city waits for its counties: it moves where none of them is
        one of those opened, and these are approved then."""
        opened = dict(zip([unit.pk for unit in self.opened], OPEN_STAGES))
        others, cities = cycle(STAGES), cycle(CITY_STAGES)
        above = District.objects.filter(has_children=True).exclude(parent=None)
        waits = {
            city.pk: any(unit.path.startswith(city.path) for unit in self.opened) for city in above
        }
        city_stages = {pk: "compiled" if waiting else next(cities) for pk, waiting in waits.items()}

        def stage_of(report: Report) -> str:
            unit = report.district
            if unit.pk in opened or unit.pk in city_stages:
                return opened.get(unit.pk) or city_stages[unit.pk]
            return next(others) if waits.get(unit.parent_id, True) else "approved"

        return stage_of

    def _take(self, report: Report, stage: str):
        """As far as the stage, or to where a rule stops it."""
        if stage == "compiled":
            return
        staff = self._staff(report.district)
        compiled = month_of(report)
        with acting(staff[Role.CLERK]):
            self._explain(report, compiled)
        if blocks(report, compiled):
            return
        report = WORKFLOW.move(report, "hand_up", actor=staff[Role.CLERK])
        if stage == "confirming":
            return
        if report.due_on:
            late = (report.district.order + report.period.month) % LATE_EVERY == 0
            report.first_submitted_at = dates.handed_in(report, late=late)
            with acting(staff[Role.CLERK]):
                report.save(update_fields=["first_submitted_at"])
        report = WORKFLOW.move(report, "confirm", actor=staff[Role.REVIEWER])
        above = self._staff(report.district.parent)[Role.REVIEWER]
        if stage == "returned":
            why = returned_for(compiled.form.parsed)
            WORKFLOW.move(report, "return", actor=above, comment=why)
        elif stage == "approved":
            WORKFLOW.move(report, "approve", actor=above)

    def _explain(self, report, compiled):
        standing = standing_explanations(report, compiled)
        money = rules_over_money(compiled.form)
        for finding in compiled.findings[report.district_id]:
            if finding.severity == "explain" and finding.rule not in standing:
                Explanation.objects.update_or_create(
                    region=report.region,
                    report=report,
                    rule=finding.rule,
                    defaults={
                        "left": finding.left,
                        "right": finding.right,
                        "reason": OTHER if finding.rule in money else LATE,
                        "text": EXPLAINED_OVER_MONEY if finding.rule in money else EXPLAINED,
                    },
                )

    def _corrections(self, period):
        """A month before is corrected: agreed to in one unit, asked for in another. Of units one
        cannot sign in to, so that theirs stand as they were."""
        others = [unit.pk for unit in self.opened]
        settled = Report.objects.filter(period=period.start, state__in=SETTLED)
        rows = settled.exclude(district__in=others).exclude(district__parent=None)
        rows = rows.select_related("district__parent", "district__successor", "region")
        for number, report in enumerate(rows.order_by("district__order", "pk")[:2]):
            clerk = self._staff(report.district)[Role.CLERK]
            correction = corrections.ask(report, actor=clerk, reason=CORRECTED)
            if number == 0:
                above = self._staff(report.district.parent)[Role.REVIEWER]
                corrections.COURSE.move(correction, "approve_correction", actor=above)

    def _too_small_a_plan(self, form, month):
        """The first unit planned for fewer than came: that month cannot be submitted so."""
        plans = [i.code for i in form.parsed.indicators if i.kind == "plan"]
        report = Report.objects.of_month(form.key, month.start).get(district=self.opened[0])
        if plans and (counted := report.compilation.figures[plans[0]]):
            with acting(self._staff(report.district)[Role.CLERK], "填报计划数"):
                report.plan = counted // 2
                report.save(update_fields=["plan"])
                compile_month(form, month)

    def _staff(self, unit: District):
        """Who works in the unit, or in the one it became part of, by role."""
        while unit.pk not in self.offices.staff:
            unit = unit.successor
        return self.offices.staff[unit.pk]


def returned_for(form: FormDefinition) -> str:
    over_money = [one.code for one in form.indicators if one.is_money]
    if over_money:
        return RETURNED_OVER_MONEY.format(over_money[-1])
    return RETURNED.format(form.indicators[-1].code)


def rules_over_money(form: Form) -> set[str]:
    codes = {one.code for one in form.parsed.indicators if one.is_money}
    return {rule.code for rule in form.rules if codes & {term.code for term in rule.terms}}


def _before(month: Period, count: int) -> list[Period]:
    """So many months before, oldest first."""
    months = [month]
    for _ in range(count):
        months.insert(0, months[0].previous)
    return months[:-1]


def _reports(form: Form, period: Period) -> list[Report]:
    """Of all units but the region itself, those below first."""
    reports = Report.objects.of_month(form.key, period.start).select_related(
        "region", "district__parent", "district__successor"
    )
    return sorted(
        (report for report in reports if not report.district.is_root),
        key=lambda report: (-report.district.path.count("/"), report.district.order),
    )
