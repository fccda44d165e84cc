"""The district reviews filings, one or many at once, and looks after what is published."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jianxi.ledger.book import load
from jianxi.tenancy import scope
from positions.models import Position
from tests.factories import make_position
from tests.ledger.build import LedgerBuilder
from tests.positions.conftest import inside, make_filing, now

pytestmark = pytest.mark.django_db
State = Position.State
TODAY = timezone.localdate()


def at(world, name, *args, **query):
    return reverse(f"office:{name}", args=[world.region.slug, *args], query=query or None)


def signed_in(world, person="clerk"):
    client = Client()
    client.force_login(getattr(world, person))
    return client


def text(response):
    return response.content.decode()


def file_three(world):
    """Filings due in order, of the district here; one of another."""
    with inside(world):
        rows = [
            make_filing(
                world.base, State.SUBMITTED, title=f"岗{n}", due_on=TODAY + timedelta(days=n)
            )
            for n in (3, 1, 2)
        ]
        make_filing(world.other, State.SUBMITTED, title="岗乙的")
        make_filing(world.base, State.DRAFT, title="岗草稿")
    return rows


# --- One


def test_filings_wait_in_the_order_they_are_due(world):
    file_three(world)
    page = text(signed_in(world).get(at(world, "position_reviews")))
    places = [page.index(f"岗{n}<") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert ("岗乙的" in page, "岗草稿" in page) == (False, False)
    everywhere = text(signed_in(world, "root").get(at(world, "position_reviews")))
    assert ("岗乙的" in everywhere, "岗草稿" in everywhere) == (True, False)


def test_a_review_shows_the_checks_with_figures_and_clause(changsha):
    with inside(changsha):
        filed = make_filing(changsha.base, State.SUBMITTED, allowance="2000.00")
    page = text(signed_in(changsha).get(at(changsha, "position_review", filed.pk)))
    assert "2,000.00 元 &lt; 2,330.00 元（示例文号）" in page
    assert "长人社规〔2024〕4号三（一）" in page
    assert "1 项不符合" in page
    assert "周**" in page or "周*" in page  # the mentor, masked


def test_the_next_filing_opens_by_itself(world):
    third, first, second = file_three(world)
    client = signed_in(world)
    answer = client.post(at(world, "position_review", first.pk), {"action": "publish"})
    assert answer["Location"] == at(world, "position_review", second.pk)
    client.post(at(world, "position_review", second.pk), {"action": "return", "comment": "改"})
    answer = client.post(
        at(world, "position_review", third.pk), {"action": "reject", "comment": "不符"}
    )
    assert answer["Location"] == at(world, "position_reviews")
    assert [now(row).state for row in (first, second, third)] == [
        State.PUBLISHED,
        State.RETURNED,
        State.REJECTED,
    ]


def test_neighbours_are_one_click_away(world):
    third, first, second = file_three(world)
    page = text(signed_in(world).get(at(world, "position_review", second.pk)))
    assert f'href="{at(world, "position_review", first.pk)}" rel="prev"' in page
    assert f'href="{at(world, "position_review", third.pk)}" rel="next"' in page


@pytest.mark.parametrize("action", ["return", "reject"])
def test_sending_back_needs_a_comment_and_keeps_what_was_typed(world, action):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    answer = signed_in(world).post(
        at(world, "position_review", filed.pk), {"action": action, "comment": " "}
    )
    assert (answer.status_code, "需要写明意见" in text(answer)) == (422, True)
    assert now(filed).state == State.SUBMITTED


def test_a_comment_that_is_too_long_is_refused_and_not_cut(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    longest = "地点\r\n" * 333 + "写"  # as a browser sends line ends: 1,000 characters typed
    client, url = signed_in(world), at(world, "position_review", filed.pk)
    answer = client.post(url, {"action": "return", "comment": longest + "明"})
    assert (answer.status_code, "意见最多 1,000 个字，现在 1,001 个" in text(answer)) == (422, True)
    assert (now(filed).state, text(answer).count("地点\r\n")) == (State.SUBMITTED, 333)
    assert client.post(url, {"action": "return", "comment": longest}).status_code == 302
    assert now(filed).state == State.RETURNED


def test_two_officers_decide_at_once_and_the_second_is_told(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    first, second = signed_in(world), signed_in(world, "root")
    url = at(world, "position_review", filed.pk)
    first.post(url, {"action": "return", "comment": "改"})
    late = second.post(url, {"action": "publish", "comment": "同意"})
    assert (late.status_code, "现在是“已退回”，不能通过并发布。" in text(late)) == (422, True)
    assert now(filed).state == State.RETURNED


def test_a_published_position_has_its_own_page(world):
    with inside(world):
        position = make_filing(world.base, State.PUBLISHED)
        filed = make_filing(world.base, State.SUBMITTED)
    client = signed_in(world)
    review = client.get(at(world, "position_review", position.pk))
    assert review["Location"] == at(world, "position", position.pk)
    assert client.get(at(world, "position", filed.pk)).status_code == 404


def test_who_only_reads_decides_nothing(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    client, url = signed_in(world, "viewer"), at(world, "position_review", filed.pk)
    assert "通过并发布" not in text(client.get(url))
    assert client.post(url, {"action": "publish"}).status_code == 403
    assert now(filed).state == State.SUBMITTED


def test_what_is_no_decision_is_not_found(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    client = signed_in(world)
    for action in ("", "dance", "withdraw", "close"):
        url = at(world, "position_review", filed.pk)
        assert client.post(url, {"action": action}).status_code == 404, action


# --- Many


def test_many_are_shown_with_their_checks_and_decided_together(world):
    rows = file_three(world)
    client, url = signed_in(world), at(world, "positions_decide", decision="publish")
    ids = [row.pk for row in rows]
    shown = client.post(url, {"ids": ids})
    assert "通过并发布：3 个岗位" in text(shown)
    assert [now(row).state for row in rows] == [State.SUBMITTED] * 3
    answer = client.post(url, {"ids": ids[:2], "decide": "1", "comment": ""}, follow=True)
    assert "2 个岗位已通过并发布" in text(answer)
    assert [now(row).state for row in rows] == [State.PUBLISHED, State.PUBLISHED, State.SUBMITTED]


def test_one_that_cannot_be_published_holds_up_no_other(changsha):
    with inside(changsha):
        good = make_filing(changsha.base, State.SUBMITTED)
        bad = make_filing(changsha.base, State.SUBMITTED, title="低", allowance="2000.00")
    answer = signed_in(changsha).post(
        at(changsha, "positions_decide", decision="publish"),
        {"ids": [good.pk, bad.pk], "decide": "1"},
        follow=True,
    )
    assert [now(good).state, now(bad).state] == [State.PUBLISHED, State.SUBMITTED]
    assert "低没有办理：不符合规定：" in text(answer)


def test_sending_many_back_needs_a_comment(world):
    rows = file_three(world)
    client, url = signed_in(world), at(world, "positions_decide", decision="return")
    ids = [row.pk for row in rows]
    answer = client.post(url, {"ids": ids, "decide": "1", "comment": ""})
    assert (answer.status_code, "退回修改需要写明意见" in text(answer)) == (422, True)
    client.post(url, {"ids": ids, "decide": "1", "comment": "写明地点"})
    assert [now(row).state for row in rows] == [State.RETURNED] * 3


def test_filings_of_another_district_are_not_decided(world):
    with inside(world):
        others = make_filing(world.other, State.SUBMITTED)
    answer = signed_in(world).post(
        at(world, "positions_decide", decision="publish"),
        {"ids": [others.pk], "decide": "1"},
        follow=True,
    )
    assert "选中的岗位刚刚已由同事办理" in text(answer)
    assert now(others).state == State.SUBMITTED


def test_nonsense_decides_nothing(world):
    client = signed_in(world)
    assert client.post(at(world, "positions_decide", decision="publish")).status_code == 400
    assert client.post(at(world, "positions_decide", decision="close")).status_code == 404
    assert client.post(at(world, "positions_decide")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_number_of_questions(world, number, django_assert_num_queries):
    with inside(world):
        for n in range(number):
            make_filing(world.base, State.SUBMITTED, title=f"岗{n}")
    client = signed_in(world)
    client.get(at(world, "position_reviews"))  # what is kept for a minute
    with django_assert_num_queries(21):
        client.get(at(world, "position_reviews"))


# --- Published ones


def test_the_district_pauses_resumes_and_closes(world):
    with inside(world):
        position = make_filing(world.base, State.PUBLISHED)
    client, act = signed_in(world), at(world, "position_act", position.pk)
    client.post(act, {"action": "pause", "comment": "投诉核实中"})
    assert now(position).state == State.PAUSED
    assert "暂停招募" in text(client.get(at(world, "position", position.pk)))
    client.post(act, {"action": "resume"})
    refused = client.post(act, {"action": "close", "comment": ""})
    assert (refused.status_code, now(position).closed_on) == (422, None)
    client.post(act, {"action": "close", "comment": "单位申请"})
    assert now(position).closed_on == TODAY


def test_a_position_is_marked_as_a_model_and_the_share_is_told(changsha):
    with inside(changsha):
        position = make_filing(changsha.base, State.PUBLISHED)
        for _ in range(3):
            make_position(changsha.base)
    client, page = signed_in(changsha), at(changsha, "position", position.pk)
    told = "现有 4 个岗位，示范岗位 {} 个；应不少于 1%（长人社规〔2024〕4号二（二））"
    assert told.format(0) in text(client.get(page))
    client.post(at(changsha, "position_model", position.pk), {"mark": "1"})
    assert (now(position).is_model, told.format(1) in text(client.get(page))) == (True, True)
    client.post(at(changsha, "position_model", position.pk), {"unmark": "1"})
    assert now(position).is_model is False


def test_drafts_and_filings_stand_in_no_list_of_positions(world):
    file_three(world)
    with inside(world):
        make_filing(world.base, State.PUBLISHED, title="岗公开")
        assert Position.objects.existing(TODAY).count() == 1
    page = text(signed_in(world, "root").get(at(world, "positions")))
    assert "岗公开" in page
    assert [f"岗{n}" for n in (1, 2, 3, "乙的", "草稿") if f"岗{n}" in page] == []


def test_the_work_list_has_what_waits_in_ones_own_unit(world):
    file_three(world)
    own = text(signed_in(world).get(at(world, "home")))
    assert [n for n in (1, 2, 3) if f"岗{n}<" in own] == [1, 2, 3]
    assert "岗1<" not in text(signed_in(world, "root").get(at(world, "home")))
    assert "岗1<" not in text(signed_in(world, "viewer").get(at(world, "home")))


def test_a_position_under_review_is_voided_by_nobody_of_another_district(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    url = reverse("office:void", args=[world.region.slug, "position", draft.pk])
    assert signed_in(world).get(url).status_code == 404


def test_a_ledger_does_not_touch_what_is_under_review(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
        uscc = world.base.profile.employer.uscc
    ledger = LedgerBuilder()
    ledger.position(
        {"统一社会信用代码": uscc, "所属区县": "渝中区"}, 岗位编号=filed.number, 岗位名称="改名"
    )
    outcome = load(ledger.file(), region=world.region, actor="test", name="台账.xlsx")
    assert [remark.message for remark in outcome.refused] == [
        "这个岗位还没有审核发布，请在岗位页面办理"
    ]
    with scope(region=world.region):
        assert Position.objects.get(pk=filed.pk).title == filed.title
