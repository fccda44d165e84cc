"""A region's own blank workbook, filled: values only; its styles, merged cells and formulas stay."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile
from typing import BinaryIO

from openpyxl.utils import column_index_from_string, coordinate_to_tuple, get_column_letter

from jianxi.exports import fit_to_width
from reporting.blank.places import Places, bare, is_of
from reporting.blank.reading import open_blank, sheet_of
from reporting.blank.rows import insert_below
from reporting.definitions import FormDefinition
from reporting.exports import OPEN, UnitRow, put, taken
from reporting.figures import printed

_HEADER_HOLDS = 240  # spreadsheets take 255 characters, their codes for places and fonts included
_FONT = 11  # points, of the characters that widths are told in
_BLANK_PERIOD = re.compile(r"[0-9_＿\s]*年[0-9_＿\s]*月")


def fill(
    form: FormDefinition,
    blank: BinaryIO,
    name: str,
    places: Places,
    out: str | BinaryIO,
    *,
    period: str,
    rows: list[UnitRow],
    total: UnitRow,
    details: Mapping[str, str],
    note: str = "",
) -> None:
    """Write the figures into the sheet `name` and the whole workbook to `out`.

    A unit goes where its name is printed, the others into lines without a name, and where those
    run out into new lines below. A line whose name is no unit stays empty. A total that is a
    formula stays one. `note`, of what is unfinished, stands beside the period where it has room
    there, else at the head of every page, as far as that holds it, after what the workbook has
    there. Of a workbook that does not say how it is printed, a page is as wide as the form. Raises
    Unreadable.
    """
    workbook = open_blank(blank)
    sheet = sheet_of(workbook, name)
    at, missing = seats(sheet, places, rows)
    if missing:
        insert_below(sheet, places.last_row, len(missing))
        at |= {row.name: places.last_row + n for n, row in enumerate(missing, 1)}
        places = moved(places, len(missing))
    for unit in rows:
        cell = sheet[f"{places.unit}{at[unit.name]}"]
        if not bare(cell.value):
            put(cell, unit.name)
        _figures(sheet, form, places, at[unit.name], unit)
        if unit.is_open:
            for column in (places.unit, *places.columns.values()):
                sheet[f"{column}{at[unit.name]}"].fill = OPEN
    if places.total_row:
        _figures(sheet, form, places, places.total_row, total)
    if places.period:
        _say_period(sheet[places.period], period)
    if note:
        _say(sheet, places, note)
    for label, place in places.details.items():
        cell = sheet[place]
        text = str(cell.value or label).rstrip().rstrip("：:_＿ ")
        put(cell, f"{text}：{details.get(label, '')}")
    if not _says_how_it_prints(sheet):
        fit_to_width(sheet)
    workbook.active = workbook.worksheets.index(sheet)
    workbook.calculation.fullCalcOnLoad = True
    workbook.save(out)


def seats(sheet, places: Places, rows: list[UnitRow]) -> tuple[dict[str, int], list[UnitRow]]:
    """The row of each unit by its name, and the units there is no line for."""
    printed_at, free = {}, []
    for row in range(places.first_row, places.last_row + 1):
        text = bare(sheet[f"{places.unit}{row}"].value)
        if text:
            printed_at.setdefault(text, row)
        else:
            free.append(row)
    found, rest = {}, []
    for unit in rows:
        row = printed_at.get(bare(unit.name)) or next(
            (row for text, row in printed_at.items() if is_of(text, bare(unit.name))), None
        )
        if row is None or row in found.values():
            rest.append(unit)
        else:
            found[unit.name] = row
    for unit, row in zip(rest, free, strict=False):
        found[unit.name] = row
    return found, rest[len(free) :]


def _figures(sheet, form: FormDefinition, places: Places, row: int, unit: UnitRow):
    for code, value in printed(form, unit.figures).items():
        cell = sheet[f"{places.columns[code]}{row}"]
        if cell.data_type == "f":
            continue
        put(cell, value)
        if form.by_code[code].is_money and cell.number_format == "General":
            cell.number_format = "0.00"


def _say(sheet, places: Places, note: str):
    if places.period:
        cell = sheet[places.period]
        text = f"{cell.value}　{note}"
        if taken(text) * (cell.font.sz or _FONT) / _FONT <= _room(sheet, cell, places):
            put(cell, text)
            return
    for head in (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader):
        said = [head.center.text, note.replace("&", "&&")]
        head.center.text = "　".join(filter(None, said))[:_HEADER_HOLDS]


def _room(sheet, cell, places: Places) -> float:
    """How many characters of the usual size a line has there: in the columns it is merged over,
    or as far as nothing stands beside it."""
    merged = next((one for one in sheet.merged_cells.ranges if cell.coordinate in one), None)
    if merged:
        columns = range(merged.min_col, merged.max_col + 1)
    elif cell.alignment.wrap_text:
        columns = [cell.column]
    else:
        last = max(column_index_from_string(letter) for letter in places.columns.values())
        beside = range(cell.column + 1, last + 1)
        empty = takewhile(lambda column: not bare(sheet.cell(cell.row, column).value), beside)
        columns = [cell.column, *empty]
    return sum(_width(sheet, column) for column in columns)


def _width(sheet, column: int) -> float:
    """One entry may speak of several columns."""
    for one in sheet.column_dimensions.values():
        if one.min and one.min <= column <= one.max:
            return 0 if one.hidden else one.width
    return sheet.sheet_format.defaultColWidth or sheet.sheet_format.baseColWidth


def _says_how_it_prints(sheet) -> bool:
    page, fitted = sheet.page_setup, sheet.sheet_properties.pageSetUpPr
    return bool(
        page.orientation not in (None, "default")
        or page.scale
        or (fitted and fitted.fitToPage)
        or sheet.row_breaks.brk
        or sheet.col_breaks.brk
    )


def _say_period(cell, period: str):
    text = str(cell.value or "")
    if _BLANK_PERIOD.search(text):
        put(cell, _BLANK_PERIOD.sub(period, text, count=1))
    else:
        put(cell, f"{text.rstrip().rstrip('：:')}：{period}" if text.strip() else period)


def moved(places: Places, number: int) -> Places:
    """After lines were put in below the last unit's."""

    def lower(place: str) -> str:
        row, column = coordinate_to_tuple(place)
        return f"{get_column_letter(column)}{row + number if row > places.last_row else row}"

    total = places.total_row
    return replace(
        places,
        last_row=places.last_row + number,
        total_row=total + number if total and total > places.last_row else total,
        period=places.period and lower(places.period),
        details={label: lower(place) for label, place in places.details.items()},
    )
