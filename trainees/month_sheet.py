"""What a month says of a base: who came, who was there, who left, and what nobody recorded yet."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from bases.models import Base
from jianxi.history import fingerprint
from jianxi.periods import Period
from positions.models import Position
from trainees.models import Agreement

EndKind = Agreement.EndKind


class Told(NamedTuple):
    """What an agreement, or an event of one, says of a month. What came after the month is not
    part of it, but for the outcome, which may be known later."""

    arrived_on: date | None
    ended_on: date | None
    end_kind: str
    outcome: str


def told(row, month: Period) -> Told:
    arrived = row.arrived_on if row.arrived_on and row.arrived_on <= month.end else None
    if row.ended_on is None or row.ended_on > month.end:
        return Told(arrived, None, "", "")
    return Told(arrived, row.ended_on, row.end_kind, row.outcome)


@dataclass(frozen=True)
class Mark:
    """What is to happen on a day, or should have and nobody recorded it. `move`: by which that is
    done (trainees.course), "" where it is to be chosen on the agreement's page."""

    row: Agreement
    words: str
    day: date
    move: str = ""


@dataclass(frozen=True)
class MonthSheet:
    """A base's month as its records give it on a day; `rows`: whoever was there, or was to come."""

    base: Base
    month: Period
    today: date
    rows: list[Agreement]

    @cached_property
    def told(self) -> dict[int, Told]:
        return {row.pk: told(row, self.month) for row in self.rows}

    @cached_property
    def on_post(self) -> list[Agreement]:
        """At its end; of the running month, now."""
        there = ((row, self.told[row.pk]) for row in self.rows)
        return [row for row, said in there if said.arrived_on and not said.ended_on]

    @cached_property
    def arrived(self) -> list[Agreement]:
        days = ((row, self.told[row.pk].arrived_on) for row in self.rows)
        return [row for row, day in days if day and day >= self.month.start]

    @cached_property
    def ended(self) -> list[Agreement]:
        """In any way; who never arrived too."""
        return [row for row in self.rows if self.told[row.pk].ended_on]

    @cached_property
    def left(self) -> int:
        """Of those who ended, how many had been there."""
        return sum(row.end_kind != EndKind.CANCELLED for row in self.ended)

    @cached_property
    def gaps(self) -> list[Mark]:
        """What is overdue, longest first."""
        found = (self._gap(row) for row in self.rows)
        return sorted(filter(None, found), key=lambda mark: (mark.day, mark.row.pk))

    def _gap(self, row) -> Mark | None:
        last = min(self.month.end, self.today)
        if row.ended_on:
            if self.told[row.pk].end_kind == EndKind.COMPLETED and not row.outcome:
                return Mark(row, "期满结束，没有登记去向", row.ended_on, "outcome")
            return None
        if row.arrived_on is None:
            if row.planned_start <= last and row.planned_start < self.today:
                return Mark(row, "过了约定开始，没有登记到岗", row.planned_start)
        elif row.planned_end <= last and row.planned_end < self.today:
            return Mark(row, "过了约定结束，没有办结束", row.planned_end, "end")
        return None

    @cached_property
    def coming(self) -> list[Mark]:
        """What the agreements say will happen before the month is over."""
        found = []
        for row in (row for row in self.rows if not row.ended_on):
            if row.arrived_on is None and row.planned_start >= self.today:
                found.append(Mark(row, "到岗", row.planned_start))
            if self.today <= row.planned_end <= self.month.end:
                found.append(Mark(row, "期满", row.planned_end))
        return sorted(found, key=lambda mark: (mark.day, mark.row.pk))

    @cached_property
    def positions(self) -> list[Position]:
        """Open on its last day, or today."""
        rows = Position.objects.existing(min(self.month.end, self.today)).filter(base=self.base)
        return list(rows.with_places().order_by("published_on", "pk"))

    @cached_property
    def digest(self) -> str:
        """Another one as soon as what would be confirmed (`told`) is another: who confirms says
        which he saw. What is only to come, or missing, is not confirmed."""
        return fingerprint(sorted(self.told.items()))


def sheet_of(base: Base, month: Period, today: date) -> MonthSheet:
    rows = Agreement.objects.of_month(month).filter(position__base=base)
    rows = rows.select_related("trainee", "position").order_by("planned_start", "pk")
    return MonthSheet(base, month, today, list(rows))
