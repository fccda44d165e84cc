"""更正: how a month that was approved comes to be frozen anew.

Its unit asks with a reason, and may take that back until it is decided; somebody else decides
above; then the unit submits again, which makes the next version. The old one stays, and stands
until the new one is in; is that taken back or returned, the correction goes on and the old one
stands again. Flows stay in their own month: nothing is carried into another.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from accounts.messages import notify
from accounts.models import User
from jianxi.history import acting
from jianxi.workflow import Transition, TransitionRefused, Workflow
from reporting.models import Correction, Report, Version
from reporting.standing import Next
from reporting.telling import tell

State = Correction.State
DECIDED = (State.APPROVED, State.REFUSED, State.WITHDRAWN)
SETTLED = frozenset({Report.State.APPROVED, Report.State.LOCKED})
OPEN = (State.ASKED, State.APPROVED)
ASKED_FOR = "申请更正"
KIND = "correction"  # of message


def may_ask(actor, report: Report) -> bool:
    return not report.district.is_root and Access(actor).may("prepare_reports", report.district)


def open_correction(report: Report) -> Correction | None:
    """The one that is asked for or under way; there is one at most."""
    found = report.corrections.filter(state__in=OPEN)
    return found.select_related("asked_by", "decided_by", "corrected").first()


def ask(report: Report, *, actor, reason: str) -> Correction:
    """Raises PermissionDenied, and TransitionRefused where the month is not approved, or a
    correction of it is open."""
    with acting(actor, f"{ASKED_FOR}：{reason}", about=report):
        row = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if not may_ask(actor, row):
            raise PermissionDenied
        if row.state not in SETTLED:
            shown = row.get_state_display()
            raise TransitionRefused(f"现在是“{shown}”，审定后的月报才需要申请更正。")
        if open_correction(row):
            raise TransitionRefused("这份月报已有更正在办理。")
        deciding = Next("review_reports", row.district.parent, without=actor.pk)
        tell(row, deciding.people(), "申请更正，请决定", kind=KIND)
        return Correction.objects.create(
            region_id=row.region_id,
            report=row,
            corrected=row.versions.first(),
            reason=reason,
            asked_by=actor,
        )


@dataclass(frozen=True)
class Decision:
    """By whom an asked correction was agreed to, refused or withdrawn, and with which words."""

    at: datetime
    by: str
    comment: str


def decisions(rows: Iterable[Correction]) -> dict[int, Decision]:
    """By pk, as the history tells; one statement."""
    events = Correction.pgh_event_model.objects.filter(pgh_obj__in=rows, state__in=DECIDED)
    found: dict[int, Decision] = {}
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        facts = event.pgh_context.metadata
        comment = facts.get("note", "").partition("：")[2]
        decision = Decision(event.pgh_created_at, facts.get("name", ""), comment)
        found.setdefault(event.pgh_obj_id, decision)  # the first: what follows is its being done
    return found


def finish(report: Report, version: Version) -> None:
    """The month was submitted anew: if that was a correction, this is what it made."""
    Correction.objects.filter(report=report, state=State.APPROVED).update(
        state=State.DONE, version=version
    )


def goes_on(report: Report) -> bool:
    """The month was taken back or returned. Whether that was a correction: it is under way again,
    and the version it corrects stands."""
    newest = report.versions.values("pk")[:1]
    made = Correction.objects.filter(version=newest)
    return bool(made.update(state=State.APPROVED, version=None))


def _withdraws(actor, correction) -> bool:
    """Whoever may ask there, not only who did."""
    return may_ask(actor, correction.report)


def _decides(actor, correction) -> bool:
    district, asker = correction.report.district, correction.asked_by_id
    return Access(actor).may_above("review_reports", district, without=asker)


def _reopen(correction, actor, *, comment):
    report = Report.objects.select_for_update(of=("self",)).get(pk=correction.report_id)
    if report.state not in SETTLED:
        raise TransitionRefused(f"这份月报现在是“{report.get_state_display()}”，不能更正。")
    report.state = Report.State.CORRECTING
    report.save()
    _decided(correction, actor, "已同意更正，请核对后重新报送")


def _refused(correction, actor, *, comment):
    _decided(correction, actor, "更正申请未获同意")


def _decided(correction, actor, title: str):
    correction.decided_by, correction.decided_at = actor, timezone.now()
    report, region = correction.report, correction.region
    address = [region.slug, report.form_key, f"{report.period:%Y-%m}", report.district.key]
    notify(
        User.objects.filter(pk=correction.asked_by_id),
        KIND,
        region=region,
        title=f"{report.period:%Y-%m} 月报{title}",
        url=reverse("office:month", args=address),
    )


COURSE = Workflow(
    "state",
    [
        Transition(
            "approve_correction",
            "同意更正",
            frozenset({State.ASKED}),
            State.APPROVED,
            _decides,
            follow=_reopen,
        ),
        Transition(
            "refuse_correction",
            "不同意更正",
            frozenset({State.ASKED}),
            State.REFUSED,
            _decides,
            comment_required=True,
            follow=_refused,
        ),
        Transition(
            "withdraw_correction",
            "撤回更正申请",
            frozenset({State.ASKED}),
            State.WITHDRAWN,
            _withdraws,
        ),
    ],
)
