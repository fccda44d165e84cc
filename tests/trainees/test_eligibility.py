"""Who may take part: each region's groups, on the day it is asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianxi.findings import blocking
from regions.folders import read_region
from trainees.rules import Facts, age_on, by_group, eligibility, years_after

DAY = date(2026, 11, 20)
GRADUATE = Facts(
    group="graduate",
    birth_date=date(2003, 5, 1),
    schooling="college",
    graduated_on=date(2025, 6, 30),
    studying=False,
    employed=False,
)
YOUTH = Facts(
    group="unemployed_youth",
    birth_date=date(2006, 5, 1),
    studying=False,
    employed=False,
    registered=True,
)
POLICIES = {
    slug: {rule.key: rule for version in read_region(slug).policies for rule in version.parameters}
    for slug in ("chongqing", "changsha", "ningxia")
}


def outcomes(slug, facts, day=DAY, **changed):
    found = eligibility(replace(facts, **changed), POLICIES[slug], day)
    return {finding.key: finding.shown for finding in found}


def may(slug, facts, day=DAY, **changed):
    """Whether nothing stands in the way and nothing is open."""
    return set(outcomes(slug, facts, day, **changed).values()) <= {"pass", "advice"}


def test_each_region_asks_what_its_documents_speak_of():
    assert {slug: list(outcomes(slug, GRADUATE)) for slug in POLICIES} == {
        "chongqing": ["minimum_age", "schooling", "graduation", "studying", "without_work"],
        "changsha": ["minimum_age", "schooling", "graduation", "without_work"],
        "ningxia": ["minimum_age", "schooling", "graduation", "without_work"],
    }
    assert {slug: list(outcomes(slug, YOUTH)) for slug in POLICIES} == {
        "chongqing": ["minimum_age", "youth_age", "studying", "without_work"],
        "changsha": ["minimum_age", "youth_age", "studying", "without_work", "registered"],
        "ningxia": ["minimum_age", "studying", "without_work"],
    }
    assert all(may(slug, facts) for slug in POLICIES for facts in (GRADUATE, YOUTH))


@pytest.mark.parametrize(
    ("slug", "graduated", "allowed"),
    [
        ("chongqing", date(2024, 11, 20), True),  # two years to the day
        ("chongqing", date(2024, 11, 19), False),
        ("changsha", date(2024, 11, 20), True),
        ("changsha", date(2024, 11, 19), False),
        ("ningxia", date(2010, 6, 30), True),  # no limit is printed
        ("chongqing", date(2026, 11, 20), True),
        ("chongqing", date(2026, 11, 21), False),  # not yet graduated
    ],
)
def test_years_since_graduation(slug, graduated, allowed):
    assert may(slug, GRADUATE, graduated_on=graduated) == allowed


@pytest.mark.parametrize(
    ("born", "allowed"),
    [
        (date(2010, 11, 20), True),  # 16 today
        (date(2010, 11, 21), False),
        (date(2001, 11, 21), True),  # 24, and 25 tomorrow
        (date(2001, 11, 20), False),
    ],
)
def test_the_age_of_unemployed_youths(born, allowed):
    assert [may(slug, YOUTH, birth_date=born) for slug in ("chongqing", "changsha")] == [
        allowed,
        allowed,
    ]


def test_ningxia_has_no_age_but_the_least_one():
    assert may("ningxia", YOUTH, birth_date=date(1990, 1, 1))
    assert not may("ningxia", YOUTH, birth_date=date(2011, 1, 1))


def test_registration_counts_where_it_is_asked_for():
    assert {slug: may(slug, YOUTH, registered=False) for slug in POLICIES} == {
        "chongqing": True,
        "changsha": False,
        "ningxia": True,
    }


def test_technicians_and_special_schools_count_as_graduates_in_changsha():
    for schooling in ("technician", "special_vocational"):
        assert {slug: may(slug, GRADUATE, schooling=schooling) for slug in POLICIES} == {
            "chongqing": False,
            "changsha": True,
            "ningxia": False,
        }
    assert not any(may(slug, GRADUATE, schooling="other") for slug in POLICIES)


def test_current_study_counts_as_the_highest_education_in_chongqing():
    assert {slug: may(slug, GRADUATE, studying=True) for slug in POLICIES} == {
        "chongqing": False,
        "changsha": True,
        "ningxia": True,
    }


def test_who_works_does_not_take_part():
    assert not any(
        may(slug, facts, employed=True) for slug in POLICIES for facts in (GRADUATE, YOUTH)
    )


def test_what_is_not_known_is_said_to_be_open():
    found = outcomes("changsha", Facts(group="unemployed_youth"))
    assert set(found.values()) == {"unknown"}
    assert blocking(eligibility(Facts(group="graduate"), POLICIES["changsha"], DAY)) == []


def test_a_minor_is_told_of_the_guardian_and_not_turned_away():
    assert outcomes("changsha", YOUTH, birth_date=date(2009, 5, 1))["guardian"] == "advice"
    assert "guardian" not in outcomes("changsha", YOUTH, birth_date=date(2008, 11, 20))


def test_a_finding_names_figures_and_clause():
    found = eligibility(
        replace(GRADUATE, graduated_on=date(2024, 6, 30)), POLICIES["changsha"], DAY
    )
    graduation = next(one for one in found if one.key == "graduation")
    assert (graduation.words, graduation.compared, graduation.source) == (
        "毕业离校 2 年内",
        "2024-06-30 毕业，到 2026-06-30 满 2 年",
        "长人社规〔2024〕4号二（一）",
    )


def test_the_same_facts_are_asked_of_every_group():
    both = replace(GRADUATE, registered=True)
    found = by_group(both, POLICIES["changsha"], DAY)
    assert {group: not blocking(findings) for group, findings in found.items()} == {
        "graduate": True,
        "unemployed_youth": True,
    }


@given(st.dates(date(1950, 1, 1), DAY), st.integers(1, 30))
def test_a_time_of_years_ends_on_the_day_they_are_full(start, years):
    last = years_after(start, years)
    if (start.month, start.day) == (2, 29) and last.day == 28:
        assert (last.month, age_on(start, last)) == (2, years - 1)
    else:
        assert [age_on(start, last - timedelta(days=back)) for back in (1, 0)] == [years - 1, years]
