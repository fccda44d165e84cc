"""A region's own blank workbook: its places guessed and put right, filled, and refused when bad."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from jianxi.ledger.package import Unreadable
from reporting.blank.filling import fill
from reporting.blank.places import Places, faults, guess
from reporting.blank.reading import open_blank, sheet_of
from reporting.blank.rows import shifted
from reporting.definitions import read_form
from reporting.exports import UnitRow, write_workbook
from reporting.models import Form, FormWorkbook
from tests import blanks
from tests.factories import district
from tests.months import address, compiled, officers, records
from tests.people import make_member, make_office

HERE, ABOVE = "渝中区", "重庆市"
NATIONAL, PROGRESS = read_form("national14"), read_form("progress")
FIGURES = {code: int(code) for code in NATIONAL.by_code} | {"14": 9614370}
COLUMNS = dict(zip(reversed(blanks.CODES), "CDEFGHIJKLMNOP", strict=True))


def places_of(blank) -> Places:
    return guess(sheet_of(open_blank(blank), "汇总"), NATIONAL)


def filled(blank, rows, places=None, note=""):
    places = places or places_of(blank)
    blank.seek(0)
    out = BytesIO()
    added = {code: sum(row.figures[code] for row in rows) for code in FIGURES}
    fill(
        NATIONAL,
        blank,
        "汇总",
        places,
        out,
        period="2026年3月",
        rows=rows,
        total=UnitRow("合计", added),
        details={"填报单位（盖章）": "某市人社局", "填报人": "王某"},
        note=note,
    )
    return load_workbook(out)


def column(sheet, letter, first, last):
    return [sheet[f"{letter}{row}"].value for row in range(first, last + 1)]


# --- Guessing


def test_the_header_tells_where_figures_go():
    assert places_of(blanks.workbook(["万州区"])) == Places(
        unit="B",
        first_row=6,
        last_row=8,
        total_row=9,
        columns={code: COLUMNS[code] for code in NATIONAL.by_code},
        period="A2",
        details={"填报单位（盖章）": "A10", "填报人": "I10"},
    )


@pytest.mark.parametrize("form", [NATIONAL, PROGRESS], ids=lambda form: form.key)
def test_what_is_drawn_from_the_data_is_recognised(form):
    out = BytesIO()
    rows = [UnitRow(name, dict.fromkeys(form.by_code, 0)) for name in ("万州区", "黔江区")]
    write_workbook(
        form, out, period="2026年3月", rows=rows, total=UnitRow("合计", rows[0].figures), details={}
    )
    sheet = load_workbook(out).active
    found = guess(sheet, form)
    letters = [get_column_letter(n) for n in range(2, 2 + len(form.by_code))]
    assert found.columns == dict(zip(form.by_code, letters, strict=True))
    assert (found.unit, found.last_row - found.first_row) == ("A", 1)
    assert found.total_row == found.last_row + 1
    assert set(found.details) == {*form.heading, *form.footer}
    assert faults(sheet, found) == {}


# --- Filling


def test_printed_units_keep_their_lines_and_others_take_free_ones():
    blank = blanks.workbook(["黔江区", "已撤区"], lines=4)
    rows = [UnitRow("万州区", FIGURES), UnitRow("黔江区", dict.fromkeys(FIGURES, 0))]
    sheet = filled(blank, rows)["汇总"]
    assert column(sheet, "B", 6, 10) == ["黔江区", "已撤区", "万州区", None, "合计"]
    assert column(sheet, "P", 6, 10) == [0, None, 1, None, 1]
    assert column(sheet, "C", 6, 10) == [0, None, 961.44, None, "=SUM(C6:C9)"]
    assert sheet["A2"].value == "统计期：2026年3月"
    assert (sheet["A11"].value, sheet["I11"].value) == (
        "填报单位（盖章）：某市人社局",
        "填报人：王某",
    )
    assert (sheet["P8"].font.name, sheet["P8"].number_format) == ("仿宋", "General")


def test_lines_are_added_as_the_last_one_is_drawn():
    blank = blanks.workbook(lines=2)
    rows = [UnitRow(f"{n}号区", FIGURES) for n in range(1, 6)]
    book = filled(blank, rows)
    sheet = book["汇总"]
    assert column(sheet, "B", 6, 11) == ["1号区", "2号区", "3号区", "4号区", "5号区", "合计"]
    assert column(sheet, "P", 6, 11) == [1, 1, 1, 1, 1, 5]
    assert sheet["C11"].value == "=SUM(C6:C10)"
    assert sheet["B11"].fill.fgColor.rgb == "00FFFF00"
    assert (sheet["D10"].font.name, sheet["D10"].border.left.style) == ("仿宋", "thin")
    assert [sheet.row_dimensions[row].height for row in (10, 11)] == [31, 40]
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:P1", "A3:A5", "A12:H12"}
    assert sheet["A12"].value == "填报单位（盖章）：某市人社局"
    assert sheet.print_area == "'汇总'!$A$1:$P$12"
    assert book["说明"]["A1"].value == "=汇总!C11"


def test_one_line_alone_grows_with_the_formula_over_it():
    sheet = filled(blanks.workbook(lines=1), [UnitRow(f"{n}号区", FIGURES) for n in (1, 2, 3)])[
        "汇总"
    ]
    assert sheet["C9"].value == "=SUM(C6:C8)"


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=SUM(B6:B8)", "=SUM(B6:B10)"),
        ("=B8+B9", "=B8+B11"),
        ('=B$9&"B9"&名称', '=B$11&"B9"&名称'),
        ("=说明!B9", "=说明!B9"),
        ("='汇总'!$B$9", "='汇总'!$B$11"),
        ("=SUM(B:B)", "=SUM(B:B)"),
    ],
)
def test_a_formula_follows_what_it_speaks_of(formula, moved):
    assert shifted(formula, "汇总", 8, 2) == moved


# --- Refusals


def with_macro() -> bytes:
    blank = blanks.workbook()
    with zipfile.ZipFile(blank, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return blank.getvalue()


def with_a_doctype() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(blanks.workbook()) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/styles.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text
            new.writestr(name, text)
    return out.getvalue()


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (with_macro, "宏"),
        (encrypted, "打开密码"),
        (with_a_doctype, "损坏"),
        (lambda: b"PK\x03\x04 not at all", "损坏"),
        (lambda: b"%PDF-1.4", "不是 xlsx"),
    ],
)
def test_what_is_no_blank_workbook_is_refused_in_words(content, words):
    with pytest.raises(Unreadable, match=words):
        open_blank(BytesIO(content()))


def test_a_sheet_that_is_not_there_or_no_form():
    book = Workbook()
    book.active["A2000"] = "远"
    with pytest.raises(Unreadable, match="没有工作表"):
        sheet_of(book, "汇总")
    with pytest.raises(Unreadable, match="2,000 行"):
        sheet_of(book, "Sheet")


def test_figures_go_neither_into_formulas_nor_into_merged_cells():
    blank = blanks.workbook(formulas=["D7"])
    book = open_blank(blank)
    sheet = book["汇总"]
    found = faults(sheet, guess(sheet, NATIONAL))
    assert found == {"column 13": faults_of("D7")}
    sheet.merge_cells("E6:F6")
    assert "F6 是合并单元格" in faults(sheet, guess(sheet, NATIONAL))["column 11"]


def faults_of(place):
    return f"{place} 里有公式，这里要填数；请在空白表里删去公式后重新上传，或改用别的列、行。"


# --- Pages


@pytest.fixture
def form(chongqing):
    return Form.objects.get(key="national14")


@pytest.fixture
def manager(client, chongqing):
    client.force_login(make_member(make_office(ABOVE), "admin", "viewer"))
    return client


def page(form, name="form_blank"):
    return reverse(f"office:{name}", args=["chongqing", form.pk])


def send(client, form, content, name="空白表.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(page(form), {"part": "file", "file": file})


def typed(shown) -> dict:
    """The places form as the page shows it."""
    form = shown.context["places_form"]
    return {name: form[name].value() or "" for name in form.fields} | {
        "sheet": shown.context["own"].sheet,
        "file": shown.context["own"].file_id,
    }


def test_uploaded_looked_at_put_right_and_used(manager, chongqing, form):
    records(HERE)
    compiled(chongqing)
    assert send(manager, form, blanks.workbook([HERE], lines=2).getvalue()).status_code == 302
    shown = manager.get(page(form))
    assert shown.context["own"].sheet == "汇总"
    entered = typed(shown)
    assert (entered["unit"], entered["column_1"], entered["total_row"]) == ("B", "P", 8)
    looked = manager.post(page(form), entered | {"part": "look"})
    assert HERE not in looked.context["look"]["added"]
    assert FormWorkbook.objects.get().cells == {}
    wrong = manager.post(page(form), entered | {"part": "use", "column_1": "c", "unit": "7"})
    assert wrong.status_code == 422
    assert set(wrong.context["places_form"].errors) == {"unit"}
    wrong = manager.post(page(form), entered | {"part": "use", "column_1": "c"})
    assert wrong.context["places_form"].errors == {"column_14": ["C 列已经用于指标 1。"]}
    assert FormWorkbook.objects.get().cells == {}
    assert manager.post(page(form), entered | {"part": "use"}).status_code == 302
    got = manager.get(address("month_xlsx"))
    sheet = load_workbook(BytesIO(b"".join(got)))["汇总"]
    assert [sheet["B6"].value, sheet["P6"].value, sheet["D6"].value] == [HERE, 1, 2]
    assert manager.post(page(form, "form_blank_remove")).status_code == 302
    got = manager.get(address("month_xlsx"))
    assert load_workbook(BytesIO(b"".join(got))).active["A1"].value == form.title


def test_a_bad_file_keeps_the_one_in_use(manager, chongqing, form):
    send(manager, form, blanks.workbook().getvalue())
    before = FormWorkbook.objects.get().file_id
    refused = send(manager, form, with_macro())
    assert refused.status_code == 422
    assert "宏" in refused.context["file_form"].errors["file"][0]
    assert FormWorkbook.objects.get().file_id == before


def test_what_is_no_form_at_all_is_told_at_once_and_keeps_the_one_in_use(manager, chongqing, form):
    send(manager, form, blanks.workbook().getvalue())
    before = FormWorkbook.objects.get().file_id
    other, out = Workbook(), BytesIO()
    other.active.append(["采购单", "数量", "价格"])
    other.active.append(["打印纸", 3, 20])
    other.save(out)
    refused = send(manager, form, out.getvalue())
    assert refused.status_code == 422
    assert "没有认出任何一项指标" in refused.context["file_form"].errors["file"][0]
    assert FormWorkbook.objects.get().file_id == before


def test_units_printed_elsewhere_are_found_or_named_never_there_twice(manager, chongqing, form):
    records(HERE)
    compiled(chongqing)
    blank = load_workbook(blanks.workbook(lines=2))
    sheet = blank["汇总"]  # lines 6, 7; the total in 8, the foot in 9; the names far below
    for row, name in ((12, "渝中"), (13, "重庆市万州区"), (14, "没有的区")):
        sheet.cell(row, 2, name)
    out = BytesIO()
    blank.save(out)
    send(manager, form, out.getvalue())
    entered = typed(manager.get(page(form)))
    assert (entered["first_row"], entered["last_row"], entered["total_row"]) == (12, 13, 8)
    looked = manager.post(page(form), entered | {"part": "look"}).context["look"]
    assert {HERE, "万州区"} & set(looked["added"]) == set()
    wrong = entered | {"part": "use", "first_row": "6", "last_row": "7", "total_row": "8"}
    refused = manager.post(page(form), wrong)
    told = refused.context["places_form"].errors["last_row"][0]
    assert (refused.status_code, told.partition(" 行印着")[0]) == (
        422,
        "第 12（渝中）、13（重庆市万州区）",
    )
    assert FormWorkbook.objects.get().cells == {}


def test_what_was_typed_for_another_file_is_not_taken(manager, chongqing, form):
    send(manager, form, blanks.workbook().getvalue())
    entered = typed(manager.get(page(form)))
    send(manager, form, blanks.workbook(lines=4).getvalue())
    late = manager.post(page(form), entered | {"part": "use"})
    assert (late.status_code, FormWorkbook.objects.get().cells) == (409, {})
    assert "刚刚换过" in late.context["fault"]


@pytest.mark.parametrize(
    "sent",
    [
        {"part": "use"},
        {"part": "look", "sheet": "没有"},
        {"part": "use", "sheet": "\0"},
        {"part": "use", "first_row": "9" * 40, "column_1": "AAAA", "total_row": "-1"},
        {"part": "use", "last_row": "1"},
        {"part": "use", "total_row": "6"},
    ],
)
def test_whatever_is_sent_is_told(manager, chongqing, form, sent):
    send(manager, form, blanks.workbook().getvalue())
    entered = typed(manager.get(page(form)))
    entered = entered | sent if len(sent) > 1 else {"file": entered["file"]} | sent
    assert manager.post(page(form), entered).status_code == 422
    assert FormWorkbook.objects.get().cells == {}


def test_a_districts_manager_reads_the_forms_and_changes_none(client, chongqing, form):
    client.force_login(officers(HERE)[HERE, "admin"])
    assert client.get(reverse("office:forms", args=["chongqing"])).status_code == 200
    assert client.get(page(form, "form")).status_code == 200
    assert send(client, form, blanks.workbook().getvalue()).status_code == 403
    assert district(HERE) is not None
    assert not FormWorkbook.objects.exists()


def test_what_is_not_in_is_said_and_seen_in_a_regions_own_workbook_too():
    blank = blanks.workbook(["黔江区", "万州区"])
    rows = [UnitRow("万州区", FIGURES, is_open=True), UnitRow("黔江区", FIGURES)]
    sheet = filled(blank, rows, note="截至今天，1 个单位未报送：万州区")["汇总"]
    assert sheet["A2"].value == "统计期：2026年3月　截至今天，1 个单位未报送：万州区"
    assert sheet.oddHeader.center.text is None
    assert column(sheet, "B", 6, 7) == ["黔江区", "万州区"]
    grounds = [sheet[f"P{row}"].fill.fgColor.rgb for row in (6, 7)]
    assert (grounds[0] != "00D9D9D9", grounds[1]) == (True, "00D9D9D9")


@pytest.mark.parametrize("place", ["merged", "beside", "large"])
def test_what_is_not_in_is_said_over_the_pages_where_the_period_has_no_room_for_it(place):
    """Once, and whole."""
    rows = [UnitRow("万州区", FIGURES, is_open=True)]
    note = "截至今天，1 个单位未报送：万州区；其数字按现在的记录"  # 53 wide
    headed, out = load_workbook(blanks.workbook(["万州区"])), BytesIO()
    sheet = headed["汇总"]
    if place == "merged":
        sheet.merge_cells("A2:F2")
    elif place == "beside":
        sheet["G2"] = "单位：个"
    else:
        sheet["A2"].font = Font(size=22)
    headed.save(out)
    sheet = filled(out, rows, note=note)["汇总"]
    assert sheet["A2"].value == "统计期：2026年3月"
    assert sheet.oddHeader.center.text == note


def test_a_workbook_is_printed_one_page_wide_unless_it_says_otherwise():
    rows = [UnitRow("万州区", FIGURES)]

    def printed(**facts):
        own, out = load_workbook(blanks.workbook(["万州区"])), BytesIO()
        for name, value in facts.items():
            setattr(own["汇总"].page_setup, name, value)
        own.save(out)
        sheet = filled(out, rows)["汇总"]
        return sheet.page_setup.orientation, bool(sheet.sheet_properties.pageSetUpPr.fitToPage)

    assert printed() == ("landscape", True)
    assert printed(orientation="portrait") == ("portrait", False)
    assert printed(scale=60) == (None, False)


def test_what_is_not_in_is_said_after_what_a_workbook_has_over_its_pages():
    rows = [UnitRow("万州区", FIGURES, is_open=True)]

    def over_its_pages(note):
        headed, out = load_workbook(blanks.workbook(["万州区"])), BytesIO()
        headed["汇总"].oddHeader.center.text = "附件2"
        headed["汇总"]["B2"] = "单位：个"
        headed.save(out)
        return filled(out, rows, note=note)["汇总"].oddHeader.center.text

    assert over_its_pages("甲&乙未报送") == "附件2　甲&&乙未报送"
    assert over_its_pages("未报送：" + "万州区、" * 99).startswith("附件2　未报送：万州区、")
    assert len(over_its_pages("万州区、" * 99)) < 250  # more than 255 is no workbook for Excel
