"""Payments in the API."""

import django_filters
from rest_framework import serializers

from jianxi.api import Records, choices, days, filters, number
from jianxi.web import api
from subsidies.models import Payment


class PaymentSerializer(serializers.ModelSerializer):
    base = serializers.IntegerField(source="base_id", allow_null=True, help_text="基地的 id")
    base_name = serializers.CharField(
        source="base.profile.name", default=None, help_text="单位名称；期初没有"
    )
    district = serializers.SerializerMethodField(help_text="区县的标识")

    class Meta:
        model = Payment
        fields = [
            "id",
            "number",
            "base",
            "base_name",
            "district",
            "kind",
            "purpose",
            "paid_on",
            "amount",
            "level",
            "note",
        ]

    def get_district(self, row) -> str:
        return (row.base or row).district.key


@api("view_records")
class Payments(Records):
    """补贴拨付：金额（元）总是正数，追回看类型。"""

    model = Payment
    serializer_class = PaymentSerializer
    filterset_class = filters(
        base=number("base", "基地的 id"),
        number=django_filters.CharFilter(label="拨付编号"),
        kind=choices("kind", Payment.Kind, "类型"),
        purpose=choices("purpose", Payment.Purpose, "用途"),
        **days("paid_on", "paid", "拨付日期"),
    )

    def rows(self):
        return Payment.objects.select_related("base__profile", "base__district", "district")
