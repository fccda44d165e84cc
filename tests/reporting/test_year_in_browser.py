"""The year's pages in a real browser, on a desk and on a phone: pictures are drawn, tables stay."""

import pytest
from django.urls import reverse

from jianxi.history import acting
from jianxi.tenancy import scope
from reporting import drafting, editing
from reporting.compiling import form_for
from reporting.models import Bulletin, Form, FormDraft
from reporting.year import targets
from reporting.year.bulletin import draft
from tests.browser import expect, is_well, sign_in
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
        expect(screen.locator("[data-chart]:has(canvas)")).to_have_count(drawn)
    look("key_enterprises")
    look("targets_edit", 2026)
    sign_in(screen, live_server, people[ABOVE, "clerk"])
    look("bulletins")
    look("bulletin", Bulletin.objects.get().pk)
    look("annual_report", 2026, district(ABOVE).key)
    screen.get_by_label("主要做法").fill("开展专场对接。")
    screen.get_by_role("button", name="保存报告").click()
    screen.get_by_text("年度报告已保存").wait_for()


def test_on_a_slow_line_no_tick_of_an_indicator_is_lost(page, people, live_server):
    """An answer that comes late tells what it counted and leaves what was chosen since."""
    sign_in(page, live_server, people[ABOVE, "admin"])
    admin = people[ABOVE, "admin"]
    with acting("test"):
        made = drafting.draft_of(Form.objects.get(key="national14"), by=admin)
    held = []
    page.goto(reverse("office:form_draft_indicator_new", args=["chongqing", made.pk]))
    page.route(page.url, lambda route: held.append(route), times=1)
    counted, form = page.locator("#counted"), page.locator("#part")
    arrived = form.get_by_label("本期到岗", exact=True)
    for label, typed in (("编号", "20"), ("名称", "其中毕业生"), ("计量单位", "人")):
        form.get_by_label(label).fill(typed)
    arrived.check()
    form.get_by_label("签订时属于高校毕业生一类").check()
    held.pop().continue_()
    counted.get_by_text("本期到岗；签订时属于高校毕业生一类").wait_for()
    expect(arrived).to_be_checked()
    form.get_by_label("数什么记录").select_option(label="见习岗位")
    form.get_by_label("本期发布").wait_for()
    expect(form.get_by_label("名称")).to_have_value("其中毕业生")
    form.get_by_label("数什么记录").select_option(label="见习协议")
    form.get_by_label("签订时属于高校毕业生一类").check()
    arrived.check()
    is_well(page)
    page.get_by_role("button", name="保存指标").click()
    page.get_by_text("指标 20 已保存").wait_for()
    kept = drafting.read(FormDraft.objects.get().text)
    assert editing.indicator_of(kept, "20")["where"] == ["arrived_in_period", "graduate"]
