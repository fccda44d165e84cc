"""One import: the file is read, judged as a whole, and what stands is written at once."""

import logging
from collections.abc import Callable, Iterable

from django.db import IntegrityError, connection
from django.utils import timezone

from jianxi.history import acting
from jianxi.ledger.outcome import Outcome
from jianxi.ledger.package import NotLoaded, Unreadable
from jianxi.ledger.sheets import Sheet, registered
from jianxi.ledger.workbook import Workbook
from jianxi.locks import Lock, hold
from jianxi.tenancy import scope

MAX_IN_ALL = 400_000  # rows of a file, some 3 kB each while they are judged
STEP = 1000  # rows between two reports of progress
log = logging.getLogger(__name__)


def load(
    file,
    *,
    region,
    actor,
    name: str,
    districts: set[int] | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> Outcome:
    """Load a ledger (an open xlsx file called `name`) into a region.

    `districts`: ids of those the actor may load into, None for all. On a dry run everything is
    judged and nothing stored. One transaction: either all rows that stand are stored or none.
    Raises NotLoaded (Unreadable where the file is at fault) with words for the file's owner.
    """

    def attempt() -> Outcome:
        with scope(region=region), acting(actor, f"导入台账 {name}"):
            hold(Lock.LEDGER, region.pk)
            book = Book(region, districts, dry_run, progress)
            book.read(file)
            book.judge()
            if not dry_run:
                book.store()
            return book.outcome

    try:
        return attempt()
    except IntegrityError as fault:
        # Someone else stored what collides in the meantime; judged anew, it is a row's fault.
        log.warning("ledger_collided", extra={"constraint": _constraint(fault)})
    try:
        return attempt()
    except IntegrityError as fault:
        log.error("ledger_collided_again", extra={"constraint": _constraint(fault)})
        raise NotLoaded("与同时进行的登记冲突，没有写入任何数据，请稍后再试") from None


def _constraint(fault) -> str:
    """Which one was broken; the whole message would show the row."""
    return fault.__cause__.diag.constraint_name


def inspect(file, region):
    """Raise Unreadable where no row of the file could be read: no workbook, no sheet of a ledger, a
    required column missing."""
    with scope(region=region):
        for _ in Book(region).open(file):
            pass


class Book:
    """The sheets of one import, and what they need to know of it."""

    def __init__(self, region, districts=None, dry_run=True, progress=lambda *report: None):
        self.region = region
        self.districts = districts
        self.dry_run = dry_run
        self.progress = progress
        self.today = timezone.localdate()
        self.sheets: dict[str, Sheet] = {sheet.name: sheet(self) for sheet in self.kinds()}
        self.outcome = Outcome()
        self._facts = {}

    def kinds(self) -> Iterable[type[Sheet]]:
        """The sheets it may have: the ledger's, unless said otherwise."""
        return registered()

    def __getitem__(self, name: str) -> Sheet:
        return self.sheets[name]

    def once(self, fact: Callable):
        """What `fact()` says, asked once an import."""
        if fact not in self._facts:
            self._facts[fact] = fact()
        return self._facts[fact]

    def holds(self, district_id: int) -> bool:
        return self.districts is None or district_id in self.districts

    def lock(self, rows):
        """Keep others from changing these rows until this import has ended."""
        if not self.dry_run:
            list(rows.select_for_update(no_key=True).values_list("pk"))

    def read(self, file):
        self.progress(0, 0, "正在读取")
        for sheet, layout, lines in self.open(file):
            sheet.read(layout, lines)
            if sum(len(each.rows) for each in self.sheets.values()) > MAX_IN_ALL:
                raise Unreadable(f"各工作表一共超过{MAX_IN_ALL:,}行，请分成几个文件导入")

    def open(self, file):
        """Each of the file's sheets with its layout and its lines; raises Unreadable."""
        workbook = Workbook(file, self.sheets)
        self.outcome.notes += [f"工作表“{name}”不属于台账，没有读取" for name in workbook.unknown]
        for name, sheet in self.sheets.items():
            if name not in workbook.sheets:
                continue
            layout, lines = workbook.open(name, [column.header for column in sheet.columns])
            if layout is None:
                self.outcome.notes.append(f"工作表“{name}”是空的")
                continue
            _complete(sheet, layout)
            self.outcome.layouts.append(layout)
            self.outcome.notes += [
                f"工作表“{name}”的列“{header}”不属于台账，没有读取" for header in layout.unknown
            ]
            yield sheet, layout, lines

    def judge(self):
        sheets = list(self.sheets.values())
        total, done = sum(len(sheet.rows) for sheet in sheets), 0
        mentions = [sheet.mentions() for sheet in sheets]
        for sheet in sheets:
            keys = {row.key for row in sheet.rows}.union(
                *(mentioned.get(sheet.name, ()) for mentioned in mentions)
            )
            sheet.fetch(keys - {None})
            for row in sheet.rows:
                if done % STEP == 0:
                    self.progress(done, total, "正在检查")
                sheet.judge(row)
                done += 1
        for sheet in reversed(sheets):
            sheet.settle()
        for sheet in sheets:
            for row in sheet.rows:
                row.conclude()
            if sheet.layout:
                self.outcome.add(sheet.name, sheet.rows)

    def store(self):
        total = sum(len(sheet.rows) for sheet in self.sheets.values())
        self.progress(total, total, "正在写入")
        for sheet in self.sheets.values():
            sheet.store()
        with connection.cursor() as cursor:
            # What would be checked at the transaction's end is to fail here, where it can be told.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _complete(sheet, layout):
    missing = [
        column.header
        for column in sheet.columns
        if column.required and column.header not in layout.columns
    ]
    if missing:
        raise Unreadable(f"工作表“{sheet.name}”缺少这些列：{'、'.join(missing)}（表头应在第一行）")
