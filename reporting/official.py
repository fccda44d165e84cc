"""The official xlsx of a month, for a unit and for the whole."""

from typing import BinaryIO

from django.utils import timezone

from reporting.exports import UnitRow, write_workbook
from reporting.models import Form
from reporting.periods import Period
from reporting.sheet import sheet_of


def write_official(form: Form, period: Period, unit, out: str | BinaryIO, *, person="", phone=""):
    """The unit's form: a row for each unit that reports directly to it and their total last; a
    unit with none below it has its own row alone.

    Figures as submitted where a submission stands, else as the records give them now. `person`
    and `phone` are whose names stand at the foot.
    """
    sheet = sheet_of(form, period, unit)
    write_workbook(
        form.parsed,
        out,
        period=f"{period.start.year}年{period.start.month}月",
        rows=[UnitRow(line.unit.name, line.figures) for line in sheet.lines],
        total=UnitRow("合计", sheet.added) if sheet.below else None,
        details=_details(unit, person, phone),
    )


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
