"""The course of an agreement until it is filed: every transition × every state × everybody."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Message
from jianxi.history import timeline
from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused
from positions.models import Position
from regions.calendar import announce
from regions.models import CalendarDay, CalendarYear
from regions.notices import NoticeDay
from tests.database import taken_back
from tests.factories import in_region, make_agreement, make_base, make_position, make_trainee
from tests.positions.conftest import SOUND as POSITION
from tests.positions.conftest import inside, make_filing
from tests.trainees.contracts import State, make_contract, make_scene, make_youth, take_in
from trainees import applying, contracts, signing
from trainees.contract_text import digest
from trainees.models import Agreement, Application, Consent, Contract
from trainees.signing import COURSE, move

pytestmark = pytest.mark.django_db
PEOPLE = ["employer", "youth", "stranger", "unconfirmed", "clerk", "viewer", "elsewhere", "root"]
BEFORE = {State.DRAFT, State.EMPLOYER_SIGNED}
# Who may, from where, to where; whether a comment is needed.
TABLE = {
    "employer_sign": ({"employer"}, {State.DRAFT}, State.EMPLOYER_SIGNED, False),
    "take_back": ({"employer"}, {State.EMPLOYER_SIGNED}, State.DRAFT, False),
    "sign": ({"youth"}, {State.EMPLOYER_SIGNED}, State.SIGNED, False),
    "file": ({"clerk", "root"}, {State.SIGNED}, State.FILED, False),
    "return": ({"clerk", "root"}, {State.SIGNED}, State.DRAFT, True),
    "cancel": (
        {"employer", "youth", "clerk", "root"},
        BEFORE | {State.SIGNED, State.FILED},
        State.CANCELLED,
        True,
    ),
    "lapse": ({"employer", "youth", "clerk", "root"}, BEFORE, State.CANCELLED, False),
}


@pytest.fixture(scope="module")
def shared_scene(shared_db):
    return make_scene()


@pytest.fixture
def scene(shared_scene, db):
    return deepcopy(shared_scene)


@pytest.fixture(scope="module")
def shared_changsha_scene(shared_db):
    return make_scene("changsha", "岳麓区", "芙蓉区")


@pytest.fixture
def changsha_scene(shared_changsha_scene, db):
    return deepcopy(shared_changsha_scene)


def make(world, state, **facts):
    """Of a youth of its own."""
    youth = make_youth(world.region)
    return make_contract(take_in(youth, world.base), state, by=world.employer, **facts)


def act(world, contract, name, person, comment="写明了原因"):
    actor = contract.application.trainee.user if person == "youth" else getattr(world, person)
    facts = {}
    if name == "employer_sign":
        facts = {"text_hash": digest(contracts.text_of(contract))}
    if name == "sign":
        facts = {"text_hash": contract.text_hash}
    return move(contract, name, actor=actor, comment=comment, **facts)


def now(contract) -> Contract:
    with scope(region=contract.region):
        return Contract.objects.get(pk=contract.pk)


def returned(contract):
    """What the district sent back: a draft again, with the agreement both had signed."""
    trainee = contract.application.trainee
    contract.agreement = make_agreement(
        contract.position, trainee, signed_on=timezone.localdate(), number=f"R{contract.pk}"
    )
    contract.save()


def test_the_table_is_the_whole_course():
    assert sorted(COURSE.transitions) == sorted(TABLE)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("name", TABLE)
def test_who_may_do_what_in_which_state(scene, name, state):
    people, sources, target, comment_required = TABLE[name]
    with inside(scene):
        made = make(scene, state)
        if name == "cancel" and state in BEFORE:
            returned(made)
        for person in PEOPLE:
            contract = deepcopy(made)
            actor = (
                contract.application.trainee.user if person == "youth" else getattr(scene, person)
            )
            offered = name in {one.name for one in COURSE.open_to(actor, contract)}
            assert offered == (person in people and state in sources), person
            if person not in people:
                with pytest.raises(PermissionDenied):
                    act(scene, contract, name, person)
                assert now(contract).state == state
            elif state not in sources:
                words = f"现在是“{State(state).label}”，不能{COURSE.transitions[name].label}。"
                with pytest.raises(TransitionRefused) as refused:
                    act(scene, contract, name, person)
                assert str(refused.value) == words
                assert now(contract).state == state
            else:
                if comment_required:
                    with pytest.raises(TransitionRefused, match="需要写明意见"):
                        act(scene, contract, name, person, comment=" ")
                with taken_back():
                    moved = act(scene, contract, name, person)
                    assert (moved.state, now(contract).state) == (target, target)


# --- Drawing up


def test_it_begins_with_what_the_position_says(scene):
    with inside(scene):
        application = take_in(scene.trainee, scene.base)
        contract = contracts.begin(application)
        again = contracts.begin(application)
    assert contract == again
    assert (contract.state, contract.position) == (State.DRAFT, application.position)
    said = (contract.workplace, contract.duties, contract.mentor, str(contract.allowance))
    assert said == (
        POSITION["workplace"],
        POSITION["duties"],
        POSITION["mentor"],
        POSITION["allowance"],
    )
    start = timezone.localdate() + timedelta(days=7)
    assert contract.planned_start == start
    assert contract.planned_end < contracts.months_later(start, 6)


@pytest.mark.parametrize("state", ["submitted", "referred", "declined", "withdrawn", "signed"])
def test_it_begins_for_nobody_who_is_not_taken_in(scene, state):
    with inside(scene):
        waiting = {"due_on": timezone.localdate()} if state in ("submitted", "referred") else {}
        application = take_in(scene.trainee, scene.base, state=state, **waiting)
        with pytest.raises(TransitionRefused, match="不能拟定协议"):
            contracts.begin(application)
        assert Contract.objects.count() == 0


def test_what_lacks_something_is_not_signed(scene):
    with inside(scene):
        contract = make(scene, State.DRAFT, mentor="", planned_end=None)
        with pytest.raises(TransitionRefused, match="还没有填写：约定结束、带教老师。"):
            move(contract, "employer_sign", actor=scene.employer, text_hash="-")


# --- The text


def test_what_is_signed_is_what_was_read(scene):
    with inside(scene):
        contract = make(scene, State.DRAFT)
        read = digest(contracts.text_of(contract))
        Contract.objects.filter(pk=contract.pk).update(allowance="2500.00")
        assert digest(contracts.text_of(now(contract))) != read
        with pytest.raises(TransitionRefused, match="有改动，没有签署"):
            move(contract, "employer_sign", actor=scene.employer, text_hash=read)
        assert now(contract).state == State.DRAFT


def test_the_youth_does_not_sign_another_text_than_was_read(scene):
    with inside(scene):
        contract = make(scene, State.EMPLOYER_SIGNED)
        read = contract.text_hash
        act(scene, contract, "take_back", "employer")
        Contract.objects.filter(pk=contract.pk).update(allowance="2500.00")
        again = now(contract)
        act(scene, again, "employer_sign", "employer")
        youth = contract.application.trainee.user
        with pytest.raises(TransitionRefused, match="有改动，没有签署"):
            move(contract, "sign", actor=youth, text_hash=read)
        assert Agreement.objects.count() == 0


def test_the_text_is_kept_to_the_letter_and_its_digest_with_it(scene):
    with inside(scene):
        contract = make(scene, State.DRAFT)
        text = contracts.text_of(contract)
        signed = act(scene, contract, "employer_sign", "employer")
    assert (now(signed).text, signed.text_hash) == (text, digest(text))
    assert (signed.employer_signed_by, bool(signed.employer_signed_at)) == (scene.employer, True)


# --- The youth's signature


def test_the_last_signature_makes_the_agreement(scene):
    today = timezone.localdate()
    with inside(scene):
        contract = make(scene, State.EMPLOYER_SIGNED)
        application, trainee = contract.application, contract.application.trainee
        other = take_in(trainee, scene.other, state="submitted", due_on=today)
        signed = act(scene, contract, "sign", "youth")
        agreement = Agreement.objects.get()
        application.refresh_from_db()
        other.refresh_from_db()
    assert signed.agreement == agreement
    assert (agreement.signed_on, agreement.group) == (today, "graduate")
    assert (agreement.person, agreement.trainee) == (trainee.person, trainee)
    assert (agreement.planned_start, agreement.planned_end, agreement.mentor) == (
        contract.planned_start,
        contract.planned_end,
        "王大山",
    )
    assert agreement.number.startswith(f"XY{today:%Y}-")
    assert (application.state, other.state) == ("signed", "withdrawn")
    assert signed.due_on > today


def test_who_is_not_eligible_on_the_day_does_not_sign(scene):
    with inside(scene):
        contract = make(scene, State.EMPLOYER_SIGNED)
        trainee = contract.application.trainee
        trainee.graduated_on = timezone.localdate() - timedelta(days=800)
        trainee.save()
        with pytest.raises(TransitionRefused, match="毕业离校 2 年内"):
            act(scene, contract, "sign", "youth")
        assert Agreement.objects.count() == 0


def test_under_18_nobody_signs_without_the_guardians_consent(scene):
    birth = timezone.localdate().replace(year=timezone.localdate().year - 17, day=1)
    with inside(scene):
        young = {"group": "unemployed_youth", "graduated_on": None, "birth_date": birth}
        trainee = make_youth(scene.region, **young)
        contract = make_contract(take_in(trainee, scene.base), State.EMPLOYER_SIGNED)
        with pytest.raises(TransitionRefused, match="监护人还没有同意"):
            act(scene, contract, "sign", "youth")
        Consent.objects.create(
            region=scene.region,
            trainee=trainee,
            guardian="何某",
            relation="父亲",
            document_number="-",
            phone="-",
            text="-",
            text_hash="-",
            given_at=timezone.now(),
        )
        assert act(scene, contract, "sign", "youth").state == State.SIGNED


@pytest.mark.parametrize("where", ["chongqing", "ningxia"])
def test_who_has_a_running_agreement_anywhere_is_told_without_its_details(scene, where):
    with inside(scene):
        contract = make(scene, State.EMPLOYER_SIGNED)
        person = contract.application.trainee.person
    district = {"chongqing": "万州区", "ningxia": "兴庆区"}[where]
    with in_region(where) as region:
        other = contract.application.trainee
        if where != "chongqing":
            other = make_trainee(region)
            other.person = person
            other.save()
        position = make_position(make_base(district, name="别处公司"))
        make_agreement(position, other, number="XY-别处")
    with inside(scene):
        with pytest.raises(TransitionRefused) as refused:
            act(scene, contract, "sign", "youth")
        assert not Agreement.objects.filter(position=contract.position).exists()
    told = str(refused.value)
    assert "此人另有一份没有结束的见习协议" in told
    assert not any(words in told for words in ("XY-别处", "别处公司", "万州", "兴庆", "宁夏"))


def test_the_cap_is_judged_again_at_signing(changsha_scene):
    scene = changsha_scene
    with inside(scene):
        contract = make(scene, State.EMPLOYER_SIGNED)
        full = make_filing(scene.base, "published", headcount=99)
        for _ in range(30):  # of 100 insured
            make_agreement(full, make_trainee(scene.region))
        with pytest.raises(TransitionRefused, match="30%"):
            act(scene, contract, "sign", "youth")


def test_the_minimum_wage_is_judged_at_signing(changsha_scene):
    with inside(changsha_scene):
        contract = make(changsha_scene, State.DRAFT, allowance=Decimal("2000.00"))
        Position.objects.update(allowance="1900.00")
        contract.position.refresh_from_db()
        with pytest.raises(TransitionRefused, match=r"2,000.00 元 < 2,330.00 元"):
            act(changsha_scene, contract, "employer_sign", "employer")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"allowance": Decimal("1.00")}, r"1.00 元 < 2,400.00 元"),
        ({"planned_end": date(2029, 11, 30)}, "协议期限 1—12 个月"),
    ],
)
def test_what_contradicts_the_position_is_neither_signed_nor_filed(scene, facts, reason):
    with inside(scene):
        for state, name, person in [
            (State.DRAFT, "employer_sign", "employer"),
            (State.EMPLOYER_SIGNED, "sign", "youth"),
            (State.SIGNED, "file", "clerk"),
        ]:
            contract = make(scene, state, **facts)
            with pytest.raises(TransitionRefused, match=reason):
                act(scene, contract, name, person)
            assert now(contract).state == state


# --- Stepping back


def test_before_the_youths_signature_stepping_back_ends_the_application(scene):
    with inside(scene):
        for person, ended in [("youth", "withdrawn"), ("employer", "declined")]:
            contract = make(scene, State.EMPLOYER_SIGNED)
            user = scene.employer if person == "employer" else contract.application.trainee.user
            signing.give_up(contract, user, "另有安排")
            contract.application.refresh_from_db()
            assert (now(contract).state, contract.application.state) == (State.CANCELLED, ended)


def test_who_withdraws_the_application_ends_what_was_drawn_up(scene):
    with inside(scene):
        contract = make(scene, State.DRAFT)
        youth = contract.application.trainee.user
        applying.COURSE.move(contract.application, "withdraw", actor=youth)
        assert now(contract).state == State.CANCELLED


def test_after_one_that_was_given_up_the_pool_leads_to_another(scene):
    with inside(scene):
        application = take_in(scene.trainee, scene.base, from_pool=True)
        first = contracts.begin(application)
        signing.give_up(first, scene.employer, "岗位取消")
        application.refresh_from_db()
        assert (application.state, application.position) == ("submitted", None)
        assert (now(first).state, now(first).position) == (State.CANCELLED, first.position)
        application.position = make_filing(scene.other, "published")
        application.state, application.due_on = Application.State.ACCEPTED, None
        application.save()
        second = contracts.begin(application)
    assert (second.position, second != first) == (application.position, True)


def test_a_signed_one_that_is_cancelled_ends_the_agreement(scene):
    with inside(scene):
        contract = make(scene, State.FILED)
        act(scene, contract, "cancel", "employer", comment="本人已经就业")
        agreement = Agreement.objects.get(pk=contract.agreement_id)
    assert (agreement.end_kind, agreement.end_reason) == ("cancelled", "本人已经就业")
    assert agreement.ended_on == timezone.localdate()


def test_nothing_is_returned_or_cancelled_after_the_arrival(scene):
    with inside(scene):
        for name, state in [("return", State.SIGNED), ("cancel", State.FILED)]:
            contract = make(scene, state)
            contract.agreement.arrived_on = timezone.localdate()
            contract.agreement.save()
            with pytest.raises(TransitionRefused, match="已经到岗"):
                act(scene, contract, name, "clerk")


# --- Filing


def test_what_the_district_sends_back_is_signed_again_and_stays_one_agreement(scene):
    with inside(scene):
        contract = act(scene, make(scene, State.EMPLOYER_SIGNED), "sign", "youth")
        number = contract.agreement.number
        back = act(scene, contract, "return", "clerk", comment="地点写到门牌")
        assert (back.text, back.text_hash, back.due_on) == ("", "", None)
        assert (back.employer_signed_at, back.youth_signed_at) == (None, None)
        assert Agreement.objects.get().ended_on is None
        back.allowance = Decimal("2600.00")
        back.save()
        again = act(scene, act(scene, back, "employer_sign", "employer"), "sign", "youth")
        agreement = Agreement.objects.get()
    assert (agreement.number, str(agreement.allowance)) == (number, "2600.00")
    assert (again.state, again.agreement) == (State.SIGNED, agreement)


def test_the_clock_of_filing_runs_from_the_last_signature(scene, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 20))
    with inside(scene):
        signed = act(scene, make(scene, State.EMPLOYER_SIGNED), "sign", "youth")
        assert str(signed.due_on) == "2026-11-27"
        assert act(scene, signed, "file", "clerk").due_on is None


def test_a_clock_into_a_year_not_announced_is_settled_by_the_notice(scene):
    with inside(scene):
        contract = make(scene, State.SIGNED)
        Contract.objects.filter(pk=contract.pk).update(
            due_on=date(2027, 1, 5),
            due_is_provisional=True,
            youth_signed_at=timezone.make_aware(timezone.datetime(2026, 12, 29, 9)),
        )
        CalendarYear.objects.filter(year=2027).delete()
        CalendarDay.objects.filter(day__year=2027).delete()
        days = [NoticeDay(date(2027, 1, 1), False), NoticeDay(date(2027, 1, 4), False)]
        announce(scene.region, 2027, "示例通知", days)
    settled = now(contract)
    assert (str(settled.due_on), settled.due_is_provisional) == ("2027-01-07", False)


def test_both_sides_are_told_without_personal_data(scene):
    with inside(scene):
        contract = make(scene, State.DRAFT)
        youth = contract.application.trainee.user
        for name, person in [("employer_sign", "employer"), ("sign", "youth"), ("file", "clerk")]:
            contract = act(scene, contract, name, person)
        told = sorted(
            Message.objects.filter(kind="agreement").values_list("user", "title"),
            key=str,
        )
    about = "“前端开发见习生”见习协议"
    assert told == sorted(
        [
            (youth.pk, f"{about}单位已签署，请阅读后签字"),
            (scene.employer.pk, f"{about}本人已签字，等区县备案"),
            (youth.pk, f"{about}双方都已签字，等区县备案"),
            (scene.employer.pk, f"{about}已备案，备齐上岗材料后确认到岗"),
            (youth.pk, f"{about}已备案，请看上岗前还要办什么"),
        ],
        key=str,
    )


def test_the_history_tells_who_and_shows_no_text(scene):
    with inside(scene):
        contract = make(scene, State.SIGNED)
        act(scene, contract, "return", "clerk", comment="地点写到门牌")
        entry = timeline(contract)[0]
    assert (entry.actor, entry.note) == (scene.clerk.name, "退回重签：地点写到门牌")
    told = {change.label: (change.before, change.after) for change in entry.changes}
    assert told["协议正文"] == ("", "")
