"""What is asked and typed about positions."""

import django_filters

from jianxi.corrections import RecordForm
from jianxi.lists import ListFilter, days
from positions.models import Position
from positions.queries import PositionState


class PositionFilter(ListFilter):
    words = "岗位、编号、单位"

    state = django_filters.ChoiceFilter(
        label="状态", choices=PositionState.choices, method="by_state", empty_label="全部"
    )
    category = django_filters.ChoiceFilter(
        label="岗位类别", choices=Position.Category.choices, empty_label="全部"
    )
    published_since, published_until = days("published_on", "发布日期")


class PositionForm(RecordForm):
    section = "岗位"
    at = {
        "position_number_once": "number",
        "position_has_places": "headcount",
        "position_closes_after_publication": "closed_on",
        "position_allowance_not_negative": "allowance",
    }
    past = ("closed_on",)

    class Meta:
        model = Position
        fields = [
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
            "is_model",
            "duties",
        ]
