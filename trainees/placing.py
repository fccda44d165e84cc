"""Whether a youth can have a place of a position: nobody takes the last one twice."""

from datetime import date

from bases.models import Base
from jianxi.findings import Finding, blocking, refusal
from positions.models import Position
from regions.policy import policy_at
from trainees.caps import caps_of
from trainees.clashes import engaged
from trainees.facts import findings_of
from trainees.models import Trainee

State = Position.State
STANDS, PLACES = "position", "places"


def by_dispatch(day: date) -> bool:
    """Whether the region's districts place youths, rather than both sides choosing each other."""
    return policy_at(day).value("selection") == "dispatch"


def hold(position: Position) -> Position:
    """The position as it is now, with how many places are `left`; until the transaction ends
    nobody else takes one at its base."""
    Base.objects.select_for_update(of=("self",), no_key=True).get(pk=position.base_id)
    Position.objects.select_for_update(of=("self",), no_key=True).get(pk=position.pk)
    return with_places(position)


def with_places(position: Position) -> Position:
    rows = Position.objects.with_places().select_related("base__profile", "base__district")
    return rows.get(pk=position.pk)


def place_findings(position: Position, day: date, *, more: int = 1) -> list[Finding]:
    """Whether the position takes so many `more` on the day. `position`: with its places."""
    return judge_places([(position, more)], day)[0]


def judge_places(asked: list[tuple[Position, int]], day: date) -> list[list[Finding]]:
    """The same of many, each with how many more, in their order; in a fixed number of
    statements."""
    bases = {position.base_id: position.base for position, _ in asked}
    existing = set(Base.objects.existing(day).filter(pk__in=bases).values_list("pk", flat=True))
    capped = caps_of(bases.values(), day)
    return [
        [
            _standing(position, position.base_id in existing),
            _room(position, more),
            *capped(position.base, more),
        ]
        for position, more in asked
    ]


def _standing(position, base_exists) -> Finding:
    offered = position.state in (State.PUBLISHED, State.PAUSED) and position.voided_at is None
    stands = base_exists and offered and position.closed_on is None
    return Finding(STANDS, "pass" if stands else "fail", "岗位和单位仍然在册")


def _room(position, more) -> Finding:
    outcome = "pass" if position.left >= more else "fail"
    return Finding(PLACES, outcome, "岗位还有名额", taken_words(position))


def taken_words(position: Position) -> str:
    return f"招募 {position.headcount} 人，已占 {position.taken} 人"


def full(position: Position) -> str:
    """That no place is left, in words; "" while one is. `position`: with its places."""
    return f"岗位已满：{taken_words(position)}。" if position.left <= 0 else ""


def no_place(trainee: Trainee, position: Position, day: date) -> str:
    """Why the youth cannot be taken into the position now; "" when it can, and nobody else can
    take the place before the transaction ends."""
    position = hold(position)
    if words := engaged(trainee.person_id):
        return f"{words}，不能再接收。"
    found = place_findings(position, day)
    stopped = {finding.key for finding in blocking(found)}
    if STANDS in stopped:
        return "岗位已经关闭，或单位已不在册。"
    if PLACES in stopped:
        return full(position)
    reason = refusal([*found, *findings_of(trainee, position, day=day)])
    return f"不符合规定：{reason}。" if reason else ""
