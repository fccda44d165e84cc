"""What an agreement is checked for, and what it says: facts in, words out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from regions.policy import Parameter
from trainees.contract_rules import Facts, check_contract, months_later, needed
from trainees.contract_text import Terms, contract_text, digest, in_articles

FACTS = Facts(
    day=date(2026, 11, 20),
    start=date(2026, 12, 1),
    end=date(2027, 5, 31),
    minor=False,
    consent=False,
    insured=True,
    runs_elsewhere=False,
    allowance=Decimal("2400"),
    offered=Decimal("2400"),
    offered_months=6,
)
TERMS = Terms(
    base_word="基地",
    district="渝中区",
    employer="甲公司",
    uscc="91500000000000019X",
    youth="何小雨",
    document="居民身份证",
    document_number="500103200305010031",
    guardian="",
    position="前端开发见习生",
    category="技术技能类",
    workplace="示例大道1号。",
    start=date(2026, 12, 1),
    end=date(2027, 5, 31),
    hours="每天 8 小时",
    duties="编写网页\n参加代码评审",
    mentor="王大山",
    allowance=Decimal("2400"),
    public_funds=False,
    benefits="",
    insurance=None,
    more="",
)


def parameter(value, strict=True):
    return Parameter(value, "示例文号一", strict, "示例文件", False)


def outcome(facts, key, **policy):
    found = {finding.key: finding for finding in check_contract(facts, policy)}
    return found[key].shown if key in found else None


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 20), 3, date(2027, 2, 20)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("end", "strict", "shown"),
    [
        (date(2027, 2, 27), True, "fail"),  # a day short of three months
        (date(2027, 2, 28), True, "pass"),
        (date(2027, 11, 30), True, "pass"),
        (date(2027, 12, 1), True, "pass"),  # the same day a year on
        (date(2027, 12, 2), True, "fail"),
        (date(2027, 12, 2), False, "advice"),
    ],
)
def test_the_term_is_held_against_the_policys_months(end, strict, shown):
    rule = parameter([3, 12], strict)
    assert outcome(replace(FACTS, end=end), "months", internship_months=rule) == shown


@pytest.mark.parametrize(
    ("end", "shown"),
    [
        (date(2027, 4, 29), "advice"),
        (date(2027, 4, 30), "pass"),
        (date(2027, 7, 1), "pass"),
        (date(2027, 7, 2), "advice"),
    ],
)
def test_the_term_is_held_against_the_positions(end, shown):
    assert outcome(replace(FACTS, end=end), "as_published") == shown
    assert outcome(replace(FACTS, end=end, offered_months=None), "as_published") is None


@pytest.mark.parametrize(
    ("end", "shown"),
    [(date(2026, 12, 15), "fail"), (date(2027, 12, 1), None), (date(2029, 11, 30), "fail")],
)
def test_a_term_of_days_or_years_is_none(end, shown):
    rule = parameter([1, 12])
    assert outcome(replace(FACTS, end=end), "agreement_months", agreement_months=rule) == shown


@pytest.mark.parametrize(
    ("agreed", "offered", "shown"),
    [
        ("1.00", "2100", "fail"),
        ("2099.99", "2100", "fail"),
        ("2100", "2100", "pass"),
        ("2500", "2100", "pass"),
        (None, "2100", "fail"),
        ("1.00", None, None),
    ],
)
def test_no_less_is_paid_than_was_published(agreed, offered, shown):
    money = {"allowance": agreed and Decimal(agreed), "offered": offered and Decimal(offered)}
    assert outcome(replace(FACTS, **money), "offered") == shown


def test_what_no_document_speaks_of_is_not_checked():
    assert outcome(FACTS, "months") is None
    assert outcome(FACTS, "insurance") is None
    assert outcome(FACTS, "consent") is None


def test_it_does_not_begin_before_it_is_signed():
    assert outcome(FACTS, "start") == "pass"
    assert outcome(replace(FACTS, start=date(2026, 11, 19)), "start") == "fail"


@pytest.mark.parametrize(("consent", "shown"), [(True, "pass"), (False, "fail")])
def test_a_minor_needs_the_guardians_consent(consent, shown):
    assert outcome(replace(FACTS, minor=True, consent=consent), "consent") == shown


@pytest.mark.parametrize(
    ("buyer", "insured", "shown"),
    [("base", True, "pass"), ("base", False, "advice"), ("government", False, "pass")],
)
def test_insurance_is_the_buyers_and_only_advises_before_the_start(buyer, insured, shown):
    rule = parameter({"kind": "意外险", "buyer": buyer})
    assert outcome(replace(FACTS, insured=insured), "insurance", insurance=rule) == shown


def test_a_second_running_agreement_is_none():
    assert outcome(replace(FACTS, runs_elsewhere=True), "one_running") == "fail"


def test_where_public_funds_pay_the_base_need_not():
    assert "allowance" in needed({})
    assert "allowance" not in needed({"allowance_to_min_wage": parameter(1.0)})


# --- The text


def test_every_term_stands_in_the_text():
    text = contract_text(replace(TERMS, benefits="包午餐", more="每周五学习半天"))
    for said in [
        "甲公司",
        "91500000000000019X",
        "何小雨",
        "500103200305010031",
        "示例大道1号。换",
        "2026-12-01 起，至 2027-05-31 止",
        "每天 8 小时。甲方",
        "编写网页；参加代码评审。",
        "王大山",
        "2,400.00 元",
        "包午餐。",
        "十、其他约定\n每周五学习半天",
    ]:
        assert said in text


def test_another_letter_is_another_digest():
    text = contract_text(TERMS)
    assert digest(text) == digest(contract_text(replace(TERMS)))
    assert digest(text) != digest(contract_text(replace(TERMS, allowance=Decimal("2400.01"))))
    assert len(digest(text)) == 64


def test_a_guardian_and_no_night_shift_for_a_minor():
    text = contract_text(replace(TERMS, guardian="何某"))
    assert "监护人何某已同意" in text
    assert "有毒有害" in text


def test_the_articles_are_the_text_again():
    text = contract_text(replace(TERMS, more="一、我们的约定\n无"))
    title, opening, articles = in_articles(text)
    lines = [title, *opening]
    for heading, below in articles:
        lines += [heading, *below]
    assert "\n".join(lines) == text
    assert [heading for heading, _ in articles][:2] == ["一、见习岗位", "二、见习期限和时间"]
