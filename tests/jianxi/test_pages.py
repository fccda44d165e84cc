"""The parts of a page in a real browser: nothing typed is lost, nothing is sent twice or by chance."""

import pytest

from tests.browser import expect, is_well
from tests.jianxi import samples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.jianxi.samples"),
]
KEPT = "text=还没有保存的内容"


@pytest.fixture(autouse=True)
def _nothing_posted():
    samples.posted.clear()


def test_what_was_typed_stands_again_after_the_page_was_left(page):
    page.goto("/form")
    page.locator("[name=duty]").fill("标注与质检")
    page.goto("/list")
    page.goto("/form")
    expect(page.locator("[name=duty]")).to_have_value("标注与质检")
    expect(page.locator(KEPT)).to_have_count(1)
    page.get_by_role("button", name="放弃这些内容").click()
    page.goto("/form")
    expect(page.locator("[name=duty]")).to_have_value("")


def test_a_failed_check_keeps_what_was_typed_and_names_the_fault(page):
    page.goto("/form")
    page.locator("[name=name]").fill("某某")
    page.locator("[name=duty]").fill("标注与质检")
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("text=有 2 处需要改正")
    expect(page.locator("[name=duty]")).to_have_value("标注与质检")
    expect(page.locator("#id_name_error")).to_have_text("要写全称，至少 4 个字。")
    expect(page.locator("[name=name]")).to_have_attribute("aria-describedby", "id_name_error")


def test_what_was_saved_is_not_offered_again(page):
    page.goto("/form")
    page.locator("[name=name]").fill("某某有限公司")
    page.get_by_label("企业").check()
    page.locator("[name=duty]").fill("标注与质检")
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("[data-saved]")
    page.goto("/form")
    expect(page.locator("[name=duty]")).to_have_value("")


def test_another_user_of_the_same_screen_sees_nothing_of_it(page):
    page.goto("/form?as=1")
    page.locator("[name=duty]").fill("标注与质检")
    page.goto("/form?as=2")
    expect(page.locator("[name=duty]")).to_have_value("")
    assert (
        page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('keep:'))") == []
    )


def test_a_fault_is_told_in_words_and_leaves_the_page_as_it_was(page):
    page.goto("/parts")
    page.get_by_role("button", name="出错").click()
    page.wait_for_selector(".toasts >> text=记录刚被别人改动")
    expect(page.locator("#here")).to_have_text("原样")


def test_an_expired_session_does_not_put_the_sign_in_page_into_a_part(page):
    page.goto("/parts")
    page.get_by_role("button", name="失效").click()
    link = page.locator(".toasts >> text=重新登录")
    expect(link).to_have_attribute("href", "/accounts/login/?next=%2Fparts")
    expect(page.locator("#here")).to_have_text("原样")


def test_a_job_shows_how_far_it_is_until_it_is_done(page):
    page.goto("/parts")
    expect(page.locator("#job progress")).to_have_attribute("value", "50")
    page.wait_for_selector("#job >> text=下载")
    expect(page.locator("#job progress")).to_have_count(0)


def test_a_batch_asks_first_and_sends_the_chosen_rows_once(page):
    page.goto("/list")
    batch = page.get_by_role("button", name="批量确认")
    expect(batch).to_be_disabled()
    page.get_by_label("选择第 22 行").check()
    batch.click()
    page.get_by_role("button", name="取消").click()
    assert samples.posted == []
    batch.click()
    page.get_by_role("button", name="确定").dblclick()
    page.wait_for_selector("text=已办理。")
    assert [sent["ids"] for sent in samples.posted] == ["2"]


def test_a_decision_that_needs_a_comment_is_not_sent_without_one(page):
    page.goto("/case")
    page.get_by_role("button", name="退回").click()
    assert samples.posted == []
    page.get_by_role("button", name="缺带教安排").click()
    page.get_by_role("button", name="退回").click()
    page.wait_for_selector("text=已办理。")
    sent = samples.posted[0]
    assert (sent["action"], sent["comment"]) == ("return", "缺带教安排")


def test_a_masked_value_opens_for_a_reason(page):
    page.goto("/case")
    page.locator(".masked summary").click()
    page.get_by_label("为什么要查看证件号码").fill("核对报到材料")
    page.locator(".masked").get_by_role("button", name="查看").click()
    page.wait_for_selector("text=500103200301017025")
    assert samples.posted[0]["reason"] == "核对报到材料"


def test_an_empty_filter_stays_out_of_the_address(page):
    page.goto("/list")
    page.locator("#id_q").fill("某某")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/list?q=*")
    assert "since" not in page.url


@pytest.mark.parametrize("address", ["/list", "/case", "/month", "/form", "/parts"])
def test_no_page_is_wider_than_a_phone(phone, address):
    phone.goto(address)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("address", ["/list", "/case", "/month", "/form", "/accounts/login/"])
def test_everyone_can_use_the_page(page, address):
    page.goto(address)
    is_well(page)
