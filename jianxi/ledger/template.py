"""An empty ledger to fill in: all sheets and columns, what each wants, and what to choose from."""

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from jianxi.ledger.book import Book
from jianxi.ledger.cells import Day
from jianxi.ledger.package import MAX_ROWS
from jianxi.ledger.workbook import OPTIONS
from jianxi.tenancy import scope

HEAD = PatternFill("solid", fgColor="EAF1FB")
REQUIRED = Font(bold=True, color="163F80")
OPTIONAL = Font(color="163F80")
COMMENT_AUTHOR = "就业见习"


def write_template(region, target, districts: set[int] | None = None):
    """Write the region's template to `target` (an open binary file). `districts`: see `load`."""
    with scope(region=region):
        write_empty(Book(region, districts), target)


def write_empty(book: Book, target):
    """Write the book's sheets without rows, in its region's scope."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    options = workbook.create_sheet(OPTIONS)
    for index, sheet in enumerate(book.sheets.values()):
        page = workbook.create_sheet(sheet.name, index)
        page.freeze_panes = "A2"
        for number, column in enumerate(sheet.columns, start=1):
            _column(page, number, column, book, options)
    options.sheet_state = "hidden"
    workbook.save(target)


def _column(page, number, column, book, options):
    letter = get_column_letter(number)
    head = page.cell(1, number, column.header + ("*" if column.required else ""))
    head.fill, head.font = HEAD, REQUIRED if column.required else OPTIONAL
    head.alignment = Alignment(vertical="center")
    lines = ["必填" if column.required else "选填", column.kind.hint, column.note]
    head.comment = Comment("\n".join(line for line in lines if line), COMMENT_AUTHOR)
    whole = page.column_dimensions[letter]
    whole.width = max(14, 2 * len(column.header) + 6, 22 if column.kind.is_text else 0)
    if column.kind.is_text:
        whole.number_format = "@"
    elif isinstance(column.kind, Day):
        whole.number_format = "yyyy-mm-dd"
    if choices := column.kind.options(book):
        validation = DataValidation(
            type="list", formula1=_listed(options, choices), allow_blank=True, errorStyle="warning"
        )
        validation.add(f"{letter}2:{letter}{MAX_ROWS + 1}")
        page.add_data_validation(validation)


def _listed(options, choices) -> str:
    """The choices in a column of the hidden sheet, and where they stand."""
    number = (
        1 if options.max_column == 1 and options["A1"].value is None else options.max_column + 1
    )
    for row, choice in enumerate(choices, start=1):
        options.cell(row, number, choice)
    letter = get_column_letter(number)
    return f"{quote_sheetname(OPTIONS)}!${letter}$1:${letter}${len(choices)}"
