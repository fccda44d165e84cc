"""How a position is told, to whoever may see it."""

from collections.abc import Iterable
from dataclasses import replace

from django.urls import reverse

from jianxi.cases import Fact, Section, facts
from jianxi.clocks import Clock
from jianxi.drafts import NOTE
from jianxi.history import Entry, timeline
from jianxi.records import Record
from jianxi.workflow import Workflow
from positions.models import Position
from positions.queries import PositionState
from positions.workflow import COURSE

State = Position.State


def state_of(row: Position):
    """What it is now: what was decided or, once published, what the day says. `row`: with_state."""
    return PositionState(row.state_now) if row.state_now else State(row.state)


def clock_of(row: Record, today, calendar) -> Clock | None:
    """The clock that runs, the same for both sides."""
    if row.due_on is None:
        return None
    return Clock.at(today, row.due_on, calendar, provisional=row.due_is_provisional)


def happened(row: Record, course: Workflow = COURSE, also: Iterable[str] = ()) -> list[Entry]:
    """The timeline without what was only typed; a step of the course, and what is done `also`,
    under its own name."""
    steps = {transition.label for transition in course.transitions.values()} | set(also)
    entries = []
    for entry in timeline(row):
        step, _, comment = entry.note.partition("：")
        if step in steps:
            entry = replace(entry, what=step, note=comment, changes=[])
        if entry.note != NOTE:
            entries.append(entry)
    return entries


def sent_back(row: Position, entries: list[Entry]) -> Entry | None:
    """The step by which the district returned or refused it, where that is how it stands."""
    label = {State.RETURNED: "return", State.REJECTED: "reject"}.get(row.state)
    if label is None:
        return None
    step = COURSE.transitions[label].label
    return next((entry for entry in entries if entry.what == step), None)


def sections(row: Position, *, mentor: Fact, at: list[Fact]) -> list[Section]:
    """All of it; `mentor` and what is told of the base (`at`) differ by who looks."""
    post = facts(row, "title", "number", "category", "headcount", "workplace", "duties")
    wanted = facts(row, "education", "major", "hazards")
    offered = facts(row, "allowance", "benefits", "months", "is_model")
    term = facts(row, "published_on", "valid_until", "closed_on")
    return [
        Section("岗位", post),
        Section("要求", wanted),
        Section("待遇和期限", offered + term),
        Section("带教和联系", [mentor, *facts(row, "contact")]),
        Section("单位", at),
    ]


def of_base(row: Position, region: str) -> list[Fact]:
    base = row.base
    return [
        Fact("单位名称", base.profile.name, url=reverse("office:base", args=[region, base.pk])),
        Fact("统一社会信用代码", base.profile.employer.uscc),
        Fact("所属区县", base.district),
    ]
