"""The course of an application: from the youth to the district, from there to the base, which
answers; or, where districts dispatch, from the pool to a position. Signing the agreement ends it.

Whoever takes a place holds the application first, then the base, then the position (`placing`).
"""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from bases.access import acts_for, people_of
from jianxi.findings import refusal
from jianxi.history import acting
from jianxi.workflow import Transition, TransitionRefused, Workflow
from positions.models import Position
from regions.clocks import answer_due, settle_provisional
from regions.models import District
from regions.signals import calendar_changed
from trainees.clashes import engaged
from trainees.facts import findings_of, unfit
from trainees.models import Agreement, Application, Trainee
from trainees.placing import by_dispatch, full, no_place, with_places
from trainees.pool import answered
from trainees.queries import ApplicationQuerySet

State = Application.State
REVIEW = "review_applications"
KIND = "application"  # of messages
BEGUN = "报名"  # the first step in the history
DISTRICTS_CLOCK, BASES_CLOCK = "trainee_review_working_days", "base_answer_working_days"

# What hangs on an application that was taken in, and must be given up with it.
OVER: list[Callable[[Application, object], None]] = []


def when_over(function):
    """Register what follows, in the same transaction, when an application is given up, refused by
    the base or taken back from it: a function of the row and the actor."""
    OVER.append(function)
    return function


# --- Applying


def apply(
    trainee: Trainee,
    *,
    position: Position | None = None,
    district: District | None = None,
    wish: str = "",
    note: str = "",
    actor,
) -> Application:
    """For a position, or without one for the pool of a `district`. Raises TransitionRefused with
    words for the youth; whoever presses twice applies once."""
    today = timezone.localdate()
    with acting(actor, BEGUN):
        held = Trainee.objects.select_for_update(of=("self",), no_key=True).standing()
        trainee = held.filter(pk=trainee.pk).first()
        if trainee is None:
            raise TransitionRefused("这份登记已经作废，请联系所在区县人社部门。")
        if reason := unfit(findings_of(trainee, position, day=today)):
            raise TransitionRefused(reason)
        if words := engaged(trainee.person_id):
            raise TransitionRefused(f"{words}，结束以后再报名。")
        if position:
            district = _reviewer_of(position, today)
        elif district is None or district.has_children:
            raise TransitionRefused("请选择一个区县。")
        elif district not in answered(REVIEW, today):
            raise TransitionRefused("这个区县还没有单位在网上受理，报名没有提交。请另选一个区县。")
        due_on, provisional = answer_due(today, DISTRICTS_CLOCK)
        try:
            with transaction.atomic():
                return Application.objects.create(
                    region_id=trainee.region_id,
                    trainee=trainee,
                    position=position,
                    district=district,
                    from_pool=position is None,
                    wish=wish or trainee.wish,
                    note=note,
                    submitted_at=timezone.now(),
                    due_on=due_on,
                    due_is_provisional=provisional,
                )
        except IntegrityError as error:
            raise TransitionRefused(_in_words(error)) from error


def _reviewer_of(position, today) -> District:
    """The district of a position that takes applications today."""
    if by_dispatch(today):
        raise TransitionRefused("本地由区县统一安排，请报到人才库，写明想做的工作。")
    if Position.objects.recruiting(today).filter(pk=position.pk).exists():
        return position.base.district
    there_is_none = full(with_places(position))
    raise TransitionRefused("这个岗位的名额已满。" if there_is_none else "这个岗位现在不招人。")


def _in_words(error: IntegrityError) -> str:
    """What a unique constraint says; any other error is none of ours."""
    stopped = error.__cause__.diag.constraint_name
    for constraint in Application._meta.constraints:
        if constraint.name == stopped and "_once_" in stopped:
            return constraint.violation_error_message
    raise error


def close_others(trainee: Trainee, signed: Application):
    """An agreement is signed: the youth's other applications are over. As the youth, within the
    transaction of signing, once the agreement is there."""
    others = Application.objects.open().filter(trainee=trainee).exclude(pk=signed.pk)
    for row in others.order_by("pk"):
        COURSE.move(row, "close", actor=trainee.user)


# --- Who


def _youth(actor, row):
    return row.trainee.user_id is not None and row.trainee.user_id == actor.pk


def _district(actor, row):
    return Access(actor).may(REVIEW, row.district)


def _employer(actor, row):
    return row.position is not None and acts_for(actor, row.position.base.profile)


def _districts_pool(actor, row):
    return row.from_pool and _district(actor, row)


def _employers_own(actor, row):
    return not row.from_pool and _employer(actor, row)


def _either_from_pool(actor, row):
    return row.from_pool and (_employer(actor, row) or _district(actor, row))


# --- Whether


def _may_apply(row, actor):
    if reason := unfit(findings_of(row.trainee, row.position)):
        return reason
    words = engaged(row.trainee.person_id)
    return f"{words}，结束以后再报名。" if words else ""


def _may_be_passed_on(row, actor):
    if by_dispatch(timezone.localdate()):
        return "本地由区县派遣，请为本人选择岗位。"
    reason = refusal(findings_of(row.trainee, row.position))
    return f"不符合规定：{reason}。" if reason else _unengaged(row, actor)


def _unengaged(row, actor):
    words = engaged(row.trainee.person_id)
    return f"{words}。" if words else ""


def _has_a_place(row, actor):
    return no_place(row.trainee, row.position, timezone.localdate())


def _districts_dispatch(row, actor):
    return "" if by_dispatch(timezone.localdate()) else "本地由双方选择，请推送给单位，由单位答复。"


def _has_signed(row, actor):
    running = Agreement.objects.standing().filter(trainee=row.trainee_id, ended_on=None)
    return "" if running.filter(position=row.position_id).exists() else "协议还没有签好。"


def _signed_another(row, actor):
    return "" if engaged(row.trainee.person_id) else "没有签别的协议。"


# --- What follows


def _await_district(row):
    row.submitted_at = timezone.now()
    row.due_on, row.due_is_provisional = answer_due(timezone.localdate(), DISTRICTS_CLOCK)


def _stop_clock(row):
    row.due_on, row.due_is_provisional = None, False


def _resubmit(row, actor, *, comment):
    _await_district(row)


def _withdraw(row, actor, *, comment):
    _stop_clock(row)
    _give_up(row, actor)
    if row.referred_at:
        _tell_employer(row, f"岗位“{row}”的一份报名已由本人撤回")


def _refer(row, actor, *, comment, position=None):
    """One from the pool is passed to a position with a place left."""
    if row.from_pool:
        _place(row, actor, position)
    elif not _is_offered(row.position):
        raise TransitionRefused("岗位已经关闭，不能推送。请退回，请本人另选岗位。")
    elif words := full(with_places(row.position)):
        raise TransitionRefused(f"{words}请退回，请本人另选岗位。")
    row.referred_at = timezone.now()
    row.due_on, row.due_is_provisional = answer_due(timezone.localdate(), BASES_CLOCK)
    _tell_youth(row, f"报名“{row}”已通过审核，等单位答复")
    _tell_employer(row, f"岗位“{row}”有新的报名，请在 {row.due_on:%m-%d} 前答复")


def _return(row, actor, *, comment):
    _stop_clock(row)
    _tell_youth(row, f"报名“{row}”被退回，补正后可以重新提交")


def _reject(row, actor, *, comment):
    _stop_clock(row)
    _tell_youth(row, f"报名“{row}”没有通过审核")


def _accept(row, actor, *, comment):
    _stop_clock(row)
    _tell_youth(row, f"单位接收了您报名的“{row}”，接下来由单位拟定协议")


def _decline(row, actor, *, comment):
    _stop_clock(row)
    _give_up(row, actor)
    _tell_youth(row, f"单位没有接收您报名的“{row}”，可以再报别的岗位")


def _put_back(row, actor, *, comment):
    _give_up(row, actor)
    _tell_youth(row, f"“{row}”没有安排成，区县会为您另找岗位")
    if not _employer(actor, row):
        _tell_employer(row, f"岗位“{row}”的一名见习人员由区县另行安排")
    row.position = row.referred_at = row.chased_on = None
    _await_district(row)


def _dispatch(row, actor, *, comment, position=None):
    _place(row, actor, position)
    if reason := no_place(row.trainee, position, timezone.localdate()):
        raise TransitionRefused(reason)
    _stop_clock(row)
    row.referred_at = timezone.now()
    _tell_youth(row, f"区县安排您到“{row}”见习，接下来由单位拟定协议")
    _tell_employer(row, f"区县为岗位“{row}”派来一名见习人员，请拟定协议")


def _sign(row, actor, *, comment):
    _stop_clock(row)


def _place(row, actor, position):
    """Give an application from the pool a position that the actor may fill."""
    today = timezone.localdate()
    if position is None:
        raise TransitionRefused("请选择岗位。")
    if not Access(actor).may(REVIEW, position.base.district):
        raise TransitionRefused("这个岗位不在您办理的区县。")
    if not Position.objects.recruiting(today).filter(pk=position.pk).exists():
        raise TransitionRefused(f"岗位“{position}”现在不招人，或名额已满，请另选。")
    if Application.objects.open().filter(trainee=row.trainee_id, position=position).exists():
        raise TransitionRefused(f"本人已报岗位“{position}”，正在办理，请另选。")
    if reason := refusal(findings_of(row.trainee, position, day=today)):
        raise TransitionRefused(f"不符合规定：{reason}。")
    row.position = position


def _is_offered(position) -> bool:
    offered = position.state in (Position.State.PUBLISHED, Position.State.PAUSED)
    return offered and position.closed_on is None and position.voided_at is None


def _give_up(row, actor):
    for function in OVER:
        function(row, actor)


def _tell_youth(row, title):
    if row.trainee.user_id:
        messages.notify(
            [row.trainee.user],
            KIND,
            region=row.region,
            title=title,
            url=reverse("me:application", args=[row.region.slug, row.pk]),
        )


def _tell_employer(row, title):
    messages.notify(
        people_of(row.position.base.profile),
        KIND,
        region=row.region,
        title=title,
        url=reverse("employer:application", args=[row.region.slug, row.pk]),
    )


COURSE = Workflow(
    "state",
    [
        Transition(
            "resubmit",
            "重新提交",
            frozenset({State.RETURNED}),
            State.SUBMITTED,
            _youth,
            check=_may_apply,
            follow=_resubmit,
        ),
        Transition(
            "withdraw",
            "撤回报名",
            frozenset(ApplicationQuerySet.OPEN),
            State.WITHDRAWN,
            _youth,
            follow=_withdraw,
        ),
        Transition(
            "refer",
            "通过并推送",
            frozenset({State.SUBMITTED}),
            State.REFERRED,
            _district,
            check=_may_be_passed_on,
            follow=_refer,
        ),
        Transition(
            "return",
            "退回补正",
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            _district,
            comment_required=True,
            follow=_return,
        ),
        Transition(
            "reject",
            "不予通过",
            frozenset({State.SUBMITTED}),
            State.REJECTED,
            _district,
            comment_required=True,
            follow=_reject,
        ),
        Transition(
            "accept",
            "接收",
            frozenset({State.REFERRED}),
            State.ACCEPTED,
            _employer,
            check=_has_a_place,
            follow=_accept,
        ),
        Transition(
            "decline",
            "不接收",
            frozenset({State.REFERRED, State.ACCEPTED}),
            State.DECLINED,
            _employers_own,
            comment_required=True,
            follow=_decline,
        ),
        # One from the pool is not out of it because one base would not have it.
        Transition(
            "put_back",
            "退回人才库",
            frozenset({State.REFERRED, State.ACCEPTED, State.DISPATCHED}),
            State.SUBMITTED,
            _either_from_pool,
            comment_required=True,
            follow=_put_back,
        ),
        Transition(
            "dispatch",
            "派遣",
            frozenset({State.SUBMITTED}),
            State.DISPATCHED,
            _districts_pool,
            check=_districts_dispatch,
            follow=_dispatch,
        ),
        Transition(
            "sign",
            "签订协议",
            frozenset({State.ACCEPTED, State.DISPATCHED}),
            State.SIGNED,
            _youth,
            check=_has_signed,
            follow=_sign,
        ),
        Transition(
            "close",
            "已在别处签协议，自动结束",
            frozenset(ApplicationQuerySet.OPEN),
            State.WITHDRAWN,
            _youth,
            check=_signed_another,
            follow=_withdraw,
        ),
    ],
)


@receiver(calendar_changed)
def _settle(**kwargs):
    waiting = Application.objects.exclude(due_on=None)
    settle_provisional(waiting.filter(state=State.SUBMITTED), DISTRICTS_CLOCK)
    settle_provisional(waiting.filter(state=State.REFERRED), BASES_CLOCK, since="referred_at")
