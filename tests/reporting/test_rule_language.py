import operator as op
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.definitions import RuleSource, read_form
from reporting.rules import InvalidRule, Outcome, nests, parse_rule, parse_rules

NATIONAL = read_form("national14")
NINGXIA = read_form("ningxia15")
PROGRESS = read_form("progress")

# A month of some district that every rule of the national form accepts.
SOUND = {"1": 68, "2": 3, "3": 1204, "4": 86, "5": 40, "6": 36, "7": 29, "8": 22, "9": 12,
         "10": 9, "11": 4, "12": 2, "13": 143, "14": Decimal("2164000.00")}  # fmt: skip
BEFORE = SOUND | {"1": 66, "3": 1210, "13": 131, "14": Decimal("2000000.00")}
MOVES = {
    "new": {"1": 3, "3": 86},
    "moved_in": {"1": 1, "3": 10},
    "gone": {"1": 1, "3": 100},
    "moved_out": {"1": 1, "3": 2},
}


def read(expr, form=NATIONAL, code="X", **fields):
    return parse_rule(RuleSource(code, expr, **{"severity": "block"} | fields), form)


def one(expr, form=NATIONAL, **fields):
    (rule,) = read(expr, form, **fields)
    return rule


def failing(form, figures, previous=None, children=None, moves=MOVES):
    rules = parse_rules(form)
    outcomes = {r.code: r.evaluate(figures, previous, children, **moves) for r in rules}
    return {code: tuple(o) for code, o in outcomes.items() if o.outcome != "pass"}


# ---------------------------------------------------------------- splitting


def test_the_rules_of_the_national_form():
    assert [(rule.code, str(rule), rule.severity) for rule in parse_rules(NATIONAL)] == [
        ("R1", "1≥2", "block"),
        ("R2", "3≥4", "block"),
        ("R3.1", "5≥6", "block"),
        ("R3.2", "6≥7", "block"),
        ("R4", "8≥9+11", "block"),
        ("R5", "9≥10", "block"),
        ("S1", "13=上期13+6-8-12", "explain"),
        ("S2", "14≥上期14", "explain"),
        *[(f"S3.{n}", f"{n}=下级合计{n}", "explain") for n in range(1, 15)],
        ("S4", "1=上期1+新增1+划入1-减少1-划出1", "explain"),
        ("S5", "3=上期3+新增3+划入3-减少3-划出3", "explain"),
        ("S6", "5≤3+50", "hint"),
    ]


def test_the_rules_of_the_ningxia_form():
    assert [(rule.code, str(rule), rule.severity) for rule in parse_rules(NINGXIA)] == [
        ("R1", "1≥2", "block"),
        ("R2", "3≥4", "block"),
        ("R3", "5≥6", "block"),
        ("R4", "6≥7+8", "block"),
        ("R5", "9≥10+11+12", "hint"),
        ("R6", "10≥11", "block"),
        ("S0", "9≥10+12", "block"),
        ("S1", "14=上期14+6-9-13", "explain"),
        ("S2", "15≥上期15", "explain"),
        *[(f"S3.{n}", f"{n}=下级合计{n}", "explain") for n in range(1, 16)],
        ("S4", "1=上期1+新增1+划入1-减少1-划出1", "explain"),
        ("S5", "3=上期3+新增3+划入3-减少3-划出3", "explain"),
        ("S6", "5≤3+50", "hint"),
    ]


def test_the_progress_form_has_no_rules_but_could_have_some():
    assert parse_rules(PROGRESS) == []
    assert [rule.code for rule in read("[*]=[*]#children", PROGRESS, code="S3")] == [
        f"S3.{code}" for code in PROGRESS.by_code
    ]


def test_a_chain_about_every_indicator_names_link_and_indicator():
    codes = [rule.code for rule in read("[*]>=[*]@-1>=0", code="T")]
    assert (codes[0], codes[13], codes[14], codes[-1]) == ("T.1.1", "T.1.14", "T.2.1", "T.2.14")


def test_signs_of_both_alphabets_and_blanks_are_accepted():
    written = ["[5]>=[6]", " [5] >= [6] ", "[5]≥[6]"]
    assert [str(one(expr)) for expr in written] == ["5≥6"] * 3
    assert [str(one(f"[5]{s}[6]")) for s in ("<=", "≤", "<", ">", "=")] == [
        "5≤6",
        "5≤6",
        "5<6",
        "5>6",
        "5=6",
    ]


# ---------------------------------------------------------------- judging


def test_a_sound_month_passes_everything():
    assert failing(NATIONAL, SOUND, BEFORE, SOUND) == {}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"2": 69}, {"R1": ("fail", 68, 69)}),
        ({"4": 1205}, {"R2": ("fail", 1204, 1205)}),
        ({"5": 35}, {"R3.1": ("fail", 35, 36)}),
        ({"7": 37}, {"R3.2": ("fail", 36, 37)}),
        ({"11": 11}, {"R4": ("fail", 22, 23)}),
        ({"10": 13}, {"R5": ("fail", 12, 13)}),
        ({"13": 144}, {"S1": ("fail", 144, 143)}),
        ({"5": 1255}, {"S6": ("fail", 1255, 1254)}),
        ({"1": 67}, {"S4": ("fail", 67, 68)}),
        ({"3": 1203}, {"S5": ("fail", 1203, 1204)}),
        (
            {"14": Decimal("1999999.99")},
            {"S2": ("fail", Decimal("1999999.99"), Decimal("2000000.00"))},
        ),
    ],
)
def test_each_rule_of_the_national_form_catches_its_fault(change, broken):
    figures = SOUND | change
    assert failing(NATIONAL, figures, BEFORE, figures) == broken


def test_a_consolidated_figure_is_held_against_the_sum_below():
    assert failing(NATIONAL, SOUND, BEFORE, SOUND | {"5": 41, "12": 1}) == {
        "S3.5": ("fail", 40, 41),
        "S3.12": ("fail", 2, 1),
    }


def test_the_printed_rule_of_ningxia_fails_true_figures_and_its_sense_does_not():
    figures = dict.fromkeys(NINGXIA.by_code, 0) | {"5": 9, "9": 10, "10": 6, "11": 5, "12": 4}
    before = dict.fromkeys(NINGXIA.by_code, 0) | {"14": 10}
    still = {kind: {"1": 0, "3": 0} for kind in MOVES}
    assert failing(NINGXIA, figures, before, figures, still) == {"R5": ("fail", 10, 15)}


def test_equal_sides_pass_and_money_is_judged_unrounded():
    rule = one("[14]>=[14]@-1")
    cent_less = {"14": Decimal("100000.00")}, {"14": Decimal("100000.01")}
    assert rule.evaluate(*cent_less).outcome == "fail"
    assert rule.evaluate(cent_less[0], cent_less[0]).outcome == "pass"


@pytest.mark.parametrize(
    ("figures", "previous", "outcome"),
    [
        ({"13": 5, "6": 1, "8": 0, "12": 0}, None, ("unknown", 5, None)),
        ({"13": 5, "6": 1, "8": 0, "12": 0}, {"13": None}, ("unknown", 5, None)),
        ({"13": None, "6": 1, "8": 0, "12": 0}, {"13": 4}, ("unknown", None, 5)),
        ({}, {}, ("unknown", None, None)),
        ({"13": 5, "6": 1, "8": 0, "12": 0}, {"13": 4}, ("pass", 5, 5)),
    ],
)
def test_a_missing_figure_makes_its_side_and_the_rule_unknown(figures, previous, outcome):
    rule = one("[13]=[13]@-1+[6]-[8]-[12]")
    assert tuple(rule.evaluate(figures, previous)) == outcome


def test_numbers_stand_beside_figures():
    rule = one("[2]<=[1]-1.5+2")
    assert tuple(rule.evaluate({"1": 4, "2": 5})) == ("fail", 5, Decimal("4.5"))


def test_zero_is_a_figure():
    assert tuple(one("[1]>=[2]").evaluate({"1": 0, "2": 0})) == ("pass", 0, 0)


COMPARE = {">=": op.ge, "<=": op.le, "=": op.eq, ">": op.gt, "<": op.lt}
amounts = st.integers(0, 10**6)


@given(st.dictionaries(st.sampled_from(list(NATIONAL.by_code)), amounts), st.data())
def test_rules_agree_with_plain_arithmetic(figures, data):
    codes = st.sampled_from([c for c in NATIONAL.by_code if c != "14"])
    a, b, c, d = (data.draw(codes) for _ in range(4))
    compare = data.draw(st.sampled_from(list(COMPARE)))
    outcome = one(f"[{a}]+[{b}]{compare}[{c}]-[{d}]").evaluate(figures)
    left = figures[a] + figures[b] if {a, b} <= figures.keys() else None
    right = figures[c] - figures[d] if {c, d} <= figures.keys() else None
    if left is None or right is None:
        expected = "unknown"
    else:
        expected = "pass" if COMPARE[compare](left, right) else "fail"
    assert tuple(outcome) == (expected, left, right)


# ---------------------------------------------------------------- where a rule applies


def test_where_and_when_a_rule_applies():
    def applying(**case):
        rules = parse_rules(NATIONAL)
        return [rule.code for rule in rules if rule.applies(**case)]

    printed = ["R1", "R2", "R3.1", "R3.2", "R4", "R5"]
    sums = [f"S3.{n}" for n in range(1, 15)]
    cases = [
        {"month": 9, "first_period": False, "has_children": False},
        {"month": 1, "first_period": False, "has_children": False},
        {"month": 9, "first_period": True, "has_children": False},
        {"month": 9, "first_period": False, "has_children": True},
        {"month": 1, "first_period": True, "has_children": True},
    ]
    assert [applying(**case) for case in cases] == [
        [*printed, "S1", "S2", "S4", "S5", "S6"],
        [*printed, "S1", "S4", "S5", "S6"],
        [*printed, "S6"],
        [*printed, "S1", "S2", *sums, "S4", "S5", "S6"],
        [*printed, *sums, "S6"],
    ]


# ---------------------------------------------------------------- parts and wholes


def test_the_parts_a_rule_speaks_of():
    assert {rule.code: nests(rule) for rule in parse_rules(NATIONAL) if nests(rule)} == {
        "R1": [("2", "1")],
        "R2": [("4", "3")],
        "R3.1": [("6", "5")],
        "R3.2": [("7", "6")],
        "R4": [("9", "8"), ("11", "8")],
        "R5": [("10", "9")],
    }


@pytest.mark.parametrize("expr", ["[1]>[2]", "[1]=[2]", "[1]+[2]>=[3]", "[1]>=[2]-[3]", "[1]>=2"])
def test_other_comparisons_mean_no_part(expr):
    assert nests(one(expr)) == []


def test_a_part_may_be_written_first():
    assert nests(one("[10]<=[9]")) == [("10", "9")]


# ---------------------------------------------------------------- words


def test_a_failing_rule_in_words():
    def words(expr, figures, previous=None, children=None, form=NATIONAL):
        rule = one(expr, form)
        return rule.words(rule.evaluate(figures, previous, children), form)

    assert words("[5]>=[6]", {"5": 52, "6": 54}) == (
        "5 本期计划组织见习人数（52）应不小于 6 本期实际到岗人数（54），相差 2"
    )
    assert words("[8]>=[9]+[11]", {"8": 1000, "9": 990, "11": 11}) == (
        "8 本期完成见习人数（1,000）应不小于 "
        "9 被见习单位留用人数 + 11 其他方式就业人数（1,001），相差 1"
    )
    assert words("[14]>=[14]@-1", {"14": Decimal("99.99")}, {"14": Decimal(100)}) == (
        "14 本年累计各级财政实际拨付的见习补贴资金数（99.99 元）应不小于 "
        "上期14 本年累计各级财政实际拨付的见习补贴资金数（100.00 元），相差 0.01 元"
    )
    assert words("[b1]=[b1]#children", {"b1": 3}, None, {"b1": 4}, PROGRESS) == (
        "开展场次（3）应等于 下级合计开展场次（4），相差 1"
    )
    assert words("[13]=[13]@-1", {"13": 3}) == (
        "缺数，无法判断 13=上期13：上期13 本期末实有在岗见习人数"
    )


def test_an_outcome_knows_its_gap():
    assert (Outcome("fail", 3, 5).gap, Outcome("unknown", None, 5).gap) == (2, None)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("expr", "fault"),
    [
        ("", "规则X在结尾看不懂"),
        ("[1]", "规则X在结尾看不懂"),
        ("[1]>=", "规则X在结尾看不懂"),
        ("[1]>=[2", "规则X在结尾看不懂"),
        ("[1]>=[2]@-2", "规则X在“@-2”处看不懂"),
        ("[1]>=[2]*2", "规则X在“*2”处看不懂"),
        ("[1]=>[2]", "规则X在“>[2]”处看不懂"),
        ("1≥2 且 3≥4", "规则X在“且 3≥4”处看不懂"),
        ("__import__('os')", "规则X在“__import__”处看不懂"),
        ("1>=2", "规则X里没有指标"),
        ("[1]>=[15]", "规则X用到的指标15不在表里"),
        ("[a1]>=[b2]+[1]", "规则X用到的指标a1、b2不在表里"),
        ("[14]>=[6]", "规则X把金额和个数放在一起比较或相加"),
        ("[*]>=[1]", "规则X.14把金额和个数放在一起比较或相加"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_place(expr, fault):
    with pytest.raises(InvalidRule) as caught:
        read(expr)
    assert str(caught.value).startswith(fault)


@given(st.text(alphabet="[]0123456789*@-1#children+><=≥≤ab. ", max_size=40))
def test_any_text_is_either_a_rule_or_refused(expr):
    try:
        rules = read(expr)
    except InvalidRule:
        return
    for rule in rules:
        assert rule.evaluate(SOUND, BEFORE, SOUND).outcome in ("pass", "fail")
