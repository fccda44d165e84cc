"""A waiting case given to a colleague, what one did, and what one began."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context

from accounts.members import cover
from accounts.models import Message
from jianxi.models import Assignment
from jianxi.tenancy import scope
from positions.models import Position
from tests.factories import in_region, make_base, make_position
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
HOME = "/office/chongqing/"


class Office:
    def __init__(self):
        with in_region("chongqing") as self.region:
            self.office = make_office("渝中区")
            self.li = make_member(self.office, "clerk", name="李经办")
            self.wang = make_member(self.office, "clerk", name="王经办")
            self.zhao = make_member(self.office, "reviewer", name="赵复核")
            self.viewer = make_member(self.office, "viewer", name="孙查阅")
            self.outsider = make_member(make_office("万州区"), "clerk", name="钱外区")
            self.position = filing(make_base("渝中区", name="甲公司"), "岗位甲")


def filing(base, title, due_on=None, **facts):
    return make_position(
        base,
        title=title,
        state="submitted",
        published_on=None,
        submitted_at=timezone.now(),
        due_on=due_on or timezone.localdate() + timedelta(days=20),
        **facts,
    )


@pytest.fixture
def at():
    return Office()


def address(position):
    return reverse("office:hand_over", args=["chongqing", "positions.position", position.pk])


def shown(client, user, tab=""):
    client.force_login(user)
    page = client.get(HOME, {"tab": tab} if tab else {})
    if tab == "done":
        return [(row["deed"].title, row["deed"].what) for row in page.context["deeds"]]
    return [row["item"].title for row in page.context["rows"]]


def give(client, at, to, by=None, **more):
    client.force_login(by or at.li)
    return client.post(address(at.position), {"colleague": to.pk} | more)


def test_who_it_was_given_to_has_it_and_the_others_do_not(client, at):
    assert give(client, at, at.wang, note="材料已看过").status_code == 302
    assert [shown(client, user) for user in (at.wang, at.li, at.zhao)] == [["岗位甲"], [], []]
    assert shown(client, at.li, "begun") == ["岗位甲"]
    told = Message.objects.get(user=at.wang)
    assert (told.title, told.text) == ("李经办把一件岗位审核交给您办理", "材料已看过")


def test_the_case_tells_who_has_it_and_why(client, at):
    review = reverse("office:position_review", args=["chongqing", at.position.pk])
    client.force_login(at.zhao)
    assert "已移交" not in client.get(review).content.decode()
    give(client, at, at.wang, note="材料已看过")
    client.force_login(at.zhao)
    page = client.get(review).content.decode()
    assert ("李经办交给王经办办理" in page, "：材料已看过" in page) == (True, True)


def test_who_covers_the_colleague_has_it_too(client, at):
    give(client, at, at.wang)
    with in_region("chongqing"):
        today = timezone.localdate()
        cover(at.wang.memberships.get(), at.zhao, today, today)
    assert shown(client, at.zhao) == ["岗位甲"]


def test_what_is_overdue_is_everybodys_again(client, at):
    give(client, at, at.wang)
    with in_region("chongqing"):
        Position.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert [shown(client, user) for user in (at.wang, at.li)] == [["岗位甲"], ["岗位甲"]]


def test_the_rights_stay_and_a_decision_ends_the_hand_over(client, at):
    give(client, at, at.wang)
    client.force_login(at.zhao)
    review = reverse("office:position_review", args=["chongqing", at.position.pk])
    assert client.get(review).status_code == 200
    client.post(review, {"action": "return", "comment": "请写明职责"})
    with scope(region=at.region):
        assert Assignment.objects.count() == 0
        assert Position.objects.get().state == "returned"
    assert shown(client, at.li, "begun") == []
    assert shown(client, at.zhao, "done") == [("甲公司 · 岗位甲", "退回修改：请写明职责")]
    assert shown(client, at.li, "done") == []


def test_it_can_be_taken_back(client, at):
    give(client, at, at.wang)
    assert give(client, at, at.li, by=at.wang).status_code == 302
    assert [shown(client, user) for user in (at.wang, at.li)] == [[], ["岗位甲"]]


def test_it_is_not_given_to_who_could_not_decide_or_works_elsewhere(client, at):
    client.force_login(at.li)
    choice = client.get(address(at.position)).context["form"]["colleague"]
    assert [label for _, label in choice.field.choices] == ["王经办（经办）", "赵复核（复核）"]
    assert give(client, at, at.viewer).status_code == 422
    assert give(client, at, at.outsider).status_code == 422
    with scope(region=at.region):
        assert Assignment.objects.count() == 0


def test_what_does_not_wait_for_one_cannot_be_given(client, at):
    for user in (at.outsider, at.viewer):
        assert give(client, at, at.wang, by=user).status_code == 404
    client.force_login(at.li)
    unknown = reverse("office:hand_over", args=["chongqing", "accounts.user", at.li.pk])
    assert client.get(unknown).status_code == 404


def test_a_kind_alone_can_be_shown_and_worked_off_in_its_list(client, at):
    client.force_login(at.li)
    page = client.get(HOME, {"kind": "岗位审核"})
    assert [row["item"].title for row in page.context["rows"]] == ["岗位甲"]
    assert page.context["listing"] == reverse("office:position_reviews", args=["chongqing"])
    assert client.get(HOME, {"kind": "没有的"}).context["rows"] == []


@pytest.mark.parametrize("query", [{"tab": "x"}, {"tab": "done", "before": "x"}])
def test_an_address_made_up_is_no_fault(client, at, query):
    client.force_login(at.li)
    assert client.get(HOME, query).status_code == (404 if query["tab"] == "x" else 200)


def test_deeds_are_paged_by_time(client, at, monkeypatch):
    monkeypatch.setattr("jianxi.worklist.DEEDS", 2)
    with in_region("chongqing"):
        more = [filing(at.position.base, f"岗位{name}") for name in "乙丙"]
    client.force_login(at.li)
    for row in (at.position, *more):
        review = reverse("office:position_review", args=["chongqing", row.pk])
        client.post(review, {"action": "return", "comment": "请核对"})
    # In a test all is one transaction, and so one moment.
    for hour, row in enumerate((at.position, *more), start=1):
        deed = Context.objects.filter(metadata__about__row=row.pk)
        deed.update(created_at=datetime(2026, 11, 2, hour, tzinfo=UTC))
    page = client.get(HOME, {"tab": "done"})
    assert [row["deed"].title for row in page.context["deeds"]] == [
        "甲公司 · 岗位丙",
        "甲公司 · 岗位乙",
    ]
    page = client.get(page.context["older"])
    assert [row["deed"].title for row in page.context["deeds"]] == ["甲公司 · 岗位甲"]


def test_a_long_list_is_shown_page_by_page(client, at):
    with in_region("chongqing"):
        for number in range(20):
            filing(at.position.base, f"岗位{number:02d}")
    client.force_login(at.li)
    page = client.get(HOME)
    assert (len(page.context["rows"]), page.context["tiles"][0]["value"]) == (20, 21)
    assert "第 1 页，共 2 页" in page.content.decode()
    second = client.get(HOME, {"page": "2"})
    assert len(second.context["rows"]) == 1
    assert client.get(HOME, {"page": "x"}).status_code == 200
