from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from regions.folders import read_region
from reporting.definitions import read_form
from reporting.exports import UnitRow, write_workbook

NATIONAL, PROGRESS = read_form("national14"), read_form("progress")
FIGURES = {code: n for n, code in enumerate(NATIONAL.by_code)} | {"14": Decimal("2164049.99")}


def written(form=NATIONAL, rows=(), total=None, **details):
    out = BytesIO()
    write_workbook(form, out, period="2026年9月", rows=rows, total=total, details=details)
    return load_workbook(out).active


def values(sheet, row):
    return [cell.value for cell in sheet[row]]


def first_column(sheet):
    return [cell.value for cell in sheet["A"]]


def test_the_summary_form_from_top_to_bottom():
    rows = [UnitRow("万州区", FIGURES), UnitRow("黔江区", dict.fromkeys(FIGURES, 0))]
    sheet = written(
        rows=rows,
        total=UnitRow("合计", FIGURES),
        **{"填报单位（盖章）": "重庆市人力资源和社会保障局", "填报时间": "2026年10月9日"},
    )
    assert first_column(sheet) == [
        "百万就业见习岗位募集计划工作情况汇总表",
        "统计期：2026年9月",
        "项目",
        None,
        None,
        None,
        "万州区",
        "黔江区",
        "合计",
        "填报单位（盖章）：重庆市人力资源和社会保障局",
        "填报说明：",
        *[f"{n}．{note}" for n, note in enumerate(NATIONAL.notes, 1)],
    ]
    assert sheet["I2"].value == "单位：个、人、万元"
    assert values(sheet, 6) == [None, *range(1, 15)]
    assert values(sheet, 7) == ["万州区", *range(13), 216.4]
    assert values(sheet, 8) == ["黔江区", *[0] * 14]
    assert [value for value in values(sheet, 10) if value] == [
        "填报单位（盖章）：重庆市人力资源和社会保障局",
        "填报时间：2026年10月9日",
        "填报人：",
        "联系电话：",
    ]


def test_the_header_is_merged_as_the_form_nests():
    merged = {str(area) for area in written().merged_cells.ranges if 3 <= area.min_row <= 5}
    assert merged == {
        *{"A3:A5", "F3:F5", "M3:M5", "N3:N5", "O3:O5"},  # over all three rows
        *{"B3:C3", "D3:E3", "G3:H3", "I3:L3", "J4:K4"},  # over their parts
        *{"B4:B5", "D4:D5", "G4:G5", "I4:I5"},  # blank below their own label
        *{"C4:C5", "E4:E5", "H4:H5", "L4:L5"},
    }


def test_numbers_are_numbers_and_money_has_two_decimals():
    sheet = written(rows=[UnitRow("万州区", FIGURES)])
    assert {(cell.data_type, cell.number_format) for cell in sheet[7][1:14]} == {("n", "0")}
    assert (sheet["O7"].data_type, sheet["O7"].number_format) == ("n", "0.00")
    aligned = {
        (c.alignment.horizontal, c.alignment.vertical, c.alignment.indent) for c in sheet[7][1:]
    }
    assert aligned == {("right", "center", 1)}


def test_a_missing_figure_is_an_empty_cell_and_zero_is_zero():
    sheet = written(rows=[UnitRow("万州区", {"1": 0, "2": None})])
    assert values(sheet, 7) == ["万州区", 0, *[None] * 13]


def test_the_progress_form_has_its_own_heads_no_numbers_and_no_stamp_line():
    row = UnitRow("万州区", dict.fromkeys(PROGRESS.by_code, 2))
    sheet = written(PROGRESS, [row], UnitRow("合计", row.figures), 填报区县="重庆市")
    assert [value for value in values(sheet, 3) if value] == [
        "填报区县：重庆市",
        "联系人：",
        "联系电话：",
        "填报日期：",
    ]
    assert first_column(sheet) == [
        "百万就业见习岗位募集计划工作推进表",
        "统计期：2026年9月",
        "填报区县：重庆市",
        "区县",
        None,
        None,
        "万州区",
        "合计",
        "填报说明：",
        *[f"{n}．{note}" for n, note in enumerate(PROGRESS.notes, 1)],
    ]
    assert values(sheet, 7) == ["万州区", *[2] * 10]


def test_a_region_prints_its_own_words():
    (own,) = read_region("changsha").forms
    form = NATIONAL.adapted(title=own["title"], labels=own["labels"])
    sheet = written(form)
    assert (sheet["A1"].value, sheet["B3"].value, sheet["J4"].value) == (
        "就业见习岗位募集计划工作情况汇总表",
        "本期末实有见习基地总数",
        "被见习基地留用人数",
    )


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "#N/A"])
def test_text_that_begins_like_a_formula_stays_text(text):
    sheet = written(rows=[UnitRow(text, {})], 填报人=text)
    cell = sheet["A7"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", text[0] != "#")


def test_characters_a_workbook_cannot_hold_are_left_out():
    assert written(rows=[UnitRow("万\x00州\x1b区", {})])["A7"].value == "万州区"


def test_it_prints_on_a4_landscape_one_page_wide_with_the_header_on_each_page():
    rows = [UnitRow(f"区县{n}", FIGURES) for n in range(41)]
    sheet = written(rows=rows, total=UnitRow("合计", FIGURES))
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (
        "landscape",
        9,
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage is True
    assert sheet.print_title_rows == "$3:$6"
    assert sheet.freeze_panes == "B7"
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$O$56"


def test_every_place_of_the_table_has_its_lines():
    sheet = written(rows=[UnitRow("万州区", FIGURES)], total=UnitRow("合计", FIGURES))
    bare = [
        cell.coordinate
        for line in sheet.iter_rows(3, 8, 1, 15)
        for cell in line
        if not any(side.style for side in (cell.border.left, cell.border.top, cell.border.right))
    ]
    # a merged cell keeps its lines at its edges; only what lies inside one may be bare
    inside = {
        cell.coordinate
        for area in sheet.merged_cells.ranges
        for line in sheet.iter_rows(area.min_row, area.max_row, area.min_col, area.max_col)
        for cell in line
    }
    assert [place for place in bare if place not in inside] == []


def test_it_can_be_written_to_a_path(tmp_path):
    path = tmp_path / f"{date(2026, 10, 9)}.xlsx"
    write_workbook(NATIONAL, str(path), period="2026年9月", rows=[], total=None, details={})
    assert load_workbook(path).active["A2"].value == "统计期：2026年9月"
