"""Two who decide at the same moment: one wins, the other is told."""

import pytest
from django.urls import reverse

from positions.models import Position
from tests.at_once import sent_at_once
from tests.positions.conftest import inside, make_filing, make_world, now

pytestmark = pytest.mark.django_db(transaction=True)
State = Position.State


def test_two_officers_decide_one_filing():
    world = make_world("chongqing", "渝中区", "万州区")
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    url = reverse("office:position_review", args=["chongqing", filed.pk])
    statuses = sent_at_once(
        (world.clerk, url, {"action": "publish"}),
        (world.root, url, {"action": "return", "comment": "改"}),
    )
    assert statuses == [302, 422]
    assert now(filed).state in (State.PUBLISHED, State.RETURNED)


def test_a_filing_is_submitted_once_however_often_it_is_pressed():
    world = make_world("chongqing", "渝中区", "万州区")
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    url = reverse("employer:positions_submit", args=["chongqing"])
    assert sent_at_once(*[(world.employer, url, {"ids": draft.pk})] * 4) == [302] * 4
    with inside(world):
        versions = draft.pgh_event_model.objects.filter(pgh_obj=draft.pk)
        steps = [version.state for version in versions]
    assert steps.count(State.SUBMITTED) == 1


def test_a_new_filing_is_begun_once_however_often_it_is_pressed():
    world = make_world("chongqing", "渝中区", "万州区")
    url = reverse("employer:position_new", args=["chongqing"])
    assert sent_at_once(*[(world.employer, url, {})] * 4) == [302] * 4
    with inside(world):
        assert Position.objects.count() == 1
