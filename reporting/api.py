"""The months in the API: forms, reports, figures, versions, targets.

Figures are as everywhere: counts as integers, money as a string of 万元 with two decimals.
"""

import django_filters
from django.db.models import F, Func, IntegerField
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import ReadOnly, choices, days, districts_of
from jianxi.web import api
from reporting.board import tops
from reporting.compiling import compute
from reporting.conditions import words_of
from reporting.models import Explanation, Form, Report, Target, Version
from reporting.periods import Period
from reporting.presenting import compiled_json, figures_json, finding_json
from reporting.sheet import Sheet, figures_of, findings_of, sheet_of
from reporting.standing import was_late
from reporting.views.address import Month, month_at
from reporting.views.cell import version_at

FIGURES = "按指标编号；个数为整数，金额为两位小数的万元（字符串），缺数为 null"


class Figures(serializers.DictField):
    def __init__(self, **options):
        super().__init__(**{"help_text": FIGURES} | options)


# --- Forms and targets


class IndicatorSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    kind = serializers.CharField()
    definition = serializers.SerializerMethodField(help_text="怎么算")

    def get_definition(self, indicator) -> str:
        return words_of(indicator)


class RuleSerializer(serializers.Serializer):
    code = serializers.CharField()
    expression = serializers.CharField(source="__str__")
    official = serializers.CharField(help_text="表上印的式子")
    severity = serializers.CharField(help_text="block、explain 或 hint")


class FormSerializer(serializers.ModelSerializer):
    indicators = IndicatorSerializer(many=True, source="parsed.indicators")
    rules = RuleSerializer(many=True)

    class Meta:
        model = Form
        fields = ["key", "title", "effective_from", "reporting_level", "indicators", "rules"]


@api("view_counts")
class Forms(ReadOnly):
    """报表：指标、定义和逻辑规则。一张表改版后，各版按启用日并存。"""

    model = Form
    serializer_class = FormSerializer


class TargetSerializer(serializers.ModelSerializer):
    district = serializers.CharField(source="district.key")
    district_name = serializers.CharField(source="district.name")

    class Meta:
        model = Target
        fields = ["id", "year", "district", "district_name", "key", "value"]


class UnitFilter(django_filters.FilterSet):
    """Rows that name their district themselves; `district` takes in the units below."""

    district = django_filters.CharFilter(label="区县的标识；含其下各级。", method="lying_in")

    def lying_in(self, queryset, name, key):
        seen = districts_of(self.request, self.request.parser_context["view"])
        unit = seen.filter(key=key).first()
        if unit is None:
            raise ValidationError({"district": [f"没有标识为“{key}”的区县，或不在令牌的范围内。"]})
        return queryset.filter(district__path__startswith=unit.path)


class TargetFilter(UnitFilter):
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2100)
    key = django_filters.CharFilter(label="指标")


@api("view_counts")
class Targets(ReadOnly):
    """年度目标。"""

    model = Target
    serializer_class = TargetSerializer
    filterset_class = TargetFilter

    def rows(self):
        districts = districts_of(self.request, self)
        return Target.objects.filter(district__in=districts).select_related("district")


# --- Reports


class ReportSerializer(serializers.ModelSerializer):
    form = serializers.CharField(source="form_key")
    period = serializers.DateField(format="%Y-%m")
    district = serializers.CharField(source="district.key")
    district_name = serializers.CharField(source="district.name")
    is_late = serializers.SerializerMethodField(help_text="首次报送迟于时限，或已超期未报")

    class Meta:
        model = Report
        fields = [
            "id",
            "form",
            "period",
            "district",
            "district_name",
            "state",
            "due_on",
            "due_is_provisional",
            "first_submitted_at",
            "is_late",
        ]

    def get_is_late(self, report) -> bool:
        return was_late(report)


class ReportFilter(UnitFilter):
    form = django_filters.CharFilter(field_name="form_key", label="报表的标识")
    state = choices("state", Report.State, "状态")
    locals().update(days("period", "period", "月份的第一天"))


@api("view_counts")
class Reports(ReadOnly):
    """各单位各月的报送情况；数字在下面几个地址。"""

    model = Report
    serializer_class = ReportSerializer
    filterset_class = ReportFilter

    def rows(self):
        districts = districts_of(self.request, self)
        return Report.objects.filter(district__in=districts).select_related("district")


class FindingSerializer(serializers.Serializer):
    district = serializers.CharField()
    rule = serializers.CharField()
    outcome = serializers.CharField(help_text="fail 或 unknown")
    severity = serializers.CharField()
    left = serializers.CharField(allow_null=True, help_text="左边；个数为整数，金额为万元字符串")
    right = serializers.CharField(allow_null=True)


class MonthSerializer(serializers.Serializer):
    region = serializers.CharField()
    period = serializers.CharField()
    form = serializers.CharField()
    deadline = serializers.DateField(allow_null=True)
    provisional = serializers.BooleanField()
    districts = serializers.DictField(child=Figures(), help_text="按单位简称")
    total = Figures(allow_null=True, help_text="整个统筹区；令牌看不到全区时为 null")
    rules = FindingSerializer(many=True, help_text="没有通过的规则")


@api("view_counts")
class WholeMonth(APIView):
    """一个月各单位的数字，按现在的记录计算。"""

    @extend_schema(operation_id="reports_month", responses=MonthSerializer)
    def get(self, request, region, form, period: Period):
        documents = [
            compiled_json(compute(at.form, period, at.unit))
            for at in (month_at(request, form, period, unit.key) for unit in tops(request.access))
        ]
        if not documents:
            raise Http404
        whole = documents[0]
        for other in documents[1:]:  # an office in each of several units
            whole["districts"] |= other["districts"]
            whole["rules"] += other["rules"]
        return Response(whole)


class ExplainedSerializer(serializers.Serializer):
    """As it was submitted, and what was decided of it in this version."""

    reason = serializers.ChoiceField(Explanation.Reason.choices, help_text="原因")
    text = serializers.CharField(help_text="说明")
    state = serializers.ChoiceField(Explanation.State.choices, help_text="在这一版里认可与否")
    by = serializers.CharField(help_text="认可人或退回人；还没有决定的为空")
    note = serializers.CharField(help_text="认可或退回的意见")


class VersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    submitted_by = serializers.CharField()
    is_late = serializers.BooleanField()
    figures = Figures()
    rules = FindingSerializer(many=True)
    explanations = serializers.DictField(
        child=ExplainedSerializer(), help_text="按规则编号；不能查看记录的为空"
    )


class UnitMonthSerializer(serializers.Serializer):
    region = serializers.CharField()
    period = serializers.CharField()
    form = serializers.CharField()
    district = serializers.CharField()
    district_name = serializers.CharField()
    state = serializers.CharField(help_text="还没有编制过的为 open")
    due_on = serializers.DateField(allow_null=True)
    due_is_provisional = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True, help_text="figures 取自第几版")
    figures = Figures(
        help_text=f"已报送的为报送的数，否则为 below 相加，没有下级的为现在的数。{FIGURES}"
    )
    figures_now = Figures(help_text="按现在的记录")
    rules = FindingSerializer(many=True, help_text="按 figures 没有通过的规则")
    below = serializers.DictField(child=Figures(), help_text="直接下级的 figures，按简称")


@api("view_counts")
class UnitMonth(APIView):
    """一个单位一个月的数字，与页面和官方表格一致。"""

    @extend_schema(operation_id="reports_unit_month", responses=UnitMonthSerializer)
    def get(self, request, region, form, period: Period, unit):
        at = month_at(request, form, period, unit)
        sheet = sheet_of(at.form, period, at.unit)
        return Response(_unit_month(at, sheet))


def _unit_month(at: Month, sheet: Sheet) -> dict:
    own = sheet.own
    parsed, report = at.form.parsed, own.report
    return {
        "region": at.form.region.slug,
        "period": str(at.period),
        "form": at.form.key,
        "district": at.unit.key,
        "district_name": at.unit.name,
        "state": report.state if report else Report.State.OPEN,
        "due_on": report and report.due_on,
        "due_is_provisional": bool(report and report.due_is_provisional),
        "version": own.version.number if own.stands else None,
        "figures": figures_json(parsed, sheet.total),
        "figures_now": figures_json(parsed, own.now),
        "rules": [finding_json(at.form, finding, at.unit.name) for finding in sheet.findings],
        "below": {line.unit.name: figures_json(parsed, line.figures) for line in sheet.below},
    }


@api("view_counts")
class Versions(APIView):
    """一个单位一个月报送过的各版，最新的在前。"""

    @extend_schema(operation_id="reports_versions", responses=VersionSerializer(many=True))
    def get(self, request, region, form, period: Period, unit):
        at = month_at(request, form, period, unit)
        rows = Version.objects.filter(
            report__form_key=form, report__period=period.start, report__district=at.unit
        )
        may_see = request.access.may("view_records", at.unit)
        found = rows.select_related("form", "submitted_by")
        return Response([_version(at, row, may_see) for row in found])


def _version(at: Month, row: Version, may_see: bool) -> dict:
    """Explanations may speak of persons: told to who may see records."""
    return {
        "number": row.number,
        "submitted_at": row.submitted_at,
        "submitted_by": str(row.submitted_by),
        "is_late": row.is_late,
        "figures": figures_json(row.form.parsed, figures_of(row)),
        "rules": [finding_json(row.form, one, at.unit.name) for one in findings_of(row)],
        "explanations": row.explanations if may_see else {},
    }


class FrozenCellSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    unit = serializers.CharField()
    figure = serializers.CharField(help_text="个数为整数，金额为万元字符串")
    records = serializers.IntegerField(help_text="报送时背后有几条记录，见 cells 的 members")


class VersionWithCellsSerializer(VersionSerializer):
    cells = FrozenCellSerializer(many=True)


@api("view_counts")
class OneVersion(APIView):
    """报送过的一版：数字、没有通过的规则、说明，以及每个数背后有几条记录。"""

    @extend_schema(operation_id="reports_version", responses=VersionWithCellsSerializer)
    def get(self, request, region, form, period: Period, unit, number):
        at = month_at(request, form, period, unit)
        version = version_at(at, str(number))
        may_see = request.access.may("view_records", at.unit)
        return Response(_version(at, version, may_see) | {"cells": _frozen_cells(version)})


def _frozen_cells(version: Version) -> list[dict]:
    counted = Func(F("records"), function="cardinality", output_field=IntegerField())
    rows = version.cells.annotate(counted=counted).values_list("code", "counted")
    kept, shown = dict(rows), figures_json(version.form.parsed, figures_of(version))
    return [
        {
            "code": indicator.code,
            "label": indicator.label,
            "unit": indicator.unit,
            "figure": shown[indicator.code],
            "records": kept[indicator.code],
        }
        for indicator in version.form.parsed.indicators
        if indicator.code in kept
    ]
