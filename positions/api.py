"""Positions in the API."""

import django_filters
from rest_framework import serializers

from jianxi.api import Records, choices, days, filters, number
from jianxi.web import api
from positions.models import Position


class PositionSerializer(serializers.ModelSerializer):
    base = serializers.IntegerField(source="base_id", help_text="基地的 id")
    base_name = serializers.CharField(source="base.profile.name", help_text="单位名称")
    district = serializers.CharField(source="base.district.key", help_text="区县的标识")
    district_name = serializers.CharField(source="base.district.name", help_text="区县名称")

    class Meta:
        model = Position
        fields = [
            "id",
            "number",
            "title",
            "category",
            "headcount",
            "base",
            "base_name",
            "district",
            "district_name",
            "published_on",
            "valid_until",
            "closed_on",
            "education",
            "major",
            "allowance",
            "workplace",
            "duties",
            "is_model",
        ]


@api("view_records")
class Positions(Records):
    """见习岗位：已关闭的也在内，已作废的不在。"""

    model = Position
    serializer_class = PositionSerializer
    filterset_class = filters(
        base=number("base", "基地的 id"),
        number=django_filters.CharFilter(label="岗位编号"),
        category=choices("category", Position.Category, "岗位类别"),
        **days("published_on", "published", "发布日期"),
        **days("closed_on", "closed", "关闭日期"),
    )

    def rows(self):
        return Position.objects.published().select_related("base__profile", "base__district")
