"""Clocks of reviews: when an answer is due, in working days from the day after receipt."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from jianxi.clocks import Clock
from jianxi.worklist import Item
from regions.calendar import working_days
from regions.policy import policy_at
from regions.workdays import Due


def answer_due(received: date, *keys: str) -> Due:
    """By the first of the policy's `keys` the documents speak of, else by review_working_days."""
    policy = policy_at(received)
    key = next((key for key in keys if key in policy), "review_working_days")
    return working_days().add_working_days(received, policy.value(key))


def with_clocks(items: Iterable[Item]) -> list[dict]:
    """Items of a work list as templates/parts/worklist.html takes them: {item, clock}."""
    today, calendar = timezone.localdate(), working_days()
    return [
        {
            "item": item,
            "clock": item.due_on
            and Clock.at(today, item.due_on, calendar, provisional=item.provisional),
        }
        for item in items
    ]


def settle_provisional(rows, *keys: str, since: str = "submitted_at"):
    """Recompute provisional due dates: the calendar has changed. `rows`: those whose clock runs,
    with `due_on` and `due_is_provisional`; `since`: the moment it began."""
    for row in rows.filter(due_is_provisional=True):
        due = answer_due(timezone.localdate(getattr(row, since)), *keys)
        if due != (row.due_on, row.due_is_provisional):
            row.due_on, row.due_is_provisional = due
            row.save(update_fields=["due_on", "due_is_provisional"])
