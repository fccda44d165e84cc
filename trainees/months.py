"""The months that employers check: from which day, until when, and what they would confirm.

A month is checked from a day of its own on (a parameter of the policy) and until the district has
submitted it. It is due on the working day before the first unit of the region must report, so that
every district finds it done on its last day.
"""

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from jianxi.periods import Period
from regions.calendar import working_days
from regions.models import District
from regions.policy import policy_at
from regions.workdays import Due

FROM_DAY = "month_check_from_day"


def opens_on(month: Period) -> date:
    """From which day on the month may be confirmed; its last one where nothing is laid down."""
    day = policy_at(month.start).value(FROM_DAY, month.end.day)
    return month.start.replace(day=min(day, month.end.day))


def opening_words(month: Period) -> str:
    day = opens_on(month)
    return f"{day.month}月{day.day}日起"


def to_check(today: date) -> Period:
    """The newest month that may be confirmed."""
    running = Period.month_of(today)
    return running if today >= opens_on(running) else running.previous


# --- Until when

REPORTED: list[Callable[[Period], Due | None]] = []


def first_reported(function: Callable[[Period], Due | None]):
    """Register what is reported of a month: a function that gives the day on which the first unit
    must, None where no day is laid down."""
    REPORTED.append(function)
    return function


def due(month: Period) -> Due:
    """The last day of the month where no unit must report it by a day."""
    days = [day for function in REPORTED if (day := function(month))]
    return working_days().earlier(min(days)) if days else Due(month.end, False)


# --- When it is over

CLOSED: list[Callable[[Period], QuerySet[District]]] = []


def closes(function: Callable[[Period], QuerySet[District]]):
    """Register what closes a month: a function that gives the districts where it is over."""
    CLOSED.append(function)
    return function


def closed_in(month: Period) -> QuerySet[District]:
    """The districts where nothing more can be confirmed for the month."""
    over = (Q(pk__in=function(month).values("pk")) for function in CLOSED)
    return District.objects.filter(reduce(or_, over, Q(pk__in=[])))
