"""Two who press at the same moment: one wins, the other is told."""

import pytest

from bases.models import Base, BaseApplication, Placement
from tests.at_once import sent_at_once
from tests.bases.applications import (
    State,
    at,
    inside,
    make_application,
    make_world,
    now,
    upload,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    return make_world("changsha", "岳麓区", "芙蓉区")


def test_two_officers_decide_one_application(world):
    with inside(world):
        row = make_application(world.profile, world.here)
    url = at(world, "base_application", row.pk, side="office")
    statuses = sent_at_once(
        (world.clerk, url, {"action": "recognise"}),
        (world.root, url, {"action": "return", "comment": "改"}),
    )
    assert statuses == [302, 422]
    with inside(world):
        made = Base.objects.count()
    assert (now(row).state, made) in [(State.RECOGNISED, 1), (State.RETURNED, 0)]


def test_a_base_is_made_once_however_often_it_is_pressed(world):
    with inside(world):
        row = make_application(world.profile, world.here)
    url = at(world, "base_application", row.pk, side="office")
    assert sent_at_once(*[(world.clerk, url, {"action": "recognise"})] * 4) == [302, 422, 422, 422]
    with inside(world):
        assert (Base.objects.count(), Placement.objects.count()) == (1, 1)


def test_a_filing_is_begun_once_however_often_it_is_pressed(world):
    url = at(world, "base_application_new")
    assert sent_at_once(*[(world.employer, url, {})] * 4) == [302] * 4
    with inside(world):
        assert BaseApplication.objects.count() == 1


def test_a_kind_of_paper_is_not_overfilled(world):
    with inside(world):
        row = make_application(world.profile, world.here, State.DRAFT, papers=False)
    url = at(world, "base_paper_upload", row.pk)
    sent = [
        (
            world.employer,
            url,
            {"kind": "plan", "files": [upload(b"%PDF-1.7", f"{n}{m}.pdf") for m in "ab"]},
        )
        for n in range(4)
    ]
    assert sent_at_once(*sent) == [302, 302, 302, 422]
    with inside(world):
        assert row.papers.count() == 6
