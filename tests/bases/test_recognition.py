"""The course of an application: every transition × every state × everybody, and what follows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Message
from bases import recognition
from bases.models import Base, BaseApplication, InsuredHeadcount, Visit
from bases.moves import move as move_bases
from bases.recognition import COURSE
from jianxi.history import timeline
from jianxi.workflow import TransitionRefused
from regions.calendar import announce
from regions.models import CalendarDay, CalendarYear
from regions.notices import NoticeDay
from tests.bases.applications import SOUND, inside, make_application, make_visit, now
from tests.factories import district, make_agreement, make_base, make_position

State = BaseApplication.State
EMPLOYER, DISTRICT = {"employer"}, {"clerk", "root"}
REVIEW = {State.SUBMITTED, State.VISITED}
# Who may, from where, to where; whether a comment is needed.
TABLE = {
    "submit": (EMPLOYER, {State.DRAFT, State.RETURNED}, State.SUBMITTED, False),
    "withdraw": (EMPLOYER, {State.SUBMITTED}, State.DRAFT, False),
    "visit": (DISTRICT, REVIEW, State.VISITED, False),
    "recognise": (DISTRICT, REVIEW, State.RECOGNISED, False),
    "return": (DISTRICT, REVIEW, State.RETURNED, True),
    "reject": (DISTRICT, REVIEW, State.REJECTED, True),
}
PEOPLE = ["employer", "stranger", "unconfirmed", "clerk", "viewer", "elsewhere", "root"]
TODAY = timezone.localdate()


def make(world, state=State.SUBMITTED, **facts):
    """Another one for the employer, whatever became of those before."""
    rows = BaseApplication.objects.exclude(state__in=[State.RECOGNISED, State.REJECTED])
    rows.filter(profile=world.profile).update(state=State.REJECTED, due_on=None)
    Base.objects.filter(profile=world.profile, exited_on=None).update(
        recognised_on=date(2000, 1, 1), exited_on=date(2000, 1, 2)
    )
    row = make_application(world.profile, world.here, state, **facts)
    if state in REVIEW:
        make_visit(row, world.clerk)
    return row


def move(world, row, name, person="clerk", comment="已核对", **facts):
    if name == "visit":
        facts = {"visit": facts.get("visit") or a_visit()}
    return COURSE.move(row, name, actor=getattr(world, person), comment=comment, **facts)


def a_visit(**facts):
    usual = {"visited_on": TODAY, "place": "示例大道1号", "people": "张三", "finding": "suitable"}
    return Visit(premises="足", business="常", need="有", **usual | facts)


def test_the_table_is_the_whole_course():
    assert sorted(COURSE.transitions) == sorted(TABLE)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", TABLE)
def test_who_may_do_what_in_which_state(world, name, state):
    people, sources, target, comment_required = TABLE[name]
    with inside(world):
        for person in PEOPLE:
            row = make(world, state)
            offered = name in {one.name for one in COURSE.open_to(getattr(world, person), row)}
            assert offered == (person in people and state in sources), person
            if person not in people:
                with pytest.raises(PermissionDenied):
                    move(world, row, name, person)
                assert now(row).state == state
            elif state not in sources:
                words = f"现在是“{State(state).label}”，不能{COURSE.transitions[name].label}。"
                with pytest.raises(TransitionRefused) as refused:
                    move(world, row, name, person)
                assert str(refused.value) == words
                assert now(row).state == state
            else:
                if comment_required:
                    with pytest.raises(TransitionRefused, match="需要写明意见"):
                        move(world, row, name, person, comment=" ")
                moved = move(world, row, name, person)
                assert (moved.state, now(row).state) == (target, target)


# --- Whether


def test_what_is_missing_is_named(changsha):
    with inside(changsha):
        row = make_application(
            changsha.profile, changsha.here, State.DRAFT, papers=False, mentors="", insured=None
        )
        with pytest.raises(TransitionRefused) as refused:
            move(changsha, row, "submit", "employer")
    assert str(refused.value) == ("还缺：参保人数、带教老师、营业执照或登记证书、参保证明。")


def test_a_strict_failure_blocks_and_advice_does_not(changsha):
    with inside(changsha):
        row = make(changsha, State.DRAFT, founded_on=TODAY - timedelta(days=400))
        with pytest.raises(TransitionRefused, match="依法登记并正常经营 3 年以上"):
            move(changsha, row, "submit", "employer")
        row = make(changsha, State.DRAFT, insured=5, places_a_year=1)
        assert move(changsha, row, "submit", "employer").state == State.SUBMITTED


def test_nothing_is_recognised_unseen_where_a_visit_is_asked_for(world):
    with inside(world):
        row = make_application(world.profile, world.here)
        with pytest.raises(TransitionRefused, match="还没有实地考察"):
            move(world, row, "recognise")
        move(world, row, "visit", visit=a_visit(finding="unsuitable"))
        with pytest.raises(TransitionRefused, match="不符合见习条件"):
            move(world, row, "recognise")
        move(world, row, "visit")
        assert move(world, row, "recognise").state == State.RECOGNISED


def test_elsewhere_a_visit_may_be_left_out(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here)
        assert move(changsha, row, "recognise").state == State.RECOGNISED


# --- Clocks


def test_first_the_visits_clock_then_the_decisions(world):
    with inside(world):
        row = make_application(world.profile, world.here, State.DRAFT)
        row = move(world, row, "submit", "employer")
        received = timezone.localdate(row.submitted_at)
        visit_due = recognition.answer_due(received, "site_visit_working_days")
        assert (row.due_on, row.due_is_provisional) == visit_due
        row = move(world, row, "visit")
        decision_due = recognition.answer_due(TODAY, "base_review_working_days")
        assert (row.due_on, row.due_is_provisional) == decision_due
        assert decision_due < visit_due
        again = move(world, row, "visit")  # a second visit gives no more time
        assert again.due_on == row.due_on


def test_the_decisions_clock_runs_from_the_day_of_the_visit(world):
    with inside(world):
        row = make_application(
            world.profile,
            world.here,
            submitted_at=timezone.now() - timedelta(days=12),
            due_on=TODAY,
        )
        seen_on = TODAY - timedelta(days=3)
        row = move(world, row, "visit", visit=a_visit(visited_on=seen_on))
        assert row.due_on == recognition.answer_due(seen_on, "x").date


def test_without_a_visits_clock_the_decisions_runs_at_once(changsha):
    with inside(changsha):
        row = make_application(changsha.profile, changsha.here, State.DRAFT)
        row = move(changsha, row, "submit", "employer")
        assert row.due_on == recognition.answer_due(TODAY, "base_review_working_days").date
        assert move(changsha, row, "visit").due_on == row.due_on


def test_who_was_visited_before_is_decided_at_once(world):
    with inside(world):
        row = make(world, State.VISITED)
        row.visits.update(recorded_at=timezone.now() - timedelta(days=9))
        row = move(world, row, "return", comment="请补正")
        assert (row.due_on, row.due_is_provisional) == (None, False)
        row = move(world, row, "submit", "employer")
        assert row.due_on == recognition.answer_due(TODAY, "base_review_working_days").date


@pytest.mark.parametrize(("seen", "due"), [(False, "2027-01-21"), (True, "2027-01-07")])
def test_a_clock_into_a_year_not_announced_is_settled_by_the_notice(world, seen, due):
    with inside(world):
        moment = timezone.make_aware(timezone.datetime(2026, 12, 29, 9))
        row = make_application(
            world.profile,
            world.here,
            State.VISITED if seen else State.SUBMITTED,
            submitted_at=moment,
            due_on=date(2027, 1, 5),
            due_is_provisional=True,
        )
        if seen:
            make_visit(row, world.clerk, visited_on=date(2026, 12, 29))
        CalendarYear.objects.filter(year=2027).delete()
        CalendarDay.objects.filter(day__year=2027).delete()
        days = [NoticeDay(date(2027, 1, 1), False), NoticeDay(date(2027, 1, 4), False)]
        announce(world.region, 2027, "示例通知", days)
    assert (str(now(row).due_on), now(row).due_is_provisional) == (due, False)


# --- What follows


def test_recognition_makes_a_base_of_the_employer(changsha):
    with inside(changsha):
        row = make(changsha, key_enterprise="", recommended_by="工信局")
        done = move(changsha, row, "recognise")
        base = done.base
        assert (base.profile_id, base.district, base.recognised_on) == (
            changsha.profile.pk,
            changsha.here,
            TODAY,
        )
        assert base.valid_until == recognition.years_later(TODAY, 3) - timedelta(days=1)
        assert [(p.district, p.since, p.until) for p in base.placements.all()] == [
            (changsha.here, None, None)
        ]
        profile = now(changsha.profile)
        told = [profile.kind, profile.industry, profile.founded_on, profile.recommended_by]
        assert told == ["企业", SOUND["industry"], SOUND["founded_on"], "工信局"]
        assert (profile.contact_name, profile.contact_phone) == ("周经办", "13812345678")
        headcounts = InsuredHeadcount.objects.values_list("profile", "as_of", "count")
        assert list(headcounts) == [(profile.pk, SOUND["insured_as_of"], 120)]


def test_a_region_without_terms_sets_no_end(world):
    with inside(world):
        assert move(world, make(world), "recognise").base.valid_until is None


def base_of(world, **facts):
    base = make_base(world.here)
    Base.objects.filter(pk=base.pk).update(profile=world.profile, **facts)
    return now(base)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (TODAY + timedelta(days=30), recognition.years_later(TODAY + timedelta(days=31), 3)),
        (TODAY - timedelta(days=30), recognition.years_later(TODAY, 3)),  # run out: from today
    ],
)
def test_a_renewal_gives_the_same_base_another_term(changsha, until, expected):
    with inside(changsha):
        base = base_of(changsha, valid_until=until, recognised_on=date(2023, 12, 1))
        row = recognition.begin(changsha.profile, changsha.here)
        assert (row.kind, row.base) == ("renewal", base)
        BaseApplication.objects.filter(pk=row.pk).update(
            state=State.SUBMITTED, submitted_at=timezone.now(), due_on=TODAY, **SOUND
        )
        done = move(changsha, now(row), "recognise")
    renewed = now(base)
    assert (done.base_id, renewed.recognised_on) == (base.pk, date(2023, 12, 1))
    assert renewed.valid_until == expected - timedelta(days=1)


def test_who_comes_back_is_a_new_base_and_the_old_one_stays_as_it_was(changsha):
    with inside(changsha):
        old = base_of(changsha, recognised_on=date(2020, 1, 1), exited_on=date(2022, 1, 1))
        row = recognition.begin(changsha.profile, changsha.here)
        assert (row.kind, row.base) == ("new", None)
        done = move(changsha, make(changsha), "recognise")
        assert done.base_id != old.pk
        before = now(old)
        assert (before.recognised_on, before.exited_on) == (old.recognised_on, old.exited_on)
        assert list(Base.objects.existing(TODAY).filter(profile=changsha.profile)) == [done.base]


def test_a_base_whose_term_goes_on_needs_no_renewal(changsha):
    with inside(changsha):
        base_of(changsha, valid_until=TODAY + timedelta(days=91))
        with pytest.raises(TransitionRefused, match="到期前 90 天起"):
            recognition.begin(changsha.profile, changsha.here)
        Base.objects.update(valid_until=None)
        with pytest.raises(TransitionRefused, match="没有期限"):
            recognition.begin(changsha.profile, changsha.here)


def test_a_filing_begins_with_what_is_known(changsha):
    with inside(changsha):
        make_application(changsha.profile, changsha.here, State.REJECTED)
        changsha.profile.industry = "制造业"
        changsha.profile.save()
        InsuredHeadcount.objects.create(
            region=changsha.region, profile=changsha.profile, as_of=date(2026, 11, 1), count=88
        )
        row = recognition.begin(changsha.profile, changsha.here)
        again = recognition.begin(changsha.profile, changsha.here)
    assert (row.industry, row.insured, row.mentors) == ("制造业", 88, SOUND["mentors"])
    assert (row.insured_as_of, row.state, again) == (date(2026, 11, 1), State.DRAFT, row)


def test_the_term_is_looked_back_on_by_years(changsha):
    with inside(changsha):
        until = TODAY + timedelta(days=20)
        base = base_of(changsha, valid_until=until, recognised_on=date(2020, 1, 1))
        begins = recognition.years_later(until + timedelta(days=1), -3)
        make_position(base, headcount=50, published_on=begins - timedelta(days=1))
        first = make_position(base, headcount=12, published_on=begins)
        make_position(base, headcount=7, published_on=recognition.years_later(begins, 1))
        make_agreement(first, arrived_on=date(2026, 2, 1))
        row = recognition.begin(changsha.profile, changsha.here)
        found = {one.key: one for one in recognition.check(row)}
    assert found["term"].compared == "逐年提供 12、7、0 个岗位，吸纳 1 人；考核结果请核对"


def test_an_open_renewal_moves_with_its_base(changsha):
    with inside(changsha):
        base = base_of(changsha, valid_until=TODAY)
        row = recognition.begin(changsha.profile, changsha.here)
        over = make_application(changsha.profile, changsha.here, State.REJECTED)
        move_bases([base], changsha.there, TODAY, actor=changsha.clerk, reason="迁址", today=TODAY)
    assert (now(row).district_id, now(over).district_id) == (changsha.there.pk, changsha.here.pk)


def test_a_unit_that_was_merged_is_followed_to_its_successor(world):
    with inside(world):
        merged = district("江北区")
        assert recognition.begin(world.profile, merged).district == district("两江新区")
        row = make(world)
        BaseApplication.objects.filter(pk=row.pk).update(district=merged)
        base = move(world, row, "recognise", "root").base
        placed = base.placements.get()
    assert (base.district.name, placed.district.name) == ("两江新区", "两江新区")


def test_the_employer_is_told_and_nobody_else(changsha):
    with inside(changsha):
        for name in ("recognise", "return", "reject"):
            move(changsha, make(changsha), name)
        told = Message.objects.order_by("pk").values_list("user", "kind", "title")
        assert list(told) == [
            (changsha.employer.pk, "base", "甲软件公司已认定为见习基地"),
            (changsha.employer.pk, "base", "甲软件公司的申报退回修改"),
            (changsha.employer.pk, "base", "甲软件公司没有认定为见习基地"),
        ]


def test_the_history_tells_who_decided_what_and_why(world):
    with inside(world):
        row = make(world)
        move(world, row, "return", comment="写明带教老师")
        entry = timeline(row)[0]
    assert (entry.actor, entry.note) == (world.clerk.name, "退回修改：写明带教老师")
