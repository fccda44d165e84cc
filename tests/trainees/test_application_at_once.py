"""Many at the same moment: nobody gets a place twice, and whoever comes second is told."""

from collections import Counter

import pytest
from django.urls import reverse

from jianxi.history import acting
from positions.models import Position
from tests.at_once import at_once, sent_at_once, within
from tests.positions.conftest import inside
from tests.trainees.applications import FIT, State, make_application, make_scene, make_youth
from tests.trainees.test_application_course import now
from trainees.applying import COURSE, apply
from trainees.models import Application, Person, Trainee

pytestmark = pytest.mark.django_db(transaction=True)
PLACES, YOUTHS = 10, 500


def make_many(region, number) -> list[Trainee]:
    people = Person.objects.bulk_create(Person(identity=b"%032d" % n) for n in range(number))
    return Trainee.objects.bulk_create(
        Trainee(
            region=region,
            person=person,
            name="青年",
            document_type="resident_id",
            document_number="110101200305010010",
            birth_date="2003-05-01",
            group="graduate",
            graduated_on="2026-06-30",
            **FIT,
        )
        for person in people
    )


def test_500_apply_for_10_places():
    scene = make_scene(headcount=PLACES)
    with inside(scene):
        youths = make_many(scene.region, YOUTHS)

    def all_the_way(trainee):
        row = apply(trainee, position=scene.position, actor=scene.clerk)
        row = COURSE.move(row, "refer", actor=scene.clerk)
        return COURSE.move(row, "accept", actor=scene.employer).state

    came = Counter(at_once(*[within(scene.region, all_the_way, youth) for youth in youths]))
    full = f"岗位已满：招募 {PLACES} 人，已占 {PLACES} 人。"
    refusals = {"这个岗位的名额已满。", f"{full}请退回，请本人另选岗位。", full}
    assert came[State.ACCEPTED] == PLACES
    assert came.total() == YOUTHS
    assert came.keys() <= {State.ACCEPTED, *refusals}
    with inside(scene):
        assert Position.objects.with_places().get(pk=scene.position.pk).left == 0


def test_the_cap_of_a_base_holds_across_its_positions():
    scene = make_scene("changsha", "岳麓区", "芙蓉区", headcount=9)
    with inside(scene), acting("test"):
        scene.base.profile.insured_headcounts.update(count=10)  # three at most
        second = make_application(scene, State.REFERRED).position
        rows = [make_application(scene, State.REFERRED, make_youth(scene.region)) for _ in range(7)]
        assert second == scene.position

    def accept(row):
        return COURSE.move(row, "accept", actor=scene.employer).state

    came = at_once(*[within(scene.region, accept, row) for row in rows])
    assert came.count(State.ACCEPTED) == 3


def test_the_base_accepts_while_the_youth_withdraws():
    scene = make_scene()
    with inside(scene):
        row = make_application(scene, State.REFERRED)

    def decide(name, person):
        return COURSE.move(row, name, actor=person).state

    came = at_once(
        within(scene.region, decide, "accept", scene.employer),
        within(scene.region, decide, "withdraw", scene.youth),
    )
    # accepted and then withdrawn, or withdrawn and the base is told: never left accepted
    assert now(row).state == State.WITHDRAWN
    assert came[1] == State.WITHDRAWN
    assert came[0] in (State.ACCEPTED, "现在是“已撤回”，不能接收。")


def test_two_officers_decide_one_application():
    scene = make_scene()
    with inside(scene):
        row = make_application(scene)
    url = reverse("office:application", args=["chongqing", row.pk])
    statuses = sent_at_once(
        (scene.clerk, url, {"action": "refer"}),
        (scene.root, url, {"action": "return", "comment": "补正"}),
    )
    assert statuses == [302, 422]
    assert now(row).state in (State.REFERRED, State.RETURNED)


def test_who_presses_twice_applies_once():
    scene = make_scene()

    def press():
        return apply(scene.trainee, position=scene.position, actor=scene.youth).state

    came = at_once(*[within(scene.region, press)] * 6)
    assert Counter(came) == {State.SUBMITTED: 1, "您已经报过这个岗位，正在办理。": 5}
    with inside(scene):
        assert Application.objects.count() == 1
