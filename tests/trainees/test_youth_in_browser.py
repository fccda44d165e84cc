"""On a phone: from a position on the public site by way of a code and the register to an application
that stands, and a guardian's consent."""

import re
from datetime import date

import pytest
from django.utils import timezone

from jianxi.identifiers import make_id_number
from tests.browser import expect, is_well
from tests.people import code_to
from tests.positions.conftest import inside, make_filing, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13812340001"
TODAY = timezone.localdate()
OF_17 = make_id_number("500103", date(TODAY.year - 17, 1, 1), 123)


def test_a_youth_applies_on_a_phone(phone):
    world = make_world("chongqing", "渝中区", "万州区")
    with inside(world):
        position = make_filing(world.base, "published", benefits="包午餐")
    screen = phone
    screen.goto(f"/chongqing/positions/{position.pk}/")
    screen.get_by_role("link", name="报名", exact=True).click()
    screen.get_by_role("link", name="请先注册").click()
    screen.get_by_role("link", name="我是青年").click()
    screen.get_by_label("手机号").fill(PHONE)
    screen.get_by_role("button", name="发送验证码").click()
    screen.wait_for_url("**/code/confirm/**")
    screen.get_by_label("短信验证码").fill(code_to(PHONE))
    screen.get_by_role("button", name="登录", exact=True).click()

    screen.wait_for_url("**/me/chongqing/register/**")
    is_well(screen)
    screen.get_by_label("16-24岁失业青年").check()
    expect(screen.get_by_label("毕业日期")).to_be_hidden()
    expect(screen.get_by_label("出生日期")).to_be_hidden()
    screen.get_by_label("姓名").fill("何小雨")
    screen.get_by_label("证件号码").fill(OF_17[:-1])
    screen.get_by_role("group", name="现在还在学校读书").get_by_label("不是").check()
    screen.get_by_role("group", name="现在有工作").get_by_label("不是").check()
    screen.get_by_role("button", name="保存，继续报名").click()
    screen.get_by_text("应为18位").first.wait_for()
    is_well(screen)
    expect(screen.get_by_label("姓名")).to_have_value("何小雨")
    screen.get_by_label("证件号码").fill(OF_17)
    screen.get_by_label("姓名").click()  # away from the number: it is told at once
    screen.locator("#eligibility").get_by_text("可以以“16-24岁失业青年”参加").wait_for()
    screen.get_by_role("button", name="保存，继续报名").click()

    screen.wait_for_url(re.compile(r"/positions/\d+/apply/$"))
    is_well(screen)
    screen.get_by_role("button", name="报名", exact=True).click()
    screen.wait_for_url(re.compile(r"/applications/\d+/$"))
    screen.get_by_text("渝中区办理").wait_for()
    is_well(screen)
    for name in ("报名", "见习", "我的"):
        screen.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()
        is_well(screen)

    screen.get_by_role("link", name="请监护人同意").click()
    screen.get_by_label("监护人姓名").fill("何大山")
    screen.get_by_label("监护人身份证号码").fill(make_id_number("500103", date(1980, 1, 1), 15))
    screen.get_by_label("监护人手机号").fill("13600001234")
    is_well(screen)
    screen.get_by_role("button", name="看同意书，发验证码").click()
    screen.get_by_text("我是何大山").wait_for()
    is_well(screen)
    screen.get_by_label("监护人收到的验证码").fill(code_to("13600001234"))
    screen.get_by_role("button", name="监护人同意", exact=True).click()
    screen.get_by_text("监护人已同意。").wait_for()
    screen.goto("/me/chongqing/")
    is_well(screen)
    screen.goto("/me/chongqing/pool/")
    is_well(screen)
