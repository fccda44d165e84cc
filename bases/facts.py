"""What the checks want to know of applications, read for many at once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from bases.models import ApplicationPaper, Base, BaseApplication, Visit
from bases.rules import WRITTEN, Facts, check_base, check_visit, years_later
from jianxi.findings import Finding
from regions.policy import policy_at

PROOF = ApplicationPaper.Kind.RELAXATION
TERM = "base_validity_years"


def findings_of(
    rows: Iterable[BaseApplication], day: date | None = None, *, visits: bool = False
) -> dict[int, list[Finding]]:
    """What checking each comes to, by id. `visits`: as the district sees it, the visit included."""
    rows, day = list(rows), day or timezone.localdate()
    policy = policy_at(day)
    found = {pk: check_base(facts, policy) for pk, facts in facts_of(rows, day, policy).items()}
    if visits:
        last = _last_visits(rows)
        for pk, findings in found.items():
            visit = last.get(pk)
            suitable = bool(visit) and visit.finding == Visit.Finding.SUITABLE
            findings += check_visit(visit and visit.visited_on, suitable, policy)
    return found


def check(row: BaseApplication, day: date | None = None, *, visits: bool = False) -> list[Finding]:
    return findings_of([row], day, visits=visits)[row.pk]


def facts_of(rows: list[BaseApplication], day: date, policy) -> dict[int, Facts]:
    """Of one region; in a fixed number of statements, however many."""
    bases = defaultdict(list)
    known = Base.objects.standing().order_by("pk")
    for base in known.filter(profile__in={row.profile_id for row in rows}):
        bases[base.profile_id].append(base)
    proofs = ApplicationPaper.objects.filter(application__in=rows, kind=PROOF)
    proved = set(proofs.values_list("application", flat=True))
    years = policy.value(TERM)  # without it there are no terms to look back on
    renewed = {
        row.pk: base
        for row in rows
        if years
        and row.kind == BaseApplication.Kind.RENEWAL
        and (base := _current(bases[row.profile_id]))
    }
    since = {base.pk: _term_since(base, years) for base in renewed.values()}
    offered, taken_in = _offered(since, years, day), _taken_in(since)
    facts = {}
    for row in rows:
        own = bases[row.profile_id]
        base = _current(own)
        term = renewed.get(row.pk)
        facts[row.pk] = Facts(
            day=day,
            base_word=row.region.base_word,
            renewal=row.kind == BaseApplication.Kind.RENEWAL,
            standing=_standing(base),
            founded_on=row.founded_on,
            insured=row.insured,
            insured_as_of=row.insured_as_of,
            relaxed_as=row.relaxed_as,
            proof=row.pk in proved,
            places_a_year=row.places_a_year,
            exits=tuple((one.exited_on, one.exit_reason) for one in own if one.exited_on),
            written={
                str(row._meta.get_field(name).verbose_name): bool(getattr(row, name))
                for name in WRITTEN
            },
            offered=offered.get(term.pk, ()) if term else (),
            taken_in=taken_in.get(term.pk, 0) if term else 0,
        )
    return facts


def _current(bases: list[Base]) -> Base | None:
    """The one that has not ended: there is one at most."""
    return next((base for base in bases if base.exited_on is None), None)


def _standing(base: Base | None) -> str:
    if base is None:
        return ""
    until = f"，有效期至 {base.valid_until}" if base.valid_until else ""
    return f"{base.recognised_on} 认定{until}"


def _term_since(base: Base, years: int) -> date:
    """The first day of the term that ends."""
    if base.valid_until is None:
        return base.recognised_on
    return max(base.recognised_on, years_later(base.valid_until + timedelta(days=1), -years))


def _offered(since: dict[int, date], years: int, day: date) -> dict[int, tuple[int, ...]]:
    """Places published in each year of the term that has begun, by base."""
    begins = {
        pk: [first for n in range(years) if (first := years_later(start, n)) <= day]
        for pk, start in since.items()
    }
    counted = {pk: [0] * len(begins[pk]) for pk in since}
    published = Base.objects.filter(
        pk__in=since, positions__voided_at=None, positions__published_on__isnull=False
    ).values_list("pk", "positions__published_on", "positions__headcount")
    for pk, published_on, places in published:
        if nth := bisect_right(begins[pk], published_on):
            counted[pk][nth - 1] += places
    return {pk: tuple(places) for pk, places in counted.items()}


def _taken_in(since: dict[int, date]) -> dict[int, int]:
    """Youths who came to the base in the term."""
    counted = defaultdict(int)
    arrivals = Base.objects.filter(
        pk__in=since,
        positions__agreements__voided_at=None,
        positions__agreements__arrived_on__isnull=False,
    ).values_list("pk", "positions__agreements__arrived_on")
    for pk, arrived_on in arrivals:
        counted[pk] += arrived_on >= since[pk]
    return counted


def _last_visits(rows) -> dict[int, Visit]:
    visits = Visit.objects.filter(application__in=rows).order_by("application", "-pk")
    return {visit.application_id: visit for visit in visits.distinct("application")}
