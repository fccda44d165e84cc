"""What charts show, as data: static/js/charts.js draws it, the table beside it says the same."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q
from django.utils import timezone

from regions.models import District
from reporting.definitions import Indicator
from reporting.figures import to_wan, written_out
from reporting.models import Form, Report
from reporting.standing import CameIn, came_in
from reporting.year.targets import Goal, Year
from reporting.yearly import line_of
from trainees.models import Application

BARS, LINES, FUNNEL, HEAT = "bars", "lines", "funnel", "heat"
MONTHS = range(1, 13)
MOST_UNITS = 100

ON_TIME, LATE, CONFIRMING, RETURNED, TAKEN_BACK, OVERDUE, NOT_DUE = range(7)
STEPS = (
    (CameIn.IN_TIME.label, "good"),
    (CameIn.LATE.label, "due"),
    (CameIn.CONFIRMING.label, "brand"),
    (CameIn.RETURNED.label, "muted"),
    (CameIn.TAKEN_BACK.label, "edge"),
    (CameIn.OVERDUE.label, "late"),
    (CameIn.NOT_DUE.label, "neutral"),
)


@dataclass(frozen=True)
class Series:
    """`values` are as many as the picture's labels; None: not known. By place: what is `open` is
    drawn apart from the others, what is `running` stands in the table alone."""

    name: str
    values: Sequence[int | Decimal | None]
    open: Collection[int] = ()
    running: Collection[int] = ()

    @property
    def drawn(self) -> list[int | float | None]:
        return [
            None if at in self.running else float(value) if isinstance(value, Decimal) else value
            for at, value in enumerate(self.values)
        ]

    def told(self, at: int) -> int | Decimal | str | None:
        """As the table has it."""
        value = self.values[at]
        if at in self.running:
            return f"{value:,}（未到期）"
        return f"{value:,}*" if at in self.open else value


@dataclass(frozen=True)
class Picture:
    """`labels` stand along the axis; of a heat map they are its columns and each series is a row
    whose values are places in `steps`, [(word, tone)]."""

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    note: str = ""
    head: str = ""  # over the first column of the table
    steps: Sequence[tuple[str, str]] = ()

    @cached_property
    def data(self) -> str:
        series = [{"name": s.name, "values": s.drawn, "open": sorted(s.open)} for s in self.series]
        drawn = {"kind": self.kind, "unit": self.unit, "labels": self.labels}
        return json.dumps(drawn | {"series": series, "steps": self.steps}, ensure_ascii=False)

    @property
    def is_empty(self) -> bool:
        values = [value for series in self.series for value in series.drawn]
        return all(value is None for value in values) or (self.kind != HEAT and not any(values))

    @property
    def columns(self) -> list[str]:
        return list(self.labels if self.kind == HEAT else [s.name for s in self.series])

    @property
    def rows(self) -> list[dict]:
        """The table: {label, cells}."""
        if self.kind == HEAT:
            return [
                {
                    "label": s.name,
                    "cells": ["" if v is None else self.steps[v][0] for v in s.values],
                }
                for s in self.series
            ]
        return [
            {"label": label, "cells": [series.told(at) for series in self.series]}
            for at, label in enumerate(self.labels)
        ]


def targets_picture(year: Year, goal: Goal, units: list[District]) -> Picture:
    """Target and progress of each unit that reports."""
    lowest = [unit for unit in units if not unit.is_root] or units
    marks = [year.mark(unit, goal.key) for unit in lowest]
    return Picture(
        BARS,
        f"{year.year}年{goal.label}：目标与完成",
        [unit.name for unit in lowest],
        [
            Series("目标", [mark.target for mark in marks]),
            Series("完成", [mark.done for mark in marks]),
        ],
        unit=goal.unit,
        note=f"完成数从1月1日算到{written_out(year.until)}，按现在的记录：{goal.words}。"
        if goal.is_counted
        else goal.words,
        head="单位",
    )


def months_picture(form: Form, indicator: Indicator, unit: District, year: int) -> Picture:
    """An indicator in the months of a year and of the one before."""
    today = timezone.localdate()
    known = line_of(form.key, year - 1, year, unit, indicator)

    def series(of: int) -> Series:
        values: list = [None] * len(MONTHS)
        waiting, running = set(), set()
        for period, figure in known.items():
            if period.start.year != of:
                continue
            at = period.start.month - 1
            values[at] = to_wan(figure.value) if indicator.is_money else figure.value
            if figure.is_open:
                (running if period.end >= today else waiting).add(at)
        return Series(f"{of}年", values, waiting, running)

    return Picture(
        LINES,
        f"{unit.name} {indicator.label}",
        [f"{month}月" for month in MONTHS],
        [series(of) for of in (year, year - 1) if of in {year, *(p.start.year for p in known)}],
        unit=indicator.unit,
        note="报送的数；带 *（图上空心、虚线）的还没有报送，或下级没有全部报送：没有报送的按现在的记录，与月报页相同。"
        "未到期的月份算到今天，只列在表里。",
        head="月份",
    )


PUT_FORWARD = Q(referred_at__isnull=False) | Q(
    state__in=["referred", "declined", "accepted", "dispatched", "signed"]
)
SIGNED = Q(contracts__agreement__isnull=False, contracts__agreement__voided_at=None)
ARRIVED = SIGNED & Q(contracts__agreement__arrived_on__isnull=False)
COMPLETED = ARRIVED & Q(contracts__agreement__end_kind__in=["completed", "retained_early"])
STAGES = {
    "报名": Q(),
    "推送给单位": PUT_FORWARD,
    "签订协议": SIGNED,
    "到岗": ARRIVED,
    "期满（含提前留用）": COMPLETED,
    "留用": COMPLETED & Q(contracts__agreement__outcome="retained"),
}


def course_picture(unit: District, districts: list[int], year: int) -> Picture:
    """How far those who applied in the year have come by now, each person once; one statement.
    `districts` are those whose records count for the unit."""
    applied = Application.objects.standing().filter(submitted_at__year=year)
    if not unit.is_root:
        applied = applied.filter(district__in=districts)
    counted = applied.aggregate(
        **{
            f"stage{at}": Count("trainee", filter=condition or None, distinct=True)
            for at, condition in enumerate(STAGES.values())
        }
    )
    return Picture(
        FUNNEL,
        f"{unit.name} {year}年：从报名到留用",
        list(STAGES),
        [Series("人数", [counted[f"stage{at}"] for at in range(len(STAGES))])],
        unit="人",
        note="本年在网上报名的人现在各走到哪一步，每人计一次；只在台账里登记协议的不在内。",
        head="环节",
    )


def board_picture(form: Form, above: District, year: int) -> Picture:
    """Whether each unit directly below (a lowest unit: itself) submitted each month in time; one
    statement."""
    who = Q(district__parent=above) if above.has_children else Q(district=above)
    reports = (
        Report.objects.filter(who, form_key=form.key, period__year=year)
        .with_corrections()
        .select_related("district")
        .order_by("district__order", "period")
    )
    rows: dict[str, list[int | None]] = {}
    for report in reports:
        row = rows.setdefault(report.district.name, [None] * len(MONTHS))
        row[report.period.month - 1] = step_of(report)
    shown = dict(list(rows.items())[:MOST_UNITS])
    return Picture(
        HEAT,
        f"{above.name} {year}年{form.title}：报送情况",
        [f"{month}月" for month in MONTHS],
        [Series(name, values) for name, values in shown.items()],
        note="迟报按首次报送的时间算，退回后重报的不另算迟报。",
        head="单位",
        steps=STEPS,
    )


def step_of(report: Report) -> int:
    """A place in STEPS."""
    match came_in(report):
        case CameIn.IN_TIME:
            return ON_TIME
        case CameIn.LATE:
            return LATE
        case CameIn.CONFIRMING:
            return CONFIRMING
        case CameIn.RETURNED:
            return RETURNED
        case CameIn.TAKEN_BACK:
            return TAKEN_BACK
        case CameIn.OVERDUE:
            return OVERDUE
    return NOT_DUE
