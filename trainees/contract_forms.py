"""What is typed about agreements: their terms, the code that signs, and what happens afterwards."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import NameField
from jianxi.drafts import DraftForm
from jianxi.identifiers import InvalidIdentifier, clean_text
from positions.rules import PUBLIC_FUNDS
from trainees.contract_rules import needed
from trainees.models import Agreement, Contract

YEARS_AHEAD = 3 * 366  # days
EndKind, Outcome = Agreement.EndKind, Agreement.Outcome
EMPTY = [("", "还不清楚")]


class ContractForm(DraftForm):
    """The terms as the employer draws them up. `policy`: who pays the allowance."""

    sections = (
        ("期限和时间", ("planned_start", "planned_end", "hours")),
        ("岗位和带教", ("workplace", "duties", "mentor")),
        ("待遇", ("allowance", "benefits")),
        ("保险", ("insurer", "insurance_number")),
        ("其他", ("more_terms",)),
    )

    planned_start = forms.DateField(label="约定开始")
    planned_end = forms.DateField(label="约定结束", help_text="最后一天。")
    hours = forms.CharField(label="见习时间", max_length=100)
    workplace = forms.CharField(label="见习地点", max_length=200)
    duties = forms.CharField(
        label="见习内容",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    mentor = NameField(label="带教老师")
    allowance = forms.DecimalField(
        label="月基本生活费（元）", min_value=0, max_digits=10, decimal_places=2
    )
    benefits = forms.CharField(label="食宿等待遇", max_length=200, help_text="没有就留空。")
    insurer = forms.CharField(
        label="保险公司", max_length=80, help_text="还没有买的可以先空着，到岗前补上。"
    )
    insurance_number = forms.CharField(label="保险单号", max_length=60)
    more_terms = forms.CharField(
        label="其他约定",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="双方另外商定的，写在协议最后；没有就留空。",
    )

    class Meta:
        model = Contract
        fields = [
            "planned_start",
            "planned_end",
            "hours",
            "workplace",
            "duties",
            "mentor",
            "allowance",
            "benefits",
            "insurer",
            "insurance_number",
            "more_terms",
        ]

    def __init__(self, *args, policy, **kwargs):
        super().__init__(*args, needed=needed(policy), **kwargs)
        if PUBLIC_FUNDS in policy:
            field = self.fields["allowance"]
            field.label = "单位另给的月补助（元）"
            field.help_text = "基本生活费由就业补助资金发放；没有另给的就留空。"

    def clean_planned_start(self):
        return _in_reach(self.cleaned_data["planned_start"])

    def clean_planned_end(self):
        return _in_reach(self.cleaned_data["planned_end"])

    def clean(self):
        """The dates as they would be kept: what was not touched is what another window made it."""
        start, end = (self._kept(name) for name in ("planned_start", "planned_end"))
        if start and end and end < start:
            for name in ("planned_start", "planned_end"):
                if name in self.cleaned_data:
                    self.add_error(name, f"约定结束（{end}）不能早于约定开始（{start}）。")

    def _kept(self, name):
        touched = name in self.changed_data and name in self.cleaned_data
        return self.cleaned_data[name] if touched else getattr(self.instance, name)


def _in_reach(day):
    today = timezone.localdate()
    if day and abs((day - today).days) > YEARS_AHEAD:
        raise ValidationError("日期离今天太远，请核对年份。")
    return day


class CodeForm(forms.Form):
    code = forms.CharField(
        label="短信验证码",
        max_length=10,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "maxlength": "6",
                "data-focus": "",  # what the page waits for, wherever it stands
            }
        ),
    )


class Words(forms.CharField):
    """Text that can be kept."""

    def clean(self, value):
        try:
            return clean_text(super().clean(value))
        except InvalidIdentifier as fault:
            raise ValidationError(f"{fault}。") from None


class InsuranceForm(forms.Form):
    insurer = Words(label="保险公司", max_length=80)
    insurance_number = Words(label="保险单号", max_length=60)


# --- After signing: a form for each of trainees.course.MOVES, its fields the move's facts


class ArrivalForm(forms.Form):
    arrived_on = forms.DateField(label="到岗日期", help_text="本人实际来见习的第一天。")


class MentorForm(forms.Form):
    mentor = NameField(label="新的带教老师")
    reason = Words(label="更换原因", max_length=200, help_text="本人看得到。")


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(label="就业去向", choices=EMPTY + Outcome.choices, required=False)
    outcome_on = forms.DateField(
        label="就业日期", required=False, help_text="签劳动合同或者上班的日期；没有就业的不填。"
    )


class EndForm(OutcomeForm):
    ended_on = forms.DateField(label="结束日期", help_text="不再见习的第一天。")
    end_kind = forms.ChoiceField(
        label="结束方式",
        choices=[one for one in EndKind.choices if one[0] != EndKind.CANCELLED],
        widget=forms.RadioSelect,
    )
    end_reason = Words(
        label="结束原因", max_length=200, required=False, help_text="非正常结束的必须写明。"
    )

    field_order = ["ended_on", "end_kind", "end_reason", "outcome", "outcome_on"]


class CancelForm(forms.Form):
    reason = Words(label="取消原因", max_length=200, help_text="对方看得到。")


FORMS = {
    "arrive": ArrivalForm,
    "mentor": MentorForm,
    "end": EndForm,
    "outcome": OutcomeForm,
    "cancel": CancelForm,
}
