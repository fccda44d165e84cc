"""The forms of a holiday notice and of a minimum wage."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from regions.models import MinimumWage
from regions.notices import UnreadableNotice, read_notice
from regions.wages import named_districts

FIRST_YEAR = 2004  # the first with 调休 by notice


class NoticeForm(forms.Form):
    """`cleaned_data["days"]` is the list of NoticeDay that the text names."""

    year = forms.IntegerField(label="年份", min_value=FIRST_YEAR)
    notice = forms.CharField(
        label="通知文号", max_length=100, help_text="如：国办发明电〔2026〕7号。"
    )
    days = forms.CharField(
        label="放假和上班的日期",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="粘贴通知里各节假日的安排，一段一行；也可以写成"
        "“元旦 2027-01-01 至 2027-01-03 放假，2027-01-04 上班”。",
    )

    def clean_year(self):
        year = self.cleaned_data["year"]
        latest = timezone.localdate().year + 1
        if year > latest:
            raise ValidationError(f"放假安排只提前一年公布，最多填到 {latest} 年。")
        return year

    def clean_days(self):
        if (year := self.cleaned_data.get("year")) is None:
            return []
        try:
            return read_notice(year, self.cleaned_data["days"])
        except UnreadableNotice as unreadable:
            raise ValidationError(list(unreadable.faults)) from unreadable


class WageForm(forms.ModelForm):
    """A rate as it was announced. `districts`: the one it is for, or those to choose from."""

    class Meta:
        model = MinimumWage
        fields = ["amount", "effective_from", "source"]
        help_texts = {"source": "如：渝府发〔2026〕1号。会显示在岗位的自动核验里。"}

    def __init__(self, *args, districts, **kwargs):
        self.districts = list(districts)
        super().__init__(*args, **kwargs)

    def clean(self):
        cleaned = super().clean()
        units, day = cleaned.get("units", self.districts), cleaned.get("effective_from")
        others = MinimumWage.objects.exclude(pk=self.instance.pk).select_related("district")
        taken = others.filter(district__in=units, effective_from=day) if day else []
        if names := "、".join(str(rate.district) for rate in taken):
            self.add_error("effective_from", f"从这一天起的标准已经录入：{names}。")
        return cleaned


class NewWageForm(WageForm):
    """`cleaned_data["units"]` are the units named; none: the whole region, where the user keeps
    its rate."""

    units = forms.CharField(
        label="适用区县",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="照文件粘贴，如“万州区、涪陵区、永川区”。",
    )
    field_order = ["units", "amount", "effective_from", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.root = next((unit for unit in self.districts if unit.is_root), None)
        if self.root:
            self.fields["units"].help_text += f"留空：{self.root}全境；单列的区县按自己的标准。"

    def clean_units(self):
        units = named_districts(self.cleaned_data["units"], self.districts)
        if not units and not self.root:
            raise ValidationError("请写明适用哪些区县。")
        return units or [self.root]

    def save_all(self, region) -> list[MinimumWage]:
        fields = {name: self.cleaned_data[name] for name in self._meta.fields}
        return [
            MinimumWage.objects.create(region=region, district=unit, **fields)
            for unit in self.cleaned_data["units"]
        ]
