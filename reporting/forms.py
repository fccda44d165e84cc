"""What the reporting unit may enter, and what the region sets."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import escape

from jianxi.files import IMAGES, PDF, check
from regions.models import District
from reporting import opening
from reporting.board import years
from reporting.compiling import Finding
from reporting.definitions import Indicator
from reporting.models import Explanation, Form
from reporting.periods import InvalidPeriod, Period
from reporting.rules import Outcome, explain

SCAN_TYPES, SCAN_MEGABYTES = {PDF} | IMAGES, 20
LARGEST_PLAN = 10_000_000
SUBSTANCE = 8  # characters, of them so many different:
VARIETY = 5
MOVED_ON = "刚才的数字已经变动（现在是：{now}）。请核对后重新说明。"


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
        help_text=f"PDF、JPEG 或 PNG，最大 {SCAN_MEGABYTES} MB。随报送存入版本。",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": "请选择要上传的文件。"},
    )

    def clean_scan(self):
        scan = self.cleaned_data["scan"]
        scan.content_type = check(scan, types=SCAN_TYPES, megabytes=SCAN_MEGABYTES)
        return scan


class CommentForm(forms.Form):
    comment = forms.CharField(
        max_length=1000,
        required=False,
        error_messages={"max_length": "意见最多 1,000 个字，请删减。"},
    )


class ExplanationsForm(forms.Form):
    """A reason for each rule that asks for one. Each is written about two sides, which travel with
    the form: if they have changed in the meantime, the reason is not taken."""

    def __init__(
        self,
        *args,
        form: Form,
        findings: list[Finding],
        rows: Iterable[Explanation],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.findings = {finding.rule: finding for finding in findings}
        self.lapsed = set()
        known = {row.rule: row for row in rows}
        rules = {rule.code: rule for rule in form.rules}
        for code, finding in self.findings.items():
            row = known.get(code)
            outcome = Outcome(finding.outcome, finding.left, finding.right)
            if row and (row.left, row.right) != (finding.left, finding.right):
                self.lapsed.add(code)
            self.fields[code] = forms.CharField(
                label=f"{code} {rules[code]}",
                required=False,
                max_length=500,
                initial=row.text if row else "",
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=escape(explain(rules[code], outcome, form.parsed))
                + (
                    "。数字有变动，原来的说明已失效，请核对后重新保存。"
                    if code in self.lapsed
                    else ""
                ),
                validators=[of_substance],
            )
            self.fields[sides_of(code)] = forms.CharField(
                required=False, initial=as_sides(finding), widget=forms.HiddenInput
            )

    def clean(self):
        for code, finding in self.findings.items():
            if self.data.get(self.add_prefix(sides_of(code))) != as_sides(finding):
                now = self.fields[code].help_text
                self.add_error(code, MOVED_ON.format(now=now))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        """By rule; "" for none."""
        return {code: self.cleaned_data[code].strip() for code in self.findings}


def sides_of(code: str) -> str:
    """The name of the hidden field beside a rule's."""
    return f"{code}-sides"


def as_sides(finding: Finding) -> str:
    return f"{finding.left}/{finding.right}"


def of_substance(text: str):
    """A reason says something: not 无, not 同上, not the same sign over and over."""
    said = [sign for sign in text if sign.isalnum()]
    if len(said) < SUBSTANCE or len(set(said)) < VARIETY:
        raise ValidationError(f"请写明原因：涉及哪些记录、为什么不一致（至少 {SUBSTANCE} 个字）。")


class BoardFilter(forms.Form):
    """Which form, and which year: the region's first and the running one unless asked."""

    form = forms.ChoiceField(label="报表", required=False)
    year = forms.TypedChoiceField(label="年份", coerce=int, required=False, empty_value=None)
    page = forms.IntegerField(min_value=1, max_value=1000, required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, used: list[Form]):
        super().__init__(data)
        self.used = {form.key: form for form in used}
        self.first = next(iter(self.used.values()), None)
        self.asked = self.used.get(data.get("form"), self.first)
        known = years(self.asked.key) if self.asked else []
        self.latest = known[0] if known else None
        self.fields["form"].choices = [(key, form.title) for key, form in self.used.items()]
        self.fields["year"].choices = [(year, f"{year}年") for year in known]
        self.initial = {"form": self.asked and self.asked.key, "year": self.latest}

    @property
    def chosen(self) -> tuple[Form | None, int | None, int]:
        """The form, the year, and the page of units below."""
        found = self.cleaned_data
        return self.asked, found["year"] or self.latest, found["page"] or 1


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
