"""A program that follows the feed from where it stopped. What it is told has to be committed."""

import pytest
from django.urls import reverse

from jianxi.tenancy import scope
from reporting.workflow import WORKFLOW
from tests.api.callers import ABOVE, HERE, Office
from tests.factories import district, in_region
from tests.months import MARCH, report_of, submitted


@pytest.mark.django_db(transaction=True)
def test_the_feed_goes_on_where_it_was_left():
    with in_region("chongqing") as region:
        at = Office(region)
    with scope(region=region):
        key = district(HERE).key
    first = at.above.get("feed").json()
    assert [(e["kind"], e["period"], e["version"]) for e in first["entries"]] == [
        ("submitted", "2026-02", 1)
    ]
    assert not first["more"]
    with scope(region=region):
        february = report_of(HERE, MARCH.previous)
        WORKFLOW.move(february, "return", actor=at.people[ABOVE, "reviewer"], comment="请核对")
        submitted(HERE, at.people[HERE, "clerk"], MARCH.previous)
        WORKFLOW.move(
            report_of(HERE, MARCH.previous), "approve", actor=at.people[ABOVE, "reviewer"]
        )
    then = at.above.client.get(first["next"]).json()
    assert [(e["kind"], e["version"], e["district"]) for e in then["entries"]] == [
        ("submitted", 2, key),
        ("approved", 2, key),
    ]
    assert then["entries"][1]["title"] == f"{HERE} 2026-02 第2版已审定"
    assert at.above.client.get(then["entries"][1]["links"]["version"]).json()["number"] == 2
    assert at.above.client.get(then["next"]).json()["entries"] == []
    pages, url = [], reverse("api:feed", args=["chongqing"]) + "?size=1"
    for _ in range(3):
        page = at.above.client.get(url).json()
        pages += [entry["id"] for entry in page["entries"]]
        url = page["next"]
    assert pages == [e["id"] for e in first["entries"] + then["entries"]]
    assert page["more"] is False
