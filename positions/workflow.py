"""The course of a position: filed by the employer, reviewed by the district, published, and what
both can do with it then. Past its validity it stops by itself; closing is a date.
"""

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from bases.access import acts_for, people_of
from jianxi.findings import refusal
from jianxi.workflow import Transition, Workflow
from positions.facts import check
from positions.models import Position
from positions.rules import needed
from regions.clocks import answer_due, settle_provisional
from regions.policy import policy_at
from regions.signals import calendar_changed

State = Position.State
CLOCK = "base_review_working_days"  # where a document speaks of employers' filings
REVIEW = "review_positions"
KIND = "position"  # of messages


# --- Who


def _employer(actor, position):
    return acts_for(actor, position.base.profile)


def _district(actor, position):
    return Access(actor).may(REVIEW, position.base.district)


def _either(actor, position):
    return _employer(actor, position) or _district(actor, position)


# --- Whether


def missing(position, policy) -> list[str]:
    """What a filing still lacks, by column."""
    return [name for name in needed(policy) if getattr(position, name) in (None, "")]


def _complete_and_sound(position, actor):
    lacking = missing(position, policy_at(timezone.localdate()))
    if lacking:
        labels = "、".join(position._meta.get_field(name).verbose_name for name in lacking)
        return f"还没有填写：{labels}。"
    return _sound(position, actor)


def _sound(position, actor):
    reason = refusal(check(position))
    return f"不符合规定：{reason}。" if reason else ""


def _nobody_on_it(position, actor):
    occupied = Position.objects.with_places().get(pk=position.pk).taken
    if occupied:
        return f"还有 {occupied} 人没有结束见习（含已接收、待签协议的），现在可以先暂停招募。"
    return ""


# --- What follows


def _begin_clock(position, actor, *, comment):
    position.submitted_at = timezone.now()
    position.due_on, position.due_is_provisional = answer_due(timezone.localdate(), CLOCK)


def _stop_clock(position, actor, *, comment):
    position.due_on, position.due_is_provisional = None, False


def _publish(position, actor, *, comment):
    _stop_clock(position, actor, comment=comment)
    position.published_on = timezone.localdate()
    _tell(position, "已通过审核，开始公开招募")


def _send_back(position, actor, *, comment):
    _stop_clock(position, actor, comment=comment)
    _tell(position, "退回修改")


def _turn_down(position, actor, *, comment):
    _stop_clock(position, actor, comment=comment)
    _tell(position, "没有通过审核")


def _close(position, actor, *, comment):
    position.closed_on = timezone.localdate()
    _tell_of("已由区县关闭")(position, actor, comment=comment)


def _tell_of(what):
    """Tell the employer what the district did."""

    def follow(position, actor, *, comment):
        if not _employer(actor, position):
            _tell(position, what)

    return follow


def _tell(position, what):
    messages.notify(
        people_of(position.base.profile),
        KIND,
        region=position.region,
        title=f"岗位“{position.title}”{what}",
        url=reverse("employer:position", args=[position.region.slug, position.pk]),
    )


COURSE = Workflow(
    "state",
    [
        Transition(
            "submit",
            "提交审核",
            frozenset({State.DRAFT, State.RETURNED}),
            State.SUBMITTED,
            _employer,
            check=_complete_and_sound,
            follow=_begin_clock,
        ),
        Transition(
            "withdraw",
            "撤回修改",
            frozenset({State.SUBMITTED}),
            State.DRAFT,
            _employer,
            follow=_stop_clock,
        ),
        Transition(
            "publish",
            "通过并发布",
            frozenset({State.SUBMITTED}),
            State.PUBLISHED,
            _district,
            check=_sound,
            follow=_publish,
        ),
        Transition(
            "return",
            "退回修改",
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            _district,
            comment_required=True,
            follow=_send_back,
        ),
        Transition(
            "reject",
            "不予通过",
            frozenset({State.SUBMITTED}),
            State.REJECTED,
            _district,
            comment_required=True,
            follow=_turn_down,
        ),
        Transition(
            "pause",
            "暂停招募",
            frozenset({State.PUBLISHED}),
            State.PAUSED,
            _either,
            follow=_tell_of("已由区县暂停招募"),
        ),
        Transition(
            "resume",
            "恢复招募",
            frozenset({State.PAUSED}),
            State.PUBLISHED,
            _either,
            check=_sound,
            follow=_tell_of("已由区县恢复招募"),
        ),
        Transition(
            "close",
            "关闭岗位",
            frozenset({State.PUBLISHED, State.PAUSED}),
            State.PUBLISHED,
            _either,
            comment_required=True,
            check=_nobody_on_it,
            follow=_close,
        ),
    ],
    over=lambda position: "已关闭" if position.closed_on else "",
)


@receiver(calendar_changed)
def _settle(**kwargs):
    settle_provisional(Position.objects.filter(~Q(due_on=None)), CLOCK)
