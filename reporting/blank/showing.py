"""A filled workbook on a page: its cells as they stand, those that were written marked."""

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jianxi.ledger.package import column_number
from reporting.blank.places import Places

ROWS_AROUND, MOST_SHOWN = 8, 70


def drawn(sheet: Worksheet, places: Places) -> dict:
    """columns: letters; rows: [{number, cells: [{text, colspan, rowspan, is_figure}]}]."""
    letters = [places.unit, *filter(None, places.columns.values())]
    width = max(column_number(letter.encode()) for letter in letters)
    bottom = max(places.last_row, places.total_row or 0)
    height = min(sheet.max_row, bottom + ROWS_AROUND, MOST_SHOWN)
    spans = {
        (one.min_row, one.min_col): (
            min(one.max_row, height) - one.min_row + 1,
            min(one.max_col, width) - one.min_col + 1,
        )
        for one in sheet.merged_cells.ranges
    }
    figures = set(places.columns.values())
    written = {*range(places.first_row, places.last_row + 1), places.total_row}
    return {
        "columns": [get_column_letter(number) for number in range(1, width + 1)],
        "rows": [
            {
                "number": line[0].row,
                "cells": [
                    _cell(cell, spans, cell.column_letter in figures and cell.row in written)
                    for cell in line
                    if not isinstance(cell, MergedCell)
                ],
            }
            for line in sheet.iter_rows(max_row=height, max_col=width)
        ],
    }


def _cell(cell, spans, is_figure: bool) -> dict:
    rows, columns = spans.get((cell.row, cell.column), (1, 1))
    text = "公式" if cell.data_type == "f" else cell.value
    return {
        "text": "" if text is None else str(text),
        "rowspan": rows,
        "colspan": columns,
        "is_figure": is_figure,
    }
