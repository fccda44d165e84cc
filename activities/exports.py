"""The list of activities, on the page and as xlsx."""

from activities.forms import ActivityFilter
from activities.models import Activity
from jianxi.lists import WHERE, Column, RecordList, listed


@listed
class ActivityList(RecordList):
    name = "activities"
    label = "活动"
    filters = ActivityFilter
    order = "held_on"
    opens = "office:activity"
    empty = "可以随台账导入，也可以逐场登记。"

    def rows(self):
        return Activity.objects.standing().select_related("district")

    def columns(self):
        return [
            Column("活动名称", str),
            Column("活动编号", "number", minor=True),
            Column(WHERE, "district.name"),
            Column("活动日期", "held_on"),
            Column("活动类型", "get_kind_display"),
            Column("参与基地数", "bases", numeric=True),
            Column("提供岗位数", "positions", numeric=True),
            Column("参与失业青年数", "unemployed_youths", numeric=True, minor=True),
            Column("参与毕业生数", "graduates", numeric=True, minor=True),
            Column("促成上岗数", "placed", numeric=True, on_page=False),
            Column("服务用人单位数", "employers_served", numeric=True, on_page=False),
            Column("服务青年数", "youths_served", numeric=True, on_page=False),
        ]
