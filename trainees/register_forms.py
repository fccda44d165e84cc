"""What a youth types about himself or herself."""

from datetime import date

from django import forms
from django.utils import timezone

from jianxi.corrections import EARLIEST, EMPTIED
from jianxi.crypto import keyed_hash
from jianxi.identifiers import (
    DOCUMENT_KINDS,
    MALE,
    RESIDENT_ID,
    InvalidIdentifier,
    clean_name,
    clean_text,
    parse_bank_card,
    parse_document,
)
from positions.education import LEVELS
from regions.models import District
from trainees.groups import group_words
from trainees.models import Trainee
from trainees.rules import GRADUATE, SCHOOLING, Facts, eligibility

IDENTITY = ("name", "document_type", "document_number", "birth_date", "sex")
BARE = ("birth_date", "sex")  # told by some numbers, typed for the others
WISHES, CARD = "见习意向", "收生活费的银行卡"
CAN_WAIT = (WISHES, CARD)
HARDSHIPS = [
    "低保家庭",
    "零就业家庭",
    "脱贫家庭",
    "防止返贫监测对象",
    "残疾",
    "孤儿",
    "特困人员",
]
# Which question answers which finding.
ANSWERS = {
    "schooling": "schooling",
    "graduation": "graduated_on",
    "studying": "studying",
    "without_work": "employed",
    "registered": "unemployed_since",
}
CARD_LOOKS_WRONG = "银行卡号不合一般的编号规则，可能有一位写错了，请对照卡面再核对一次。"


class YesOrNo(forms.TypedChoiceField):
    """A question that may stay open."""

    def __init__(self, *, label: str, help_text: str = "", **kwargs):
        super().__init__(
            label=label,
            help_text=help_text,
            choices=[("yes", "是"), ("no", "不是")],
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value)


def ask_studying() -> YesOrNo:
    return YesOrNo(label="现在还在学校读书？", required=False)


def ask_employed() -> YesOrNo:
    return YesOrNo(
        label="现在有工作？",
        help_text="签了劳动合同、缴职工社保、自己开公司都算有工作。",
        required=False,
    )


def questions(group: str, policy, day: date) -> list[str]:
    """The fields that tell whether somebody of the group may take part."""
    asked = [finding.key for finding in eligibility(Facts(group), policy, day)]
    return [field for key, field in ANSWERS.items() if key in asked]


class Hardships(forms.MultipleChoiceField):
    """Several marks in one column, as 低保家庭、残疾. What a ledger wrote there stays on offer."""

    widget = forms.CheckboxSelectMultiple

    def prepare_value(self, value):
        return value.split("、") if isinstance(value, str) and value else value

    def clean(self, value):
        return "、".join(super().clean(value))


class RegisterForm(forms.ModelForm):
    """A youth's record in the region in scope, as the youth keeps it.

    `policy`: what the groups are asked. `fixed`: who it is was checked by a district and is no
    longer changed here. After cleaning `document` is the one that was read, None where it is
    fixed. What the chosen group is not asked may be there all the same, and is left out.
    """

    sections = (
        ("您是谁", IDENTITY),
        (
            "学历和现状",
            (
                "schooling",
                "graduated_on",
                "studying",
                "employed",
                "unemployed_since",
                "education",
                "school",
                "major",
            ),
        ),
        (WISHES, ("home_district", "wish", "skills", "hardship")),
        (CARD, ("bank_card", "bank")),
    )
    use_required_attribute = False

    group = forms.ChoiceField(label="您属于", widget=forms.RadioSelect)
    name = forms.CharField(
        label="姓名", max_length=50, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    document_type = forms.ChoiceField(
        label="证件类型",
        choices=[(kind.code, kind.label) for kind in DOCUMENT_KINDS.values()],
        initial=RESIDENT_ID.code,
    )
    document_number = forms.CharField(
        label="证件号码",
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    birth_date = forms.DateField(
        label="出生日期",
        required=False,
        widget=forms.DateInput(attrs={"autocomplete": "bday"}),
    )
    schooling = forms.ChoiceField(
        label="最后毕业的学校", choices=[("", "请选择"), *SCHOOLING.items()], required=False
    )
    graduated_on = forms.DateField(label="毕业日期", help_text="毕业证上的日期。", required=False)
    studying = ask_studying()
    employed = ask_employed()
    unemployed_since = forms.DateField(
        label="失业登记日期",
        help_text="在街道、社区或网上办的失业登记；还没有办的先空着，办好后补上。",
        required=False,
    )
    education = forms.ChoiceField(label="学历", required=False)
    home_district = forms.ModelChoiceField(
        None, label="常住区县", required=False, empty_label="请选择"
    )
    wish = forms.CharField(
        label="想做什么", max_length=200, required=False, help_text="如：软件测试、社区服务。"
    )
    skills = forms.CharField(
        label="技能特长", max_length=200, required=False, help_text="会什么、有什么证书。"
    )
    hardship = Hardships(label="困难情况", required=False, help_text="有的勾选，区县会优先安排。")
    bank_card = forms.CharField(
        label="银行卡号",
        max_length=40,
        required=False,
        help_text="本人名下的卡，生活费只发到这张卡上。签协议前填好就行。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    class Meta:
        model = Trainee
        fields = [
            "group",
            *IDENTITY,
            "schooling",
            "graduated_on",
            "studying",
            "employed",
            "unemployed_since",
            "education",
            "school",
            "major",
            "home_district",
            "wish",
            "skills",
            "hardship",
            "bank_card",
            "bank",
        ]

    def __init__(self, *args, policy, fixed: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.day = timezone.localdate()
        self.document = None
        words = group_words(self.day)
        self.asked = {group: questions(group, policy, self.day) for group in words}
        self.fields["group"].choices = list(words.items())
        for name in set(ANSWERS.values()) - {one for asked in self.asked.values() for one in asked}:
            del self.fields[name]
        self.fields["sex"].choices = [("", "请选择"), ("F", "女"), ("M", "男")]
        units = District.objects.valid_on(self.day).exclude(parent=None)
        self.fields["home_district"].queryset = units
        self._offer("education", ["初中及以下", *LEVELS.values()], [("", "请选择")])
        self._offer("hardship", HARDSHIPS)
        for name in ("document_number", "birth_date", "bank_card"):
            self._mask(name)
        if fixed:
            for name in IDENTITY:
                del self.fields[name]

    def _offer(self, name, usual, first=()):
        """The usual words, and those the record has already."""
        kept = getattr(self.instance, name)
        own = kept.split("、") if kept and name == "hardship" else [kept] if kept else []
        more = [word for word in own if word not in usual]
        self.fields[name].choices = [*first, *((word, word) for word in [*usual, *more])]

    def _mask(self, name):
        """What is on record is not shown again; left blank it stays."""
        field, masked = self.fields[name], self.instance.masked(name)
        self.initial[name] = ""
        if masked:
            field.required = False
            emptied = f"，填“{EMPTIED}”清空" if name == "bank_card" else ""
            field.help_text = f"现为 {masked}，不改就空着{emptied}。{field.help_text}"

    # --- What the page shows

    def in_sections(self):
        """(title, [(bound field, who it is for)], folded): it is for a group's code, "bare" for
        documents that do not tell, "" for everybody. What can wait is folded at first."""
        for title, names in self.sections:
            shown = [(self[name], self.meant_for(name)) for name in names if name in self.fields]
            if shown:
                new = self.instance.pk is None and not any(name in self.errors for name in names)
                yield title, shown, new and title in CAN_WAIT

    def meant_for(self, name: str) -> str:
        if name in BARE:
            return "bare"
        asking = [group for group, fields in self.asked.items() if name in fields]
        return asking[0] if len(asking) == 1 else ""

    # --- What was typed

    def _clean_fields(self):
        super()._clean_fields()
        group = self.cleaned_data.get("group")
        for name in ANSWERS.values():
            if group and name not in self.asked[group]:  # it does not stand on the page
                self.errors.pop(name, None)
                self.cleaned_data.pop(name, None)
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                self._read(name, clean_name if name == "name" else clean_text, value)
            elif isinstance(value, date) and value < EARLIEST:
                self.add_error(name, "年份不对，请核对。")

    def _read(self, name, read, text):
        """What cannot be read is told at the field; None then."""
        try:
            self.cleaned_data[name] = read(text)
        except InvalidIdentifier as fault:
            self.add_error(name, f"{fault}。")
        return self.cleaned_data.get(name)

    def clean(self):
        cleaned = super().clean()
        if "document_type" in self.fields:
            self._clean_document(cleaned)
        self._clean_card(cleaned)
        since = cleaned.get("unemployed_since")
        if since and since > self.day:
            self.add_error("unemployed_since", "失业登记日期不能晚于今天。")
        asked = "graduated_on" not in self.errors and cleaned.get("group") == GRADUATE
        if asked and not cleaned.get("graduated_on"):
            self.add_error("graduated_on", "请填写毕业日期。还没有毕业的，填预计毕业的日期。")
        return cleaned

    def _clean_document(self, cleaned):
        if not {"document_type", "document_number"} <= cleaned.keys():
            return
        row, code = self.instance, cleaned["document_type"]
        kind = DOCUMENT_KINDS[code]
        if kind.carries_birth_date:
            for name in BARE:
                self.errors.pop(name, None)
        if not cleaned["document_number"]:  # on record already
            if code != row.document_type:
                self.add_error("document_number", "改了证件类型，请把证件号码也填上。")
                return
            cleaned["document_number"] = row.document_number
        number = cleaned["document_number"]
        self.document = self._read(
            "document_number", lambda text: parse_document(kind, text), number
        )
        if self.document is None:
            return
        cleaned["document_type"] = self.document.kind.code
        cleaned["document_number"] = self.document.number
        if self.document.birth_date:
            cleaned["birth_date"] = self.document.birth_date
            cleaned["sex"] = "M" if self.document.sex == MALE else "F"
        elif "birth_date" not in self.errors:
            cleaned["birth_date"] = cleaned.get("birth_date") or row.birth_date
            if cleaned["birth_date"] is None:
                self.add_error("birth_date", f"{kind.label}的号码不带出生日期，请填写。")
            elif cleaned["birth_date"] > self.day:
                self.add_error("birth_date", "出生日期不能晚于今天。")

    def _clean_card(self, cleaned):
        self.card_looks_wrong = False
        typed = cleaned.get("bank_card", "")
        if "bank_card" in self.errors:
            return
        if not typed:
            cleaned["bank_card"] = self.instance.bank_card
        elif typed == EMPTIED:
            cleaned["bank_card"] = ""
        elif card := self._read("bank_card", parse_bank_card, typed):
            cleaned["bank_card"] = card.number
            self.card_looks_wrong = not card.luhn

    def save(self, commit=True):
        """Without writing: `trainees.registering` decides who it is."""
        row = self.instance
        row.bank_card_hash = keyed_hash("card", row.bank_card) if row.bank_card else None
        return row
