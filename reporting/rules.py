"""The logic rules of a form: read, judged, and put into words.

A rule as written may chain comparisons (5≥6≥7) or speak of every indicator ([*]); it is split
into `Rule`s of one comparison each, and those are what is judged. Figures are unrounded: counts
as int, money as Decimal yuan.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import NamedTuple

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from reporting.definitions import FormDefinition, RuleSource

Number = int | Decimal
Figures = Mapping[str, Number | None]

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"
NOW, PREVIOUS, LAST_YEAR, CHILDREN = "now", "previous", "last_year", "children"
SUBMITTED = "submitted"  # of the period before, what a comparison reads: never counted anew
# What became of a stock within the period: appeared, moved in from another unit, ceased, moved out.
NEW, MOVED_IN, GONE, MOVED_OUT = "new", "moved_in", "gone", "moved_out"
MOVES = {NEW: "新增", MOVED_IN: "划入", GONE: "减少", MOVED_OUT: "划出"}

_OF = {"@-1": PREVIOUS, "#children": CHILDREN}
_OF |= {"@new": NEW, "@in": MOVED_IN, "@gone": GONE, "@out": MOVED_OUT}
_OF_WORDS = {NOW: "", PREVIOUS: "上期", LAST_YEAR: "去年同月", CHILDREN: "下级合计"} | MOVES
_COMPARE = {">=": ge, "<=": le, "=": eq, ">": gt, "<": lt}
_SIGNS = {">=": "≥", "<=": "≤"}
_SHOULD = {">=": "不小于", "<=": "不大于", "=": "等于", ">": "大于", "<": "小于"}
_EACH = "*"
_CODE = re.compile(r"\[[ \t]*([A-Za-z0-9]+)[ \t]*\]")


class InvalidRule(ValueError):
    """The rule cannot be read or makes no sense for its form; the message is in Chinese."""


class Outcome(NamedTuple):
    """`outcome` is pass, fail or unknown; a side that could not be computed is None."""

    outcome: str
    left: Number | None
    right: Number | None

    @property
    def gap(self) -> Number | None:
        return None if None in (self.left, self.right) else abs(self.left - self.right)


@dataclass(frozen=True)
class Term:
    """A number, or a figure: this period's, another's, the sum over units below, or a move."""

    sign: int
    code: str | None = None
    of: str = NOW
    number: Number | None = None

    def __str__(self):
        """上期13; without its sign."""
        return str(self.number) if self.code is None else _OF_WORDS[self.of] + self.code

    def value(self, figures: Mapping[str, Figures]) -> Number | None:
        value = self.number if self.code is None else figures.get(self.of, {}).get(self.code)
        return None if value is None else self.sign * value


@dataclass(frozen=True)
class Rule:
    """One comparison. `official` is the whole rule as the form prints it, if it does."""

    code: str
    left: tuple[Term, ...]
    compare: str
    right: tuple[Term, ...]
    severity: str = "block"
    official: str = ""
    not_in_month: int | None = None
    scope: str = "each"

    def __str__(self):
        return _spell(self.left) + _SIGNS.get(self.compare, self.compare) + _spell(self.right)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return self.left + self.right

    @cached_property
    def uses_previous(self) -> bool:
        return any(term.of == PREVIOUS for term in self.terms)

    @cached_property
    def uses_children(self) -> bool:
        return any(term.of == CHILDREN for term in self.terms)

    @cached_property
    def moved(self) -> set[str]:
        """The stocks whose moves it speaks of."""
        return {term.code for term in self.terms if term.of in MOVES}

    def applies(self, *, month: int, first_period: bool, has_children: bool) -> bool:
        """Whether the rule is judged for a unit in a period that ends in `month` (1..12).

        `first_period`: the region starts reporting with it, so there is no period before.
        """
        if month == self.not_in_month or (first_period and self.uses_previous):
            return False
        return has_children or not (self.uses_children or self.scope == "consolidated")

    def evaluate(
        self,
        figures: Figures,
        previous: Figures | None = None,
        children: Figures | None = None,
        **others: Figures,
    ) -> Outcome:
        """`previous` are the unit's figures of the period before, `children` the sums over the
        units below it, `others` those of last year and the moves. A figure that is absent or None
        makes its side, and the rule, unknown."""
        of = {NOW: figures, PREVIOUS: previous or {}, CHILDREN: children or {}} | others
        left, right = _total(self.left, of), _total(self.right, of)
        if left is None or right is None:
            return Outcome(UNKNOWN, left, right)
        return Outcome(PASS if self.holds(left, right) else FAIL, left, right)

    def holds(self, left: Number, right: Number) -> bool:
        return _COMPARE[self.compare](left, right)

    def words(self, outcome: Outcome, form: FormDefinition) -> str:
        """What failed, or is missing, in one Chinese sentence with both sides and the gap."""
        left, right = _name(self.left, form), _name(self.right, form)
        if outcome.outcome == UNKNOWN:
            sides = ((left, outcome.left), (right, outcome.right))
            missing = "；".join(name for name, value in sides if value is None)
            return f"缺数，无法判断 {self}：{missing}"
        money = any(term.code and form.by_code[term.code].is_money for term in self.terms)
        return (
            f"{left}（{show(outcome.left, money)}）{self.should()} "
            f"{right}（{show(outcome.right, money)}），相差 {show(outcome.gap, money)}"
        )

    def should(self) -> str:
        return f"应{_SHOULD[self.compare]}"


def parse_rules(form: FormDefinition) -> list[Rule]:
    """Every rule of the form, in the form's order. Raises InvalidRule."""
    return [rule for source in form.rules for rule in parse_rule(source, form)]


def parse_rule(source: RuleSource, form: FormDefinition) -> list[Rule]:
    """The comparisons one written rule consists of. Raises InvalidRule.

    A single comparison keeps the rule's code; a chain's links are R3.1, R3.2, …; a rule about
    every indicator becomes one for each, by the indicator's code: S3.1, S3.5, S3.a1.
    """
    sums, compares = _read(source)
    rules = []
    for link, compare in enumerate(compares):
        code = source.code if len(compares) == 1 else f"{source.code}.{link + 1}"
        left, right = sums[link], sums[link + 1]
        for each in _instances(left + right, form):
            rules.append(
                Rule(
                    code=code if each is None else f"{code}.{each}",
                    left=_with(each, left),
                    compare=compare,
                    right=_with(each, right),
                    severity=source.severity,
                    official=source.official,
                    not_in_month=source.not_in_month,
                    scope=source.scope,
                )
            )
    for rule in rules:
        _check(rule, form)
    return rules


def reads(source: RuleSource, form: FormDefinition) -> str:
    """A written rule as a sentence, by the names of the indicators. Raises InvalidRule."""
    sums, compares = _read(source)
    told = _name(sums[0], form)
    for compare, side in zip(compares, sums[1:], strict=True):
        told += f" 应{_SHOULD[compare]} {_name(side, form)}"
    return told


def codes_in(expr: str) -> set[str]:
    """The numbers of indicators that an expression names, `*` left out."""
    return {found[1] for found in _CODE.finditer(expr)}


def renumbered(expr: str, was: str, code: str) -> str:
    """An expression with an indicator's new number."""
    return _CODE.sub(lambda found: f"[{code}]" if found[1] == was else found[0], expr)


def nests(rule: Rule) -> list[tuple[str, str]]:
    """The pairs (part, whole) of indicators whose records the rule means to lie in each other.

    9≥10 → [("10", "9")], 8≥9+11 → [("9", "8"), ("11", "8")]. Only for a whole that stands alone
    against parts of the same period.
    """
    wholes, parts = (rule.left, rule.right) if rule.compare == ">=" else (rule.right, rule.left)
    plain = all(t.code and t.of == NOW and t.sign > 0 for t in rule.terms)
    if rule.compare not in (">=", "<=") or not plain or len(wholes) != 1:
        return []
    return [(part.code, wholes[0].code) for part in parts]


# ---------------------------------------------------------------- reading


class _Reader(Transformer):
    """The parse tree as [sum, compare, sum, …], a sum being a tuple of terms."""

    def number(self, found: list[Token]) -> Term:
        text = str(found[0])
        return Term(1, number=Decimal(text) if "." in text else int(text))

    def reference(self, found: list[Token]) -> Term:
        code, *of = map(str, found)
        return Term(1, code=code, of=_OF[of[0]] if of else NOW)

    def sum(self, found: list) -> tuple[Term, ...]:
        signed = [found[0]]
        for sign, term in zip(found[1::2], found[2::2], strict=True):
            signed.append(term if sign == "+" else Term(-1, term.code, term.of, term.number))
        return tuple(signed)

    def rule(self, found: list) -> list:
        return found


@cache
def _parser() -> Lark:
    grammar = Path(__file__).parent / "grammar" / "rule.lark"
    return Lark(
        grammar.read_text(encoding="utf-8"), start="rule", parser="lalr", transformer=_Reader()
    )


def _read(source: RuleSource) -> tuple[list[tuple[Term, ...]], list[str]]:
    try:
        found = _parser().parse(source.expr)
    except UnexpectedInput as error:
        at = error.pos_in_stream
        ends = getattr(error, "token", None) is not None and error.token.type == "$END"
        where = "结尾" if ends else f"“{source.expr[at : at + 10]}”处"
        raise InvalidRule(f"规则{source.code}在{where}看不懂：{source.expr}") from None
    compares = [str(sign).replace("≥", ">=").replace("≤", "<=") for sign in found[1::2]]
    return found[0::2], compares


def _instances(terms: tuple[Term, ...], form: FormDefinition) -> Iterator[str | None]:
    """What [*] stands for in turn; None, once, where there is no [*]."""
    if any(term.code == _EACH for term in terms):
        yield from form.by_code
    else:
        yield None


def _with(each: str | None, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(Term(t.sign, each, t.of) if t.code == _EACH else t for t in terms)


def _check(rule: Rule, form: FormDefinition) -> None:
    named = [term.code for term in rule.terms if term.code]
    if not named:
        raise InvalidRule(f"规则{rule.code}里没有指标")
    unknown = [code for code in named if code not in form.by_code]
    if unknown:
        raise InvalidRule(f"规则{rule.code}用到的指标{'、'.join(unknown)}不在表里")
    flows = [code for code in sorted(rule.moved) if form.by_code[code].kind != "stock"]
    if flows:
        raise InvalidRule(f"规则{rule.code}里{'、'.join(flows)}不是期末数，没有新增和减少")
    if len({form.by_code[code].is_money for code in named}) > 1:
        raise InvalidRule(f"规则{rule.code}把金额和个数放在一起比较或相加")


# ---------------------------------------------------------------- computing and wording


def _total(terms: tuple[Term, ...], of: Mapping[str, Figures]) -> Number | None:
    values = [term.value(of) for term in terms]
    return None if None in values else sum(values)


def _spell(terms: tuple[Term, ...]) -> str:
    """8, 9+11, 上期13+6-8-12."""
    return _join(terms, str)


def _name(terms: tuple[Term, ...], form: FormDefinition) -> str:
    """5 本期计划组织见习人数 + 上期6 本期实际到岗人数."""

    def labelled(term: Term) -> str:
        if term.of in MOVES:
            return f"本期{MOVES[term.of]}"
        if term.code == _EACH:
            return f"{_OF_WORDS[term.of]}每一项"
        label = form.by_code[term.code].label
        return _OF_WORDS[term.of] + (f"{term.code} {label}" if form.number_row else label)

    return _join(terms, labelled, space=" ")


def _join(terms: tuple[Term, ...], word, space: str = "") -> str:
    text = ""
    for term in terms:
        sign = "-" if term.sign < 0 else "+"
        text += f"{space}{sign}{space}" if text else ""
        text += str(term.number) if term.code is None else word(term)
    return text


def show(value: Number, money: bool) -> str:
    """Money to the cent, so that a gap too small for 万元 still shows."""
    return f"{value:,.2f} 元" if money else re.sub(r"\.0+$", "", f"{value:,}")
