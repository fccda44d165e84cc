"""What is asked and typed about payments."""

import django_filters
from django import forms

from bases.models import Base
from jianxi.corrections import RecordForm
from jianxi.identifiers import normalise
from jianxi.lists import ListFilter, days
from subsidies.models import Payment

KINDS = [choice for choice in Payment.Kind.choices if choice[0] != Payment.Kind.OPENING]


class PaymentFilter(ListFilter):
    words = "编号、单位"

    kind = django_filters.ChoiceFilter(label="类型", choices=KINDS, empty_label="全部")
    purpose = django_filters.ChoiceFilter(
        label="用途", choices=Payment.Purpose.choices, empty_label="全部"
    )
    level = django_filters.ChoiceFilter(
        label="资金层级", choices=Payment.Level.choices, empty_label="全部"
    )
    paid_since, paid_until = days("paid_on", "拨付日期")


class PaymentForm(RecordForm):
    """`districts`: where the user edits; a base may be named only there."""

    section = "补贴拨付"
    at = {"payment_number_once": "number", "payment_above_zero": "amount"}
    past = ("paid_on",)

    uscc = forms.CharField(label="统一社会信用代码", max_length=40, help_text="收到补贴的基地。")
    kind = forms.ChoiceField(label="类型", choices=KINDS, initial=Payment.Kind.PAYMENT)

    class Meta:
        model = Payment
        fields = ["number", "kind", "purpose", "paid_on", "amount", "level", "note"]

    def __init__(self, *args, instance, districts, **kwargs):
        initial = {"uscc": instance.base.profile.employer.uscc} if instance.base_id else {}
        super().__init__(
            *args, instance=instance, initial=initial | kwargs.pop("initial", {}), **kwargs
        )
        self.districts = districts
        self.order_fields(["number", "uscc"])

    def clean(self):
        cleaned = super().clean()
        if (uscc := cleaned.get("uscc")) and "uscc" in self.changed_data:
            within = Base.objects.standing().in_districts(self.districts)
            if base := within.filter(profile__employer__uscc=normalise(uscc)).first():
                self.instance.base = base
            else:
                self.add_error("uscc", "您办理的区县里没有这个代码的基地。")
        return cleaned
