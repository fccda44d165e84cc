"""Clocks that run out are reminded of, and passed up when overdue."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Cover, Message, Outgoing
from jianxi.tenancy import scope
from portal.reminders import remind
from positions.models import Position
from reporting.periods import Period
from tests.factories import in_region, make_base
from tests.months import address, compiled
from tests.people import make_member, make_office
from tests.portal.test_handing_over import filing

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)


@pytest.fixture
def at():
    with in_region("chongqing") as region:

        class At:
            pass

        At.region = region
        office = make_office("渝中区")
        At.clerk = make_member(office, "clerk", name="李经办")
        At.viewer = make_member(office, "viewer")
        At.admin = make_member(office, "admin")
        At.elsewhere = make_member(make_office("万州区"), "clerk", "admin")
        At.root = make_member(make_office("重庆市"), "admin")
        At.base = make_base("渝中区", name="甲公司")
    return At


def told(at):
    return {
        row.user: (row.title, row.text)
        for row in Message.objects.select_related("user").order_by("pk")
    }


def run(at, day):
    with scope(region=at.region):
        remind(at.region, day)
    return told(at)


def test_who_must_act_is_reminded_two_working_days_before_and_once(at):
    with in_region("chongqing"):
        filing(at.base, "一", date(2026, 11, 18))
        filing(at.base, "二", date(2026, 11, 18))
        filing(at.base, "以后", date(2026, 11, 19))
    expected = {at.clerk: ("您有事项快到期", "2 件岗位审核2 个工作日后到期")}
    assert run(at, MONDAY) == expected
    assert run(at, MONDAY) == expected
    assert Message.objects.count() == 1


def test_a_reminder_comes_over_a_weekend_and_not_on_it(at):
    with in_region("chongqing"):
        filing(at.base, "一", date(2026, 11, 24))
    assert run(at, date(2026, 11, 21)) == {}
    assert run(at, FRIDAY) == {at.clerk: ("您有事项快到期", "1 件岗位审核2 个工作日后到期")}


def test_what_ran_out_goes_to_the_admin_too(at):
    with in_region("chongqing"):
        filing(at.base, "一", date(2026, 11, 13))  # the Friday before
        filing(at.base, "早就超期", date(2026, 11, 2))
    words = ("您有事项超期", "1 件岗位审核已超期")
    assert run(at, MONDAY) == {at.clerk: words, at.admin: words}


def test_where_nobody_may_decide_the_unit_above_is_told(at):
    with in_region("chongqing"):
        above = make_member(make_office("重庆市"), "clerk")
        filing(make_base("南岸区"), "一", MONDAY)
    assert run(at, MONDAY) == {above: ("您有事项快到期", "1 件岗位审核今天到期")}


def test_who_covers_is_reminded_and_by_sms_only_who_has_a_phone(at):
    with in_region("chongqing"):
        deputy = make_member(at.clerk.memberships.get().office_role.office, "viewer")
        Cover.objects.create(
            region=at.region,
            membership=at.clerk.memberships.get(),
            deputy=deputy,
            starts_on=MONDAY,
            ends_on=MONDAY,
        )
        filing(at.base, "一", MONDAY)
    assert set(run(at, MONDAY)) == {at.clerk, deputy}
    assert Outgoing.objects.count() == 0


def overdue(client, user):
    client.force_login(user)
    return [(item.title, item.subtitle) for item in passed_up(client)]


def passed_up(client):
    rows = client.get(reverse("office:home", args=["chongqing"])).context["rows"]
    return [row["item"] for row in rows if row["item"].kind == "督办"]


def test_what_is_overdue_is_passed_up_to_the_admin_and_then_the_region(client, at):
    today = timezone.localdate()
    yesterday, long_ago = today - timedelta(days=1), today - timedelta(days=20)
    with in_region("chongqing"):
        late = filing(at.base, "一", yesterday)
    line = ("岗位审核超期 1 件", f"渝中区 · 最早的应在 {yesterday} 前办结")
    assert overdue(client, at.admin) == [line]
    assert [overdue(client, user) for user in (at.root, at.clerk, at.elsewhere)] == [[], [], []]
    with in_region("chongqing"):
        Position.objects.filter(pk=late.pk).update(due_on=long_ago)
    line = ("岗位审核超期 1 件", f"渝中区 · 最早的应在 {long_ago} 前办结")
    assert [overdue(client, user) for user in (at.root, at.admin)] == [[line], [line]]
    assert overdue(client, at.elsewhere) == []


def test_what_is_not_overdue_costs_no_more_than_being_counted(
    client, at, django_assert_num_queries, django_assert_max_num_queries
):
    home = reverse("office:home", args=["chongqing"])
    client.force_login(at.admin)
    client.get(home)
    with django_assert_max_num_queries(60) as nothing:
        client.get(home)
    with in_region("chongqing"):
        filing(at.base, "一", timezone.localdate() - timedelta(days=1))
    with django_assert_num_queries(len(nothing) + 1):
        client.get(home)


def test_what_is_passed_up_leads_to_the_one_that_is_meant(client, at):
    long_ago = timezone.localdate() - timedelta(days=20)
    with in_region("chongqing") as region:
        late = filing(at.base, "一", long_ago)
        months = [Period.parse("2026-08"), Period.parse("2026-09")]
        for month in months:
            compiled(region, month)
        first = address("month", period="2026-08")
    client.force_login(at.admin)
    leads = {item.title: item.url for item in passed_up(client)}
    assert leads == {
        "岗位审核超期 1 件": reverse("office:position_review", args=["chongqing", late.pk]),
        "月报报送超期 2 件": first,
    }
    with in_region("chongqing"):
        filing(at.base, "二", long_ago)
    leads = {item.title: item.url for item in passed_up(client)}
    assert leads["岗位审核超期 2 件"] == reverse("office:position_reviews", args=["chongqing"])
