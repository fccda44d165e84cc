"""Matching events and policy talks in the ledger."""

from activities.models import Activity
from jianxi.ledger.cells import Choice, Day, Number, Text, Whole
from jianxi.ledger.sheets import Column, Sheet, register
from regions.ledger import DistrictName

FIGURES = (
    "bases",
    "positions",
    "unemployed_youths",
    "graduates",
    "placed",
    "employers_served",
    "youths_served",
)


@register
class Activities(Sheet):
    name = "活动"
    model = Activity
    columns = (
        Column("活动编号", "number", Number(40), required=True),
        Column("所属区县", "district_id", DistrictName(own=True), required=True),
        Column("活动日期", "held_on", Day(), required=True),
        Column("活动类型", "kind", Choice(Activity.Kind), required=True),
        Column("活动名称", "title", Text(120)),
        *(
            Column(Activity._meta.get_field(name).verbose_name, name, Whole(blank=0))
            for name in FIGURES
        ),
    )
    stored = tuple(column.name for column in columns)
    defaults = dict.fromkeys(stored) | dict.fromkeys(FIGURES, 0) | {"title": ""}

    def district_of(self, now):
        return now["district_id"]
