"""What is typed of a draft form."""

from django import forms
from django.core.exceptions import ValidationError

from regions.models import District
from reporting.drafting import LONGEST_TEXT, earliest, judged
from reporting.models import FormDraft
from reporting.periods import InvalidPeriod, Period


class FactsForm(forms.ModelForm):
    """What is said of a draft beside its definition."""

    effective_from = forms.CharField(
        label="从哪个月起用",
        max_length=10,
        help_text="写成 2026-12 的样子，须是还没有开始的月份。",
        widget=forms.TextInput(attrs={"placeholder": "2026-12", "inputmode": "numeric"}),
    )

    class Meta:
        model = FormDraft
        fields = ["key", "effective_from", "reporting_level", "order"]
        help_texts = {
            "key": "小写字母、数字，如 monthly12；与现有报表相同就是给它改版。",
            "reporting_level": "由哪一级的单位向统筹区报送；留空为直属的各单位。",
            "order": "在各报表中排第几，从 0 起。",
        }
        error_messages = {
            "key": {"invalid": "标识只能用字母、数字、下划线和短横线，不能有空格和汉字。"}
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        levels = [
            (value, label) for value, label in District.Kind.choices if value != District.Kind.ROOT
        ]
        self.fields["reporting_level"].choices = [("", "直属的各单位"), *levels]
        if self.instance.pk:
            self.fields["key"].disabled = True
            self.initial["effective_from"] = f"{self.instance.effective_from:%Y-%m}"

    def clean_effective_from(self):
        try:
            period = Period.parse(self.cleaned_data["effective_from"].strip())
        except InvalidPeriod as error:
            raise ValidationError(str(error)) from error
        if period < earliest():
            raise ValidationError(f"最早从 {earliest()} 起用；已经开始的月份仍按原来的报表。")
        return period.start

    def applied_to(self, draft: FormDraft) -> FormDraft:
        """The draft with what was typed."""
        return forms.models.construct_instance(self, draft, self._meta.fields)

    def _get_validation_exclusions(self):
        """The region stands by itself: a second draft of a form is told at the key."""
        return super()._get_validation_exclusions() - {"region"}


class DraftForm(FactsForm):
    """`file`, where one is chosen, takes the place of the text."""

    file = forms.FileField(
        label="定义文件",
        required=False,
        help_text="TOML 或 JSON；选了文件就用文件里的，不用下面的文字。",
        widget=forms.FileInput(attrs={"accept": ".toml,.json,.txt"}),
    )
    text = forms.CharField(
        label="定义",
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={"rows": 24, "class": "definition-text", "spellcheck": "false"}
        ),
    )

    class Meta(FactsForm.Meta):
        fields = [*FactsForm.Meta.fields, "text"]

    field_order = [*FactsForm.Meta.fields, "file", "text"]

    def clean(self):
        found = super().clean()
        file = found.get("file")
        if file:
            self._from_file(file)
        text = found.get("text") or ""
        if not text.strip():
            self.add_error("text", "请填写定义，或选择定义文件。")
        elif found.get("key") and "text" not in self.errors and "file" not in self.errors:
            try:
                judged(found["key"], text)
            except ValidationError as error:
                self.add_error("file" if file else "text", error)
        return found

    def _from_file(self, file):
        if file.size > 4 * LONGEST_TEXT:
            self.add_error("file", "文件过大，不像一张报表的定义。")
            return
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", "文件不是 UTF-8 编码的文字，请另存后再选。")
            return
        if len(text) > LONGEST_TEXT or "\0" in text:
            self.add_error("file", "文件过大或有不能显示的字符，不像一张报表的定义。")
            return
        self.cleaned_data["text"] = text.replace("\r\n", "\n")
