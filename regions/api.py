"""Regions, their units and what their documents fix, in the API."""

import django_filters
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from jianxi.api import ReadOnly, districts_of
from jianxi.web import access, api, everyone
from regions.models import District, PolicyParameter, PolicyVersion, Region


class RegionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Region
        fields = ["slug", "name", "code", "level", "authority", "base_term"]


@access(everyone)
class Regions(ReadOnly):
    """本系统里的统筹区；slug 用在其他地址里。"""

    model = Region
    serializer_class = RegionSerializer
    lookup_field = lookup_url_kwarg = "slug"


class DistrictSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent.key", default=None, help_text="上级的标识")
    successor = serializers.CharField(
        source="successor.key", default=None, help_text="撤并后承接单位的标识"
    )

    class Meta:
        model = District
        fields = [
            "key",
            "name",
            "official_name",
            "code",
            "kind",
            "parent",
            "valid_from",
            "valid_to",
            "successor",
        ]


@api("view_counts")
class Districts(ReadOnly):
    """令牌范围内的区县，已撤并的也在内；key 用在其他地址和筛选里。"""

    model = District
    serializer_class = DistrictSerializer
    lookup_field = lookup_url_kwarg = "key"

    def rows(self):
        return districts_of(self.request, self).select_related("parent", "successor")


class InDistrict(django_filters.FilterSet):
    """For open data: every unit of the region may be named; `district` takes in those below."""

    district = django_filters.CharFilter(label="区县的标识；含其下各级。", method="lying_in")

    def lying_in(self, queryset, name, key):
        unit = District.objects.filter(key=key).first()
        if unit is None:
            raise ValidationError({"district": [f"没有标识为“{key}”的区县。"]})
        return queryset.in_districts(District.objects.below(unit))


class ParameterSerializer(serializers.ModelSerializer):
    class Meta:
        model = PolicyParameter
        fields = ["key", "value", "source", "strict"]


class PolicySerializer(serializers.ModelSerializer):
    parameters = ParameterSerializer(many=True)

    class Meta:
        model = PolicyVersion
        fields = ["id", "document", "effective_from", "effective_to", "parameters"]


@access(everyone)
class Policies(ReadOnly):
    """各份文件定下的参数，每一项注明出处；较晚施行的覆盖较早的同名参数。"""

    model = PolicyVersion
    serializer_class = PolicySerializer
    filterset_class = type(
        "Filter",
        (django_filters.FilterSet,),
        {
            "in_force_on": django_filters.DateFilter(
                label="这一天已经施行的。", method=lambda rows, name, day: rows.in_force(day)
            )
        },
    )

    def rows(self):
        return PolicyVersion.objects.prefetch_related("parameters")
