"""Subsidies paid, in the ledger."""

from bases.ledger import Bases
from jianxi.ledger.cells import USCC, Choice, Day, Money, Number, Text
from jianxi.ledger.sheets import Column, Sheet, register
from subsidies.models import Payment

Kind = Payment.Kind
PAID = {kind.label: kind.value for kind in (Kind.PAYMENT, Kind.RECOVERY)}


@register
class Payments(Sheet):
    name = "补贴拨付"
    model = Payment
    columns = (
        Column("拨付编号", "number", Number(40), required=True),
        Column("统一社会信用代码", "uscc", USCC, required=True, note="收款基地的"),
        Column("类型", "kind", Choice(PAID, blank=Kind.PAYMENT.value), note="空着就是拨付"),
        Column(
            "用途",
            "purpose",
            Choice(Payment.Purpose, blank=Payment.Purpose.INTERNSHIP.value),
            note="空着就是见习补贴",
        ),
        Column("拨付日期", "paid_on", Day(), required=True),
        Column("金额", "amount", Money(14, above_zero=True), required=True),
        Column("资金层级", "level", Choice(Payment.Level)),
        Column("摘要", "note", Text(200)),
    )
    stored = ("base", "number", "kind", "purpose", "paid_on", "amount", "level", "note")
    refers = {"base": Bases.name}
    defaults = dict.fromkeys(stored) | {
        "kind": Kind.PAYMENT.value,
        "purpose": Payment.Purpose.INTERNSHIP.value,
        "level": "",
        "note": "",
    }

    def mentions(self):
        return {Bases.name: {row.cells.get("uscc") for row in self.rows}}

    def district_of(self, now):
        return now["base"].now["district_id"]

    def may_change(self, known):
        return known.was["base"] is None or super().may_change(known)

    def check(self, row, now, was):
        if was and was["base"] is None:
            row.fault("拨付编号", "这个编号已用于期初数，请换一个编号")
        if row.read("uscc"):
            now["base"] = self.book[Bases.name].meant(row, now["uscc"], was)
        if now["paid_on"] and now["paid_on"] > self.book.today:
            row.fault("拨付日期", "还没有到，不能填写以后的日期")
