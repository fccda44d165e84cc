"""Explanations of a submitted month are judged by who reviews it: accepted, or sent back.

What was sent back keeps the month from being approved; it goes back to its unit, which writes
anew. Whatever nobody objected to is accepted with the month. What was decided stays with the
version it was decided of, whatever is written for later ones.
"""

from collections.abc import Iterable

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


def standing(rows: Iterable[Explanation], findings: Iterable[Finding]) -> dict[str, Explanation]:
    """By rule, those whose two sides are still what they were written about; none that was sent
    back."""
    sides = {finding.rule: (finding.left, finding.right) for finding in findings}
    return {row.rule: row for row in rows if row.rule in sides and row.is_about(*sides[row.rule])}


def _reviews(actor, explanation) -> bool:
    report = explanation.report
    return Access(actor).may_above("review_reports", report.district, without=report.submitter)


def _not_now(explanation, actor) -> str:
    report = explanation.report
    if report.state != Report.State.SUBMITTED:
        return f"月报现在是“{report.get_state_display()}”，报送之后、审定之前才能决定说明。"
    if explanation.rule not in _submitted(report):
        return "这条说明不在所报送的一版里，没有改动。"
    return ""


def _decided(explanation, actor, *, comment):
    if len(comment) > Explanation._meta.get_field("decided_note").max_length:
        raise TransitionRefused("对说明的意见最多 300 个字，请删减。")
    explanation.decided_by, explanation.decided_note = actor, comment
    _keep(explanation.report, [explanation])


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
    rows = report.explanations.filter(state=State.SENT_BACK, rule__in=_submitted(report))
    return list(rows.order_by("rule").values_list("rule", flat=True))


def accept_all(report: Report, actor) -> None:
    """With the month go its explanations."""
    given = list(report.explanations.filter(state=State.GIVEN, rule__in=_submitted(report)))
    for row in given:
        row.state, row.decided_by = State.ACCEPTED, actor
        row.save()
    _keep(report, given)


def _keep(report: Report, decided: list[Explanation]) -> None:
    """What was decided stays with the version. The caller holds the report's row."""
    if not decided:
        return
    version = report.versions.first()
    version.explanations |= {row.rule: row.kept for row in decided}
    version.save(update_fields=["explanations"])


def _submitted(report: Report) -> list[str]:
    """The rules explained in what was last submitted."""
    told = report.versions.values_list("explanations", flat=True).first()
    return list(told or {})
