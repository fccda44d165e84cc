"""What is asked and typed about activities."""

import django_filters
from django import forms

from activities.models import Activity
from jianxi.corrections import RecordForm
from jianxi.lists import ListFilter, days


class ActivityFilter(ListFilter):
    words = "编号、名称"

    kind = django_filters.ChoiceFilter(
        label="活动类型", choices=Activity.Kind.choices, empty_label="全部"
    )
    held_since, held_until = days("held_on", "活动日期")


class ActivityForm(RecordForm):
    """`districts`: where the user edits; an activity lies in a lowest unit among them."""

    section = "活动"
    at = {"activity_number_once": "number"}

    district = forms.ModelChoiceField(None, label="所属区县", empty_label="请选择")

    class Meta:
        model = Activity
        fields = [
            "number",
            "district",
            "held_on",
            "kind",
            "title",
            "bases",
            "positions",
            "unemployed_youths",
            "graduates",
            "placed",
            "employers_served",
            "youths_served",
        ]

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].queryset = districts.lowest()
