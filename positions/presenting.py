"""How a position is told, to whoever may see it."""

from django.urls import reverse

from jianxi.cases import Fact, Section, facts
from positions.models import Position
from positions.queries import PositionState

State = Position.State


def state_of(row: Position):
    """What it is now: what was decided or, once published, what the day says. `row`: with_state."""
    return PositionState(row.state_now) if row.state_now else State(row.state)


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
