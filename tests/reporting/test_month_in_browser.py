"""A month from the first look to its approval, in a real browser, on a desk and on a phone."""

from datetime import date

import pytest
from django.urls import reverse

from jianxi.tenancy import scope
from reporting.models import Version
from tests.browser import expect, is_well, sign_in
from tests.factories import in_region, make_agreement
from tests.months import MARCH, address, compiled, officers, records, report_of, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE, ABOVE = "渝中区", "重庆市"
REASON = "补录了2月到岗的一份协议，已核对到岗材料。"


@pytest.fixture
def people(db):
    """Somebody of February was entered after February was submitted: S1 asks for a reason."""
    with in_region("chongqing") as region:
        _, position = records(HERE)
        people = officers(HERE, ABOVE)
        compiled(region, MARCH.previous)
        submitted(HERE, people[HERE, "clerk"], MARCH.previous)
        make_agreement(position, arrived_on=date(2026, 2, 10))
        compiled(region)
    with scope(region=region):
        yield people


@pytest.fixture
def come_in(screen, live_server):
    """Signed in, without the pages of it."""

    return lambda user: sign_in(screen, live_server, user)


def test_a_month_is_explained_stamped_submitted_and_approved(screen, people, come_in):
    come_in(people[HERE, "clerk"])
    screen.goto(reverse("office:home", args=["chongqing"]))
    screen.get_by_role("link", name="去报送").first.click()
    screen.wait_for_url(f"**{address('month')}")
    # The record behind the gap comes by itself, where the eye reaches the rule.
    screen.locator("#rules").scroll_into_view_if_needed()
    screen.locator("#rules #records").wait_for()
    expect(screen.locator("#rules #records li")).to_have_count(1)
    is_well(screen)
    screen.get_by_label("S1 说明").fill("无")
    screen.get_by_role("button", name="保存说明").click()
    screen.get_by_text("请写明原因").first.wait_for()
    expect(screen.get_by_label("S1 说明")).to_have_value("无")
    screen.get_by_label("S1 说明").fill(REASON)
    screen.get_by_label("S1 原因").select_option(label="补录以前的记录")
    screen.get_by_role("button", name="保存说明").click()
    screen.get_by_text("说明已保存").wait_for()
    screen.get_by_label("盖章扫描件").set_input_files(
        {"name": "盖章.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 stamped"}
    )
    screen.get_by_role("button", name="上传").click()
    screen.get_by_role("link", name="盖章.pdf").wait_for()
    screen.locator("#act").get_by_role("button", name="报送").click()
    screen.locator("#confirm").get_by_role("button", name="确定").click()
    screen.get_by_text("已报送，本月数字和记录已固定").wait_for()
    is_well(screen)
    version = Version.objects.get(report=report_of(HERE))
    assert version.explanations["S1"]["text"] == REASON
    assert version.scan.name == "盖章.pdf"

    come_in(people[ABOVE, "reviewer"])
    screen.goto(address("month", unit=ABOVE))
    is_well(screen)
    screen.get_by_role("checkbox", name=f"选择{HERE}").check()
    screen.get_by_role("button", name="审定所选").click()
    screen.get_by_text(f"已审定 1 个单位：{HERE}").wait_for()
    assert report_of(HERE).state == "approved"


@pytest.mark.parametrize("place", [HERE, ABOVE])
def test_every_page_of_the_month_fits_and_can_be_used_by_all(screen, people, come_in, place):
    come_in(people[place, "admin"])
    pages = [
        reverse("office:months", args=["chongqing"]),
        address("month", unit=place),
        address("month", unit=place, form="progress"),
        address("cell", "13", unit=place),
        address("month_rule", "S1", unit=place),
        reverse("office:opening", args=["chongqing"]),
    ]
    if place == HERE:
        pages.append(address("month_version", 1, period="2026-02"))
    for url in pages:
        assert screen.goto(url).status == 200
        assert screen.url.endswith(url)
        is_well(screen)


def test_how_to_use_the_api_is_told(screen, db):
    screen.goto(reverse("api_docs"))
    screen.get_by_text("个字段").first.click()
    is_well(screen)
