"""What a position is checked for, against the policy in force. Pure.

A parameter the documents do not speak of is not checked. What they hedge advises only.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jianxi.findings import Finding
from jianxi.templatetags.ui import money
from positions.education import ANYBODY
from regions.wages import LEAST, PUBLIC_FUNDS
from regions.wording import percent

GATES = "education_and_major_gates_forbidden"
INTERVIEWS = "interviews_forbidden"
NEEDED = (
    "title",
    "category",
    "headcount",
    "duties",
    "workplace",
    "months",
    "valid_until",
    "mentor",
)
INTERVIEW_WORDS = ("面试", "笔试", "择优录")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Facts:
    """A position and what surrounds it on a day. Money in yuan a month.

    `minimum_wage` None: nobody entered one; `insured` None: not known. `places_this_year`: of the
    base's other positions published this calendar year.
    """

    day: date
    base_exists: bool
    base_word: str
    headcount: int
    allowance: Decimal | None
    minimum_wage: Decimal | None
    wage_source: str
    insured: int | None
    insured_on: date | None
    places_this_year: int
    valid_until: date | None
    months: int | None
    hazards: bool
    education: str
    major: str
    words: str  # title and duties


def check_position(facts: Facts, policy) -> list[Finding]:
    """In the order an officer reads them; `policy` maps keys to parameters."""
    checks = (_base, _validity, _allowance, _yearly_cap, _yearly_least, _gates, _interviews)
    found = [finding for check in checks for finding in check(facts, policy)]
    return [*found, *_months(facts, policy), *_hazards(facts)]


def needed(policy) -> tuple[str, ...]:
    """The columns that must be filled before a position can be submitted."""
    return NEEDED if PUBLIC_FUNDS in policy else (*NEEDED, "allowance")


def gates_of(facts: Facts) -> list[str]:
    """The fields that ask for an education or a major."""
    asked = {"学历要求": facts.education, "专业要求": facts.major}
    return [name for name, value in asked.items() if value.strip() not in ("", ANYBODY)]


def _base(facts, policy):
    outcome = "pass" if facts.base_exists else "fail"
    yield Finding("base", outcome, f"单位是在册的见习{facts.base_word}")


def _validity(facts, policy):
    if facts.valid_until is None:
        return
    past = facts.valid_until < facts.day
    compared = f"有效期至 {facts.valid_until}"
    yield Finding("validity", "fail" if past else "pass", "招募有效期没有过", compared)


def _allowance(facts, policy):
    """What the base pays, where it must be so much; what public funds pay, where these do."""
    if rule := policy.get(LEAST):
        words = "月基本生活费不低于当地最低工资"
        yield _against_wage(facts, rule, words, unpaid=("unknown", "没有填写月基本生活费"))
    if rule := policy.get(PUBLIC_FUNDS):
        words = "月基本生活费参照当地最低工资"
        yield _against_wage(facts, rule, words, unpaid=("pass", "由就业补助资金发放"))
    if not {LEAST, PUBLIC_FUNDS} & set(policy):
        yield from _below_wage(facts)


def _below_wage(facts):
    """Where no document speaks of it: nothing is asked for, but whoever decides should know."""
    if None in (facts.minimum_wage, facts.allowance) or facts.allowance >= facts.minimum_wage:
        return
    compared = f"{money(facts.allowance)} < {money(facts.minimum_wage)}（{facts.wage_source}）"
    words = "月基本生活费低于当地最低工资；本地文件没有规定下限，仅供参考"
    yield Finding("allowance", "fail", words, compared, strict=False)


def _against_wage(facts, rule, words, unpaid):
    if facts.minimum_wage is None:
        outcome, compared = "unknown", "当地最低工资标准还没有录入"
    elif facts.allowance is None:
        outcome, compared = unpaid
    else:
        least = (facts.minimum_wage * Decimal(str(rule.value))).quantize(CENT)
        outcome, sign = ("pass", "≥") if facts.allowance >= least else ("fail", "<")
        compared = f"{money(facts.allowance)} {sign} {money(least)}（{facts.wage_source}）"
    return Finding("allowance", outcome, words, compared, rule.source, rule.strict)


def _yearly_cap(facts, policy):
    if (rule := policy.get("positions_per_year_to_insured")) is None:
        return
    total = facts.places_this_year + facts.headcount
    words = f"一年发布的岗位不多于参保人数的 {percent(rule.value)}"
    made_up = f"今年已发布 {facts.places_this_year} 个，连同这次 {total} 个"
    if facts.insured is None:
        outcome, compared = "unknown", f"{made_up}；参保人数没有登记"
    else:
        outcome = "pass" if total <= facts.insured * Decimal(str(rule.value)) else "fail"
        compared = f"{made_up}；参保 {facts.insured} 人（{facts.insured_on}）"
    yield Finding("yearly_cap", outcome, words, compared, rule.source, rule.strict)


def _yearly_least(facts, policy):
    """How far the base is with the year's positions: no position can be at fault for it."""
    if (rule := policy.get("base_min_positions_per_year")) is None:
        return
    total = facts.places_this_year + facts.headcount
    outcome = "pass" if total >= rule.value else "fail"
    words = f"{facts.base_word}每年提供不少于 {rule.value} 个岗位"
    yield Finding("yearly_least", outcome, words, f"连同这次 {total} 个", rule.source, False)


def _gates(facts, policy):
    if GATES not in policy or not policy[GATES].value:
        return
    rule, gates = policy[GATES], gates_of(facts)
    compared = f"填写了{'、'.join(gates)}" if gates else ""
    outcome = "fail" if gates else "pass"
    yield Finding(GATES, outcome, "不以学历、专业设门槛", compared, rule.source, rule.strict)


def _interviews(facts, policy):
    """A word is no proof: a position may help with interviews."""
    if INTERVIEWS not in policy or not policy[INTERVIEWS].value:
        return
    rule = policy[INTERVIEWS]
    named = [word for word in INTERVIEW_WORDS if word in facts.words]
    compared = f"提到“{'”“'.join(named)}”，请核对是否用来确定人选" if named else ""
    outcome = "unknown" if named else "pass"
    yield Finding(INTERVIEWS, outcome, "不以面试等方式确定人选", compared, rule.source, rule.strict)


def _months(facts, policy):
    if (rule := policy.get("internship_months")) is None or facts.months is None:
        return
    least, most = rule.value
    outcome = "pass" if least <= facts.months <= most else "fail"
    words = f"见习期限 {least}—{most} 个月"
    yield Finding("months", outcome, words, f"{facts.months} 个月", rule.source, rule.strict)


def _hazards(facts):
    if facts.hazards:
        yield Finding("hazards", "fail", "有危险作业：不接收未满 18 周岁的见习人员", strict=False)
