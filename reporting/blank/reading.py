"""A blank workbook from outside: judged as a package before openpyxl, which trusts its input."""

from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from jianxi.ledger.package import BROKEN, Package, Unreadable

MOST_ROWS, MOST_COLUMNS = 1000, 100
UNPACKED = 20 * 1024 * 1024
MACROS = "文件带有宏。请在 Excel 或 WPS 里另存为不带宏的 xlsx 再上传"
TOO_LARGE = "文件内容过多，不像一张空白表。请只留下表格本身再上传"
NO_SHEET = "没有工作表“{}”，请从列出的工作表里选"


def open_blank(file) -> Workbook:
    """The workbook with its formulas and styles. Raises Unreadable with words for its owner."""
    package = Package(file)
    if any("vbaproject" in name.lower() for name in package.parts):
        raise Unreadable(MACROS)
    left = UNPACKED
    for name in package.parts:
        for chunk in package.chunks(name):
            left -= len(chunk)
            if left < 0:
                raise Unreadable(TOO_LARGE)
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise Unreadable(BROKEN)
    file.seek(0)
    try:
        workbook = load_workbook(file)
    except (
        AttributeError,
        BadZipFile,
        IndexError,
        InvalidFileException,
        KeyError,
        OSError,
        SyntaxError,
        TypeError,
        ValueError,
    ):
        raise Unreadable(BROKEN) from None
    if not workbook.worksheets:
        raise Unreadable("文件里没有工作表")
    return workbook


def sheet_of(workbook: Workbook, name: str) -> Worksheet:
    """Raises Unreadable for one that is not there, or is no form by its size."""
    found = next((sheet for sheet in workbook.worksheets if sheet.title == name), None)
    if found is None:
        raise Unreadable(NO_SHEET.format(name[:40]))
    if found.max_row > MOST_ROWS or found.max_column > MOST_COLUMNS:
        raise Unreadable(
            f"工作表“{name}”有 {found.max_row:,} 行、{found.max_column} 列，"
            f"最多 {MOST_ROWS:,} 行、{MOST_COLUMNS} 列；请删去表格以外的行和列"
        )
    return found
