"""A form of twelve figures that comes with no product, and the pages it is drafted on."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from reporting.periods import Period

TWELVE = """
title = "见习工作月度快报"
unit_heading = "单位"
number_row = true
footer = ["填报单位（盖章）", "填报人"]

indicators = [
  { code = "1", label = "期末基地", unit = "家", kind = "stock", of = "bases", where = ["existing"] },
  { code = "2", label = "重点企业基地", unit = "家", kind = "stock", parent = "1", of = "bases", where = ["existing", "key_enterprise"] },
  { code = "3", label = "期末岗位", unit = "个", kind = "stock", of = "positions", where = ["existing"] },
  { code = "4", label = "期末岗位人数", unit = "人", kind = "stock", of = "positions", sum = "headcount", where = ["existing"] },
  { code = "5", label = "期末在岗", unit = "人", kind = "stock", of = "agreements", where = ["on_post"] },
  { code = "6", label = "毕业生在岗", unit = "人", kind = "stock", parent = "5", of = "agreements", where = ["on_post", "graduate"] },
  { code = "7", label = "本期到岗", unit = "人", kind = "flow", of = "agreements", where = ["arrived_in_period"] },
  { code = "8", label = "本期完成", unit = "人", kind = "flow", of = "agreements", where = ["completed_in_period"] },
  { code = "9", label = "本期留用", unit = "人", kind = "flow", parent = "8", of = "agreements", where = ["completed_in_period", "retained"] },
  { code = "10", label = "本年拨付", unit = "万元", kind = "cumulative", of = "payments", sum = "amount", where = ["internship_subsidy", "paid_this_year"] },
  { code = "11", label = "宣讲", unit = "场", kind = "flow", group = "活动", of = "activities", where = ["held_in_period", "policy_talk"] },
  { code = "12", label = "宣讲服务青年", unit = "人", kind = "flow", group = "活动", of = "activities", sum = "youths_served", where = ["held_in_period", "policy_talk"] },
]

rules = [
  { code = "Q1", official = "1≥2", expr = "[1]>=[2]", severity = "block" },
  { code = "Q2", official = "4≥3", expr = "[4]>=[3]", severity = "block" },
  { code = "Q3", official = "8≥9", expr = "[8]>=[9]", severity = "block" },
  { code = "Q4", expr = "[5]=[5]@-1+[7]-[8]", severity = "explain" },
  { code = "Q5", expr = "[7]<=0", severity = "hint" },
  { code = "Q6", expr = "[*]=[*]#children", severity = "explain", scope = "consolidated" },
]
"""
# Of tests.months.records: a base, a position of four, two on post, one arrived, one kept, 2100.50.
FIGURES = {"1": 1, "2": 0, "3": 1, "4": 4, "5": 2, "6": 2, "7": 1, "8": 1, "9": 1} | {
    "10": Decimal("2100.50"),
    "11": 0,
    "12": 0,
}


def go(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


def coming() -> Period:
    return Period.month_of(timezone.localdate()).next


def typed(**facts):
    return {
        "key": "quick12",
        "effective_from": str(coming()),
        "reporting_level": "",
        "order": "5",
        "text": TWELVE,
    } | facts


def indicator(code: str, **facts) -> dict:
    """The row of one that counts arrivals, with some of its facts otherwise."""
    return {
        "code": code,
        "label": f"指标{code}",
        "unit": "人",
        "kind": "flow",
        "of": "agreements",
        "where": ["arrived_in_period"],
    } | facts
