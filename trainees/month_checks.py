"""月末核对: an employer confirms its base's month, and what changed since it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    Q,
    Value,
    When,
)
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


def present_at(month: Period):
    """Of a base in the statement around it: who was there in the month."""
    return Agreement.objects.present(month).filter(position__base=OuterRef("pk"))


def with_people(month: Period):
    """The bases at which somebody was in the month, gone ones included."""
    return Base.objects.standing().filter(Exists(present_at(month)))


def unchecked(month: Period):
    """Those of them that can still confirm it, and did not."""
    checked = MonthCheck.objects.filter(base=OuterRef("pk"), month=month.start)
    return with_people(month).filter(~Exists(checked)).exclude(district__in=closed_in(month))


def how_many(bases, month: Period) -> tuple[int, int]:
    """Of bases with people in the month: all, and those that confirmed it, changed since or not."""
    own = Q(month_checks__month=month.start)
    counted = bases.aggregate(
        all=Count("pk", distinct=True), checked=Count("pk", distinct=True, filter=own)
    )
    return counted["all"], counted["checked"]


def base_of(profile: EmployerProfile, month: Period) -> Base | None:
    """The employer's base whose month it is; None where it was no base in it and nobody was there.
    One that came back within the month has two: first the one that is still to be confirmed, or
    to be confirmed anew, then the one with people, then the newest."""
    checked = MonthCheck.objects.filter(base=OuterRef("pk"), month=month.start)
    changed = changed_checks(month).filter(base=OuterRef("pk"))
    rows = Base.objects.standing().filter(profile=profile).select_related("profile", "district")
    rows = rows.annotate(there=Exists(present_at(month)))
    rows = rows.annotate(open=Q(there=True) & (~Exists(checked) | Exists(changed)))
    staying = Q(exited_on=None) | Q(exited_on__gte=month.start)
    rows = rows.filter(Q(there=True) | Q(recognised_on__lte=month.end) & staying)
    return rows.order_by("-open", "-there", "-pk").first()


def month_shown(profile: EmployerProfile, today: date) -> Period:
    """The month that is to be confirmed; where nothing is, the running one, or the last one in
    which it was a base."""
    month = to_check(today)
    if unchecked(month).filter(profile=profile).exists():
        return month
    own = Base.objects.standing().filter(profile=profile)
    exits = list(own.values_list("exited_on", flat=True))
    return Period.month_of(min(today, max(exits)) if exits and all(exits) else today)


def not_now(sheet: MonthSheet) -> str:
    """Why the month cannot be confirmed now, in words; "" when it can."""
    if sheet.today < opens_on(sheet.month):
        nobody = "" if sheet.rows else "，现在还没有人见习"
        return f"{opening_words(sheet.month)}可以核对这个月{nobody}。"
    if not sheet.rows:
        return "这个月没有人见习，不用核对。"
    if closed_in(sheet.month).filter(pk=sheet.base.district_id).exists():
        return f"{sheet.base.district}已经报送这个月的人数，不能再核对。"
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
        if words := not_now(sheet):
            raise TransitionRefused(words)
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
    return {check.pk: _differing(then[check.pk], now[check.pk]) for check in checks}


@dataclass(frozen=True)
class Difference:
    """What of an agreement (with its youth) was confirmed, and what its month says now; None where
    it was not, or is no longer, in the list."""

    row: Agreement
    then: Told | None
    now: Told | None


def differences(check: MonthCheck) -> list[Difference]:
    """`changed_since` one by one, who came first first."""
    then, now = _told_then([check])[check.pk], _told_now([check])[check.pk]
    rows = Agreement.objects.filter(pk__in=_differing(then, now)).select_related("trainee")
    rows = rows.order_by("planned_start", "pk")
    return [Difference(row, then.get(row.pk), now.get(row.pk)) for row in rows]


def _differing(then: dict[int, Told], now: dict[int, Told]) -> set[int]:
    return {one for one in then.keys() | now.keys() if then.get(one) != now.get(one)}


def changed_checks(month: Period):
    """The checks of a month in which `changed_since` finds something, for lists and counts: asked
    of the database, whatever their number."""
    versions = Agreement.pgh_event_model.objects.annotate(**_told_by_sql(month))
    listed = Agreement.objects.of_month(month).annotate(**_told_by_sql(month))
    same = {name: OuterRef(name) for name in _told_by_sql(month)}
    gone = versions.filter(_In("pgh_id", OuterRef("versions"))).exclude(
        Exists(
            listed.filter(
                pk=OuterRef("pgh_obj_id"), position__base=OuterRef(OuterRef("base_id")), **same
            )
        )
    )
    known = versions.filter(
        _In("pgh_id", OuterRef(OuterRef("versions"))), pgh_obj_id=OuterRef("pk")
    )
    new = listed.filter(position__base=OuterRef("base_id")).exclude(Exists(known))
    return MonthCheck.objects.filter(Exists(gone) | Exists(new), month=month.start)


class _In(Func):
    """A number is one of an array of another row."""

    arg_joiner, template, output_field = " = ANY(", "%(expressions)s)", BooleanField()


def _told_by_sql(month: Period) -> dict:
    """month_sheet.told, for rows that are compared in the database; a day that is not told is
    one that never comes."""
    arrived, ended = Q(arrived_on__lte=month.end), Q(ended_on__lte=month.end)
    never = Value(date.max, DateField())
    return {
        "told_arrived": Case(When(arrived, then=F("arrived_on")), default=never),
        "told_ended": Case(When(ended, then=F("ended_on")), default=never),
        "told_kind": Case(When(ended, then=F("end_kind")), default=Value("")),
        "told_outcome": Case(When(ended, then=F("outcome")), default=Value("")),
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


def state_of(check: MonthCheck | int | None, changes: int | bool) -> MonthCheckState:
    """`check`: or its number; `changes`: how many since it was confirmed, or whether any."""
    if check is None:
        return MonthCheckState.WAITING
    return MonthCheckState.CHANGED if changes else MonthCheckState.CHECKED


# --- Month by month


@dataclass(frozen=True)
class Recent:
    """A month of a base, for a list: `people` were there, `absent` are in its sheet and were not;
    `changes` since it was confirmed."""

    base: Base
    month: Period
    people: int
    absent: int
    check: MonthCheck | None
    changes: int

    @property
    def state(self) -> MonthCheckState:
        return state_of(self.check, self.changes)


def recent(base: Base, today: date) -> list[Recent]:
    """The last months in which somebody was at the base, or that were confirmed; newest first."""
    months = Period.month_of(today).and_before(MONTHS)
    rows = Agreement.objects.filter(position__base=base)
    asked = {}
    for month in months:
        asked[f"there{month}"] = Count("pk", filter=rows.is_present(month))
        asked[f"listed{month}"] = Count("pk", filter=rows.is_of_month(month))
    people = rows.aggregate(**asked)
    checks = MonthCheck.objects.filter(base=base, month__gte=months[-1].start)
    known = {check.period: check for check in checks.select_related("confirmed_by")}
    changes = changed_since(known.values())
    found = []
    for month in months:
        check, there = known.get(month), people[f"there{month}"]
        if check or there:
            absent = people[f"listed{month}"] - there
            changed = len(changes[check.pk]) if check else 0
            found.append(Recent(base, month, there, absent, check, changed))
    return found
