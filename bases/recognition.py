"""The course of an application to become a base, or to stay one: filed by the employer, visited and
decided by the district. Recognition makes the base, or gives it another term.
"""

from datetime import date, timedelta

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from bases.access import acts_for, people_of
from bases.facts import check
from bases.models import Base, BaseApplication, EmployerProfile, InsuredHeadcount, Placement, Visit
from bases.rules import NEEDED, VISIT, needed_papers, years_later
from jianxi.findings import refusal
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.clocks import answer_due
from regions.models import District
from regions.policy import policy_at
from regions.signals import calendar_changed
from regions.workdays import Due

Kind, State = BaseApplication.Kind, BaseApplication.State
DECISION = "base_review_working_days"
REVIEW = "review_bases"
KIND = "base"  # of messages
RENEWABLE = 90  # days before the end of a term
OPEN = frozenset({State.DRAFT, State.RETURNED})
IN_REVIEW = frozenset({State.SUBMITTED, State.VISITED})
CARRIED = {  # what the region knows of the employer from then on
    "employer_kind": "kind",
    "industry": "industry",
    "founded_on": "founded_on",
    "key_enterprise": "key_enterprise",
    "recommended_by": "recommended_by",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
}


# --- Beginning


def begin(profile: EmployerProfile, district) -> BaseApplication:
    """The employer's application that is under way, or a new draft with what is known already.
    Raises TransitionRefused for a base whose term goes on.

    Whoever presses twice finds the same: the profile's row is locked.
    """
    profile = EmployerProfile.objects.select_for_update().get(pk=profile.pk)
    if found := under_way(profile):
        return found
    base = current_base(profile)
    if reason := too_early(base, timezone.localdate()):
        raise TransitionRefused(reason)
    return BaseApplication.objects.create(
        region=profile.region,
        profile=profile,
        district=unit_of_today(base.district if base else district),
        base=base,
        kind=Kind.RENEWAL if base else Kind.NEW,
        **_known(profile),
    )


def under_way(profile: EmployerProfile) -> BaseApplication | None:
    rows = BaseApplication.objects.under_way().filter(profile=profile)
    return rows.select_related("profile__employer", "district").first()


def current_base(profile: EmployerProfile) -> Base | None:
    """The base that has not ended, whether or not its term has."""
    rows = Base.objects.standing().filter(profile=profile, exited_on=None)
    return rows.select_related("district", "profile__employer").first()


def too_early(base: Base | None, today: date) -> str:
    """Why a base needs no renewal yet; "" where one may be asked for."""
    if base is None:
        return ""
    word = base.region.base_word
    if base.valid_until is None:
        return f"单位已是在册的见习{word}，没有期限，不用续认。"
    if base.valid_until > today + timedelta(days=RENEWABLE):
        return f"有效期至 {base.valid_until}，到期前 {RENEWABLE} 天起可以申请续认。"
    return ""


def unit_of_today(district: District) -> District:
    """Where one that was merged since lies now."""
    today = timezone.localdate()
    while district.successor and not district.is_valid_on(today):
        district = district.successor
    return district


def _known(profile: EmployerProfile) -> dict:
    """What was said the last time, under what the region knows by now."""
    facts = {}
    last = BaseApplication.objects.standing().filter(profile=profile).order_by("-pk").first()
    if last:
        facts = {name: getattr(last, name) for name in (*NEEDED, *CARRIED)}
    facts |= {
        name: value for name, column in CARRIED.items() if (value := getattr(profile, column))
    }
    if newest := profile.insured_headcounts.first():
        facts |= {"insured": newest.count, "insured_as_of": newest.as_of}
    return facts


# --- Who


def _employer(actor, row):
    return acts_for(actor, row.profile)


def _district(actor, row):
    return Access(actor).may(REVIEW, row.district)


# --- Whether


def lacking(row: BaseApplication, policy) -> list[str]:
    """What a filing still lacks, by what it is called: columns, then papers."""
    columns = [
        str(row._meta.get_field(name).verbose_name)
        for name in NEEDED
        if getattr(row, name) in (None, "")
    ]
    return columns + [label for _, label in lacking_papers(row, policy)]


def lacking_papers(row: BaseApplication, policy) -> list[tuple[str, str]]:
    """(kind, label)"""
    there = set(row.papers.values_list("kind", flat=True))
    labels = dict(row.papers.model.Kind.choices)
    kinds = needed_papers(row.relaxed_as, policy)
    return [(kind, labels[kind]) for kind in kinds if kind not in there]


def _complete_and_sound(row, actor):
    missing = lacking(row, policy_at(timezone.localdate()))
    return f"还缺：{'、'.join(missing)}。" if missing else _sound(row)


def _sound(row, *, visits=False):
    reason = refusal(check(row, visits=visits))
    return f"不符合规定：{reason}。" if reason else ""


def _seen_and_sound(row, actor):
    if VISIT in policy_at(timezone.localdate()) and not row.visits.exists():
        return "还没有实地考察，请先记录考察再认定。"
    return _sound(row, visits=True)


# --- What follows


def due_of(row: BaseApplication) -> Due:
    """When the answer is due: for who must be visited first the visit, then, from the visit on,
    the decision. A second visit gives no more time."""
    received = timezone.localdate(row.submitted_at)
    if VISIT not in policy_at(received):
        return answer_due(received, DECISION)
    first = row.visits.filter(recorded_at__gte=row.submitted_at).order_by("pk").first()
    if first is None and not row.visits.exists():
        return answer_due(received, VISIT)
    return answer_due(max(received, first.visited_on) if first else received, DECISION)


def _submitted(row, actor, *, comment):
    row.submitted_at = timezone.now()
    row.due_on, row.due_is_provisional = due_of(row)


def _stop_clock(row, actor, *, comment):
    row.due_on, row.due_is_provisional = None, False


def _visited(row, actor, *, comment, visit: Visit):
    visit.region, visit.application, visit.recorded_by = row.region, row, actor
    visit.save()
    row.due_on, row.due_is_provisional = due_of(row)


def mendable_visit(row: BaseApplication, user) -> Visit | None:
    """The last visit, for who recorded it since the application came in, until the decision."""
    last = row.visits.order_by("-pk").first()
    if last is None or row.state not in IN_REVIEW or last.recorded_by_id != user.pk:
        return None
    return last if last.recorded_at >= row.submitted_at else None


def mend_visit(row: BaseApplication, visit: Visit):
    """Keep what was put right, and the clock that runs from the visit. The caller holds the row."""
    visit.save()
    row.due_on, row.due_is_provisional = due_of(row)
    row.save(update_fields=["due_on", "due_is_provisional"])


def _recognise(row, actor, *, comment):
    _stop_clock(row, actor, comment=comment)
    today = timezone.localdate()
    row.district = unit_of_today(row.district)
    profile = _carry_over(row)
    base = current_base(profile)
    years = policy_at(today).value("base_validity_years")
    if base is None:
        base = Base.objects.create(
            region=row.region,
            profile=profile,
            district=row.district,
            recognised_on=today,
            valid_until=term_end(today, None, years),
        )
        Placement.objects.create(region=row.region, base=base, district=row.district)
    else:
        base = Base.objects.select_for_update(of=("self",)).get(pk=base.pk)
        base.valid_until = term_end(today, base.valid_until, years)
        base.save(update_fields=["valid_until"])
    row.base = base
    told = f"已续认为见习{row.region.base_word}" if row.kind == Kind.RENEWAL else ""
    _tell(row, told or f"已认定为见习{row.region.base_word}")


def term_end(today: date, until: date | None, years: int | None) -> date | None:
    """The last day of the term: it follows on the one before, where that has not run out. None
    where the documents know no term."""
    if years is None:
        return None
    before = max(until or date.min, today - timedelta(days=1))
    return years_later(before + timedelta(days=1), years) - timedelta(days=1)


def _carry_over(row) -> EmployerProfile:
    profile = EmployerProfile.objects.select_for_update().get(pk=row.profile_id)
    for name, column in CARRIED.items():
        if value := getattr(row, name):
            setattr(profile, column, value)
    profile.save()
    InsuredHeadcount.objects.update_or_create(
        profile=profile,
        as_of=row.insured_as_of,
        defaults={"count": row.insured, "region": row.region},
    )
    return profile


def _send_back(row, actor, *, comment):
    _stop_clock(row, actor, comment=comment)
    _tell(row, "的申报退回修改")


def _turn_down(row, actor, *, comment):
    _stop_clock(row, actor, comment=comment)
    _tell(row, f"没有认定为见习{row.region.base_word}")


def _tell(row, what):
    messages.notify(
        people_of(row.profile),
        KIND,
        region=row.region,
        title=f"{row.profile.name}{what}",
        url=reverse("employer:base_filing", args=[row.region.slug, row.pk]),
    )


COURSE = Workflow(
    "state",
    [
        Transition(
            "submit",
            "提交申报",
            OPEN,
            State.SUBMITTED,
            _employer,
            check=_complete_and_sound,
            follow=_submitted,
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
            "visit",
            "记录实地考察",
            IN_REVIEW,
            State.VISITED,
            _district,
            follow=_visited,
        ),
        Transition(
            "recognise",
            "认定",
            IN_REVIEW,
            State.RECOGNISED,
            _district,
            check=_seen_and_sound,
            follow=_recognise,
        ),
        Transition(
            "return",
            "退回修改",
            IN_REVIEW,
            State.RETURNED,
            _district,
            comment_required=True,
            follow=_send_back,
        ),
        Transition(
            "reject",
            "不予认定",
            IN_REVIEW,
            State.REJECTED,
            _district,
            comment_required=True,
            follow=_turn_down,
        ),
    ],
    over=lambda row: "已作废" if row.voided_at else "",
)


@receiver(calendar_changed)
def _settle(**kwargs):
    rows = BaseApplication.objects.filter(~Q(due_on=None), due_is_provisional=True)
    for row in rows.select_for_update(of=("self",)):
        row.due_on, row.due_is_provisional = due_of(row)
        row.save(update_fields=["due_on", "due_is_provisional"])
