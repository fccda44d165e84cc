"""Where figures go in a region's own blank workbook: guessed from its header, checked, kept."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from openpyxl.cell.cell import MergedCell
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jianxi.ledger.package import column_number
from reporting.blank.reading import MOST_COLUMNS
from reporting.definitions import FormDefinition

HEAD_ROWS = 20  # a header ends within
TOTALS = {"合计", "总计", "全市合计", "全省合计", "全区合计"}
KINDS = "区县市州盟旗"  # a name's last character, left out in short
BELOW = ("填报", "填表", "联系", "注：", "注:", "说明", "备注", "审核", "负责人", "单位负责")
PERIOD = re.compile(r"统计期|报表期|年[\s_＿]*月")


@dataclass(frozen=True)
class Places:
    """Columns are letters, rows numbers from 1; `total_row` None for no total. `columns` by the
    indicator's code, `details` by the label (see official), both to where it is written."""

    unit: str
    first_row: int
    last_row: int
    columns: dict[str, str]
    total_row: int | None = None
    period: str = ""
    details: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict:
        return asdict(self)


def bare(value) -> str:
    """A label without the blanks and line breaks a workbook puts into it."""
    return "".join(str(value).split()) if value is not None else ""


# --- Guessing


def guess(sheet: Worksheet, form: FormDefinition, names: Iterable[str] = ()) -> Places:
    """As far as the sheet shows; a column that was not found is "". `names`: of the units, whose
    lines are where they are printed."""
    columns, head_end = _by_number(sheet, form)
    labelled, label_end = _by_label(sheet, form)
    columns = labelled | columns
    head_end = head_end or label_end
    found = [column_number(letter.encode()) for letter in columns.values()]
    unit = get_column_letter(max(1, min(found, default=2) - 1))
    printed = _printed(sheet, names, head_end + 1)
    unit = max(printed, key=lambda letter: len(printed[letter])) if printed else unit
    first, last, total = _rows(sheet, unit, head_end + 1)
    if printed and max(printed[unit]) > last:  # below what looks like the table's end
        first, last = min(printed[unit]), max(printed[unit])
        total = None if total and first <= total <= last else total
    return Places(
        unit=unit,
        first_row=first,
        last_row=last,
        total_row=total,
        columns={code: columns.get(code, "") for code in form.by_code},
        period=_period(sheet, first),
        details=_details(sheet, (*form.heading, *form.footer)),
    )


def _by_number(sheet, form) -> tuple[dict[str, str], int]:
    """From the row of column numbers, if there is one."""
    best, at = {}, 0
    for row in sheet.iter_rows(max_row=HEAD_ROWS):
        found: dict[str, str] = {}
        for cell in row:
            if bare(cell.value) in form.by_code:
                found.setdefault(bare(cell.value), cell.column_letter)
        if len(found) > len(best):
            best, at = found, row[0].row
    return (best, at) if len(best) * 2 > len(form.by_code) else ({}, 0)


def _by_label(sheet, form) -> tuple[dict[str, str], int]:
    """From the labels, those that stand twice taken from left to right."""
    places: dict[str, list] = {}
    for row in sheet.iter_rows(max_row=HEAD_ROWS):
        for cell in row:
            if not isinstance(cell, MergedCell) and bare(cell.value):
                places.setdefault(bare(cell.value), []).append(cell)
    columns, end = {}, 0
    for label in {bare(indicator.label) for indicator in form.indicators}:
        codes = [i.code for i in form.indicators if bare(i.label) == label]
        cells = sorted(places.get(label, []), key=lambda cell: cell.column)
        for code, cell in zip(codes, cells, strict=False):
            columns[code] = cell.column_letter
            end = max(end, _bottom(sheet, cell))
    return columns, end


def _bottom(sheet, cell) -> int:
    """The last row of a heading's cell; one over several columns has its parts below it."""
    for merged in sheet.merged_cells.ranges:
        if cell.coordinate in merged:
            return merged.max_row
    return cell.row


def _rows(sheet, unit: str, first: int) -> tuple[int, int, int | None]:
    """The units' first and last row, and the total's, above or below them."""
    last = first - 1
    total = None
    for row in range(first, min(sheet.max_row, first + 500) + 1):
        text = bare(sheet[f"{unit}{row}"].value)
        if text in TOTALS and total is None:
            total = row
            if row == first:
                first, last = row + 1, row
                continue
            break
        if text.startswith(BELOW) or _is_band(sheet, f"{unit}{row}"):
            break
        last = row
    return first, max(first, last), total


def is_of(text: str, name: str) -> bool:
    """A printed text is a unit's name: alone, or with what it belongs to (重庆市万州区)."""
    text = text.lstrip("0123456789.、")
    return text.endswith(name) or text == (name[:-1] if name[-1:] in KINDS else name)


def _printed(sheet, names: Iterable[str], first: int) -> dict[str, list[int]]:
    """By column, the rows below the header in which a unit's name is printed."""
    wanted = [bare(name) for name in names]
    found: dict[str, list[int]] = {}
    for row in sheet.iter_rows(min_row=first):
        for cell in row:
            text = bare(cell.value) if isinstance(cell.value, str) else ""
            if text and cell.data_type == "s" and any(is_of(text, name) for name in wanted):
                found.setdefault(cell.column_letter, []).append(cell.row)
    return found


def outside(sheet, places: Places, names: Iterable[str]) -> list[str]:
    """Rows with a unit's name that are not among the units' lines: “12（万州区）”."""
    rows = range(places.first_row, places.last_row + 1)
    found = _printed(sheet, names, 1).get(places.unit, [])
    return [
        f"{row}（{bare(sheet[f'{places.unit}{row}'].value)}）" for row in found if row not in rows
    ]


def _is_band(sheet, place: str) -> bool:
    """Of a cell merged with columns to its right: a line of text below the table."""
    return any(
        place in merged and merged.max_col > merged.min_col + 1
        for merged in sheet.merged_cells.ranges
    )


def _details(sheet, labels: Iterable[str]) -> dict[str, str]:
    wanted = {bare(label): label for label in labels}
    found = {}
    for cell in _texts(sheet):
        name = bare(cell.value).rstrip("：:_＿")
        if name in wanted:
            found.setdefault(wanted[name], cell.coordinate)
    return found


def _period(sheet, before: int) -> str:
    for cell in _texts(sheet):
        if cell.row < before and PERIOD.search(cell.value) and len(bare(cell.value)) < 20:
            return cell.coordinate
    return ""


def _texts(sheet):
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.data_type == "s":
                yield cell


# --- Checking


def faults(sheet: Worksheet, places: Places) -> dict[str, str]:
    """Why the places will not do, by the field that says them: unit, first_row, last_row,
    total_row, period, column <code>, detail <label>."""
    found: dict[str, str] = {}
    if places.last_row < places.first_row:
        return {"last_row": "最后一行不能在第一行之前。"}
    if places.total_row and places.first_row <= places.total_row <= places.last_row:
        return {"total_row": "合计行在各单位的行之间。请填各单位以外的一行，没有合计行的留空。"}
    taken = {places.unit: "单位名称"}
    for code, letter in places.columns.items():
        if letter in taken:
            found[f"column {code}"] = f"{letter} 列已经用于{taken[letter]}。"
        taken.setdefault(letter, f"指标 {code}")
    rows = [*range(places.first_row, places.last_row + 1)]
    for code, letter in places.columns.items():
        for row in rows:
            _set(found, f"column {code}", _why_not(sheet, f"{letter}{row}"))
        if places.total_row:
            place = f"{letter}{places.total_row}"
            _set(found, f"column {code}", _why_not(sheet, place, formulas=True))
    for row in rows:
        _set(found, "unit", _why_not(sheet, f"{places.unit}{row}"))
    _set(found, "period", places.period and _why_not(sheet, places.period))
    for label, place in places.details.items():
        _set(found, f"detail {label}", _why_not(sheet, place))
    return found


def _set(found: dict[str, str], name: str, why: str):
    if why:
        found.setdefault(name, why)


def _why_not(sheet, place: str, *, formulas: bool = False) -> str:
    """A total may be the region's own formula; it stays."""
    cell = sheet[place]
    if isinstance(cell, MergedCell):
        return f"{place} 是合并单元格的一部分，写不进数；请改列或行，或在空白表里取消合并。"
    if cell.data_type == "f" and not formulas:
        return f"{place} 里有公式，这里要填数；请在空白表里删去公式后重新上传，或改用别的列、行。"
    return ""


def is_column(letters: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{1,2}", letters)) and (
        column_number(letters.encode()) <= MOST_COLUMNS
    )


def is_place(text: str, most_rows: int) -> bool:
    if not re.fullmatch(r"[A-Z]{1,2}[1-9][0-9]{0,4}", text):
        return False
    row, column = coordinate_to_tuple(text)
    return row <= most_rows and column <= MOST_COLUMNS
