"""How many youths a base may have at once: held against its insured headcount of the time."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count

from bases.models import Base, InsuredHeadcount
from jianxi.findings import Finding
from regions.policy import Policy, policy_at
from regions.wording import percent
from trainees.models import Agreement, Application

CAP = "trainees_to_insured"


def cap_findings(base: Base, day: date, *, more: int = 0) -> list[Finding]:
    """Those on post, those signed and those taken in who have not signed yet, and so many `more`,
    against the cap; empty where the policy has none."""
    return caps_of([base], day)(base, more)


def caps_of(bases: Iterable[Base], day: date) -> Callable[[Base, int], list[Finding]]:
    """The same for any of the bases; read for all at once."""
    policy, bases = policy_at(day), list(bases)
    if CAP not in policy:
        return lambda base, more: []
    running = _by_base(Agreement.objects.standing().filter(ended_on=None), bases)
    taken_in = _by_base(Application.objects.taken_in(), bases)
    newest = InsuredHeadcount.objects.filter(
        profile__in=[base.profile_id for base in bases], as_of__lte=day
    ).order_by("profile", "-as_of")
    insured = {row.profile_id: row for row in newest.distinct("profile")}

    def findings(base, more):
        known = insured.get(base.profile_id)
        return check_cap(
            running=running.get(base.pk, 0),
            taken_in=taken_in.get(base.pk, 0) + more,
            insured=known and known.count,
            insured_on=known and known.as_of,
            policy=policy,
        )

    return findings


def _by_base(rows, bases) -> dict[int, int]:
    rows = rows.filter(position__base__in=bases).order_by().values_list("position__base")
    return dict(rows.annotate(Count("pk")).values_list("position__base", "pk__count"))


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
