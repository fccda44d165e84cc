"""Corrections of a month in the API, and what became of what was submitted: from a version to a
later one or to now, in each cell, with the records; and the months of a year that drifted."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import PAGING, Moves, following, place_asked
from jianxi.web import api
from reporting import corrections
from reporting.bridging import Bridge, Why, bridges
from reporting.forms import of_substance
from reporting.models import Correction
from reporting.views.address import Month, month_at, report_at
from reporting.views.changes import acts_since, drifted_months, versions_between

TO = OpenApiParameter("to", OpenApiTypes.INT, description="到第几版；不写为到现在的记录。")
ON_THE_BOARD = [
    OpenApiParameter("form", OpenApiTypes.STR, description="报表的标识；不写为第一张。"),
    OpenApiParameter("year", OpenApiTypes.INT, description="年度；不写为最近的一年。"),
]


# --- Asked for, and decided


class DecisionSerializer(serializers.Serializer):
    at = serializers.DateTimeField(help_text="决定或撤回的时间")
    by = serializers.CharField(help_text="决定人或撤回人")
    comment = serializers.CharField(allow_null=True, help_text="意见；不能查看记录的为 null")


class CorrectionSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(Correction.State.choices)
    state_label = serializers.CharField(help_text="状态的名称")
    reason = serializers.CharField(allow_null=True, help_text="更正事由；不能查看记录的为 null")
    asked_by = serializers.CharField(help_text="申请人")
    asked_at = serializers.DateTimeField(help_text="申请时间")
    decision = DecisionSerializer(allow_null=True, help_text="还没有决定时为 null")
    corrected = serializers.IntegerField(help_text="更正第几版")
    version = serializers.IntegerField(
        allow_null=True, help_text="更正后是第几版；还没有重报时为 null"
    )


class AskedSerializer(serializers.Serializer):
    reason = serializers.CharField(
        max_length=Correction._meta.get_field("reason").max_length,
        validators=[of_substance],
        help_text="更正事由：哪些记录、为什么报错",
    )


@api("view_counts")
class Corrections(APIView):
    """一个单位一个月的更正，最近的在前。POST 申请更正：月报须已审定，没有别的更正在办。"""

    parser_classes = [JSONParser]

    @extend_schema(operation_id="reports_corrections", responses=CorrectionSerializer(many=True))
    def get(self, request, region, form, period, unit):
        at = month_at(request, form, period, unit)
        rows = report_at(at).corrections.select_related("asked_by", "corrected", "version")
        return Response(_told(request, at, list(rows)))

    @extend_schema(
        operation_id="reports_correct",
        request=AskedSerializer,
        responses={201: CorrectionSerializer},
    )
    def post(self, request, region, form, period, unit):
        sent = AskedSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        at, reason = month_at(request, form, period, unit), sent.validated_data["reason"]
        row = corrections.ask(report_at(at), actor=request.user, reason=reason)
        return Response(*_told(request, at, [row]), status=201)


def _told(request, at: Month, rows: list[Correction]) -> list[dict]:
    """Reasons and comments may speak of persons: told to who may see records."""
    may_see = request.access.may("view_records", at.unit)
    decided = corrections.decisions(rows)
    return [
        {
            "id": row.pk,
            "state": row.state,
            "state_label": row.get_state_display(),
            "reason": row.reason if may_see else None,
            "asked_by": str(row.asked_by),
            "asked_at": row.asked_at,
            "decision": (one := decided.get(row.pk))
            and {"at": one.at, "by": one.by, "comment": one.comment if may_see else None},
            "corrected": row.corrected.number,
            "version": row.version and row.version.number,
        }
        for row in rows
    ]


@api("view_counts")
class CorrectionMoves(Moves):
    """一次更正现在的状态和能办的动作：上级同意、不同意，申请的单位撤回。"""

    model = Correction
    workflow = corrections.COURSE

    def find(self):
        named = {name: self.kwargs[name] for name in ("form", "period", "unit")}
        report = report_at(month_at(self.request, **named))
        row = report.corrections.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        row.report = report
        return row


# --- From a version to a later one, or to now


AMOUNT = {"help_text": "个数为整数，金额为元（字符串）"}


class BridgeSerializer(serializers.Serializer):
    """old + late + voided + changed + moved + entered = new."""

    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField(help_text="金额在这里以元计")
    old = serializers.CharField(**AMOUNT)
    late = serializers.CharField(help_text="补录")
    voided = serializers.CharField(help_text="作废，为负")
    changed = serializers.CharField(help_text="改动")
    moved = serializers.CharField(help_text="划转")
    entered = serializers.CharField(help_text="填报的计划数的变动")
    new = serializers.CharField(**AMOUNT)
    records = serializers.IntegerField(help_text="有几条记录变动")


@api("view_counts")
class Changes(APIView):
    """报送的一版到以后的一版，或到现在：每项数从原来到后来，差在哪里。"""

    @extend_schema(
        operation_id="reports_version_changes",
        responses=BridgeSerializer(many=True),
        parameters=[TO],
    )
    def get(self, request, region, form, period, unit, number):
        at = month_at(request, form, period, unit)
        old, new = versions_between(at, number, request.query_params.get("to"))
        return Response([_bridge(one) for one in bridges(at.form, old, new).values()])


def _bridge(bridge: Bridge) -> dict:
    indicator = bridge.indicator
    amounts = {"old": bridge.old}
    amounts |= {why.value: bridge.amounts.get(why, 0) for why in Why}
    amounts |= {"entered": bridge.entered, "new": bridge.new}
    return {
        "code": indicator.code,
        "label": indicator.label,
        "unit": "元" if indicator.is_money else indicator.unit,
        **{name: _said(indicator, amount) for name, amount in amounts.items()},
        "records": len(bridge.changes),
    }


def _said(indicator, amount):
    if amount is None or not indicator.is_money:
        return amount
    return f"{amount:.2f}"


class ChangeSerializer(serializers.Serializer):
    record = serializers.IntegerField(help_text="记录的 id")
    why = serializers.ChoiceField(Why.choices, help_text="属于哪一部分")
    before = serializers.CharField(allow_null=True, help_text="原来计入多少；没有计入为 null")
    after = serializers.CharField(allow_null=True, help_text="后来计入多少；没有计入为 null")
    amount = serializers.CharField(**AMOUNT)
    at = serializers.DateTimeField(allow_null=True, help_text="报送之后最近一次改动的时间")
    by = serializers.CharField(help_text="改动人")
    note = serializers.CharField(help_text="改动的事由")


class ChangesSerializer(serializers.Serializer):
    table = serializers.CharField(help_text="记录所在，同 cells")
    next = serializers.URLField(allow_null=True)
    results = ChangeSerializer(many=True)


@api("view_records")
class CellChanges(APIView):
    """一项数在两版之间，或到现在，变动的记录：为什么、多少、谁改的。"""

    @extend_schema(
        operation_id="reports_cell_changes",
        responses=ChangesSerializer,
        parameters=[TO, *PAGING],
    )
    def get(self, request, region, form, period, unit, number, code):
        at = month_at(request, form, period, unit, "view_records")
        old, new = versions_between(at, number, request.query_params.get("to"))
        bridge = bridges(at.form, old, new, codes={code}).get(code)
        if bridge is None:
            raise Http404
        size, after = place_asked(request)
        rest = [change for change in bridge.changes if change.record > after]
        shown, source = rest[:size], bridge.indicator.of
        acts = acts_since(source, [change.record for change in shown], old)
        return Response(
            {
                "table": source,
                "next": following(request, shown[-1].record) if len(rest) > size else None,
                "results": [_change(bridge, one, acts.get(one.record)) for one in shown],
            }
        )


def _change(bridge: Bridge, change, act: dict | None) -> dict:
    amounts = {name: getattr(change, name) for name in ("before", "after", "amount")}
    return {
        "record": change.record,
        "why": change.why,
        **{name: _said(bridge.indicator, amount) for name, amount in amounts.items()},
        "at": act and act["at"],
        "by": act["actor"] if act else "",
        "note": act["note"] if act else "",
    }


# --- The months of a year that the records now give otherwise


class DriftedSerializer(serializers.Serializer):
    district = serializers.CharField(source="unit.key")
    district_name = serializers.CharField(source="unit.name")
    period = serializers.CharField()
    version = serializers.IntegerField(source="version.number", help_text="最近报送的一版")
    codes = serializers.ListField(child=serializers.CharField(), help_text="变动的指标")


@api("view_counts")
class Drift(APIView):
    """一年里报送之后记录有变动的月份，最近的在前：令牌所在的单位和直属的单位。"""

    @extend_schema(
        operation_id="reports_drift",
        responses=DriftedSerializer(many=True),
        parameters=ON_THE_BOARD,
    )
    def get(self, request, region):
        *_, found = drifted_months(request)
        return Response(DriftedSerializer(found, many=True).data)
