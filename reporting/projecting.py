"""A month before it is submitted: while it runs its figures at the end, as agreements themselves
say they will come, and what is still missing in the records.

A pure projection: who is to arrive within the month arrives that day, who is to end within it ends
that day, having completed; nothing else happens, and nothing is written.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from positions.models import Position
from positions.queries import PositionState
from reporting.models import Report
from reporting.periods import Period
from reporting.units import Units
from trainees.models import Agreement
from trainees.month_checks import how_many, unchecked, with_people
from trainees.months import opening_words
from trainees.queries import AgreementState, MonthCheckState

SHOWN = 10  # of each kind; more are in the list it leads to


def is_open(period: Period, report: Report | None, today: date) -> bool:
    """Until the month is submitted, its missing records can still be mended for it."""
    if today <= period.end:
        return period.start <= today
    return report is None or report.is_unfinished or report.state == Report.State.CORRECTING


class Projected(Units):
    """The tree at the end of a period, whose records are read as if its agreements kept to their
    dates."""

    def __init__(self, period: Period):
        super().__init__(period.end)
        self.period = period

    def ask(self, sql: str, values: dict) -> list[tuple]:
        return super().ask(f"WITH {self._agreements()} {sql}", values)

    def _agreements(self) -> str:
        """The table of agreements as their dates make it."""
        table = Agreement._meta.db_table
        within = (
            f"BETWEEN DATE '{self.period.start:%Y-%m-%d}' AND DATE '{self.period.end:%Y-%m-%d}'"
        )
        arrives = f"arrived_on IS NULL AND ended_on IS NULL AND planned_start {within}"
        ends = (
            f"ended_on IS NULL AND planned_end {within}"
            f" AND (arrived_on IS NOT NULL OR planned_start {within})"
        )
        becomes = {
            "arrived_on": f"CASE WHEN {arrives} THEN planned_start ELSE arrived_on END",
            "ended_on": f"CASE WHEN {ends} THEN planned_end ELSE ended_on END",
            "end_kind": f"CASE WHEN {ends} THEN '{Agreement.EndKind.COMPLETED}' ELSE end_kind END",
        }
        quoted = {field.column: f'"{field.column}"' for field in Agreement._meta.concrete_fields}
        columns = ", ".join(f'{sql} AS "{name}"' for name, sql in (quoted | becomes).items())
        return f"{table} AS (SELECT {columns} FROM {table})"  # noqa: S608


@dataclass(frozen=True)
class Missing:
    """Records that want something before the month closes, oldest first. `listing` and `asked`:
    the address where all of their kind are, by its name and what is asked of it."""

    title: str
    help: str
    listing: str
    asked: str
    source: str
    rows: models.QuerySet
    day: str  # of the row, told beside it; "" for none

    def first(self) -> tuple[int, list]:
        """How many, and those to be shown."""
        rows = list(self.rows[: SHOWN + 1])
        number = len(rows) if len(rows) <= SHOWN else self.rows.count()
        return number, rows[:SHOWN]


def missing(period: Period, districts: list[int], today: date) -> list[Missing]:
    """What is missing in the records of some districts (by pk), of a month that is over as of its
    end; two statements a kind, one more for the months that bases confirm."""
    until = min(today, period.end + timedelta(1))  # what was due before that day
    agreements = Agreement.objects.standing().filter(position__base__district__in=districts)
    agreements = agreements.select_related("position__base__profile")
    positions = Position.objects.standing().filter(base__district__in=districts)
    not_ended = agreements.filter(ended_on=None)
    completed = agreements.filter(
        arrived_on__isnull=False,
        ended_on__range=(period.start, period.end),
        end_kind=Agreement.EndKind.COMPLETED,
    )
    lapsed = Q(published_on__lt=until, valid_until__lt=until)
    lapsed &= Q(closed_on=None) | Q(closed_on__gt=today)
    there, checked = how_many(with_people(period).filter(district__in=districts), period)
    return [
        Missing(
            "约定已开始，没有到岗",
            "到岗的补记到岗日期；不来的取消协议，名额才会空出来。",
            "agreements",
            f"state={AgreementState.NOT_ARRIVED}",
            "agreements",
            not_ended.filter(arrived_on=None, planned_start__lt=until).order_by("planned_start"),
            "planned_start",
        ),
        Missing(
            "约定已期满，没有结束",
            "补记结束日期、结束方式和去向；延长的改约定结束日期。",
            "agreements",
            f"state={AgreementState.OVERDUE}",
            "agreements",
            not_ended.filter(arrived_on__isnull=False, planned_end__lt=until).order_by(
                "planned_end"
            ),
            "planned_end",
        ),
        Missing(
            "本月期满，去向不明",
            "联系基地或本人，补记留用或者其他方式就业。",
            "agreements",
            f"state={AgreementState.ENDED}&end_kind={Agreement.EndKind.COMPLETED}",
            "agreements",
            completed.filter(outcome="").order_by("ended_on"),
            "ended_on",
        ),
        Missing(
            "岗位过了有效期，没有关闭",
            "还招的续期，不招的关闭；在这之前仍算期末在册。",
            "positions",
            f"state={PositionState.STOPPED}",
            "positions",
            positions.filter(lapsed).select_related("base__profile").order_by("valid_until"),
            "valid_until",
        ),
        Missing(
            "单位还没有核对的基地",
            f"有人见习的 {there} 家里，{checked} 家已核对。"
            f"单位{opening_words(period)}核对本月名单，人数报送以后不能再核对。",
            "month_checks",
            f"month={period}&state={MonthCheckState.WAITING}",
            "bases",
            unchecked(period)
            .filter(district__in=districts)
            .select_related("profile")
            .order_by("pk"),
            "",
        ),
    ]
