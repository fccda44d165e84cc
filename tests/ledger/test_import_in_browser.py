"""An officer's import in a real browser, at a desk and on a phone."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.factories import in_region
from tests.people import make_member, make_office
from trainees.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"


@pytest.fixture
def signed_in(client):
    """`signed_in(page)`: an officer of 万州区 on the page of the import."""
    with in_region("chongqing"):
        client.force_login(make_member(make_office("万州区"), "clerk", name="王经办"))

    def signed_in(page):
        page.goto("/")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])
        page.goto(reverse("office:ledger", args=["chongqing"]))
        return page

    return signed_in


@pytest.fixture(params=["page", "phone"])
def screen(request, signed_in):
    return signed_in(request.getfixturevalue(request.param))


def grave_faults(page) -> list[str]:
    found = page.evaluate(AXE.read_text(encoding="utf-8") + "; axe.run()")
    grave = ("serious", "critical")
    return [fault["id"] for fault in found["violations"] if fault["impact"] in grave]


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_check_look_load(screen, ledger, tmp_path):
    ledger.case()
    ledger.case(结束方式="期满", 结束日期="2025-12-01")
    ledger.activity("黔江区")
    assert screen.get_by_role("heading", name="导入台账", level=1).is_visible()
    assert fits(screen)
    screen.get_by_label("台账文件").set_input_files(ledger.save(tmp_path / "九月台账.xlsx"))
    screen.get_by_role("button", name="上传并检查").click()
    screen.get_by_text("还没有写入任何数据").wait_for()
    assert screen.get_by_role("heading", name="九月台账.xlsx").is_visible()
    assert screen.get_by_text("这条记录不在您可以导入的区县内").is_visible()
    assert screen.get_by_text("期满一般不早于这一天，请核对").is_visible()
    assert fits(screen)
    assert grave_faults(screen) == []
    with screen.expect_download() as download:
        screen.get_by_role("link", name="下载批注文件").click()
    assert download.value.suggested_filename == "九月台账-批注.xlsx"
    screen.get_by_role("button", name="正式导入 8 行").click()
    screen.get_by_text("已导入，1 行退回").wait_for()
    with in_region("chongqing"):
        assert Agreement.objects.count() == 2
    screen.get_by_role("link", name="再导入一个文件").click()
    assert screen.get_by_text("新增 8 行，退回 1 行").count() == 2
    assert fits(screen)
    assert grave_faults(screen) == []


def test_a_wrong_file_is_told_where_it_was_chosen(screen, tmp_path):
    wrong = tmp_path / "照片.xlsx"
    wrong.write_bytes(b"\xff\xd8\xff\xe0 no workbook")
    screen.get_by_label("台账文件").set_input_files(wrong)
    screen.get_by_role("button", name="上传并检查").click()
    screen.get_by_text("文件内容不是要求的类型，请核对后重新选择。", exact=True).wait_for()
    assert screen.get_by_role("button", name="上传并检查").is_enabled()
