"""Clocks that run out: who must act is reminded two working days before, on the day, and the first
working day after; what is overdue is passed up, to the unit's 管理员 first and to those above when it
stays so."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.holders import Holders, upwards
from accounts.models import User
from bases.models import Authority
from jianxi.clocks import DUE_SOON
from jianxi.models import Reminder
from jianxi.worklist import CLOCKED, EMPLOYER, OFFICE, YOUTH, Clocked, Item
from regions.calendar import working_days
from regions.models import District, Region
from regions.policy import policy_at

KIND = "reminder"  # of messages
RIGHT = "oversee_clocks"
ABOVE = "overdue_to_region_working_days"
ROUND = 500  # users told in one transaction


def remind(region: Region, today: date) -> int:
    """Tell everybody in the region in scope whose clock runs out; how many were told. Once a day
    each, however often it is run; not on days that are no working days."""
    calendar = working_days()
    if not calendar.is_working_day(today):
        return 0
    soon = calendar.add_working_days(today, DUE_SOON).date
    before = calendar.earlier(calendar.roll_forward(today), 1).date
    moments = [
        (f"{DUE_SOON} 个工作日后到期", Q(due_on=soon)),
        ("今天到期", Q(due_on=today)),
        # ran out since the last working day
        ("已超期", Q(due_on__gte=before, due_on__lt=today)),
    ]
    told: dict[int, list[str]] = defaultdict(list)
    sides: dict[int, str] = {}
    for clocked in CLOCKED:
        for words, moment in moments:
            for user, number in _recipients(clocked, moment, today, late=words == "已超期").items():
                told[user].append(f"{number} 件{clocked.kind}{words}")
                sides[user] = clocked.side
    users = list(User.objects.filter(pk__in=told, is_active=True))
    for start in range(0, len(users), ROUND):
        _tell(region, today, users[start : start + ROUND], told, sides)
    return len(users)


def _tell(region, today, users, told, sides):
    with transaction.atomic():
        known = set(
            Reminder.objects.filter(day=today, user__in=users).values_list("user", flat=True)
        )
        new = [user for user in users if user.pk not in known]
        Reminder.objects.bulk_create(Reminder(region=region, user=user, day=today) for user in new)
        alike = defaultdict(list)
        for user in new:
            alike["；".join(told[user.pk]), sides[user.pk]].append(user)
        for (words, side), group in alike.items():
            messages.notify(
                group,
                KIND,
                region=region,
                title="您有事项快到期" if "超期" not in words else "您有事项超期",
                text=words,
                url=_home(region, side),
            )


def _home(region, side) -> str:
    return reverse("me:home") if side == YOUTH else reverse(f"{side}:home", args=[region.slug])


# --- Who


def _recipients(clocked: Clocked, moment: Q, today: date, *, late: bool) -> dict[int, int]:
    """How many of these each user must answer, by the user's id."""
    counted = clocked.rows().filter(moment).order_by().values_list(clocked.whose)
    numbers = dict(counted.annotate(number=Count("pk")))
    numbers.pop(None, None)
    if not numbers or clocked.side == YOUTH:
        return numbers
    if clocked.side == EMPLOYER:
        held = Authority.objects.filter(profile__in=numbers, state=Authority.State.CONFIRMED)
        return _summed((user, numbers[key]) for user, key in held.values_list("user", "profile"))
    rights = [clocked.right, RIGHT] if late else [clocked.right]
    who = _officers(rights, District.objects.filter(pk__in=numbers), today)
    return _summed((user, numbers[key]) for key, users in who.items() for user in users)


def _summed(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for user, number in pairs:
        total[user] += number
    return dict(total)


def _officers(rights: list[str], districts: Iterable[District], today: date) -> dict[int, set[int]]:
    """By district: who holds one of the rights on the very unit; where nobody does, on the nearest
    one above."""
    holders = Holders(rights, day=today)
    found = {}
    for district in districts:
        each = (
            {user for r in rights for user in holders.on(r, at)} for at in upwards(district.path)
        )
        found[district.pk] = next(filter(None, each), set())
    return found


# --- Passed up


def passed_up(request) -> Iterable[Item]:
    """What is overdue, a line for each kind and unit: of one's own unit at once, of units below
    when it has been for some working days."""
    paths = request.access.grants.get(RIGHT, [])
    if not paths:
        return
    today = timezone.localdate()
    patience = policy_at(today).value(ABOVE, 0)
    long_ago = _working_days_before(today, patience)
    for clocked in CLOCKED:
        if clocked.side != OFFICE:
            continue
        rows = clocked.rows().filter(due_on__lt=today)
        own = Q(**{f"{clocked.whose}__path__in": paths})
        districts = request.access.districts(RIGHT)
        if not districts.is_whole:
            rows = rows.filter(**{f"{clocked.whose}__in": districts})
        rows = rows.filter(own | Q(due_on__lt=long_ago)).order_by()
        unit = f"{clocked.whose}__name"
        counted = rows.values(unit, clocked.whose).annotate(number=Count("pk"), first=Min("due_on"))
        counted = list(counted.order_by("first"))
        # Of several, the list has the first ones on top; where it has other things (months), the
        # first itself.
        meant = [row[clocked.whose] for row in counted if clocked.page or row["number"] == 1]
        pages = _pages_of_firsts(clocked, rows, meant) if meant else {}
        listing = reverse(clocked.listing, args=[request.region.slug])
        for row in counted:
            yield Item(
                kind="督办",
                title=f"{clocked.kind}超期 {row['number']} 件",
                subtitle=f"{row[unit]} · 最早的应在 {row['first']:%Y-%m-%d} 前办结",
                url=pages.get(row[clocked.whose]) or listing,
                action="查看",
                due_on=row["first"],
            )


def _pages_of_firsts(clocked: Clocked, rows, units: list[int]) -> dict[int, str]:
    """By unit, the address of what has been overdue longest; one statement."""
    firsts = rows.filter(**{f"{clocked.whose}__in": units}).annotate(whose=F(clocked.whose))
    firsts = firsts.order_by("whose", "due_on", "pk").distinct("whose").select_related("region")
    return {row.whose: clocked.page_of(row) for row in firsts}


def _working_days_before(today: date, number: int) -> date:
    """A clock that ran out before this day has been overdue for more than so many working days."""
    calendar = working_days()
    day = today
    while number > 0:
        day -= timedelta(days=1)
        number -= calendar.is_working_day(day)
    return day
