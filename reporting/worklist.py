"""Months that wait for a user: to be submitted, confirmed, or decided on from above.

Only for the units of one's own offices: whoever may act in a unit from above is not asked to.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from jianxi.worklist import Item, clocked, source
from reporting.drawing import month_url
from reporting.models import Correction, Form, Report
from reporting.periods import Period
from reporting.standing import was_late
from reporting.workflow import HANDED_UP, TO_BE_SUBMITTED

State = Report.State
SHOWN = 100  # of each kind; more are on the board


def _running(*states):
    """Months that are over and were not submitted yet: once they were, no clock runs, also when
    they are returned."""
    over = Report.objects.filter(ends_on__lt=timezone.localdate(), first_submitted_at=None)
    over = over.select_related("region", "district")
    return over.filter(state__in=states).exclude(district__parent=None)


clocked(
    "月报报送",
    lambda: _running(*TO_BE_SUBMITTED),
    "district",
    listing="office:months",
    right="prepare_reports",
    page=lambda report: report.told_at,
)
clocked(
    "月报复核",
    lambda: _running(State.CONFIRMING),
    "district",
    listing="office:months",
    right="confirm_reports",
    page=lambda report: report.told_at,
)


@source
def to_submit(request):
    """Months that are over and not submitted yet."""
    over = _own(request, "prepare_reports").filter(ends_on__lt=timezone.localdate())
    never = over.filter(state__in=TO_BE_SUBMITTED, first_submitted_at=None)
    yield from _items(request, never, "去报送")


@source
def to_submit_again(request):
    """Months that came back: in time or late by their first submission, no clock runs any more."""
    own = _own(request, "prepare_reports").filter(state__in=TO_BE_SUBMITTED)
    reports = list(own.exclude(first_submitted_at=None)[:SHOWN])
    back = came_back(reports)
    for item in _items(request, reports, "去重报"):
        yield replace(item, due_on=None, subtitle=_since(item.about, back.get(item.about.pk)))


def _since(report: Report, back: tuple[str, datetime] | None) -> str:
    how, at = back or ("退回", report.first_submitted_at)
    day = timezone.localdate(at)
    first = "首次迟报" if was_late(report) else "首次按时"
    return f"{report.district.name} · {how}待重报，{day:%m-%d} 起 · {first}"


def came_back(reports: Iterable[Report]) -> dict[int, tuple[str, datetime]]:
    """By pk, how a month came to whoever prepares it again (退回, 撤回), and when; one statement."""
    events = Report.pgh_event_model.objects.filter(pgh_obj__in=[report.pk for report in reports])
    found, states = {}, {}
    for event in events.order_by("pgh_id"):
        if event.state in TO_BE_SUBMITTED and states.get(event.pgh_obj_id) in HANDED_UP:
            how = "撤回" if event.state == State.RETURNED and event.taken_back else "退回"
            found[event.pgh_obj_id] = how, event.pgh_created_at
        states[event.pgh_obj_id] = event.state
    return found


@source
def to_correct(request):
    """Corrections that were agreed to: the month is to be submitted anew."""
    reopened = _own(request, "prepare_reports").filter(state=State.CORRECTING)
    for item in _items(request, reopened, "去更正"):
        yield replace(item, due_on=None)


@source
def to_decide(request):
    """Corrections that units below ask for."""
    asked = Correction.objects.filter(
        state=Correction.State.ASKED, report__district__parent__in=_above(request)
    )
    asked = asked.select_related("report__district__parent").order_by("report__period", "report")
    mine = [
        row.report
        for row in asked
        if request.access.has_turn(
            "review_reports", row.report.district.parent, without=row.asked_by_id
        )
    ]
    for item in _items(request, mine, "去决定"):
        subtitle = f"{item.about.district.name} · 申请更正"
        yield replace(item, due_on=None, subtitle=subtitle, about=None)


@source
def to_confirm(request):
    """Months a colleague has handed up."""
    handed_up = _own(request, "confirm_reports").filter(state=State.CONFIRMING)
    for item in _items(request, handed_up, "去复核"):
        yield replace(item, due_on=None) if item.about.first_submitted_at else item


@source
def to_review(request):
    """Months submitted by the units below: one item for each month."""
    submitted = Report.objects.filter(
        state=State.SUBMITTED, district__parent__in=_above(request)
    ).with_submitters()
    month = ("form_key", "period", "ends_on", "district__parent")
    alike = submitted.order_by("period").values_list(*month, "submitter").annotate(Count("pk"))
    rows = list(alike)
    above = _above(request).in_bulk({unit for _, _, _, unit, _, _ in rows}) if rows else {}
    units = Counter()
    for *one, unit, submitter, number in rows:
        if request.access.has_turn("review_reports", above[unit], without=submitter):
            units[*one, unit] += number
    forms = _forms(request) if units else {}
    for (key, start, end, unit), number in list(units.items())[:SHOWN]:
        form, period, unit = forms[key], Period(start, end), above[unit]
        yield Item(
            kind="月报",
            title=_title(form, period),
            subtitle=f"{unit.name} · {number} 个单位待审定",
            url=month_url("month", form, period, unit),
            action="去审定",
        )


def _above(request):
    """The units that may be the user's to decide for."""
    return request.access.districts("review_reports")


def _own(request, permission: str):
    """Reports of the very units the permission was granted on; the region's own goes to nobody."""
    paths = request.access.grants.get(permission, [])
    rows = Report.objects.filter(district__path__in=paths).exclude(district__parent=None)
    return rows.select_related("district").order_by("due_on", "period")


def _items(request, reports, action: str):
    """`reports`: a queryset, or a list."""
    rows = list(reports[:SHOWN])
    forms = _forms(request) if rows else {}
    for report in rows:
        form, period = forms[report.form_key], Period(report.period, report.ends_on)
        yield Item(
            kind="月报",
            title=_title(form, period),
            subtitle=f"{report.district.name} · {report.get_state_display()}",
            url=month_url("month", form, period, report.district),
            action=action,
            due_on=report.due_on,
            provisional=report.due_is_provisional,
            about=report,
        )


def _forms(request) -> dict[str, Form]:
    """The newest version of each form, by key."""
    forms = {form.key: form for form in Form.objects.order_by("effective_from")}
    for form in forms.values():
        form.region = request.region
    return forms


def _title(form: Form, period: Period) -> str:
    return f"{period.start.year}年{period.start.month}月 {form.title}"
