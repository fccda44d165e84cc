"""Applications from the district's desk to the base's phone, in a real browser."""

import pytest

from tests.browser import expect, is_well, sign_in
from tests.positions.conftest import inside, make_filing
from tests.trainees.applications import State, make_application, make_scene, make_youth
from tests.trainees.test_application_course import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_district_passes_on_and_the_base_answers(page, phone, live_server):
    scene = make_scene("changsha", "岳麓区", "芙蓉区")
    with inside(scene):
        first = make_application(scene, note="做过两个网站")
        other = make_filing(scene.base, "published", title="行政助理")
        second = make_application(scene, trainee=make_youth(scene.region, "王小明"), position=other)
        pool = make_application(scene, trainee=make_youth(scene.region, "李花"), from_pool=True)
    sign_in(page, live_server, scene.clerk)
    page.goto("/office/changsha/applications/")
    is_well(page)
    page.get_by_label("选择第 1 行").check()
    page.get_by_role("button", name="通过并推送").click()
    is_well(page)
    page.get_by_role("button", name="通过并推送").click()
    page.get_by_text("1 份报名已通过并推送。").wait_for()
    page.get_by_role("link", name="王**").click()
    is_well(page)
    page.get_by_role("button", name="请补充失业登记日期").click()
    page.get_by_role("button", name="退回补正").click()
    page.get_by_text("已退回补正。").wait_for()
    page.get_by_role("navigation").get_by_role("link", name="人才库").first.click()
    page.get_by_role("link", name="李*").click()
    is_well(page)
    page.get_by_label("岗位或单位名称").fill("行政")
    page.get_by_role("button", name="查找").click()
    page.locator("#places").get_by_role("button", name="行政助理").click()
    page.get_by_role("button", name="确定").click()
    page.get_by_text("已通过并推送。").wait_for()
    states = [now(row).state for row in (first, second, pool)]
    assert states == [State.REFERRED, State.RETURNED, State.REFERRED]

    sign_in(phone, live_server, scene.employer)
    phone.goto("/employer/changsha/applications/")
    is_well(phone)
    phone.get_by_role("link", name="何小雨").click()
    is_well(phone)
    phone.get_by_role("button", name="接收", exact=True).click()
    phone.get_by_text("何小雨：已接收。").wait_for()
    is_well(phone)  # the next one opened by itself
    phone.get_by_role("button", name="岗位已经招满").click()
    phone.get_by_role("button", name="退回人才库").click()
    phone.get_by_text("李花：已退回人才库。").wait_for()
    phone.goto(f"/employer/changsha/applications/{first.pk}/")
    is_well(phone)
    expect(phone.get_by_text(scene.trainee.phone)).to_have_count(1)
    assert [now(row).state for row in (first, pool)] == [State.ACCEPTED, State.SUBMITTED]
