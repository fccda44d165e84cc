"""Bases in the API."""

import django_filters
from django.utils import timezone
from rest_framework import serializers

from bases.models import Base
from jianxi.api import ReadOnly, Records, days, filters
from jianxi.web import access, api, everyone
from regions.api import InDistrict


class BaseSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="profile.name", help_text="单位名称")
    uscc = serializers.CharField(source="profile.employer.uscc", help_text="统一社会信用代码")
    district = serializers.CharField(source="district.key", help_text="现在所属区县的标识")
    district_name = serializers.CharField(source="district.name", help_text="区县名称")
    kind = serializers.CharField(source="profile.kind", help_text="单位类型")
    industry = serializers.CharField(source="profile.industry", help_text="行业")

    class Meta:
        model = Base
        fields = [
            "id",
            "name",
            "uscc",
            "district",
            "district_name",
            "kind",
            "industry",
            "recognised_on",
            "valid_until",
            "exited_on",
            "exit_reason",
        ]


@api("view_records")
class Bases(Records):
    """见习基地：在册、过期和已退出的都在内，已作废的不在。"""

    model = Base
    serializer_class = BaseSerializer
    filterset_class = filters(
        uscc=django_filters.CharFilter(
            field_name="profile__employer__uscc", label="统一社会信用代码"
        ),
        **days("recognised_on", "recognised", "认定日期"),
        **days("exited_on", "exited", "退出日期"),
    )

    def rows(self):
        return Base.objects.select_related("profile__employer", "district")


# --- Open data


class OpenBaseSerializer(BaseSerializer):
    class Meta(BaseSerializer.Meta):
        fields = [
            "id",
            "name",
            "uscc",
            "district",
            "district_name",
            "kind",
            "industry",
            "recognised_on",
            "valid_until",
        ]


class OpenBaseFilter(InDistrict):
    name = django_filters.CharFilter(
        field_name="profile__name", lookup_expr="icontains", label="单位名称的一部分"
    )
    uscc = django_filters.CharFilter(field_name="profile__employer__uscc", label="统一社会信用代码")


@access(everyone)
class OpenBases(ReadOnly):
    """开放数据：今天在册的见习基地。不需要令牌。"""

    model = Base
    serializer_class = OpenBaseSerializer
    filterset_class = OpenBaseFilter

    def rows(self):
        rows = Base.objects.existing(timezone.localdate())
        return rows.select_related("profile__employer", "district")
