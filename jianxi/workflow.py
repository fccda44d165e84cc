"""Transitions: a state changes only along a table that can be read.

An app lists its transitions in `workflow.py`:

    WORKFLOW = Workflow("report", [Transition("submit", "报送", {"compiled"}, "submitted", …)])

and moves a row with `WORKFLOW.move(row, "submit", actor=…, comment=…)`: the row is locked, state
and right are judged on the locked row, the change is written with its actor and comment into the
history, and what follows runs in the same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from jianxi.history import acting
from jianxi.locks import Lock, hold
from jianxi.models import Assignment

LONGEST_COMMENT = 1000


class TransitionRefused(Exception):
    """The transition is not possible now; the message says why in the user's words."""


@dataclass(frozen=True)
class Transition:
    name: str
    label: str
    sources: frozenset[str]
    target: str
    may: Callable[[object, models.Model], bool]
    comment_required: bool = False
    check: Callable[[models.Model, object], str] = lambda row, actor: ""  # a reason to refuse
    follow: Callable[..., None] = lambda row, actor, **facts: None  # in the same transaction
    freezing: bool = False
    alone: Lock | None = None  # one at a time in a region: it looks at other rows too


class Workflow:
    """The transitions of one kind of row, by name.

    `over(row)`: what a row is called that has come to its end by a date ("已关闭"), "" before: no
    transition leads on from there.
    """

    def __init__(
        self,
        field: str,
        transitions: list[Transition],
        over: Callable[[models.Model], str] = lambda row: "",
    ):
        self.field = field
        self.over = over
        self.transitions = {transition.name: transition for transition in transitions}

    def open_to(self, actor, row) -> list[Transition]:
        """What this actor can do with the row now."""
        if self.over(row):
            return []
        state = getattr(row, self.field)
        return [t for t in self.transitions.values() if state in t.sources and t.may(actor, row)]

    def move(self, row, name: str, *, actor, comment: str = "", **facts):
        """Carry out a transition; returns the row as it is then.

        Raises PermissionDenied, or TransitionRefused when the state has moved on, a comment is
        missing or too long, or the transition's own check finds a reason.
        """
        transition = self.transitions[name]
        model = type(row)
        with acting(actor, _note(transition, comment), about=row, freezing=transition.freezing):
            if transition.alone:  # before the row's own lock, or two could wait for each other
                hold(transition.alone, row.region_id)
            row = model.objects.select_for_update(of=("self",)).get(pk=row.pk)
            if not transition.may(actor, row):
                raise PermissionDenied
            state = getattr(row, self.field)
            if (over := self.over(row)) or state not in transition.sources:
                shown = over or getattr(row, f"get_{self.field}_display")()
                raise TransitionRefused(f"现在是“{shown}”，不能{transition.label}。")
            if transition.comment_required and not comment.strip():
                raise TransitionRefused(f"{transition.label}需要写明意见。")
            if (written := len(comment.replace("\r\n", "\n"))) > LONGEST_COMMENT:
                raise TransitionRefused(
                    f"意见最多 {LONGEST_COMMENT:,} 个字，现在 {written:,} 个，请删减。"
                )
            if reason := transition.check(row, actor):
                raise TransitionRefused(reason)
            setattr(row, self.field, transition.target)
            transition.follow(row, actor, comment=comment, **facts)
            row.save()
            Assignment.objects.filter(table=model._meta.label_lower, row_id=row.pk).delete()
        return row


def _note(transition: Transition, comment: str) -> str:
    return f"{transition.label}：{comment}" if comment else transition.label


def after_commit(function, *args, **kwargs):
    """Run when, and only when, what was written stands."""
    transaction.on_commit(lambda: function(*args, **kwargs))
