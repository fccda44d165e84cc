"""The board of months, the work list, and who is told to act."""

from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from jianxi.history import acting
from jianxi.worklist import waiting_for
from reporting.compiling import form_for
from reporting.models import Report
from reporting.paper import unfinished
from reporting.periods import Period
from reporting.sheet import sheet_of
from reporting.workflow import WORKFLOW
from reporting.year.pictures import (
    CONFIRMING,
    LATE,
    ON_TIME,
    OVERDUE,
    RETURNED,
    TAKEN_BACK,
    board_picture,
)
from tests.factories import district
from tests.months import MARCH, address, compiled, officers, records, report_of, submitted

HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def month(chongqing):
    records(HERE)
    compiled(chongqing)


@pytest.fixture
def people(month):
    return officers(HERE, ABOVE)


def board(client, user, **asked):
    client.force_login(user)
    return client.get(reverse("office:months", args=["chongqing"]), asked)


def items(client, user) -> list:
    cache.clear()
    client.force_login(user)
    request = client.get(reverse("office:home", args=["chongqing"])).wsgi_request
    return [item for item in waiting_for(request) if item.kind == "月报"]


def waiting(client, user) -> list[tuple]:
    return [(item.subtitle, item.action, item.url) for item in items(client, user)]


def test_a_district_sees_its_own_months_with_clock_and_whose_turn_it_is(client, people, chongqing):
    compiled(chongqing, MARCH.next)
    submitted(HERE, people[HERE, "clerk"])
    (section,) = board(client, people[HERE, "clerk"], year="2026").context["sections"]
    april, march = section["months"]
    assert (april["clock"].due_on, april["clock"].late) == (date(2026, 5, 7), True)
    assert (april["next"], april["is_late"]) == (f"{HERE}经办（{HERE}）", True)
    assert (march["clock"], march["is_late"]) == (None, True)
    assert march["next"] == f"{ABOVE}复核（{ABOVE}）"
    assert section["below"] == section["tallies"] == []


def test_the_region_counts_its_units_and_sees_each(client, people):
    submitted(HERE, people[HERE, "clerk"])
    (section,) = board(client, people[ABOVE, "viewer"], year="2026").context["sections"]
    tally = section["tallies"][0]["tally"]
    assert (tally.units, tally.submitted, tally.missing) == (39, 1, 38)
    assert (tally.late, tally.overdue, tally.to_review, tally.settled) == (1, 38, 1, 0)
    words = {row["unit"].name: row["cells"][0]["mark"] for row in section["below"]}
    assert (words[HERE].word, words[HERE].late) == ("已报送", True)
    assert (words["万州区"].word, words["万州区"].tone) == ("超期未报", "late")


def test_a_month_returned_in_time_is_not_late(client, people):
    with acting("test"):
        Report.objects.update(due_on=date(2099, 1, 1))
    report = submitted(HERE, people[HERE, "clerk"])
    WORKFLOW.move(report, "return", actor=people[ABOVE, "reviewer"], comment="14项请核对")
    with acting("test"):
        Report.objects.update(due_on=timezone.localdate())
    (section,) = board(client, people[HERE, "clerk"]).context["sections"]
    assert (section["months"][0]["clock"], section["months"][0]["is_late"]) == (None, False)


def test_a_running_month_is_not_missing(client, people, chongqing):
    compiled(chongqing, Period.month_of(timezone.localdate()))
    (section,) = board(client, people[ABOVE, "viewer"]).context["sections"]
    assert section["below"][0]["cells"][-1]["mark"].word == "未到期"


@pytest.mark.parametrize("asked", [{"form": "ningxia15"}, {"year": "1999"}, {"page": "0"}], ids=str)
def test_what_the_board_does_not_have_is_not_found(client, people, asked):
    assert board(client, people[ABOVE, "viewer"], **asked).status_code == 404


def test_the_board_takes_as_many_statements_for_many_months_as_for_one(
    client, people, chongqing, django_assert_num_queries, django_assert_max_num_queries
):
    board(client, people[ABOVE, "viewer"])
    url = reverse("office:months", args=["chongqing"])
    with django_assert_max_num_queries(50) as few:
        client.get(url)
    for period in (MARCH.next, MARCH.previous):
        compiled(chongqing, period)
    with django_assert_num_queries(len(few)):
        client.get(url)


def test_the_work_list_says_whose_turn_it_is(client, people, chongqing):
    clerk, reviewer = people[HERE, "clerk"], people[HERE, "reviewer"]
    here, above = address("month"), address("month", unit=ABOVE)
    assert waiting(client, clerk) == [(f"{HERE} · 已编制", "去报送", here)]
    assert waiting(client, people[ABOVE, "clerk"]) == waiting(client, reviewer) == []
    chongqing.two_person_submission = True
    chongqing.save()
    WORKFLOW.move(report_of(HERE), "hand_up", actor=clerk)
    assert waiting(client, reviewer) == [(f"{HERE} · 待复核", "去复核", here)]
    WORKFLOW.move(report_of(HERE), "confirm", actor=reviewer)
    assert waiting(client, clerk) == waiting(client, reviewer) == []
    assert waiting(client, people[ABOVE, "reviewer"]) == [
        (f"{ABOVE} · 1 个单位待审定", "去审定", above)
    ]
    WORKFLOW.move(report_of(HERE), "return", actor=people[ABOVE, "reviewer"], comment="请核对")
    today = timezone.localdate()
    since = f"{HERE} · 退回待重报，{today:%m-%d} 起 · 首次迟报"
    assert waiting(client, clerk) == [(since, "去重报", here)]
    WORKFLOW.move(report_of(HERE), "hand_up", actor=clerk)
    assert not any(item.due_on for item in items(client, reviewer))
    WORKFLOW.move(report_of(HERE), "confirm", actor=reviewer)
    WORKFLOW.move(report_of(HERE), "withdraw", actor=reviewer, comment="漏了一份")
    assert waiting(client, clerk) == [(since.replace("退回", "撤回"), "去重报", here)]
    for name, actor in (("hand_up", clerk), ("send_back", reviewer)):
        WORKFLOW.move(report_of(HERE), name, actor=actor, comment="请核对")
    assert waiting(client, clerk) == [(since, "去重报", here)]


def test_how_a_month_came_in_is_counted_alike_everywhere(client, people, chongqing):
    """One in time and one late, one returned, one taken back, one handed up and never in, the others
    overdue."""
    with acting("test"):
        Report.objects.update(due_on=date(2026, 4, 2))
        for where in (HERE, "万州区", "巴南区", "沙坪坝区"):
            submitted(where, people[ABOVE, "clerk"])
        early = timezone.make_aware(datetime(2026, 4, 1, 9))  # noqa: DTZ001
        in_time = Report.objects.filter(district__name__in=[HERE, "巴南区"])
        in_time.update(first_submitted_at=early)
        for where, facts in {
            "巴南区": {"state": "returned"},
            "沙坪坝区": {"state": "returned", "taken_back": True},
            "大渡口区": {"state": "confirming"},
        }.items():
            Report.objects.filter(district__name=where).update(**facts)
    (section,) = board(client, people[ABOVE, "viewer"], year="2026").context["sections"]
    tally = section["tallies"][0]["tally"]
    assert (tally.submitted, tally.late, tally.back, tally.confirming) == (2, 1, 2, 1)
    assert tally.overdue == 34
    page = client.get(address("month", unit=ABOVE))
    assert [badge["label"] for badge in page.context["standing"]] == [
        "34 超期未报",
        "1 待复核",
        "1 退回未重报",
        "1 撤回未重报",
        "2 待审定",
        "1 迟报",
    ]
    form = form_for(chongqing, MARCH)
    steps = [series.values[2] for series in board_picture(form, district(ABOVE), 2026).series]
    known = (ON_TIME, LATE, CONFIRMING, RETURNED, TAKEN_BACK, OVERDUE)
    assert [steps.count(step) for step in known] == [1, 1, 1, 1, 1, 34]
    lines = client.get(address("cell_units", "14", unit=ABOVE)).context["lines"]
    words = {one["line"].unit.name: one["how"] for one in lines}
    shown = [words[where] for where in ("大渡口区", "巴南区", "沙坪坝区", "綦江区")]
    assert shown == ["待复核", "已退回", "已撤回", "超期未报"]
    note = unfinished(sheet_of(form, MARCH, district(ABOVE)))
    for told in ("大渡口区（待复核）", "巴南区（退回未重报）", "沙坪坝区（撤回未重报）"):
        assert told in note
