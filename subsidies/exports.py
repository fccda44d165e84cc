"""The list of payments, on the page and as xlsx."""

from jianxi.lists import WHERE, Column, RecordList, listed
from subsidies.forms import PaymentFilter
from subsidies.models import Payment


@listed
class PaymentList(RecordList):
    name = "payments"
    label = "补贴拨付"
    filters = PaymentFilter
    order = "paid_on"
    opens = "office:payment"
    empty = "可以随台账导入，也可以逐笔登记。"

    def rows(self):
        """Opening balances are not payments; they have a page of their own."""
        return (
            Payment.objects.standing()
            .paid()
            .select_related("base__profile__employer", "base__district")
        )

    def columns(self):
        return [
            Column("拨付编号", "number"),
            Column("单位名称", "base.profile.name", broad=True),
            Column("统一社会信用代码", "base.profile.employer.uscc", on_page=False),
            Column(WHERE, "base.district.name"),
            Column("类型", "get_kind_display"),
            Column("用途", "get_purpose_display"),
            Column("拨付日期", "paid_on"),
            Column("金额（元）", "amount", numeric=True),
            Column("资金层级", "get_level_display", minor=True),
            Column("摘要", "note", on_page=False),
        ]
