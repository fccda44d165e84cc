"""What is checked beside the written rules: that the records of a part lie in its whole, also when
the counts happen to agree, and how far a figure is from last month's and from last year's.

Both are rules like the written ones, over the same figures, and open to the same records. What
they and the moves of stocks need counted is `beside`: more columns of the statements that count
the figures.
"""

from dataclasses import dataclass

from reporting.conditions import Beside, belongs_on, conditions_of, filter_of
from reporting.definitions import FormDefinition, Indicator
from reporting.rules import (
    FAIL,
    GONE,
    LAST_YEAR,
    MOVED_IN,
    MOVED_OUT,
    NEW,
    PASS,
    PREVIOUS,
    SUBMITTED,
    Figures,
    Number,
    Outcome,
    Rule,
    Term,
    nests,
    parse_rules,
    show,
)

STRAY = "stray"  # by a set rule's code, the records that are in its parts and not in its whole
SETS, MONTHLY, YEARLY = "集合", "环比", "同比"
_NOTHING = Outcome(PASS, None, None)  # to compare with


@dataclass(frozen=True)
class SetRule(Rule):
    """Of whole ≥ parts: each record of a part is in the whole, and in one part only.

    Its outcome tells on the left how many records are not so, on the right 0.
    """

    def __str__(self):
        wholes, parts = _sides(self)
        named = "、".join(term.code for term in parts)
        return f"{named} 的记录都在 {wholes[0].code} 里{'，只算一次' if len(parts) > 1 else ''}"

    def evaluate(self, figures, previous=None, children=None, **others: Figures) -> Outcome:
        strays = others.get(STRAY, {}).get(self.code, 0)
        return Outcome(FAIL if strays else PASS, strays, 0)

    def words(self, outcome: Outcome, form: FormDefinition) -> str:
        wholes, parts = _sides(self)
        named = "、".join(term.code for term in parts)
        twice = "，或同时在其中两项里" if len(parts) > 1 else ""
        return f"有 {show(outcome.left, False)} 条记录计入了 {named}，却不在 {wholes[0].code} 里{twice}"


@dataclass(frozen=True)
class ChangeRule(Rule):
    """A figure and the same one of another month, as submitted, do not differ by more than
    `percent` of that, or by no more than `least`. Without it there is nothing to compare."""

    percent: int = 0
    least: int = 0

    def __str__(self):
        return f"{super().__str__().replace('=', ' 与')}相差不超过 {self.percent}%"

    def evaluate(self, figures, previous=None, children=None, **others: Figures) -> Outcome:
        (here,), (there,) = self.left, self.right  # asked of every unit: nothing is put together
        other = others.get(SUBMITTED if there.of == PREVIOUS else there.of, {})
        now, then = figures.get(here.code), other.get(there.code)
        if now is None or then is None:
            return _NOTHING
        return Outcome(PASS if self.holds(now, then) else FAIL, now, then)

    def holds(self, left: Number, right: Number) -> bool:
        gap = abs(left - right)
        return gap <= self.least or gap * 100 <= abs(right) * self.percent

    def should(self) -> str:
        return f"变动超过 {self.percent}%，对照"


def checks_of(form: FormDefinition) -> list[Rule]:
    """Everything a month of the form is judged by, each written rule followed by its sets."""
    found: list[Rule] = []
    for rule in parse_rules(form):
        found.append(rule)
        if set_rule := _set_rule(rule, form):
            found.append(set_rule)
    for indicator in form.indicators:
        found += _changes(indicator)
    return found


def beside(form: FormDefinition, checks: list[Rule]) -> tuple[Beside, ...]:
    """What the checks need besides figures; each named so that `by_kind` finds it."""
    strays = [_stray(rule, form) for rule in checks if isinstance(rule, SetRule)]
    stocks = sorted({code for rule in checks for code in rule.moved})
    return (*strays, *(move for code in stocks for move in moves_of(form.by_code[code]).values()))


def by_kind(figures: Figures) -> dict[str, dict[str, Number]]:
    """Numbers beside the figures, by what they are and then by code."""
    found: dict[str, dict[str, Number]] = {}
    for name, value in figures.items():
        kind, parted, code = name.partition(":")
        if parted:
            found.setdefault(kind, {})[code] = value
    return found


def moves_of(stock: Indicator) -> dict[str, Beside]:
    """How a stock came from the last period's to this one's, placement by placement: it begins in
    one by coming into being or by moving there, and ends in one by ceasing or by moving away."""
    begins, ends = next((c.begins, c.ends) for c in conditions_of(stock) if c.begins)
    lasting = " AND ".join(f"({c.sql})" for c in conditions_of(stock) if not c.day) or "true"
    since, until = "place.since", "place.until"
    ever = (
        f"{lasting} AND {begins} IS NOT NULL AND greatest({begins}, {since})"
        f" < coalesce(least({ends}, {until}), 'infinity')"
    )
    within = "BETWEEN {S} AND {E}"
    moves = {
        NEW: f"{begins} {within} AND ({since} IS NULL OR {since} <= {begins})",
        MOVED_IN: f"{since} {within} AND {begins} < {since}",
        GONE: f"{ends} {within} AND ({until} IS NULL OR {ends} <= {until})",
        MOVED_OUT: f"{until} {within} AND ({ends} IS NULL OR {until} < {ends})",
    }
    return {
        kind: Beside(
            code=f"{kind}:{stock.code}",
            of=stock.of,
            filter=f"{sql} AND {ever}",  # what rules most rows out comes first
            where=(f"{kind}:{stock.code}",),
            sum=stock.sum,
            in_place=True,
        )
        for kind, sql in moves.items()
    }


def _sides(rule: Rule) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The whole and its parts."""
    return (rule.left, rule.right) if rule.compare == ">=" else (rule.right, rule.left)


def _set_rule(rule: Rule, form: FormDefinition) -> Rule | None:
    """None where it would say nothing: of a hint, of other tables' records, and where a part is
    defined by all its whole is."""
    pairs = [(form.by_code[part], form.by_code[whole]) for part, whole in nests(rule)]
    if not pairs or rule.severity == "hint" or any(part.of != whole.of for part, whole in pairs):
        return None
    if len(pairs) == 1 and _is_within(*pairs[0]):
        return None
    return SetRule(
        f"{rule.code}{SETS}",
        rule.left,
        rule.compare,
        rule.right,
        rule.severity,
        not_in_month=rule.not_in_month,
        scope=rule.scope,
    )


def _is_within(part: Indicator, whole: Indicator) -> bool:
    return set(whole.where) <= set(part.where) and belongs_on(part) == belongs_on(whole)


def _stray(rule: SetRule, form: FormDefinition) -> Beside:
    (whole,), parts = _sides(rule)
    meets_whole, *meets_parts = (
        f"(({filter_of(form.by_code[term.code])}) IS TRUE)" for term in (whole, *parts)
    )
    if len(parts) == 1:
        strays = f"{meets_parts[0]} AND NOT {meets_whole}"
    else:
        times = " + ".join(f"{part}::int" for part in meets_parts)
        strays = f"({' OR '.join(meets_parts)}) AND {meets_whole}::int < {times}"
    conditions = {name for term in parts for name in form.by_code[term.code].where}
    return Beside(
        code=f"{STRAY}:{rule.code}",
        of=form.by_code[whole.code].of,
        filter=strays,
        where=tuple(sorted(conditions)),  # they lie in their parts
    )


def _changes(indicator: Indicator) -> list[Rule]:
    asked = [
        (MONTHLY, PREVIOUS, indicator.change_month),
        (YEARLY, LAST_YEAR, indicator.change_year),
    ]
    return [
        ChangeRule(
            f"{indicator.code}{name}",
            (Term(1, indicator.code),),
            "=",
            (Term(1, indicator.code, of),),
            "explain",
            percent=percent,
            least=indicator.change_least,
        )
        for name, of, percent in asked
        if percent is not None
    ]
