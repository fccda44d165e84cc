"""The month's course in the API: what stands against it, the reasons given, and the decisions.

Decisions are the workflow's own; those that freeze a month have an address of their own, because
they wait for whoever is writing records.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.views import APIView

from jianxi.api import Moves, MoveSerializer, StandingSerializer
from jianxi.web import api
from jianxi.workflow import TransitionRefused
from reporting.cells_api import MemberSerializer
from reporting.compiling import Compiled, Finding
from reporting.explaining import explain, sent_back
from reporting.forms import LONGEST, MOVED_ON, of_substance
from reporting.gap_reasons import Why, reasons
from reporting.gaps import gap_of
from reporting.models import Explanation, Report
from reporting.presenting import side_json
from reporting.rules import PASS
from reporting.sheet import sheet_of
from reporting.standing import holders, next_of
from reporting.views.address import Month, month_at, report_at
from reporting.workflow import (
    EDITABLE,
    LOOKED_AT,
    TO_BE_PREPARED,
    WORKFLOW,
    Block,
    blocks,
    month_of,
    sealed,
)

State = Report.State
MOST_RECORDS = 1000
FREEZING = tuple(name for name, one in WORKFLOW.transitions.items() if one.freezing)
SIDE = {"allow_null": True, "help_text": "个数为整数，金额为万元字符串；取不到数时为 null"}


# --- Rules


class JudgedSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="规则的编号")
    expression = serializers.CharField(help_text="判断的式子")
    official = serializers.CharField(help_text="表上印的式子")
    severity = serializers.CharField(help_text="block、explain 或 hint")
    outcome = serializers.CharField(help_text="pass（含本期不适用的）、fail 或 unknown")
    left = serializers.CharField(**SIDE)
    right = serializers.CharField(**SIDE)


class BehindSerializer(MemberSerializer):
    why = serializers.CharField(help_text=f"为什么造成差额：{'、'.join(Why.values)}")
    words = serializers.CharField(help_text="原因的一句话，如从哪里划到哪里")


class GapSerializer(JudgedSerializer):
    table = serializers.CharField(allow_null=True, help_text="记录所在，同 cells")
    records = BehindSerializer(
        many=True,
        allow_null=True,
        help_text=f"造成不成立的记录，最多 {MOST_RECORDS} 条；不由记录决定时为 null",
    )


@api("view_counts")
class Rules(APIView):
    """一个单位一个月的每条规则，按 figures 的数判断：已报送的按报送的数，否则按下级相加或现在的记录。"""

    @extend_schema(operation_id="reports_rules", responses=JudgedSerializer(many=True))
    def get(self, request, region, form, period, unit):
        at = month_at(request, form, period, unit)
        findings = {one.rule: one for one in sheet_of(at.form, period, at.unit).findings}
        return Response([_judged(rule, findings.get(rule.code)) for rule in at.form.rules])


@api("view_records")
class OneRule(APIView):
    """一条规则按现在的记录是否成立，以及造成差额的记录。"""

    @extend_schema(operation_id="reports_rule", responses=GapSerializer)
    def get(self, request, region, form, period, unit, rule):
        at = month_at(request, form, period, unit, "view_records")
        found = next((one for one in at.form.rules if one.code == rule), None)
        if found is None:
            raise Http404
        findings = sheet_of(at.form, period, at.unit).own.findings_now
        finding = next((one for one in findings if one.rule == rule), None)
        gap = gap_of(at.form, period, at.unit, found) if finding else None
        known = gap is not None and gap.records is not None
        groups = reasons(at.form, period, at.unit, found, gap) if known else []
        why = {member.record: group for group in groups for member in group.records}
        return Response(
            _judged(found, finding)
            | {
                "table": gap and gap.source,
                "records": [
                    {
                        "record": member.record,
                        "contribution": str(member.contribution),
                        "why": why[member.record].why,
                        "words": why[member.record].words,
                    }
                    for member in gap.records[:MOST_RECORDS]
                ]
                if known
                else None,
            }
        )


def _judged(rule, finding: Finding | None) -> dict:
    return {
        "code": rule.code,
        "expression": str(rule),
        "official": rule.official,
        "severity": rule.severity,
        "outcome": finding.outcome if finding else PASS,
        "left": finding and side_json(finding.left),
        "right": finding and side_json(finding.right),
    }


# --- Explanations


class ExplanationSerializer(serializers.ModelSerializer):
    lapsed = serializers.SerializerMethodField(help_text="两边的数已变，须重新说明")
    left = serializers.SerializerMethodField(help_text="说明时左边的数")
    right = serializers.SerializerMethodField(help_text="说明时右边的数")
    state_label = serializers.CharField(source="get_state_display", help_text="状态的名称")

    class Meta:
        model = Explanation
        fields = [
            "rule",
            "left",
            "right",
            "reason",
            "text",
            "state",
            "state_label",
            "decided_note",
            "lapsed",
        ]

    def get_lapsed(self, row) -> bool:
        return self.context["sides"].get(row.rule) != (row.left, row.right)

    def get_left(self, row) -> str | None:
        return self._side(row, 0, row.left)

    def get_right(self, row) -> str | None:
        return self._side(row, 1, row.right)

    def _side(self, row, number: int, kept) -> str | None:
        """As rules give it while it holds; else as it was kept, money in yuan."""
        now = self.context["sides"].get(row.rule)
        if now and now[number] == kept:
            return _said(now[number])
        return None if kept is None else str(kept)


class GivenSerializer(serializers.Serializer):
    rule = serializers.CharField(max_length=12, help_text="规则的编号")
    left = serializers.CharField(max_length=40, help_text="rules 给出的左边的数", allow_null=True)
    right = serializers.CharField(max_length=40, help_text="rules 给出的右边的数", allow_null=True)
    reason = serializers.ChoiceField(Explanation.Reason.choices, help_text="原因")
    text = serializers.CharField(max_length=LONGEST, validators=[of_substance], help_text="说明")


@api("view_records")
class Explanations(APIView):
    """需要说明的规则和已写的说明。POST 写一条：两边的数须与现在的一致，月报须还没有报出。"""

    parser_classes = [JSONParser]

    @extend_schema(operation_id="reports_explanations", responses=ExplanationSerializer(many=True))
    def get(self, request, region, form, period, unit):
        at = month_at(request, form, period, unit, "view_records")
        report = report_at(at)
        rows = report.explanations.order_by("rule")
        return Response(ExplanationSerializer(rows, many=True, context=_sides(report)).data)

    @extend_schema(
        operation_id="reports_explain", request=GivenSerializer, responses=ExplanationSerializer
    )
    def post(self, request, region, form, period, unit):
        given = GivenSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        at = month_at(request, form, period, unit, "prepare_reports")
        row = _given(at, **given.validated_data)
        return Response(ExplanationSerializer(row, context=_sides(row.report)).data)


def _given(at: Month, *, rule: str, left, right, reason: str, text: str) -> Explanation:
    """Keep a reason about the two sides as they are. Raises PermissionDenied, TransitionRefused
    where the month is out or the sides have moved on, ValidationError for a rule that asks for
    none."""
    if at.unit.is_root:
        raise PermissionDenied  # the region reports to nobody here
    report = report_at(at, lock=True)
    if report.state not in EDITABLE:
        raise TransitionRefused(f"现在是“{report.get_state_display()}”，不能再填写说明。")
    findings = {f.rule: f for f in month_of(report).findings[at.unit.pk]}
    finding = findings.get(rule)
    if finding is None or finding.severity != "explain":
        raise ValidationError({"rule": [f"规则 {rule} 现在不需要说明。"]})
    if (left, right) != (_said(finding.left), _said(finding.right)):
        raise TransitionRefused(MOVED_ON)
    return explain(report, finding, reason, text)


def _sides(report: Report) -> dict:
    findings = month_of(report).findings[report.district_id]
    return {"sides": {one.rule: (one.left, one.right) for one in findings}}


def _said(side) -> str | None:
    shown = side_json(side)
    return None if shown is None else str(shown)


# --- Decisions


class BlockSerializer(serializers.Serializer):
    rule = serializers.CharField(help_text="规则的编号，不是规则的为空")
    words = serializers.CharField(help_text="一句话，同页面上的“还不能报送”")


class MonthStandingSerializer(StandingSerializer):
    next = serializers.CharField(help_text="现在轮到谁，同页面上写的；不等谁办时为空")
    blocked_by = BlockSerializer(
        many=True,
        help_text="挡着下一步的：报送以前是还不能报送的原因，报送以后是退回的说明；"
        "不为空时 submit、hand_up、confirm、approve 不予办理（409）",
    )
    seen = serializers.CharField(
        help_text="这次读到的数字、没有通过的规则、说明和版本的凭据，办理时原样交回；moves 里没有要它的动作时为空"
    )


class SeenMoveSerializer(MoveSerializer):
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=20_000,
        help_text="GET 给出的 seen。报送、提交复核、复核报送、审定必填：之后有变动的不予办理（409），"
        "说明里写明从多少变到多少，重新 GET 再办",
    )


class MonthMoves(Moves):
    model = Report
    workflow = WORKFLOW
    serializer_class = SeenMoveSerializer

    @extend_schema(responses=MonthStandingSerializer)
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)

    @extend_schema(responses=MonthStandingSerializer)
    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs)

    def facts(self, report, sent):
        """What was looked at. Who may not decide is told that first, by the workflow."""
        name, seen = sent["move"], sent.get("seen", "")
        if name not in LOOKED_AT:
            return {}
        if not seen and name in [one.name for one in WORKFLOW.open_to(self.request.user, report)]:
            raise ValidationError({"seen": ["请带上 GET 给出的 seen。"]})
        return {"seen": seen}

    def answer(self, report):
        state, label, moves = self.standing(report)
        to_be_submitted = state in TO_BE_PREPARED | {State.CONFIRMING}
        compiled = month_of(report) if to_be_submitted and not report.district.is_root else None
        step = next_of(report, report.district.parent)
        told = {
            "state": state,
            "state_label": label,
            "moves": moves,
            "seen": "",
            "next": step.words(holders([step])) if step else "",
            "blocked_by": [one._asdict() for one in _in_the_way(report, compiled)],
        }
        if LOOKED_AT & {one["move"] for one in moves}:
            told["seen"] = sealed(report, compiled)
        return Response(MonthStandingSerializer(told).data)

    def find(self):
        named = {name: self.kwargs[name] for name in ("form", "period", "unit")}
        return report_at(month_at(self.request, **named))


def _in_the_way(report: Report, compiled: Compiled | None) -> list[Block]:
    if compiled is not None:
        return blocks(report, compiled)
    back = sent_back(report) if report.state == State.SUBMITTED else []
    return [Block(f"规则 {rule} 的说明已退回", rule) for rule in back]


@api("view_counts")
class Course(MonthMoves):
    """月报现在的状态、能办的动作（提交复核、撤回、退回、审定）、轮到谁办和挡着的原因。报送和复核报送见 submission。"""

    elsewhere = FREEZING


@api("view_counts")
class Submission(MonthMoves):
    """报送、复核报送：本月的数字和记录从此固定。"""

    elsewhere = tuple(name for name in WORKFLOW.transitions if name not in FREEZING)
