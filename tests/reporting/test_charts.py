"""A year in pictures: what they show, to whom."""

import json
from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from reporting.models import Correction, Report
from reporting.year import targets
from reporting.year.pictures import CONFIRMING, LATE, NOT_DUE, ON_TIME, OVERDUE, RETURNED, step_of
from tests.factories import district, make_application, make_base, make_position
from tests.months import MARCH, compiled, officers, records, report_of, submitted
from tests.trainees.contracts import make_contract

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


def pictures(client, user, **asked):
    client.force_login(user)
    page = client.get(reverse("office:charts", args=["chongqing"]), {"year": "2026"} | asked)
    assert page.status_code == 200
    return page.context["pictures"]


def series(picture) -> dict:
    return {one.name: list(one.values) for one in picture.series}


def test_the_city_sees_all_districts_and_its_year(client, people, chongqing):
    records(HERE)
    values = {(district(HERE).pk, "trainees"): 3, (district(THERE).pk, "trainees"): 5}
    targets.enter(chongqing, 2026, values, actor="test", reason="")
    compiled(chongqing)
    goal, months, _, board = pictures(client, people[ABOVE, "viewer"], goal="trainees", code="13")
    at = goal.labels.index(HERE)
    assert (series(goal)["目标"][at], series(goal)["完成"][at], len(goal.labels)) == (3, 3, 39)
    assert series(months) == {"2026年": [None, None, 2, *[None] * 9]}  # of 2025 nothing is known
    assert series(board)[HERE][2] == OVERDUE
    assert json.loads(goal.data)["series"][0]["values"][at] == 3


def test_a_month_is_shown_as_submitted_whatever_the_records_say_now(client, people, chongqing):
    records(HERE)
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    records(HERE)
    compiled(chongqing)
    _, months, _, board = pictures(client, people[HERE, "viewer"], code="13")
    assert (series(months)["2026年"][2], series(board)[HERE][2]) == (2, LATE)


def test_a_month_being_corrected_is_shown_as_it_was_submitted(client, people, chongqing):
    records(HERE)
    compiled(chongqing)
    report = submitted(HERE, people[HERE, "clerk"])
    records(HERE)
    compiled(chongqing)
    Report.objects.filter(pk=report.pk).update(state=Report.State.RETURNED)

    def shown():
        return series(pictures(client, people[HERE, "viewer"], code="13")[1])["2026年"][2]

    assert shown() == 4
    Correction.objects.create(
        region=chongqing,
        report=report,
        corrected=report.versions.get(),
        state=Correction.State.APPROVED,
        reason="补录",
        asked_by=people[HERE, "clerk"],
        decided_by=people[ABOVE, "reviewer"],
    )
    assert shown() == 2


def test_what_is_not_all_submitted_is_told_apart_and_the_running_month_not_drawn(
    client, people, chongqing, on
):
    """February is in for one district, March for none, April runs."""
    records(HERE)
    records(THERE)
    for month in (MARCH.previous, MARCH, MARCH.next):
        compiled(chongqing, month)
    submitted(HERE, people[HERE, "clerk"], MARCH.previous)
    on(date(2026, 4, 20))

    def shown(where):
        months = pictures(client, people[where, "viewer"], code="13")[1]
        (drawn,) = json.loads(months.data)["series"]
        return [row["cells"][0] for row in months.rows[1:4]], drawn["values"][1:4], drawn["open"]

    assert shown(HERE) == ([2, "2*", "2（未到期）"], [2, 2, None], [2])
    assert shown(ABOVE) == (["4*", "4*", "4（未到期）"], [4, 4, None], [1, 2])


def test_money_is_shown_in_ten_thousand_yuan(client, people, chongqing):
    records(HERE)
    compiled(chongqing)
    months = pictures(client, people[HERE, "viewer"], code="14")[1]
    assert json.loads(months.data)["series"][0]["values"][2] == 0.21


def test_the_course_counts_each_person_once_and_as_far_as_it_came(client, people, chongqing):
    position = make_position(make_base(HERE), headcount=9)
    when = timezone.make_aware(datetime(2026, 2, 1))  # noqa: DTZ001
    facts = {"submitted_at": when}
    first = make_application(position, **facts)
    make_application(make_position(make_base(HERE)), first.trainee, **facts)
    make_application(position, state="referred", **facts)
    make_application(position, submitted_at=when.replace(year=2025))
    make_application(make_position(make_base(THERE)), **facts)
    for end in ({}, {"ended_on": date(2026, 8, 1), "end_kind": "completed", "outcome": "retained"}):
        accepted = make_application(position, state="accepted", due_on=None, **facts)
        agreement = make_contract(accepted, "signed").agreement
        for name, value in ({"arrived_on": agreement.signed_on} | end).items():
            setattr(agreement, name, value)
        if end:
            agreement.signed_on = agreement.arrived_on = date(2026, 2, 2)
        agreement.save()
    course = pictures(client, people[HERE, "viewer"])[2]
    assert series(course)["人数"] == [4, 3, 2, 2, 1, 1]
    assert series(pictures(client, people[ABOVE, "viewer"])[2])["人数"] == [5, 3, 2, 2, 1, 1]


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ({"first": date(2026, 4, 2)}, ON_TIME),
        ({"first": date(2026, 4, 3)}, LATE),
        ({"first": date(2026, 4, 2), "state": "returned"}, RETURNED),
        ({"first": date(2026, 4, 2), "state": "confirming"}, CONFIRMING),
        ({}, OVERDUE),
        ({"due": None}, NOT_DUE),
        ({"ends_on": date(2099, 1, 31)}, NOT_DUE),
    ],
)
def test_how_a_month_came_in(facts, step):
    first = facts.get("first")
    report = Report(
        state=facts.get("state", "submitted" if first else "compiled"),
        ends_on=facts.get("ends_on", MARCH.end),
        due_on=facts.get("due", date(2026, 4, 2)),
        first_submitted_at=first and timezone.make_aware(datetime(*first.timetuple()[:3], 23)),  # noqa: DTZ001
    )
    report.under_correction = False
    assert step_of(report) == step


def test_a_district_looks_at_nobody_else(client, people, chongqing):
    records(THERE)
    compiled(chongqing)
    shown = pictures(client, people[HERE, "viewer"])
    assert [list(shown[0].labels), [s.name for s in shown[3].series]] == [[HERE], [HERE]]
    url = reverse("office:charts", args=["chongqing"])
    assert client.get(url, {"unit": district(THERE).key}).status_code == 404
    assert report_of(THERE).district.name == THERE


@pytest.mark.parametrize(
    "asked", [{"year": "1"}, {"year": "x"}, {"code": "99"}, {"goal": "x"}, {"form": "x"}]
)
def test_what_is_not_known_is_not_found(client, people, asked):
    client.force_login(people[HERE, "viewer"])
    assert client.get(reverse("office:charts", args=["chongqing"]), asked).status_code == 404
