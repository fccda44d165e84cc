"""What is typed of one part of a draft: the head, an indicator, a rule, how far figures may change.

Each form answers `definition`, the whole table with this part as typed, once it is valid; a fault
that the whole gets with it is told at its field.
"""

from dataclasses import MISSING, fields

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError

from reporting import editing
from reporting.conditions import CONDITIONS, SOURCES
from reporting.definitions import (
    KINDS,
    MONEY_UNIT,
    SCOPE_WORDS,
    SEVERITY_WORDS,
    FormDefinition,
    Indicator,
    InvalidForm,
    RuleSource,
)
from reporting.draft_forms import FactsForm
from reporting.drafting import LONGEST_TEXT, spoilt, told, written
from reporting.loading import LONGEST, LONGEST_TITLE, check
from reporting.models import FormDraft


def printable(text: str):
    if not text.isprintable():
        raise ValidationError("有不能显示的字符。")


class Text(forms.CharField):
    """A line of a form's own words."""

    def __init__(self, *, longest: int = LONGEST, **kwargs):
        super().__init__(max_length=longest, validators=[printable], **kwargs)


class Lines(forms.CharField):
    """Texts, one to a line."""

    def __init__(self, *, rows: int, longest: int = LONGEST, **kwargs):
        self.longest = longest
        super().__init__(
            required=False, max_length=10_000, widget=forms.Textarea({"rows": rows}), **kwargs
        )

    def prepare_value(self, value):
        return value if value is None or isinstance(value, str) else "\n".join(value)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines()]
        lines = [line for line in lines if line]
        for line in lines:
            printable(line)
            if len(line) > self.longest:
                raise ValidationError(f"“{line[:20]}…”太长，一行最多 {self.longest} 个字。")
        return lines


class Part:
    """A form of one part. `table`: the definition as it stands."""

    elsewhere: str | None = None  # the field where faults are told that no column is known of

    def __init__(self, *args, table: dict, **kwargs):
        self.table = self.definition = table
        super().__init__(*args, **kwargs)

    def clean(self):
        found = super().clean()
        if not self.errors:
            self.definition = self.changed(found)
            if fault := spoilt(self.table, self.definition):
                column = getattr(fault, "column", "")
                self.add_error(column if column in self.fields else self.elsewhere, told(fault))
            elif len(written(self.definition)) > LONGEST_TEXT:
                self.add_error(None, "整张表的定义太长了，请减少指标、规则或说明。")
        return found

    def changed(self, found: dict) -> dict:
        raise NotImplementedError

    def applied_to(self, draft: FormDraft) -> FormDraft:
        draft.text = written(self.definition)
        return draft


class PartForm(Part, forms.Form):
    """A part that is nothing but the definition's."""


class HeadForm(Part, FactsForm):
    """What stands above and below the table, and when and by whom the form is used."""

    title = Text(label="表名", longest=LONGEST_TITLE)
    unit_heading = Text(label="第一栏的栏名", help_text="各单位名称上面的字，如 区县、单位。")
    unit_note = Text(label="计量单位行", required=False, help_text="如 单位：个、人、万元。")
    number_row = forms.BooleanField(label="表头下面印一行栏号", required=False)
    heading = Lines(rows=3, label="表格上方要填的项目", help_text="一行一项，如 填报区县、联系人。")
    footer = Lines(rows=4, label="表格下方要填的项目", help_text="一行一项，如 填报人、联系电话。")
    notes = Lines(rows=6, longest=1000, label="填表说明", help_text="一行一条。")

    field_order = ["title", *FactsForm.Meta.fields]

    def __init__(self, *args, table: dict, **kwargs):
        initial = {name: table.get(name) for name in HEAD} | kwargs.pop("initial", {})
        super().__init__(*args, table=table, initial=initial, **kwargs)

    def changed(self, found):
        return editing.with_head(self.table, **{name: found[name] for name in HEAD})

    def applied_to(self, draft):
        return FactsForm.applied_to(self, super().applied_to(draft))


HEAD = [
    field.name
    for field in fields(FormDefinition)
    if field.name not in ("key", "indicators", "rules")
]


class IndicatorForm(PartForm):
    """One indicator: `was` is its number so far, "" for a new one. Only the conditions and sums of
    the source in hand are offered."""

    code = forms.CharField(
        label="编号", max_length=7, help_text="数字，前面可以有字母，如 7、a7。规则里用它。"
    )
    label = Text(label="名称")
    unit = Text(label="计量单位", help_text="如 个、人、场；按金额相加的写 万元。")
    kind = forms.ChoiceField(label="是什么数", choices=KINDS.items())
    parent = forms.ChoiceField(label="挂在哪项指标下面", required=False)
    group = Text(label="上面的大栏", required=False, help_text="几项共用一个大栏时写，没有就不写。")
    under = Text(label="中间一层", required=False, help_text="大栏和指标之间还有一层时写。")
    of = forms.ChoiceField(label="数什么记录", help_text="换了以后，下面换成它的条件。")
    sum = forms.ChoiceField(label="怎么算", required=False)
    where = forms.MultipleChoiceField(
        label="同时符合这些条件", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, was: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.was = was
        own = editing.parts_of(self.table, was) if was else []
        self.fields["parent"].choices = [("", "不挂，单独一栏")] + [
            (row["code"], f"{row['code']} {row['label']}")
            for row in self.table["indicators"]
            if row not in own
        ]
        self.fields["of"].choices = [(name, source_words(name)) for name in SOURCES]
        source = self.source
        self.fields["sum"].choices = sums_of(source)
        conditions = CONDITIONS[source].items()
        self.fields["where"].choices = [
            (words, [(name, one.words) for name, one in conditions if bool(one.day) is timed])
            for words, timed in (("说明时间的，至少选一条", True), ("再加上", False))
            if any(bool(one.day) is timed for _, one in conditions)
        ]
        for name in ("where", "sum"):
            self.fields[name].error_messages["invalid_choice"] = (
                "来源换过了，请在这个来源的里面选。"
            )

    @property
    def source(self) -> str:
        of = self["of"].value()
        return of if of in SOURCES else next(iter(SOURCES))

    def changed(self, found):
        return editing.with_indicator(self.table, found, was=self.was)

    @property
    def counted(self) -> dict | None:
        """What it counts, as typed, as a table of its own; None while that cannot be counted."""
        where, summed = self["where"].value() or [], self["sum"].value() or None
        if summed not in dict(sums_of(self.source)):
            summed = None
        known = CONDITIONS[self.source]
        where = [name for name in known if name in where]
        # another kind that its conditions make gives the same figure
        made = next((known[name].kind for name in where if known[name].kind), "flow")
        kind = self["kind"].value()
        row = {"code": "1", "label": "1", "kind": "plan" if kind == "plan" else made}
        row |= {
            "of": self.source,
            "where": where,
            "unit": MONEY_UNIT if summed == "amount" else "个",
        }
        row |= {"sum": summed} if summed else {}
        table = {"title": "1", "unit_heading": "1", "indicators": [row]}
        try:
            check("", table)
        except InvalidForm:
            return None
        return table


def source_words(name: str) -> str:
    return str(apps.get_model(SOURCES[name].model)._meta.verbose_name)


def sums_of(source: str) -> list[tuple[str | None, str]]:
    """What may be added up of a source's records, and counting them."""
    model = apps.get_model(SOURCES[source].model)
    added = [
        (name, f"把{model._meta.get_field(name).verbose_name}相加") for name in SOURCES[source].sums
    ]
    return [("", f"数有几{SOURCES[source].counted}"), *added]


class RuleForm(PartForm):
    """One rule: `was` is its number so far, "" for a new one."""

    elsewhere = "expr"

    code = forms.CharField(label="编号", max_length=5, help_text="一到三个字母加数字，如 R1。")
    official = Text(label="表上印的式子", required=False, help_text="如 8≥9+11；表上没有就不写。")
    expr = Text(label="实际判断的式子", help_text="写法见下面，如 [8]>=[9]+[11]。")
    severity = forms.ChoiceField(label="不成立时", choices=SEVERITY_WORDS.items())
    scope = forms.ChoiceField(label="判断哪些单位", choices=SCOPE_WORDS.items())
    not_in_month = forms.TypedChoiceField(
        label="哪个月不判断",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "每个月都判断"), *((month, f"{month} 月不判断") for month in range(1, 13))],
        help_text="如本年累计数，1 月从头算起，不与上月比。",
    )

    def __init__(self, *args, was: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.was = was

    def changed(self, found):
        return editing.with_rule(self.table, found, was=self.was)


class ChangesForm(PartForm):
    """How far each indicator's figure may differ without a reason."""

    COLUMNS = {
        "change_month": ("比上月超过 %", 9_999),
        "change_year": ("比去年同月超过 %", 9_999),
        "change_least": ("相差不超过…不问", 999_999_999),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in self.table["indicators"]:
            for column, (heading, most) in self.COLUMNS.items():
                unit = _unit(column, row)
                self.fields[_name(column, row)] = forms.IntegerField(
                    label=f"{row['code']} {row['label']}：{heading}{unit and f'（{unit}）'}",
                    required=False,
                    min_value=0,
                    max_value=max(most, row.get(column) or 0),
                    initial=row.get(column),
                    widget=forms.NumberInput({"inputmode": "numeric"}),
                )

    def changed(self, found):
        return editing.with_changes(
            self.table,
            {
                row["code"]: {column: found[_name(column, row)] for column in self.COLUMNS}
                for row in self.table["indicators"]
            },
        )

    def rows(self) -> list[list[tuple]]:
        """Of each indicator the fields, with their headings and units."""
        return [
            [
                (heading, self[_name(column, row)], _unit(column, row))
                for column, (heading, _) in self.COLUMNS.items()
            ]
            for row in self.table["indicators"]
        ]

    @property
    def zeros(self) -> list[str]:
        """The indicators that any change is asked of."""
        return [
            row["code"]
            for row in self.definition["indicators"]
            if 0 in (row.get("change_month"), row.get("change_year"))
        ]


def _name(column: str, row: dict) -> str:
    return f"{column}_{row['code']}"


def _unit(column: str, row: dict) -> str:
    if column != "change_least":
        return ""
    return "元" if row["unit"] == MONEY_UNIT else row["unit"]


def initial_of(kind: type[Indicator | RuleSource], row: dict) -> dict:
    """A stored row as a form begins with it, what goes without saying included."""
    unsaid = {field.name: field.default for field in fields(kind) if field.default is not MISSING}
    return unsaid | row
