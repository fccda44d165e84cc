"""月末核对: what a base's month says, who may confirm it in which state, what changed since."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jianxi.workflow import TransitionRefused
from regions.models import District, PolicyParameter
from reporting.models import Form, Report
from tests.factories import district, in_region, make_position
from tests.trainees.months import (
    ARRIVED,
    FEBRUARY,
    LAST_YEAR,
    MARCH,
    TODAY,
    agreement,
    change,
    confirmed,
    history_of,
    inside,
    make_scene,
    submit_march,
)
from trainees.models import Agreement
from trainees.month_checks import Changed, changed_checks, changed_since, differences
from trainees.month_sheet import sheet_of
from trainees.months import due, opens_on, to_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(on):
    on(TODAY)
    return on


@pytest.fixture
def at(on):
    return make_scene()


# --- What a month says

CASES = {
    # name: (facts, on post, arrived, ended, missing, to come)
    "on post": ({}, 1, 0, 0, "", ""),
    "arrived": ({"arrived_on": ARRIVED}, 1, 1, 0, "", ""),
    "ends within": ({"planned_end": MARCH.end}, 1, 0, 0, "", "期满"),
    "ends today": ({"planned_end": TODAY}, 1, 0, 0, "", "期满"),
    "should have ended": (
        {"planned_end": date(2026, 3, 26)},
        *(1, 0, 0, "过了约定结束，没有办结束", ""),
    ),
    "ended": (
        {"ended_on": ARRIVED, "end_kind": "completed", "outcome": "retained"},
        *(0, 0, 1, "", ""),
    ),
    "without outcome": (
        {"ended_on": ARRIVED, "end_kind": "completed"},
        *(0, 0, 1, "期满结束，没有登记去向", ""),
    ),
    "terminated": ({"ended_on": ARRIVED, "end_kind": "terminated"}, 0, 0, 1, "", ""),
    "should have come": (
        {"arrived_on": None, "planned_start": ARRIVED},
        *(0, 0, 0, "过了约定开始，没有登记到岗", ""),
    ),
    "comes": ({"arrived_on": None, "planned_start": MARCH.end}, 0, 0, 0, "", "到岗"),
    "cancelled": (
        {"arrived_on": None, "ended_on": ARRIVED, "end_kind": "cancelled"},
        *(0, 0, 0, "", ""),
    ),
    "ended before": ({"ended_on": FEBRUARY.end, "end_kind": "terminated"}, None),
    "comes after": ({"arrived_on": None, "planned_start": date(2026, 4, 1)}, None),
    "void": ({"voided_at": timezone.now()}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_month_says_of_an_agreement(at, name):
    facts, *expected = CASES[name]
    agreement(at, **facts)
    with in_region("chongqing"):
        agreement(at, make_position(at.other))
        sheet = sheet_of(at.base, MARCH, TODAY)
    if expected == [None]:
        assert sheet.rows == []
        return
    assert [
        *(len(sheet.on_post), len(sheet.arrived), sheet.left),
        "".join(mark.words for mark in sheet.gaps),
        "".join(mark.words for mark in sheet.coming),
    ] == expected


def test_a_month_that_is_over_says_how_it_ended_and_what_is_missing_still(at):
    later = agreement(at, arrived_on=ARRIVED, planned_start=FEBRUARY.end)
    gone = agreement(at, ended_on=ARRIVED, end_kind="terminated")
    missing = agreement(at, planned_end=date(2026, 2, 20))
    with inside(at):
        sheet = sheet_of(at.base, FEBRUARY, TODAY)
    assert [row.pk for row in sheet.on_post] == [gone.pk, missing.pk]
    assert [mark.row.pk for mark in sheet.gaps] == [missing.pk]
    assert (sheet.arrived, sheet.ended, sheet.coming) == ([], [], [])
    assert later.pk in sheet.told


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("chongqing", date(2026, 4, 1)),  # the second working day is the district's
        ("changsha", date(2026, 4, 1)),
        ("ningxia", date(2026, 4, 1)),  # cities on the third, counties on the second
    ],
)
def test_it_is_due_before_the_first_unit_reports(slug, expected):
    with in_region(slug):
        assert due(MARCH).date == expected


def ends_below():
    """A unit below the reporting ones that is none any more."""
    parent = district("渝中区")
    District.objects.create(
        region=parent.region,
        parent=parent,
        name="旧镇",
        kind="county",
        code="500103900",
        path=f"{parent.path}x/",
        valid_from=date(2020, 1, 1),
        valid_to=date(2025, 12, 31),
    )


def reports_by_county():
    Form.objects.update(reporting_level="county")


def was_opened():
    """The calendar said another day then."""
    submit_march(SimpleNamespace(base=SimpleNamespace(district=district("渝中区"))))
    Report.objects.update(due_on=date(2026, 4, 8))


def names_no_deadline():
    PolicyParameter.objects.filter(key="report_deadline").delete()


@pytest.mark.parametrize(
    ("slug", "given", "expected"),
    [
        ("chongqing", ends_below, date(2026, 4, 1)),
        ("ningxia", reports_by_county, date(2026, 4, 2)),
        ("chongqing", was_opened, date(2026, 4, 7)),
        ("chongqing", names_no_deadline, MARCH.end),
    ],
)
def test_the_first_unit_reports_as_its_form_says(slug, given, expected):
    with in_region(slug):
        given()
        assert due(MARCH).date == expected


def test_it_opens_on_the_day_laid_down(at):
    with inside(at):
        assert opens_on(MARCH) == date(2026, 3, 25)
        assert [str(to_check(date(2026, 3, day))) for day in (24, 25)] == ["2026-02", "2026-03"]


# --- Who, and in which state


def opening(at, on):
    on(date(2026, 3, 24))


def stale(at, on):
    return {"seen": "an earlier one"}


def with_a_gap(at, on):
    agreement(at, planned_end=date(2026, 3, 20))


def with_a_gap_told(at, on):
    with_a_gap(at, on)
    return {"note": "本人请假，下周补"}


def already(at, on):
    confirmed(at, actor=at.helper)


def already_and_changed(at, on):
    already(at, on)
    agreement(at, arrived_on=ARRIVED)


def closed(at, on):
    submit_march(at)


def returned(at, on):
    submit_march(at, "returned")


def nobody(at, on):
    with in_region("chongqing"):
        Agreement.objects.update(voided_at=timezone.now())


# state → what happens to who may, the exception or who is said to have confirmed
STATES = {
    opening: TransitionRefused,
    lambda at, on: None: "钱负责",
    stale: Changed,
    with_a_gap: ValidationError,
    with_a_gap_told: "钱负责",
    already: "冯同事",
    already_and_changed: "钱负责",
    closed: TransitionRefused,
    returned: "钱负责",
    nobody: TransitionRefused,
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_states_and_roles(at, on, state):
    agreement(at)
    facts = state(at, on) or {}
    before = history_of(at)
    for actor in (at.stranger, at.youth, at.clerk, at.root):
        with pytest.raises(PermissionDenied):
            confirmed(at, actor=actor, **facts)
    assert history_of(at) == before
    expected = STATES[state]
    if isinstance(expected, str):
        assert confirmed(at, **facts).confirmed_by.name == expected
    else:
        with pytest.raises(expected):
            confirmed(at, **facts)
        assert history_of(at) == before


def test_what_is_kept(at):
    rows = [agreement(at, arrived_on=ARRIVED), agreement(at), agreement(at, arrived_on=None)]
    rows.append(agreement(at, ended_on=ARRIVED, end_kind="completed", outcome="retained"))
    check = confirmed(at, note="一人还没有来，已联系")
    assert (check.on_post, check.arrived, check.ended) == (2, 1, 1)
    assert (check.month, check.note) == (MARCH.start, "一人还没有来，已联系")
    with inside(at):
        versions = Agreement.pgh_event_model.objects.filter(pgh_id__in=check.versions)
        kept = {event.pgh_obj_id for event in versions}
    assert kept == {row.pk for row in rows}


# --- Since then

AFTER = date(2026, 4, 7)
CHANGES = {
    "arrival put right": ({"arrived_on": ARRIVED}, 1),
    "ended within": ({"ended_on": TODAY, "end_kind": "terminated"}, 1),
    "void": ({"voided_at": timezone.now()}, 1),
    "ended afterwards": ({"ended_on": AFTER, "end_kind": "terminated"}, 0),
    "mentor": ({"mentor": "王师傅"}, 0),
    "nothing": ({}, 0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_counts_as_a_change_of_the_month(at, name):
    facts, expected = CHANGES[name]
    row = agreement(at)
    check = confirmed(at)
    change(row, **facts)
    with in_region("chongqing"):
        agreement(at, make_position(at.other), arrived_on=ARRIVED)
        assert len(changed_since([check])[check.pk]) == expected
        assert changed_checks(MARCH).count() == expected
        assert [one.row for one in differences(check)] == [row] * expected


def test_who_came_later_is_a_change_and_one_taken_back_is_none(at):
    row = agreement(at)
    check = confirmed(at)
    new = agreement(at, arrived_on=ARRIVED)
    change(row, arrived_on=ARRIVED)
    change(row, arrived_on=LAST_YEAR)
    with inside(at):
        assert changed_since([check]) == {check.pk: {new.pk}}
        assert list(changed_checks(MARCH)) == [check]
        (one,) = differences(check)
        assert (one.row, one.then, one.now.arrived_on) == (new, None, ARRIVED)


def test_many_are_compared_in_two_statements(at, django_assert_num_queries):
    agreement(at)
    checks = [confirmed(at, month) for month in (MARCH, FEBRUARY)]
    agreement(at, planned_start=ARRIVED, arrived_on=ARRIVED)
    with inside(at), django_assert_num_queries(2):
        changed = changed_since(checks)
    assert [len(changed[check.pk]) for check in checks] == [1, 0]
