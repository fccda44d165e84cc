"""The figures of a ledger, reckoned a second time in plain Python, from its rows alone.

It shares nothing with the product but the meaning of the forms: where the two disagree, one of
them has misread it.
"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

SUCCESSORS = {"江北区": "两江新区", "渝北区": "两江新区"}  # from 2026 on


def figures(slug: str, rows: dict, start, end) -> dict[str, dict]:
    """By lowest unit, unrounded; units without records are absent."""
    count = defaultdict(lambda: defaultdict(Decimal))
    bases = {row["统一社会信用代码"]: row for row in rows["见习基地"]}
    positions = {row["岗位编号"]: row for row in rows["见习岗位"]}
    people = {row["证件号码"]: row for row in rows["见习人员"]}

    def unit(name):
        return SUCCESSORS.get(name, name) if end.year >= 2026 else name

    def within(day):
        return day is not None and start <= day <= end

    def exists(base):
        gone = base["退出日期"] and base["退出日期"] <= end
        lapsed = base["有效期至"] and base["有效期至"] < end
        return base["认定日期"] <= end and not gone and not lapsed

    for base in bases.values():
        figure = count[unit(base["所属区县"])]
        if exists(base):
            figure["existing"] += 1
            figure["new"] += within(base["认定日期"])
    for position in positions.values():
        base = bases[position["统一社会信用代码"]]
        closed = position["关闭日期"] and position["关闭日期"] <= end
        if position["发布日期"] <= end and not closed and exists(base):
            figure = count[unit(base["所属区县"])]
            figure["places"] += position["招募人数"]
            figure["new_places"] += position["招募人数"] if within(position["发布日期"]) else 0
    for row in rows["见习协议"]:
        base = bases[positions[row["岗位编号"]]["统一社会信用代码"]]
        figure = count[unit(base["所属区县"])]
        person = people[row["证件号码"]]
        graduate = "毕业生" in person["人员类别"]
        arrived, ended, kind = row["到岗日期"], row["结束日期"], row["结束方式"]
        retained = row["就业去向"] == "留用" or kind == "提前留用"
        waiting = not arrived or arrived >= start
        given_up = not arrived and ended and ended < start
        due = row["签订日期"] <= end and row["约定开始"] <= end
        if within(arrived) or (due and waiting and not given_up):
            figure["planned"] += 1
        if within(arrived):
            figure["arrived"] += 1
            figure["arrived_graduates"] += graduate
            if graduate:
                figure["this_year"] += person["毕业日期"].year == end.year
                figure["earlier"] += person["毕业日期"].year < end.year
        if arrived and within(ended) and kind in ("期满", "提前留用"):
            figure["completed"] += 1
            figure["retained"] += retained
            figure["retained_graduates"] += retained and graduate
            figure["otherwise"] += row["就业去向"] == "其他方式就业"
        if arrived and within(ended) and kind == "非正常结束":
            figure["broken_off"] += 1
        if arrived and arrived <= end and not (ended and ended <= end):
            figure["on_post"] += 1
    for row in rows["补贴拨付"]:
        day = row["拨付日期"]
        if row["用途"] in (None, "见习补贴") and day.year == end.year and day <= end:
            sign = -1 if row["类型"] == "追回" else 1
            base = bases[row["统一社会信用代码"]]
            count[unit(base["所属区县"])]["paid"] += sign * Decimal(str(row["金额"]))
    return count


NATIONAL = [
    "existing", "new", "places", "new_places", "planned", "arrived", "arrived_graduates",
    "completed", "retained", "retained_graduates", "otherwise", "broken_off", "on_post", "paid",
]  # fmt: skip
NINGXIA = [
    "existing", "new", "places", "new_places", "planned", "arrived", "earlier", "this_year",
    "completed", "retained", "retained_graduates", "otherwise", "broken_off", "on_post", "paid",
]  # fmt: skip


def form(slug: str, count: dict) -> dict:
    """A unit's figures by the form's codes, money in 万元 as it is printed."""
    names = NINGXIA if slug == "ningxia" else NATIONAL
    printed = {str(code): int(count[name]) for code, name in enumerate(names, 1)}
    wan = (count["paid"] / 10000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    printed[str(len(names))] = str(wan + 0)
    return printed


def added(counts: list[dict]) -> dict:
    total = defaultdict(Decimal)
    for count in counts:
        for name, value in count.items():
            total[name] += value
    return total
