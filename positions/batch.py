"""Many positions of one employer from a spreadsheet, read as a ledger is: each row at fault is
told by itself, the others become drafts. A row with the name of a draft takes its place, so that
the mended file can be loaded again.
"""

from dataclasses import dataclass

from django.utils import timezone

from bases.models import Base
from jianxi.history import acting
from jianxi.ledger.book import Book
from jianxi.ledger.cells import Choice, Day, Flag, Money, Text, Whole
from jianxi.ledger.outcome import Remark
from jianxi.ledger.package import NotLoaded, Unreadable
from jianxi.ledger.sheets import Column, Sheet
from jianxi.ledger.tables import Table
from jianxi.ledger.template import write_empty
from positions import search
from positions.drafts import new_number
from positions.education import CHOICES
from positions.models import Position
from positions.rules import GATES
from regions.policy import policy_at

__all__ = ["NotLoaded", "load", "write_template"]
MOST = 500  # rows of a sheet


class Filings(Sheet):
    name = "岗位申报"
    model = Position
    key = "title"
    columns = (
        Column("岗位名称", "title", Text(80), required=True),
        Column("岗位类别", "category", Choice(Position.Category), required=True),
        Column("招募人数", "headcount", Whole(least=1), required=True),
        Column("工作地点", "workplace", Text(200)),
        Column("岗位职责", "duties", Text(4000)),
        Column("学历要求", "education", Choice({one: one for one in CHOICES})),
        Column("专业要求", "major", Text(200), note="不限就留空"),
        Column("有危险作业", "hazards", Flag(), note="填是的，不接收未满18周岁的"),
        Column("月基本生活费", "allowance", Money(10)),
        Column("食宿等待遇", "benefits", Text(200)),
        Column("见习月数", "months", Whole(least=1)),
        Column("有效期至", "valid_until", Day()),
        Column("带教老师", "mentor", Text(50)),
        Column("公开的联系方式", "contact", Text(80), note="会显示在公开页面上"),
    )
    stored = ("base_id", "state", "number", "is_model", *(column.name for column in columns))
    defaults = {column.name: column.kind.blank for column in columns} | {
        "state": Position.State.DRAFT,
        "number": "",
        "is_model": False,
    }

    def fetch(self, keys):
        under_way = [Position.State.DRAFT, Position.State.RETURNED]
        mine = self.model.objects.standing().filter(base=self.book.base, state__in=under_way)
        self.learn(mine.filter(title__in=keys))

    def district_of(self, now):
        return self.book.base.district_id

    def check(self, row, now, was):
        now["base_id"] = self.book.base.pk
        rule = self.book.policy.get(GATES)
        for name, header in [("education", "学历要求"), ("major", "专业要求")]:
            if rule and rule.value and now[name] not in (None, "", CHOICES[0]):
                row.fault(header, f"不能以学历、专业设门槛（{rule.source}），请清空")
        if now["valid_until"] and now["valid_until"] < self.book.today:
            row.fault("有效期至", "已经过了，请填以后的日期")
        if now["months"] and now["months"] > 36:
            row.fault("见习月数", "太长，请核对")

    def store(self):
        for row in self.rows:
            if row.verdict == "created":
                row.known.id, row.now["number"] = new_number()
        table = Table(self.model, self.book.region, self.stored)
        for verdict, write in [("updated", table.update), ("created", table.insert)]:
            write([(row.known.id, row.now) for row in self.rows if row.verdict == verdict])


class Filing(Book):
    """A book of one sheet, for one base."""

    def __init__(self, base: Base, dry_run=False):
        self.base = base
        super().__init__(base.region, dry_run=dry_run)
        self.policy = policy_at(self.today)

    def kinds(self):
        return [Filings]


@dataclass(frozen=True)
class Loaded:
    """`kept`: drafts made or changed; `refused`: what is wrong, row by row."""

    kept: int
    refused: list[Remark]
    notes: list[str]


def load(file, *, base: Base, actor) -> Loaded:
    """Keep the rows that stand as drafts; raises NotLoaded where the file cannot be read."""
    with acting(actor, f"批量填报 {timezone.localdate():%Y-%m-%d}"):
        book = Filing(base)
        book.read(file)
        if len(book[Filings.name].rows) > MOST:
            raise Unreadable(f"一次最多 {MOST} 行，请分成几个文件")
        book.judge()
        book.store()
        search.index_stale(Position.objects.filter(base=base))
    counts = book.outcome.counts.get(Filings.name, {})
    kept = counts.get("created", 0) + counts.get("updated", 0)
    return Loaded(kept, book.outcome.refused, book.outcome.notes)


def write_template(base: Base, target):
    write_empty(Filing(base, dry_run=True), target)
