"""What the reporting unit may enter, and what the region sets."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from jianxi.files import IMAGES, PDF, check
from jianxi.workflow import LONGEST_COMMENT
from regions.models import District
from reporting import opening
from reporting.compiling import Finding
from reporting.definitions import Indicator
from reporting.models import Explanation
from reporting.periods import InvalidPeriod, Period

SCAN_TYPES, SCAN_MEGABYTES = {PDF} | IMAGES, 20
LARGEST_PLAN = 10_000_000
SUBSTANCE = 8  # characters, of them so many different:
VARIETY = 5
LONGEST = 500  # of an explanation; no field cuts it off
AT_MOST = f"最多 {LONGEST} 个字。"
TOO_LONG = f"说明最多 {LONGEST} 个字，现在 %(show_value)d 个，请删减。"
SAY_WHY = "请写明原因：涉及哪些记录、为什么不一致"
NOT_CHOSEN = "请选择"
LAPSED = "数字有变动，原来的说明已失效。请核对、修改后重新保存。"
MOVED_ON = "填写期间记录有变动，两边的数已不是刚才的数。请按上面现在的数核对后再保存。"


class PlanForm(forms.Form):
    """The one figure a unit may enter; blank: the count stands."""

    plan = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_PLAN,
        required=False,
        help_text="填报本月的计划数；留空则按协议计算。",
    )

    def __init__(self, *args, indicator: Indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].label = f"{indicator.code} {indicator.label}"


class ScanForm(forms.Form):
    scan = forms.FileField(
        label="盖章扫描件",
        required=False,
        help_text=f"PDF、JPEG 或 PNG，最大 {SCAN_MEGABYTES} MB。随报送存入版本。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        if scan is None:
            raise ValidationError("请选择要上传的文件。")
        scan.content_type = check(scan, types=SCAN_TYPES, megabytes=SCAN_MEGABYTES)
        return scan


class CommentForm(forms.Form):
    """What goes with a decision; `what` it is called where it is too long."""

    comment = forms.CharField(required=False)

    def __init__(self, *args, what: str = "意见", most: int = LONGEST_COMMENT, **kwargs):
        super().__init__(*args, **kwargs)
        too_long = MaxLengthValidator(most, f"{what}最多 {most:,} 个字，请删减。")
        self.fields["comment"].validators.append(too_long)


class ExplanationsForm(forms.Form):
    """A reason and a text for each rule that asks for one. Each is written about two sides, which travel with
    the form: if they have changed in the meantime, the reason is not taken."""

    def __init__(self, *args, findings: list[Finding], rows: Iterable[Explanation], **kwargs):
        super().__init__(*args, **kwargs)
        self.findings = {finding.rule: finding for finding in findings}
        known = {row.rule: row for row in rows}
        self.sent_back: dict[str, Explanation] = {}
        for code, finding in self.findings.items():
            row = known.get(code)
            lapsed = row and (row.left, row.right) != (finding.left, finding.right)
            if row and row.state == Explanation.State.SENT_BACK and not lapsed:
                self.sent_back[code] = row
            self.fields[reason_of(code)] = forms.ChoiceField(
                label=f"{code} 原因",
                required=False,
                choices=[("", NOT_CHOSEN), *Explanation.Reason.choices],
                initial=row.reason if row else "",
            )
            self.fields[code] = forms.CharField(
                label=f"{code} 说明",
                required=False,
                initial=row.text if row else "",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=(LAPSED if lapsed else self._asked_again(code)) + AT_MOST,
                validators=[of_substance, MaxLengthValidator(LONGEST, TOO_LONG)],
            )
            self.fields[sides_of(code)] = forms.CharField(
                required=False, initial=as_sides(finding), widget=forms.HiddenInput
            )

    def clean(self):
        for code, finding in self.findings.items():
            if self.data.get(self.add_prefix(sides_of(code))) != as_sides(finding):
                self.add_error(code, MOVED_ON)
            text = self.cleaned_data.get(code, "").strip()
            reason = self.cleaned_data.get(reason_of(code))
            typed = (self.data.get(self.add_prefix(code)) or "").strip()
            if typed and reason == "":
                self.add_error(reason_of(code), "请选择原因。")
            if reason and not typed:
                self.add_error(code, f"请写明说明；不作说明的，原因改回“{NOT_CHOSEN}”。")
            row = self.sent_back.get(code)
            if row and text == row.text:
                self.add_error(code, f"{self._asked_again(code)}现在还是原来的文字。")
        return self.cleaned_data

    def _asked_again(self, code: str) -> str:
        row = self.sent_back.get(code)
        return f"说明被退回，请重写。意见：{row.decided_note}。" if row else ""

    def reasons(self) -> dict[str, str]:
        """By rule."""
        return {code: self.cleaned_data[reason_of(code)] for code in self.findings}

    def texts(self) -> dict[str, str]:
        """By rule; "" for none."""
        return {code: self.cleaned_data[code].strip() for code in self.findings}


def reason_of(code: str) -> str:
    """The name of the field in which a rule's reason is chosen."""
    return f"{code}-reason"


def sides_of(code: str) -> str:
    """The name of the hidden field beside a rule's."""
    return f"{code}-sides"


def as_sides(finding: Finding) -> str:
    return f"{finding.left}/{finding.right}"


def of_substance(text: str):
    """A reason says something: not 无, not 同上, not the same sign over and over."""
    said = [sign for sign in text if sign.isalnum()]
    if len(said) < SUBSTANCE:
        raise ValidationError(f"{SAY_WHY}（至少 {SUBSTANCE} 个字）。")
    if len(set(said)) < VARIETY:
        raise ValidationError(f"内容重复，{SAY_WHY}。")


class StartForm(forms.Form):
    """How the region reports: the first month, and whether a second person confirms."""

    reporting_starts = forms.CharField(
        label="开始报送的月份",
        required=False,
        help_text="写成 2026-09 的样子。留空表示以前月份的数字由记录算出；填写后，这个月的“上期数”取下面的期初数。",
        widget=forms.TextInput(attrs={"placeholder": "2026-09", "inputmode": "numeric"}),
    )
    two_person_submission = forms.BooleanField(
        label="报送须由另一人复核：经办提交，复核确认后才报出",
        required=False,
    )

    def clean_reporting_starts(self) -> Period | None:
        text = self.cleaned_data["reporting_starts"].strip()
        if not text:
            if opening.any_entered():
                raise ValidationError("已经填有期初数，请先清空期初数，再去掉开始月份。")
            return None
        try:
            first = Period.parse(text)
        except InvalidPeriod as error:
            raise ValidationError(str(error)) from error
        if first.start > timezone.localdate():
            raise ValidationError("开始报送的月份不能晚于本月。")
        if first.start.month == 1 and opening.any_paid():
            raise ValidationError("已填有本年累计拨付的期初数；从 1 月开始的，请先清空它们。")
        return first


class OpeningForm(forms.Form):
    """A table of figures: a row for each unit, a field for each opening figure."""

    def __init__(self, *args, units: list[District], columns: list[opening.Column], **kwargs):
        super().__init__(*args, **kwargs)
        self.units, self.columns = units, columns
        for unit in units:
            for column in columns:
                self.fields[name_of(unit, column)] = self._field(unit, column.indicator)

    def _field(self, unit: District, indicator: Indicator):
        facts = {
            "label": f"{unit.name}：{indicator.label}",
            "required": False,
            "min_value": 0,
            "widget": forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}),
        }
        if indicator.is_money:
            return forms.DecimalField(max_digits=14, decimal_places=2, **facts)
        return forms.IntegerField(max_value=LARGEST_PLAN, **facts)

    def figures(self, unit: District) -> dict[opening.Key, Decimal | None]:
        found = {c.key: self.cleaned_data[name_of(unit, c)] for c in self.columns}
        return {key: None if value is None else Decimal(value) for key, value in found.items()}


def name_of(unit: District, column: opening.Column) -> str:
    return f"{unit.key}.{column.form.key}.{column.indicator.code}"
