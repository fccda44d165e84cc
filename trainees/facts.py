"""What is known of a youth, as the rules ask for it, and what they make of it."""

from datetime import date

from django.utils import timezone

from jianxi.findings import Finding, refusal
from positions.models import Position
from positions.rules import GATES
from regions.policy import Policy, policy_at
from trainees.models import Trainee
from trainees.rules import Facts, education, eligibility, hazards


def eligibility_facts(trainee: Trainee) -> Facts:
    return Facts(
        group=trainee.group,
        birth_date=trainee.birth_date,
        schooling=trainee.schooling,
        graduated_on=trainee.graduated_on,
        studying=trainee.studying,
        employed=trainee.employed,
        registered=True if trainee.unemployed_since else None,
    )


def findings_of(
    trainee: Trainee,
    position: Position | None = None,
    *,
    day: date | None = None,
    policy: Policy | None = None,
) -> list[Finding]:
    """Whether the youth may take part, and may do so in the position. `policy`: that of the day,
    where it is at hand."""
    day = day or timezone.localdate()
    policy = policy or policy_at(day)
    facts = eligibility_facts(trainee)
    found = eligibility(facts, policy, day)
    if position is None:
        return found
    gates = not (GATES in policy and policy[GATES].value)
    asked = position.education if gates else ""
    return [
        *found,
        *hazards(facts, position.hazards, day),
        *education(trainee.education, asked),
    ]


def unfit(findings: list[Finding]) -> str:
    """Why the youth cannot apply: what is missing from the record, or stands against it; ""."""
    if reason := refusal(findings):
        return f"不符合条件：{reason}。"
    lacking = [f.words for f in findings if f.outcome == "unknown"]
    return f"请先补充登记，才能判断是否符合：{'；'.join(lacking)}。" if lacking else ""
