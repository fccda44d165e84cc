"""How an agreement is told: on its way to being signed and filed, and afterwards."""

from dataclasses import replace
from datetime import date

from jianxi import cases
from jianxi.cases import Fact, Section, facts
from jianxi.history import Entry
from jianxi.masking import mask_phone
from jianxi.templatetags.ui import money
from trainees.contract_text import in_articles
from trainees.course import MOVES
from trainees.models import Agreement, Contract
from trainees.queries import AgreementState
from trainees.signing import COURSE

State = Contract.State
BEGUN, CHECKED, INSURED, READ = "拟定协议", "核对证件", "填写保险单", "阅读见习须知"
STEPS = [BEGUN, CHECKED, INSURED, READ, *(move.label for move in MOVES.values())]


def happened(contract: Contract | None, agreement: Agreement | None) -> list[Entry]:
    """Both of them, newest first; what one act did to both is told once."""
    rows = [row for row in (contract, agreement) if row]
    return cases.happened(COURSE, *rows, also=STEPS)


def sent_back(contract: Contract, entries: list[Entry]) -> Entry | None:
    """The step by which the district had it amended, while it is."""
    if contract.state not in (State.DRAFT, State.EMPLOYER_SIGNED) or not contract.agreement_id:
        return None
    label = COURSE.transitions["return"].label
    return next((entry for entry in entries if entry.what == label), None)


def given_up(contract: Contract, entries: list[Entry]) -> Entry | None:
    if contract.state != State.CANCELLED:
        return None
    labels = {COURSE.transitions[name].label for name in ("cancel", "lapse")}
    return next((entry for entry in entries if entry.what in labels), None)


def sections(contract: Contract, *, parties: list[Fact], mentor: Fact) -> list[Section]:
    """`parties` and `mentor` differ by who looks."""
    start, end, *when = facts(contract, "planned_start", "planned_end", "hours", "workplace")
    allowance, *what = facts(contract, "allowance", "benefits", "duties", "more_terms")
    position = contract.position
    if position.months:
        end = replace(end, note=f"岗位公布 {position.months} 个月")
    if position.allowance is not None:
        allowance = replace(allowance, note=f"岗位公布 {money(position.allowance)}")
    terms = [start, end, *when, mentor, allowance, *what]
    return [Section("双方", parties), Section("约定", terms)]


def signatures(contract: Contract) -> Section:
    """Who signed when, by which account, and how the text is recognised."""
    signer, youth = contract.employer_signed_by, contract.application.trainee.user
    rows = [
        Fact("单位签署", contract.employer_signed_at, note=signer and account_of(signer)),
        Fact("本人签字", contract.youth_signed_at, note=_youths(contract, youth)),
    ]
    if contract.agreement:
        rows.append(Fact("协议编号", contract.agreement.number))
    rows += facts(contract, "filed_at")
    if contract.text_hash:
        rows.append(Fact("正文摘要（SHA-256）", contract.text_hash, wide=True))
    return Section("签署", rows)


def _youths(contract, youth) -> str:
    return account_of(youth) if contract.youth_signed_at and youth else ""


def account_of(user) -> str:
    return f"手机号 {mask_phone(user.phone)} 验证" if user.phone else ""


def sheet(contract: Contract, text: str) -> dict:
    """The text as templates/trainees/parts/contract_text.html draws it, with the signatures below
    it."""
    title, opening, articles = in_articles(text)
    signer, youth = contract.employer_signed_by, contract.application.trainee.user
    return {
        "title": title,
        "opening": opening,
        "articles": [{"heading": heading, "lines": lines} for heading, lines in articles],
        "signed": [
            {
                "who": "甲方",
                "account": account_of(signer) if signer else "",
                "at": contract.employer_signed_at,
            },
            {
                "who": "乙方",
                "account": _youths(contract, youth),
                "at": contract.youth_signed_at,
            },
        ],
        "hash": contract.text_hash,
        "number": contract.agreement.number if contract.agreement else "",
        "filed_at": contract.filed_at,
        "district": contract.position.base.district,
    }


# --- After signing


def agreement_sections(row: Agreement, *, parties: list[Fact], mentor: Fact) -> list[Section]:
    term = [
        *facts(row, "signed_on", "planned_start", "planned_end", "arrived_on", "allowance"),
        mentor,
        *facts(row, "insurer", "insurance_number"),
    ]
    told = [Section("双方", parties), Section("约定", term)]
    if row.ended_on:
        end = facts(row, "ended_on", "end_kind", "end_reason", "outcome", "outcome_on")
        told.append(Section("结束与去向", end))
    return told


def overdue(row: Agreement, state: AgreementState, today: date) -> str:
    """What is late about it, in words; "" for nothing."""
    if state == AgreementState.NOT_ARRIVED and row.planned_start < today:
        days = (today - row.planned_start).days
        return f"约定 {row.planned_start} 到岗，已过 {days} 天。到岗了请补记，不来的请取消协议。"
    if state == AgreementState.OVERDUE:
        days = (today - row.planned_end).days
        return f"约定 {row.planned_end} 结束，已过 {days} 天，请办理结束。"
    return ""
