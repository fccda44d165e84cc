"""The first page, what waits for a user, the frame around it, and the search."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.members import cover
from accounts.models import Office, Role
from jianxi import worklist
from jianxi.models import Job, VoidRequest
from jianxi.worklist import Item
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_base,
    make_position,
    make_trainee,
)
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
HOME = "/office/chongqing/"


@pytest.fixture
def office():
    with in_region("chongqing"):
        return make_office("渝中区", name="渝中局")


def member(office, *roles, **facts):
    with in_region("chongqing"):
        return make_member(office, *roles, **facts)


def asked(by, where="渝中区", title="协议 XY-1", **facts):
    with in_region("chongqing") as region:
        return VoidRequest.objects.create(
            region=region,
            table="agreement",
            row_id=1,
            title=title,
            district=district(where),
            reason="重复登记",
            asked_by=by,
            **facts,
        )


def shown(client, **query):
    return [row["item"].title for row in client.get(HOME, query).context["rows"]]


# --- What waits


def test_a_request_to_void_waits_for_another_and_not_for_who_asked(client, office):
    clerk, other = member(office, "clerk"), member(office, "reviewer")
    asked(clerk)
    client.force_login(clerk)
    assert shown(client) == []
    client.force_login(other)
    assert shown(client) == ["协议 XY-1"]


def test_nothing_waits_for_who_may_not_decide_or_holds_another_district(client, office):
    clerk = member(office, "clerk")
    asked(clerk)
    with in_region("chongqing"):
        elsewhere = make_office("万州区")
        department = make_office("重庆市", kind=Office.Kind.DEPARTMENT)
    for user in (
        member(office, "viewer", "admin"),
        member(elsewhere, *Role.values),
        member(department, *Role.values),
    ):
        client.force_login(user)
        assert shown(client) == []
        assert "XY-1" not in client.get(HOME).content.decode()


def test_ones_own_running_jobs_are_there_until_they_are_over(client, office):
    clerk, other = member(office, "clerk"), member(office, "clerk")
    with in_region("chongqing") as region:
        job = Job.objects.create(region=region, kind="export_records", owner=clerk)
        Job.objects.create(region=region, kind="export_records", owner=other)
    client.force_login(clerk)
    assert (shown(client), shown(client, tab="begun")) == ([], ["导出记录"])
    with in_region("chongqing"):
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert shown(client, tab="begun") == []


@pytest.fixture
def sources(monkeypatch):
    """Only what the test says waits."""
    items = []
    monkeypatch.setitem(worklist.SOURCES, (worklist.OFFICE, False), [lambda request: items])
    return items


def item(title, due_on=None, **facts):
    return Item(kind="月报", title=title, url="/x/", action="报送", due_on=due_on, **facts)


def test_what_is_due_first_comes_first_and_each_has_its_clock(client, office, sources, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 10, 8))
    sources += [
        item("不急"),
        item("月底", date(2026, 10, 30)),
        item("超期", date(2026, 9, 30)),
        item("明天", date(2026, 10, 9)),
        item("明年", date(2027, 1, 5), provisional=True),
    ]
    client.force_login(member(office, "clerk"))
    page = client.get(HOME)
    clocks = [row["clock"] and row["clock"].words for row in page.context["rows"]]
    assert shown(client) == ["超期", "明天", "月底", "明年", "不急"]
    assert clocks[:3] == ["超期 1 个工作日", "剩 1 个工作日", "剩 17 个工作日"]
    assert clocks[4] is None
    assert [tile["value"] for tile in page.context["tiles"]] == [5, 1, 1]
    assert "暂定" in page.content.decode()


def test_an_empty_list_says_so(client, office, sources):
    client.force_login(member(office, "viewer"))
    assert "没有待办" in client.get(HOME).content.decode()


# --- The frame


def groups(client):
    return {
        group["title"]: [entry["label"] for entry in group["items"]]
        for group in client.get(HOME).context["nav"]
    }


def test_the_navigation_offers_what_a_role_may_open(client, office):
    client.force_login(member(office, "viewer"))
    viewer = groups(client)
    assert "导入台账" not in viewer["业务"]
    assert "成员" not in viewer["设置"]
    client.force_login(member(office, "admin"))
    assert "成员" in groups(client)["设置"]
    client.force_login(member(office, "clerk"))
    assert "导入台账" in groups(client)["业务"]


def test_another_department_is_offered_no_records(client):
    with in_region("chongqing"):
        department = make_office("重庆市", kind=Office.Kind.DEPARTMENT)
    client.force_login(member(department, *Role.values))
    offered = groups(client)
    assert set(offered) == {"", "业务", "报表", "设置"}
    assert offered["业务"] == ["后台任务"]
    assert offered["报表"] == ["月报", "年度目标", "图表", "月度通报", "年度报告"]


def test_every_address_offered_opens(client, office):
    client.force_login(member(office, *Role.values))
    for group in client.get(HOME).context["nav"]:
        for entry in group["items"]:
            page = client.get(entry["url"], follow=True)
            assert page.status_code == 200, entry["label"]
            active = [
                other["label"]
                for other_group in page.context["nav"]
                for other in other_group["items"]
                if other["active"]
            ]
            assert active == [entry["label"]]


def test_the_frame_tells_where_one_is_and_as_what(client, office):
    absent, deputy = member(office, "reviewer"), member(office, "clerk", name="李经办")
    with in_region("chongqing"):
        today = timezone.localdate()
        cover(absent.memberships.get(), deputy, today, today)
    client.force_login(deputy)
    top = client.get(HOME).context["top"]
    assert (top["region"], top["unit"], top["user"], top["role"]) == (
        "重庆市",
        "渝中区",
        "李经办",
        "经办、代复核",
    )


def test_the_number_beside_the_list_is_shown_on_other_pages(client, office, sources):
    sources += [item("一"), item("二")]
    client.force_login(member(office, "clerk"))
    page = client.get(reverse("office:policies", args=["chongqing"]))
    assert page.context["nav"][0]["items"][0]["count"] == 2


# --- Search


def test_a_search_finds_records_of_each_kind_in_ones_own_district(client, office):
    with in_region("chongqing") as region:
        for where, number in (("渝中区", "XY-2026-1"), ("万州区", "XY-2026-2")):
            base = make_base(where, name=f"{where}灯塔公司")
            position = make_position(base, title="灯塔助理")
            trainee = make_trainee(region, name="周小雨", home_district=district(where))
            make_agreement(position, trainee, number=number)
    client.force_login(member(office, "viewer"))
    search = reverse("office:search", args=["chongqing"])
    page = client.get(search, {"q": "渝中区灯塔公司"})
    found = {group["label"]: len(group["rows"]) for group in page.context["groups"]}
    assert found["见习基地"] == 1
    page = client.get(search, {"q": "XY-2026-2"})
    assert page.context["groups"] == []
    everywhere = client.get(search, {"q": "灯塔"}).content.decode()
    assert ("渝中区灯塔公司" in everywhere, "万州区灯塔公司" in everywhere) == (True, False)


@pytest.mark.parametrize("words", ["", "  ", "x" * 5000, "%", "'; DROP", "𠮷·", "\x00", "\ud800"])
def test_any_words_can_be_searched_for(client, office, words):
    client.force_login(member(office, "viewer"))
    search = reverse("office:search", args=["chongqing"])
    asked = words.encode("utf-8", "surrogatepass").decode("latin-1") if "\ud800" in words else words
    assert client.get(search, {"q": asked}).status_code == 200


# --- The first page


def test_the_first_page_offers_the_regions(client):
    page = client.get("/")
    assert page.status_code == 200
    for name in ("重庆市", "长沙市", "宁夏回族自治区"):
        assert name in page.content.decode()
    assert "sessionid" not in client.cookies
