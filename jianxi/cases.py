"""One record's page: its facts in sections, what hangs on it, what happened, what can be done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from jianxi import voiding
from jianxi.drafts import NOTE
from jianxi.history import Entry, timeline
from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.lists import Table
from jianxi.records import Masking, Record
from jianxi.templatetags.ui import money
from jianxi.workflow import TransitionRefused, Workflow

SHOWN = 20  # related records on a case; the rest are in their list


@dataclass(frozen=True)
class Fact:
    """With a `reveal_url` the value is a masked one, and can be asked for in full."""

    label: str
    value: object
    wide: bool = False
    reveal_url: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Related:
    """The first of the records that hang on this one; `url`: where all are, "" for nowhere."""

    title: str
    table: Table
    url: str
    more: bool
    nothing: str

    @classmethod
    def first(cls, title, columns, queryset, *, row_url=lambda row: "", url="", nothing=""):
        rows = list(queryset[: SHOWN + 1])
        table = Table(columns, rows[:SHOWN], row_url)
        return cls(title, table, url, len(rows) > SHOWN, nothing or f"没有{title}。")


# What hangs on a kind of record, told by the apps above it: model name → (request, row) → Related.
HANGING: dict[str, list[Callable[..., Related]]] = {}


def hangs_on(kind: str):
    """Register a table for the cases of a kind ("base"): a function of the request and the row."""

    def register(related):
        HANGING.setdefault(kind, []).append(related)
        return related

    return register


def find(request, queryset, pk: int, permission: str = "view_records"):
    """The record, for who may do this to it.

    Raises Http404 where the user sees nothing, PermissionDenied where he may only look.
    """
    row = queryset.in_districts(request.access.districts("view_records")).filter(pk=pk).first()
    if row is None:
        raise Http404
    if permission != "view_records" and not may(request, row, permission):
        raise PermissionDenied
    return row


def may(request, row: Record, permission: str) -> bool:
    if not request.access.holds(permission):
        return False
    within = type(row).objects.in_districts(request.access.districts(permission))
    return within.filter(pk=row.pk).exists()


def comment_of(request) -> str:
    """What was written beside a decision. Raises TransitionRefused for what cannot be kept."""
    try:
        return clean_text(request.POST.get("comment", ""))
    except InvalidIdentifier as fault:
        raise TransitionRefused(f"意见{fault}。") from None


def facts(row: models.Model, *columns: str, reveal: Mapping[str, str] = {}) -> list[Fact]:
    """A fact for each column; personal ones masked, `reveal` says where to ask for them."""
    return [_fact(row, row._meta.get_field(column), reveal) for column in columns]


def _fact(row, column, reveal) -> Fact:
    label = str(column.verbose_name)
    if isinstance(row, Masking) and column.name in row.PERSONAL:
        masked = row.masked(column.name)
        return Fact(label, masked, reveal_url=reveal.get(column.name, "") if masked else "")
    value = getattr(row, column.name)
    if column.choices:
        value = getattr(row, f"get_{column.name}_display")()
    elif isinstance(column, models.DecimalField):
        value = money(value)
    return Fact(label, value, wide=isinstance(column, models.TextField))


def happened(course: Workflow, *rows: models.Model, also: Iterable[str] = ()) -> list[Entry]:
    """The timeline without what was only typed; a step of the course, and what is done `also`,
    under its own name."""
    steps = {transition.label for transition in course.transitions.values()} | set(also)
    entries = []
    for entry in timeline(*rows):
        step, _, comment = entry.note.partition("：")
        if step in steps:
            entry = replace(entry, what=step, note=comment, changes=[])
        if entry.note != NOTE:
            entries.append(entry)
    return entries


def sent_back(course: Workflow, row: models.Model, entries: list[Entry]) -> Entry | None:
    """The step, with its comment, by which a filing was returned or refused, where that is how it
    stands now."""
    state = getattr(row, course.field)
    steps = {
        one.label
        for one in course.transitions.values()
        if one.comment_required and one.target == state
    }
    return next((entry for entry in entries if entry.what in steps), None)


def show(
    request,
    row: Record,
    *,
    sections: list[Section],
    crumb: str,
    edit: str,
    state: models.Choices | None = None,
    number: str = "",
    title: str = "",
    related: Iterable[Related] = (),
    others: Iterable[models.Model] = (),
    links: Iterable[dict] = (),
    template: str = "records/case.html",
    status: int = 200,
    **more,
):
    """The page of a case. `crumb`, `edit`: names of addresses, of the list and of the correction
    ("": it is corrected elsewhere); `others`: rows whose history is part of this one's; `links`:
    more that can be done; `template` extends records/case.html and takes `more`."""
    slug = request.region.slug
    kind = voiding.kind_of(row)
    links = list(links)
    if row.voided_at is None:
        if edit and may(request, row, "edit_records"):
            links.insert(0, {"label": "更正", "url": reverse(edit, args=[slug, row.pk])})
        if may(request, row, "void_records"):
            void = reverse("office:void", args=[slug, kind, row.pk])
            links.append({"label": "申请作废", "url": void})
    return render(
        request,
        template,
        {
            "case": {
                "title": title or row.title,
                "number": number,
                "state": "voided" if row.voided_at else state and state.value,
                "state_label": "已作废" if row.voided_at else state and state.label,
                "due_on": None,
                "crumbs": [{"label": row._meta.verbose_name, "url": reverse(crumb, args=[slug])}],
                "url_before": "",
                "url_after": "",
            },
            "voiding": voiding.last_request(row),
            "sections": sections,
            "related": [*related, *(told(request, row) for told in HANGING.get(kind, []))],
            "entries": timeline(row, *others),
            "links": links if row.voided_at is None else [],
            **more,
        },
        status=status,
    )
