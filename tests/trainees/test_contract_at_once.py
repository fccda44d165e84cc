"""What happens at the same moment: one wins, the other is told."""

import pytest

from jianxi.history import acting
from tests.at_once import at_once, within
from tests.positions.conftest import inside
from tests.trainees.contracts import State, make_contract, make_scene, make_youth, take_in
from trainees import applying, contracts
from trainees.models import Agreement, Application, Contract
from trainees.signing import move

pytestmark = pytest.mark.django_db(transaction=True)


def refusals(*acts) -> list[str]:
    return [came for came in at_once(*acts) if isinstance(came, str)]


def signs(scene, contract, youth):
    """Fresh from the database, as a request finds it."""

    def act():
        row = Contract.objects.with_sides().get(pk=contract.pk)
        move(row, "sign", actor=youth, text_hash=row.text_hash)

    return within(scene.region, act)


def test_a_youth_signs_two_at_once_and_one_of_them_runs():
    scene = make_scene()
    with inside(scene):
        pair = [
            make_contract(take_in(scene.trainee, base), State.EMPLOYER_SIGNED)
            for base in (scene.base, scene.other)
        ]
    assert len(refusals(*[signs(scene, one, scene.youth) for one in pair])) == 1
    with inside(scene):
        assert Agreement.objects.count() == 1
        states = sorted(Contract.objects.values_list("state", flat=True))
        assert states == [State.CANCELLED, State.SIGNED]
        assert sorted(Application.objects.values_list("state", flat=True)) == [
            "signed",
            "withdrawn",
        ]


def test_a_youth_signs_in_two_regions_at_once_and_one_of_them_runs():
    here, there = make_scene(), make_scene("ningxia", "兴庆区", "金凤区")
    with inside(here):
        first = make_contract(take_in(here.trainee, here.base), State.EMPLOYER_SIGNED)
    with inside(there):
        person = make_youth(there.region)
        person.person = here.trainee.person
        person.save()
        second = make_contract(take_in(person, there.base), State.EMPLOYER_SIGNED)
    (refused,) = refusals(signs(here, first, here.youth), signs(there, second, person.user))
    assert "此人另有一份没有结束的见习协议" in refused
    number = 0
    for scene in (here, there):
        with inside(scene):
            number += Agreement.objects.count()
    assert number == 1


def test_a_signature_taken_back_while_the_youth_signs_counts_or_does_not():
    scene = make_scene()
    with inside(scene):
        contract = make_contract(
            take_in(scene.trainee, scene.base), State.EMPLOYER_SIGNED, by=scene.employer
        )
    refused = refusals(
        signs(scene, contract, scene.youth),
        within(scene.region, move, contract, "take_back", actor=scene.employer),
    )
    assert len(refused) == 1
    with inside(scene):
        now = Contract.objects.get()
        assert (now.state == State.SIGNED) == Agreement.objects.exists()


def test_two_officers_file_one_and_one_of_them_is_told():
    scene = make_scene()
    with inside(scene):
        contract = make_contract(take_in(scene.trainee, scene.base), State.SIGNED)
    refused = refusals(
        within(scene.region, move, contract, "file", actor=scene.clerk),
        within(scene.region, move, contract, "return", actor=scene.root, comment="改"),
    )
    assert len(refused) == 1
    with inside(scene):
        events = contract.pgh_event_model.objects.filter(pgh_obj=contract.pk)
        assert events.count() == 2


def test_an_agreement_is_begun_once_however_often_it_is_pressed():
    scene = make_scene()
    with inside(scene):
        application = take_in(scene.trainee, scene.base)

    def begin():
        with acting(scene.employer):
            contracts.begin(application)

    assert refusals(*[within(scene.region, begin)] * 4) == []
    with inside(scene):
        assert Contract.objects.count() == 1


def test_a_withdrawal_while_the_youth_signs_leaves_one_truth():
    scene = make_scene()
    with inside(scene):
        application = take_in(scene.trainee, scene.base)
        contract = make_contract(application, State.EMPLOYER_SIGNED)

    refused = refusals(
        signs(scene, contract, scene.youth),
        within(scene.region, applying.COURSE.move, application, "withdraw", actor=scene.youth),
    )
    assert len(refused) == 1
    with inside(scene):
        now = Contract.objects.get()
        application.refresh_from_db()
        pair = (now.state, application.state)
        assert pair in {(State.SIGNED, "signed"), (State.CANCELLED, "withdrawn")}
