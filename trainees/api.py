"""Youths and their agreements in the API; personal data is masked, and has no filter."""

import django_filters
from rest_framework import serializers

from jianxi.api import Records, choices, days, filters, number
from jianxi.web import api
from trainees.models import Agreement, Group, Trainee


class MaskedField(serializers.CharField):
    """A personal column, masked as on every page."""

    def __init__(self, **options):
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, row):
        return row.masked(self.field_name)


class TraineeSerializer(serializers.ModelSerializer):
    name = MaskedField(help_text="姓名，隐去")
    document_number = MaskedField(help_text="证件号码，隐去")
    phone = MaskedField(help_text="手机号，隐去")
    home_district = serializers.CharField(
        source="home_district.key", default=None, help_text="常住区县的标识"
    )

    class Meta:
        model = Trainee
        fields = [
            "id",
            "name",
            "document_type",
            "document_number",
            "sex",
            "group",
            "education",
            "school",
            "major",
            "graduated_on",
            "unemployed_since",
            "hardship",
            "phone",
            "home_district",
        ]


class AgreementSerializer(serializers.ModelSerializer):
    trainee = serializers.IntegerField(source="trainee_id", help_text="人员的 id")
    trainee_name = serializers.SerializerMethodField(help_text="姓名，隐去")
    position = serializers.IntegerField(source="position_id", help_text="岗位的 id")
    position_number = serializers.CharField(source="position.number", help_text="岗位编号")
    base = serializers.IntegerField(source="position.base_id", help_text="基地的 id")
    base_name = serializers.CharField(source="position.base.profile.name", help_text="单位名称")
    district = serializers.CharField(source="position.base.district.key", help_text="区县的标识")

    class Meta:
        model = Agreement
        fields = [
            "id",
            "number",
            "trainee",
            "trainee_name",
            "position",
            "position_number",
            "base",
            "base_name",
            "district",
            "group",
            "signed_on",
            "planned_start",
            "planned_end",
            "arrived_on",
            "ended_on",
            "end_kind",
            "outcome",
            "outcome_on",
            "allowance",
        ]

    def get_trainee_name(self, row) -> str:
        return row.trainee.masked("name")


@api("view_records")
class Trainees(Records):
    """见习人员：在这些区县见习过，或常住在这些区县。"""

    model = Trainee
    serializer_class = TraineeSerializer
    filterset_class = filters(group=choices("group", Group, "人员类别"))

    def rows(self):
        return Trainee.objects.select_related("home_district")


@api("view_records")
class Agreements(Records):
    """见习协议：已结束的也在内，已作废的不在。"""

    model = Agreement
    serializer_class = AgreementSerializer
    filterset_class = filters(
        trainee=number("trainee", "人员的 id"),
        position=number("position", "岗位的 id"),
        base=number("position__base", "基地的 id"),
        number=django_filters.CharFilter(label="协议编号"),
        group=choices("group", Group, "签订时的人员类别"),
        end_kind=choices("end_kind", Agreement.EndKind, "结束方式"),
        outcome=choices("outcome", Agreement.Outcome, "就业去向"),
        **days("signed_on", "signed", "签订日期"),
        **days("arrived_on", "arrived", "到岗日期"),
        **days("ended_on", "ended", "结束日期"),
    )

    def rows(self):
        return Agreement.objects.select_related(
            "trainee", "position__base__profile", "position__base__district"
        )
