"""Loading a ledger of some 40,000 rows with all its checks."""

import time
from datetime import date
from itertools import count
from statistics import median
from tempfile import NamedTemporaryFile

from django.db import transaction
from openpyxl import Workbook

from activities.models import Activity
from bases.models import Base, Employer, EmployerProfile
from benchmarks.table import Measure
from jianxi.ledger.book import load
from jianxi.tenancy import scope
from portal.demo.loading import fill, shared_out
from portal.demo.scales import Scale
from portal.demo.sheet import Sheet
from positions.models import Position
from regions.models import District, Region
from regions.policy import policy_at
from subsidies.models import Payment
from trainees.models import Agreement, Trainee

# some 40,000 rows in all
SCALE = Scale(bases=600, positions=2000, places=20_000, agreements=15_000, payment_months=1)
GOAL = 4000  # rows a second
ROUNDS = 3


class Refused(AssertionError):
    """Rows that should load did not."""


def measure(region: Region, today: date) -> list[Measure]:
    """Into a region without records; what is loaded is taken back."""
    seconds = []
    with NamedTemporaryFile(suffix=".xlsx") as file:
        rows = write(region, today, file)
        for _ in range(ROUNDS):
            start = time.perf_counter()
            with transaction.atomic():
                outcome = load(file, region=region, actor="benchmark", name="ledger.xlsx")
                transaction.set_rollback(True)
            seconds.append(time.perf_counter() - start)
            if outcome.refused_rows:
                raise Refused([str(remark) for remark in outcome.refused[:5]])
    speed = rows / median(seconds)
    return [
        Measure(
            f"importing a ledger of {rows:,} rows, every check",
            f"{speed:,.0f} rows/s",
            goal=f"≥ {GOAL:,}",
            met=speed >= GOAL,
        )
    ]


def write(region: Region, today: date, file, scale: Scale = SCALE) -> int:
    """Made-up records as a ledger workbook; returns how many rows."""
    numbers = count(1)
    with scope(region=region):
        sheet = Sheet(region, lambda model: next(numbers))
        for _ in fill(sheet, shared_out(scale), scale, 1, today):
            pass
        lines = _lines(sheet, today)
    book = Workbook(write_only=True)
    for name, rows in lines.items():
        page = book.create_sheet(name)
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    book.save(file)
    return sum(map(len, lines.values()))


def _lines(sheet: Sheet, today: date) -> dict[str, list[dict]]:
    rows = {model: {row["id"]: row for row in found} for model, found in sheet.rows.items()}
    profiles = rows[EmployerProfile]
    employer = {pk: rows[Employer][row["employer_id"]] for pk, row in profiles.items()}
    uscc = {pk: employer[row["profile_id"]]["uscc"] for pk, row in rows[Base].items()}
    units = dict(District.objects.values_list("pk", "name"))
    groups = policy_at(today).value("youth_groups")
    standing = [row for row in rows[Agreement].values() if not row.get("voided_at")]
    return {
        "见习基地": [
            {
                "单位名称": profiles[row["profile_id"]]["name"],
                "统一社会信用代码": uscc[row["id"]],
                "所属区县": units[row["district_id"]],
                "单位类型": profiles[row["profile_id"]]["kind"],
                "行业": profiles[row["profile_id"]]["industry"],
                "成立日期": profiles[row["profile_id"]]["founded_on"],
                "参保人数": 120,
                "联系电话": profiles[row["profile_id"]]["contact_phone"],
                "认定日期": row["recognised_on"],
                "有效期至": row["valid_until"],
                "退出日期": row["exited_on"],
                "退出原因": row["exit_reason"],
            }
            for row in rows[Base].values()
        ],
        "见习岗位": [
            {
                "岗位编号": row["number"],
                "统一社会信用代码": uscc[row["base_id"]],
                "岗位名称": row["title"],
                "岗位类别": Position.Category(row["category"]).label,
                "招募人数": row["headcount"],
                "发布日期": row["published_on"],
                "有效期至": row["valid_until"],
                "关闭日期": row["closed_on"],
                "学历要求": row["education"],
                "月基本生活费": row["allowance"],
                "工作地点": row["workplace"],
                "岗位职责": row["duties"],
            }
            for row in rows[Position].values()
        ],
        "见习人员": [
            {
                "姓名": row["name"],
                "证件号码": row["document_number"],
                "人员类别": groups[row["group"]],
                "学历": row["education"],
                "毕业院校": row["school"],
                "专业": row["major"],
                "毕业日期": row["graduated_on"],
                "失业登记日期": row["unemployed_since"],
                "困难类别": row["hardship"],
                "手机号": row["phone"],
                "常住区县": units[row["home_district_id"]],
                "银行卡号": row["bank_card"],
                "开户行": row["bank"],
            }
            for row in rows[Trainee].values()
        ],
        "见习协议": [
            {
                "协议编号": row["number"],
                "证件号码": rows[Trainee][row["trainee_id"]]["document_number"],
                "岗位编号": rows[Position][row["position_id"]]["number"],
                "签订日期": row["signed_on"],
                "约定开始": row["planned_start"],
                "约定结束": row["planned_end"],
                "到岗日期": row["arrived_on"],
                "结束日期": row["ended_on"],
                "结束方式": _label(Agreement.EndKind, row["end_kind"]),
                "结束原因": row.get("end_reason"),
                "就业去向": _label(Agreement.Outcome, row.get("outcome")),
                "就业日期": row.get("outcome_on"),
                "带教老师": row["mentor"],
                "月基本生活费": row["allowance"],
                "保险公司": row["insurer"],
                "保险单号": row["insurance_number"],
            }
            for row in standing
        ],
        "补贴拨付": [
            {
                "拨付编号": row["number"],
                "统一社会信用代码": uscc[row["base_id"]],
                "类型": Payment.Kind(row["kind"]).label,
                "用途": _label(Payment.Purpose, row.get("purpose")),
                "拨付日期": row["paid_on"],
                "金额": row["amount"],
                "资金层级": Payment.Level(row["level"]).label,
            }
            for row in rows[Payment].values()
        ],
        "活动": [
            {
                "活动编号": row["number"],
                "所属区县": units[row["district_id"]],
                "活动日期": row["held_on"],
                "活动类型": Activity.Kind(row["kind"]).label,
                "活动名称": row["title"],
            }
            for row in rows[Activity].values()
        ],
    }


def _label(choices, value) -> str | None:
    return choices(value).label if value else None
