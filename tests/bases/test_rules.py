"""What an application is checked for, in the words and figures of each region's documents."""

from dataclasses import replace
from datetime import date

import pytest

from bases.rules import Facts, check_base, check_visit, needed_papers, years_later
from jianxi.findings import blocking
from regions.policy import policy_at
from tests.factories import in_region

DAY = date(2026, 11, 20)
CLAUSE = "长人社规〔2024〕4号二（七）"
LISTED = "单项冠军企业"
SOUND = Facts(
    day=DAY,
    base_word="基地",
    renewal=False,
    standing="",
    founded_on=date(2015, 3, 1),
    insured=120,
    insured_as_of=date(2026, 10, 31),
    relaxed_as="",
    proof=False,
    places_a_year=12,
    exits=(),
    written={"安全管理制度": True, "见习计划": True},
)


def policy_of(slug):
    with in_region(slug):
        return policy_at(DAY)


@pytest.fixture
def changsha(db):
    return policy_of("changsha")


@pytest.fixture
def chongqing(db):
    return policy_of("chongqing")


def found(policy, **facts):
    return {one.key: one for one in check_base(replace(SOUND, **facts), policy)}


def test_a_sound_one_passes_all_there_is(changsha, chongqing):
    assert {key: one.outcome for key, one in found(changsha).items()} == {
        "standing": "pass",
        "base_min_years_registered": "pass",
        "base_min_insured": "pass",
        "base_min_positions_per_year": "pass",
        "written": "pass",
    }
    assert {key: one.outcome for key, one in found(chongqing).items()} == {
        "standing": "pass",
        "bar_after_failed_assessment_years": "pass",
        "written": "pass",
    }


@pytest.mark.parametrize(
    ("founded_on", "outcome"),
    [
        (date(2023, 11, 20), "pass"),  # three years today
        (date(2023, 11, 21), "fail"),
        (None, "unknown"),
    ],
)
def test_years_registered_are_strict(changsha, founded_on, outcome):
    one = found(changsha, founded_on=founded_on)["base_min_years_registered"]
    assert (one.outcome, one.strict, one.source) == (outcome, True, CLAUSE)
    assert one.blocks == (outcome == "fail")


@pytest.mark.parametrize(
    ("insured", "shown"), [(30, "pass"), (29, "advice"), (0, "advice"), (None, "unknown")]
)
def test_insured_staff_advise(changsha, insured, shown):
    one = found(changsha, insured=insured)["base_min_insured"]
    assert (one.shown, one.blocks) == (shown, False)


def test_both_are_relaxed_for_who_proves_to_be_of_a_named_kind(changsha):
    young = {"founded_on": date(2025, 6, 1), "insured": 8, "relaxed_as": LISTED}
    bare, proved = found(changsha, **young), found(changsha, proof=True, **young)
    assert bare["base_relaxed_for"].outcome == "unknown"
    assert [one.key for one in blocking(bare.values())] == ["base_min_years_registered"]
    assert proved["base_relaxed_for"].outcome == "pass"
    assert blocking(proved.values()) == []
    assert proved["base_min_years_registered"].shown == "advice"
    assert proved["base_min_years_registered"].compared == (
        "2025-06-01 成立；属于“单项冠军企业”，可适当放宽"
    )


def test_another_kind_relaxes_nothing(changsha):
    facts = {"founded_on": date(2025, 6, 1), "relaxed_as": "网红企业", "proof": True}
    assert found(changsha, **facts)["base_relaxed_for"].shown == "advice"
    assert found(changsha, **facts)["base_min_years_registered"].blocks


def test_an_exit_within_the_bar_is_for_the_officer_to_judge(chongqing):
    key = "bar_after_failed_assessment_years"
    recent = found(chongqing, exits=((date(2024, 5, 1), "考核不合格"),))[key]
    assert (recent.outcome, recent.blocks) == ("unknown", False)
    assert recent.compared == "2024-05-01 退出：考核不合格"
    assert found(chongqing, exits=((date(2023, 11, 20), "考核不合格"),))[key].outcome == "pass"


@pytest.mark.parametrize(("places", "shown"), [(10, "pass"), (9, "advice"), (None, "unknown")])
def test_the_plan_of_places_advises(changsha, places, shown):
    assert found(changsha, places_a_year=places)["base_min_positions_per_year"].shown == shown


def test_who_is_a_base_is_not_made_one_again(changsha):
    assert found(changsha, standing="2024-01-01 认定")["standing"].blocks
    assert not found(changsha, standing="2024-01-01 认定", renewal=True)["standing"].blocks
    assert found(changsha, renewal=True)["standing"].blocks


@pytest.mark.parametrize(
    ("offered", "taken_in", "shown"),
    [
        ((12, 10, 11), 3, "unknown"),  # the assessment is the officer's
        ((12, 9, 11), 3, "advice"),
        ((12, 10, 11), 0, "advice"),
        ((), 0, "advice"),
    ],
)
def test_a_renewal_looks_back_on_the_term(changsha, chongqing, offered, taken_in, shown):
    facts = {"renewal": True, "standing": "在", "offered": offered, "taken_in": taken_in}
    assert found(changsha, **facts)["term"].shown == shown
    assert "term" not in found(chongqing, **facts)


def test_what_is_not_in_writing_is_named(changsha):
    one = found(changsha, written={"安全管理制度": True, "见习计划": False})["written"]
    assert (one.shown, one.compared) == ("advice", "还缺见习计划")


@pytest.mark.parametrize(
    ("visited_on", "suitable", "outcome"),
    [(None, False, "unknown"), (DAY, False, "fail"), (DAY, True, "pass")],
)
def test_the_visit_where_a_document_asks_for_it(chongqing, changsha, visited_on, suitable, outcome):
    assert [one.outcome for one in check_visit(visited_on, suitable, chongqing)] == [outcome]
    assert check_visit(visited_on, suitable, changsha) == []


def test_papers_follow_from_what_is_asked(changsha, chongqing):
    assert needed_papers("", changsha) == ["licence", "insured"]
    assert needed_papers(LISTED, changsha) == ["licence", "insured", "relaxation"]
    assert needed_papers("", chongqing) == ["licence"]


def test_a_leap_day_has_its_year():
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)
    assert years_later(date(2024, 2, 29), 4) == date(2028, 2, 29)
