"""Positions in the ledger."""

from bases.ledger import Bases
from jianxi.ledger.cells import USCC, Choice, Day, Flag, Money, Number, Text, Whole
from jianxi.ledger.sheets import Column, Sheet, register
from positions.models import Position


@register
class Positions(Sheet):
    name = "见习岗位"
    model = Position
    columns = (
        Column("岗位编号", "number", Number(40), required=True),
        Column("统一社会信用代码", "uscc", USCC, required=True, note="岗位所在基地的"),
        Column("岗位名称", "title", Text(80), required=True),
        Column("岗位类别", "category", Choice(Position.Category), required=True),
        Column("招募人数", "headcount", Whole(least=1), required=True),
        Column("发布日期", "published_on", Day(), required=True),
        Column("有效期至", "valid_until", Day()),
        Column("关闭日期", "closed_on", Day()),
        Column("学历要求", "education", Text(60)),
        Column("专业要求", "major", Text(200)),
        Column("月基本生活费", "allowance", Money(10)),
        Column("工作地点", "workplace", Text(200)),
        Column("岗位职责", "duties", Text()),
        Column("示范岗位", "is_model", Flag()),
    )
    stored = (
        "base",
        "number",
        "title",
        "category",
        "headcount",
        "published_on",
        "valid_until",
        "closed_on",
        "education",
        "major",
        "allowance",
        "workplace",
        "duties",
        "is_model",
    )
    refers = {"base": Bases.name}
    facts = ("base", "base__district_id", "base__exited_on")
    defaults = dict.fromkeys(stored) | {
        "education": "",
        "major": "",
        "workplace": "",
        "duties": "",
        "is_model": False,
    }

    def mentions(self):
        return {Bases.name: {row.cells.get("uscc") for row in self.rows}}

    def district_of(self, now):
        return now["base"].now["district_id"]

    def check(self, row, now, was):
        if row.read("uscc"):
            now["base"] = self.book[Bases.name].meant(row, now["uscc"], was)
        if was and was["published_on"] is None:
            row.fault("岗位编号", "这个岗位还没有审核发布，请在岗位页面办理")
        published, closed, until = now["published_on"], now["closed_on"], now["valid_until"]
        if closed and closed > self.book.today:
            row.fault("关闭日期", "还没有到，不能填写以后的日期")
        if published and closed and closed < published:
            row.fault("关闭日期", f"早于发布日期{published}")
        if published and until and until < published:
            row.hint("有效期至", f"早于发布日期{published}，请核对")
