"""The official xlsx of a month, for a unit and for the whole."""

from typing import BinaryIO

from django.utils import timezone

from reporting.compiling import compute
from reporting.computing import Figures, from_json
from reporting.exports import UnitRow, write_workbook
from reporting.models import Form, Report, Version
from reporting.periods import Period

STANDING = [Report.State.SUBMITTED, Report.State.APPROVED, Report.State.LOCKED]


def write_official(form: Form, period: Period, unit, out: str | BinaryIO, *, person="", phone=""):
    """The unit's form: a row for each unit that reports directly to it and their total last; a
    unit with none below it has its own row alone.

    Figures as submitted where a submission stands, else as the records give them now. `person`
    and `phone` are whose names stand at the foot.
    """
    compiled = compute(form, period, unit)
    submitted = submitted_figures(form, period)
    children = compiled.units.children(unit)
    rows = [
        UnitRow(row.name, submitted.get(row.pk, compiled.figures[row.pk]))
        for row in children or [unit]
    ]
    write_workbook(
        form.parsed,
        out,
        period=f"{period.start.year}年{period.start.month}月",
        rows=rows,
        total=UnitRow("合计", added_up([row.figures for row in rows])) if children else None,
        details=_details(unit, person, phone),
    )


def submitted_figures(form: Form, period: Period) -> dict[int, Figures]:
    """By unit pk, the newest version of each report whose submission stands."""
    newest = Version.objects.newest(form.key, period.start)
    standing = newest.filter(report__state__in=STANDING)
    kept = standing.values_list("report__district", "figures")
    return {district: from_json(form.parsed, figures) for district, figures in kept}


def added_up(figures: list[Figures]) -> Figures:
    return {code: sum(unit[code] for unit in figures) for code in figures[0]}


def _details(unit, person, phone) -> dict[str, str]:
    """What is known for the labels around the table, under any of the words forms use."""
    name, day = unit.official_name, timezone.localdate().isoformat()
    return {
        "填报单位（盖章）": name,
        "填报区县": name,
        "填报时间": day,
        "填报日期": day,
        "填报人": person,
        "联系人": person,
        "联系电话": phone,
    }
