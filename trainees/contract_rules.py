"""What an agreement is checked for on the day it is signed, beside the youth's eligibility, the
position's own rules and the base's cap. Pure.

A parameter the documents do not speak of is not checked. What they hedge advises only.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jianxi.findings import Finding
from jianxi.templatetags.ui import money
from positions.rules import PUBLIC_FUNDS

NEEDED = ("planned_start", "planned_end", "workplace", "duties", "hours", "mentor")
ONE_DAY = timedelta(days=1)
OFFERED, BOUNDS = "offered", "agreement_months"
OF_TERMS = {OFFERED, BOUNDS}  # of the findings, those on what both sides agreed


@dataclass(frozen=True)
class Facts:
    """An agreement and what surrounds it on the day. `minor`: the youth is under 18; `consent`: the
    guardian's is in force. `runs_elsewhere`: the youth has another running agreement anywhere.
    `offered` and `offered_months`: what the position published, None where it said nothing. Money
    in yuan a month."""

    day: date
    start: date | None
    end: date | None
    minor: bool
    consent: bool
    insured: bool
    runs_elsewhere: bool
    allowance: Decimal | None
    offered: Decimal | None
    offered_months: int | None


def check_contract(facts: Facts, policy) -> list[Finding]:
    checks = (
        _one_running,
        _guardian,
        _start,
        _months,
        _bounds,
        _as_published,
        _offered,
        _insurance,
    )
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
    if (rule := policy.get("internship_months")) and _has_term(facts):
        least, most = rule.value
        outcome = "pass" if _lasts(facts, least, most) else "fail"
        words = f"见习期限 {least}—{most} 个月"
        yield Finding("months", outcome, words, _term(facts), rule.source, rule.strict)


def _bounds(facts, policy):
    """Beyond what any document means: told only where it is broken."""
    if (rule := policy.get(BOUNDS)) and _has_term(facts) and not _lasts(facts, *rule.value):
        words = "协议期限 {}—{} 个月".format(*rule.value)
        yield Finding(BOUNDS, "fail", words, _term(facts), rule.source, rule.strict)


def _as_published(facts, policy):
    """A month more or less is the sides' own affair."""
    if (months := facts.offered_months) and _has_term(facts):
        outcome = "pass" if _lasts(facts, months - 1, months + 1) else "fail"
        words, compared = f"见习期限与岗位公布的 {months} 个月相近", _term(facts)
        yield Finding("as_published", outcome, words, compared, strict=False)


def _offered(facts, policy):
    """The youth applied for what was published: it may become more, not less."""
    if facts.offered is None:
        return
    what = "单位另给的月补助" if PUBLIC_FUNDS in policy else "月基本生活费"
    if facts.allowance is None:
        outcome, compared = "fail", f"没有填写；岗位公布 {money(facts.offered)}"
    else:
        outcome, sign = ("pass", "≥") if facts.allowance >= facts.offered else ("fail", "<")
        compared = f"{money(facts.allowance)} {sign} {money(facts.offered)}"
    yield Finding(OFFERED, outcome, f"{what}不低于岗位公布的数额", compared)


def _has_term(facts) -> bool:
    return None not in (facts.start, facts.end)


def _lasts(facts, least: int, most: int) -> bool:
    """In whole months, either way of counting the last day."""
    long_enough = facts.end + ONE_DAY >= months_later(facts.start, least)
    return long_enough and facts.end <= months_later(facts.start, most)


def _term(facts) -> str:
    return f"{facts.start} 至 {facts.end}"


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
