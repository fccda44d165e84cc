"""What a position is checked for, by the policy of each region."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from positions.rules import Facts, check_position, needed
from regions.folders import read_region

DAY = date(2026, 11, 20)
SOUND = Facts(
    day=DAY,
    base_exists=True,
    base_word="基地",
    headcount=10,
    allowance=Decimal(2400),
    minimum_wage=Decimal(2330),
    wage_source="示例文号",
    insured=100,
    insured_on=date(2026, 1, 1),
    places_this_year=0,
    valid_until=date(2027, 3, 31),
    months=6,
    hazards=False,
    education="",
    major="",
    words="前端开发见习生\n编写网页",
)


def policy(slug):
    """The parameters of a region's files, by key, later versions over earlier ones."""
    versions = read_region(slug).policies
    return {rule.key: rule for version in versions for rule in version.parameters}


def outcomes(slug, **facts):
    findings = check_position(replace(SOUND, **facts), policy(slug))
    return {finding.key: finding.shown for finding in findings}


def finding(slug, key, **facts):
    found = check_position(replace(SOUND, **facts), policy(slug))
    return next(one for one in found if one.key == key)


def test_where_no_document_speaks_of_the_wage_less_is_only_told():
    less = finding("chongqing", "allowance", allowance=Decimal(1))
    assert (less.shown, less.blocks, less.source) == ("advice", False, "")
    assert "1.00 元 < 2,330.00 元（示例文号）" in less.compared
    for facts in ({}, {"allowance": None}, {"allowance": Decimal(1), "minimum_wage": None}):
        assert "allowance" not in outcomes("chongqing", **facts)


def test_each_region_checks_what_its_documents_speak_of():
    assert outcomes("chongqing") == {"base": "pass", "validity": "pass", "yearly_cap": "pass"}
    assert outcomes("changsha") == {
        "base": "pass",
        "validity": "pass",
        "allowance": "pass",
        "yearly_least": "pass",
        "months": "pass",
    }
    assert outcomes("ningxia") == {
        "base": "pass",
        "validity": "pass",
        "allowance": "pass",
        "education_and_major_gates_forbidden": "pass",
        "interviews_forbidden": "pass",
    }


@pytest.mark.parametrize(
    ("slug", "facts", "outcome", "blocks"),
    [
        ("changsha", {"allowance": Decimal("2330.00")}, "pass", False),
        ("changsha", {"allowance": Decimal("2329.99")}, "fail", True),
        ("changsha", {"allowance": None}, "unknown", False),
        ("changsha", {"minimum_wage": None}, "unknown", False),
        ("ningxia", {"allowance": Decimal("2000")}, "advice", False),
        ("ningxia", {"allowance": None}, "pass", False),  # public funds pay
    ],
)
def test_the_allowance_against_the_minimum_wage(slug, facts, outcome, blocks):
    found = finding(slug, "allowance", **facts)
    assert (found.shown, found.blocks) == (outcome, blocks)


def test_a_finding_tells_the_figures_and_the_clause():
    found = finding("changsha", "allowance", allowance=Decimal(2000))
    assert found.compared == "2,000.00 元 < 2,330.00 元（示例文号）"
    assert found.source.startswith("长人社规〔2024〕4号三（一）")


@pytest.mark.parametrize(
    ("facts", "outcome", "compared"),
    [
        (
            {"places_this_year": 90},
            "pass",
            "今年已发布 90 个，连同这次 100 个；参保 100 人（2026-01-01）",
        ),
        (
            {"places_this_year": 91},
            "advice",
            "今年已发布 91 个，连同这次 101 个；参保 100 人（2026-01-01）",
        ),
        ({"insured": None}, "unknown", "今年已发布 0 个，连同这次 10 个；参保人数没有登记"),
    ],
)
def test_chongqings_cap_by_insured_staff_advises(facts, outcome, compared):
    found = finding("chongqing", "yearly_cap", **facts)
    assert (found.shown, found.compared, found.blocks) == (outcome, compared, False)


def test_changshas_least_number_of_positions_is_told_and_holds_nothing_up():
    assert finding("changsha", "yearly_least", headcount=9).shown == "advice"
    assert finding("changsha", "yearly_least", headcount=9, places_this_year=1).shown == "pass"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"education": "本科及以上"}, "填写了学历要求"),
        ({"major": "计算机"}, "填写了专业要求"),
        ({"education": "大专", "major": "会计"}, "填写了学历要求、专业要求"),
    ],
)
def test_ningxia_forbids_gates(facts, told):
    found = finding("ningxia", "education_and_major_gates_forbidden", **facts)
    assert (found.blocks, found.compared) == (True, told)
    assert found.source == "宁人社函〔2020〕272号二"


def test_any_education_is_no_gate():
    key = "education_and_major_gates_forbidden"
    assert finding("ningxia", key, education="不限", major=" ").shown == "pass"


def test_a_word_of_interviews_is_for_the_officer_to_judge():
    found = finding("ningxia", "interviews_forbidden", words="面试后择优录用")
    assert (found.shown, found.blocks) == ("unknown", False)
    assert found.compared == "提到“面试”“择优录”，请核对是否用来确定人选"


@pytest.mark.parametrize(
    ("facts", "key"),
    [({"base_exists": False}, "base"), ({"valid_until": date(2026, 11, 19)}, "validity")],
)
def test_no_region_publishes_without_a_base_or_past_its_validity(facts, key):
    for slug in ("chongqing", "changsha", "ningxia"):
        assert finding(slug, key, **facts).blocks


def test_a_position_is_valid_on_its_last_day():
    assert finding("chongqing", "validity", valid_until=DAY).shown == "pass"


@pytest.mark.parametrize(
    ("months", "outcome"), [(2, "advice"), (3, "pass"), (12, "pass"), (13, "advice")]
)
def test_the_usual_length_of_an_internship_advises(months, outcome):
    assert finding("changsha", "months", months=months).shown == outcome


def test_hazards_are_told_of():
    assert finding("chongqing", "hazards", hazards=True).shown == "advice"
    assert "hazards" not in outcomes("chongqing")


def test_an_allowance_is_needed_where_the_base_pays_it():
    assert {
        slug: "allowance" in needed(policy(slug)) for slug in ("chongqing", "changsha", "ningxia")
    } == {
        "chongqing": True,
        "changsha": True,
        "ningxia": False,
    }
