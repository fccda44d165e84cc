"""What an agreement is checked for on the day it is signed, beside the youth's eligibility, the
position's own rules and the base's cap. Pure.

A parameter the documents do not speak of is not checked. What they hedge advises only.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from jianxi.findings import Finding
from positions.rules import PUBLIC_FUNDS

NEEDED = ("planned_start", "planned_end", "workplace", "duties", "hours", "mentor")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """An agreement and what surrounds it on the day. `minor`: the youth is under 18; `consent`: the
    guardian's is in force. `runs_elsewhere`: the youth has another running agreement anywhere."""

    day: date
    start: date | None
    end: date | None
    minor: bool
    consent: bool
    insured: bool
    runs_elsewhere: bool


def check_contract(facts: Facts, policy) -> list[Finding]:
    checks = (_one_running, _guardian, _start, _months, _insurance)
    return [finding for check in checks for finding in check(facts, policy)]


def needed(policy) -> tuple[str, ...]:
    """The columns that must be filled before the employer can sign."""
    return NEEDED if PUBLIC_FUNDS in policy else (*NEEDED, "allowance")


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - ONE_DAY
    return min(first + timedelta(days=day.day - 1), last)


def _one_running(facts, policy):
    outcome = "fail" if facts.runs_elsewhere else "pass"
    compared = "此人另有一份没有结束的见习协议" if facts.runs_elsewhere else ""
    yield Finding("one_running", outcome, "同一时间只有一份见习协议", compared)


def _guardian(facts, policy):
    if facts.minor:
        outcome = "pass" if facts.consent else "fail"
        compared = "" if facts.consent else "监护人还没有同意"
        yield Finding("consent", outcome, "未满 18 周岁：监护人同意参加见习", compared)


def _start(facts, policy):
    if facts.start is not None:
        outcome = "pass" if facts.start >= facts.day else "fail"
        sign = "≥" if outcome == "pass" else "<"
        compared = f"{facts.start} {sign} {facts.day}"
        yield Finding("start", outcome, "约定开始不早于签订当天", compared)


def _months(facts, policy):
    """In whole months, either way of counting the last day."""
    if (rule := policy.get("internship_months")) is None or None in (facts.start, facts.end):
        return
    least, most = rule.value
    long_enough = facts.end + ONE_DAY >= months_later(facts.start, least)
    short_enough = facts.end <= months_later(facts.start, most)
    outcome = "pass" if long_enough and short_enough else "fail"
    words, compared = f"见习期限 {least}—{most} 个月", f"{facts.start} 至 {facts.end}"
    yield Finding("months", outcome, words, compared, rule.source, rule.strict)


def _insurance(facts, policy):
    """Needed by the arrival, and better known before."""
    if (rule := policy.get("insurance")) is None:
        return
    kind, by_base = rule.value["kind"], rule.value["buyer"] == "base"
    words = f"{kind}由{'见习单位' if by_base else '政府统一'}购买"
    if not by_base or facts.insured:
        yield Finding("insurance", "pass", words, "", rule.source)
    else:
        yield Finding("insurance", "fail", words, "到岗前填写保险单", rule.source, strict=False)
