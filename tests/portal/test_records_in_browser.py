"""A district officer's day with records, in a real browser, on a desk and on a phone."""

from datetime import date

import pytest

from tests.browser import expect, is_well, sign_in
from tests.factories import district, in_region, make_agreement, make_base, make_position
from tests.people import make_member, make_office
from tests.records import at, known_trainee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["page", "phone"])
def screen(request, live_server):
    screen = request.getfixturevalue(request.param)
    with in_region("chongqing") as region:
        user = make_member(make_office("渝中区"), "clerk")
        youth = known_trainee(region, phone="13812341234", home_district=district("渝中区"))
        for name in ("重庆星海物流有限公司", "重庆润泽实验学校"):
            position = make_position(make_base("渝中区", name=name), title="客服专员")
            make_agreement(position, number=f"XY-{name[2:4]}", arrived_on=date(2026, 1, 6))
        make_agreement(position, youth, number="XY-何", signed_on=date(2026, 11, 2))
    sign_in(screen, live_server, user)
    screen.on_phone = request.param == "phone"
    return screen


def seek(screen, **fields):
    if screen.on_phone:
        screen.get_by_role("button", name="筛选").click()
    for name, value in fields.items():
        screen.locator(f".filters [name={name}]").fill(value)
    screen.get_by_role("button", name="查询").click()


def test_a_base_is_found_opened_and_corrected(screen):
    screen.goto(at("bases"))
    is_well(screen)
    seek(screen, q="星海")
    screen.wait_for_url("**q=%E6%98%9F%E6%B5%B7*")
    screen.get_by_role("link", name="重庆星海物流有限公司").click()
    is_well(screen)
    screen.get_by_role("link", name="更正", exact=True).click()
    is_well(screen)

    screen.get_by_label("行业").fill("物流业")
    screen.get_by_label("退出日期").fill("2023-12-31")
    screen.locator("[name=reason]").fill("台账录入有误")
    screen.get_by_role("button", name="保存").click()
    expect(screen.get_by_text("退出日期不能早于认定日期。").first).to_be_visible()
    expect(screen.get_by_label("行业")).to_have_value("物流业")
    is_well(screen)
    screen.get_by_label("退出日期").fill("")
    screen.get_by_role("button", name="保存").click()
    expect(screen.locator("[data-saved]")).to_have_text("更正已保存。")
    expect(screen.locator(".timeline .comment").first).to_have_text("更正：台账录入有误")


def test_what_was_typed_into_a_correction_survives_leaving_the_page(screen):
    screen.goto(at("agreements", q="XY-星海"))
    screen.get_by_role("link", name="XY-星海").click()
    screen.get_by_role("link", name="更正", exact=True).click()
    screen.get_by_label("保险公司").fill("示例保险")
    screen.wait_for_timeout(500)
    screen.goto(at("bases"))
    screen.go_back()
    expect(screen.get_by_label("保险公司")).to_have_value("示例保险")


def test_a_masked_number_is_shown_for_a_reason(screen):
    screen.goto(at("trainees"))
    assert "13812341234" not in screen.content()
    screen.get_by_role("link", name="何**").click()
    phone = screen.locator(".masked", has_text="138****1234")
    phone.get_by_text("查看").first.click()
    phone.locator("[name=reason]").fill("核对报到材料")
    phone.get_by_role("button", name="查看").click()
    screen.get_by_text("13812341234").wait_for()
    is_well(screen)


def test_a_wrong_agreement_is_asked_to_be_voided(screen):
    screen.goto(at("agreements", q="XY-何"))
    screen.get_by_role("link", name="XY-何").click()
    screen.get_by_role("link", name="申请作废").click()
    is_well(screen)
    screen.get_by_label("作废事由").fill("重复登记")
    screen.get_by_role("button", name="提交申请").click()
    expect(screen.get_by_text("正在等另一位同事同意作废")).to_have_count(1)
    is_well(screen)
