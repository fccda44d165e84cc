"""The sheets of a ledger file, row by row."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import python_calamine

from jianxi.ledger.cells import half_width, short
from jianxi.ledger.package import BROKEN, Package, Unreadable

ERRORS, HINTS = "错误", "提示"  # the columns of a returned workbook; not read
OPTIONS = "可选项"  # the template's own sheet; not read


class Mark(str):
    """A cell that has no value to read, and why."""

    __slots__ = ()


@dataclass
class Layout:
    """Where things stand in a sheet, all from 0. `width`: the columns in use."""

    sheet: str
    header_row: int
    width: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)  # of 错误 and 提示, where there are any
    unknown: list[str] = field(default_factory=list)


class Workbook:
    """`sheets`: those known here, in the file's order. Raises Unreadable."""

    def __init__(self, file, known: Iterable[str]):
        known = list(known)
        self.package = Package(file)
        self.tabs, self.unknown = self._tabs(known)
        self.marks = self.package.judge(list(self.tabs.values()))
        file.seek(0)
        with _reading():
            self.reader = python_calamine.load_workbook(file)

    @property
    def sheets(self) -> list[str]:
        return list(self.tabs)

    def _tabs(self, known) -> tuple[dict[str, str], list[str]]:
        tabs, unknown = {}, []
        for tab in self.package.sheets:
            name = tab.strip()
            if name in tabs:
                raise Unreadable(f"有两张名为“{name}”的工作表，请合并成一张")
            if name in known:
                tabs[name] = tab
            elif name != OPTIONS:
                unknown.append(short(name))
        if not tabs:
            raise Unreadable(f"没有找到台账工作表，工作表应名为：{'、'.join(known)}")
        return tabs, unknown

    def open(self, name: str, headers: Iterable[str]) -> tuple[Layout | None, Iterator]:
        """The sheet's layout and its rows below the header: (row number from 1, cells).

        No layout: the sheet is empty. Cells that have no value to read are a Mark.
        """
        tab = self.tabs[name]
        with _reading():
            sheet = self.reader.get_sheet_by_name(tab)
        if sheet.start is None:
            return None, iter(())
        marks = {}
        for (row, column), why in self.marks[tab].items():
            marks.setdefault(row, {})[column] = Mark(why)
        lines = _lines(sheet, marks)
        for number, cells in lines:
            if any(cell != "" for cell in cells):
                layout = _layout(name, number - 1, cells, set(headers))
                layout.width = 1 + max(sheet.end[1], *(column for _, column in self.marks[tab]), 0)
                return layout, lines
        return None, iter(())


def _lines(sheet, marks):
    indent = [""] * sheet.start[1]
    width = sheet.end[1] + 1
    for index, cells in enumerate(sheet.iter_rows()):
        if indent:
            cells = indent + cells
        if index in marks:
            cells += [""] * (1 + max(marks[index]) - len(cells))
            for column, mark in marks[index].items():
                cells[column] = mark
        yield index + 1, cells
    for row in sorted(row for row in marks if row > sheet.end[0]):
        cells = [""] * max(width, 1 + max(marks[row]))
        for column, mark in marks[row].items():
            cells[column] = mark
        yield row + 1, cells


def _layout(name, header_row, cells, headers) -> Layout:
    layout = Layout(name, header_row)
    for index, cell in enumerate(cells):
        heading = heading_of(cell)
        if heading in (ERRORS, HINTS):
            layout.remarks[heading] = index
        elif heading in headers:
            if heading in layout.columns:
                raise Unreadable(f"工作表“{name}”有两列“{heading}”，请删去一列")
            layout.columns[heading] = index
        elif heading:
            layout.unknown.append(short(heading))
    return layout


def heading_of(cell) -> str:
    """A column's name without blanks, the star of a required one, and what stands in brackets."""
    text = "".join(half_width(str(cell)).split()).strip("*")
    return re.sub(r"\(.*?\)$", "", text).strip("*") if text not in (ERRORS, HINTS) else text


@contextmanager
def _reading():
    """A reader's fault is the file's: whatever it raises, panics included, is told in words."""
    try:
        yield
    except python_calamine.CalamineError:
        raise Unreadable(BROKEN) from None
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":
            raise Unreadable(BROKEN) from None
        raise
