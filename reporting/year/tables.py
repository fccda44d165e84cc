"""Tables that officers upload: the first sheet of a workbook, read by the names of its columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from jianxi.ledger.cells import Unfit, shown
from jianxi.ledger.package import Package, Unreadable, column_letters
from jianxi.ledger.workbook import Mark, Workbook, heading_of

MOST_ROWS = 20_000


class Faulty(Exception):
    """Nothing was taken; `faults` say of which cell what is wrong."""

    def __init__(self, faults: list[str]):
        super().__init__(faults[0])
        self.faults = faults


@dataclass(frozen=True)
class Row:
    """`cells`: by the column's name; blank ones are ""."""

    number: int
    cells: dict[str, object]
    places: dict[str, int]

    def place(self, name: str) -> str:
        """As the sheet says it: C5."""
        return f"{column_letters(self.places[name] + 1)}{self.number}"


def read(file, required: Iterable[str], optional: Iterable[str] = ()) -> list[Row]:
    """The rows that hold anything, as they stand. Raises Unreadable, or Faulty where a column is
    missing or a cell has no value to read."""
    required, optional = list(required), list(optional)
    tabs = list(Package(file).sheets)
    if not tabs:
        raise Unreadable("文件里没有工作表")
    name = tabs[0].strip()
    layout, lines = Workbook(file, [name]).open(name, [heading_of(h) for h in required + optional])
    if layout is None:
        raise Faulty(["工作表是空的"])
    missing = [head for head in required if heading_of(head) not in layout.columns]
    if missing:
        raise Faulty([f"第 {layout.header_row + 1} 行没有这些列：{'、'.join(missing)}"])
    places = {
        head: layout.columns[heading_of(head)]
        for head in required + optional
        if heading_of(head) in layout.columns
    }
    rows, faults = [], []
    for number, line in lines:
        cells = {head: line[at] if at < len(line) else "" for head, at in places.items()}
        cells = {h: c.strip() if type(c) is str else c for h, c in cells.items()}
        row = Row(number, cells, places)
        faults += [f"{row.place(h)}：{c}" for h, c in cells.items() if isinstance(c, Mark)]
        if any(cell != "" for cell in cells.values()):
            rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"最多 {MOST_ROWS:,} 行，请分成几个文件")
    if faults:
        raise Faulty(faults)
    return rows


def whole_number(row: Row, name: str, largest: int) -> int | None:
    """None where the cell is blank. Raises Unfit with words for whoever filled it in."""
    cell = row.cells[name]
    if cell == "":
        return None
    text = cell.replace(",", "") if isinstance(cell, str) else cell
    try:
        number = float(text) if not isinstance(text, bool) else None
    except (TypeError, ValueError):
        number = None
    if number is None or number != number or not 0 <= number <= largest or number % 1:
        raise Unfit(f"{row.place(name)}：应是 0 到 {largest:,} 的整数，不是“{shown(cell)}”")
    return int(number)
