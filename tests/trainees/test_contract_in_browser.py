"""An agreement from an accepted application to the first day, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from positions.models import Position
from tests.browser import is_well, sign_in
from tests.people import code_to
from tests.positions.conftest import inside, make_filing
from tests.positions.test_positions_in_browser import kept
from tests.trainees.contracts import make_scene, take_in
from trainees.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign(screen, user):
    """Read, ask for a code, type it."""
    screen.get_by_label("我已阅读全文").check()
    screen.get_by_role("button", name="获取验证码").click()
    screen.get_by_label("短信验证码").fill("000000")
    screen.get_by_role("button", name="签署").click()
    screen.get_by_text("验证码不对").wait_for()
    is_well(screen)
    screen.get_by_label("短信验证码").fill(code_to(user.phone))
    screen.get_by_role("button", name="签署").click()


def test_an_agreement_is_signed_filed_and_begun(page, phone, live_server):
    """The employer and the district at their desks, the youth on a phone."""
    scene = make_scene()
    with inside(scene):
        position = make_filing(scene.base, Position.State.PUBLISHED)
        application = take_in(scene.trainee, scene.base, position)
        scene.trainee.bank_card = "6222020000000000000"
        scene.trainee.save()

    # The employer draws up and signs.
    screen = page
    sign_in(screen, live_server, scene.employer)
    screen.goto("/employer/chongqing/contracts/")
    is_well(screen)
    screen.get_by_role("button", name="拟定协议").click()
    is_well(screen)
    screen.get_by_label("见习时间").fill("上午 9 点到下午 5 点")
    kept(screen)
    screen.get_by_label("约定开始").fill(str(timezone.localdate()))
    screen.get_by_label("约定结束").fill(str(timezone.localdate() + timedelta(days=180)))
    screen.get_by_role("button", name="阅读全文，去签署").click()
    screen.get_by_text("上午 9 点到下午 5 点").wait_for()
    is_well(screen)
    sign(screen, scene.employer)
    screen.get_by_text("已签署，等本人签字。").wait_for()
    is_well(screen)

    # The youth reads and signs.
    screen = phone
    sign_in(screen, live_server, scene.youth)
    screen.goto("/me/")
    is_well(screen)
    screen.get_by_role("link", name="阅读、签字").click()
    is_well(screen)
    sign(screen, scene.youth)
    screen.get_by_text("已签字，等区县备案。").wait_for()
    is_well(screen)
    screen.get_by_role("link", name="去办").click()
    is_well(screen)
    screen.get_by_role("button", name="我读完了").click()
    screen.get_by_text("已记下：您读过见习须知。").wait_for()

    # The district files.
    screen = page
    sign_in(screen, live_server, scene.clerk)
    screen.goto("/office/chongqing/contracts/")
    is_well(screen)
    screen.locator("main table a").first.click()
    is_well(screen)
    screen.get_by_role("button", name="备案", exact=True).click()
    screen.get_by_text("已备案。").first.wait_for()

    # What must be in order, and the first day.
    sign_in(screen, live_server, scene.employer)
    with inside(scene):
        contract = application.contracts.get()
    screen.goto(f"/employer/chongqing/contracts/{contract.pk}/")
    is_well(screen)
    screen.get_by_role("button", name="已核对原件").click()
    screen.get_by_role("dialog").get_by_role("button", name="确定").click()
    screen.get_by_text("已登记。").wait_for()
    screen.get_by_text("填写", exact=True).click()
    screen.get_by_label("保险公司").fill("示例保险")
    screen.get_by_label("保险单号").fill("BX-1")
    screen.get_by_role("button", name="保存").click()
    screen.get_by_role("link", name="见习进展").click()
    is_well(screen)
    screen.get_by_role("link", name="确认到岗").click()
    is_well(screen)
    screen.get_by_label("到岗日期").fill(str(timezone.localdate()))
    screen.get_by_role("button", name="确认到岗").click()
    screen.get_by_text("已确认到岗。").wait_for()
    is_well(screen)
    with inside(scene):
        assert Agreement.objects.get().arrived_on == timezone.localdate()
    screen.goto(f"/employer/chongqing/contracts/{contract.pk}/print/")
    is_well(screen)
