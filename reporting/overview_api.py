"""What is looked at from above, in the API: a month beside what its units reported, how far the
targets are, the bulletins that were published. Read only; for who may see the pages."""

from decimal import Decimal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import ReadOnly
from jianxi.web import api
from reporting.api import Figures
from reporting.consolidating import Consolidated, Difference, Row, consolidated
from reporting.models import Bulletin, Report
from reporting.presenting import side_json
from reporting.sheet import Line
from reporting.standing import CameIn
from reporting.views.consolidated import sheet_above, shown
from reporting.views.targets import adds_up, shown_units, year_asked
from reporting.year.bulletin import State
from reporting.year.measures import MEASURES, measures_of
from reporting.year.served import served
from reporting.year.targets import Year

# --- A month beside what the units below reported


class ReportedSerializer(serializers.Serializer):
    district = serializers.CharField()
    district_name = serializers.CharField()
    state = serializers.CharField(help_text="还没有编制过的为 open")
    submitted = serializers.IntegerField(
        allow_null=True, help_text="报送的第几版；还没有报的为 null"
    )
    approved = serializers.IntegerField(
        allow_null=True, help_text="审定的第几版；还没有审定的为 null"
    )


class RowSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    total = serializers.CharField(
        help_text="月报的合计：本级报送的数，没有报的由各单位表上的数相加"
    )
    own = serializers.CharField(help_text="本级按记录计算，每条只计一次")
    now = serializers.CharField(help_text="各单位现在的数相加")
    submitted = serializers.CharField(help_text="各单位报送的数相加，没有报的不算")
    approved = serializers.CharField(help_text="各单位审定的数相加，没有审定的不算")
    since = serializers.CharField(help_text="报送之后的变动，已报送的单位相加")


class DifferenceSerializer(serializers.Serializer):
    district = serializers.CharField()
    code = serializers.CharField()
    version = serializers.IntegerField(help_text="报送的第几版；变动的记录见 versions 的 changes")
    submitted = serializers.CharField()
    now = serializers.CharField()
    amount = serializers.CharField(help_text="now 减 submitted")


class ConsolidatedSerializer(serializers.Serializer):
    units = ReportedSerializer(many=True, help_text="直接下级各单位报到哪一步")
    rows = RowSerializer(many=True, help_text="各项；个数为整数，金额为万元（字符串）")
    differences = DifferenceSerializer(many=True, help_text="报送之后有变动的单位和指标")


@api("view_counts")
class ConsolidatedMonth(APIView):
    """有下级的单位一个月的汇总：本级计算的数，和各单位报送的、审定的、现在的数之和。"""

    @extend_schema(operation_id="reports_consolidated", responses=ConsolidatedSerializer)
    def get(self, request, region, form, period, unit):
        _, sheet = sheet_above(request, form, period, unit)
        found = consolidated(sheet)
        return Response(
            {
                "units": [_reported(line, found) for line in sheet.below],
                "rows": [_row(row) for row in found.rows],
                "differences": [_difference(one) for one in found.differences],
            }
        )


def _reported(line: Line, found: Consolidated) -> dict:
    approved = found.kept.get(line.unit.pk)
    return {
        "district": line.unit.key,
        "district_name": line.unit.name,
        "state": line.report.state if line.report else Report.State.OPEN,
        "submitted": line.version.number if line.stands else None,
        "approved": approved and approved.number,
    }


def _row(row: Row) -> dict:
    indicator = row.indicator
    return {
        "code": indicator.code,
        "label": indicator.label,
        "unit": indicator.unit,
        **{
            name: _figure(indicator, getattr(row, name))
            for name in ("total", "own", "now", "submitted", "approved")
        },
        "since": _amount(indicator, row.since),
    }


def _difference(one: Difference) -> dict:
    return {
        "district": one.line.unit.key,
        "code": one.indicator.code,
        "version": one.line.version.number,
        "submitted": _figure(one.indicator, one.submitted),
        "now": _figure(one.indicator, one.now),
        "amount": _amount(one.indicator, one.amount),
    }


def _figure(indicator, value):
    return str(shown(indicator, value)) if indicator.is_money else value


def _amount(indicator, value):
    """Unrounded: a difference below a hundredth of a 万元 must be seen."""
    return side_json(Decimal(value)) if indicator.is_money else value


# --- Targets and how far the units are


class GoalSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    words = serializers.CharField(help_text="怎么算完成")


class MarkSerializer(serializers.Serializer):
    target = serializers.IntegerField(allow_null=True, help_text="目标；没有下达的为 null")
    implied = serializers.BooleanField(help_text="没有下达，按不低于上年的数")
    done = serializers.IntegerField(allow_null=True, help_text="完成数；不知道的为 null")
    percent = serializers.IntegerField(allow_null=True, help_text="完成百分之几，不进位")


class ServedSerializer(serializers.Serializer):
    wished = serializers.IntegerField(help_text="有见习意愿的毕业生")
    served = serializers.IntegerField(help_text="其中已服务的")
    percent = serializers.IntegerField(allow_null=True)


class UnitProgressSerializer(serializers.Serializer):
    district = serializers.CharField()
    district_name = serializers.CharField()
    is_total = serializers.BooleanField(help_text="是下级各单位的合计")
    goals = serializers.DictField(child=MarkSerializer(), help_text="按目标的 key")
    served = ServedSerializer()


class ProgressSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    until = serializers.DateField(help_text="算到哪一天")
    gone = serializers.IntegerField(help_text="这一年过去了百分之几")
    goals = GoalSerializer(many=True)
    units = UnitProgressSerializer(many=True)


@api("view_counts")
class Progress(APIView):
    """年度目标的进度：令牌所在的单位和直属各单位的目标、完成数，对照时间进度。"""

    @extend_schema(
        operation_id="targets_progress",
        responses=ProgressSerializer,
        parameters=[OpenApiParameter("year", OpenApiTypes.INT, description="年度；不写为今年。")],
    )
    def get(self, request, region):
        year = year_asked(request)
        reached = served(year.units, request.region.pk, year.year, year.until)
        units = shown_units(request, year.units)
        rows = [_progress(year, unit, units, reached[unit.pk]) for unit in units]
        found = {"year": year.year, "until": year.until, "gone": year.gone}
        return Response(ProgressSerializer(found | {"goals": year.goals, "units": rows}).data)


def _progress(year: Year, unit, units, served) -> dict:
    return {
        "district": unit.key,
        "district_name": unit.name,
        "is_total": adds_up(year.units, unit, units),
        "goals": year.marks(unit),
        "served": served,
    }


# --- Bulletins


class BulletinSerializer(serializers.ModelSerializer):
    form = serializers.CharField(source="form_key")
    period = serializers.DateField(format="%Y-%m")

    class Meta:
        model = Bulletin
        fields = ["id", "form", "period", "title", "published_at"]


class MeasureSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    words = serializers.CharField(help_text="怎么算")
    ranked = serializers.BooleanField(help_text="排名次，大的在前")


class ComparedSerializer(serializers.Serializer):
    district = serializers.CharField(allow_null=True, help_text="合计为 null")
    district_name = serializers.CharField()
    submission = serializers.CharField(help_text=f"{'、'.join(CameIn.labels)}；合计为空")
    values = Figures(help_text="按 measures 的 key；没有的为 null")
    ranks = serializers.DictField(child=serializers.IntegerField(), help_text="按 measures 的 key")


class WholeBulletinSerializer(BulletinSerializer):
    published_by = serializers.CharField(help_text="发布人")
    measures = serializers.SerializerMethodField(help_text="比较哪些项")
    units = serializers.SerializerMethodField(help_text="各单位；最后一行为合计")

    class Meta(BulletinSerializer.Meta):
        fields = [*BulletinSerializer.Meta.fields, "published_by", "text", "measures", "units"]

    @extend_schema_field(MeasureSerializer(many=True))
    def get_measures(self, row):
        return MeasureSerializer(measures_of(row), many=True).data

    @extend_schema_field(ComparedSerializer(many=True))
    def get_units(self, row):
        lines = [*row.figures.get("units", []), row.figures.get("total")]
        return [_compared(line) for line in lines if line]


def _compared(line: dict) -> dict:
    return {
        "district": line.get("key"),
        "district_name": line["name"],
        "submission": line.get("submission", ""),
        "values": {measure.key: line["values"].get(measure.key) for measure in MEASURES},
        "ranks": line.get("ranks", {}),
    }


@api("view_counts")
class Bulletins(ReadOnly):
    """月度通报，发布了的：一份里有正文和各单位的比较。"""

    model = Bulletin
    serializer_class = BulletinSerializer

    def rows(self):
        return Bulletin.objects.filter(state=State.PUBLISHED).select_related(
            "published_by", "region"
        )

    def get_serializer_class(self):
        return WholeBulletinSerializer if self.action == "retrieve" else BulletinSerializer
