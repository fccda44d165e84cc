"""The feed of what was reported, for the programs of the level above."""

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import PAGING, following, place_asked
from jianxi.web import api
from reporting.feed import WORDS, Entry, entries


class LinksSerializer(serializers.Serializer):
    version = serializers.URLField(help_text="这一版的数字")
    month = serializers.URLField(help_text="这个单位这个月现在的情况")


class EntrySerializer(serializers.Serializer):
    id = serializers.IntegerField(help_text="不变的编号，越晚越大")
    updated = serializers.DateTimeField()
    kind = serializers.CharField(help_text="submitted 报送、corrected 更正后报送、approved 审定")
    title = serializers.CharField()
    form = serializers.CharField()
    period = serializers.CharField()
    district = serializers.CharField()
    district_name = serializers.CharField()
    version = serializers.IntegerField()
    links = LinksSerializer()


class FeedSerializer(serializers.Serializer):
    title = serializers.CharField()
    next = serializers.URLField(help_text="接着取的地址；取完了也有，以后仍从这里取")
    more = serializers.BooleanField(help_text="现在就还有")
    entries = EntrySerializer(many=True, help_text="从早到晚")


@api("view_counts")
class Feed(APIView):
    """报送动态：各版何时报送、更正、审定。每次从上一次的 next 接着取，不会漏。"""

    @extend_schema(operation_id="reports_feed", responses=FeedSerializer, parameters=PAGING)
    def get(self, request, region):
        size, after = place_asked(request)
        units = {unit.pk: unit for unit in request.access.districts("view_counts")}
        found = entries(request.region.pk, list(units), after=after, limit=size + 1)
        shown = found[:size]
        return Response(
            {
                "title": f"{request.region.name}月报动态",
                "next": following(request, shown[-1].number if shown else after),
                "more": len(found) > size,
                "entries": [_entry(request, one, units[one.district]) for one in shown],
            }
        )


def _entry(request, one: Entry, unit) -> dict:
    period = f"{one.period:%Y-%m}"
    address = [request.region.slug, one.form, period, unit.key]
    return {
        "id": one.number,
        "updated": one.at,
        "kind": one.kind,
        "title": f"{unit.name} {period} 第{one.version}版{WORDS[one.kind]}",
        "form": one.form,
        "period": period,
        "district": unit.key,
        "district_name": unit.name,
        "version": one.version,
        "links": {
            "version": request.build_absolute_uri(
                reverse("api:version", args=[*address, one.version])
            ),
            "month": request.build_absolute_uri(reverse("api:unit_month", args=address)),
        },
    }
