"""What anyone may ask: which positions, which bases, whether one is entitled."""

from datetime import date

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from jianxi.lists import ListFilter
from positions.education import LEVELS, required_level
from positions.models import Position
from positions.rules import GATES
from positions.search import holding
from trainees.register_forms import YesOrNo, ask_employed, ask_studying
from trainees.rules import SCHOOLING, Facts

ALLOWANCES = (1500, 2000, 2500, 3000)


class OpenPositionFilter(ListFilter):
    """`policy`: where no education may be asked for, it is no filter either."""

    words = "岗位、单位、地点"

    category = django_filters.ChoiceFilter(
        label="岗位类别", choices=Position.Category.choices, empty_label="全部"
    )
    education = django_filters.ChoiceFilter(
        label="我的学历", choices=list(LEVELS.items()), method="open_to", empty_label="不限"
    )
    allowance = django_filters.ChoiceFilter(
        label="每月生活费",
        choices=[(least, f"{least:,} 元以上") for least in ALLOWANCES],
        field_name="allowance",
        lookup_expr="gte",
        empty_label="不限",
    )

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, **kwargs)
        if GATES in policy and policy[GATES].value:
            del self.filters["education"]

    def search(self, queryset, name, words):
        sought = holding(words)
        return queryset.none() if sought is None else queryset.filter(sought)

    def open_to(self, queryset, name, level):
        return queryset.alias(level=required_level()).filter(level__lte=int(level))


class OpenBaseFilter(ListFilter):
    words = "单位名称、行业"

    def search(self, queryset, name, words):
        named = Q(profile__name__icontains=words) | Q(profile__industry__icontains=words)
        return queryset.filter(named)


class CheckForm(forms.Form):
    """Five questions at most, and of these only what the region's documents make a difference of.
    What is not answered stays open: nothing is required."""

    birth_date = forms.DateField(label="出生日期")
    schooling = forms.ChoiceField(
        label="最后毕业的学校", choices=[("", "没有毕业或不清楚"), *SCHOOLING.items()]
    )
    graduated_on = forms.DateField(label="毕业日期", help_text="毕业证上的日期。")
    studying, employed = ask_studying(), ask_employed()
    registered = YesOrNo(label="办过失业登记？", help_text="在街道、社区或网上办，当场办好。")

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
        rule = policy.get("unemployment_must_be_registered")
        if not (rule and rule.value):
            del self.fields["registered"]

    def clean_birth_date(self):
        day, today = self.cleaned_data["birth_date"], timezone.localdate()
        if day and not date(1900, 1, 1) <= day <= today:
            raise ValidationError("这个日期不对，请核对年份。")
        return day

    def facts(self) -> Facts:
        return Facts(group="", **self.cleaned_data)
