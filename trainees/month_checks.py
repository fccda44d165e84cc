"""月末核对: an employer confirms its base's month, and what changed since it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, Max, OuterRef, Q, Value
from django.utils import timezone

from bases.access import acts_for
from bases.models import Base, EmployerProfile
from jianxi.history import acting
from jianxi.periods import Period
from jianxi.workflow import TransitionRefused
from trainees.models import Agreement, MonthCheck
from trainees.month_sheet import MonthSheet, Told, sheet_of, told
from trainees.months import closed_in, opening_words, opens_on, to_check
from trainees.queries import MonthCheckState

LABEL = "月末核对"
MONTHS = 6  # that are listed
READ = ("arrived_on", "ended_on", "end_kind", "outcome")  # of an agreement, by `told`


class Changed(TransitionRefused):
    """The records are not those that were looked at."""


# --- Which


def with_people(month: Period):
    """The bases at which somebody was in the month, gone ones included."""
    there = Agreement.objects.present(month).filter(position__base=OuterRef("pk"))
    return Base.objects.standing().filter(Exists(there))


def unchecked(month: Period):
    """Those of them that can still confirm it, and did not."""
    checked = MonthCheck.objects.filter(base=OuterRef("pk"), month=month.start)
    return with_people(month).filter(~Exists(checked)).exclude(district__in=closed_in(month))


def how_many(bases, month: Period) -> tuple[int, int]:
    """Of bases with people in the month: all, and those that confirmed it."""
    own = Q(month_checks__month=month.start)
    counted = bases.aggregate(
        all=Count("pk", distinct=True), checked=Count("pk", distinct=True, filter=own)
    )
    return counted["all"], counted["checked"]


def base_of(profile: EmployerProfile, month: Period) -> Base | None:
    """The employer's base whose month it is. One that came back within the month has two: first
    the one that is still to be confirmed, then the one with people, then the newest."""
    there = Exists(Agreement.objects.present(month).filter(position__base=OuterRef("pk")))
    checked = Exists(MonthCheck.objects.filter(base=OuterRef("pk"), month=month.start))
    rows = Base.objects.standing().filter(profile=profile).select_related("profile", "district")
    rows = rows.annotate(there=there, open=Q(there=True) & ~checked)
    return rows.order_by("-open", "-there", "-pk").first()


def month_shown(profile: EmployerProfile, today: date) -> Period:
    """The month that is to be confirmed; where nothing is, the running one."""
    month = to_check(today)
    waits = unchecked(month).filter(profile=profile).exists()
    return month if waits else Period.month_of(today)


def not_now(base: Base, month: Period, today: date) -> str:
    """Why the month cannot be confirmed now, in words; "" when it can."""
    if today < opens_on(month):
        return f"{opening_words(month)}可以核对这个月。"
    if closed_in(month).filter(pk=base.district_id).exists():
        return f"{base.district}已经报送这个月，不能再核对。"
    return ""


# --- Confirming


def confirm(base: Base, month: Period, *, actor, seen: str, note: str = "") -> MonthCheck:
    """Confirm what the actor saw (`seen`: the sheet's digest). Confirmed already, and nothing
    changed since: the row stays as it is, whoever was faster.

    Raises PermissionDenied; TransitionRefused where it cannot be confirmed now, Changed where the
    records say something else meanwhile; ValidationError by field.
    """
    if not acts_for(actor, base.profile):
        raise PermissionDenied
    today = timezone.localdate()
    with acting(actor):
        Base.objects.select_for_update(no_key=True, of=("self",)).get(pk=base.pk)
        sheet = sheet_of(base, month, today)
        if words := not_now(base, month, today):
            raise TransitionRefused(words)
        if not sheet.rows:
            raise TransitionRefused("这个月没有见习人员，不用核对。")
        if sheet.digest != seen:
            raise Changed("这个月的记录在您打开之后有变动，没有核对。请再看一遍，再按“核对无误”。")
        known = check_of(base, month)
        if known and not changed_since([known])[known.pk]:
            return known
        if sheet.gaps and not note:
            raise ValidationError({"note": "还有没补记的，请写明为什么。"})
        return record(sheet, actor=actor, note=note, known=known)


def record(sheet: MonthSheet, *, actor, note: str, known=None, at=None) -> MonthCheck:
    """Keep the sheet as confirmed by the actor; `known`: the row that is there already, `at`: the
    moment, now unless said otherwise."""
    row = known or MonthCheck(
        region_id=sheet.base.region_id, base=sheet.base, month=sheet.month.start
    )
    row.confirmed_by, row.confirmed_at, row.note = actor, at or timezone.now(), note
    row.on_post, row.arrived, row.ended = len(sheet.on_post), len(sheet.arrived), sheet.left
    row.versions = _newest(sheet.told)
    with acting(actor, f"{LABEL}：{note}" if note else LABEL, about=row):
        row.save()
    return row


def _newest(agreements: Iterable[int]) -> list[int]:
    """The newest event of each."""
    events = Agreement.pgh_event_model.objects.filter(pgh_obj__in=agreements)
    newest = events.order_by().values("pgh_obj").annotate(newest=Max("pgh_id"))
    return sorted(row["newest"] for row in newest)


def check_of(base: Base, month: Period) -> MonthCheck | None:
    rows = MonthCheck.objects.filter(base=base, month=month.start)
    return rows.select_related("confirmed_by", "base").first()


# --- Since then


def confirmed(check: MonthCheck) -> list:
    """The versions of the agreements that were confirmed, those who came first first."""
    events = Agreement.pgh_event_model.objects.filter(pgh_id__in=check.versions)
    return list(events.select_related("trainee", "position").order_by("planned_start", "pgh_obj"))


def changed_since(checks: Iterable[MonthCheck]) -> dict[int, set[int]]:
    """By check, the agreements that say something else of its month now than when it was confirmed,
    those that came or went included; two statements for any number of checks."""
    checks = list(checks)
    then, now = _told_then(checks), _told_now(checks)
    return {
        check.pk: {
            agreement
            for agreement in then[check.pk].keys() | now[check.pk].keys()
            if then[check.pk].get(agreement) != now[check.pk].get(agreement)
        }
        for check in checks
    }


def _told_then(checks) -> dict[int, dict[int, Told]]:
    wanted = {version for check in checks for version in check.versions}
    events = Agreement.pgh_event_model.objects.filter(pgh_id__in=wanted)
    found = {row.pgh_id: row for row in events.only("pgh_obj_id", *READ)}
    return {
        check.pk: {
            (event := found[version]).pgh_obj_id: told(event, check.period)
            for version in check.versions
        }
        for check in checks
    }


def _told_now(checks) -> dict[int, dict[int, Told]]:
    found = {check.pk: {} for check in checks}
    months = {check.pk: check.period for check in checks}
    for row in _listed_now(checks):
        found[row.check][row.pk] = told(row, months[row.check])
    return found


def _listed_now(checks):
    """The agreements each check would list now, with its number; one statement."""
    parts = [
        Agreement.objects.of_month(check.period)
        .filter(position__base=check.base_id)
        .annotate(check=Value(check.pk))
        .values_list("check", "pk", *READ, named=True)
        .order_by()
        for check in checks
    ]
    return parts[0].union(*parts[1:], all=True) if parts else []


def state_of(check: MonthCheck | None, changes: int) -> MonthCheckState:
    """`changes`: how many since it was confirmed."""
    if check is None:
        return MonthCheckState.WAITING
    return MonthCheckState.CHANGED if changes else MonthCheckState.CHECKED


# --- Month by month


@dataclass(frozen=True)
class Recent:
    """A month of a base, for a list: `people` were there; `changes` since it was confirmed."""

    base: Base
    month: Period
    people: int
    check: MonthCheck | None
    changes: int

    @property
    def state(self) -> MonthCheckState:
        return state_of(self.check, self.changes)


def recent(base: Base, today: date) -> list[Recent]:
    """The last months in which somebody was at the base, or that were confirmed; newest first."""
    months = Period.month_of(today).and_before(MONTHS)
    rows = Agreement.objects.filter(position__base=base)
    people = rows.aggregate(**{str(month): _count(month) for month in months})
    checks = MonthCheck.objects.filter(base=base, month__gte=months[-1].start)
    known = {check.period: check for check in checks.select_related("confirmed_by")}
    changes = changed_since(known.values())
    found = []
    for month in months:
        check, number = known.get(month), people[str(month)]
        if check or number:
            found.append(Recent(base, month, number, check, len(changes[check.pk]) if check else 0))
    return found


def _count(month: Period):
    """How many were present."""
    return Count("pk", filter=Agreement.objects.is_present(month))
