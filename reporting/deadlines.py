"""When a unit's month is due: policy and calendar, computed when the month opens and kept."""

from regions.calendar import working_days
from regions.policy import policy_at
from regions.workdays import Due
from reporting.models import Form, Report
from reporting.periods import Period
from reporting.units import Units


def due_dates(form: Form, period: Period, units: Units) -> dict[int, Due]:
    """By unit pk. Units that report to the region have the policy's deadline, those below them an
    earlier one; the region itself, and units above the reporting ones, have none.

    Empty where the policy in force on the period's first day names no deadline.
    """
    policy = policy_at(period.start)
    rule = policy.value("report_deadline")
    if rule is None:
        return {}
    calendar = working_days()
    due = calendar.deadline(rule, period.end)
    lead = policy.value("report_lead_below_working_days", 1)
    earlier = calendar.earlier(due, lead)
    dates = {}
    for unit in units.valid:
        if reports_to_region(form, unit, units):
            dates[unit.pk] = due
        elif any(
            reports_to_region(form, units.by_pk[above], units) for above in units.above[unit.pk][1:]
        ):
            dates[unit.pk] = earlier
    return dates


def reports_to_region(form: Form, unit, units: Units) -> bool:
    """Whether the unit's form goes to the region: by level, or whoever stands directly below."""
    if form.reporting_level:
        return unit.kind == form.reporting_level
    return unit.parent_id == units.root.pk


def reporting_due(form: Form, period: Period, units: Units) -> Due | None:
    """The deadline of the reporting units."""
    return max(deadlines(form, period, units), default=None)


def deadlines(form: Form, period: Period, units: Units | None = None) -> list[Due]:
    """All of a form's month: as kept when it opened, else computed."""
    kept = Report.objects.of_month(form.key, period.start).exclude(due_on=None).order_by()
    kept = kept.values_list("due_on", "due_is_provisional").distinct()
    days = [Due(*row) for row in kept]
    return days or list(due_dates(form, period, units or Units(period.end)).values())


def settle_provisional():
    """Recompute the provisional deadlines of the region in scope: the calendar has changed."""
    for report in Report.objects.filter(due_is_provisional=True).order_by("form_key", "period"):
        period = Period(report.period, report.ends_on)
        form = Form.objects.in_force(period.end).get(key=report.form_key)
        due = due_dates(form, period, Units(period.end)).get(report.district_id)
        if due and (due.date, due.provisional) != (report.due_on, report.due_is_provisional):
            report.due_on, report.due_is_provisional = due
            report.save(update_fields=["due_on", "due_is_provisional"])
