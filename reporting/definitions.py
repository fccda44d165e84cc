"""A form as data: its indicators, its rules, its words. `reporting/data/forms/<key>.toml`.

The same table, as JSON, is what a form looks like when it is stored. A region uses a form with
words of its own (`FormDefinition.adapted`); the figures mean the same everywhere.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import get_args, get_origin

FORMS = Path(__file__).parent / "data" / "forms"
KINDS = {
    "stock": "期末时点数",
    "flow": "本期发生数",
    "cumulative": "本年累计数",
    "plan": "计划数（填报单位可以自己填）",
}
SOURCES = ("bases", "positions", "agreements", "payments", "activities")
SEVERITY_WORDS = {"block": "不成立不能报送", "explain": "不成立要写明原因", "hint": "只作提示"}
SCOPE_WORDS = {"each": "每个单位", "consolidated": "只看有下级的单位"}
MONEY_UNIT = "万元"


class InvalidForm(ValueError):
    """The form contradicts itself; the message, in Chinese, names the indicator or rule, and
    `column` what of it is at fault, where that is one thing."""

    def __init__(self, words: str, column: str = ""):
        super().__init__(words)
        self.column = column


@dataclass(frozen=True)
class Indicator:
    """One column: the records of `of` that meet every condition in `where`, counted, or `sum`med.

    The header nests it in `parent` (another indicator's code), or in `group` and `under`.
    `change_month`, `change_year`: by how many percent it may differ from last month's and from the
    same month's last year without a reason; up to `change_least` never asks for one.
    """

    code: str
    label: str
    unit: str
    kind: str
    of: str
    where: tuple[str, ...]
    sum: str | None = None
    parent: str | None = None
    group: str | None = None
    under: str | None = None
    change_month: int | None = None
    change_year: int | None = None
    change_least: int = 0

    @property
    def is_money(self) -> bool:
        """Computed in yuan, printed in 万元."""
        return self.unit == MONEY_UNIT

    @property
    def computed_in(self) -> str:
        """The unit of `change_least`."""
        return "元" if self.is_money else self.unit


@dataclass(frozen=True)
class RuleSource:
    """A rule as written: `official` is what the form prints, `expr` what is evaluated."""

    code: str
    expr: str
    severity: str
    official: str = ""
    not_in_month: int | None = None
    scope: str = "each"


@dataclass(frozen=True)
class FormDefinition:
    """`heading` and `footer` are the labels filled in above and below the table."""

    key: str
    title: str
    unit_heading: str
    indicators: tuple[Indicator, ...]
    rules: tuple[RuleSource, ...] = ()
    unit_note: str = ""
    number_row: bool = False
    heading: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, key: str, data: Mapping) -> "FormDefinition":
        """From the table of a TOML file or its JSON. Raises InvalidForm."""
        name = "这张表"
        given = _table(data, name)
        for part, kind, words in (
            ("indicators", Indicator, "指标"),
            ("rules", RuleSource, "规则"),
        ):
            entries = given.get(part, ())
            if not isinstance(entries, list | tuple):
                raise InvalidForm(f"{name}的{part}应是一个列表")
            if part in given:
                given[part] = tuple(
                    _read(kind, entry, f"第{n}项{words}") for n, entry in enumerate(entries, 1)
                )
        form = _read(cls, {"key": key} | given, name)
        form._check()
        return form

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    def adapted(
        self, *, title: str = "", labels: Mapping[str, str] | None = None
    ) -> "FormDefinition":
        """The form in a region's own words."""
        labels = labels or {}
        unknown = labels.keys() - self.by_code.keys()
        if unknown:
            raise InvalidForm(f"表{self.key}没有指标{'、'.join(sorted(unknown))}，不能改它的名称")
        return replace(
            self,
            title=title or self.title,
            indicators=tuple(
                replace(i, label=labels.get(i.code, i.label)) for i in self.indicators
            ),
        )

    def _check(self) -> None:
        for words, rows in (("指标", self.indicators), ("规则", self.rules)):
            codes = [row.code for row in rows]
            if twice := next((code for code in codes if codes.count(code) > 1), None):
                raise InvalidForm(f"{words}编号{twice[:20]}重复，每项要有自己的编号", "code")
        above: list[Indicator] = []
        for indicator in self.indicators:
            name = f"指标{indicator.code}"
            _one_of(indicator.kind, KINDS, f"{name}的性质")
            _one_of(indicator.of, SOURCES, f"{name}的来源")
            if not indicator.where or not all(isinstance(c, str) for c in indicator.where):
                raise InvalidForm(f"{name}没有写条件", "where")
            for limit in (indicator.change_month, indicator.change_year, indicator.change_least):
                if limit is not None and (type(limit) is not int or limit < 0):
                    raise InvalidForm(f"{name}的变动幅度应是不小于0的整数")
            while above and above[-1].code != indicator.parent:
                above.pop()
            if indicator.parent and not above:
                raise InvalidForm(f"{name}应紧跟在上级指标{indicator.parent}之后", "parent")
            above.append(indicator)
        for rule in self.rules:
            _one_of(rule.severity, SEVERITY_WORDS, f"规则{rule.code}的等级")
            _one_of(rule.scope, SCOPE_WORDS, f"规则{rule.code}的范围")


def form_keys() -> list[str]:
    """The forms that come with the product."""
    return sorted(path.stem for path in FORMS.glob("*.toml"))


def form_data(key: str) -> dict:
    """A form's table as it stands in its file, fit to be stored as JSON."""
    return tomllib.loads((FORMS / f"{key}.toml").read_text(encoding="utf-8"))


def read_form(key: str) -> FormDefinition:
    return FormDefinition.from_dict(key, form_data(key))


def _table(entry, name: str) -> dict:
    if not isinstance(entry, Mapping):
        raise InvalidForm(f"{name}应写成 栏 = 值 的样子")
    return {column: _frozen(value) for column, value in entry.items()}


def _read(cls, entry, name: str):
    """A dataclass from a table: no column missing, none unknown, each of its type."""
    given, known = _table(entry, name), {field.name: field for field in fields(cls)}
    if unknown := sorted(given.keys() - known.keys()):
        raise InvalidForm(f"{name}有不认识的栏：{'、'.join(map(str, unknown))}")
    needed = {column for column, field in known.items() if field.default is MISSING}
    if missing := [column for column in known if column in needed - given.keys()]:
        raise InvalidForm(f"{name}缺少这些栏：{'、'.join(missing)}")
    for column, value in given.items():
        if not _fits(value, known[column].type):
            raise InvalidForm(f"{name}的{column}写法不对：{str(value)[:40]}")
    return cls(**given)


def _fits(value, wanted) -> bool:
    if get_origin(wanted) is tuple:
        return isinstance(value, tuple) and all(_fits(one, get_args(wanted)[0]) for one in value)
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, wanted)


def _frozen(value):
    return tuple(value) if isinstance(value, list) else value


def _one_of(value: str, allowed: Iterable[str], what: str) -> None:
    if value not in allowed:
        raise InvalidForm(f"{what}“{value}”不对，可以是：{'、'.join(allowed)}")
