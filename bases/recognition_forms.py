"""What an employer files to become a base, and what the district writes down of its visit."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import NameField
from bases.models import BaseApplication, Visit
from bases.rules import NEEDED, RELAXED
from jianxi.drafts import DraftForm
from jianxi.identifiers import InvalidIdentifier, clean_text, parse_phone

KINDS = ("企业", "事业单位", "社会组织", "国家机关", "基层服务平台", "其他")
LISTS = "key_enterprise_lists"


def _choose(*values: str) -> list[tuple[str, str]]:
    return [("", "请选择"), *((one, one) for one in dict.fromkeys(values) if one)]


class BaseFilingForm(DraftForm):
    """`policy`: which lists of enterprises, and which relaxations, the region knows."""

    sections = (
        (
            "单位",
            (
                "employer_kind",
                "industry",
                "founded_on",
                "insured",
                "insured_as_of",
                "key_enterprise",
                "relaxed_as",
                "recommended_by",
                "introduction",
            ),
        ),
        ("联系人", ("contact_name", "contact_phone")),
        ("见习安排", ("address", "places_a_year")),
        ("管理和带教", ("safety_rules", "internship_plan", "duties", "mentors")),
    )

    employer_kind = forms.ChoiceField(label="单位类型")
    industry = forms.CharField(label="行业", max_length=60, help_text="如：软件和信息服务业。")
    founded_on = forms.DateField(label="成立日期", help_text="营业执照或登记证书上的日期。")
    insured = forms.IntegerField(label="参保人数", min_value=0, max_value=10_000_000)
    insured_as_of = forms.DateField(
        label="参保人数截至", help_text="参保证明上的日期，以后核算用这一天的人数。"
    )
    key_enterprise = forms.ChoiceField(label="重点企业类别", help_text="不在名单里就不选。")
    relaxed_as = forms.ChoiceField(
        label="适用放宽条件的类别",
        help_text="成立年限或参保人数达不到一般条件、又属于这些类别的，选一项并上传证明。",
    )
    recommended_by = forms.CharField(
        label="推荐部门", max_length=60, help_text="由部门推荐的填写，没有就留空。"
    )
    introduction = forms.CharField(
        label="单位简介和经营状况",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="做什么业务，多少员工，近年经营情况。",
    )
    contact_name = NameField(label="联系人")
    contact_phone = forms.CharField(label="联系电话", max_length=40)
    address = forms.CharField(
        label="见习场所地址", max_length=200, help_text="写到门牌，考察时按这个地址去。"
    )
    places_a_year = forms.IntegerField(label="每年计划提供岗位数", min_value=1, max_value=100_000)
    safety_rules = forms.CharField(
        label="安全管理制度",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写要点：岗前培训、劳动保护、意外处理。全文可以在下面上传。",
    )
    internship_plan = forms.CharField(
        label="见习计划",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="哪些部门接收，各阶段学什么，怎样考核。",
    )
    duties = forms.CharField(
        label="见习管理职责分工",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="哪个部门牵头，谁管考勤、生活费和保险。",
    )
    mentors = forms.CharField(
        label="带教老师",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一位：姓名，职务或职称，从业年限。",
    )

    class Meta:
        model = BaseApplication
        fields = [
            "employer_kind",
            "industry",
            "founded_on",
            "insured",
            "insured_as_of",
            "key_enterprise",
            "relaxed_as",
            "recommended_by",
            "introduction",
            "contact_name",
            "contact_phone",
            "address",
            "places_a_year",
            "safety_rules",
            "internship_plan",
            "duties",
            "mentors",
        ]

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, needed=NEEDED, **kwargs)
        row = self.instance
        self.fields["employer_kind"].choices = _choose(*KINDS, row.employer_kind)
        self._offer("key_enterprise", policy.value(LISTS, []))
        self._offer("relaxed_as", policy.value(RELAXED, []))

    def _offer(self, name, values):
        """A choice, with what was chosen before; no field where the documents name no kinds."""
        if values:
            self.fields[name].choices = _choose(*values, getattr(self.instance, name))
        else:
            del self.fields[name]

    def clean_founded_on(self):
        return _not_to_come(self.cleaned_data["founded_on"])

    def clean_insured_as_of(self):
        return _not_to_come(self.cleaned_data["insured_as_of"])

    def clean_contact_phone(self):
        phone = self.cleaned_data["contact_phone"]
        if phone:
            try:
                return parse_phone(phone)
            except InvalidIdentifier as fault:
                raise ValidationError(f"{fault}。") from None
        return phone


class VisitForm(forms.ModelForm):
    """`received`: the day the application was submitted; nobody goes to see it before."""

    class Meta:
        model = Visit
        fields = ["visited_on", "place", "people", "premises", "business", "need", "finding"]
        widgets = {
            "premises": forms.Textarea(attrs={"rows": 3}),
            "business": forms.Textarea(attrs={"rows": 3}),
            "need": forms.Textarea(attrs={"rows": 3}),
            "finding": forms.RadioSelect,
        }
        help_texts = {
            "people": "参加考察的人员，用顿号隔开。",
            "premises": "场地、设施、劳动保护和安全卫生条件。",
            "business": "是否正常经营，业务和用工情况。",
            "need": "准备提供哪些岗位，带教力量够不够。",
        }

    def __init__(self, *args, received: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.received = received
        self.fields["finding"].choices = Visit.Finding.choices
        for name in ("premises", "business", "need"):
            self.fields[name].max_length = 4000

    def clean_visited_on(self):
        day = _not_to_come(self.cleaned_data["visited_on"])
        if day < self.received:
            raise ValidationError(f"不能早于提交申报那天（{self.received:%Y-%m-%d}）。")
        return day

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                try:
                    self.cleaned_data[name] = clean_text(value)
                except InvalidIdentifier as fault:
                    self.add_error(name, f"{fault}。")


def _not_to_come(day):
    today = timezone.localdate()
    if day and day > today:
        raise ValidationError(f"不能晚于今天（{today:%Y-%m-%d}）。")
    return day
