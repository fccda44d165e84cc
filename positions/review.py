"""Deciding on filings, one or many."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from jianxi.records import Record
from jianxi.workflow import TransitionRefused, Workflow
from positions.models import Position
from positions.workflow import COURSE, REVIEW

# What is said often when a filing is sent back, a click each.
REASONS = [
    "职责写得太笼统，请写明做什么、学什么",
    "月基本生活费请核对",
    "工作地点请写到门牌",
    "招募人数与单位规模不符，请核对",
    "带教老师请写明",
]
DECISIONS = ("publish", "return", "reject")


def waiting(access):
    """Filings that wait for who holds the right, first due first."""
    rows = Position.objects.standing().filter(state=Position.State.SUBMITTED)
    return rows.in_districts(access.districts(REVIEW)).order_by("due_on", "pk")


def neighbours(access, row: Position) -> tuple[Position | None, Position | None]:
    """The filings before and after one in the order they wait."""
    rows = waiting(access).exclude(pk=row.pk)
    if row.due_on is None:
        return None, rows.first()
    before = rows.filter(due_on__lte=row.due_on).exclude(due_on=row.due_on, pk__gt=row.pk)
    after = rows.filter(due_on__gte=row.due_on).exclude(due_on=row.due_on, pk__lt=row.pk)
    return before.last(), after.first()


def move_many(
    rows: Iterable[Record], name: str, *, actor, comment: str = "", course: Workflow = COURSE
) -> tuple[list[Record], list[tuple[Record, str]]]:
    """Carry out a transition on each that allows it; those done, and those refused with why.

    Each stands by itself: one that a colleague decided meanwhile holds up no other.
    """
    done, refused = [], []
    for row in rows:
        try:
            with transaction.atomic():
                done.append(course.move(row, name, actor=actor, comment=comment))
        except TransitionRefused as reason:
            refused.append((row, str(reason)))
        except PermissionDenied:
            refused.append((row, "您没有办理这一项的权限。"))
    return done, refused
