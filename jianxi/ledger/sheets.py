"""A sheet of the ledger: its columns, what its rows are checked for, how they are stored.

Each app describes its sheets in its own `ledger.py`, as subclasses marked with `@register`. They
are judged and stored in the order of the apps, so that a sheet finds what its rows need in the
sheets before it, whatever the order in the file.
"""

from dataclasses import dataclass
from functools import cache

from django.db import models
from django.utils.module_loading import autodiscover_modules

from jianxi.ledger.cells import Kind, Unfit, short
from jianxi.ledger.tables import AnyOf, Table, unopened
from jianxi.ledger.workbook import Mark

NOT_YOURS = "这条记录不在您可以导入的区县内"
MISSING = "没有填写"

_SHEETS: list[type["Sheet"]] = []


def register(sheet: type["Sheet"]) -> type["Sheet"]:
    _SHEETS.append(sheet)
    return sheet


@cache
def registered() -> tuple[type["Sheet"], ...]:
    autodiscover_modules("ledger")
    return tuple(_SHEETS)


@dataclass(frozen=True)
class Column:
    """`name`: what a row's value is called in code. `note`: more for the template's comment."""

    header: str
    name: str
    kind: Kind
    required: bool = False
    note: str = ""


class Known:
    """A record a row can refer to: stored already, or to be stored from this file.

    `id` is None until a new one is stored; `was` is what the database holds, `now` what it will.
    """

    __slots__ = ("id", "now", "row", "was")

    def __init__(self, pk: int | None = None, was: dict | None = None):
        self.id = pk
        self.was = self.now = was
        self.row = None  # the accepted row of this file, if there is one


class Row:
    """One row of a sheet. `cells`: what was read, by column name; `unread`: columns at fault.

    Once judged, `now` is the record as it would be, None where nothing changes; `verdict` says
    what becomes of the row when all sheets are judged.
    """

    __slots__ = ("cells", "faults", "hints", "key", "known", "now", "number", "unread", "verdict")

    def __init__(self, number: int):
        self.number = number
        self.key = None
        self.cells = {}
        # Mostly nothing, and there may be a million rows: nothing is shared.
        self.unread: frozenset[str] = frozenset()
        self.faults: tuple[tuple[str, str], ...] = ()
        self.hints: tuple[tuple[str, str], ...] = ()
        self.known: Known | None = None
        self.now: dict | None = None
        self.verdict = ""

    def fault(self, header: str, message: str):
        self.faults += ((header, message),)

    def hint(self, header: str, message: str):
        self.hints += ((header, message),)

    def could_not_read(self, name: str, header: str, message: str):
        self.unread |= {name}
        self.fault(header, message)

    def read(self, *names) -> bool:
        """Whether these columns could be read: a fault is told once, not again in every check."""
        return self.unread.isdisjoint(names)

    def conclude(self):
        if self.faults:
            self.verdict = "refused"
        elif self.known.id is None:
            self.verdict = "created"
        else:
            self.verdict = "unchanged" if self.now is None else "updated"


class Sheet:
    """Rows of one sheet in one import. Rows are known by `key`, a column's name, in the region.

    `stored` are the model's fields a row fills, `defaults` what they are in a new record.
    `refers` names the sheets that some of these fields refer to; `facts` is what others that refer
    to a record of this sheet want to know of it.
    """

    name: str
    columns: tuple[Column, ...]
    model: type[models.Model]
    key = "number"
    key_header = ""  # where it is not the header of the key's own column
    stored: tuple[str, ...]
    defaults: dict = {}
    refers: dict[str, str] = {}
    facts: tuple[str, ...] = ()

    def __init__(self, book):
        self.book = book
        self.layout = None
        self.rows: list[Row] = []
        self.known: dict[object, Known] = {}
        self._by_id: dict[int, Known] = {}
        self.refused: dict[object, int] = {}
        self.headers = {column.name: column.header for column in self.columns}
        self._seen: dict[object, int] = {}

    # ------------------------------------------------------------ reading

    def read(self, layout, lines):
        """Rows with a value in a column of ours; `lines` are (row number, cells)."""
        self.layout = layout
        columns = [
            (
                layout.columns[column.header],
                column,
                _remembering(column.kind, column.kind.bind(self.book)),
            )
            for column in self.columns
            if column.header in layout.columns
        ]
        for number, cells in lines:
            row = Row(number)
            if self._read_row(row, cells, columns):
                self.complete(row)
                self.rows.append(row)

    def _read_row(self, row, cells, columns) -> bool:
        filled = False
        for index, column, read in columns:
            cell = cells[index]
            if cell.__class__ is str:
                cell = cell.strip()
            value = column.kind.blank
            if cell != "":
                filled = True
                try:
                    if cell.__class__ is Mark:
                        raise Unfit(cell)
                    value = read(cell)
                except Unfit as fault:
                    row.could_not_read(column.name, column.header, str(fault))
                    continue
            if column.required and (value is None or value == ""):
                row.could_not_read(column.name, column.header, MISSING)
                continue
            row.cells[column.name] = value
        return filled

    def complete(self, row: Row):
        """Find the row's key, and read what takes several cells."""
        row.key = row.cells.get(self.key)

    def mentions(self) -> dict[str, set]:
        """Keys of other sheets' records that rows refer to, by sheet."""
        return {}

    # ------------------------------------------------------------ what is stored already

    def fetch(self, keys: set):
        """Learn what the database holds under these keys, in a fixed number of statements."""
        self.learn(self.model.objects.standing().filter(AnyOf(self.key, keys)))

    def learn(self, found):
        self.book.lock(found)
        names = [*self.stored]
        for field, sheet in self.refers.items():
            names += [f"{field}__{fact}" for fact in self.book[sheet].facts]
        for pk, *values in found.values_list("pk", *unopened(self.model, names)):
            was = dict(zip(names, values))
            self.recognise(was)
            self.known[self.key_of(was)] = self.with_id(pk, was)

    def key_of(self, was: dict):
        return was[self.key]

    def recognise(self, was: dict):
        """Put the Known in the place of what the database refers to by id."""
        for field, sheet in self.refers.items():
            was[field] = self.book[sheet].referred(was, field)

    def referred(self, was: dict, field: str) -> Known | None:
        """The record that `was` refers to by `field`, with the facts fetched along."""
        facts = {fact: was.pop(f"{field}__{fact}") for fact in self.facts}
        if was[field] is None:
            return None
        self.recognise(facts)
        return self.with_id(was[field], facts)

    def with_id(self, pk: int, facts: dict) -> Known:
        """A stored record; `facts` are what is known of it, where it is not known yet."""
        return self._by_id.setdefault(pk, Known(pk, facts))

    # ------------------------------------------------------------ judging

    def judge(self, row: Row):
        """Tell all the row's faults; a row without becomes what others may refer to."""
        known = self.known.get(row.key)
        was = known.was if known else None
        if row.key is not None:
            first = self._seen.setdefault(row.key, row.number)
            if first != row.number:
                row.fault(self.key_header or self.headers[self.key], f"与第{first}行重复")
        if was and not self.may_change(known):
            row.fault("", NOT_YOURS)
        else:
            now = (was or self.defaults) | row.cells
            now.update(dict.fromkeys(row.unread))
            self.check(row, now, was)
            if not row.faults:
                self._accept(row, known or Known(), now, was)
        row.cells = None
        if row.faults and row.key is not None:
            self.refused.setdefault(row.key, row.number)

    def _accept(self, row, known, now, was):
        row.known, known.row = known, row
        self.known[row.key] = known
        if was is None or self.differs(now, was):
            row.now = known.now = now

    def differs(self, now: dict, was: dict) -> bool:
        return any(now[name] != was[name] for name in self.stored)

    def check(self, row: Row, now: dict, was: dict | None):
        """Add the faults and hints of the record as it would be; `was` is what it is."""

    def settle(self):
        """What can only be said when all sheets are judged; called from the last to the first."""

    def district_of(self, now: dict) -> int:
        """The district a record lies in."""
        raise NotImplementedError

    def may_change(self, known: Known) -> bool:
        return self.book.holds(self.district_of(known.was))

    def standing_rows(self) -> list[Row]:
        return [row for row in self.rows if not row.faults]

    def is_visible(self, known: Known) -> bool:
        return self.book.holds(self.district_of(known.now))

    def find(self, row: Row, header: str, key, called: str) -> Known | None:
        """The record with this key, or a fault in the row that refers to it."""
        known = self.known.get(key)
        if known and self.is_visible(known):
            return known
        if key in self.refused:
            row.fault(header, f"工作表“{self.name}”第{self.refused[key]}行没有通过，请先改好那一行")
        else:
            row.fault(header, f"没有找到{called}")
        return None

    # ------------------------------------------------------------ storing

    def store(self):
        """Write what is new or differs. What differs comes first: it may make room."""
        table = Table(self.model, self.book.region, self.stored)
        changed = [row for row in self.rows if row.verdict == "updated"]
        new = [row for row in self.rows if row.verdict == "created"]
        table.update([(row.known.id, row.now) for row in changed])
        for row, pk in zip(new, table.draw(len(new))):
            row.known.id = pk
        table.insert([(row.known.id, row.now) for row in new])


def _remembering(kind, read):
    if not kind.memo:
        return read
    memo = {}

    def remember(cell):
        key = cell.__class__, cell
        try:
            return memo[key]
        except KeyError:
            value = memo[key] = read(cell)
            return value

    return remember


def describe(record: str, key) -> str:
    return f"{record}“{short(key)}”"
