"""What the checks want to know of positions, read for many at once."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Sum
from django.utils import timezone

from bases.models import Base, InsuredHeadcount
from jianxi.findings import Finding
from positions.models import Position
from positions.rules import Facts, check_position
from regions.policy import policy_at
from regions.wages import minimum_wages


def findings_of(positions: Iterable[Position], day: date | None = None) -> dict[int, list[Finding]]:
    """What checking each comes to, by id. `positions` with base and district."""
    positions, day = list(positions), day or timezone.localdate()
    policy = policy_at(day)
    return {pk: check_position(facts, policy) for pk, facts in facts_of(positions, day).items()}


def check(position: Position, day: date | None = None) -> list[Finding]:
    return findings_of([position], day)[position.pk]


def facts_of(positions: list[Position], day: date) -> dict[int, Facts]:
    """Of one region; in a fixed number of statements, however many."""
    bases = {position.base_id: position.base for position in positions}
    existing = set(Base.objects.existing(day).filter(pk__in=bases).values_list("pk", flat=True))
    wages = minimum_wages([base.district for base in bases.values()], day)
    newest = InsuredHeadcount.objects.filter(
        profile__in=[base.profile_id for base in bases.values()], as_of__lte=day
    ).order_by("profile", "-as_of")
    insured = {row.profile_id: row for row in newest.distinct("profile")}
    offered, facts = _offered(bases, day), {}
    base_word = positions[0].region.base_word if positions else ""
    for position in positions:
        base = position.base
        wage, headcount = wages[base.district_id], insured.get(base.profile_id)
        own = position.headcount if _is_of(position, day.year) else 0
        facts[position.pk] = Facts(
            day=day,
            base_exists=position.base_id in existing,
            base_word=base_word,
            headcount=position.headcount,
            allowance=position.allowance,
            minimum_wage=wage and wage.amount,
            wage_source=wage.source if wage else "",
            insured=headcount and headcount.count,
            insured_on=headcount and headcount.as_of,
            places_this_year=offered.get(position.base_id, 0) - own,
            valid_until=position.valid_until,
            months=position.months,
            hazards=position.hazards,
            education=position.education,
            major=position.major,
            words=f"{position.title}\n{position.duties}",
        )
    return facts


def _offered(bases, day: date) -> dict[int, int]:
    """The places of positions published in the day's year, by base."""
    published = Position.objects.published().filter(base__in=bases, published_on__year=day.year)
    rows = published.order_by().values_list("base").annotate(places=Sum("headcount"))
    return {base: places for base, places in rows}  # noqa: C416 a queryset has keys of its own


def _is_of(position: Position, year: int) -> bool:
    return position.published_on is not None and position.published_on.year == year
