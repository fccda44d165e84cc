"""Signing in and managing an office, in a real browser, on a desk and on a phone."""

import pytest
from django.contrib.sessions.models import Session

from jianxi.tenancy import scope
from regions.models import CalendarYear, Region
from tests.accounts.conftest import PASSWORD
from tests.browser import expect, is_well
from tests.factories import in_region
from tests.people import make_member, make_office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "battery-staple-7"


@pytest.fixture
def admin(db):
    with in_region("chongqing"):
        user = make_member(make_office("重庆市"), "admin", username="guanli", name="周管理")
        user.set_password(PASSWORD)
        user.save()
    return user


def sign_in(screen, username, password):
    screen.goto("/accounts/login/")
    enter(screen, username, password)


def enter(screen, username, password):
    screen.get_by_label("用户名").fill(username)
    screen.get_by_label("密码", exact=False).first.fill(password)
    screen.locator("main").get_by_role("button", name="登录").click()


def test_a_new_colleagues_first_day(screen, admin):
    sign_in(screen, "guanli", PASSWORD)
    screen.wait_for_url("**/office/chongqing/")
    screen.goto("/office/chongqing/members/")
    is_well(screen)
    screen.get_by_role("link", name="添加同事").first.click()
    screen.locator("#id_name").fill("吴新人")
    screen.locator("#id_username").fill("wuxinren")
    screen.locator("#id_role").select_option(label="经办")
    screen.get_by_role("button", name="添加").click()
    handed_over = screen.locator("dd.font-monospace").inner_text().strip()
    is_well(screen)
    screen.get_by_role("link", name="已记下").click()
    expect(screen.get_by_text("吴新人").first).to_be_visible()
    screen.context.clear_cookies()

    sign_in(screen, "wuxinren", handed_over)
    screen.wait_for_url("**/accounts/password/")
    is_well(screen)
    screen.locator("#id_oldpassword").fill(handed_over)
    screen.locator("#id_password1").fill("short")
    screen.locator("#id_password2").fill("short")
    screen.get_by_role("button", name="修改密码").click()
    expect(screen.get_by_text("密码太短，至少要 10 个字符。")).to_have_count(1)
    screen.locator("#id_oldpassword").fill(handed_over)
    screen.locator("#id_password1").fill(OWN)
    screen.locator("#id_password2").fill(OWN)
    screen.get_by_role("button", name="修改密码").click()
    screen.wait_for_url("**/office/chongqing/")
    expect(screen.get_by_role("heading", name="待办")).to_have_count(1)
    is_well(screen)


def test_an_expired_session_keeps_what_was_typed(screen, admin):
    sign_in(screen, "guanli", PASSWORD)
    screen.wait_for_url("**/office/chongqing/")
    screen.goto("/office/chongqing/calendar/new/")
    screen.get_by_label("通知文号").fill("国办发明电〔2026〕7号")
    screen.get_by_label("放假和上班的日期").fill("元旦：1月1日放假")
    Session.objects.all().delete()
    screen.get_by_role("button", name="核对").click()
    screen.wait_for_url("**/accounts/login/**")
    enter(screen, "guanli", PASSWORD)
    screen.wait_for_url("**/calendar/new/")
    expect(screen.get_by_label("通知文号")).to_have_value("国办发明电〔2026〕7号")


def test_the_next_years_holidays_are_pasted_checked_and_entered(screen, admin):
    sign_in(screen, "guanli", PASSWORD)
    screen.wait_for_url("**/office/chongqing/")
    screen.goto("/office/chongqing/calendar/")
    screen.get_by_role("link", name="录入放假安排").click()
    screen.get_by_label("通知文号").fill("国办发明电〔2026〕7号")
    dates = screen.get_by_label("放假和上班的日期")
    dates.fill("一、元旦：1月1日（周四）至3日（周日）放假，共3天。")
    screen.get_by_role("button", name="核对").click()
    expect(screen.get_by_text("2027-01-01 是周五，写的却是周四。").first).to_be_visible()
    dates.fill("一、元旦：1月1日（周五）至3日（周日）放假，共3天。")
    screen.get_by_role("button", name="核对").click()
    expect(screen.get_by_role("heading", name="读到 3 天，请核对后保存")).to_have_count(1)
    is_well(screen)
    screen.get_by_role("button", name="保存并重新计算期限").click()
    screen.wait_for_url("**/calendar/2027/")
    with scope(region=Region.objects.get(slug="chongqing")):
        assert CalendarYear.objects.filter(year=2027).exists()


def test_pages_fit_the_screen_and_keep_nobody_out(screen, admin):
    sign_in(screen, "guanli", PASSWORD)
    screen.wait_for_url("**/office/chongqing/")
    for address in (
        "offices",
        "offices/new",
        "tokens",
        "reveals",
        "calendar",
        "policies",
        "districts",
    ):
        screen.goto(f"/office/chongqing/{address}/")
        is_well(screen)
