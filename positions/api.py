"""Positions in the API."""

import django_filters
from django.utils import timezone
from rest_framework import serializers

from jianxi.api import ReadOnly, Records, choices, days, filters, number
from jianxi.web import access, api, everyone
from positions.education import LEVELS, required_level
from positions.models import Position
from positions.search import holding
from regions.api import InDistrict


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


# --- Open data


class OpenPositionSerializer(serializers.ModelSerializer):
    """What the employer publishes, and nobody's personal data."""

    base = serializers.IntegerField(source="base_id", help_text="基地的 id")
    base_name = serializers.CharField(source="base.profile.name", help_text="单位名称")
    uscc = serializers.CharField(
        source="base.profile.employer.uscc", help_text="单位的统一社会信用代码"
    )
    district = serializers.CharField(source="base.district.key", help_text="区县的标识")
    district_name = serializers.CharField(source="base.district.name", help_text="区县名称")
    left = serializers.IntegerField(help_text="还有几个名额")

    class Meta:
        model = Position
        fields = [
            "id",
            "number",
            "title",
            "category",
            "headcount",
            "left",
            "base",
            "base_name",
            "uscc",
            "district",
            "district_name",
            "published_on",
            "valid_until",
            "education",
            "major",
            "allowance",
            "benefits",
            "months",
            "workplace",
            "duties",
            "hazards",
            "contact",
            "is_model",
        ]


class OpenPositionFilter(InDistrict):
    q = django_filters.CharFilter(label="岗位、单位、地点里的词，都要有。", method="sought")
    base = number("base", "基地的 id")
    category = choices("category", Position.Category, "岗位类别")
    education = django_filters.ChoiceFilter(
        label=f"求职者的学历（{'，'.join(f'{key} {name}' for key, name in LEVELS.items())}）；"
        "要求更高的不列出。",
        choices=list(LEVELS.items()),
        method="open_to",
    )
    allowance_from = django_filters.NumberFilter(
        field_name="allowance", lookup_expr="gte", label="月基本生活费不低于，元"
    )
    published_from = days("published_on", "published", "发布日期")["published_from"]

    def sought(self, queryset, name, words):
        found = holding(words)
        return queryset.none() if found is None else queryset.filter(found)

    def open_to(self, queryset, name, level):
        return queryset.alias(level=required_level()).filter(level__lte=int(level))


@access(everyone)
class OpenPositions(ReadOnly):
    """开放数据：正在招募、还有名额的岗位。不需要令牌。"""

    model = Position
    serializer_class = OpenPositionSerializer
    filterset_class = OpenPositionFilter

    def rows(self):
        rows = Position.objects.recruiting(timezone.localdate()).with_places().defer("search")
        return rows.select_related("base__profile__employer", "base__district")
