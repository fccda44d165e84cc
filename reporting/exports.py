"""The official xlsx of a month, drawn from the form's own data."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jianxi.exports import one_page_wide
from reporting.definitions import FormDefinition, Indicator
from reporting.figures import printed
from reporting.layout import header_grid, number_row

UNIT_WIDTH, FIGURE_WIDTH, MONEY_WIDTH = 15, 10.5, 13  # in characters, as a spreadsheet counts them
LINE_HEIGHT = 14.5  # points, of the body font
TITLE = Font(name="黑体", size=16, bold=True)
BODY = Font(name="宋体", size=10)
BOLD = Font(name="宋体", size=10, bold=True)
THIN = Side(style="thin")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
FIGURE = Alignment(horizontal="right", vertical="center", indent=1)
BELOW = Alignment(horizontal="left", vertical="bottom")
OPEN = PatternFill("solid", start_color="D9D9D9")
UNIT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)


class UnitRow(NamedTuple):
    """A unit's name and its unrounded figures by indicator code, money in yuan. `is_open`: they
    were not submitted, which is seen by their ground."""

    name: str
    figures: Mapping[str, int | Decimal | None]
    is_open: bool = False


@dataclass(frozen=True)
class Table:
    """What stands in one drawn form. `period` as it is to be read (2026年9月). `details` are what is
    known for the labels in `form.heading` and `form.footer`; the others are left to be filled in
    by hand. A figure that is missing is an empty cell. `name`: of the sheet, the form's title
    unless given. `note`: what is unfinished, told below the title."""

    form: FormDefinition
    period: str
    rows: Iterable[UnitRow]
    total: UnitRow | None
    details: Mapping[str, str]
    name: str = ""
    note: str = ""


def write_workbook(form: FormDefinition, out: str | BinaryIO, **facts) -> None:
    """Write the form to `out` (a path or a binary file); `facts` are those of a `Table`."""
    write_tables([Table(form, **facts)], out)


def write_tables(tables: Iterable[Table], out: str | BinaryIO) -> None:
    """Each form on a sheet of its own."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    workbook.properties.creator = None
    for table in tables:
        workbook.properties.title = table.form.title
        name = re.sub(r"[\[\]:*?/\\]", " ", table.name or table.form.title)[:31]
        _draw(workbook.create_sheet(name), table)
    workbook.save(out)


def dated(content: bytes, at: datetime) -> bytes:
    """A workbook that says of itself it was made at that moment: what is written of the same
    version is the same file, whenever it is."""
    stamp = at.astimezone(UTC)
    told = rf"\g<1>{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()
    out = BytesIO()
    with ZipFile(BytesIO(content)) as made, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for entry in made.infolist():
            data = made.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", told, data)
            kept.writestr(ZipInfo(entry.filename, stamp.timetuple()[:6]), data, ZIP_DEFLATED)
    return out.getvalue()


def _draw(ws: Worksheet, table: Table) -> None:
    form, details = table.form, table.details
    sheet = Page(ws, [UNIT_WIDTH, *map(_width, form.indicators)])

    sheet.band([form.title], font=TITLE, align=CENTRE, height=30)
    if table.note:
        sheet.note(table.note, font=BOLD)
    sheet.band([f"统计期：{table.period}", form.unit_note], last=RIGHT)
    if form.heading:
        sheet.band(_filled(form.heading, details))

    first = sheet.row + 1
    sheet.head(form)
    sheet.ws.print_title_rows = f"{first}:{sheet.row}"
    sheet.ws.freeze_panes = sheet.ws.cell(sheet.row + 1, 2)

    for unit in table.rows:
        sheet.figures(form, unit, BODY)
    if table.total is not None:
        sheet.figures(form, table.total, BOLD)

    if form.footer:
        sheet.band(_filled(form.footer, details), height=26)
    if form.notes:
        sheet.band(["填报说明："], align=BELOW, height=22)
    for number, note in enumerate(form.notes, 1):
        sheet.note(f"{number}．{note}")
    sheet.page()


def put(cell: Cell, value: str | int | Decimal | None) -> None:
    """Write a value; text stays text also when it begins like a formula or an error value."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    else:
        cell.value = value


class Page:
    """A worksheet written from top to bottom; `row` is the last row written."""

    def __init__(self, ws: Worksheet, widths: list[float]):
        self.ws = ws
        self.widths = widths
        self.row = 0
        for col, width in enumerate(widths, 1):
            ws.column_dimensions[get_column_letter(col)].width = width

    def band(self, texts, *, font=BODY, align=LEFT, last=None, height=20.0) -> None:
        """Texts side by side across the whole width, each in merged cells of its own."""
        self.row += 1
        self.ws.row_dimensions[self.row].height = height
        edges = [round(len(self.widths) * n / len(texts)) for n in range(len(texts) + 1)]
        for n, text in enumerate(texts):
            cell = self.merge(self.row, edges[n] + 1, 1, edges[n + 1] - edges[n])
            put(cell, text)
            cell.font = font
            cell.alignment = last if last and n == len(texts) - 1 else align

    def note(self, text: str, font=BODY) -> None:
        self.band([text], font=font, height=LINE_HEIGHT * _lines(text, sum(self.widths)))

    def head(self, form: FormDefinition) -> None:
        grid = header_grid(form)
        heights = [LINE_HEIGHT + 4] * len(grid)
        # Rows grow until each label fits; those of one row first, then those that span several.
        for head in sorted((cell for row in grid for cell in row), key=lambda cell: cell.rowspan):
            cell = self.merge(
                self.row + 1 + head.row, head.col + 1, head.rowspan, head.colspan, GRID
            )
            put(cell, head.label)
            cell.font, cell.alignment = BODY, CENTRE
            width = sum(self.widths[head.col : head.col + head.colspan])
            spanned = range(head.row, head.row + head.rowspan)
            lacking = LINE_HEIGHT * _lines(head.label, width) + 6 - sum(heights[r] for r in spanned)
            for r in spanned:
                heights[r] += max(0, lacking) / head.rowspan
        for height in heights:
            self.row += 1
            self.ws.row_dimensions[self.row].height = height
        if numbers := number_row(form):
            self.line([int(n) if n.isdigit() else n for n in numbers], BODY, CENTRE)

    def figures(self, form: FormDefinition, unit: UnitRow, font: Font) -> None:
        shown = printed(form, unit.figures)
        self.line([unit.name, *shown.values()], font, FIGURE)
        self.ws.cell(self.row, 1).alignment = UNIT
        for col, indicator in enumerate(form.indicators, 2):
            self.ws.cell(self.row, col).number_format = "0.00" if indicator.is_money else "0"
        if unit.is_open:
            for cell in self.ws[self.row]:
                cell.fill = OPEN

    def page(self) -> None:
        one_page_wide(self.ws)
        self.ws.print_area = f"A1:{get_column_letter(len(self.widths))}{self.row}"

    def line(self, values: list, font: Font, align: Alignment) -> None:
        self.row += 1
        self.ws.row_dimensions[self.row].height = 20
        for col, value in enumerate(values, 1):
            cell = self.ws.cell(self.row, col)
            put(cell, value)
            cell.font, cell.alignment, cell.border = font, align, GRID

    def merge(self, row: int, col: int, rowspan: int, colspan: int, border=None) -> Cell:
        if border:
            for line in self.ws.iter_rows(row, row + rowspan - 1, col, col + colspan - 1):
                for cell in line:
                    cell.border = border
        if rowspan * colspan > 1:
            self.ws.merge_cells(
                start_row=row,
                start_column=col,
                end_row=row + rowspan - 1,
                end_column=col + colspan - 1,
            )
        return self.ws.cell(row, col)


def _filled(labels: Iterable[str], details: Mapping[str, str]) -> list[str]:
    return [f"{label}：{details.get(label, '')}" for label in labels]


def _width(indicator: Indicator) -> float:
    """A label that ends in its unit, 参与基地（家）, stays on one line; others wrap."""
    unit = taken(indicator.label) + 1.5 if indicator.label.endswith("）") else 0
    return max(MONEY_WIDTH if indicator.is_money else FIGURE_WIDTH, unit)


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in cells of that width."""
    return max(1, math.ceil(taken(text) / (width - 1)))


def taken(text: str) -> int:
    """The width of a text in characters; a Chinese one counts two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
