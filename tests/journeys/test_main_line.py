"""One base, one position, one youth: from the first telephone number to the month's figures, by
pages alone, at desks and on phones."""

import re
from contextlib import ExitStack
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from reporting.models import Report, Version
from tests.factories import in_region
from tests.journeys.story import (
    CITY,
    EMPLOYER,
    HERE,
    ID_NUMBER,
    NAME,
    PDF,
    REGION,
    UNIT,
    USCC,
    YOUTH,
    Story,
    by_phone,
    count_presses,
    fill,
    photo,
    presses,
)
from tests.months import address
from trainees.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILED, ARRIVED, ENDED, REPORTED = (
    date(2026, 10, 9),
    date(2026, 10, 12),
    date(2026, 10, 30),
    date(2026, 11, 2),
)
# One base, new; three places, new; one planned, arrived, a graduate; kept before the time was up.
ONCE, PLACES, NONE = ("1", "2", "5", "6", "7", "8", "9", "10"), ("3", "4"), ("11", "12", "13", "14")
FIGURES = dict.fromkeys(ONCE, 1) | dict.fromkeys(PLACES, 3) | dict.fromkeys(NONE, 0)
MOST_PRESSES = 9  # from a position to the application, the account and the register included
BASE = {
    "行业": "软件和信息服务业",
    "成立日期": "2015-03-01",
    "参保人数": "120",
    "参保人数截至": "2026-09-30",
    "单位简介和经营状况": "做政务软件和数据服务，有员工 120 人，近三年营业收入稳定增长。",
    "联系人": "周经办",
    "联系电话": "13812345678",
    "见习场所地址": "解放碑街道民权路8号",
    "每年计划提供岗位数": "12",
    "安全管理制度": "上岗前培训半天；设备定期检修；意外由人事部当天处理。",
    "见习计划": "研发部和质检部接收。第一个月熟悉工具，之后跟项目，每月考核一次。",
    "见习管理职责分工": "人事部牵头，管考勤、生活费和保险。",
    "带教老师": "王大山，高级工程师，12年\n李小海，工程师，6年",
}
VISIT = {
    "考察人员": "李经办、张三",
    "见习场所": "办公楼三层，工位充足，消防通道畅通。",
    "经营状况": "正常经营。",
    "岗位需求": "数据标注三人，带教老师两名。",
}
POSITION = {
    "岗位名称": "数据标注见习生",
    "招募人数": "3",
    "工作地点": "解放碑街道民权路8号",
    "岗位职责": "标注图像，参加质检。第一个月由带教老师一对一指导。",
    "月基本生活费（元）": "2400",
    "见习期限（月）": "6",
    "招募有效期至": "2026-12-31",
    "带教老师": "王大山",
}


@pytest.fixture(params=["desk", "phone"])
def story(request, browser, live_server, monkeypatch, settings):
    settings.DEMO = False  # the pages as they are in earnest
    with ExitStack() as stack:
        on_phones = request.param == "phone"
        yield Story(stack, browser, live_server, monkeypatch, on_phones=on_phones)


def test_from_the_first_number_to_the_month(story):
    story.calendar.turn_to(FILED)
    an_employer_proves_who_it_is(story)
    it_becomes_a_base(story)
    it_offers_a_position(story)
    a_youth_applies(story)
    both_sign(story)
    story.calendar.turn_to(ARRIVED)
    the_youth_arrives(story)
    story.calendar.turn_to(ENDED)
    the_youth_is_kept(story)
    story.calendar.turn_to(REPORTED)
    the_month_is_told(story)


def an_employer_proves_who_it_is(story):
    screen = story.employer
    screen.goto("/accounts/register/")
    story.sees(screen, "我是单位")
    screen.get_by_role("link", name="我是单位").click()
    by_phone(screen, EMPLOYER)
    screen.get_by_role("link", name=CITY).click()
    screen.get_by_label("统一社会信用代码").fill(USCC)
    screen.get_by_label("单位名称").fill(UNIT)
    screen.get_by_label("所属区县").select_option(label=HERE)
    screen.get_by_label("您的姓名").fill("周经办")
    screen.get_by_role("button", name="下一步").click()
    screen.wait_for_url(re.compile(r"/filings/\d+/$"))
    for name in ("licence", "letter"):
        story.uploads(screen, name, PDF)
        screen.locator(f"#paper-{name}").get_by_role("button", name="换一份").wait_for()
    story.sees(screen, "换一份", "employer-authority")
    screen.get_by_role("button", name="提交", exact=True).click()
    story.sees(screen, "待确认")

    officer = story.clerk
    story.signs_in(officer, Role.CLERK)
    story.sees(officer, UNIT, "district-worklist")
    officer.locator("tr", has_text=UNIT).get_by_role("link", name="审核").click()
    story.sees(officer, officer.get_by_role("button", name="不予确认"), "district-authority")
    officer.get_by_role("button", name="确认", exact=True).click()
    officer.wait_for_url("**/authorities/")


def it_becomes_a_base(story):
    screen = story.employer
    story.next_step(screen, "去申报", "employer")
    story.sees(screen, screen.get_by_role("button", name="开始申报"))
    screen.get_by_role("button", name="开始申报").click()
    form = screen.locator("#filing")
    fill(form, BASE)
    form.get_by_label("单位类型").select_option("企业")
    screen.get_by_text("已自动保存").wait_for()
    story.uploads(screen, "licence", photo())
    screen.locator("#paper-licence img").wait_for()
    story.sees(screen, "必填的都填好了，可以提交。", "employer-base")
    screen.get_by_role("button", name="提交申报").click()
    story.sees(screen, f"已提交，{HERE}最迟")

    officer = story.clerk
    story.next_step(officer, "去审核", "office")
    story.sees(officer, officer.get_by_role("link", name="记录考察"))
    officer.get_by_role("link", name="记录考察").click()
    fill(officer, VISIT)
    officer.get_by_label("符合见习条件", exact=True).check()
    story.sees(officer, "考察人员", "district-visit")
    officer.get_by_role("button", name="保存考察记录").click()
    officer.locator("input[type=file]").set_input_files(photo())
    officer.get_by_role("button", name="上传").click()
    story.sees(officer, officer.locator("#papers img"))
    officer.get_by_role("link", name="回到申报").click()
    story.sees(officer, officer.get_by_role("button", name="认定", exact=True), "district-base")
    officer.get_by_role("button", name="认定", exact=True).click()
    story.sees(officer, f"{UNIT}：已认定。")

    screen.goto(reverse("employer:base_application", args=[REGION]))
    story.sees(screen, "打印认定证书")
    screen.get_by_role("link", name="打印认定证书").click()
    story.sees(screen, screen.locator(".certificate-address"))
    story.youth.goto(screen.locator(".certificate-address").inner_text().strip())
    story.sees(story.youth, "在册")


def it_offers_a_position(story):
    screen = story.employer
    story.next_step(screen, "去填报", "employer")
    screen.get_by_role("button", name="填报岗位").click()
    fill(screen, POSITION)
    screen.get_by_label("技术技能类").check()
    screen.get_by_text("已自动保存").wait_for()
    story.sees(screen, "必填的都填好了", "employer-position")
    screen.get_by_role("button", name="提交审核").click()
    story.sees(screen, "已提交，由所属区县审核。")

    officer = story.clerk
    story.next_step(officer, "去审核", "office")
    story.sees(officer, officer.get_by_role("button", name="通过并发布"), "district-position")
    officer.get_by_role("button", name="通过并发布").click()
    story.sees(officer, "数据标注见习生：已通过并发布。")


def a_youth_applies(story):
    screen = story.youth
    screen.goto(f"/{REGION}/")
    screen.get_by_role("searchbox").fill("图像标注 解放碑")
    screen.get_by_role("button", name="搜索").click()
    story.sees(screen, screen.get_by_role("link", name="数据标注见习生"), "youth-search")
    screen.get_by_role("link", name="数据标注见习生").click()
    story.sees(screen, screen.get_by_role("heading", name="数据标注见习生"), "youth-position")
    count_presses(screen)
    screen.get_by_role("link", name="报名", exact=True).click()
    screen.get_by_role("link", name="手机验证码").click()
    by_phone(screen, YOUTH)

    screen.wait_for_url(f"**/me/{REGION}/register/**")
    screen.get_by_label("离校2年内未就业高校毕业生").check()
    screen.get_by_label("姓名").fill(NAME)
    screen.get_by_label("证件号码").fill(ID_NUMBER)
    screen.get_by_label("最后毕业的学校").select_option("college")
    screen.get_by_label("毕业日期").fill("2026-06-30")
    for question in ("现在还在学校读书", "现在有工作"):
        screen.get_by_role("group", name=question).get_by_label("不是").check()
    told = screen.locator("#eligibility").get_by_text("可以以“离校2年内未就业高校毕业生”参加")
    told.wait_for()
    story.sees(screen, screen.get_by_role("heading", name="实名登记"), "youth-register")
    screen.get_by_role("button", name="保存，继续报名").click()
    screen.wait_for_url(re.compile(r"/positions/\d+/apply/$"))
    story.sees(screen, screen.get_by_role("button", name="报名", exact=True), "youth-apply")
    screen.get_by_role("button", name="报名", exact=True).click()
    screen.wait_for_url(re.compile(r"/applications/\d+/$"))
    assert presses(screen) <= MOST_PRESSES
    story.sees(screen, f"{HERE}办理", "youth-application")

    officer = story.clerk
    story.next_step(officer, "去审核", "office")
    story.sees(officer, officer.get_by_role("button", name="通过并推送"), "district-application")
    officer.get_by_role("button", name="通过并推送").click()
    story.sees(officer, "已通过并推送。")

    story.next_step(story.employer, "去答复", "employer")
    accept = story.employer.get_by_role("button", name="接收", exact=True)
    story.sees(story.employer, accept, "employer-application")
    accept.click()
    story.sees(story.employer, f"{NAME}：已接收。")


def both_sign(story):
    screen = story.employer
    story.next_step(screen, "拟定协议", "employer")
    screen.get_by_role("button", name="拟定协议").click()
    screen.get_by_label("见习时间").fill("周一至周五，上午 9 点到下午 5 点")
    screen.get_by_label("约定开始").fill(str(ARRIVED))
    screen.get_by_label("约定结束").fill("2027-04-11")
    screen.get_by_text("已自动保存").wait_for()
    story.sees(screen, "拟定中", "employer-contract")
    screen.get_by_role("button", name="阅读全文，去签署").click()
    story.sees(screen, "获取验证码")
    story.signs(screen, EMPLOYER, "employer-sign")
    story.sees(screen, "已签署，等本人签字。")

    youth = story.youth
    youth.goto("/me/")
    story.sees(youth, "阅读、签字", "youth-home")
    youth.get_by_role("link", name="阅读、签字").click()
    story.sees(youth, "获取验证码")
    story.signs(youth, YOUTH, "youth-sign")
    story.sees(youth, "已签字，等区县备案。", "youth-before-start")
    youth.get_by_role("link", name="去办").last.click()
    story.sees(youth, "见习须知")
    youth.get_by_role("button", name="我读完了").click()
    youth.get_by_text("已记下：您读过见习须知。").wait_for()
    youth.get_by_role("link", name="去办").click()
    youth.get_by_text("收生活费的银行卡").click()
    youth.get_by_label("银行卡号").fill("6222020000000000000")
    story.sees(youth, "收生活费的银行卡")
    youth.get_by_role("button", name="保存").click()
    story.sees(youth, "上岗前还要办什么")

    officer = story.clerk
    story.next_step(officer, "去备案", "office")
    story.sees(officer, officer.get_by_role("button", name="备案", exact=True), "district-contract")
    officer.get_by_role("button", name="备案", exact=True).click()
    story.sees(officer, "已备案。")


def the_youth_arrives(story):
    screen = story.employer
    story.comes_back(screen, EMPLOYER, f"/employer/{REGION}/")
    story.next_step(screen, "去办", "employer")
    story.sees(screen, "上岗前准备", "employer-before-start")
    screen.get_by_role("button", name="已核对原件").click()
    screen.get_by_role("dialog").get_by_role("button", name="确定").click()
    screen.get_by_text("已登记。").wait_for()
    screen.get_by_text("填写", exact=True).click()
    screen.get_by_label("保险公司").fill("示例保险")
    screen.get_by_label("保险单号").fill("BX-20261012")
    screen.get_by_role("button", name="保存").click()
    screen.get_by_text("已登记。").wait_for()
    story.next_step(screen, "确认到岗", "employer")
    story.sees(screen, "确认到岗")
    screen.get_by_role("link", name="确认到岗").click()
    screen.get_by_label("到岗日期").fill(str(ARRIVED))
    story.sees(screen, "本人实际来见习的第一天", "employer-arrival")
    screen.get_by_role("button", name="确认到岗").click()
    story.sees(screen, "已确认到岗。")

    story.comes_back(story.youth, YOUTH, "/me/internships/")
    story.sees(story.youth, "在岗", "youth-internship")


def the_youth_is_kept(story):
    screen = story.employer
    story.comes_back(screen, EMPLOYER, reverse("employer:agreements", args=[REGION]))
    screen.get_by_role("link", name=NAME).click()
    story.sees(screen, "办理结束")
    screen.get_by_role("link", name="办理结束").click()
    screen.get_by_label("结束日期").fill(str(ENDED))
    screen.get_by_label("提前留用").check()
    screen.get_by_label("就业去向").select_option(label="留用")
    screen.get_by_label("就业日期").fill(str(ENDED))
    story.sees(screen, "不再见习的第一天", "employer-end")
    screen.get_by_role("button", name="办理结束").click()
    story.sees(screen, "已办理结束。")


def the_month_is_told(story):
    officer, above = story.clerk, story.reviewer
    with in_region(REGION):
        october = address("month", unit=HERE, period="2026-10")
    story.signs_in(officer, Role.CLERK)
    officer.goto(october)
    officer.get_by_role("button", name="编制").click()
    story.sees(officer, officer.locator("#act"), "district-month")
    officer.locator("#act").get_by_role("button", name="报送").click()
    officer.locator("#confirm").get_by_role("button", name="确定").click()
    story.sees(officer, "已报送，本月数字和记录已固定")

    story.signs_in(above, Role.REVIEWER)
    above.goto(reverse("office:months", args=[REGION]))
    story.sees(above, HERE, "region-board")
    story.next_step(above, "去审定", "office")
    above.get_by_role("checkbox", name=f"选择{HERE}").check()
    heading = above.get_by_role("heading", name="还没有审定的单位")
    story.sees(above, heading, "region-month")
    above.get_by_role("button", name="审定所选").click()
    story.sees(above, f"已审定 1 个单位：{HERE}", "region-approved")
    above.goto(october)
    story.sees(above, "已审定")

    with in_region(REGION):
        report = Report.objects.get(district__name=HERE, form_key="national14", state="approved")
        agreement = Agreement.objects.get()
        assert (agreement.arrived_on, agreement.ended_on) == (ARRIVED, ENDED)
        told = Version.objects.get(report=report).figures
    assert {code: float(figure) for code, figure in told.items()} == FIGURES
