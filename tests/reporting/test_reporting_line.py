"""宁夏: a county reports to its city, the city to the region; each reminded by its own deadline."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from jianxi.worklist import waiting_for
from portal.reminders import remind
from regions.calendar import working_days
from regions.workdays import Due
from reporting.corrections import COURSE, ask, open_correction
from reporting.models import Report, Version
from reporting.workflow import WORKFLOW
from tests.factories import district, in_region, make_agreement, make_base, make_position
from tests.months import address as month_address
from tests.months import compiled, officers, report_of

COUNTY, CITY, REGION = "兴庆区", "银川市", "宁夏回族自治区"
FORM = "ningxia15"


@pytest.fixture
def ningxia(db):
    with in_region("ningxia") as region:
        make_agreement(make_position(make_base(COUNTY)), arrived_on=date(2026, 3, 2))
        compiled(region, form=FORM)
        yield region


@pytest.fixture
def people(ningxia):
    return officers(COUNTY, CITY, REGION)


def address(name, unit):
    return month_address(name, unit=unit, form=FORM, region="ningxia")


def act(client, user, name, unit, **typed):
    """As the page of that month sends it, looked at just now."""
    client.force_login(user)
    shown = client.get(address("month", unit)).context
    typed |= {f"seen-{row['line'].unit.key}": row["seen"] for row in shown["waiting"]}
    typed["seen"] = shown["seen"]
    return client.post(address(name, unit), typed).status_code


def states() -> list[str]:
    return [report_of(unit, form=FORM).state for unit in (COUNTY, CITY, REGION)]


def board(client, user) -> dict:
    client.force_login(user)
    (section,) = client.get(reverse("office:months", args=["ningxia"])).context["sections"]
    return section


def waiting(client, user) -> list[str]:
    cache.clear()
    client.force_login(user)
    request = client.get(reverse("office:home", args=["ningxia"])).wsgi_request
    return [item.subtitle for item in waiting_for(request) if item.kind == "月报"]


def move(people, name, unit, where, role, **facts):
    return WORKFLOW.move(report_of(unit, form=FORM), name, actor=people[where, role], **facts)


def test_the_unit_directly_above_decides_and_nobody_further_up(client, people):
    move(people, "submit", COUNTY, COUNTY, "clerk")
    whole, key = people[REGION, "reviewer"], district(COUNTY).key
    assert act(client, whole, "month_approve_below", REGION, ids=key) == 302  # none of its own
    assert act(client, whole, "month_approve_below", CITY, ids=key) == 403
    assert act(client, whole, "month_course", COUNTY, action="approve") == 403
    assert act(client, whole, "month_course", COUNTY, action="return", comment="请核对") == 403
    assert states() == ["submitted", "compiled", "compiled"]
    shown = client.get(address("month", CITY))
    assert (shown.context["to_review"], "审定所选" in shown.content.decode()) == (0, False)
    assert client.get(address("month", COUNTY)).context["actions"] == []
    assert waiting(client, whole) == []
    assert waiting(client, people[CITY, "reviewer"]) == [f"{CITY} · 1 个单位待审定"]


def test_where_a_city_has_nobody_the_region_decides_and_that_is_said(client, people):
    move(people, "submit", COUNTY, COUNTY, "clerk")
    people[CITY, "reviewer"].memberships.update(ended_on=timezone.localdate())
    whole = people[REGION, "reviewer"]
    client.force_login(whole)
    shown = client.get(address("month", COUNTY))
    assert shown.context["next"] == f"{CITY}复核（还没有人员，由{REGION}{REGION}代为办理）"
    assert waiting(client, whole) == [f"{CITY} · 1 个单位待审定"]
    assert client.get(address("month", CITY)).context["to_review"] == 1
    move(people, "approve", COUNTY, REGION, "reviewer")
    assert states()[0] == "approved"


def test_a_city_waits_for_all_its_counties(client, people):
    move(people, "submit", COUNTY, COUNTY, "clerk")
    with acting("test"):
        below = Report.objects.filter(district__parent=district(CITY))
        below.exclude(district=district(COUNTY)).update(state="approved")
    with pytest.raises(TransitionRefused, match=f"1 个单位没有报送并审定：{COUNTY}。"):
        move(people, "submit", CITY, CITY, "clerk")
    client.force_login(people[CITY, "clerk"])
    assert client.get(address("month", CITY)).context["blocks"] == [
        f"下级还有 1 个单位没有报送并审定：{COUNTY}"
    ]
    move(people, "approve", COUNTY, CITY, "reviewer")
    move(people, "submit", CITY, CITY, "clerk")
    assert act(client, people[CITY, "reviewer"], "month_course", CITY, action="approve") == 403
    assert states() == ["approved", "submitted", "compiled"]

    client.force_login(people[REGION, "reviewer"])
    shown = client.get(address("month", REGION))
    assert [row["line"].unit.name for row in shown.context["waiting"] if row["is_submitted"]] == [
        CITY
    ]
    (section,) = client.get(reverse("office:months", args=["ningxia"])).context["sections"]
    assert (section["tallies"][0]["tally"].to_review, section["may_review"]) == (1, True)
    with acting("test"):  # the others are in already
        others = Report.objects.exclude(district__in=[district(CITY), district(REGION)])
        others.update(state="approved")
    move(people, "approve", CITY, REGION, "reviewer")
    assert states() == ["locked", "locked", "locked"]
    frozen = Version.objects.values_list("report__district__name", "figures")
    assert {name: figures["6"] for name, figures in frozen} == {COUNTY: 1, CITY: 1}


def test_a_county_nobody_reports_for_is_reported_by_its_city(people):
    """So that no month waits for ever; it takes two all the same."""
    move(people, "submit", COUNTY, CITY, "clerk")
    move(people, "approve", COUNTY, CITY, "reviewer")
    assert states()[0] == "approved"


def test_each_is_reminded_of_its_own_deadline_and_who_confirms_of_what_was_handed_up(
    ningxia, people
):
    calendar = working_days()
    due = {unit: report_of(unit, form=FORM).due_on for unit in (COUNTY, CITY)}
    assert due[COUNTY] == calendar.earlier(Due(due[CITY], False), 1).date

    def told(day):
        Message.objects.all().delete()
        remind(ningxia, day)
        rows = Message.objects.filter(
            user__in=[people[p, r] for p in due for r in ("clerk", "reviewer")]
        )
        return dict(rows.values_list("user", "text"))

    days = {
        unit: {calendar.earlier(Due(day, False), 2).date: "2 个工作日后到期", day: "今天到期"}
        for unit, day in due.items()
    }
    for unit, moments in days.items():
        for day, words in moments.items():
            # who holds the city answers for counties where nobody does
            said = told(day)[people[unit, "clerk"].pk].split("；")
            assert f"1 件月报报送{words}" in said, (unit, day)
    ningxia.two_person_submission = True
    ningxia.save()
    with acting("test"):
        Report.objects.filter(district=district(COUNTY)).update(state="confirming")
    late = due[COUNTY] + timedelta(days=1)
    while not calendar.is_working_day(late):
        late += timedelta(days=1)
    found = told(late)
    assert found.get(people[COUNTY, "reviewer"].pk) == "1 件月报复核已超期"
    assert people[COUNTY, "clerk"].pk not in found


def test_a_returned_month_that_came_in_time_has_no_clock(ningxia, people):
    with acting("test"):
        Report.objects.filter(district=district(COUNTY)).update(
            state="returned", first_submitted_at=timezone.now()
        )
    remind(ningxia, report_of(COUNTY, form=FORM).due_on)
    assert not Message.objects.filter(user=people[COUNTY, "clerk"]).exists()


def test_a_unit_where_nobody_can_submit_is_shown_above(client, ningxia, people):
    lacking = dict(board(client, people[CITY, "viewer"])["unable"])
    assert district(COUNTY) not in lacking
    assert lacking[district("金凤区")] == ["经办"]
    ningxia.two_person_submission = True
    ningxia.save()
    assert dict(board(client, people[CITY, "viewer"])["unable"])[district("金凤区")] == [
        "经办",
        "复核",
    ]
    cities = dict(board(client, people[REGION, "viewer"])["unable"])
    assert district(CITY) not in cities
    assert district("石嘴山市") in cities
    assert board(client, people[COUNTY, "viewer"])["unable"] == []


# --- Where the only one who could decide submitted it


@pytest.fixture
def alone(people):
    """The only reviewer of the city, who submitted the county's month as its 经办."""
    user, clerk = people[CITY, "reviewer"], people[CITY, "clerk"]
    user.memberships.create(
        region_id=clerk.memberships.get().region_id,
        office_role=clerk.memberships.get().office_role,
    )
    WORKFLOW.move(report_of(COUNTY, form=FORM), "submit", actor=user)
    return user


def to_decide(client, user) -> list[str]:
    cache.clear()
    client.force_login(user)
    request = client.get(reverse("office:home", args=["ningxia"])).wsgi_request
    decisions = ("去审定", "去决定")
    return [item.subtitle for item in waiting_for(request) if item.action in decisions]


def test_a_month_waits_for_who_may_decide_on_it(client, people, alone):
    whole = people[REGION, "reviewer"]
    assert to_decide(client, alone) == []
    assert to_decide(client, whole) == [f"{CITY} · 1 个单位待审定"]
    client.force_login(whole)
    said = f"{CITY}复核（没有其他人员，由{REGION}{REGION}代为办理）"
    assert client.get(address("month", COUNTY)).context["next"] == said
    assert client.get(address("month", CITY)).context["to_review"] == 1
    WORKFLOW.move(
        report_of(COUNTY, form=FORM), "withdraw", actor=people[COUNTY, "clerk"], comment="漏"
    )
    assert [row.user for row in Message.objects.filter(kind="month")] == [whole]


def test_a_city_approves_by_the_page_what_it_may_and_the_region_the_rest(client, people, alone):
    """The city decides on what its counties submitted; on what its reviewer submitted, the region."""
    key, other = district(COUNTY).key, "金凤区"
    with acting("test"):
        below = Report.objects.filter(district__parent=district(CITY))
        below.exclude(district__in=[district(COUNTY), district(other)]).update(state="approved")
    WORKFLOW.move(report_of(other, form=FORM), "submit", actor=people[CITY, "clerk"])
    whole, both = people[REGION, "reviewer"], [key, district(other).key]
    client.force_login(alone)
    shown = client.get(address("month", CITY)).context
    assert shown["to_review"] == 1
    assert act(client, alone, "month_approve_below", CITY, ids=key) == 403
    assert states()[0] == "submitted"
    assert act(client, whole, "month_approve_below", CITY, ids=both[1]) == 403
    assert act(client, whole, "month_approve_below", CITY, ids=both) == 302
    assert [report_of(unit, form=FORM).state for unit in (COUNTY, other)] == [
        "approved",
        "submitted",
    ]
    told = [
        str(message) for message in get_messages(client.get(address("month", CITY)).wsgi_request)
    ]
    assert told == [
        f"已审定 1 个单位：{COUNTY}。",
        f"{other}：这份月报由另一人审定，没有改动。",
    ]


def test_a_correction_waits_for_who_may_decide_on_it(client, people, alone):
    move(people, "approve", COUNTY, REGION, "reviewer")
    ask(report_of(COUNTY, form=FORM), actor=alone, reason="漏报了一份三月到岗的协议")
    whole = people[REGION, "reviewer"]
    assert to_decide(client, alone) == []
    assert to_decide(client, whole) == [f"{COUNTY} · 申请更正"]
    COURSE.move(open_correction(report_of(COUNTY, form=FORM)), "approve_correction", actor=whole)
    assert states()[0] == "correcting"
