"""Rows put into a sheet, with everything that speaks of the rows below them: cells, merged ranges,
heights, formulas of every sheet, the printed area, validations and conditional formats."""

import re
from copy import copy

from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^!':]+)!)?"
    r"(?P<a>\$?[A-Z]{1,3}\$?)(?P<first>[0-9]+)(?::(?P<b>\$?[A-Z]{1,3}\$?)(?P<last>[0-9]+))?"
)


def insert_below(sheet: Worksheet, after: int, number: int):
    """`number` rows below row `after`, drawn like it. A range that ends with that row grows."""
    merged = list(sheet.merged_cells.ranges)
    sheet.move_range(f"A{after + 1}:{_corner(sheet, after)}", rows=number)
    sheet.merged_cells = MultiCellRange()
    for one in merged:
        copies = one.min_row == one.max_row == after
        _shift_range(one, after, number)
        sheet.merged_cells.add(one)
        for row in range(after + 1, after + number + 1) if copies else ():
            again = copy(one)
            again.shift(row_shift=row - after)
            sheet.merged_cells.add(again)
    _shift_heights(sheet, after, number)
    _draw_alike(sheet, after, number)
    _shift_formulas(sheet, after, number)
    if sheet.print_area:
        sheet.print_area = _shifted_places(_without_sheet(sheet.print_area), after, number)
    for validation in sheet.data_validations.dataValidation:
        moved = _shifted_places(str(validation.sqref), after, number)
        validation.sqref = MultiCellRange(moved)
    _shift_formats(sheet, after, number)


def _corner(sheet, after: int) -> str:
    return sheet.cell(max(sheet.max_row, after + 1), sheet.max_column).coordinate


def _shift_range(one, after: int, number: int):
    if one.min_row > after:
        one.shift(row_shift=number)
    elif one.max_row > after or (one.max_row == after and one.min_row < after):
        one.expand(down=number)


def _shift_heights(sheet, after: int, number: int):
    heights = sheet.row_dimensions
    for row in sorted((row for row in heights if row > after), reverse=True):
        moved = heights.pop(row)
        moved.index = row + number
        heights[row + number] = moved
    if after in heights:
        for row in range(after + 1, after + number + 1):
            heights[row].height = heights[after].height


def _draw_alike(sheet, after: int, number: int):
    for cell in list(sheet[after]):
        for row in range(after + 1, after + number + 1):
            again = sheet.cell(row, cell.column)
            if not isinstance(again, MergedCell):
                again._style = copy(cell._style)


def _shift_formulas(sheet, after: int, number: int):
    for other in sheet.parent.worksheets:
        for row in other.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                if isinstance(cell.value, ArrayFormula):
                    if other is sheet:
                        cell.value.ref = _shifted_places(cell.value.ref, after, number)
                    cell.value.text = shifted(
                        cell.value.text, sheet.title, after, number, here=other is sheet
                    )
                elif isinstance(cell.value, str):
                    cell.value = shifted(
                        cell.value, sheet.title, after, number, here=other is sheet
                    )


def _shift_formats(sheet, after: int, number: int):
    formats = sheet.conditional_formatting
    sheet.conditional_formatting = ConditionalFormattingList()
    for one in formats:
        for rule in one.rules:
            rule.formula = [
                shifted(f"={text}", sheet.title, after, number)[1:] for text in rule.formula
            ]
            moved = _shifted_places(str(one.sqref), after, number)
            sheet.conditional_formatting.add(moved, rule)


def shifted(formula: str, title: str, after: int, number: int, *, here: bool = True) -> str:
    """The formula after rows were put in; `here`: it stands in the sheet `title` itself."""
    try:
        read = Tokenizer(formula)
    except TokenizerError:
        return formula
    for token in read.items:
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            continue
        found = _REFERENCE.fullmatch(token.value)
        if found is None:
            continue
        named = found["sheet"]
        if here if named is None else named.strip("'").replace("''", "'") == title:
            prefix = f"{named}!" if named else ""
            token.value = prefix + _shifted_place(found, after, number)
    return read.render()


def _shifted_places(text: str, after: int, number: int) -> str:
    """Ranges of the sheet itself, separated as they were."""
    return re.sub(
        r"[^\s,]+",
        lambda piece: (
            _shifted_place(found, after, number)
            if (found := _REFERENCE.fullmatch(piece[0]))
            else piece[0]
        ),
        text,
    )


def _shifted_place(found: re.Match, after: int, number: int) -> str:
    first, last = int(found["first"]), found["last"] and int(found["last"])
    moved = f"{found['a']}{first + number if first > after else first}"
    if last:
        moved += f":{found['b']}{last + number if last >= after else last}"
    return moved


def _without_sheet(area: str) -> str:
    return ",".join(piece.rpartition("!")[2] for piece in area.split(","))
