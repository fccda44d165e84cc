"""Where an application stands, as its youth reads it: the way in steps, who has it now, what was
said."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from jianxi.clocks import Clock
from jianxi.history import Entry
from trainees.applying import COURSE
from trainees.models import Application, Contract

State = Application.State
APPLIED, DISTRICT, BASE, SIGNING, ARRIVAL = "applied", "district", "base", "signing", "arrival"
# Which step a state is at.
AT = {
    State.SUBMITTED: DISTRICT,
    State.RETURNED: DISTRICT,
    State.REJECTED: DISTRICT,
    State.REFERRED: BASE,
    State.DECLINED: BASE,
    State.ACCEPTED: SIGNING,
    State.DISPATCHED: SIGNING,
    State.SIGNED: ARRIVAL,
}
OVER = (State.REJECTED, State.DECLINED, State.WITHDRAWN)
SAID = ("return", "reject", "decline", "put_back")  # steps whose comment the youth acts on


@dataclass(frozen=True)
class Step:
    """`state`: done, now, stopped (it ended or waits for the youth here) or ahead."""

    label: str
    state: str
    at: date | datetime | None = None


@dataclass(frozen=True)
class Task:
    """What the youth has to do next; `url` where."""

    words: str
    url: str


def steps(row: Application, *, by_dispatch: bool) -> list[Step]:
    """`row` with its district and, where it has one, position, base and contract
    (`with_contract`)."""
    agreement = agreement_of(row)
    arrived = agreement and agreement.arrived_on
    base = _base_of(row)
    labels = {
        APPLIED: "提交报名",
        DISTRICT: f"{row.district}安排岗位" if row.from_pool else f"{row.district}审核",
        BASE: f"{base}答复",
        SIGNING: "签协议",
        ARRIVAL: "到岗",
    }
    if by_dispatch:
        del labels[BASE]
    reached = {
        APPLIED: row.submitted_at,
        DISTRICT: row.referred_at,
        SIGNING: agreement and agreement.signed_on,
        ARRIVAL: arrived,
    }
    here = list(labels).index(_step_of(row, labels))
    told = []
    for index, (key, label) in enumerate(labels.items()):
        if index < here or (key == ARRIVAL and arrived):
            told.append(Step(label, "done", reached.get(key)))
        elif index == here:
            stopped = row.state in (*OVER, State.RETURNED)
            told.append(Step(label, "stopped" if stopped else "now"))
        else:
            told.append(Step(label, "ahead"))
    return told


def _step_of(row, labels) -> str:
    if row.state == State.WITHDRAWN:  # it does not say from where
        return BASE if row.referred_at and BASE in labels else DISTRICT
    return AT[row.state]


def holder(row: Application) -> str:
    """Who has it now, and for what; "" when it is over."""
    agreement = agreement_of(row)
    if is_to_be_signed(row):
        return "等您看协议、签字"
    if row.state == State.SIGNED:
        if agreement is None or agreement.ended_on:
            return ""
        return "已到岗" if agreement.arrived_on else f"约定 {agreement.planned_start} 开始"
    base = _base_of(row)
    return {
        State.SUBMITTED: f"{row.district}办理",
        State.RETURNED: "等您补正，再提交",
        State.REFERRED: f"{base}答复",
        State.ACCEPTED: f"{base}拟定协议",
        State.DISPATCHED: f"{base}拟定协议",
    }.get(row.state, "")


def waits_since(row: Application, entries: list[Entry]) -> datetime | None:
    """Since when the base has had the youth and the agreement to draw up: no document says how soon
    it must. `entries`: what happened, the newest first."""
    if row.state not in (State.ACCEPTED, State.DISPATCHED):
        return None
    taken_in = {COURSE.transitions[name].label for name in ("accept", "dispatch")}
    return next((entry.at for entry in entries if entry.what in taken_in), None)


def task(row: Application) -> Task | None:
    """What the application waits for the youth to do."""
    region, contract, agreement = row.region.slug, contract_of(row), agreement_of(row)
    if row.state == State.RETURNED:
        return Task("去补正", reverse("me:application", args=[region, row.pk]))
    if is_to_be_signed(row):
        return Task("看协议、签字", reverse("me:contract", args=[region, contract.pk]))
    if row.state == State.SIGNED and agreement:
        return Task("看见习协议", reverse("me:agreement", args=[region, agreement.pk]))
    return None


def is_to_be_signed(row: Application) -> bool:
    """The employer has signed, and waits for the youth."""
    contract = contract_of(row)
    waits = contract is not None and contract.state == Contract.State.EMPLOYER_SIGNED
    return waits and row.state in (State.ACCEPTED, State.DISPATCHED)


def _base_of(row: Application) -> str:
    return row.position.base.profile.name if row.position else "单位"


def contract_of(row: Application) -> Contract | None:
    return next(iter(row.live_contracts), None)


def agreement_of(row: Application):
    contract = contract_of(row)
    return contract and contract.agreement


def clock_of(row: Application, today: date, calendar) -> Clock | None:
    if row.due_on is None:
        return None
    return Clock.at(today, row.due_on, calendar, provisional=row.due_is_provisional)


def said(row: Application, entries: list[Entry]) -> Entry | None:
    """The step that sent it back or ended it, where that was the last one."""
    labels = {COURSE.transitions[name].label for name in SAID}
    return entries[0] if entries and entries[0].what in labels else None
