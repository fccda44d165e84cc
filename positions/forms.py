"""What is asked and typed about positions."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import NameField
from jianxi import files
from jianxi.corrections import RecordForm
from jianxi.drafts import DraftForm
from jianxi.lists import ListFilter, days
from jianxi.workflow import LONGEST_COMMENT
from positions.education import CHOICES
from positions.models import Position
from positions.queries import PositionState
from positions.rules import GATES, PUBLIC_FUNDS, needed

MEGABYTES = 5  # of a sheet of positions


class PositionFilter(ListFilter):
    words = "岗位、编号、单位"

    state = django_filters.ChoiceFilter(
        label="状态", choices=PositionState.choices, method="by_state", empty_label="全部"
    )
    category = django_filters.ChoiceFilter(
        label="岗位类别", choices=Position.Category.choices, empty_label="全部"
    )
    published_since, published_until = days("published_on", "发布日期")


class PositionForm(RecordForm):
    section = "岗位"
    at = {
        "position_number_once": "number",
        "position_has_places": "headcount",
        "position_closes_after_publication": "closed_on",
        "position_allowance_not_negative": "allowance",
        "position_published_on_a_day": "published_on",
    }
    past = ("closed_on",)

    class Meta:
        model = Position
        fields = [
            "number",
            "title",
            "category",
            "headcount",
            "published_on",
            "valid_until",
            "closed_on",
            "education",
            "major",
            "hazards",
            "allowance",
            "benefits",
            "months",
            "workplace",
            "mentor",
            "contact",
            "is_model",
            "duties",
        ]


class FilingForm(DraftForm):
    """A position as its employer files it. `policy`: what education and major may be asked for, and
    who pays the allowance."""

    sections = (
        ("岗位", ("title", "category", "headcount", "workplace", "duties")),
        ("要求", ("education", "major", "hazards")),
        ("待遇和期限", ("allowance", "benefits", "months", "valid_until")),
        ("带教和联系", ("mentor", "contact")),
    )

    title = forms.CharField(
        label="岗位名称", max_length=80, help_text="青年搜索时看到的名字，如：前端开发见习生。"
    )
    category = forms.ChoiceField(
        label="岗位类别", choices=Position.Category.choices, widget=forms.RadioSelect
    )
    headcount = forms.IntegerField(label="招募人数", min_value=1, max_value=9999)
    workplace = forms.CharField(
        label="工作地点", max_length=200, help_text="写到门牌，方便青年估算路程。"
    )
    duties = forms.CharField(
        label="岗位职责",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="做什么、学什么、跟谁学。写得具体，报名的人更合适。",
    )
    education = forms.ChoiceField(label="学历要求", choices=[(one, one) for one in CHOICES])
    major = forms.CharField(label="专业要求", max_length=200, help_text="不限就留空。")
    hazards = forms.BooleanField(
        label="有危险作业", help_text="如高处、高温、有毒有害。勾选后不接收未满 18 周岁的。"
    )
    allowance = forms.DecimalField(
        label="月基本生活费（元）", min_value=0, max_digits=10, decimal_places=2
    )
    benefits = forms.CharField(label="食宿等待遇", max_length=200, help_text="如：包午餐、有宿舍。")
    months = forms.IntegerField(label="见习期限（月）", min_value=1, max_value=36)
    valid_until = forms.DateField(label="招募有效期至", help_text="过了这一天自动停止招募。")
    mentor = NameField(label="带教老师", help_text="不公开，审核和签协议时用。")
    contact = forms.CharField(
        label="公开的联系方式",
        max_length=80,
        help_text="显示在岗位页面上，任何人可见；不想公开就留空。如：人力资源部 023-6000 0000。",
    )

    class Meta:
        model = Position
        fields = [
            "title",
            "category",
            "headcount",
            "workplace",
            "duties",
            "education",
            "major",
            "hazards",
            "allowance",
            "benefits",
            "months",
            "valid_until",
            "mentor",
            "contact",
        ]

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, needed=needed(policy), **kwargs)
        if GATES in policy and policy[GATES].value:
            del self.fields["education"], self.fields["major"]
        if PUBLIC_FUNDS in policy:
            self.fields["allowance"].label = "单位另给的月补助（元）"
            self.fields[
                "allowance"
            ].help_text = "基本生活费由就业补助资金发放；单位另给的写在这里。"

    def clean_valid_until(self):
        day, today = self.cleaned_data["valid_until"], timezone.localdate()
        if day and day < today:
            raise ValidationError(f"不能早于今天（{today:%Y-%m-%d}）。")
        return day


class SheetForm(forms.Form):
    file = forms.FileField(
        label="填好的表格",
        help_text=f"xlsx 格式，最大 {MEGABYTES} MB。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择表格。", "empty": "文件是空的。"},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        files.check(file, types={files.XLSX}, megabytes=MEGABYTES)
        return file


class DecisionForm(forms.Form):
    """A decision on many at once."""

    comment = forms.CharField(
        label="意见",
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回、不予通过必须写明，单位看得到。",
    )
