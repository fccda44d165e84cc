"""Deciding on applications to become a base."""

from bases.models import BaseApplication
from bases.recognition import IN_REVIEW, REVIEW

# What is said often when an application is sent back, a click each.
REASONS = [
    "参保证明与填写的人数、日期不一致，请核对",
    "营业执照看不清，请重新上传",
    "见习计划写得太笼统，请写明岗位、内容和考核",
    "安全管理制度请补充劳动保护和意外处理",
    "带教老师请写明职务和从业年限",
]
DECISIONS = ("recognise", "return", "reject")


def in_review():
    rows = BaseApplication.objects.standing().filter(state__in=IN_REVIEW)
    return rows.select_related("profile", "district")


def waiting(access):
    """Applications that wait for who holds the right, first due first."""
    return in_review().in_districts(access.districts(REVIEW)).order_by("due_on", "pk")


def neighbours(access, row: BaseApplication):
    """The applications before and after one in the order they wait; None where there is none."""
    rows = waiting(access).exclude(pk=row.pk)
    if row.due_on is None:
        return None, rows.first()
    before = rows.filter(due_on__lte=row.due_on).exclude(due_on=row.due_on, pk__gt=row.pk)
    after = rows.filter(due_on__gte=row.due_on).exclude(due_on=row.due_on, pk__lt=row.pk)
    return before.last(), after.first()
