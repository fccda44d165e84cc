"""A region's policy told to youths and employers: what it means for them, each with its clause."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from regions.wording import BEFORE_START, GRADUATES_TOO, insurance, listed, percent


@dataclass(frozen=True)
class Line:
    words: str
    source: str
    document: str
    hedged: bool
    has_run_out: bool


def _groups(value):
    return f"{'、'.join(value.values())}，没有就业的可以参加。"


def _selection(value):
    if value == "dispatch":
        return "报名后由区县人社部门安排到单位，不用自己一家家找。"
    return "自己挑岗位，单位挑人，双方都愿意就签协议。"


def _social_insurance(value):
    return (
        f"见习满 {value['after_months']} 个月、之后灵活就业自己缴社保的，可以申请补贴："
        f"实际缴费的 {value['numerator']}/{value['denominator']}，最长 {value['max_months']} 个月。"
    )


def _subsidy_raised(value):
    return (
        f"见习期满留用 {percent(value['at_retention'])} 以上的，补贴提高到最低工资的 "
        f"{percent(value['to_min_wage'])}。"
    )


def _low_retention(value):
    return (
        f"连续 {value['years']} 年留用率低于 {percent(value['rate'])}的，会减少可以发布的岗位"
        f"（{listed(value['exempt'])}除外）。"
    )


def _idle(value):
    when = {
        "no_positions_and_no_internships": "没有岗位也没有人见习",
        "positions_but_no_trainees": "有岗位却一直没有人见习",
    }[value["when"]]
    return f"连续 {value['months']} 个月{when}的，退出名单。"


# Who asks → title → (parameter, how it is told). A value that switches something off is not told.
TOPICS: dict[str, list[tuple[str, Callable]]] = {
    "谁可以参加": [
        ("youth_groups", _groups),
        ("graduate_within_years", lambda n: f"毕业生从毕业那天算起，{n} 年内有效。"),
        (
            "counts_as_graduates",
            lambda kinds: (
                f"{listed(GRADUATES_TOO[one] for one in kinds)}毕业的，同样算高校毕业生。"
            ),
        ),
        (
            "highest_education_only",
            lambda on: on and "按最高学历算：还在读更高学历的，先不能参加。",
        ),
        ("youth_age", lambda age: f"失业青年要满 {age[0]} 周岁，不超过 {age[1]} 周岁。"),
        (
            "unemployment_must_be_registered",
            lambda on: on and "失业青年先办失业登记，在街道、社区或网上都能办。",
        ),
        ("minimum_age", lambda age: f"不满 {age} 周岁的不能参加。"),
    ],
    "怎么安排": [
        ("selection", _selection),
        (
            "education_and_major_gates_forbidden",
            lambda on: on and "单位不能拿学历、专业当门槛。",
        ),
        ("interviews_forbidden", lambda on: on and "不用面试，单位不能靠面试挑人。"),
        ("trainee_review_working_days", lambda n: f"报名后，区县在 {n} 个工作日内审核并转给单位。"),
        ("base_answer_working_days", lambda n: f"转给单位答复的，单位在 {n} 个工作日内答复。"),
        ("internship_months", lambda span: f"见习一般 {span[0]}—{span[1]} 个月。"),
        (
            "before_start",
            lambda steps: f"上岗前要办妥：{listed(BEFORE_START[one] for one in steps)}。",
        ),
    ],
    "有什么保障": [
        (
            "allowance_min_to_min_wage",
            lambda share: f"单位每月发基本生活费，不低于当地最低工资的 {percent(share)}。",
        ),
        (
            "allowance_to_min_wage",
            lambda share: f"每月有基本生活费，参照当地最低工资的 {percent(share)}，由政府发放。",
        ),
        (
            "allowance_confirmed_by_trainee",
            lambda on: on and "生活费打到本人的卡上，每月由本人确认收到。",
        ),
        ("insurance", lambda value: f"上岗就有保险：{insurance(value)}。"),
        ("social_insurance_subsidy", _social_insurance),
        ("complaint_working_days", lambda n: f"遇到问题可以投诉，区县在 {n} 个工作日内调查。"),
    ],
    "单位怎么申报": [
        ("base_min_years_registered", lambda n: f"依法登记、正常经营满 {n} 年。"),
        ("base_min_insured", lambda n: f"参保职工一般不少于 {n} 人。"),
        ("base_relaxed_for", lambda kinds: f"这些单位可以放宽：{listed(kinds)}。"),
        ("site_visit_working_days", lambda n: f"提交申请后，区县在 {n} 个工作日内上门考察。"),
        ("base_review_working_days", lambda n: f"区县在 {n} 个工作日内给出审核意见。"),
        ("base_validity_years", lambda n: f"认定后 {n} 年有效，期满考核合格可以续。"),
        ("base_min_positions_per_year", lambda n: f"每年至少提供 {n} 个见习岗位。"),
        (
            "positions_per_year_to_insured",
            lambda share: f"一年发布的岗位一般不超过参保人数的 {percent(share)}。",
        ),
        (
            "trainees_to_insured",
            lambda share: f"同时在岗的见习人员不超过参保人数的 {percent(share)}。",
        ),
    ],
    "单位有什么补贴、要守什么规矩": [
        (
            "subsidy_mode",
            lambda mode: (
                "补贴按月发，差额在结束后一次补足。" if mode == "monthly_then_difference" else ""
            ),
        ),
        ("subsidy_raised", _subsidy_raised),
        (
            "subsidy_raised_at_retention",
            lambda share: f"见习期满留用 {percent(share)} 以上的，提高补贴标准。",
        ),
        ("attendance_reports_per_week", lambda n: f"每周至少报 {n} 次考勤。"),
        ("attendance_misses_to_verify", lambda n: f"连续 {n} 次漏报，区县会上门核实。"),
        ("records_kept_years", lambda n: f"见习材料保存 {n} 年。"),
        ("low_retention", _low_retention),
        ("removal_when_idle", _idle),
        (
            "bar_after_failed_assessment_years",
            lambda n: f"年度考核不合格又不改的，{n} 年内不再受理申请。",
        ),
    ],
}


def told(policy: Mapping) -> list[tuple[str, list[Line]]]:
    """The topics the region's documents speak of, with what they say."""
    topics = []
    for title, parts in TOPICS.items():
        lines = []
        for key, say in parts:
            rule = policy.get(key)
            if rule and (words := say(rule.value)):
                lines.append(
                    Line(words, rule.source, rule.document, not rule.strict, rule.has_run_out)
                )
        if lines:
            topics.append((title, lines))
    return topics
