"""How many youths a base may have at once: held against its insured headcount of the time."""

from datetime import date
from decimal import Decimal

from bases.models import Base, InsuredHeadcount
from jianxi.findings import Finding
from regions.policy import Policy, policy_at
from regions.wording import percent
from trainees.models import Agreement, Application

CAP = "trainees_to_insured"


def cap_findings(base: Base, day: date, *, more: int = 0) -> list[Finding]:
    """Those on post, those signed and those taken in who have not signed yet, and so many `more`,
    against the cap; empty where the policy has none."""
    policy = policy_at(day)
    if CAP not in policy:
        return []
    newest = InsuredHeadcount.objects.filter(profile=base.profile_id, as_of__lte=day)
    insured = newest.order_by("-as_of").first()
    return check_cap(
        running=Agreement.objects.standing().filter(position__base=base, ended_on=None).count(),
        taken_in=Application.objects.taken_in().filter(position__base=base).count() + more,
        insured=insured and insured.count,
        insured_on=insured and insured.as_of,
        policy=policy,
    )


def check_cap(
    *, running: int, taken_in: int, insured: int | None, insured_on: date | None, policy: Policy
) -> list[Finding]:
    """Pure. `running`: agreements that have not ended; `insured` None: not known."""
    if (rule := policy.get(CAP)) is None:
        return []
    words = f"同时见习的人不超过参保人数的 {percent(rule.value)}"
    made_up = f"在岗和已签 {running} 人，已接收待签 {taken_in} 人"
    if insured is None:
        outcome, compared = "unknown", f"{made_up}；参保人数没有登记"
    else:
        most = insured * Decimal(str(rule.value))
        outcome = "pass" if running + taken_in <= most else "fail"
        compared = f"{made_up}；参保 {insured} 人（{insured_on}），最多 {int(most)} 人"
    return [Finding(CAP, outcome, words, compared, rule.source, rule.strict)]
