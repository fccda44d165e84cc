"""The course of a position: every transition × every state × everybody."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Message
from jianxi.history import timeline
from jianxi.workflow import TransitionRefused
from positions.models import Position
from positions.workflow import COURSE
from regions.calendar import announce
from regions.models import CalendarDay, CalendarYear
from regions.notices import NoticeDay
from tests.factories import make_agreement
from tests.positions.conftest import employer_of, inside, make_filing, now

State = Position.State
EMPLOYER, DISTRICT, BOTH = {"employer"}, {"clerk", "root"}, {"employer", "clerk", "root"}
# Who may, from where, to where; whether a comment is needed.
TABLE = {
    "submit": (EMPLOYER, {State.DRAFT, State.RETURNED}, State.SUBMITTED, False),
    "withdraw": (EMPLOYER, {State.SUBMITTED}, State.DRAFT, False),
    "publish": (DISTRICT, {State.SUBMITTED}, State.PUBLISHED, False),
    "return": (DISTRICT, {State.SUBMITTED}, State.RETURNED, True),
    "reject": (DISTRICT, {State.SUBMITTED}, State.REJECTED, True),
    "pause": (BOTH, {State.PUBLISHED}, State.PAUSED, False),
    "resume": (BOTH, {State.PAUSED}, State.PUBLISHED, False),
    "close": (BOTH, {State.PUBLISHED, State.PAUSED}, State.PUBLISHED, True),
}
PEOPLE = ["employer", "stranger", "unconfirmed", "clerk", "viewer", "elsewhere", "root"]
CLOSED = "closed"


def make(world, state):
    if state == CLOSED:
        return make_filing(world.base, State.PUBLISHED, closed_on=timezone.localdate())
    return make_filing(world.base, state)


def move(world, position, name, person="clerk", comment="已核对"):
    return COURSE.move(position, name, actor=getattr(world, person), comment=comment)


def test_the_table_is_the_whole_course():
    assert sorted(COURSE.transitions) == sorted(TABLE)


@pytest.mark.parametrize("state", [*State, CLOSED])
@pytest.mark.parametrize("name", TABLE)
def test_who_may_do_what_in_which_state(world, name, state):
    people, sources, target, comment_required = TABLE[name]
    with inside(world):
        for person in PEOPLE:
            position = make(world, state)
            offered = name in {one.name for one in COURSE.open_to(getattr(world, person), position)}
            assert offered == (person in people and state in sources), person
            if person not in people:
                with pytest.raises(PermissionDenied):
                    move(world, position, name, person)
                assert now(position).state == position.state
            elif state not in sources:
                label = "已关闭" if state == CLOSED else State(state).label
                words = f"现在是“{label}”，不能{COURSE.transitions[name].label}。"
                with pytest.raises(TransitionRefused) as refused:
                    move(world, position, name, person)
                assert str(refused.value) == words
                assert now(position).state == position.state
            else:
                if comment_required:
                    with pytest.raises(TransitionRefused, match="需要写明意见"):
                        move(world, position, name, person, comment=" ")
                moved = move(world, position, name, person)
                assert (moved.state, now(position).state) == (target, target)


def test_the_clock_runs_in_review_and_stops_when_it_is_over(world):
    with inside(world):
        position = make_filing(world.base, State.DRAFT)
        submitted = move(world, position, "submit", "employer")
        assert submitted.due_on > timezone.localdate()
        assert timezone.localdate(submitted.submitted_at) == timezone.localdate()
        returned = move(world, position, "return", comment="写明工作地点")
        assert (returned.due_on, returned.due_is_provisional) == (None, False)
        again = move(world, position, "submit", "employer")
        assert again.due_on == submitted.due_on  # anew, from today
        published = move(world, position, "publish")
    assert (published.due_on, published.published_on) == (None, timezone.localdate())


@pytest.mark.parametrize(("slug", "due"), [("chongqing", "2026-11-27"), ("changsha", "2026-11-27")])
def test_the_clock_is_the_policys(request, slug, due, monkeypatch):
    world = request.getfixturevalue("world" if slug == "chongqing" else slug)
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 20))
    with inside(world):
        position = make_filing(world.base, State.DRAFT)
        assert str(move(world, position, "submit", "employer").due_on) == due


def test_a_clock_into_a_year_not_announced_is_settled_by_the_notice(world):
    with inside(world):
        position = make_filing(
            world.base, State.SUBMITTED, due_on=date(2027, 1, 5), due_is_provisional=True
        )
        Position.objects.filter(pk=position.pk).update(
            submitted_at=timezone.make_aware(timezone.datetime(2026, 12, 29, 9))
        )
        CalendarYear.objects.filter(year=2027).delete()
        CalendarDay.objects.filter(day__year=2027).delete()
        days = [NoticeDay(date(2027, 1, 1), False), NoticeDay(date(2027, 1, 4), False)]
        announce(world.region, 2027, "示例通知", days)
    settled = now(position)
    assert (str(settled.due_on), settled.due_is_provisional) == ("2027-01-07", False)


def test_what_lacks_something_is_not_submitted(world):
    with inside(world):
        position = make_filing(world.base, State.DRAFT, duties="", months=None)
        with pytest.raises(TransitionRefused, match="还没有填写：岗位职责、见习期限（月）。"):
            move(world, position, "submit", "employer")


def test_what_breaks_a_strict_rule_is_neither_submitted_nor_published(changsha):
    with inside(changsha):
        draft = make_filing(changsha.base, State.DRAFT, allowance="2000.00")
        filed = make_filing(changsha.base, State.SUBMITTED, allowance="2000.00")
        for position, name, person in [(draft, "submit", "employer"), (filed, "publish", "clerk")]:
            with pytest.raises(TransitionRefused) as refused:
                move(changsha, position, name, person)
            assert "2,000.00 元 < 2,330.00 元" in str(refused.value)
            assert "长人社规〔2024〕4号三（一）" in str(refused.value)
        move(changsha, filed, "return", comment="补足生活费")


def test_what_only_advises_holds_nothing_up(world):
    with inside(world):
        position = make_filing(world.base, State.DRAFT, headcount=500)
        move(world, position, "submit", "employer")
        assert move(world, position, "publish").state == State.PUBLISHED


def test_a_gate_is_refused_where_gates_are_forbidden(ningxia):
    with inside(ningxia):
        position = make_filing(ningxia.base, State.DRAFT, education="本科及以上")
        with pytest.raises(TransitionRefused, match="宁人社函〔2020〕272号二"):
            move(ningxia, position, "submit", "employer")


def test_a_base_that_is_none_any_more_recruits_no_more(world):
    with inside(world):
        paused = make_filing(world.base, State.PAUSED)
        world.base.exited_on = timezone.localdate()
        world.base.save()
        with pytest.raises(TransitionRefused, match="单位是在册的见习基地"):
            move(world, paused, "resume")


def test_past_its_validity_a_position_does_not_resume(world):
    with inside(world):
        paused = make_filing(
            world.base, State.PAUSED, valid_until=timezone.localdate() - timedelta(days=1)
        )
        with pytest.raises(TransitionRefused, match="招募有效期没有过"):
            move(world, paused, "resume")


def test_a_position_closes_when_nobody_is_on_it_any_more(world):
    with inside(world):
        position = make_filing(world.base, State.PUBLISHED)
        agreement = make_agreement(position)
        with pytest.raises(TransitionRefused, match="还有 1 人没有结束见习"):
            move(world, position, "close")
        agreement.ended_on, agreement.end_kind = agreement.signed_on, "cancelled"
        agreement.save()
        assert move(world, position, "close").closed_on == timezone.localdate()


def test_the_history_tells_who_decided_what_and_why(world):
    with inside(world):
        position = make_filing(world.base, State.SUBMITTED)
        move(world, position, "return", comment="写明工作地点")
        entry = timeline(position)[0]
    assert (entry.actor, entry.note) == (world.clerk.name, "退回修改：写明工作地点")


def test_the_employer_is_told_of_what_the_district_did(world):
    with inside(world):
        colleague = employer_of(world.base)
        decided = {
            "publish": make_filing(world.base, State.SUBMITTED, title="甲"),
            "return": make_filing(world.base, State.SUBMITTED, title="乙"),
            "reject": make_filing(world.base, State.SUBMITTED, title="丙"),
            "pause": make_filing(world.base, State.PUBLISHED, title="丁"),
            "close": make_filing(world.base, State.PUBLISHED, title="戊"),
        }
        for name, position in decided.items():
            move(world, position, name)
        told = Message.objects.order_by("pk").values_list("user", "title")
    titles = [
        "岗位“甲”已通过审核，开始公开招募",
        "岗位“乙”退回修改",
        "岗位“丙”没有通过审核",
        "岗位“丁”已由区县暂停招募",
        "岗位“戊”已由区县关闭",
    ]
    assert sorted(told) == sorted(
        (person.pk, title) for person in (world.employer, colleague) for title in titles
    )


def test_the_employer_is_not_told_of_what_it_did_itself(world):
    with inside(world):
        move(world, make_filing(world.base, State.PUBLISHED), "pause", "employer")
        assert Message.objects.count() == 0
