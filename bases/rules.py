"""What an application to become a base, or to stay one, is checked for. Pure.

A parameter the documents do not speak of is not checked. What they hedge advises only; so does what
they relax for employers of named kinds, where the employer proves to be one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from jianxi.findings import Finding

RELAXED = "base_relaxed_for"
YEARS = "base_min_years_registered"
INSURED = "base_min_insured"
VISIT = "site_visit_working_days"
NEEDED = (
    "employer_kind",
    "industry",
    "founded_on",
    "insured",
    "insured_as_of",
    "introduction",
    "contact_name",
    "contact_phone",
    "address",
    "places_a_year",
    "safety_rules",
    "internship_plan",
    "duties",
    "mentors",
)
PAPERS = ("licence", "insured", "relaxation", "safety", "plan", "mentors", "site", "other")
WRITTEN = ("safety_rules", "internship_plan", "duties", "mentors")


@dataclass(frozen=True)
class Facts:
    """An application and what surrounds it on a day.

    `standing`: how its base stands, in words, "" where it has none that goes on. `exits`: when
    bases of the employer ended, and why. `written`: what a base has in writing, and whether it is
    there. `offered`: of a renewal, the places offered in each year of the term; `taken_in`: how
    many youths came in it.
    """

    day: date
    base_word: str
    renewal: bool
    standing: str
    founded_on: date | None
    insured: int | None
    insured_as_of: date | None
    relaxed_as: str
    proof: bool
    places_a_year: int | None
    exits: tuple[tuple[date, str], ...]
    written: Mapping[str, bool]
    offered: tuple[int, ...] = ()
    taken_in: int = 0


def check_base(facts: Facts, policy) -> list[Finding]:
    """In the order an officer reads them; `policy` maps keys to parameters."""
    checks = (_standing, _years, _insured, _relaxed, _barred, _places, _term, _written)
    return [finding for check in checks for finding in check(facts, policy)]


def check_visit(visited_on: date | None, suitable: bool, policy) -> list[Finding]:
    """What the last visit found, where one must be made before the decision."""
    if (rule := policy.get(VISIT)) is None:
        return []
    words = "已实地考察，符合见习条件"
    if visited_on is None:
        return [Finding("visit", "unknown", words, "还没有考察", rule.source)]
    outcome, found = ("pass", "符合") if suitable else ("fail", "不符合")
    return [Finding("visit", outcome, words, f"{visited_on}，{found}见习条件", rule.source)]


def asked_papers(policy) -> list[str]:
    """The kinds of papers an application has room for."""
    return [kind for kind in PAPERS if kind != "relaxation" or RELAXED in policy]


def needed_papers(relaxed_as: str, policy) -> list[str]:
    """The kinds of papers an application cannot do without."""
    kinds = ["licence"]
    if INSURED in policy:
        kinds.append("insured")
    if relaxed_as:
        kinds.append("relaxation")
    return kinds


def years_later(day: date, years: int) -> date:
    """The same day so many years on; of 29 February the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _standing(facts, policy):
    word = facts.base_word
    if facts.renewal:
        outcome = "pass" if facts.standing else "fail"
        yield Finding("standing", outcome, f"单位是见习{word}，申请续认", facts.standing)
    else:
        outcome = "fail" if facts.standing else "pass"
        yield Finding("standing", outcome, f"单位还不是见习{word}", facts.standing)


def _years(facts, policy):
    if (rule := policy.get(YEARS)) is None:
        return
    words = f"依法登记并正常经营 {rule.value} 年以上"
    if facts.founded_on is None:
        yield Finding(YEARS, "unknown", words, "没有填写成立日期", rule.source, rule.strict)
        return
    old_enough = years_later(facts.founded_on, rule.value) <= facts.day
    found = Finding(
        YEARS,
        "pass" if old_enough else "fail",
        words,
        f"{facts.founded_on} 成立",
        rule.source,
        rule.strict,
    )
    yield _eased(found, facts, policy)


def _insured(facts, policy):
    if (rule := policy.get(INSURED)) is None:
        return
    words = f"参保人数 {rule.value} 人以上"
    if facts.insured is None:
        yield Finding(INSURED, "unknown", words, "没有填写参保人数", rule.source, rule.strict)
        return
    sign, outcome = ("≥", "pass") if facts.insured >= rule.value else ("<", "fail")
    on = f"（{facts.insured_as_of}）" if facts.insured_as_of else ""
    compared = f"{facts.insured} 人{on} {sign} {rule.value} 人"
    found = Finding(INSURED, outcome, words, compared, rule.source, rule.strict)
    yield _eased(found, facts, policy)


def _eased(finding: Finding, facts, policy) -> Finding:
    """A condition not met advises where it may be relaxed: how far is the officer's to judge."""
    if finding.outcome != "fail" or not _is_relaxed(facts, policy):
        return finding
    compared = f"{finding.compared}；属于“{facts.relaxed_as}”，可适当放宽"
    return replace(finding, compared=compared, source=policy[RELAXED].source, strict=False)


def _is_relaxed(facts, policy) -> bool:
    return RELAXED in policy and facts.relaxed_as in policy[RELAXED].value and facts.proof


def _relaxed(facts, policy):
    if not facts.relaxed_as or (rule := policy.get(RELAXED)) is None:
        return
    words = "属于可以放宽认定条件的单位"
    if facts.relaxed_as not in rule.value:
        outcome, compared = "fail", f"“{facts.relaxed_as}”不在可以放宽之列，按一般条件核验"
    elif facts.proof:
        outcome, compared = "pass", f"{facts.relaxed_as}，已附证明"
    else:
        outcome, compared = "unknown", f"{facts.relaxed_as}，还没有附证明，按一般条件核验"
    yield Finding(RELAXED, outcome, words, compared, rule.source, strict=False)


def _barred(facts, policy):
    """Why a base ended is told in free words: whether the bar holds is the officer's to judge."""
    key = "bar_after_failed_assessment_years"
    if (rule := policy.get(key)) is None:
        return
    words = f"{rule.value} 年内没有因考核不合格被取消资格"
    within = [(on, why) for on, why in facts.exits if years_later(on, rule.value) > facts.day]
    told = "；".join(f"{on} 退出：{why or '没有写明原因'}" for on, why in within)
    yield Finding(key, "unknown" if within else "pass", words, told, rule.source, rule.strict)


def _places(facts, policy):
    """A plan binds nobody yet: it advises."""
    key = "base_min_positions_per_year"
    if (rule := policy.get(key)) is None:
        return
    words = f"每年提供不少于 {rule.value} 个见习岗位"
    if facts.places_a_year is None:
        outcome, compared = "unknown", "没有填写计划"
    else:
        outcome = "pass" if facts.places_a_year >= rule.value else "fail"
        compared = f"计划每年 {facts.places_a_year} 个"
    yield Finding(key, outcome, words, compared, rule.source, strict=False)


def _term(facts, policy):
    """How the base did in the term that ends. Of the assessment the portal knows nothing yet."""
    rule = policy.get("base_validity_years")
    if rule is None or not facts.renewal:
        return
    least = policy.get("base_min_positions_per_year")
    offered = "、".join(map(str, facts.offered)) or "0"
    kept = facts.taken_in and all(one >= (least.value if least else 1) for one in facts.offered)
    compared = f"逐年提供 {offered} 个岗位，吸纳 {facts.taken_in} 人；考核结果请核对"
    words = "有效期内每年提供岗位、吸纳见习人员，考核合格"
    yield Finding("term", "unknown" if kept else "fail", words, compared, rule.source, strict=False)


def _written(facts, policy):
    lacking = [label for label, there in facts.written.items() if not there]
    compared = f"还缺{'、'.join(lacking)}" if lacking else "、".join(facts.written)
    outcome = "fail" if lacking else "pass"
    yield Finding("written", outcome, "管理制度和带教安排已形成书面材料", compared, strict=False)
