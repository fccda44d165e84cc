"""What is asked and typed about bases."""

import django_filters
from django import forms
from django.utils import timezone

from bases.models import Base, EmployerProfile, InsuredHeadcount
from bases.queries import BaseState
from jianxi.corrections import RecordForm
from jianxi.identifiers import clean_name, parse_phone
from jianxi.lists import ListFilter, days
from regions.models import District


class BaseFilter(ListFilter):
    words = "单位名称、信用代码"

    state = django_filters.ChoiceFilter(
        label="状态", choices=BaseState.choices, method="by_state", empty_label="全部"
    )
    recognised_since, recognised_until = days("recognised_on", "认定日期")


class EmployerForm(RecordForm):
    """What the region knows of the employer; the insured headcount is kept with its date."""

    section = "单位"
    insured = forms.IntegerField(label="参保人数", required=False, min_value=0, max_value=10**7)
    insured_on = forms.DateField(label="参保人数截至", required=False)

    past = ("founded_on", "insured_on")

    class Meta:
        model = EmployerProfile
        fields = [
            "name",
            "kind",
            "industry",
            "founded_on",
            "key_enterprise",
            "recommended_by",
            "contact_name",
            "contact_phone",
        ]

    def __init__(self, *args, instance, **kwargs):
        latest = instance.insured_headcounts.first()
        initial = {"insured": latest and latest.count, "insured_on": latest and latest.as_of}
        initial |= kwargs.pop("initial", {})
        super().__init__(*args, instance=instance, initial=initial, **kwargs)

    def clean_contact_name(self):
        name = self.cleaned_data["contact_name"]
        if not name:
            return name
        with self.told_at("contact_name"):
            return clean_name(name)

    def clean_contact_phone(self):
        phone = self.cleaned_data["contact_phone"]
        if phone and phone != "无":
            with self.told_at("contact_phone"):
                return parse_phone(phone)
        return phone

    def clean(self):
        cleaned = super().clean()
        if "insured" in self.changed_data or "insured_on" in self.changed_data:
            for name in ("insured", "insured_on"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, "参保人数和截至日期要一起填写。")
        return cleaned

    def save(self, commit=True):
        profile = super().save()
        if "insured" in self.changed_data or "insured_on" in self.changed_data:
            InsuredHeadcount.objects.update_or_create(
                profile=profile,
                as_of=self.cleaned_data["insured_on"],
                defaults={"count": self.cleaned_data["insured"], "region": profile.region},
            )
        return profile


class BaseForm(RecordForm):
    section = "基地"
    at = {"base_exits_after_recognition": "exited_on"}
    past = ("exited_on",)

    class Meta:
        model = Base
        fields = ["recognised_on", "valid_until", "exited_on", "exit_reason"]


class MoveForm(forms.Form):
    """`districts`: where the user may move bases to."""

    to = forms.ModelChoiceField(None, label="划入区县", empty_label="请选择")
    on = forms.DateField(
        label="自哪一天起", help_text="这一天起的数字计入划入区县；此前的仍归原区县。"
    )
    reason = forms.CharField(label="事由", min_length=2, max_length=200)

    def __init__(self, *args, districts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = districts.lowest().valid_on(timezone.localdate())
        self.fields["to"].label_from_instance = District.__str__
