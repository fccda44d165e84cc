"""Two who work on the year at the same moment: one wins, the other is told."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from reporting.models import AnnualReport, Bulletin, Target
from reporting.year.annual import SECTIONS
from reporting.year.meanwhile import version_of
from tests.at_once import sent_at_once
from tests.factories import district, in_region
from tests.months import MARCH, compiled, officers, submitted

pytestmark = pytest.mark.django_db(transaction=True)
HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def people(db):
    with in_region("chongqing"):
        return officers(HERE, ABOVE)


def at(name, *more):
    return reverse(f"office:{name}", args=["chongqing", *more])


def test_targets_are_set_by_one_and_the_other_sees_it(people):
    with in_region("chongqing"):
        field = f"{district(HERE).key}.new_bases"
    admin, url = people[ABOVE, "admin"], at("targets_edit", 2026)
    sent = [(admin, url, {field: number, "seen": "0"}) for number in ("80", "90")]
    assert sent_at_once(*sent) == [302, 422]
    with in_region("chongqing"):
        assert Target.objects.get(year=2026).value in (80, 90)


def test_a_report_is_begun_by_one(people):
    with in_region("chongqing"):
        url = at("annual_report", 2026, district(HERE).key)
    texts = [dict.fromkeys(SECTIONS, text) | {"seen": ""} for text in ("甲", "乙")]
    assert sent_at_once(*[(people[HERE, "clerk"], url, text) for text in texts]) == [302, 422]
    with in_region("chongqing"):
        assert AnnualReport.objects.count() == 1


def test_a_bulletin_is_published_once(people):
    with in_region("chongqing") as region:
        compiled(region)
        submitted(HERE, people[HERE, "clerk"])
        row = Bulletin.objects.create(
            region=region,
            form_key="national14",
            period=MARCH.start,
            title="通报",
            text="正文",
            drafted_at=timezone.now(),
        )
    sent = {"action": "publish", "seen": version_of(row)}
    publishes = (people[ABOVE, "reviewer"], at("bulletin_move", row.pk), sent)
    assert sent_at_once(*[publishes] * 3) == [302, 422, 422]
    assert Message.objects.filter(user=people[HERE, "clerk"]).count() == 1
