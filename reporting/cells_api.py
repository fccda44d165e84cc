"""The cells of a month in the API: what each is, and the records behind it.

Figures are as everywhere: counts as integers, money as a string of 万元 with two decimals.
"""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import PAGING, following, place_asked
from jianxi.web import api
from reporting.conditions import words_of
from reporting.drilldown import Cell, CellThen
from reporting.figures import to_wan
from reporting.periods import Period
from reporting.views.address import Month, month_at
from reporting.views.cell import cell_at, version_at

VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="第几版；不写为现在的记录。")


class CellSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField()
    table = serializers.CharField(
        help_text="记录所在：bases、positions、agreements、payments、activities"
    )
    figure = serializers.CharField(help_text="表上的数；个数为整数，金额为万元字符串")
    records = serializers.IntegerField(help_text="背后有几条记录")
    added = serializers.CharField(help_text="各条记录相加；金额为元。填报的计划数不由记录得出")


class MemberSerializer(serializers.Serializer):
    record = serializers.IntegerField(help_text="记录的 id")
    contribution = serializers.CharField(help_text="这条记录计入多少；金额为元")


class MembersSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    results = MemberSerializer(many=True)


@api("view_counts")
class OneCell(APIView):
    """一个数：是什么、怎么算、背后有几条记录。"""

    @extend_schema(operation_id="reports_cell", responses=CellSerializer, parameters=[VERSION])
    def get(self, request, region, form, period: Period, unit, code):
        opened = _cell(request, month_at(request, form, period, unit), code)
        indicator, money = opened.indicator, opened.indicator.is_money
        return Response(
            {
                "code": code,
                "label": indicator.label,
                "unit": indicator.unit,
                "definition": words_of(indicator),
                "table": indicator.of,
                "figure": str(to_wan(opened.figure)) if money else opened.figure,
                "records": opened.totals.records,
                "added": str(opened.totals.figure) if money else opened.totals.figure,
            }
        )


@api("view_records")
class Members(APIView):
    """一个数背后的记录，从先登记的起。"""

    @extend_schema(
        operation_id="reports_cell_members",
        responses=MembersSerializer,
        parameters=[VERSION, *PAGING],
    )
    def get(self, request, region, form, period: Period, unit, code):
        opened = _cell(request, month_at(request, form, period, unit, "view_records"), code)
        size, after = place_asked(request)
        members = opened.members(limit=size + 1, after=after)
        money = opened.indicator.is_money
        return Response(
            {
                "next": following(request, members[size - 1].record)
                if len(members) > size
                else None,
                "results": [
                    {
                        "record": member.record,
                        "contribution": str(member.contribution)
                        if money
                        else int(member.contribution),
                    }
                    for member in members[:size]
                ],
            }
        )


def _cell(request, at: Month, code: str) -> Cell | CellThen:
    return cell_at(at, code, version_at(at, request.query_params.get("version")))
