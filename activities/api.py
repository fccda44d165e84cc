"""Activities in the API."""

import django_filters
from rest_framework import serializers

from activities.models import Activity
from jianxi.api import Records, choices, days, filters
from jianxi.web import api


class ActivitySerializer(serializers.ModelSerializer):
    district = serializers.CharField(source="district.key", help_text="区县的标识")
    district_name = serializers.CharField(source="district.name", help_text="区县名称")

    class Meta:
        model = Activity
        fields = [
            "id",
            "number",
            "district",
            "district_name",
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


@api("view_records")
class Activities(Records):
    """供需对接和政策宣讲活动。"""

    model = Activity
    serializer_class = ActivitySerializer
    filterset_class = filters(
        number=django_filters.CharFilter(label="活动编号"),
        kind=choices("kind", Activity.Kind, "活动类型"),
        **days("held_on", "held", "活动日期"),
    )

    def rows(self):
        return Activity.objects.select_related("district")
