"""The empty workbook to fill in."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from jianxi.ledger.sheets import registered
from jianxi.ledger.template import write_template
from regions.models import District, Region
from tests.factories import in_region


def template(slug, **options):
    file = BytesIO()
    write_template(Region.objects.get(slug=slug), file, **options)
    file.seek(0)
    return file


def choices(workbook, sheet, header) -> list[str]:
    page = workbook[sheet]
    [letter] = [cell.column_letter for cell in page[1] if cell.value.strip("*") == header]
    for validation in page.data_validations.dataValidation:
        if f"{letter}2" in validation.sqref:
            area = validation.formula1.split("!")[1].replace("$", "")
            return [cell.value for row in workbook["可选项"][area] for cell in row]
    return []


@pytest.mark.django_db
def test_it_has_every_sheet_and_column_with_what_each_wants():
    workbook = load_workbook(template("chongqing"))
    assert workbook.sheetnames == [
        "见习基地",
        "见习岗位",
        "见习人员",
        "见习协议",
        "补贴拨付",
        "活动",
        "可选项",
    ]
    assert workbook["可选项"].sheet_state == "hidden"
    for sheet in registered():
        heads = [cell.value for cell in workbook[sheet.name][1]]
        assert heads == [c.header + ("*" if c.required else "") for c in sheet.columns]
        assert all(
            cell.comment.text.startswith(("必填", "选填")) for cell in workbook[sheet.name][1]
        )
    page = workbook["见习人员"]
    texts = {
        cell.value
        for cell in page[1]
        if page.column_dimensions[cell.column_letter].number_format == "@"
    }
    assert texts == {"证件号码*", "手机号", "银行卡号"}


@pytest.mark.django_db
def test_choices_are_the_regions_own():
    workbook = load_workbook(template("ningxia"))
    assert choices(workbook, "见习人员", "人员类别") == ["离校未就业高校毕业生", "失业青年"]
    with in_region("ningxia"):
        lowest = [unit.name for unit in District.objects.filter(has_children=False)]
    assert choices(workbook, "见习基地", "所属区县") == lowest
    assert "银川市" in choices(workbook, "活动", "所属区县")
    assert choices(workbook, "见习协议", "结束方式") == [
        "期满",
        "提前留用",
        "非正常结束",
        "未到岗取消",
    ]


@pytest.mark.django_db
def test_an_officer_chooses_among_the_districts_held():
    with in_region("chongqing"):
        held = {District.objects.get(name="万州区").pk}
    workbook = load_workbook(template("chongqing", districts=held))
    assert choices(workbook, "见习基地", "所属区县") == ["万州区"]
    assert choices(workbook, "活动", "所属区县") == ["万州区"]
    assert len(choices(workbook, "见习人员", "常住区县")) == 41


def test_filled_in_it_loads(ledger, put, told):
    ledger.case()
    ledger.payment(ledger.sheets["见习基地"][0])
    ledger.activity()
    workbook = load_workbook(template("chongqing"))
    for name, rows in ledger.sheets.items():
        heads = [cell.value.strip("*") for cell in workbook[name][1]]
        for row in rows:
            workbook[name].append([row.get(head) for head in heads])
    file = BytesIO()
    workbook.save(file)
    outcome = put(file)
    assert (told(outcome), outcome.notes) == ([], [])
    assert {counts["created"] for counts in outcome.counts.values()} == {1}


def test_an_empty_one_says_so(put):
    outcome = put(template("chongqing"))
    assert {counts["rows"] for counts in outcome.counts.values()} == {0}
