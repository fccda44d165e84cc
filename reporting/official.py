"""The official xlsx of a month, for a unit and for the whole: drawn from the form's own data, or
the region's own blank workbook filled."""

from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.utils import timezone

from accounts.models import Office
from jianxi.files import open_stored
from reporting.blank.filling import fill
from reporting.blank.places import Places
from reporting.exports import UnitRow, write_workbook
from reporting.figures import written_out
from reporting.models import Form, FormWorkbook, Version
from reporting.periods import Period
from reporting.sheet import Sheet, sheet_of, sheet_then


def write_official(form: Form, period: Period, unit, out: str | BinaryIO, *, person="", phone=""):
    """The unit's form: a row for each unit that reports directly to it and their total last; a
    unit with none below it has its own row alone.

    Figures as submitted where a submission stands, else as the records give them now. `person`
    and `phone` are whose names stand at the foot.
    """
    _write(sheet_of(form, period, unit), out, details_of(unit, person, phone))


def write_version(version: Version, out: str | BinaryIO):
    """The unit's form as a version froze it: its figures alone, in the form as it was then, with who
    submitted it and when at the foot."""
    _write(sheet_then(version), out, details_then(version))


def _write(sheet: Sheet, out, details):
    own = (
        FormWorkbook.objects.filter(form=sheet.form)
        .exclude(cells={})
        .select_related("file")
        .first()
    )
    if own:
        fill_blank(own, Places(**own.cells), sheet, out, details)
        return
    write_workbook(
        sheet.form.parsed,
        out,
        period=in_words(sheet.period),
        rows=rows_of(sheet),
        total=total_of(sheet) if sheet.below else None,
        details=details,
    )


def fill_blank(own: FormWorkbook, places: Places, sheet: Sheet, out, details=None):
    """A region's own workbook with a month's figures in these places. Raises Unreadable."""
    fill(
        sheet.form.parsed,
        contents_of(own),
        own.sheet,
        places,
        out,
        period=in_words(sheet.period),
        rows=rows_of(sheet),
        total=total_of(sheet),
        details=details or details_of(sheet.unit, "", ""),
    )


def contents_of(own: FormWorkbook) -> BytesIO:
    with open_stored(own.file) as file:
        return BytesIO(file.read())


def in_words(period: Period) -> str:
    return f"{period.start.year}年{period.start.month}月"


def rows_of(sheet: Sheet) -> list[UnitRow]:
    return [UnitRow(line.unit.name, line.figures) for line in sheet.lines]


def total_of(sheet: Sheet) -> UnitRow:
    return UnitRow("合计", sheet.total)


def who_signs(unit) -> str:
    """The office whose stamp a unit's papers bear; the unit's own name where it has none."""
    offices = Office.objects.filter(district=unit, kind=Office.Kind.HUMAN_RESOURCES)
    return offices.order_by("pk").values_list("name", flat=True).first() or unit.official_name


def details_then(version: Version) -> dict[str, str]:
    unit, day = version.report.district, timezone.localdate(version.submitted_at)
    offices = Office.objects.filter(district=unit, kind=Office.Kind.HUMAN_RESOURCES)
    phone = offices.order_by("pk").values_list("phone", flat=True).first() or ""
    return details_of(unit, str(version.submitted_by), phone, day)


def details_of(unit, person, phone, day: date | None = None) -> dict[str, str]:
    """What is known for the labels around the table, under any of the words forms use."""
    name, day = unit.official_name, written_out(day or timezone.localdate())
    return {
        "填报单位（盖章）": who_signs(unit),
        "填报区县": name,
        "填报时间": day,
        "填报日期": day,
        "填报人": person,
        "联系人": person,
        "联系电话": phone,
    }
