"""Two colleagues confirm the same month in the same moment: one row, and nobody sees an error."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jianxi.periods import Period
from tests.at_once import sent_at_once
from tests.factories import make_agreement, make_position
from tests.people import make_authority, make_person
from tests.positions.conftest import inside, make_world
from trainees.models import MonthCheck
from trainees.month_sheet import sheet_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_colleagues_confirm_one_month():
    world, today = make_world("chongqing", "渝中区", "万州区"), timezone.localdate()
    month = Period.month_of(today).previous
    with inside(world):
        colleague = make_person("同事")
        make_authority(colleague, world.base, is_owner=False)
        start = {"signed_on": date(2025, 1, 6), "arrived_on": date(2025, 1, 6)}
        make_agreement(make_position(world.base), planned_end=date(2199, 1, 1), **start)
        seen = sheet_of(world.base, month, today).digest
    url = reverse("employer:month_check", args=["chongqing"], query={"month": str(month)})
    sent = (url, {"seen": seen})
    statuses = sent_at_once(*[(user, *sent) for user in (world.employer, colleague)] * 2)
    assert statuses == [302] * 4
    with inside(world):
        assert MonthCheck.objects.count() == 1
        assert MonthCheck.pgh_event_model.objects.count() == 1
