"""The workbook that goes back: the same file, with the faults and hints beside each row."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from jianxi.ledger.annotate import annotate
from tests.ledger.build import HEAD, TAIL, Formula, LedgerBuilder, rebuilt


@pytest.fixture
def returned(put):
    """`returned(file)`: the file as it goes back after a dry run, as bytes to be read again."""

    def returned(file):
        target = BytesIO()
        annotate(file, put(file, dry_run=True), target)
        target.seek(0)
        return target

    return returned


def values(file, sheet) -> list[list]:
    return [[cell.value for cell in row] for row in load_workbook(file)[sheet]]


def test_faults_and_hints_stand_beside_their_rows(ledger, returned):
    ledger.activity()
    ledger.activity("南山区", 活动日期="昨天")
    base = ledger.base(有效期至="2000-01-01")
    before = ledger.file()
    after = returned(before)
    width = len(ledger.sheets["活动"][0])
    rows = values(after, "活动")
    assert rows[0][width:] == ["错误", "提示"]
    assert rows[1][width:] == [None, None]
    assert rows[2][width:] == [
        "所属区县：“南山区”：重庆市没有这个区县\n"
        "活动日期：“昨天”不是日期，请写成 2026-10-08 的样子",
        None,
    ]
    assert values(after, "见习基地")[1][len(base) :] == [
        None,
        f"有效期至：早于认定日期{base['认定日期']}，请核对",
    ]
    assert [row[:width] for row in rows] == values(before, "活动")


def test_the_rest_of_the_file_stays_as_it_is(returned):
    workbook = Workbook()
    page = workbook.active
    page.title = "活动"
    page.append(["活动编号", "所属区县", "活动日期", "活动类型", "备注"])
    page.append(["=HD1", "南山区", date(2026, 5, 1), "线上对接", "=1+1"])
    page["A2"].data_type = "s"
    page["A1"].font = Font(bold=True, color="FF0000")
    page["C2"].number_format = "yyyy/m/d"
    page.column_dimensions["B"].width = 33
    page.freeze_panes = "B2"
    page.add_data_validation(DataValidation(type="list", formula1='"甲,乙"', sqref="B2:B9"))
    workbook.create_sheet("说明")["A1"] = "不动"
    file = BytesIO()
    workbook.save(file)
    after = load_workbook(returned(file))
    page = after["活动"]
    assert (page["A2"].value, page["A2"].data_type, page["E2"].data_type) == ("=HD1", "s", "f")
    assert (page["A1"].font.b, page["A1"].font.color.rgb) == (True, "00FF0000")
    assert (page["C2"].value.date(), page["C2"].number_format) == (date(2026, 5, 1), "yyyy/m/d")
    assert (page.column_dimensions["B"].width, page.freeze_panes) == (33, "B2")
    assert [str(v.sqref) for v in page.data_validations.dataValidation] == ["B2:B9"]
    assert after["说明"]["A1"].value == "不动"
    remark = page["F2"]
    assert remark.value == "所属区县：“南山区”：重庆市没有这个区县"
    assert (remark.alignment.wrap_text, remark.fill.fgColor.rgb) == (True, "FFFDEBEA")


def test_a_formulas_stored_result_stays(returned, put, told):
    xml = (
        '<row r="1" spans="1:4"><c r="A1" t="inlineStr"><is><t>活动编号</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>所属区县</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>活动日期</t></is></c>'
        '<c r="D1" t="inlineStr"><is><t>活动类型</t></is></c></row>'
        '<row r="2" spans="1:4"><c r="A2" t="str"><f>"HD"&amp;1</f><v>HD1</v></c>'
        '<c r="B2" t="inlineStr"><is><t>南山区</t></is></c>'
        '<c r="C2" t="inlineStr"><is><t>2026-05-01</t></is></c>'
        '<c r="D2" t="inlineStr"><is><t>线上对接</t></is></c><c r="AA2" s="0"/></row>'
    )
    ledger = LedgerBuilder()
    ledger.activity()
    file = rebuilt(ledger.file(), {"xl/worksheets/sheet1.xml": HEAD + xml + TAIL})
    after = returned(file)
    assert load_workbook(after)["活动"]["A2"].value == '="HD"&1'
    assert load_workbook(after, data_only=True)["活动"]["A2"].value == "HD1"
    assert told(put(after, dry_run=True)) == told(put(file, dry_run=True))


def test_remarks_of_an_earlier_return_are_replaced(ledger, returned, put):
    ledger.activity("南山区")
    ledger.activity("南山区")
    once = returned(ledger.file())
    workbook = load_workbook(once)
    workbook["活动"]["B2"] = "万州区"
    mended = BytesIO()
    workbook.save(mended)
    width = len(ledger.sheets["活动"][0])
    rows = values(returned(mended), "活动")
    assert [row[width:] for row in rows] == [
        ["错误", "提示"],
        [None, None],
        ["所属区县：“南山区”：重庆市没有这个区县", None],
    ]


def test_a_sheet_without_remarks_is_not_touched(ledger, returned):
    ledger.activity("南山区")
    ledger.base()
    file = ledger.file()
    after = returned(file)
    parts = [zipfile.ZipFile(one) for one in (file, after)]
    names = [part.namelist() for part in parts]
    assert names[0] == names[1]
    changed = {name for name in names[0] if parts[0].read(name) != parts[1].read(name)}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
    assert {entry.compress_type for entry in parts[1].infolist()} == {zipfile.ZIP_DEFLATED}


def test_what_users_typed_does_not_break_the_file(ledger, returned):
    ledger.activity("<&>\"'㎡]]>𠮷", 活动日期=Formula("=TODAY()"))
    width = len(ledger.sheets["活动"][0])
    assert values(returned(ledger.file()), "活动")[1][width] == (
        "所属区县：“<&>\"'㎡]]>𠮷”：重庆市没有这个区县\n"
        "活动日期：公式没有计算结果，请打开文件保存一次，或改填结果"
    )


def test_prefixed_files_go_back_prefixed(ledger, returned):
    ledger.activity("南山区")
    with zipfile.ZipFile(ledger.file()) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    prefixed = (xml.replace("</", "</\0").replace("<", "<x:").replace("<x:/\0", "</x:")).replace(
        "xmlns=", "xmlns:x="
    )
    file = rebuilt(ledger.file(), {"xl/worksheets/sheet1.xml": prefixed})
    width = len(ledger.sheets["活动"][0])
    after = returned(file)
    assert values(after, "活动")[1][width] == "所属区县：“南山区”：重庆市没有这个区县"
    with zipfile.ZipFile(after) as archive:
        assert b"<c " not in archive.read("xl/worksheets/sheet1.xml")
