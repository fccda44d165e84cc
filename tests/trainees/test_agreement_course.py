"""What happens to an agreement after signing: who may enter what, when, and what it must be like."""

from copy import deepcopy
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from jianxi.history import timeline
from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused
from reporting.periods import Period
from tests.database import taken_back
from tests.factories import make_agreement
from tests.months import compiled, report_of
from tests.positions.conftest import inside, make_filing
from tests.trainees.contracts import (
    State,
    all_in_order,
    make_contract,
    make_scene,
    make_youth,
    take_in,
)
from trainees import contracts, course, signing
from trainees.contract_text import digest
from trainees.models import Agreement, Contract
from trainees.queries import AgreementState

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PEOPLE = ["employer", "youth", "stranger", "unconfirmed", "clerk", "viewer", "elsewhere", "root"]
MAY = {"employer", "clerk", "root"}
RUNNING = {AgreementState.ON_POST, AgreementState.OVERDUE}
STATES = {
    AgreementState.NOT_ARRIVED: {},
    AgreementState.ON_POST: {"arrived_on": date(2026, 9, 1), "planned_end": date(2027, 2, 28)},
    AgreementState.OVERDUE: {"arrived_on": date(2026, 5, 1), "planned_end": date(2026, 10, 31)},
    AgreementState.ENDED: {
        "arrived_on": date(2026, 5, 1),
        "planned_end": date(2026, 10, 31),
        "ended_on": date(2026, 10, 31),
        "end_kind": "completed",
    },
}
NO_OUTCOME = {"outcome": "", "outcome_on": None}
# From where; sound facts for each state it is open in.
TABLE = {
    "arrive": ({AgreementState.NOT_ARRIVED}, lambda row: {"arrived_on": TODAY}),
    "mentor": (
        RUNNING | {AgreementState.NOT_ARRIVED},
        lambda row: {"mentor": "李师傅", "reason": "原带教调离"},
    ),
    "end": (
        RUNNING,
        lambda row: (
            {
                "ended_on": TODAY,
                "end_kind": "completed" if row.planned_end < TODAY else "terminated",
                "end_reason": "回乡",
            }
            | NO_OUTCOME
        ),
    ),
    "outcome": (
        {AgreementState.ENDED},
        lambda row: {"outcome": "retained", "outcome_on": date(2026, 11, 1)},
    ),
    "cancel": ({AgreementState.NOT_ARRIVED}, lambda row: {"reason": "另找到工作"}),
}


@pytest.fixture(scope="module")
def shared_scene(shared_db):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "localdate", lambda *args: TODAY)
        return make_scene()


@pytest.fixture
def scene(shared_scene, db, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)
    return deepcopy(shared_scene)


def make(scene, state=AgreementState.NOT_ARRIVED, **facts):
    """By ledger: nothing but the record."""
    position = make_filing(scene.base, "published")
    facts = {"signed_on": date(2026, 4, 20), "planned_start": date(2026, 5, 1)} | facts
    usual = {"planned_end": date(2027, 2, 28)} | STATES[state]
    return make_agreement(position, make_youth(scene.region), **usual | facts)


def enter(scene, row, name, person="employer", **facts):
    actor = row.trainee.user if person == "youth" else getattr(scene, person)
    return course.carry_out(row, name, actor=actor, **TABLE[name][1](row) | facts)


def now(row) -> Agreement:
    with scope(region=row.region):
        return Agreement.objects.get(pk=row.pk)


def test_the_table_is_the_whole_course():
    assert sorted(course.MOVES) == sorted(TABLE)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", TABLE)
def test_who_may_enter_what_in_which_state(scene, name, state):
    sources, _ = TABLE[name]
    with inside(scene):
        made = make(scene, state)
        for person in PEOPLE:
            row = deepcopy(made)
            actor = row.trainee.user if person == "youth" else getattr(scene, person)
            offered = name in {move.name for move in course.open_to(actor, row)}
            assert offered == (person in MAY and state in sources), person
            if person not in MAY:
                with pytest.raises(PermissionDenied):
                    enter(scene, row, name, person)
            elif state not in sources:
                words = f"现在是“{state.label}”，不能{course.MOVES[name].label}。"
                with pytest.raises(TransitionRefused) as refused:
                    enter(scene, row, name, person)
                assert str(refused.value) == words
            else:
                with taken_back():
                    enter(scene, row, name, person)
                    assert now(row).pgh_event_model.objects.filter(pgh_obj=row.pk).count() == 2


@pytest.mark.parametrize(
    ("name", "state", "facts", "field"),
    [
        ("arrive", AgreementState.NOT_ARRIVED, {"arrived_on": date(2026, 4, 19)}, "arrived_on"),
        ("arrive", AgreementState.NOT_ARRIVED, {"arrived_on": date(2026, 11, 21)}, "arrived_on"),
        ("mentor", AgreementState.ON_POST, {"mentor": "王大山"}, "mentor"),
        ("end", AgreementState.ON_POST, {"ended_on": date(2026, 8, 31)}, "ended_on"),
        ("end", AgreementState.ON_POST, {"ended_on": date(2026, 11, 21)}, "ended_on"),
        ("end", AgreementState.ON_POST, {"end_kind": "completed"}, "end_kind"),
        ("end", AgreementState.OVERDUE, {"end_kind": "terminated"}, "end_kind"),
        ("end", AgreementState.ON_POST, {"end_reason": ""}, "end_reason"),
        ("end", AgreementState.ON_POST, {"outcome": "retained"}, "outcome"),
        (
            "end",
            AgreementState.ON_POST,
            {"end_kind": "retained_early", "outcome": "not_employed"},
            "outcome",
        ),
        ("end", AgreementState.ON_POST, {"outcome_on": TODAY}, "outcome_on"),
        ("outcome", AgreementState.ENDED, {"outcome_on": date(2026, 10, 30)}, "outcome_on"),
        ("outcome", AgreementState.ENDED, {"outcome": "not_employed"}, "outcome_on"),
    ],
)
def test_what_cannot_have_been_is_told_at_its_field(scene, name, state, facts, field):
    with inside(scene):
        row = make(scene, state, mentor="王大山")
        with pytest.raises(ValidationError) as refused:
            enter(scene, row, name, **facts)
        assert list(refused.value.message_dict) == [field]
        assert now(row).pgh_event_model.objects.filter(pgh_obj=row.pk).count() == 1


def test_retained_early_means_retained(scene):
    with inside(scene):
        row = make(scene, AgreementState.ON_POST)
        ended = enter(scene, row, "end", end_kind="retained_early")
    assert (ended.outcome, ended.outcome_on) == ("retained", TODAY)


def test_a_voided_one_is_left_alone(scene):
    with inside(scene):
        row = make(scene, AgreementState.ON_POST, voided_at=timezone.now())
        assert course.open_to(scene.clerk, row) == []
        with pytest.raises(TransitionRefused, match="已作废"):
            enter(scene, row, "end")


def test_nobody_arrives_before_it_is_filed_and_all_is_in_order(scene):
    with inside(scene):
        contract = make_contract(take_in(scene.trainee, scene.base), State.SIGNED)
        row = contract.agreement
        with pytest.raises(TransitionRefused, match="还没有备案"):
            enter(scene, row, "arrive")
        signing.move(contract, "file", actor=scene.clerk)
        with pytest.raises(TransitionRefused) as refused:
            enter(scene, row, "arrive")
        assert str(refused.value) == (
            "上岗前还要办妥：核对身份证件原件（单位办）、办好意外伤害保险（单位办）、"
            "登记本人银行卡（本人办）、阅读见习须知（本人办）。"
        )
        all_in_order(Contract.objects.get(pk=contract.pk))
        assert enter(scene, row, "arrive").arrived_on == TODAY


@pytest.mark.parametrize(("side", "person"), [("employer", "employer"), ("office", "clerk")])
def test_before_the_arrival_the_page_leads_to_what_is_still_open(scene, side, person):
    with inside(scene):
        row = make_contract(
            take_in(scene.trainee, scene.base), State.FILED, by=scene.employer
        ).agreement
    client = Client()
    client.force_login(getattr(scene, person))
    page = reverse(f"{side}:agreement", args=["chongqing", row.pk])
    arrive = reverse(f"{side}:agreement_move", args=["chongqing", row.pk, "arrive"])
    shown = client.get(page).content.decode()
    assert ("到岗前还要办" in shown, arrive in shown) == (True, False)
    assert "上岗前还要办妥：核对身份证件原件" in client.get(arrive).content.decode()
    with inside(scene):
        all_in_order(Contract.objects.get())
    shown = client.get(page).content.decode()
    assert ("到岗前还要办" in shown, arrive in shown) == (False, True)


def test_cancelled_before_arrival_ends_what_was_signed_too(scene):
    with inside(scene):
        contract = make_contract(take_in(scene.trainee, scene.base), State.FILED)
        row = enter(scene, contract.agreement, "cancel")
        contract.refresh_from_db()
    assert (row.end_kind, row.ended_on, row.end_reason) == ("cancelled", TODAY, "另找到工作")
    assert contract.state == State.CANCELLED


def test_the_youth_is_told_and_the_employer_of_what_the_district_entered(scene):
    with inside(scene):
        row = make(scene, AgreementState.ON_POST)
        enter(scene, row, "mentor", "clerk")
        told = set(Message.objects.values_list("user", "title"))
        entry = timeline(row)[0]
    title = f"协议 {row.number}：更换带教老师"
    assert told == {(row.trainee.user.pk, title), (scene.employer.pk, title)}
    assert (entry.actor, entry.note) == (scene.clerk.name, "更换带教老师：原带教调离")


# --- Pages


def come(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(side, name, *args):
    return reverse(f"{side}:{name}", args=["chongqing", *args])


@pytest.mark.parametrize(("side", "person"), [("employer", "employer"), ("office", "clerk")])
def test_an_end_is_entered_on_a_page(scene, side, person):
    with inside(scene):
        row = make(scene, AgreementState.OVERDUE)
    client = come(getattr(scene, person))
    page = client.get(at(side, "agreement", row.pk)).content.decode()
    url = at(side, "agreement_move", row.pk, "end")
    assert url in page
    wrong = client.post(url, {"ended_on": "2099-01-01", "end_kind": "completed"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["ended_on"])
    for bad in [{}, {"ended_on": "\0", "end_kind": "?"}, {"ended_on": "9" * 40}]:
        assert client.post(url, bad).status_code == 422
    right = {"ended_on": "2026-11-10", "end_kind": "completed", "outcome": "not_employed"}
    assert client.post(url, right)["Location"] == at(side, "agreement", row.pk)
    assert str(now(row).ended_on) == "2026-11-10"
    assert client.post(url, right).status_code == 422  # from another window
    assert client.get(url).status_code == 302
    assert client.get(at(side, "agreement_move", row.pk, "nonsense")).status_code == 404


def test_the_employer_sees_who_is_late(scene):
    with inside(scene):
        coming = make(scene, planned_start=date(2026, 11, 1), planned_end=date(2027, 5, 1))
        over = make(scene, AgreementState.OVERDUE)
        make(scene, AgreementState.ON_POST)
        make(scene, AgreementState.ENDED)
    client = come(scene.employer)
    rows = client.get(at("employer", "home")).context["rows"]
    told = {(row["item"].kind, row["item"].url) for row in rows}
    assert told == {
        ("到岗", at("employer", "agreement", coming.pk)),
        ("已到期未办结束", at("employer", "agreement", over.pk)),
        ("月末核对", f"{at('employer', 'month_check')}?month=2026-10"),
    }
    assert "已过 19 天" in client.get(at("employer", "agreement", coming.pk)).content.decode()
    assert "请办理结束" in client.get(at("employer", "agreement", over.pk)).content.decode()


def test_the_district_sees_how_many_are_late(scene):
    with inside(scene):
        make(scene, AgreementState.OVERDUE)
        make(scene, AgreementState.OVERDUE)
        make(scene, AgreementState.ENDED)
        late = make(scene, planned_start=date(2026, 11, 1), planned_end=date(2027, 5, 1))
        make(scene, planned_start=date(2026, 12, 1), planned_end=date(2027, 5, 1))
    clerk = come(scene.clerk)
    rows = clerk.get(at("office", "home")).context["rows"]
    links = {row["item"].title: row["item"].url for row in rows if row["item"].kind == "协议"}
    assert set(links) == {"1 份协议过了约定开始还没有到岗", "2 份协议到期还没有办结束"}
    led_to = {title: clerk.get(url).context["listing"].rows for title, url in links.items()}
    assert led_to["1 份协议过了约定开始还没有到岗"] == [late]
    assert len(led_to["2 份协议到期还没有办结束"]) == 2


def test_a_youth_sees_the_own_internship_and_no_other(scene):
    with inside(scene):
        row = make(scene, AgreementState.ON_POST, mentor="王大山")
    page = come(row.trainee.user).get(at("me", "agreement", row.pk))
    assert page.status_code == 200
    assert "王大山" in page.content.decode()
    assert come(scene.youth).get(at("me", "agreement", row.pk)).status_code == 404


# --- The month


def test_from_an_application_to_the_month_that_is_compiled(scene, monkeypatch):
    """Accepted, signed, filed, arrived, retained: the figures come from what was done."""
    with inside(scene):
        application = take_in(scene.trainee, scene.base)
        contract = contracts.begin(application)
        contract.planned_start, contract.planned_end = TODAY, date(2027, 5, 19)
        contract.save()
        for name, actor in [("employer_sign", scene.employer), ("sign", scene.youth)]:
            seal = contract.text_hash or digest(contracts.text_of(contract))
            contract = signing.move(contract, name, actor=actor, text_hash=seal)
        contract = signing.move(contract, "file", actor=scene.clerk)
        all_in_order(contract)
        enter(scene, contract.agreement, "arrive")
        november = Period.parse("2026-11")
        figures = month(scene, november)
        assert (figures["6"], figures["8"], figures["13"]) == (1, 0, 1)
        day = date(2026, 11, 28)
        monkeypatch.setattr(timezone, "localdate", lambda *args: day)
        row = Agreement.objects.get()
        enter(scene, row, "end", ended_on=day, end_kind="retained_early")
        figures = month(scene, november)
        assert (figures["6"], figures["8"], figures["9"], figures["13"]) == (1, 1, 1, 0)


def month(scene, period) -> dict:
    done = compiled(scene.region, period)
    return done.figures[report_of("渝中区", period).district_id]
