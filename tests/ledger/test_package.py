"""Files that are no workbook, or worse: told in words before anything reads them."""

import random
import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as Openpyxl

from jianxi.ledger import package
from jianxi.ledger.package import NotLoaded, Unreadable
from jianxi.ledger.workbook import Mark, Workbook
from tests.ledger.build import HEAD, TAIL, Formula, LedgerBuilder, rebuilt

SHEETS = ["见习基地", "活动"]


def with_sheet(xml: str) -> BytesIO:
    """A ledger whose 活动 sheet is this XML."""
    ledger = LedgerBuilder()
    ledger.activity()
    return rebuilt(ledger.file(), {"xl/worksheets/sheet1.xml": HEAD + xml + TAIL})


def _sound() -> bytes:
    ledger = LedgerBuilder()
    ledger.activity()
    ledger.base()
    return ledger.file().getvalue()


SOUND = _sound()


def words_for(file) -> str:
    with pytest.raises(Unreadable) as fault:
        Workbook(file, SHEETS)
    return str(fault.value)


def rows_of(file, sheet="活动") -> list:
    _, lines = Workbook(file, SHEETS).open(sheet, ["活动编号"])
    return list(lines)


def test_a_file_of_another_kind_is_told_apart():
    assert words_for(BytesIO(b"")) == package.NOT_XLSX
    assert words_for(BytesIO(b"\xff\xd8\xff\xe0 a picture")) == package.NOT_XLSX
    assert words_for(BytesIO(b"PK\x03\x04 cut off")) == package.BROKEN
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert words_for(BytesIO(old)) == package.NOT_XLSX
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert words_for(BytesIO(locked)) == package.PROTECTED


def test_an_archive_that_is_no_workbook_is_told():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert words_for(file) == package.NOT_XLSX


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_broken_part_is_told(ledger, part):
    ledger.activity()
    assert words_for(rebuilt(ledger.file(), {part: "<broken"})) == package.BROKEN


def test_a_missing_part_is_told(ledger):
    ledger.activity()
    file = rebuilt(ledger.file(), {"xl/_rels/workbook.xml.rels": None})
    assert words_for(file) == package.BROKEN


def test_entities_are_not_expanded(ledger):
    ledger.activity()
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    assert words_for(rebuilt(ledger.file(), {"xl/workbook.xml": bomb})) == package.BROKEN


def test_a_file_without_a_ledgers_sheet_is_told():
    workbook = Openpyxl()
    workbook.active.title = "Sheet1"
    file = BytesIO()
    workbook.save(file)
    assert words_for(file) == "没有找到台账工作表，工作表应名为：见习基地、活动"


def test_two_sheets_of_one_name_are_told(ledger):
    ledger.activity()
    ledger.sheets["活动 "] = ledger.sheets["活动"]
    assert words_for(ledger.file()) == "有两张名为“活动”的工作表，请合并成一张"


# ---------------------------------------------------------------- size


def test_a_part_that_claims_to_unpack_to_too_much_is_not_unpacked(ledger, monkeypatch):
    ledger.activity()
    file = rebuilt(ledger.file(), {"xl/media/big.bin": b"\0" * 3_000_000})
    monkeypatch.setattr(package, "RATIO_FROM", 1_000_000)
    assert words_for(file) == package.TOO_BIG


def test_a_part_that_lies_about_its_size_is_unpacked_no_further_than_allowed(ledger, monkeypatch):
    ledger.activity()
    file = rebuilt(ledger.file(), {"xl/sharedStrings.xml": b" " * 5_000_000})
    raw = bytearray(file.getvalue())
    true_size, claimed = (5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert raw.count(true_size) == 2  # in the part's own head, and in the archive's list
    monkeypatch.setattr(package, "MAX_UNPACKED", 4_000_000)
    assert words_for(BytesIO(bytes(raw).replace(true_size, claimed))) == package.TOO_BIG


def test_all_parts_together_have_a_limit(ledger, monkeypatch):
    ledger.activity()
    parts = {f"xl/part{n}.xml": random.Random(n).randbytes(400_000) for n in range(4)}
    monkeypatch.setattr(package, "MAX_UNPACKED", 1_200_000)
    assert words_for(rebuilt(ledger.file(), parts)) == package.TOO_BIG


def test_a_cell_in_a_far_row_or_column_is_told_and_not_loaded():
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="900000"><c r="A900000"><v>1</v></c></row>'
    assert words_for(with_sheet(far)) == "工作表“活动”超过200,000行，请分成几个文件导入"
    wide = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    assert words_for(with_sheet(wide)).startswith("工作表“活动”第XFD列还有内容，最多100列")


def test_far_cells_that_only_carry_a_format_do_no_harm():
    xml = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>活动编号</t></is></c><c r="XFD1" s="1"/></row>'
        '<row r="2"><c r="A2"><v>7</v></c></row><row r="1048576"><c r="A1048576" s="1"/></row>'
    )
    assert rows_of(with_sheet(xml)) == [(2, [7.0])]


def test_cells_without_an_address_are_told():
    xml = "<row><c><v>1</v></c></row>"
    assert words_for(with_sheet(xml)).startswith("工作表“活动”的格式不标准")


@given(
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=6),
    st.none() | st.integers(0, 2**16),
)
def test_a_damaged_file_is_read_or_told_and_never_breaks_anything(changes, length):
    raw = bytearray(SOUND)
    for place, byte in changes:
        raw[place % len(raw)] = byte
    raw = raw if length is None else raw[: length % len(raw)]
    told = ""
    try:
        workbook = Workbook(BytesIO(bytes(raw)), SHEETS)
        rows = [list(workbook.open(name, ["活动编号"])[1]) for name in workbook.sheets]
    except NotLoaded as fault:
        told = str(fault)
    assert told or rows


# ---------------------------------------------------------------- cells without a value


def test_a_formula_counts_by_its_stored_result():
    xml = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>活动编号</t></is></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>A2&amp;""</f><v>2</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c></row>'
    )
    assert rows_of(with_sheet(xml)) == [(2, [2.0, "2", ""])]


def test_a_formula_without_a_result_and_an_error_have_no_value():
    xml = (
        '<row r="1"><c r="B1" t="inlineStr"><is><t>活动编号</t></is></c></row>'
        '<row r="2"><c r="B2"><f>1+1</f><v/></c><c r="C2" t="e"><v>#N/A</v></c>'
        '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/></c></row>'
    )
    (second, cells), (third, more) = rows_of(with_sheet(xml))
    assert (second, third) == (2, 3)
    assert cells == ["", package.FORMULA, package.ERROR, package.ERROR]
    assert [type(cell) for cell in cells[1:]] == [Mark, Mark, Mark]
    assert more[1] == package.FORMULA


def test_openpyxls_formulas_have_no_result(ledger):
    ledger.activity(活动日期=Formula("=TODAY()"))
    [(_, cells)] = rows_of(ledger.file())
    assert cells[2] == package.FORMULA


def test_text_that_looks_like_a_formula_or_an_error_is_text(ledger):
    ledger.activity(活动名称="=1+1", 活动编号="#N/A")
    [(_, cells)] = rows_of(ledger.file())
    assert (cells[0], cells[4]) == ("#N/A", "=1+1")


def test_prefixed_sheets_are_read_alike():
    xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>活动编号</x:t></x:is></x:c>'
        '</x:row><x:row r="2"><x:c r="A2"><x:f>1+1</x:f></x:c><x:c r="B2"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    ledger = LedgerBuilder()
    ledger.activity()
    file = rebuilt(ledger.file(), {"xl/worksheets/sheet1.xml": xml})
    assert rows_of(file) == [(2, [package.FORMULA, 1.0])]


def test_rows_keep_their_numbers_when_the_sheet_begins_further_down():
    workbook = Openpyxl()
    page = workbook.active
    page.title = "活动"
    page["C4"], page["C6"], page["D6"] = "活动编号*", "HD1", date(2026, 10, 8)
    file = BytesIO()
    workbook.save(file)
    layout, lines = Workbook(file, SHEETS).open("活动", ["活动编号"])
    assert (layout.header_row, layout.columns, layout.width) == (3, {"活动编号": 2}, 4)
    assert list(lines) == [(5, ["", "", "", ""]), (6, ["", "", "HD1", date(2026, 10, 8)])]


def test_a_formula_of_a_validation_is_none_of_a_cells():
    xml = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>活动编号</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>HD1</t></is></c><c r="B2" s="0"/></row>'
        '</sheetData><extLst><ext><xm:f xmlns:xm="m">可选项!A1</xm:f></ext></extLst><sheetData>'
    )
    assert rows_of(with_sheet(xml)) == [(2, ["HD1"])]


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="A1"' + " " * 300 + "><v>1</v></c></row>",
        '<row r="1">' + '<c r="A123456"' * 200_000,
        '<row r="1">' + '<c r="A1"><f>' * 200_000 + '<c r="A2" t="e">',
        '<row r="1"><c r="A1"><v>' + "1" * 9_000_000 + "</v></c></row>",
        "<" * 2_000_000,
    ],
)
def test_a_hostile_sheet_costs_no_more_than_another(xml):
    began = monotonic()
    with suppress(Unreadable):
        rows_of(with_sheet(xml))
    assert monotonic() - began < 10
