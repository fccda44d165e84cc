"""The official xlsx of a month, for a unit and for the whole: drawn from the form's own data, or
the region's own blank workbook filled."""

from io import BytesIO
from typing import BinaryIO

from django.utils import timezone

from accounts.models import Office
from jianxi.files import open_stored
from reporting.blank.filling import fill
from reporting.blank.places import Places
from reporting.exports import UnitRow, write_workbook
from reporting.figures import written_out
from reporting.models import Form, FormWorkbook
from reporting.periods import Period
from reporting.sheet import Sheet, sheet_of


def write_official(form: Form, period: Period, unit, out: str | BinaryIO, *, person="", phone=""):
    """The unit's form: a row for each unit that reports directly to it and their total last; a
    unit with none below it has its own row alone.

    Figures as submitted where a submission stands, else as the records give them now. `person`
    and `phone` are whose names stand at the foot.
    """
    sheet = sheet_of(form, period, unit)
    details = details_of(unit, person, phone)
    own = FormWorkbook.objects.filter(form=form).exclude(cells={}).select_related("file").first()
    if own:
        fill_blank(own, Places(**own.cells), sheet, out, details)
        return
    write_workbook(
        form.parsed,
        out,
        period=in_words(period),
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
    return UnitRow("合计", sheet.added)


def who_signs(unit) -> str:
    """The office whose stamp a unit's papers bear; the unit's own name where it has none."""
    offices = Office.objects.filter(district=unit, kind=Office.Kind.HUMAN_RESOURCES)
    return offices.order_by("pk").values_list("name", flat=True).first() or unit.official_name


def details_of(unit, person, phone) -> dict[str, str]:
    """What is known for the labels around the table, under any of the words forms use."""
    name, day = unit.official_name, written_out(timezone.localdate())
    return {
        "填报单位（盖章）": who_signs(unit),
        "填报区县": name,
        "填报时间": day,
        "填报日期": day,
        "填报人": person,
        "联系人": person,
        "联系电话": phone,
    }
