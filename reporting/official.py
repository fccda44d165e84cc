"""The official xlsx of a month, for a unit and for the whole: drawn from the form's own data, or
the region's own blank workbook filled."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from jianxi.files import open_stored
from reporting.blank.filling import fill
from reporting.blank.places import Places
from reporting.exports import Table, UnitRow, dated, write_tables
from reporting.models import Form, FormWorkbook, Version
from reporting.paper import Paper, paper_of, paper_then
from reporting.periods import Period
from reporting.sheet import Sheet, sheet_of, sheet_then


def write_official(form: Form, period: Period, unit, out: str | BinaryIO, *, person="", phone=""):
    """The unit's form: a row for each unit that reports directly to it and their total last; a
    unit with none below it has its own row alone.

    Figures as submitted where a submission stands, else as the records give them now. `person`
    and `phone` are whose names stand at the foot before it is submitted.
    """
    sheet = sheet_of(form, period, unit)
    _write(sheet, out, paper_of(sheet, person, phone))


def write_version(version: Version, out: str | BinaryIO):
    """The unit's form as a version froze it: its figures alone, in the form as it was then, with who
    submitted it and when at the foot."""
    _write(sheet_then(version), out, paper_then(version, version.report.district))


def _write(sheet: Sheet, out, paper: Paper):
    own = (
        FormWorkbook.objects.filter(form=sheet.form)
        .exclude(cells={})
        .select_related("file")
        .first()
    )
    made = BytesIO()
    if own:
        fill_blank(own, Places(**own.cells), sheet, made, paper)
    else:
        write_tables([table_of(sheet, paper)], made)
    content = dated(made.getvalue(), paper.made_at) if paper.made_at else made.getvalue()
    if isinstance(out, str):
        Path(out).write_bytes(content)
    else:
        out.write(content)


def table_of(sheet: Sheet, paper: Paper, name: str = "") -> Table:
    return Table(
        sheet.form.parsed,
        in_words(sheet.period),
        rows_of(sheet),
        total_of(sheet) if sheet.below else None,
        paper.details,
        name=name,
        note=paper.note,
    )


def fill_blank(
    own: FormWorkbook, places: Places, sheet: Sheet, out: BinaryIO, paper: Paper | None = None
):
    """A region's own workbook with a month's figures in these places. Raises Unreadable."""
    paper = paper or paper_of(sheet, "", "")
    fill(
        sheet.form.parsed,
        contents_of(own),
        own.sheet,
        places,
        out,
        period=in_words(sheet.period),
        rows=rows_of(sheet),
        total=total_of(sheet),
        details=paper.details,
        note=paper.note,
    )


def contents_of(own: FormWorkbook) -> BytesIO:
    with open_stored(own.file) as file:
        return BytesIO(file.read())


def in_words(period: Period) -> str:
    return f"{period.start.year}年{period.start.month}月"


def rows_of(sheet: Sheet) -> list[UnitRow]:
    return [
        UnitRow(line.unit.name, line.figures, is_open=bool(sheet.below) and not line.stands)
        for line in sheet.lines
    ]


def total_of(sheet: Sheet) -> UnitRow:
    return UnitRow("合计", sheet.total)
