"""What waits for a district: applications to judge, youths in the pool to place."""

from trainees.applying import REVIEW
from trainees.models import Application
from trainees.placing import by_dispatch

State = Application.State
# What is said often when an application is sent back or refused, a click each.
REASONS = [
    "学历信息请核对，写明最高学历和毕业日期",
    "请补充失业登记日期",
    "请核对现在是否已经就业",
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


def placing(today) -> str:
    """How the region brings one from the pool to a position: the transition's name."""
    return "dispatch" if by_dispatch(today) else "refer"
