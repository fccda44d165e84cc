"""The year's pages in a real browser, on a desk and on a phone: pictures are drawn, tables stay."""

import pytest
from django.urls import reverse

from jianxi.tenancy import scope
from reporting.compiling import form_for
from reporting.models import Bulletin
from reporting.year import targets
from reporting.year.bulletin import draft
from tests.browser import is_well, sign_in
from tests.factories import district, in_region, make_base, make_key_enterprise
from tests.months import MARCH, compiled, officers, records, submitted

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
        people = officers(HERE, ABOVE)
        compiled(region)
        submitted(HERE, people[HERE, "clerk"])
        draft(form_for(region, MARCH), MARCH)
    with scope(region=region):
        yield people


def test_the_year_is_drawn_told_and_written(screen, people, live_server):
    def look(name, *more, query=""):
        screen.goto(reverse(f"office:{name}", args=["chongqing", *more]) + query)
        is_well(screen)

    sign_in(screen, live_server, people[ABOVE, "admin"])
    for name, drawn in (("charts", 3), ("targets", 1)):
        look(name, query="?year=2026")
        assert screen.locator("[data-chart]:has(canvas)").count() == drawn
    look("key_enterprises")
    look("targets_edit", 2026)
    sign_in(screen, live_server, people[ABOVE, "clerk"])
    look("bulletins")
    look("bulletin", Bulletin.objects.get().pk)
    look("annual_report", 2026, district(ABOVE).key)
    screen.get_by_label("主要做法").fill("开展专场对接。")
    screen.get_by_role("button", name="保存报告").click()
    screen.get_by_text("年度报告已保存").wait_for()
