"""A position from its first word to the public site, in a real browser, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from positions.models import Position
from tests.browser import expect, is_well, sign_in
from tests.positions.conftest import inside, make_filing, make_world, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
State = Position.State
UNTIL = timezone.localdate() + timedelta(days=90)
FIELDS = {
    "岗位名称": "数据标注见习生",
    "招募人数": "3",
    "工作地点": "南滨路8号",
    "岗位职责": "标注图像，参加质检",
    "月基本生活费（元）": "2400",
    "见习期限（月）": "6",
    "招募有效期至": str(UNTIL),
    "带教老师": "王工",
}


@pytest.fixture
def world(db):
    return make_world("chongqing", "渝中区", "万州区")


def kept(screen):
    """Wait until the server has kept what was typed."""
    screen.get_by_text("已自动保存").wait_for()


def test_a_position_is_filed_reviewed_and_found(screen, live_server, world):
    sign_in(screen, live_server, world.employer)
    screen.goto("/employer/chongqing/positions/")
    is_well(screen)
    screen.get_by_role("button", name="填报岗位").click()
    is_well(screen)
    screen.get_by_label("岗位名称").fill(FIELDS["岗位名称"])
    kept(screen)
    screen.reload()
    expect(screen.get_by_label("岗位名称")).to_have_value(FIELDS["岗位名称"])
    expect(screen.get_by_text("还没有保存的内容")).to_have_count(0)  # the server has it
    for label, value in FIELDS.items():
        screen.get_by_label(label, exact=False).first.fill(value)
    screen.get_by_role("button", name="提交审核").click()
    screen.get_by_text("还没有提交成功：有 1 处需要改正。").wait_for()
    is_well(screen)
    screen.get_by_label("技术技能类").check()
    screen.get_by_role("button", name="提交审核").click()
    screen.get_by_text("已提交，由所属区县审核。").wait_for()
    is_well(screen)

    sign_in(screen, live_server, world.clerk)
    screen.goto("/office/chongqing/")
    screen.locator("main a", has_text="去审核").click()
    is_well(screen)
    screen.get_by_role("button", name="通过并发布").click()
    screen.get_by_text("数据标注见习生：已通过并发布。").wait_for()
    is_well(screen)

    screen.context.clear_cookies()
    screen.goto("/chongqing/")
    is_well(screen)
    screen.get_by_role("searchbox").fill("图像标注 南滨路")
    screen.get_by_role("button", name="搜索").click()
    is_well(screen)
    screen.get_by_role("link", name="数据标注见习生").click()
    is_well(screen)
    expect(screen.get_by_text("2,400 元/月")).to_have_count(1)
    expect(screen.get_by_text("王工")).to_have_count(0)


def test_what_cannot_be_kept_is_told_and_not_lost(screen, live_server, world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    sign_in(screen, live_server, world.employer)
    screen.goto(f"/employer/chongqing/positions/{draft.pk}/edit/")
    screen.get_by_label("招募人数").fill("0")
    screen.get_by_label("工作地点").fill("北滨路9号")
    screen.get_by_text("这几处还没有保存").wait_for()
    is_well(screen)
    screen.reload()
    expect(screen.get_by_label("招募人数")).to_have_value("0")
    assert (now(draft).headcount, now(draft).workplace) == (2, "北滨路9号")
    screen.get_by_role("button", name="提交审核").click()
    screen.get_by_text("还没有提交成功").wait_for()
    screen.get_by_label("招募人数").fill("3")
    screen.get_by_text("必填的都填好了，可以提交。").wait_for()
    expect(screen.get_by_text("还没有提交成功")).to_have_count(0)
    expect(screen.locator("[aria-invalid=true], .faults")).to_have_count(0)
    is_well(screen)
    screen.reload()
    expect(screen.get_by_label("招募人数")).to_have_value("3")
    assert now(draft).headcount == 3
    screen.evaluate("scrollTo(0, document.body.scrollHeight)")
    at = screen.get_by_role("button", name="提交审核").bounding_box()
    assert 0 < at["y"] < screen.viewport_size["height"]  # within reach at the form's end


def test_the_public_pages_are_well(screen, world):
    with inside(world):
        position = make_filing(world.base, State.PUBLISHED)
        over = make_filing(world.base, State.PAUSED)
    for page in (
        "/",
        "/chongqing/positions/?category=technical",
        "/chongqing/positions/?q=宇航员",
        f"/chongqing/positions/{position.pk}/",
        f"/chongqing/positions/{over.pk}/",
        "/chongqing/bases/",
        f"/chongqing/bases/{world.base.pk}/",
        "/chongqing/offices/",
        "/chongqing/policies/",
    ):
        screen.goto(page)
        is_well(screen)


def test_who_may_take_part_in_one_minute(screen, world):
    screen.goto("/chongqing/")
    screen.get_by_role("link", name="一分钟查资格").click()
    is_well(screen)
    screen.get_by_label("出生日期").fill("2003-05-01")
    screen.get_by_label("最后毕业的学校").select_option("college")
    screen.get_by_label("毕业日期").fill(str(timezone.localdate() - timedelta(days=200)))
    screen.get_by_role("group", name="现在还在学校读书？").get_by_label("不是").check()
    screen.get_by_role("group", name="现在有工作？").get_by_label("不是").check()
    screen.get_by_role("button", name="看看能不能参加").click()
    screen.get_by_text("可以以“离校2年内未就业高校毕业生”参加").wait_for()
    is_well(screen)
    expect(screen.get_by_label("出生日期")).to_have_value("2003-05-01")


def test_many_are_decided_together(screen, live_server, world):
    with inside(world):
        rows = [make_filing(world.base, State.SUBMITTED, title=f"岗{n}") for n in range(2)]
    sign_in(screen, live_server, world.clerk)
    screen.goto("/office/chongqing/positions/review/")
    for box in screen.locator("input[name=ids]").all():
        box.check()
    screen.get_by_role("button", name="退回修改").click()
    is_well(screen)
    screen.get_by_role("button", name="工作地点请写到门牌").click()
    screen.get_by_role("button", name="退回修改").click()
    screen.get_by_text("2 个岗位已退回修改").wait_for()
    assert [now(row).state for row in rows] == [State.RETURNED] * 2
