"""Working days with 调休, and the deadlines counted in them.

Pure: a `WorkCalendar` is handed the years whose holidays are announced and the days that differ
from their weekday. A result that had to look at a day of a year not announced yet is reckoned on
weekdays alone and says so (`provisional`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Due(NamedTuple):
    date: date
    provisional: bool


class InvalidDeadline(ValueError):
    """A deadline rule that cannot be followed; the message is in Chinese."""


@dataclass(frozen=True)
class WorkCalendar:
    """`exceptions` maps a day to whether it is worked, where the weekday says otherwise."""

    announced_years: Collection[int]
    exceptions: Mapping[date, bool]

    def is_working_day(self, day: date) -> bool:
        """On weekdays alone if the year is not announced."""
        return self.exceptions.get(day, day.weekday() < 5)

    def is_announced(self, day: date) -> bool:
        return day.year in self.announced_years

    def add_working_days(self, start: date, n: int) -> Due:
        """The n-th working day after `start`; a clock's first day is the day after receipt."""
        return self._nth(n, start + ONE_DAY)

    def nth_working_day(self, year: int, month: int, n: int) -> Due:
        """The n-th working day from the first of the month on."""
        return self._nth(n, date(year, month, 1))

    def roll_forward(self, day: date) -> Due:
        """The day itself, or the next working day if it is none."""
        return self._nth(1, day)

    def earlier(self, due: Due, working_days: int = 1) -> Due:
        """That many working days before: the deadline of units below the reporting ones."""
        if working_days == 0:
            return due
        before = self._nth(working_days, due.date - ONE_DAY, step=-ONE_DAY)
        return Due(before.date, before.provisional or due.provisional)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before.

        What is left until a due date from today, or how long ago it was.
        """
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def deadline(self, rule: Mapping, period_end: date) -> Due:
        """When the month that ended on `period_end` must be in, by a policy's `report_deadline`:

        {"kind": "working_day", "n": 2}: the second working day of the next month
        {"kind": "day_of_month", "n": 2, "roll": "next_working_day"}: the 2nd, moved to the next
        working day if it is none; without `roll` the 2nd itself
        """
        first = _first_of_next_month(period_end)
        match rule:
            case {"kind": "working_day", "n": int(n)} if 1 <= n <= 20:
                return self.nth_working_day(first.year, first.month, n)
            case {"kind": "day_of_month", "n": int(n), **rest} if 1 <= n <= 28:
                day = first.replace(day=n)
                match rest:
                    case {"roll": "next_working_day"}:
                        return self.roll_forward(day)
                    case _ if "roll" not in rest:
                        return Due(day, False)
        raise InvalidDeadline(f"报送期限的写法看不懂：{dict(rule)}")

    def _nth(self, n: int, day: date, step: timedelta = ONE_DAY) -> Due:
        """The n-th working day from `day` on, itself included."""
        if n < 1:
            raise ValueError("a number of working days must be 1 or more")
        provisional = not self.is_announced(day)
        while n := n - self.is_working_day(day):
            day += step
            provisional = provisional or not self.is_announced(day)
        return Due(day, provisional)


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def seed_from_chinesecalendar() -> tuple[list[int], list[tuple[date, bool, str]]]:
    """The years the package knows, and their days off and days worked instead (day, worked, name).

    A year counts as announced when its National Day is listed: a stray day at a year's edge may
    come with the notice of its neighbour.
    """
    from chinese_calendar.constants import Holiday, holidays, workdays

    years = sorted({day.year for day in holidays if (day.month, day.day) == (10, 1)})
    days = [(day, False, Holiday(name).chinese) for day, name in holidays.items()]
    days += [(day, True, f"{Holiday(name).chinese}调休") for day, name in workdays.items()]
    return years, sorted(days)
