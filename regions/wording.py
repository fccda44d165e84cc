"""A policy's parameters in plain words: what each is called, and how its value reads."""

from collections.abc import Callable, Mapping
from decimal import Decimal


def percent(value) -> str:
    return f"{Decimal(str(value)) * 100:f}".rstrip("0").rstrip(".") + "%"


def times(what: str) -> Callable:
    return lambda value: f"{what}的 {percent(value)}"


def amount(unit: str, before: str = "") -> Callable:
    return lambda value: f"{before}{value} {unit}"


def span(unit: str) -> Callable:
    return lambda value: f"{value[0]}—{value[1]} {unit}"


def yes(words: str) -> Callable:
    return lambda value: words if value else "不要求"


def listed(value) -> str:
    return "、".join(value)


def chosen(words: Mapping[str, str]) -> Callable:
    return lambda value: words[value]


def month_day(value: str) -> str:
    month, day = value.split("-")
    return f"每年 {int(month)} 月 {int(day)} 日前"


def deadline(rule: Mapping) -> str:
    if rule["kind"] == "working_day":
        return f"次月第 {rule['n']} 个工作日"
    moved = "，遇休息日顺延到下一个工作日" if "roll" in rule else ""
    return f"次月 {rule['n']} 日{moved}"


def groups(value: Mapping) -> str:
    return "；".join(value.values())


def insurance(value: Mapping) -> str:
    buyer = {"base": "见习基地购买", "government": "政府购买"}[value["buyer"]]
    cover = value.get("cover_max_yuan")
    return f"{value['kind']}，{buyer}" + (f"，保额不超过 {cover:,} 元" if cover else "")


def social_insurance(value: Mapping) -> str:
    return (
        f"见习满 {value['after_months']} 个月后灵活就业的，补贴实际缴费的 "
        f"{value['numerator']}/{value['denominator']}，最长 {value['max_months']} 个月"
    )


def raised(value: Mapping) -> str:
    return (
        f"留用率达到 {percent(value['at_retention'])} 的，提高到最低工资的 "
        f"{percent(value['to_min_wage'])}"
    )


def low_retention(value: Mapping) -> str:
    return f"连续 {value['years']} 年留用率低于 {percent(value['rate'])}的（{listed(value['exempt'])}除外）"


def idle(value: Mapping) -> str:
    when = {
        "no_positions_and_no_internships": "既没有岗位、也没有见习",
        "positions_but_no_trainees": "有岗位、没有人见习",
    }[value["when"]]
    return f"连续 {value['months']} 个月{when}的"


GRADUATES_TOO = {
    "technician": "技师学院高级工班、预备技师班",
    "special_vocational": "特殊院校职业教育类",
}
BEFORE_START = {
    "identity": "核对身份",
    "insurance": "办好保险",
    "bank_card": "登记银行卡",
    "duties_notice_read": "阅读见习须知",
}

# What a year's targets may be set for.
ANNUAL_TARGETS = {
    "new_bases": "新增见习基地",
    "new_bases_key_enterprises": "其中重点企业",
    "positions": "见习岗位募集",
    "positions_total": "见习岗位总量",
    "trainees": "组织参加见习人员",
    "policy_talks": "政策宣讲",
    "matching_events": "供需对接",
    "role_models": "选树报送典型人物",
    "national_model_bases": "推荐参评国家级示范基地",
}

# Key → (what it is called, how its value reads).
PARAMETERS: dict[str, tuple[str, Callable]] = {
    "report_deadline": ("月报报送期限", deadline),
    "report_lead_below_working_days": ("下级单位提前报送", amount("个工作日")),
    "month_check_from_day": ("单位月末核对开始", amount("日起", "每月 ")),
    "annual_targets": (
        "年度目标",
        lambda value: listed(ANNUAL_TARGETS[key] for key in value),
    ),
    "annual_report_due": ("年度报告报送期限", month_day),
    "review_working_days": ("审核期限", amount("个工作日")),
    "overdue_to_region_working_days": ("超期多久报上级", amount("个工作日")),
    "base_review_working_days": ("基地申报审核期限", amount("个工作日")),
    "trainee_review_working_days": ("见习报名审核期限", amount("个工作日")),
    "base_answer_working_days": ("单位答复报名期限", amount("个工作日")),
    "site_visit_working_days": ("实地考察期限", amount("个工作日")),
    "complaint_working_days": ("投诉调查期限", amount("个工作日")),
    "base_min_years_registered": ("基地最少登记年限", amount("年")),
    "base_min_insured": ("基地最少参保人数", amount("人")),
    "base_relaxed_for": ("可以放宽条件的单位", listed),
    "base_validity_years": ("基地有效期", amount("年")),
    "base_min_positions_per_year": ("基地每年最少岗位数", amount("个")),
    "positions_per_year_to_insured": ("一年发布岗位数上限", times("参保人数")),
    "positions_not_below_last_year": ("岗位总数", yes("不少于上年")),
    "trainees_to_insured": ("同期见习人数上限", times("参保人数")),
    "model_positions_min_share": ("示范岗位占比下限", percent),
    "model_base_top_share": ("示范基地评选范围", lambda value: f"年度总分前 {percent(value)}"),
    "youth_groups": ("见习人员类别", groups),
    "graduate_within_years": ("毕业生离校年限", amount("年内")),
    "counts_as_graduates": (
        "同样算高校毕业生",
        lambda value: listed(GRADUATES_TOO[key] for key in value),
    ),
    "youth_age": ("失业青年年龄", span("岁")),
    "minimum_age": ("最低年龄", amount("岁")),
    "unemployment_must_be_registered": ("失业青年须办失业登记", yes("须登记")),
    "highest_education_only": ("学历认定", yes("只认最高学历")),
    "served_share": ("有见习意愿毕业生服务比例", percent),
    "selection": ("见习人员安排方式", chosen({"mutual": "双向选择", "dispatch": "由区县派遣"})),
    "education_and_major_gates_forbidden": ("学历、专业门槛", yes("不得设置")),
    "interviews_forbidden": ("面试", yes("不得安排")),
    "before_start": ("上岗前须办妥", lambda value: listed(BEFORE_START[key] for key in value)),
    "internship_months": ("见习期限", span("个月")),
    "agreement_months": ("见习协议最短、最长", span("个月")),
    "attendance_reports_per_week": ("每周报告在岗次数", amount("次")),
    "attendance_misses_to_verify": ("漏报多少次后核实在岗", amount("次", "连续 ")),
    "allowance_confirmed_by_trainee": ("基本生活费确认", yes("由见习人员本人确认")),
    "allowance_min_to_min_wage": ("基本生活费下限", times("当地最低工资")),
    "allowance_to_min_wage": ("基本生活费标准", times("当地最低工资")),
    "insurance": ("见习保险", insurance),
    "social_insurance_subsidy": ("社会保险补贴", social_insurance),
    "subsidy_mode": ("补贴发放方式", chosen({"monthly_then_difference": "按月发放，差额最后补足"})),
    "subsidy_raised": ("补贴标准提高", raised),
    "subsidy_raised_at_retention": (
        "补贴标准提高",
        lambda value: f"留用率达到 {percent(value)} 的",
    ),
    "low_retention": ("留用率过低，削减岗位", low_retention),
    "removal_when_idle": ("闲置清退", idle),
    "bar_after_failed_assessment_years": ("考核不合格不得再申报", amount("年内")),
    "matching_events_per_quarter": ("供需对接活动", amount("场", "每季度至少 ")),
    "key_enterprise_lists": ("重点企业名单", listed),
    "records_kept_years": ("材料保存", amount("年")),
}


def in_words(key: str, value) -> tuple[str, str]:
    """A parameter's name and value as an officer reads them; one not known here shows as it is."""
    label, reads = PARAMETERS.get(key, (key, str))
    return label, reads(value)
