"""What waits for a district: applications to judge, youths in the pool to place."""

from collections.abc import Iterable
from datetime import date

from jianxi.findings import Finding
from positions.models import Position
from regions.policy import policy_at
from trainees.applying import REVIEW
from trainees.facts import findings_of
from trainees.models import Application
from trainees.placing import by_dispatch, judge_places
from trainees.queries import ApplicationQuerySet

State = Application.State
OPEN, TAKEN_IN = ApplicationQuerySet.OPEN, ApplicationQuerySet.TAKEN_IN
# What is said often when an application is sent back or refused, a click each.
REASONS = [
    "学历信息请核对，写明最高学历和毕业日期",
    "请补充失业登记日期",
    "请核对现在是否已经就业",
    "岗位已满，请另报其他岗位",
    "岗位已停止招募，请另报其他岗位",
    "联系不上本人，请核对手机号",
]


def waiting(access, *, from_pool: bool):
    """Applications that wait for who holds the right, first due first."""
    rows = Application.objects.standing().filter(state=State.SUBMITTED, from_pool=from_pool)
    return rows.in_districts(access.districts(REVIEW)).order_by("due_on", "pk")


def neighbours(access, row: Application) -> tuple[Application | None, Application | None]:
    """Those before and after one in the order they wait."""
    rows = waiting(access, from_pool=row.from_pool).exclude(pk=row.pk)
    if row.state != State.SUBMITTED:
        return None, rows.first()
    before = rows.filter(due_on__lte=row.due_on).exclude(due_on=row.due_on, pk__gt=row.pk)
    after = rows.filter(due_on__gte=row.due_on).exclude(due_on=row.due_on, pk__lt=row.pk)
    return before.last(), after.first()


def judged(rows: Iterable[Application], day: date) -> dict[int, list[Finding]]:
    """What an officer has to know of each that is not over, by id: whether the youth may take part,
    and whether its position has a place; in a fixed number of statements. `rows`: with trainee."""
    rows, policy = [row for row in rows if row.state in OPEN], policy_at(day)
    wanted = {row.position_id for row in rows if row.position_id}
    known = Position.objects.with_places().filter(pk__in=wanted).select_related("base")
    positions = {position.pk: position for position in known}
    placed = [row for row in rows if row.position_id]
    asked = [(positions[row.position_id], 0 if row.state in TAKEN_IN else 1) for row in placed]
    places = dict(zip((row.pk for row in placed), judge_places(asked, day), strict=True))
    return {
        row.pk: [
            *findings_of(row.trainee, row.position, day=day, policy=policy),
            *places.get(row.pk, []),
        ]
        for row in rows
    }


def placing(today) -> str:
    """How the region brings one from the pool to a position: the transition's name."""
    return "dispatch" if by_dispatch(today) else "refer"
