"""The year's pages in a real browser, on a desk and on a phone: pictures are drawn, tables stay."""

import os

import pytest
from django.urls import reverse

from jianxi.tenancy import scope
from reporting.year import targets
from tests.browser import is_well, sign_in
from tests.factories import district, in_region, make_base, make_key_enterprise
from tests.months import compiled, officers, records

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def people(db):
    with in_region("chongqing") as region:
        records(HERE)
        make_key_enterprise(
            "甲机械有限公司",
            district(HERE),
            employer=make_base(HERE).profile.employer,
            matched_by="code",
        )
        values = {(district(HERE).pk, goal.key): 5 for goal in targets.GOALS}
        targets.enter(region, 2026, values, actor="test", reason="")
        compiled(region)
        people = officers(HERE, ABOVE)
    with scope(region=region):
        yield people


def test_the_year_is_drawn_and_told(screen, people, live_server):
    sign_in(screen, live_server, people[ABOVE, "admin"])
    for name, drawn in (("charts", 3), ("targets", 1), ("key_enterprises", 0)):
        query = "?year=2026" if drawn else ""
        screen.goto(reverse(f"office:{name}", args=["chongqing"]) + query)
        assert screen.locator("[data-chart]:has(canvas)").count() == drawn
        is_well(screen)
        if folder := os.environ.get("K3_SHOTS"):
            size = screen.viewport_size["width"]
            screen.screenshot(path=f"{folder}/{name}-{size}.png", full_page=True)
    screen.goto(reverse("office:targets_edit", args=["chongqing", 2026]))
    is_well(screen)
