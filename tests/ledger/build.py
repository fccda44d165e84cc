"""Lifelike ledgers for tests: valid rows of every sheet, to be bent as a test wants.

    ledger = LedgerBuilder()
    base = ledger.base(区县="万州区")
    position = ledger.position(base)
    person = ledger.person()
    ledger.agreement(person, position, 到岗日期=date(2026, 3, 2))
    file = ledger.file()          # an open xlsx file, or ledger.save(path)

Every method takes any column by its header and returns the row, a dict by header, which may be
changed until the file is made. A value that begins with "=" is text unless it is `Formula`.
"""

import zipfile
from collections import defaultdict
from datetime import date, timedelta
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from jianxi.identifiers import make_id_number, make_uscc

GRADUATE, UNEMPLOYED = "离校2年内未就业高校毕业生", "16-24岁失业青年"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英"
SECTORS = ["制造", "软件", "物流", "餐饮", "教育", "医药", "建筑", "金融"]


class Formula(str):
    """A formula without a stored result, as openpyxl writes it."""


class LedgerBuilder:
    """`sheets`: rows by sheet. `columns` may drop or reorder a sheet's headers before `file`."""

    def __init__(self, start: date = date(2025, 9, 1), seed: int = 0):
        self.start = start
        self.seed = seed
        self.sheets: dict[str, list[dict]] = defaultdict(list)
        self.columns: dict[str, list[str]] = {}
        self._count = defaultdict(int)

    def _next(self, kind) -> int:
        self._count[kind] += 1
        return self.seed + self._count[kind]

    def add(self, sheet: str, row: dict, changes: dict) -> dict:
        row |= changes
        self.sheets[sheet].append(row)
        return row

    def base(self, district: str = "万州区", **changes) -> dict:
        n = self._next("base")
        row = {
            "单位名称": f"{SECTORS[n % len(SECTORS)]}见习样例{n}有限公司",
            "统一社会信用代码": make_uscc(n),
            "所属区县": district,
            "单位类型": "企业",
            "行业": SECTORS[n % len(SECTORS)],
            "成立日期": date(2015, 3, 1),
            "参保人数": 40 + n % 200,
            "联系人": person_name(n),
            "联系电话": f"138{n:08d}",
            "认定日期": self.start - timedelta(days=200),
            "有效期至": self.start + timedelta(days=895),
            "退出日期": None,
            "退出原因": None,
        }
        return self.add("见习基地", row, changes)

    def position(self, base: dict, **changes) -> dict:
        n = self._next("position")
        row = {
            "岗位编号": f"GW{n:06d}",
            "统一社会信用代码": base["统一社会信用代码"],
            "岗位名称": f"见习岗位{n}",
            "岗位类别": ("技术技能类", "管理类", "科研类", "社会服务类")[n % 4],
            "招募人数": 1 + n % 9,
            "发布日期": self.start - timedelta(days=30),
            "有效期至": self.start + timedelta(days=700),
            "关闭日期": None,
            "学历要求": "大专及以上",
            "月基本生活费": 2100.5,
            "工作地点": base["所属区县"],
            "示范岗位": "否",
        }
        return self.add("见习岗位", row, changes)

    def person(self, group: str = GRADUATE, **changes) -> dict:
        n = self._next("person")
        born = date(2001, 1, 1) + timedelta(days=n % 1000)
        row = {
            "姓名": person_name(n),
            "证件类型": None,
            "证件号码": make_id_number(f"5001{n // 1000 % 90 + 10}", born, n // 90_000 * 2 % 1000),
            "出生日期": None,
            "人员类别": group,
            "学历": "本科",
            "毕业院校": "样例大学",
            "专业": "计算机",
            "毕业日期": date(2025, 6, 30) if group == GRADUATE else None,
            "失业登记日期": None if group == GRADUATE else date(2025, 7, 15),
            "手机号": f"139{n:08d}",
            "常住区县": None,
            "银行卡号": luhn_card(n),
            "开户行": "样例银行",
        }
        return self.add("见习人员", row, changes)

    def agreement(self, person: dict, position: dict, **changes) -> dict:
        n = self._next("agreement")
        signed = changes.get("签订日期") or self.start + timedelta(days=n % 60)
        row = {
            "协议编号": f"XY{n:06d}",
            "证件类型": person.get("证件类型"),
            "证件号码": person["证件号码"],
            "岗位编号": position["岗位编号"],
            "签订日期": signed,
            "约定开始": signed + timedelta(days=3),
            "约定结束": signed + timedelta(days=183),
            "到岗日期": signed + timedelta(days=3),
            "结束日期": None,
            "结束方式": None,
            "结束原因": None,
            "就业去向": None,
            "就业日期": None,
            "带教老师": person_name(n + 7),
            "月基本生活费": 2100,
            "保险公司": "样例保险",
            "保险单号": f"BX{n:08d}",
        }
        return self.add("见习协议", row, changes)

    def payment(self, base: dict, **changes) -> dict:
        n = self._next("payment")
        row = {
            "拨付编号": f"BF{n:06d}",
            "统一社会信用代码": base["统一社会信用代码"],
            "类型": None,
            "用途": None,
            "拨付日期": self.start + timedelta(days=n % 90),
            "金额": 1000 + n % 5000 + 0.25,
            "资金层级": "省级",
            "摘要": None,
        }
        return self.add("补贴拨付", row, changes)

    def activity(self, district: str = "万州区", **changes) -> dict:
        n = self._next("activity")
        row = {
            "活动编号": f"HD{n:06d}",
            "所属区县": district,
            "活动日期": self.start + timedelta(days=n % 90),
            "活动类型": ("线上对接", "线下对接", "政策宣讲")[n % 3],
            "活动名称": f"专场{n}",
            "参与基地数": n % 20,
            "提供岗位数": n % 80,
        }
        return self.add("活动", row, changes)

    def case(self, district: str = "万州区", **changes) -> dict:
        """One agreement with all it needs."""
        return self.agreement(self.person(), self.position(self.base(district)), **changes)

    # ------------------------------------------------------------ the file

    def save(self, path):
        """`path`, or an open binary file."""
        workbook = Workbook(write_only=True)
        for name, rows in self.sheets.items():
            page = workbook.create_sheet(name)
            headers = self.columns.get(name) or list(dict.fromkeys(h for row in rows for h in row))
            page.append(headers)
            for row in rows:
                page.append([_cell(page, row.get(header)) for header in headers])
        workbook.save(path)
        return path

    def file(self) -> BytesIO:
        file = BytesIO()
        self.save(file)
        file.seek(0)
        return file


def _cell(page, value):
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if isinstance(value, str) and value.startswith(("=", "#")):
        cell = WriteOnlyCell(page, str(value))
        cell.data_type = "f" if isinstance(value, Formula) else "s"
        return cell
    return value


def person_name(n: int) -> str:
    return SURNAMES[n % 20] + GIVEN[n // 20 % 22] + (GIVEN[n // 440 % 22] if n % 3 else "")


def luhn_card(n: int) -> str:
    """A made-up card number whose check digit is right."""
    body = f"62220000{n:010d}"
    digits = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))]
    return body + str(-sum(d - 9 if d > 9 else d for d in digits) % 10)


# ---------------------------------------------------------------- files by their parts

HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def rebuilt(file, changes: dict[str, bytes | str | None]) -> BytesIO:
    """The file with some parts replaced, or (None) left out."""
    result = BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*source.namelist(), *changes}:
            content = changes[name] if name in changes else source.read(name)
            if content is not None:
                new.writestr(name, content)
    result.seek(0)
    return result
