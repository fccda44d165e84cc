"""An officer's import in a real browser, at a desk and on a phone."""

import pytest
from django.urls import reverse

from tests.browser import expect, is_well, sign_in
from tests.factories import in_region
from tests.people import make_member, make_office
from trainees.models import Agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["page", "phone"])
def screen(request, live_server):
    """An officer of 万州区 on the page of the import."""
    screen = request.getfixturevalue(request.param)
    with in_region("chongqing"):
        sign_in(screen, live_server, make_member(make_office("万州区"), "clerk", name="王经办"))
    screen.goto(reverse("office:ledger", args=["chongqing"]))
    return screen


def test_check_look_load(screen, ledger, tmp_path):
    ledger.case()
    ledger.case(结束方式="期满", 结束日期="2025-12-01")
    ledger.activity("黔江区")
    expect(screen.get_by_role("heading", name="导入台账", level=1)).to_be_visible()
    is_well(screen)
    screen.get_by_label("台账文件").set_input_files(ledger.save(tmp_path / "九月台账.xlsx"))
    screen.get_by_role("button", name="上传并检查").click()
    screen.get_by_text("还没有写入任何数据").wait_for()
    expect(screen.get_by_role("heading", name="九月台账.xlsx")).to_be_visible()
    expect(screen.get_by_text("这条记录不在您可以导入的区县内")).to_be_visible()
    expect(screen.get_by_text("期满一般不早于这一天，请核对")).to_be_visible()
    is_well(screen)
    with screen.expect_download() as download:
        screen.get_by_role("link", name="下载批注文件").click()
    assert download.value.suggested_filename == "九月台账-批注.xlsx"
    screen.get_by_role("button", name="正式导入 8 行").click()
    screen.get_by_text("已导入，1 行退回").wait_for()
    with in_region("chongqing"):
        assert Agreement.objects.count() == 2
    screen.get_by_role("link", name="再导入一个文件").click()
    expect(screen.get_by_text("新增 8 行，退回 1 行")).to_have_count(2)
    is_well(screen)


def test_a_wrong_file_is_told_where_it_was_chosen(screen, tmp_path):
    wrong = tmp_path / "照片.xlsx"
    wrong.write_bytes(b"\xff\xd8\xff\xe0 no workbook")
    screen.get_by_label("台账文件").set_input_files(wrong)
    screen.get_by_role("button", name="上传并检查").click()
    screen.get_by_text("文件内容不是要求的类型，请核对后重新选择。", exact=True).wait_for()
    expect(screen.get_by_role("button", name="上传并检查")).to_be_enabled()
