"""The work list: what waits for a user, of all kinds, sorted by when it is due.

An app tells what it has for the user by registering a source, imported in its `ready()`:

    @source
    def months(request): yield Item(kind="月报", title="10月汇总表", …)

A source runs in the region's scope, asks `request.access` what the user may do, and takes a fixed
number of statements.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

SOURCES: list[Callable[..., Iterable["Item"]]] = []


@dataclass(frozen=True)
class Item:
    """`kind`: what sort of thing, a few characters. `action`: the one next step, a verb that leads
    to `url`. `due_on`: None for what has no clock; `provisional` as in jianxi.clocks."""

    kind: str
    title: str
    url: str
    action: str
    subtitle: str = ""
    due_on: date | None = None
    provisional: bool = False


def source(function):
    SOURCES.append(function)
    return function


def waiting_for(request) -> list[Item]:
    """Everything that waits for the request's user: what is due first first, then the rest."""
    items = [item for function in SOURCES for item in function(request)]
    return sorted(items, key=lambda item: (item.due_on is None, item.due_on or date.max))
