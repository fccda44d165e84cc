"""The work list: what waits for a user, of all kinds, sorted by when it is due.

An app tells what it has for the user by registering a source, imported in its `ready()`:

    @source
    def months(request): yield Item(kind="月报", title="10月汇总表", …)

Employers and youths have theirs (`side`). What others are doing for the user, or about what the
user began, is `under_way`:

    @source(side=EMPLOYER)
    @source(side=YOUTH, under_way=True)

An item that says which record it is about (`about`) can be handed over to a colleague. Clocks that
somebody must keep are told as such (`Clocked`): they are reminded of, and passed up when overdue.

A source runs in the region's scope, asks `request.access` (staff), `request.profile` (employers)
or `request.trainee` (youths) whom it is for, and takes a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import quote

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jianxi.history import deeds
from jianxi.models import Assignment

OFFICE, EMPLOYER, YOUTH = "office", "employer", "youth"
DONE = "done"  # the tab of what one did
DEEDS = 50  # on a page of it
SOURCES: dict[tuple[str, bool], list[Callable[..., Iterable["Item"]]]] = defaultdict(list)


@dataclass(frozen=True)
class Item:
    """`kind`: what sort of thing, a few characters. `action`: the one next step, a verb that leads
    to `url`. `due_on`: None for what has no clock; `provisional` as in jianxi.clocks. `state`: how
    it stands (a choice), for what is under way. `about`: the record. `listing`: where items of this
    kind are worked off many at once. `assignment`: to whom it was handed over."""

    kind: str
    title: str
    url: str
    action: str
    subtitle: str = ""
    due_on: date | None = None
    provisional: bool = False
    state: models.Choices | None = None
    about: models.Model | None = field(default=None, compare=False)
    listing: str = ""
    assignment: Assignment | None = None

    @property
    def key(self) -> tuple[str, int] | None:
        return self.about and (self.about._meta.label_lower, self.about.pk)


@dataclass(frozen=True)
class Clocked:
    """Rows whose clock runs (`due_on`): `rows()` in the region's scope. `whose` leads to who must
    answer: the district (office, with the `right` it takes), the employer's profile, or the
    youth's user. `listing`: the name of the address where they are worked off; `page`: the address
    of a row, where it is no record's (see `opens`)."""

    kind: str
    rows: Callable[[], models.QuerySet]
    whose: str
    listing: str
    side: str = OFFICE
    right: str = ""
    page: Callable[[models.Model], str] | None = None

    def page_of(self, row: models.Model) -> str:
        """The address of one of them, "" where it has none of its own."""
        if self.page:
            return self.page(row)
        return page_of(self.side, row._meta.label_lower, row.region.slug, row.pk)


CLOCKED: list[Clocked] = []
PAGES: dict[tuple[str, str], str] = {}


def clocked(
    kind: str, rows, whose: str, *, listing: str, side: str = OFFICE, right: str = "", page=None
):
    """Register clocks that somebody must keep."""
    CLOCKED.append(Clocked(kind, rows, whose, listing, side, right, page))


def opens(model: type[models.Model], **names: str):
    """Register the page of a kind of record on each side: opens(Position, office="position")."""
    for side, name in names.items():
        PAGES[side, model._meta.label_lower] = f"{side}:{name}"


def page_of(side: str, table: str, region: str, pk: int) -> str:
    """The address of a record's page on a side, "" where it has none."""
    name = PAGES.get((side, table))
    return reverse(name, args=[region, pk]) if name else ""


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


def with_assignments(items: Iterable[Item]) -> list[Item]:
    """The items, each with whom it was handed over to; in one statement."""
    items = list(items)
    rows = Assignment.objects.filter(
        row_id__in={item.about.pk for item in items if item.about}
    ).select_related("assignee", "assigned_by")
    known = {(row.table, row.row_id): row for row in rows}
    return [replace(item, assignment=known.get(item.key)) for item in items]


def assignment_of(row: models.Model) -> Assignment | None:
    """To whom a record's case was handed over, while it waits."""
    found = Assignment.objects.filter(table=row._meta.label_lower, row_id=row.pk)
    return found.select_related("assignee", "assigned_by").first()


def is_anothers(item: Item, users: set[int], today: date) -> bool:
    """Handed over to somebody who is none of `users` (oneself and whom one covers). What is overdue
    is everybody's again."""
    late = item.due_on is not None and item.due_on < today
    return item.assignment is not None and not late and item.assignment.assignee_id not in users


def done(request, side: str) -> dict:
    """What the user decided, newest first, as templates/parts/deeds.html takes it."""
    slug, here = request.region.slug, f"{request.path}?tab={DONE}"
    before = _moment(request.GET.get("before", ""))
    found = deeds(request.user, request.region, before=before, most=DEEDS + 1)
    more, found = len(found) > DEEDS, found[:DEEDS]
    return {
        "deeds": [
            {"deed": deed, "url": deed.url or page_of(side, deed.table, slug, deed.row)}
            for deed in found
        ],
        "older": f"{here}&before={quote(found[-1].at.isoformat())}" if more else "",
        "newest": here if before else "",
    }


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
