"""The form of a holiday notice."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from regions.notices import UnreadableNotice, read_notice

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
