"""From the first word of an application to the certificate, in a real browser, on a desk and on a
phone."""

import pytest

from tests.bases.applications import SOUND, make_world, picture
from tests.browser import expect, is_well, sign_in
from tests.positions.test_positions_in_browser import kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIELDS = {
    "行业": SOUND["industry"],
    "成立日期": "2015-03-01",
    "参保人数": "120",
    "参保人数截至": "2026-10-31",
    "单位简介和经营状况": SOUND["introduction"],
    "联系人": "周经办",
    "联系电话": "13812345678",
    "见习场所地址": "解放碑8号",
    "每年计划提供岗位数": "12",
    "安全管理制度": SOUND["safety_rules"],
    "见习计划": SOUND["internship_plan"],
    "见习管理职责分工": SOUND["duties"],
}


def test_from_the_first_word_to_the_certificate(screen, live_server):
    world = make_world("chongqing", "渝中区", "万州区")
    sign_in(screen, live_server, world.employer)
    screen.goto("/employer/chongqing/")
    screen.locator("main a", has_text="去申报").click()
    is_well(screen)
    screen.get_by_role("button", name="开始申报").click()
    is_well(screen)
    form = screen.locator("#filing")
    for label, value in FIELDS.items():
        form.get_by_label(label, exact=False).first.fill(value)
    form.get_by_label("参保人数", exact=False).first.fill("120")
    form.get_by_label("单位类型").select_option("企业")
    kept(screen)

    # a paper: refused with words, then taken; what is typed stays as it is
    form.get_by_label("带教老师").fill("王大山，高级工程师")
    paper = screen.locator("#paper-licence")
    paper.locator("input[type=file]").set_input_files(
        {"name": "执照.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 broken"}
    )
    paper.get_by_role("button", name="上传").click()
    screen.locator("#paper-licence").get_by_text("图片打不开").wait_for()
    screen.locator("#paper-licence input[type=file]").set_input_files(
        {"name": "执照.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    screen.locator("#paper-licence").get_by_role("button", name="上传").click()
    screen.locator("#paper-licence img").wait_for()
    screen.get_by_text("必填的都填好了，可以提交。").wait_for()
    expect(form.get_by_label("带教老师")).to_have_value("王大山，高级工程师")
    is_well(screen)
    screen.get_by_role("button", name="提交申报").click()
    screen.get_by_text("已提交，渝中区最迟").wait_for()
    is_well(screen)

    sign_in(screen, live_server, world.clerk)
    screen.goto("/office/chongqing/")
    screen.locator("main a", has_text="去审核").click()
    is_well(screen)
    screen.get_by_role("link", name="记录考察").click()
    screen.get_by_label("考察人员").fill("张三、李四")
    screen.get_by_label("见习场所").fill("办公楼三层，工位充足")
    screen.get_by_label("经营状况").fill("正常")
    screen.get_by_label("岗位需求").fill("测试五人")
    screen.get_by_label("符合见习条件", exact=True).check()
    is_well(screen)
    screen.get_by_role("button", name="保存考察记录").click()
    photos = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture()} for n in (1, 2)]
    screen.locator("input[type=file]").set_input_files(photos)
    screen.get_by_role("button", name="上传").click()
    screen.locator("#papers img").nth(1).wait_for()
    is_well(screen)
    screen.get_by_role("link", name="回到申报").click()
    is_well(screen)
    screen.get_by_role("button", name="认定", exact=True).click()
    screen.get_by_text("甲软件公司：已认定。").wait_for()

    sign_in(screen, live_server, world.employer)
    screen.goto("/employer/chongqing/base/")
    is_well(screen)
    screen.get_by_role("link", name="打印认定证书").click()
    is_well(screen)
    assert screen.locator("img[alt=核验二维码]").evaluate("image => image.naturalWidth") > 0
    code = screen.locator(".certificate-address").inner_text()
    screen.context.clear_cookies()
    screen.goto(code.strip())
    screen.get_by_text("在册", exact=True).wait_for()
    is_well(screen)
