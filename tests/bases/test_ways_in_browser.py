"""An employer comes in, proves its authority and starts; a youth finds the own record: in a real
browser, on a desk and on a phone."""

import re

import pytest
from django.core.cache import cache

from jianxi.identifiers import make_uscc
from tests.accounts.conftest import PASSWORD
from tests.browser import expect, is_well
from tests.factories import in_region
from tests.people import code_to, make_member, make_office
from tests.records import ID_NUMBER, known_trainee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMPLOYER, COLLEAGUE, YOUTH = "13812340002", "13812340003", "13812340001"
UNIT = "重庆云帆智能科技有限公司"


def come_in(screen, phone, way):
    screen.context.clear_cookies()
    cache.clear()  # else a phone has had its code
    screen.goto("/accounts/register/")
    is_well(screen)
    screen.get_by_role("link", name=way).click()
    screen.get_by_label("手机号").fill(phone)
    is_well(screen)
    screen.get_by_role("button", name="发送验证码").click()
    screen.wait_for_url("**/code/confirm/**")
    is_well(screen)
    screen.get_by_label("短信验证码").fill(code_to(phone))
    screen.get_by_role("button", name="登录", exact=True).click()


def test_an_employer_comes_in_and_begins(screen, tmp_path):
    with in_region("chongqing"):
        clerk = make_member(make_office("渝中区"), "clerk", username="jingban", name="李经办")
        clerk.set_password(PASSWORD)
        clerk.save()
    papers = tmp_path / "执照.pdf"
    papers.write_bytes(b"%PDF-1.4 x")

    come_in(screen, EMPLOYER, "我是单位")
    screen.get_by_role("link", name="重庆市").click()
    screen.get_by_label("统一社会信用代码").fill("9150")
    screen.get_by_label("单位名称").fill(UNIT)
    screen.get_by_label("所属区县").select_option(label="渝中区")
    screen.get_by_label("您的姓名").fill("周经办")
    screen.get_by_role("button", name="下一步").click()
    is_well(screen)  # a fault stands at its field, and all that was typed is there
    expect(screen.get_by_label("单位名称")).to_have_value(UNIT)
    screen.get_by_label("统一社会信用代码").fill(make_uscc(99))
    screen.get_by_role("button", name="下一步").click()
    screen.wait_for_url(re.compile(r"/filings/\d+/$"))
    is_well(screen)
    for name in ("licence", "letter"):
        screen.locator(f"#paper-{name} input[type=file]").set_input_files(papers)
        screen.locator(f"#paper-{name}").get_by_role("button", name="上传").click()
        screen.locator(f"#paper-{name}").get_by_role("button", name="换一份").wait_for()
    screen.get_by_role("button", name="提交", exact=True).click()
    screen.get_by_text("待确认").first.wait_for()
    is_well(screen)

    screen.context.clear_cookies()
    screen.goto("/accounts/login/")
    is_well(screen)
    screen.get_by_label("用户名或手机号").fill("jingban")
    screen.locator("#id_password").fill(PASSWORD)
    screen.locator("main").get_by_role("button", name="登录").click()
    screen.wait_for_url("**/office/chongqing/")
    screen.locator("tr", has_text=UNIT).get_by_role("link", name="审核").click()
    screen.get_by_role("button", name="不予确认").wait_for()
    is_well(screen)
    screen.get_by_role("button", name="确认", exact=True).click()
    screen.wait_for_url("**/authorities/")
    is_well(screen)

    come_in(screen, EMPLOYER, "我是单位")
    screen.wait_for_url("**/employer/chongqing/")
    expect(screen.get_by_role("heading", name=UNIT)).to_have_count(1)
    is_well(screen)
    screen.goto("/employer/chongqing/unit/")
    screen.get_by_label("同事的手机号").fill(COLLEAGUE)
    screen.get_by_role("button", name="发出邀请").click()
    screen.get_by_text("已发出邀请").wait_for()
    is_well(screen)
    screen.goto("/employer/chongqing/messages/")
    screen.get_by_role("button", name=f"您已成为{UNIT}的经办人").click()
    screen.wait_for_url("**/employer/chongqing/**")

    come_in(screen, COLLEAGUE, "我是单位")
    screen.get_by_role("link", name=UNIT).click()
    screen.get_by_label("您的姓名").fill("李同事")
    is_well(screen)
    screen.get_by_role("button", name="接受邀请").click()
    screen.get_by_text(f"您已成为{UNIT}的经办人").wait_for()
    screen.goto("/accounts/")
    is_well(screen)


def test_a_youth_comes_in_and_finds_the_own_record(screen):
    with in_region("chongqing") as region:
        known_trainee(region, ID_NUMBER, YOUTH)
    come_in(screen, YOUTH, "我是青年")
    screen.wait_for_url("**/me/")
    is_well(screen)
    screen.get_by_role("link", name="重庆市").click()
    screen.get_by_role("link", name="找回我的记录").click()
    screen.get_by_label("证件号码").fill(ID_NUMBER)
    is_well(screen)
    screen.get_by_role("button", name="找回").click()
    screen.get_by_text("已找到您的记录").wait_for()
    is_well(screen)
    screen.goto("/me/messages/")
    is_well(screen)
