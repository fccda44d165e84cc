"""An employer's months in the API: read and confirmed by the employer's own programs."""

from django.core.exceptions import ValidationError as Unsound
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from bases.access import employer_api
from jianxi.api import Sent
from jianxi.periods import InvalidPeriod, Period
from jianxi.web import access
from trainees.models import Agreement
from trainees.month_checks import base_of, changed_since, check_of, confirm, not_now
from trainees.month_sheet import MonthSheet, sheet_of
from trainees.months import due


class MonthAgreementSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="trainee.name", help_text="姓名")
    position = serializers.IntegerField(source="position_id", help_text="岗位的 id")
    missing = serializers.CharField(help_text="该记而没有记的；空为没有")

    class Meta:
        model = Agreement
        fields = [
            "id",
            "number",
            "name",
            "position",
            "planned_start",
            "planned_end",
            "arrived_on",
            "ended_on",
            "end_kind",
            "outcome",
            "missing",
        ]


class OwnMonthSerializer(serializers.Serializer):
    month = serializers.CharField(help_text="月份，YYYY-MM")
    base = serializers.IntegerField(help_text="基地的 id")
    due_on = serializers.DateField(help_text="最迟哪天核对")
    not_now = serializers.CharField(help_text="现在不能核对的原因；空为能核对")
    seen = serializers.CharField(help_text="名单的版本，核对时原样交回")
    on_post = serializers.IntegerField(help_text="在岗人数")
    arrived = serializers.IntegerField(help_text="本月到岗人数")
    ended = serializers.IntegerField(help_text="本月结束人数")
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="核对时间；空为没有核对")
    confirmed_by = serializers.CharField(allow_null=True, help_text="核对人")
    note = serializers.CharField(allow_null=True, help_text="核对时的说明")
    changes = serializers.IntegerField(help_text="核对之后有变动的人数")
    agreements = MonthAgreementSerializer(many=True, help_text="本月的见习协议")


class ConfirmSerializer(serializers.Serializer):
    seen = serializers.CharField(max_length=64, help_text="名单的版本，取自 seen")
    note = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=300,
        help_text="还有没补记的，写明为什么",
    )


@access(employer_api)
class OwnMonth(Sent, GenericAPIView):
    """本单位一个月的见习人员名单，月份写作 YYYY-MM；POST 表示核对无误。

    为几家单位办事的，用参数 unit 指明是哪一家。
    """

    serializer_class = ConfirmSerializer

    @extend_schema(responses=OwnMonthSerializer)
    def get(self, request, *args, **kwargs):
        return self.answer(*self.find())

    @extend_schema(responses=OwnMonthSerializer)
    def post(self, request, *args, **kwargs):
        sent = self.get_serializer(data=request.data)
        sent.is_valid(raise_exception=True)
        base, month = self.find()
        try:
            confirm(base, month, actor=request.user, **sent.validated_data)
        except Unsound as fault:
            raise ValidationError(fault.message_dict) from fault
        return self.answer(base, month)

    def find(self):
        try:
            month = Period.parse(self.kwargs["month"])
        except InvalidPeriod as fault:
            raise NotFound(str(fault)) from fault
        if month.start > timezone.localdate():
            raise NotFound("这个月还没有开始。")
        base = base_of(self.request.profile, month)
        if base is None:
            raise NotFound("单位在这个月不是见习基地，没有要核对的。")
        return base, month

    def answer(self, base, month):
        sheet = sheet_of(base, month, timezone.localdate())
        return Response(OwnMonthSerializer(self.told(sheet)).data)

    def told(self, sheet: MonthSheet) -> dict:
        check = check_of(sheet.base, sheet.month)
        missing = {gap.row.pk: gap.words for gap in sheet.gaps}
        for row in sheet.rows:
            row.missing = missing.get(row.pk, "")
        return {
            "month": str(sheet.month),
            "base": sheet.base.pk,
            "due_on": due(sheet.month).date,
            "not_now": not_now(sheet),
            "seen": sheet.digest,
            "on_post": len(sheet.on_post),
            "arrived": len(sheet.arrived),
            "ended": sheet.left,
            "confirmed_at": check and check.confirmed_at,
            "confirmed_by": check and check.confirmed_by.name,
            "note": check and check.note,
            "changes": len(changed_since([check])[check.pk]) if check else 0,
            "agreements": sheet.rows,
        }
