"""Tables as xlsx, written as a stream: a row goes to disk before the next is read.

Values keep their types: numbers are numbers, days are days. Text stays text, whatever it begins
with, so that no cell can turn into a formula.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from django.db import models
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from jianxi.lists import Column

KEEP_DAYS = 7
TELL_EVERY = 500  # rows
LONGEST = 32_767  # characters an xlsx cell can hold
FORMULA_SIGNS = ("=", "+", "-", "@")

A4 = 9
LEAST_WIDTH, BROAD_WIDTH = 12, 40  # in characters, as a spreadsheet counts them
HEAD_HEIGHT = 32  # points: two lines
HEAD = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", start_color="EEF2F7"),
    "alignment": Alignment(vertical="center", wrap_text=True),
}
DAY, MONEY = "yyyy-mm-dd", "#,##0.00"


def write(
    file: BinaryIO,
    title: str,
    columns: list[Column],
    rows: Iterable,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Write a sheet of the columns with a head and a 序号; returns how many rows."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 7
    for place, column in enumerate(columns, start=2):
        sheet.column_dimensions[get_column_letter(place)].width = _width(column)
    one_page_wide(sheet)
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = title.replace("&", "&&")
    sheet.page_margins.top, sheet.page_margins.header = 0.8, 0.4
    sheet.print_options.gridLines = True
    sheet.row_dimensions[1].height = HEAD_HEIGHT
    sheet.append([_styled(sheet, label) for label in ["序号", *(c.label for c in columns)]])
    done = 0
    for done, row in enumerate(rows, start=1):
        sheet.append([done, *(cell(sheet, column.of(row)) for column in columns)])
        if done % TELL_EVERY == 0:
            tell(done)
    workbook.save(file)
    tell(done)
    return done


def one_page_wide(sheet):
    """On paper: A4 landscape, one page wide, as many long as it takes, each with its number."""
    fit_to_width(sheet)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第&P页，共&N页"


def fit_to_width(sheet):
    """A4 landscape, one page wide; margins, head and foot stay."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _width(column: Column) -> float:
    """A number's label takes two lines; text has room for its own, and more where it is long."""
    if column.numeric:
        return max(LEAST_WIDTH / 2, len(column.label)) + 3
    return BROAD_WIDTH if column.broad else max(LEAST_WIDTH, 2 * len(column.label) + 4)


def cell(sheet, value):
    """A value as it is written: what a plain value cannot say gets a cell of its own."""
    match value:
        case models.Choices():
            return value.label
        case bool():
            return "是" if value else "否"
        case Decimal():
            return _formatted(sheet, value, MONEY)
        case datetime():
            return _formatted(sheet, timezone.make_naive(value), "yyyy-mm-dd hh:mm")
        case date():
            return _formatted(sheet, value, DAY)
        case str():
            return text(sheet, value)
    return value


def text(sheet, value: str):
    value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    if not value.startswith(FORMULA_SIGNS):
        return value
    written = WriteOnlyCell(sheet, value)
    written.data_type = "s"  # what begins with "=" would be taken for a formula
    written.quotePrefix = True  # and stays text when somebody edits it
    return written


def _formatted(sheet, value, number_format: str):
    written = WriteOnlyCell(sheet, value)
    written.number_format = number_format
    return written


def _styled(sheet, label: str):
    written = WriteOnlyCell(sheet, label)
    for name, style in HEAD.items():
        setattr(written, name, style)
    return written
