"""What a row is held to, and what is only remarked: the complete list."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from bases.models import Base
from jianxi.identifiers import make_id_number, make_uscc
from tests.factories import in_region
from tests.ledger.build import GRADUATE, UNEMPLOYED, Formula
from trainees.models import Agreement

TOMORROW = timezone.localdate() + timedelta(days=1)
BASE, POSITION, PERSON, AGREEMENT = "见习基地", "见习岗位", "见习人员", "见习协议"
PAYMENT, ACTIVITY = "补贴拨付", "活动"
FUTURE = "还没有到，不能填写以后的日期"
UNKNOWN_USCC = make_uscc(99)


@pytest.fixture
def one_of_each(ledger):
    """A ledger with one row in every sheet; its rows by sheet."""
    base = ledger.base()
    ledger.agreement(ledger.person(), ledger.position(base))
    ledger.payment(base)
    ledger.activity()
    return {name: rows[0] for name, rows in ledger.sheets.items()}


FAULTS = [
    # filled
    (BASE, {"单位名称": None}, "单位名称", "没有填写"),
    (BASE, {"单位名称": "　 "}, "单位名称", "没有填写"),
    (BASE, {"认定日期": ""}, "认定日期", "没有填写"),
    (POSITION, {"招募人数": None}, "招募人数", "没有填写"),
    (PERSON, {"人员类别": None}, "人员类别", "没有填写"),
    (PERSON, {"毕业日期": None}, "毕业日期", "毕业生须填写毕业日期"),
    (
        PERSON,
        {"证件类型": "护照", "证件号码": "E12345678"},
        "出生日期",
        "护照里没有出生日期，须填写",
    ),
    (AGREEMENT, {"约定结束": None}, "约定结束", "没有填写"),
    (PAYMENT, {"金额": None}, "金额", "没有填写"),
    (ACTIVITY, {"活动类型": None}, "活动类型", "没有填写"),
    # readable
    (BASE, {"成立日期": "去年"}, "成立日期", "“去年”不是日期，请写成 2026-10-08 的样子"),
    (BASE, {"参保人数": "三十"}, "参保人数", "“三十”不是整数，请核对"),
    (
        POSITION,
        {"岗位类别": "其他"},
        "岗位类别",
        "“其他”不在可选范围内，请填写：科研类、技术技能类、管理类、社会服务类",
    ),
    (POSITION, {"岗位名称": "长" * 81}, "岗位名称", "最多80个字，现在有81个"),
    (POSITION, {"月基本生活费": -1}, "月基本生活费", "金额不能是负数"),
    (PERSON, {"手机号": "12345"}, "手机号", "手机号码应为11位数字、以1开头，请核对"),
    (PERSON, {"银行卡号": "6222"}, "银行卡号", "银行卡号应为12至19位数字，请对照卡面核对"),
    (
        PERSON,
        {"人员类别": "16-24岁登记失业人员"},  # another region's words
        "人员类别",
        "“16-24岁登记失业人员”不在可选范围内，请填写：离校2年内未就业高校毕业生、16-24岁失业青年",
    ),
    (
        AGREEMENT,
        {"到岗日期": Formula("=E2")},
        "到岗日期",
        "公式没有计算结果，请打开文件保存一次，或改填结果",
    ),
    (PAYMENT, {"金额": 0}, "金额", "金额应大于0；追回的款项请在“类型”列填写追回"),
    (PAYMENT, {"金额": 1.005}, "金额", "“1.005”超过两位小数，单位是元"),
    (PAYMENT, {"类型": "期初"}, "类型", "“期初”不在可选范围内，请填写：拨付、追回"),
    (ACTIVITY, {"促成上岗数": -3}, "促成上岗数", "应为0或以上的整数，现在是-3"),
    # known
    (BASE, {"所属区县": "南山区"}, "所属区县", "“南山区”：重庆市没有这个区县"),
    (BASE, {"所属区县": "重庆市"}, "所属区县", "“重庆市”下面还有区县，请填写最末一级"),
    (PERSON, {"常住区县": "雨花区"}, "常住区县", "“雨花区”：重庆市没有这个区县"),
    (
        POSITION,
        {"统一社会信用代码": UNKNOWN_USCC},
        "统一社会信用代码",
        f"没有找到见习基地“{UNKNOWN_USCC}”",
    ),
    (AGREEMENT, {"岗位编号": "GW999999"}, "岗位编号", "没有找到岗位“GW999999”"),
    (
        AGREEMENT,
        {"证件号码": make_id_number("500101", date(2000, 1, 1), 5)},
        "证件号码",
        "没有找到这个证件号码的见习人员",
    ),
    (
        PAYMENT,
        {"统一社会信用代码": UNKNOWN_USCC},
        "统一社会信用代码",
        f"没有找到见习基地“{UNKNOWN_USCC}”",
    ),
    # valid
    (
        PAYMENT,
        {"统一社会信用代码": UNKNOWN_USCC[:-1] + "0"},
        "统一社会信用代码",
        "统一社会信用代码的校验位不对，可能有一位写错了，请对照证照核对",
    ),
    (
        AGREEMENT,
        {"证件号码": "500101200001010"},
        "证件号码",
        "这是15位的旧身份证号码，已停止使用，请填写18位的新号码",
    ),
    (AGREEMENT, {"签订日期": "2026-02-29"}, "签订日期", "没有“2026-02-29”这一天，请核对"),
    (POSITION, {"招募人数": 0}, "招募人数", "应为1或以上的整数，现在是0"),
    # not in the future
    (BASE, {"退出日期": TOMORROW}, "退出日期", FUTURE),
    (POSITION, {"关闭日期": TOMORROW}, "关闭日期", FUTURE),
    (AGREEMENT, {"到岗日期": TOMORROW}, "到岗日期", FUTURE),
    (PAYMENT, {"拨付日期": TOMORROW}, "拨付日期", FUTURE),
    # no end before its beginning
    (
        BASE,
        {"认定日期": "2024-05-02", "退出日期": "2024-05-01"},
        "退出日期",
        "早于认定日期2024-05-02",
    ),
    (
        POSITION,
        {"发布日期": "2024-05-02", "关闭日期": "2024-05-01"},
        "关闭日期",
        "早于发布日期2024-05-02",
    ),
    (
        AGREEMENT,
        {"约定开始": "2026-05-02", "约定结束": "2026-05-01"},
        "约定结束",
        "早于约定开始2026-05-02",
    ),
    (
        AGREEMENT,
        {"签订日期": "2026-05-02", "到岗日期": "2026-05-01"},
        "到岗日期",
        "早于签订日期2026-05-02",
    ),
    (
        AGREEMENT,
        {"到岗日期": "2026-05-02", "结束日期": "2026-05-01", "结束方式": "期满"},
        "结束日期",
        "早于到岗日期2026-05-02",
    ),
    (
        AGREEMENT,
        {
            "签订日期": "2026-05-02",
            "到岗日期": None,
            "结束日期": "2026-05-01",
            "结束方式": "未到岗取消",
        },
        "结束日期",
        "早于签订日期2026-05-02",
    ),
    # how it ended
    (
        AGREEMENT,
        {"结束日期": "2026-05-01"},
        "结束方式",
        "结束方式和结束日期要么都填，要么都不填",
    ),
    (AGREEMENT, {"结束方式": "期满"}, "结束日期", "结束方式和结束日期要么都填，要么都不填"),
    (
        AGREEMENT,
        {"结束方式": "未到岗取消", "结束日期": "2026-05-01"},
        "到岗日期",
        "未到岗取消的，不应有到岗日期",
    ),
    (
        AGREEMENT,
        {"到岗日期": None, "结束方式": "非正常结束", "结束日期": "2026-05-01"},
        "到岗日期",
        "没有填写；没有到岗的，结束方式应为未到岗取消",
    ),
    (
        AGREEMENT,
        {"结束方式": "提前留用", "结束日期": "2026-05-01", "就业去向": "未就业"},
        "就业去向",
        "提前留用的，就业去向应为留用或空着",
    ),
    (
        AGREEMENT,
        {"结束方式": "非正常结束", "结束日期": "2026-05-01", "就业去向": "留用"},
        "就业去向",
        "非正常结束的，就业去向不能是留用",
    ),
]


@pytest.mark.parametrize(("sheet", "changes", "column", "message"), FAULTS)
def test_a_row_with_a_fault_is_refused_with_words(
    ledger, one_of_each, put, told, sheet, changes, column, message
):
    one_of_each[sheet] |= changes
    faults = [fault for fault in told(put(ledger, dry_run=True)) if fault[0] == sheet]
    assert faults == [(sheet, 2, column, message)]


LOADS = [
    (BASE, {"参保人数": 12, "认定日期": "1999-01-01"}),  # not held to today's policy
    (BASE, {"所属区县": "江北区"}),  # a unit that ended
    (BASE, {"所属区县": "石柱土家族自治县"}),
    (BASE, {"所属区县": "石柱县", "统一社会信用代码": make_uscc(5).lower()}),
    (BASE, {"退出日期": timezone.localdate(), "退出原因": "不再经营"}),
    (POSITION, {"招募人数": "３", "岗位类别": " 科研类 ", "示范岗位": True}),
    (POSITION, {"关闭日期": "2026年5月1日", "月基本生活费": "2,100.50元"}),
    (PERSON, {"人员类别": "离校２年内未就业高校毕业生", "毕业日期": "2012-07-01"}),
    (PERSON, {"人员类别": "16—24岁失业青年", "毕业日期": None}),
    (PERSON, {"人员类别": "16~24 岁失业青年", "手机号": 13812345678}),
    (PERSON, {"姓名": "𠮷田·花", "常住区县": "重庆市"}),
    (PERSON, {"证件类型": "台胞证", "证件号码": "12345678", "出生日期": "1980-01-01"}),
    (AGREEMENT, {"约定开始": "2020-01-01", "约定结束": "2030-01-01"}),
    (AGREEMENT, {"结束方式": "期满", "结束日期": "2026-06-01", "就业去向": "其他方式就业"}),
    (AGREEMENT, {"到岗日期": None, "结束方式": "未到岗取消", "结束日期": "2026-06-01"}),
    (PAYMENT, {"类型": "追回", "用途": "社会保险补贴", "金额": "0.01"}),
    (ACTIVITY, {"活动日期": TOMORROW, "促成上岗数": None, "活动类型": "政策宣讲"}),
]


@pytest.mark.parametrize(("sheet", "changes"), LOADS)
def test_what_makes_sense_loads_whatever_the_policy(ledger, one_of_each, put, told, sheet, changes):
    if sheet == PERSON and "证件类型" in changes:
        ledger.sheets.pop(AGREEMENT)
    if "统一社会信用代码" in changes:
        for rows in (POSITION, PAYMENT):
            one_of_each[rows]["统一社会信用代码"] = changes["统一社会信用代码"]
    one_of_each[sheet] |= changes
    outcome = put(ledger)
    assert told(outcome) == []
    assert outcome.counts[sheet]["created"] == 1


HINTS = [
    (BASE, {"有效期至": "2020-01-01"}, BASE, "有效期至"),
    (BASE, {"退出日期": "2025-08-01", "退出原因": "注销"}, AGREEMENT, "签订日期"),
    (POSITION, {"有效期至": "2020-01-01"}, POSITION, "有效期至"),
    (POSITION, {"关闭日期": "2025-08-20"}, AGREEMENT, "签订日期"),
    (PERSON, {"毕业日期": "2026-06-30"}, AGREEMENT, "签订日期"),
    (PERSON, {"银行卡号": "6222000000000000"}, PERSON, "银行卡号"),
    (PERSON, {"出生日期": "1990-01-01"}, PERSON, "出生日期"),
    (AGREEMENT, {"结束方式": "期满", "结束日期": "2025-12-01"}, AGREEMENT, "结束日期"),
]


@pytest.mark.parametrize(("sheet", "changes", "where", "column"), HINTS)
def test_what_is_odd_but_possible_loads_with_a_hint(
    ledger, one_of_each, put, told, sheet, changes, where, column
):
    one_of_each[sheet] |= changes
    outcome = put(ledger, dry_run=True)
    assert told(outcome) == []
    assert [hint[:3] for hint in told(outcome, hints=True)] == [(where, 2, column)]
    assert outcome.counts[where]["hints"] == outcome.counts[where]["created"] == 1


def test_an_unknown_region_in_an_identity_number_is_a_hint(ledger, put, told):
    ledger.person(证件号码=make_id_number("990101", date(2003, 5, 1), 7))
    outcome = put(ledger)
    assert told(outcome) == []
    assert told(outcome, hints=True) == [
        (PERSON, 2, "证件号码", "证件号码开头的地区代码990101未收录，请核对")
    ]


def test_all_faults_of_a_row_are_told(ledger, put, told):
    ledger.base(
        单位名称=None, 所属区县="南山区", 参保人数="x", 认定日期="2025-05-01", 退出日期="2024-05-01"
    )
    assert {fault[2] for fault in told(put(ledger))} == {
        "单位名称",
        "所属区县",
        "参保人数",
        "退出日期",
    }


def test_a_column_that_cannot_be_read_is_told_once(ledger, one_of_each, put, told):
    one_of_each[AGREEMENT] |= {"结束日期": "改天", "结束方式": "期满"}
    assert [fault[2] for fault in told(put(ledger))] == ["结束日期"]


def test_kept_early_with_a_blank_outcome_means_kept(ledger, put):
    ledger.case(结束方式="提前留用", 结束日期="2026-03-01")
    put(ledger)
    with in_region("chongqing"):
        assert Agreement.objects.get().outcome == "retained"


def test_a_refused_row_refuses_no_other(ledger, put):
    for number in range(3):
        ledger.case()
        ledger.sheets[PERSON][number]["毕业院校"] = "长" * 99 if number == 1 else "大学"
    outcome = put(ledger)
    assert outcome.counts[PERSON]["refused"] == outcome.counts[AGREEMENT]["refused"] == 1
    assert outcome.counts[AGREEMENT]["created"] == 2


def test_a_row_that_needs_a_refused_one_says_so(ledger, put, told):
    ledger.case()
    ledger.sheets[BASE][0]["认定日期"] = None
    refused = told(put(ledger))
    assert refused[1:] == [
        (POSITION, 2, "统一社会信用代码", "工作表“见习基地”第2行没有通过，请先改好那一行"),
        (AGREEMENT, 2, "岗位编号", "工作表“见习岗位”第2行没有通过，请先改好那一行"),
    ]


def test_a_row_that_needs_one_stored_before_loads_though_its_edit_is_refused(ledger, put, told):
    base = ledger.base()
    put(ledger)
    base["认定日期"] = "坏了"
    ledger.position(base)
    outcome = put(ledger)
    assert [fault[:3] for fault in told(outcome)] == [(BASE, 2, "认定日期")]
    assert outcome.counts[POSITION]["created"] == 1


def test_sheets_are_judged_by_need_not_by_order(ledger, put, told):
    ledger.case()
    ledger.sheets = dict(reversed(ledger.sheets.items()))
    outcome = put(ledger)
    assert told(outcome) == []
    assert outcome.counts[AGREEMENT]["created"] == 1


def test_a_key_that_stands_twice_refuses_the_second_row(ledger, put, told):
    first = ledger.base(单位名称="甲")
    ledger.base(单位名称="乙", 统一社会信用代码=first["统一社会信用代码"].lower())
    ledger.person()
    ledger.person(证件号码=" " + ledger.sheets[PERSON][0]["证件号码"])
    outcome = put(ledger)
    assert told(outcome) == [
        (BASE, 3, "统一社会信用代码", "与第2行重复"),
        (PERSON, 3, "证件号码", "与第2行重复"),
    ]
    with in_region("chongqing"):
        assert Base.objects.get().profile.name == "甲"


def test_a_changed_group_leaves_agreements_and_says_so(ledger, put, told):
    ledger.case()
    put(ledger)
    ledger.sheets[PERSON][0]["人员类别"] = UNEMPLOYED
    outcome = put(ledger)
    assert told(outcome, hints=True) == [
        (PERSON, 2, "人员类别", "已签的协议仍按签订时的人员类别统计")
    ]
    with in_region("chongqing"):
        agreement = Agreement.objects.get()
        assert (agreement.group, agreement.trainee.group) == ("graduate", "unemployed_youth")


def test_a_changed_group_without_agreements_is_no_matter(ledger, put, told):
    ledger.person(GRADUATE)
    put(ledger)
    ledger.sheets[PERSON][0]["人员类别"] = UNEMPLOYED
    assert told(put(ledger), hints=True) == []
