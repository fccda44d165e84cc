"""Lifelike ledgers for whole regions: rows by sheet, keyed by header, and the workbook of them."""

from datetime import date, timedelta
from random import Random

from openpyxl import Workbook

from jianxi.identifiers import make_id_number, make_uscc

FIRST, LAST = date(2025, 9, 1), date(2026, 10, 31)
GROUPS = {
    "chongqing": {"graduate": "离校2年内未就业高校毕业生", "youth": "16－24岁失业青年"},
    "changsha": {"graduate": "离校2年内未就业高校毕业生", "youth": "16-24岁登记失业人员"},
    "ningxia": {"graduate": "离校未就业高校毕业生", "youth": "失业青年"},
}
CATEGORIES = ["科研类", "技术技能类", "管理类", "社会服务类"]


def make_rows(slug: str, districts: list[str], *, seed: int, agreements: int = 1000) -> dict:
    """Rows without faults; every state an agreement can be in occurs."""
    random = Random(f"{slug}{seed}")
    bases = [_base(random, slug, number, random.choice(districts)) for number in range(60)]
    positions = [_position(random, number, random.choice(bases)) for number in range(150)]
    people, contracts = [], []
    while len(contracts) < agreements:
        person = _person(random, slug, len(people))
        people.append(person)
        day = FIRST - timedelta(days=random.randrange(0, 200))
        for _ in range(random.choice([1, 1, 1, 2])):
            contract = _agreement(random, len(contracts), person, random.choice(positions), day)
            contracts.append(contract)
            if contract["结束日期"] is None:
                break
            day = contract["结束日期"] + timedelta(days=random.choice([0, 1, 40]))
            if day > LAST:
                break
    return {
        "见习基地": bases,
        "见习岗位": positions,
        "见习人员": people,
        "见习协议": contracts,
        "补贴拨付": [_payment(random, number, random.choice(bases)) for number in range(300)],
        "活动": [_activity(random, number, random.choice(districts)) for number in range(80)],
    }


def write_workbook(rows: dict, path):
    """Headers marked with * where the ledger marks them make no difference; here without."""
    book = Workbook()
    book.remove(book.active)
    for sheet, lines in rows.items():
        page = book.create_sheet(sheet)
        page.append(list(lines[0]))
        for line in lines:
            page.append(list(line.values()))
    book.save(path)


def _day(random, first=FIRST, last=LAST) -> date:
    return first + timedelta(days=random.randrange((last - first).days + 1))


def _base(random, slug, number, district) -> dict:
    recognised = _day(random, FIRST - timedelta(days=900), LAST)
    exited = recognised + timedelta(days=random.randrange(900)) if random.random() < 0.15 else None
    return {
        "单位名称": f"示例{slug}第{number}公司",
        "统一社会信用代码": make_uscc(
            number + {"chongqing": 0, "changsha": 500, "ningxia": 900}[slug]
        ),
        "所属区县": district,
        "参保人数": random.randrange(5, 400),
        "认定日期": recognised,
        "有效期至": recognised + timedelta(days=1095) if random.random() < 0.8 else None,
        "退出日期": exited if exited and exited <= LAST else None,
    }


def _position(random, number, base) -> dict:
    published = base["认定日期"] + timedelta(days=random.randrange(400))
    closed = published + timedelta(days=random.randrange(400)) if random.random() < 0.4 else None
    return {
        "岗位编号": f"GW{number:04}",
        "统一社会信用代码": base["统一社会信用代码"],
        "岗位名称": "见习助理",
        "岗位类别": random.choice(CATEGORIES),
        "招募人数": random.randrange(1, 30),
        "发布日期": published,
        "关闭日期": closed if closed and closed <= LAST else None,
    }


def _person(random, slug, number) -> dict:
    graduate = random.random() < 0.7
    birth = date(2001, 1, 1) + timedelta(days=random.randrange(1500))
    return {
        "姓名": random.choice(["欧阳测试", "买买提·试", "测试𠮷", "样例"]),
        "证件号码": make_id_number(
            {"chongqing": "500103", "changsha": "430102", "ningxia": "640104"}[slug],
            birth,
            number % 1000,
        ),
        "人员类别": GROUPS[slug]["graduate" if graduate else "youth"],
        "毕业日期": _day(random, date(2024, 6, 1), date(2026, 7, 1)) if graduate else None,
        "手机号": f"139{number:08}",
    }


def _agreement(random, number, person, position, day) -> dict:
    signed = day + timedelta(days=random.randrange(30))
    start = signed + timedelta(days=random.choice([0, 1, 7, 30]))
    end = start + timedelta(days=random.choice([91, 182, 365]))
    arrived = signed + timedelta(days=random.choice([0, 1, 1, 8, 35]))
    ended = kind = outcome = None
    fate = random.random()
    if fate < 0.08:
        arrived, ended, kind = None, signed + timedelta(days=random.randrange(60)), "未到岗取消"
    elif fate < 0.2:
        ended, kind = arrived + timedelta(days=random.randrange(80)), "非正常结束"
        outcome = random.choice([None, "未就业", "其他方式就业"])
    elif fate < 0.35:
        ended, kind = arrived + timedelta(days=random.randrange(80)), "提前留用"
        outcome = random.choice(["留用", None])
    elif fate < 0.7:
        ended, kind = max(end, arrived), "期满"
        outcome = random.choice(["留用", "留用", "其他方式就业", "未就业", None])
    elif fate < 0.75:
        arrived = None
    if arrived and arrived > LAST:
        arrived = ended = kind = outcome = None
    if ended and ended > LAST:
        ended = kind = outcome = None
    return {
        "协议编号": f"XY{number:05}",
        "证件号码": person["证件号码"],
        "岗位编号": position["岗位编号"],
        "签订日期": signed,
        "约定开始": start,
        "约定结束": end,
        "到岗日期": arrived,
        "结束日期": ended,
        "结束方式": kind,
        "就业去向": outcome,
    }


def _payment(random, number, base) -> dict:
    return {
        "拨付编号": f"BF{number:05}",
        "统一社会信用代码": base["统一社会信用代码"],
        "类型": "追回" if random.random() < 0.1 else random.choice([None, "拨付"]),
        "用途": random.choice([None, "见习补贴", "见习补贴", "社会保险补贴", "其他"]),
        "拨付日期": _day(random),
        "金额": round(random.uniform(100, 90000), 2),
    }


def _activity(random, number, district) -> dict:
    return {
        "活动编号": f"HD{number:04}",
        "所属区县": district,
        "活动日期": _day(random),
        "活动类型": random.choice(["线上对接", "线下对接", "政策宣讲"]),
        "参与基地数": random.randrange(40),
        "提供岗位数": random.randrange(400),
        "参与失业青年数": random.randrange(90),
        "参与毕业生数": random.randrange(90),
        "促成上岗数": random.choice([None, 3]),
        "服务用人单位数": random.randrange(50),
        "服务青年数": random.randrange(500),
    }
