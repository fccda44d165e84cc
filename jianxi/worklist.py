"""The work list: what waits for a user, of all kinds, sorted by when it is due.

An app tells what it has for the user by registering a source, imported in its `ready()`:

    @source
    def months(request): yield Item(kind="月报", title="10月汇总表", …)

Employers and youths have theirs (`side`), and besides what others are doing for them (`under_way`):

    @source(side=EMPLOYER)
    @source(side=YOUTH, under_way=True)

A source runs in the region's scope, asks `request.access` (staff), `request.profile` (employers)
or `request.trainee` (youths) whom it is for, and takes a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models

OFFICE, EMPLOYER, YOUTH = "office", "employer", "youth"
SOURCES: dict[tuple[str, bool], list[Callable[..., Iterable["Item"]]]] = defaultdict(list)


@dataclass(frozen=True)
class Item:
    """`kind`: what sort of thing, a few characters. `action`: the one next step, a verb that leads
    to `url`. `due_on`: None for what has no clock; `provisional` as in jianxi.clocks. `state`: how
    it stands (a choice), for what is under way."""

    kind: str
    title: str
    url: str
    action: str
    subtitle: str = ""
    due_on: date | None = None
    provisional: bool = False
    state: models.Choices | None = None


def source(function=None, *, side: str = OFFICE, under_way: bool = False):
    def register(function):
        SOURCES[side, under_way].append(function)
        return function

    return register(function) if function else register


def waiting_for(request, side: str = OFFICE, *, under_way: bool = False) -> list[Item]:
    """Everything that waits for the request's user (or is under way): what is due first first,
    then the rest."""
    items = [item for function in SOURCES[side, under_way] for item in function(request)]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or date.max))
