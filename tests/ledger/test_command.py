"""`manage.py import_ledger`."""

import json

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.factories import in_region
from trainees.models import Agreement

pytestmark = pytest.mark.django_db


def run(path, capsys, *options, region="chongqing"):
    """What is printed, and the exit code."""
    code = 0
    try:
        call_command("import_ledger", str(path), "--region", region, *options)
    except SystemExit as end:
        code = end.code
    return json.loads(capsys.readouterr().out), code


def refused(path, *options, region="chongqing") -> tuple[str, int]:
    with pytest.raises(CommandError) as fault:
        call_command("import_ledger", str(path), "--region", region, *options)
    return str(fault.value), fault.value.returncode


def test_counts_and_refused_rows_are_printed_as_json(ledger, tmp_path, capsys):
    ledger.case()
    ledger.activity("南山区")
    printed, code = run(ledger.save(tmp_path / "台账.xlsx"), capsys)
    none = {"created": 0, "updated": 0, "unchanged": 0, "refused": 0, "hints": 0}
    assert code == 1
    assert printed == {
        "region": "chongqing",
        "file": "台账.xlsx",
        "dry_run": False,
        "sheets": {
            name: none | {"rows": 1, "refused" if name == "活动" else "created": 1}
            for name in ("见习基地", "见习岗位", "见习人员", "见习协议", "活动")
        },
        "refused": [
            {
                "sheet": "活动",
                "row": 2,
                "column": "所属区县",
                "message": "“南山区”：重庆市没有这个区县",
            }
        ],
        "hints": [],
        "notes": [],
    }


def test_without_refused_rows_it_ends_well(ledger, tmp_path, capsys):
    ledger.case()
    printed, code = run(ledger.save(tmp_path / "a.xlsx"), capsys, "--dry-run")
    assert (code, printed["dry_run"]) == (0, True)
    with in_region("chongqing"):
        assert Agreement.objects.count() == 0


def test_the_workbook_with_its_faults_is_mended_and_loaded_from(ledger, tmp_path, capsys):
    ledger.case(到岗日期="2020-01-01")
    returned = tmp_path / "退回.xlsx"
    _, code = run(ledger.save(tmp_path / "a.xlsx"), capsys, "--errors", str(returned))
    assert code == 1
    workbook = load_workbook(returned)
    page = workbook["见习协议"]
    heads = [cell.value for cell in page[1]]
    assert heads[-2:] == ["错误", "提示"]
    assert page.cell(2, len(heads) - 1).value.startswith("到岗日期：早于签订日期")
    page.cell(2, heads.index("到岗日期") + 1).value = "2026-01-05"
    workbook.save(returned)
    printed, code = run(returned, capsys, "--errors", str(returned))
    assert (code, printed["sheets"]["见习协议"]["created"]) == (0, 1)
    assert load_workbook(returned)["见习协议"].cell(2, len(heads) - 1).value is None


def test_what_cannot_be_loaded_is_told_without_a_traceback(ledger, tmp_path):
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert refused(broken) == (
        "坏.xlsx：文件已损坏，不能读取，请用 Excel 或 WPS 打开后另存为 xlsx 再试",
        2,
    )
    assert refused(tmp_path / "没有.xlsx") == (
        f"没有这个文件：{tmp_path / '没有.xlsx'}",
        2,
    )
    ledger.activity()
    path = ledger.save(tmp_path / "a.xlsx")
    assert refused(path, region="nowhere") == ("没有统筹区“nowhere”，请先运行 load_regions", 2)
    assert refused(path, "--errors", str(tmp_path / "x" / "out.xlsx")) == (
        f"没有这个文件夹：{tmp_path / 'x'}",
        2,
    )
    assert {file.name for file in tmp_path.iterdir()} == {"a.xlsx", "坏.xlsx"}
