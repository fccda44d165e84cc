"""Periods: a first and a last day; calendar months unless a region says otherwise."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta


class InvalidPeriod(ValueError):
    """The text names no month; the message is in Chinese."""


@dataclass(frozen=True, order=True)
class Period:
    """[start, end], both days included."""

    start: date
    end: date

    @classmethod
    def month_of(cls, day: date) -> "Period":
        last = calendar.monthrange(day.year, day.month)[1]
        return cls(day.replace(day=1), day.replace(day=last))

    @classmethod
    def parse(cls, text: str) -> "Period":
        """From YYYY-MM. Raises InvalidPeriod."""
        match = re.fullmatch(r"(\d{4})-(\d{2})", text)
        if match and 1 <= int(match[2]) <= 12 and 1990 <= int(match[1]) <= 2100:
            return cls.month_of(date(int(match[1]), int(match[2]), 1))
        raise InvalidPeriod(f"月份应写成 2026-09 的样子，从 1990-01 到 2100-12，不是“{text}”。")

    @property
    def previous(self) -> "Period":
        return Period.month_of(self.start - timedelta(days=1))

    @property
    def next(self) -> "Period":
        return Period.month_of(self.end + timedelta(days=1))

    def and_before(self, number: int) -> list["Period"]:
        """So many months up to this one, newest first."""
        months = [self]
        while len(months) < number:
            months.append(months[-1].previous)
        return months

    @property
    def year_ago(self) -> "Period":
        """The same month last year."""
        return Period.month_of(self.start.replace(year=self.start.year - 1, day=1))

    @property
    def year_start(self) -> date:
        return self.end.replace(month=1, day=1)

    @property
    def words(self) -> str:
        return f"{self.start.year}年{self.start.month}月"

    def __str__(self):
        return f"{self.start:%Y-%m}"
