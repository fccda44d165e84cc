"""What is made for one unit, and the calendar it happens in."""

from bisect import bisect
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from portal.demo.identities import Identities
from portal.demo.scales import Share
from portal.demo.sheet import Sheet
from regions.models import District

# how much of a year's signing falls into each month: graduates come in summer
SEASON = (6, 5, 10, 10, 9, 11, 22, 20, 18, 10, 8, 6)


def seeded(*parts) -> Random:
    """Chance that falls the same way for the same parts."""
    return Random(" ".join(map(str, parts)))  # noqa: S311 - nothing secret is drawn from it


@dataclass
class Year:
    """One unit's bases and what happens at them from `first_day` to `today`."""

    share: Share
    sheet: Sheet
    identities: Identities
    rng: Random
    first_day: date
    today: date
    elsewhere: list[District]  # units valid today
    bases: list[dict] = field(default_factory=list)
    positions: list["Opening"] = field(default_factory=list)
    agreements: list[dict] = field(default_factory=list)
    numbered: Counter = field(default_factory=Counter)

    @property
    def unit(self) -> District:
        return self.share.unit

    def number(self, prefix: str) -> str:
        """The next number of a record of this kind, different in each unit."""
        self.numbered[prefix] += 1
        return f"{prefix}{self.unit.order:04d}{self.numbered[prefix]:06d}"

    def day(self, since: date, until: date) -> date:
        """Any day between the two, both included."""
        return since + timedelta(days=self.rng.randint(0, max(0, (until - since).days)))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def is_past(self, day: date) -> bool:
        return day <= self.today


@dataclass
class Opening:
    """A position while youths are placed in it."""

    row: dict
    base: dict
    last_day: date
    left: int

    def takes(self, since: date, until: date) -> bool:
        return self.left > 0 and self.row["published_on"] <= since and until <= self.last_day


def signing_days(rng: Random, first_day: date, today: date, count: int) -> list[date]:
    """`count` days in order, spread as the seasons are."""
    span = (today - first_day).days + 1
    days = [first_day + timedelta(days=n) for n in range(span)]
    weights = list(accumulate(SEASON[day.month - 1] for day in days))
    return sorted(days[bisect(weights, rng.random() * weights[-1])] for _ in range(count))


def month_index(day: date) -> int:
    """Months counted through the years, so that they can be added to."""
    return day.year * 12 + day.month - 1


def month_start(index: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, 1)


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of the day's month, or of one so many months later."""
    return month_start(month_index(day) + months)


def months_later(day: date, months: int) -> date:
    first = first_of_month(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))
