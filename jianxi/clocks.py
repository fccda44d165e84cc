"""What a clock says: how many working days are left, in the same words for everyone who sees it."""

from dataclasses import dataclass
from datetime import date

DUE_SOON = 2  # working days left from which on a clock is shown as due


@dataclass(frozen=True)
class Clock:
    """`left`: working days from today to the due date, below 0 when it lies behind; None while
    the clock stands still. `provisional`: the due date reaches into a year not announced yet."""

    due_on: date
    left: int | None
    late: bool = False
    provisional: bool = False

    @classmethod
    def at(cls, today: date, due_on: date, calendar, *, provisional: bool = False) -> "Clock":
        """The clock as it stands today by a region's `WorkCalendar`."""
        left = calendar.working_days_between(today, due_on)
        return cls(due_on, left, due_on < today, provisional)

    @classmethod
    def of(cls, row, today: date, calendar) -> "Clock | None":
        """The clock that runs for a record (`due_on`, `due_is_provisional`), if one does."""
        if row.due_on is None:
            return None
        return cls.at(today, row.due_on, calendar, provisional=row.due_is_provisional)

    @property
    def words(self) -> str:
        if self.left is None:
            return "截止"
        if self.late:  # on a weekend no working day may have passed yet
            return f"超期 {-self.left} 个工作日" if self.left else "已超期"
        return f"剩 {self.left} 个工作日" if self.left else "今天到期"

    @property
    def tone(self) -> str:
        """neutral, late, due or good: how it is coloured beside its words."""
        if self.left is None:
            return "neutral"
        if self.late:
            return "late"
        return "due" if self.left <= DUE_SOON else "good"
