"""The list of positions, on the page and as xlsx."""

from jianxi.lists import WHERE, Column, RecordList, listed
from positions.forms import PositionFilter
from positions.models import Position
from positions.queries import PositionState


@listed
class PositionList(RecordList):
    name = "positions"
    label = "见习岗位"
    filters = PositionFilter
    order = "published_on"
    opens = "office:position"
    empty = "岗位随台账导入，导入后在这里查询、更正。"

    def rows(self):
        return (
            Position.objects.published()
            .with_state(self.today)
            .select_related("base__profile__employer", "base__district")
        )

    def columns(self):
        return [
            Column("岗位名称", "title"),
            Column("岗位编号", "number", minor=True),
            Column("单位名称", "base.profile.name", broad=True),
            Column("统一社会信用代码", "base.profile.employer.uscc", on_page=False),
            Column(WHERE, "base.district.name"),
            Column("状态", lambda position: PositionState(position.state_now), badge=True),
            Column("岗位类别", "get_category_display"),
            Column("招募人数", "headcount", numeric=True),
            Column("发布日期", "published_on"),
            Column("有效期至", "valid_until", minor=True),
            Column("关闭日期", "closed_on", on_page=False),
            Column("学历要求", "education", on_page=False),
            Column("专业要求", "major", on_page=False),
            Column("月基本生活费", "allowance", numeric=True, minor=True),
            Column("食宿等待遇", "benefits", on_page=False),
            Column("见习月数", "months", numeric=True, on_page=False),
            Column("有危险作业", "hazards", on_page=False),
            Column("工作地点", "workplace", on_page=False),
            Column("岗位职责", "duties", on_page=False),
            Column("示范岗位", "is_model", on_page=False),
        ]
