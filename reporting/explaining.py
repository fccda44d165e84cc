"""Explanations of a submitted month are judged by who reviews it: accepted, or sent back.

What was sent back keeps the month from being approved; it goes back to its unit, which writes
anew. Whatever nobody objected to is accepted with the month.
"""

from accounts.access import Access
from jianxi.workflow import Transition, TransitionRefused, Workflow
from reporting.compiling import Finding
from reporting.models import Explanation, Report

State = Explanation.State


def explain(report: Report, finding: Finding, reason: str, text: str) -> Explanation:
    """Keep a reason with the two sides it is about. One that says something else than before is to
    be judged anew. The caller holds the report's row."""
    said = {"left": finding.left, "right": finding.right, "reason": reason, "text": text}
    row, is_new = Explanation.objects.get_or_create(
        region_id=report.region_id, report=report, rule=finding.rule, defaults=said
    )
    if not is_new and any(getattr(row, name) != value for name, value in said.items()):
        undecided = {"state": Explanation.State.GIVEN, "decided_by": None, "decided_note": ""}
        for name, value in (said | undecided).items():
            setattr(row, name, value)
        row.save()
    return row


def _reviews(actor, explanation) -> bool:
    return Access(actor).may_above("review_reports", explanation.report.district)


def _not_now(explanation, actor) -> str:
    report = explanation.report
    if report.state != Report.State.SUBMITTED:
        return f"月报现在是“{report.get_state_display()}”，报送之后、审定之前才能决定说明。"
    version = report.versions.first()
    if explanation.rule not in version.explanations:
        return "这条说明不在所报送的一版里，没有改动。"
    if version.submitted_by_id == actor.pk:
        return "这是您自己报送的月报，须由另一人决定。"
    return ""


def _decided(explanation, actor, *, comment):
    if len(comment) > Explanation._meta.get_field("decided_note").max_length:
        raise TransitionRefused("对说明的意见最多 300 个字，请删减。")
    explanation.decided_by, explanation.decided_note = actor, comment


COURSE = Workflow(
    "state",
    [
        Transition(
            "accept_explanation",
            "认可说明",
            frozenset({State.GIVEN, State.SENT_BACK}),
            State.ACCEPTED,
            _reviews,
            check=_not_now,
            follow=_decided,
        ),
        Transition(
            "send_back_explanation",
            "退回说明",
            frozenset({State.GIVEN, State.ACCEPTED}),
            State.SENT_BACK,
            _reviews,
            comment_required=True,
            check=_not_now,
            follow=_decided,
        ),
    ],
)


def sent_back(report: Report) -> list[str]:
    """The rules whose explanation, of those last submitted, was sent back."""
    version = report.versions.first()
    rows = report.explanations.filter(state=State.SENT_BACK).order_by("rule")
    return [row.rule for row in rows if version and row.rule in version.explanations]


def accept_all(report: Report, actor) -> None:
    """With the month go its explanations."""
    report.explanations.filter(
        state=State.GIVEN, rule__in=report.versions.first().explanations
    ).update(state=State.ACCEPTED, decided_by=actor)
