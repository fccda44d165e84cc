"""The course of a month: compiled, submitted (by two, where the region wants it), taken back by its
unit, returned or approved by the unit above, locked when all are approved; reopened by a correction
(corrections)."""

from typing import NamedTuple

from django.utils import timezone

from accounts.access import Access
from jianxi.locks import Lock
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.models import District
from reporting.compiling import Compiled, compute, form_for
from reporting.corrections import SETTLED, finish, goes_on
from reporting.explaining import accept_all, sent_back, standing
from reporting.freezing import freeze
from reporting.models import Explanation, Report
from reporting.periods import Period
from reporting.seen import look, moved_on, seal
from reporting.standing import Next, holders
from reporting.telling import tell

State = Report.State
# What is decided of the very figures that were looked at (seen). `seen`: the sealed text that was
# given out with them; None where nobody looks, as in a job.
LOOKED_AT = frozenset({"submit", "hand_up", "confirm", "approve"})
TO_BE_SUBMITTED = frozenset({State.COMPILED, State.RETURNED})
HANDED_UP = frozenset({State.SUBMITTED, State.CONFIRMING})  # out of the hands of who prepares it
TO_BE_PREPARED = TO_BE_SUBMITTED | {State.CORRECTING}
EDITABLE = TO_BE_PREPARED | {State.OPEN}  # plan, explanations and scan may still be entered


def holds(permission):
    return lambda actor, report: Access(actor).may(permission, report.district)


def holds_above(permission):
    """Held where the unit above decides (accounts.access), by another than who submitted the month:
    rights cover the units below, so one person may hold both."""

    return lambda actor, report: Access(actor).may_above(
        permission, report.district, without=report.submitter
    )


def _alone(actor, report):
    return not report.region.two_person_submission and _prepares(actor, report)


def _with_another(actor, report):
    return report.region.two_person_submission and _prepares(actor, report)


def _prepares(actor, report):
    """The region itself reports to nobody here."""
    return not report.district.is_root and holds("prepare_reports")(actor, report)


def _confirms(actor, report):
    """Another person than whoever handed it up."""
    return holds("confirm_reports")(actor, report) and handed_up_by(report) != actor.pk


def _takes_back(actor, report):
    """Who may submit it in an office of the very unit; who decides above returns it instead."""
    if holds_above("review_reports")(actor, report) or report.district.is_root:
        return False
    right = "confirm_reports" if report.region.two_person_submission else "prepare_reports"
    return report.district.path in Access(actor).grants.get(right, ())


def handed_up_by(report) -> int | None:
    """The pk of who last handed the report up for confirmation."""
    events = Report.pgh_event_model.objects.filter(pgh_obj=report.pk).order_by("-pgh_id")
    for event in events.select_related("pgh_context"):
        if event.state != State.CONFIRMING:
            return None
        last = event.pgh_context.metadata.get("user")
        if last:
            return last
    return None


def month_of(report: Report) -> Compiled:
    """The report's figures and findings from the records as they are now."""
    period = Period(report.period, report.ends_on)
    form = form_for(report.region, period, report.form_key)
    return compute(form, period, report.district)


class Block(NamedTuple):
    """What is in the way of a submission, in the user's words. `rule`: its code, "" for none."""

    words: str
    rule: str = ""


class NotReady(TransitionRefused):
    """The month cannot be submitted: `blocks` tells why."""


def blocks(report: Report, compiled: Compiled) -> list[Block]:
    """Why the month cannot be submitted."""
    found = []
    if timezone.localdate() <= report.ends_on:
        found.append(Block("本期还没有结束"))
    if waiting := below_waiting(report, compiled):
        named = "、".join(unit.name for unit in waiting)
        found.append(Block(f"下级还有 {len(waiting)} 个单位没有报送并审定：{named}"))
    explained = standing_explanations(report, compiled)
    for finding in compiled.findings[report.district_id]:
        rule = finding.rule
        if finding.severity == "block":
            fails = finding.outcome == "fail"
            words = f"规则 {rule} 不成立" if fails else f"规则 {rule} 缺数，无法判断"
            found.append(Block(words, rule))
        elif finding.severity == "explain" and rule not in explained:
            found.append(Block(f"规则 {rule} 需要说明", rule))
    return found


def below_waiting(report: Report, compiled: Compiled) -> list[District]:
    """The units directly below whose month is not approved. It goes up level by level; for a unit
    that never reports, whoever is above it may: rights cover the units below."""
    below = compiled.units.children(report.district)
    if not below:
        return []
    month = Report.objects.of_month(report.form_key, report.period).filter(district__in=below)
    approved = set(month.filter(state__in=SETTLED).values_list("district", flat=True))
    return [unit for unit in below if unit.pk not in approved]


def standing_explanations(report: Report, compiled: Compiled) -> dict[str, Explanation]:
    """By rule, those that stand for what was compiled."""
    return standing(report.explanations.all(), compiled.findings[report.district_id])


def look_at(report: Report, compiled: Compiled | None = None) -> dict:
    """What a decision on the report is held against: on what was submitted its version, else what
    was `compiled`."""
    version = report.versions.values_list("number", flat=True).first()
    if compiled is None:
        return look(report, version)
    unit = report.district_id
    explained = standing_explanations(report, compiled).values()
    return look(report, version, compiled.figures[unit], compiled.findings[unit], explained)


def sealed(report: Report, compiled: Compiled | None = None) -> str:
    """A month as page and API give it out, to come back with a decision. Who still prepares it
    changes the scan in place, below the figures that were looked at."""
    looked = look_at(report, compiled)
    if report.state != State.CONFIRMING:
        del looked["scan"]
    return seal(looked)


def _ready(report, seen: str | None) -> Compiled:
    """The month as it is at this moment. Raises TransitionRefused where it is not what was seen any
    more, NotReady where it cannot be submitted."""
    compiled = month_of(report)
    if seen is not None:
        now = look_at(report, compiled)
        if changed := moved_on(compiled.form.parsed, seen, now):
            raise TransitionRefused(f"{changed}没有报送，请核对后再办。")
    if found := blocks(report, compiled):
        raise NotReady("还不能报送：" + "；".join(one.words for one in found) + "。")
    return compiled


def _hand_up(report, actor, *, comment, seen=None):
    _ready(report, seen)


def _submit(report, actor, *, comment, seen=None):
    """Freeze the month as it is at this moment, with the scan uploaded for it; judged once more,
    on the very figures kept."""
    compiled = _ready(report, seen)
    report.first_submitted_at = report.first_submitted_at or timezone.now()
    version = freeze(
        report,
        compiled,
        actor=actor,
        explanations={
            rule: row.kept for rule, row in standing_explanations(report, compiled).items()
        },
        scan=report.scan,
    )
    report.scan = None
    finish(report, version)


def _back_to_correction(report, actor, *, comment):
    """A correction that is sent back is still one."""
    if report.under_correction:
        report.state = State.CORRECTING
    step = Next("prepare_reports", report.district)
    tell(report, step.people(), "没有通过复核，已退回经办", comment)


def _returned(report, actor, *, comment):
    report.taken_back = False
    if goes_on(report):
        report.state = State.CORRECTING
    tell(report, Next("prepare_reports", report.district).people(), "已退回", comment)


def _taken_back(report, actor, *, comment):
    report.taken_back = True
    if goes_on(report):
        report.state = State.CORRECTING
    step = Next("review_reports", report.district.parent, without=report.submitter)
    tell(report, step.people(), "已由报送单位撤回", comment)
    preparing = set(Next("prepare_reports", report.district).people()) - {actor.pk}
    tell(report, preparing, "已由本单位撤回，请核对后重新报送", comment)


def _own_people(report, *, without) -> set[int]:
    """The unit's own who prepare the month, and who confirm it where two do."""
    rights = ["prepare_reports"]
    if report.region.two_person_submission:
        rights.append("confirm_reports")
    steps = [Next(right, report.district) for right in rights]
    there = holders(steps)
    return {one for step in steps for one in step.people(there)} - {without.pk}


def _not_yet(report, actor) -> str:
    """An explanation that was sent back is to be written anew first."""
    if rules := sent_back(report):
        return f"规则 {'、'.join(rules)} 的说明已退回，请把月报退回该单位，重写后再审定。"
    return ""


def _approve(report, actor, *, comment, seen=None):
    """Its explanations are accepted along with it. The month is locked when its last open report is
    approved; the region's own goes along."""
    if seen is not None:
        version = report.versions.select_related("form").first()
        if changed := moved_on(version.form.parsed, seen, look(report, version.number)):
            raise TransitionRefused(f"{changed}没有审定，请核对后再办。")
    accept_all(report, actor)
    tell(report, _own_people(report, without=actor), "已审定", comment)
    month = Report.objects.of_month(report.form_key, report.period).exclude(pk=report.pk)
    waiting = month.exclude(state__in=[State.APPROVED, State.LOCKED]).exclude(district__parent=None)
    if not waiting.exists():
        month.update(state=State.LOCKED)
        report.state = State.LOCKED


WORKFLOW = Workflow(
    "state",
    [
        Transition(
            "submit",
            "报送",
            TO_BE_PREPARED,
            State.SUBMITTED,
            _alone,
            follow=_submit,
            freezing=True,
        ),
        Transition(
            "hand_up",
            "提交复核",
            TO_BE_PREPARED,
            State.CONFIRMING,
            _with_another,
            follow=_hand_up,
        ),
        Transition(
            "confirm",
            "复核报送",
            frozenset({State.CONFIRMING}),
            State.SUBMITTED,
            _confirms,
            follow=_submit,
            freezing=True,
        ),
        Transition(
            "send_back",
            "退回经办",
            frozenset({State.CONFIRMING}),
            State.COMPILED,
            _confirms,
            comment_required=True,
            follow=_back_to_correction,
        ),
        Transition(
            "withdraw",
            "撤回报送",
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            _takes_back,
            comment_required=True,
            follow=_taken_back,
        ),
        Transition(
            "return",
            "退回",
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            holds_above("review_reports"),
            comment_required=True,
            follow=_returned,
        ),
        Transition(
            "approve",
            "审定",
            frozenset({State.SUBMITTED}),
            State.APPROVED,
            holds_above("review_reports"),
            check=_not_yet,
            follow=_approve,
            alone=Lock.APPROVE,
        ),
    ],
)
