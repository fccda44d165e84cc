"""The course of an application: every transition × every state × everybody, and what follows."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Message
from bases.models import InsuredHeadcount
from jianxi.history import timeline
from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused
from positions.models import Position
from regions.calendar import announce
from regions.models import CalendarDay, CalendarYear
from regions.notices import NoticeDay
from tests.database import taken_back
from tests.factories import district, in_region, make_agreement, make_base, make_trainee
from tests.positions.conftest import employer_of, inside, make_filing
from tests.trainees.applications import State, make_application, make_scene, make_youth
from trainees.applying import COURSE, apply, close_others
from trainees.caps import cap_findings
from trainees.models import Application

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
OPEN = {State.SUBMITTED, State.RETURNED, State.REFERRED, State.ACCEPTED, State.DISPATCHED}
TAKEN_IN = {State.ACCEPTED, State.DISPATCHED}
YOUTH, DISTRICT, EMPLOYER, NOBODY = {"youth"}, {"clerk", "root"}, {"employer"}, set()
# Who may, from where, to where; whether a comment is needed. For one that names its position.
TABLE = {
    "resubmit": (YOUTH, {State.RETURNED}, State.SUBMITTED, False),
    "withdraw": (YOUTH, OPEN, State.WITHDRAWN, False),
    "refer": (DISTRICT, {State.SUBMITTED}, State.REFERRED, False),
    "return": (DISTRICT, {State.SUBMITTED}, State.RETURNED, True),
    "reject": (DISTRICT, {State.SUBMITTED}, State.REJECTED, True),
    "accept": (EMPLOYER, {State.REFERRED}, State.ACCEPTED, False),
    "decline": (EMPLOYER, {State.REFERRED, State.ACCEPTED}, State.DECLINED, True),
    "put_back": (NOBODY, {State.REFERRED, *TAKEN_IN}, State.SUBMITTED, True),
    "dispatch": (NOBODY, {State.SUBMITTED}, State.DISPATCHED, False),
    "sign": (YOUTH, TAKEN_IN, State.SIGNED, False),
    "close": (YOUTH, OPEN, State.WITHDRAWN, False),
}
# What differs for one from the pool, where districts dispatch.
POOL = {
    "decline": (NOBODY, {State.REFERRED, State.ACCEPTED}, State.DECLINED, True),
    "put_back": (DISTRICT | EMPLOYER, {State.REFERRED, *TAKEN_IN}, State.SUBMITTED, True),
    "dispatch": (DISTRICT, {State.SUBMITTED}, State.DISPATCHED, False),
}
PEOPLE = ["youth", "rival", "employer", "stranger", "unconfirmed"]
PEOPLE += ["clerk", "viewer", "elsewhere", "root"]
AFTER_SIGNING = {"sign", "close"}  # an agreement is there when they come


def move(scene, row, name, person="clerk", comment="已核对", **facts):
    return COURSE.move(row, name, actor=getattr(scene, person), comment=comment, **facts)


def now(row) -> Application:
    with scope(region=row.region):
        return Application.objects.get(pk=row.pk)


def sign(scene, position=None):
    return make_agreement(position or scene.position, scene.trainee, signed_on=TODAY)


def test_the_table_is_the_whole_course():
    assert sorted(COURSE.transitions) == sorted(TABLE)


def judge(scene, name, state, rule, **facts):
    people, sources, target, comment_required = rule
    given = {"position": scene.position} if facts and name == "dispatch" else {}
    if name in AFTER_SIGNING:
        sign(scene)
    made = make_application(scene, state, **facts)
    for person in PEOPLE:
        row = deepcopy(made)
        offered = name in {one.name for one in COURSE.open_to(getattr(scene, person), row)}
        # who answers for a position that is not chosen yet is nobody
        allowed = people - (EMPLOYER if row.position is None else set())
        assert offered == (person in allowed and state in sources), person
        if person not in allowed:
            with pytest.raises(PermissionDenied):
                move(scene, row, name, person, **given)
            assert now(row).state == state
        elif state not in sources:
            words = f"现在是“{State(state).label}”，不能{COURSE.transitions[name].label}。"
            with pytest.raises(TransitionRefused) as refused:
                move(scene, row, name, person, **given)
            assert (str(refused.value), now(row).state) == (words, state)
        else:
            if comment_required:
                with pytest.raises(TransitionRefused, match="需要写明意见"):
                    move(scene, row, name, person, comment=" ", **given)
            with taken_back():
                assert move(scene, row, name, person, **given).state == target
                assert now(row).state == target


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", TABLE)
def test_who_may_do_what_in_which_state(scene, name, state):
    with inside(scene):
        judge(scene, name, state, TABLE[name])


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", POOL)
def test_what_differs_for_one_from_the_pool(ningxia, name, state):
    with inside(ningxia):
        judge(ningxia, name, state, POOL[name], from_pool=True)


# --- Applying


def test_an_application_goes_to_the_district_of_the_position_and_its_clock_runs(scene):
    with inside(scene):
        row = apply(scene.trainee, position=scene.position, note="会写网页", actor=scene.youth)
    assert (row.state, row.district, row.from_pool) == ("submitted", scene.base.district, False)
    assert (row.due_on > TODAY, row.note, timeline_of(row)) == (True, "会写网页", ["报名"])


def timeline_of(row):
    with scope(region=row.region):
        return [entry.note for entry in timeline(row)]


def refusal_of(scene, trainee=None, **what) -> str:
    """Why one cannot apply; nothing is stored."""
    with inside(scene):
        before = Application.objects.count()
        trainee = trainee or scene.trainee
        with pytest.raises(TransitionRefused) as refused:
            apply(trainee, actor=trainee.user or "test", **what or {"position": scene.position})
        assert Application.objects.count() == before
    return str(refused.value)


def test_who_applied_already_is_told(scene):
    with inside(scene):
        apply(scene.trainee, position=scene.position, actor=scene.youth)
        apply(scene.trainee, district=scene.base.district, wish="会计", actor=scene.youth)
    assert refusal_of(scene) == "您已经报过这个岗位，正在办理。"
    assert refusal_of(scene, district=scene.base.district) == "您已经在人才库里，正在办理。"


def test_who_withdrew_may_apply_again(scene):
    with inside(scene):
        first = apply(scene.trainee, position=scene.position, actor=scene.youth)
        move(scene, first, "withdraw", "youth", comment="")
        assert apply(scene.trainee, position=scene.position, actor=scene.youth).pk != first.pk


def test_who_is_not_eligible_is_told_why_with_the_clause(scene):
    with inside(scene):
        old = make_youth(scene.region, graduated_on=date(2020, 6, 30))
    told = refusal_of(scene, old)
    assert told.startswith("不符合条件：毕业离校 2 年内，2020-06-30 毕业")
    assert "（" in told


def test_what_is_not_known_is_asked_for_first(scene):
    with inside(scene):
        by_ledger = make_trainee(scene.region)
    assert refusal_of(scene, by_ledger).startswith("请先补充登记，才能判断是否符合：毕业于高校")


def test_who_is_under_18_takes_no_hazardous_post(scene):
    with inside(scene):
        scene.position.hazards = True
        scene.position.save()
        birth = TODAY.replace(year=TODAY.year - 17, day=1)
        young = make_youth(scene.region, birth_date=birth)
    assert "有危险作业：不接收未满 18 周岁的人" in refusal_of(scene, young)


def test_who_has_an_agreement_here_or_elsewhere_is_told_without_its_details(scene):
    with inside(scene):
        agreement = make_agreement(make_filing(scene.base, "published"), scene.trainee)
    assert refusal_of(scene) == "本人在本区有一份没有结束的见习协议，结束以后再报名。"
    with inside(scene):
        agreement.delete()
    with in_region("ningxia") as abroad:
        twin = make_trainee(abroad)
        twin.person = scene.trainee.person
        twin.save()
        number = make_agreement(make_filing(make_base("兴庆区"), "published"), twin).number
    told = refusal_of(scene)
    assert told == "本人在其他统筹区有一份没有结束的见习协议，结束以后再报名。"
    assert number not in told


@pytest.mark.parametrize("state", ["paused", "submitted"])
def test_what_does_not_recruit_takes_no_application(scene, state):
    with inside(scene):
        position = make_filing(scene.base, state)
    assert refusal_of(scene, position=position) == "这个岗位现在不招人。"


def test_a_full_position_takes_no_application(scene):
    with inside(scene):
        for _ in range(2):
            make_application(scene, State.ACCEPTED, make_youth(scene.region))
    assert refusal_of(scene) == "这个岗位的名额已满。"


def test_the_pool_asks_for_a_district(scene):
    assert refusal_of(scene, district=None) == "请选择一个区县。"
    with inside(scene):
        root = district("重庆市")
    assert refusal_of(scene, district=root) == "请选择一个区县。"


def test_where_districts_dispatch_one_applies_to_the_pool(ningxia):
    assert refusal_of(ningxia).startswith("本地由区县统一安排，请报到人才库")
    with inside(ningxia):
        row = apply(ningxia.trainee, district=ningxia.base.district, wish="会计", actor="test")
    assert (row.from_pool, row.position, row.wish) == (True, None, "会计")


# --- Places


def test_the_last_place_is_taken_once(scene):
    with inside(scene):
        rows = [make_application(scene, State.REFERRED, make_youth(scene.region)) for _ in range(3)]
        for row in rows[:2]:
            move(scene, row, "accept", "employer")
        with pytest.raises(TransitionRefused, match="岗位已满：招募 2 人，已占 2 人。"):
            move(scene, rows[2], "accept", "employer")
        assert Position.objects.with_places().get(pk=scene.position.pk).left == 0
        move(scene, rows[0], "decline", "employer")
        assert move(scene, rows[2], "accept", "employer").state == State.ACCEPTED


def test_who_signed_is_counted_once(scene):
    with inside(scene):
        row = make_application(scene, State.ACCEPTED)
        sign(scene)
        move(scene, row, "sign", "youth")
        assert Position.objects.with_places().get(pk=scene.position.pk).taken == 1


def test_the_cap_is_held_against_the_insured_of_the_time(db):
    scene = make_scene("changsha", "岳麓区", "芙蓉区", headcount=9)
    with inside(scene):
        InsuredHeadcount.objects.filter(profile=scene.base.profile).update(count=10)
        for _ in range(2):
            make_application(scene, State.ACCEPTED, make_youth(scene.region))
        make_agreement(scene.position, signed_on=TODAY)
        (finding,) = cap_findings(scene.base, TODAY)
        assert (finding.outcome, finding.compared) == (
            "pass",
            "在岗和已签 1 人，已接收待签 2 人；参保 10 人（2026-01-01），最多 3 人",
        )
        row = make_application(scene, State.REFERRED)
        with pytest.raises(TransitionRefused) as refused:
            move(scene, row, "accept", "employer")
        assert "已接收待签 3 人" in str(refused.value)
        assert "长人社规〔2024〕4号二（二）" in str(refused.value)
        InsuredHeadcount.objects.create(
            region=scene.region, profile=scene.base.profile, as_of=TODAY, count=14
        )
        assert move(scene, row, "accept", "employer").state == State.ACCEPTED


def test_a_region_without_a_cap_has_none(scene):
    with inside(scene):
        assert cap_findings(scene.base, TODAY) == []


def test_one_from_the_pool_is_placed_where_a_place_is_left(ningxia):
    with inside(ningxia):
        row = make_application(ningxia, from_pool=True)
        other = make_filing(ningxia.other, "published")
        full = make_filing(ningxia.base, "published", headcount=1)
        make_agreement(full)
        refusals = [(None, "请选择岗位"), (other, "不在您办理的区县"), (full, "名额已满")]
        for position, words in refusals:
            with pytest.raises(TransitionRefused, match=words):
                move(ningxia, row, "dispatch", position=position)
        moved = move(ningxia, row, "dispatch", position=ningxia.position)
        assert (moved.state, moved.position) == (State.DISPATCHED, ningxia.position)
        back = move(ningxia, row, "put_back", "employer")
        assert (back.state, back.position, back.referred_at) == (State.SUBMITTED, None, None)
        assert move(ningxia, row, "dispatch", "root", position=other).position == other


def test_where_both_sides_choose_the_base_is_asked(scene):
    with inside(scene):
        row = make_application(scene, from_pool=True)
        with pytest.raises(TransitionRefused, match="本地由双方选择"):
            move(scene, row, "dispatch", position=scene.position)
        assert move(scene, row, "refer", position=scene.position).state == State.REFERRED


# --- Signing


def test_signing_ends_the_youths_other_applications(scene):
    with inside(scene):
        signed = make_application(scene, State.ACCEPTED)
        other = make_application(
            scene, State.REFERRED, position=make_filing(scene.base, "published", title="另一个")
        )
        pool = make_application(scene, from_pool=True)
        anothers = make_application(scene, State.REFERRED, make_youth(scene.region))
        sign(scene)
        move(scene, signed, "sign", "youth")
        close_others(scene.trainee, signed)
        states = [now(row).state for row in (signed, other, pool, anothers)]
    assert states == [State.SIGNED, State.WITHDRAWN, State.WITHDRAWN, State.REFERRED]
    assert now(other).due_on is None


@pytest.mark.parametrize("name", ["sign", "close"])
def test_nobody_signs_without_an_agreement(scene, name):
    with inside(scene):
        row = make_application(scene, State.ACCEPTED)
        with pytest.raises(TransitionRefused, match="协议"):
            move(scene, row, name, "youth")


# --- Clocks and messages


def test_one_clock_runs_at_a_time(scene):
    with inside(scene):
        row = apply(scene.trainee, position=scene.position, actor=scene.youth)
        returned = move(scene, row, "return")
        assert returned.due_on is None
        again = move(scene, row, "resubmit", "youth")
        referred = move(scene, row, "refer")
        assert again.due_on == referred.due_on == row.due_on  # five working days each
        assert move(scene, row, "accept", "employer").due_on is None


def test_clocks_into_a_year_not_announced_are_settled_by_the_notice(scene):
    began = timezone.make_aware(timezone.datetime(2026, 12, 29, 9))
    facts = {"due_on": date(2027, 1, 5), "due_is_provisional": True}
    with inside(scene):
        CalendarYear.objects.filter(year=2027).delete()
        CalendarDay.objects.filter(day__year=2027).delete()
        waiting = make_application(scene, submitted_at=began, **facts)
        at_base = make_application(
            scene,
            State.REFERRED,
            make_youth(scene.region),
            submitted_at=began - timedelta(days=20),
            referred_at=began,
            **facts,
        )
        days = [NoticeDay(date(2027, 1, 1), False), NoticeDay(date(2027, 1, 4), False)]
        announce(scene.region, 2027, "示例通知", days)
    settled = [(str(row.due_on), row.due_is_provisional) for row in (now(waiting), now(at_base))]
    assert settled == [("2027-01-07", False)] * 2


def test_both_sides_are_told_without_names(scene):
    with inside(scene):
        colleague = employer_of(scene.base)
        row = apply(scene.trainee, position=scene.position, actor=scene.youth)
        for name, person in [
            ("return", "clerk"),
            ("resubmit", "youth"),
            ("refer", "clerk"),
            ("accept", "employer"),
            ("withdraw", "youth"),
        ]:
            row = move(scene, row, name, person)
        told = sorted(Message.objects.values_list("user", "title"))
    youth, title = scene.youth.pk, scene.position.title
    both = [
        (person.pk, words)
        for person in (scene.employer, colleague)
        for words in (
            f"岗位“{title}”有新的报名，请在 {due(scene, row)} 前答复",
            f"岗位“{title}”的一份报名已由本人撤回",
        )
    ]
    own = [
        (youth, f"报名“{title}”被退回，补正后可以重新提交"),
        (youth, f"报名“{title}”已通过审核，等单位答复"),
        (youth, f"单位接收了您报名的“{title}”，接下来由单位拟定协议"),
    ]
    assert told == sorted(both + own)


def due(scene, row) -> str:
    with scope(region=scene.region):
        events = row.pgh_event_model.objects.filter(pgh_obj=row.pk, state=State.REFERRED)
        return f"{events.get().due_on:%m-%d}"


# --- Voiding


def test_who_has_an_open_application_is_not_voided(scene):
    with inside(scene):
        row = make_application(scene)
        standing = [
            {label: rows.count() for label, rows in one.standing_on_it()}["见习报名"]
            for one in (scene.trainee, scene.position)
        ]
        assert standing == [1, 1]
        move(scene, row, "reject")
        assert {label: rows.count() for label, rows in scene.trainee.standing_on_it()} == {
            "见习协议": 0,
            "见习报名": 0,
        }
