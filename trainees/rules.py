"""Whether a youth may take part: judged by the region's groups on a day. Pure.

The same for who asks without an account, for the register and at signing: a two-year limit and an
age are judged on the day the agreement is signed. What the documents do not speak of is not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from jianxi.findings import Finding
from positions.education import level_of

GRADUATE, UNEMPLOYED_YOUTH = "graduate", "unemployed_youth"
WORKING = 16  # below: nobody works, with or without a guardian
ADULT = 18  # below: a guardian's consent, and no hazardous post

# What somebody graduated from. Where a document says so, the middle ones count as graduates too.
COLLEGE, TECHNICIAN, SPECIAL, OTHER = "college", "technician", "special_vocational", "other"
SCHOOLING = {
    COLLEGE: "高校（大专及以上）",
    TECHNICIAN: "技师学院高级工班、预备技师班",
    SPECIAL: "特殊院校职业教育类",
    OTHER: "其他（高中、中专、技校等）",
}


@dataclass(frozen=True)
class Facts:
    """None, and "" for schooling: not known. `registered`: as unemployed. `group`: the one that is
    asked about."""

    group: str
    birth_date: date | None = None
    schooling: str = ""
    graduated_on: date | None = None
    studying: bool | None = None
    employed: bool | None = None
    registered: bool | None = None


def eligibility(facts: Facts, policy: Mapping, day: date) -> list[Finding]:
    """What the region asks of the facts' group, in the order a youth reads it."""
    checks = {
        GRADUATE: (_schooling, _graduation, _highest_education, _without_work),
        UNEMPLOYED_YOUTH: (_age, _left_school, _without_work, _registration),
    }[facts.group]
    asked = (_least_age, *checks, _guardian)
    return [finding for check in asked for finding in check(facts, policy, day)]


def by_group(facts: Facts, policy: Mapping, day: date) -> dict[str, list[Finding]]:
    """The same facts asked of every group the region has."""
    groups = policy["youth_groups"].value if "youth_groups" in policy else {}
    return {group: eligibility(replace(facts, group=group), policy, day) for group in groups}


def hazards(facts: Facts, are_there: bool, day: date) -> list[Finding]:
    """Whether the youth may work where there are hazards."""
    if not are_there or facts.birth_date is None:
        return []
    age = age_on(facts.birth_date, day)
    outcome = "pass" if age >= ADULT else "fail"
    words = f"岗位有危险作业：不接收未满 {ADULT} 周岁的人"
    return [Finding("hazards", outcome, words, f"{age} 周岁")]


def education(own: str, asked: str) -> list[Finding]:
    """Whether the youth has the education a position asks for: advice, as the base decides."""
    if not (level := level_of(asked)):
        return []
    outcome = "pass" if level_of(own) >= level else "fail"
    compared = f"本人：{own}" if own else "没有填写学历"
    return [Finding("education", outcome, f"岗位要求学历：{asked}", compared, strict=False)]


def age_on(birth_date: date, day: date) -> int:
    """In full years."""
    to_come = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - to_come


def years_after(start: date, years: int) -> date:
    """The last day of a time of so many years."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # the 29th of February
        return start.replace(year=start.year + years, day=28)


# --- Everybody


def _least_age(facts, policy, day):
    if (rule := policy.get("minimum_age")) is None:
        return
    words = f"年满 {rule.value} 周岁"
    if facts.birth_date is None:
        yield Finding("minimum_age", "unknown", words, "没有填写出生日期", rule.source)
        return
    age = age_on(facts.birth_date, day)
    outcome = "pass" if age >= rule.value else "fail"
    yield Finding("minimum_age", outcome, words, f"{age} 周岁", rule.source)


def _guardian(facts, policy, day):
    if facts.birth_date and WORKING <= age_on(facts.birth_date, day) < ADULT:
        words = f"未满 {ADULT} 周岁：签协议前要监护人同意，不能上有危险作业的岗位"
        yield Finding("guardian", "fail", words, strict=False)


def _without_work(facts, policy, day):
    words = "现在没有就业"
    yield _answered("without_work", facts.employed, False, words, _groups(policy))


# --- Graduates


def _schooling(facts, policy, day):
    also = policy.get("counts_as_graduates")
    counted = {COLLEGE, *(also.value if also else ())}
    named = "、".join(SCHOOLING[kind] for kind in SCHOOLING if kind in counted)
    source = also.source if also else _groups(policy)
    if not facts.schooling:
        outcome, compared = "unknown", "没有填写毕业学校类型"
    else:
        outcome = "pass" if facts.schooling in counted else "fail"
        compared = SCHOOLING[facts.schooling]
    yield Finding("schooling", outcome, f"毕业于{named}", compared, source)


def _graduation(facts, policy, day):
    """Has graduated, and not too long ago where there is a limit."""
    rule = policy.get("graduate_within_years")
    source = rule.source if rule else _groups(policy)
    words = f"毕业离校 {rule.value} 年内" if rule else "已经毕业离校"
    if (graduated := facts.graduated_on) is None:
        outcome, compared = "unknown", "没有填写毕业日期"
    elif graduated > day:
        outcome, compared = "fail", f"{graduated} 毕业，还没有到"
    elif rule is None:
        outcome, compared = "pass", f"{graduated} 毕业"
    else:
        last = years_after(graduated, rule.value)
        outcome = "pass" if day <= last else "fail"
        compared = f"{graduated} 毕业，到 {last} 满 {rule.value} 年"
    yield Finding("graduation", outcome, words, compared, source)


def _highest_education(facts, policy, day):
    """Current study counts as the highest education: who studies has not left yet."""
    rule = policy.get("highest_education_only")
    if rule and rule.value:
        yield _answered("studying", facts.studying, False, "没有在读更高的学历", rule.source)


# --- Unemployed youths


def _age(facts, policy, day):
    if (rule := policy.get("youth_age")) is None:
        return
    least, most = rule.value
    words = f"{least}—{most} 周岁"
    if facts.birth_date is None:
        yield Finding("youth_age", "unknown", words, "没有填写出生日期", rule.source)
        return
    age = age_on(facts.birth_date, day)
    outcome = "pass" if least <= age <= most else "fail"
    yield Finding("youth_age", outcome, words, f"{age} 周岁", rule.source)


def _left_school(facts, policy, day):
    yield _answered("studying", facts.studying, False, "不在学校就读", _groups(policy))


def _registration(facts, policy, day):
    rule = policy.get("unemployment_must_be_registered")
    if rule and rule.value:
        yield _answered("registered", facts.registered, True, "已办失业登记", rule.source)


# --- Answers


def _answered(key, fact, wanted, words, source) -> Finding:
    if fact is None:
        return Finding(key, "unknown", words, "没有填写", source)
    return Finding(key, "pass" if fact is wanted else "fail", words, "", source)


def _groups(policy) -> str:
    return policy["youth_groups"].source if "youth_groups" in policy else ""
