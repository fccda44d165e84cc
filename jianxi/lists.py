"""Lists of records: one idea for all kinds.

An app says once what a list of its records is (`RecordList`): where the rows come from, how they
are filtered and ordered, and which typed columns they have. The page, the export and the tables
on a case are drawn from it.

Paging is by key: a page begins after a row, not after so many rows, so that the hundredth page
costs what the first does. The order is newest first, by a date and the row's number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import django_filters
from django import forms
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models import Q
from django.forms.utils import flatatt
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.records import TooMany
from jianxi.templatetags.ui import TONE_OF

SIZES = (20, 50, 100)
WHERE = "所属区县"  # the column and the filter that only who holds several units needs
OFFERED = 500  # units to choose from
EXACT = 1000  # rows counted before a total becomes “1,000+”


# --- Columns


@dataclass(frozen=True)
class Column:
    """`value` is a dotted name or a function of the row; it gives text, a number, a Decimal (yuan),
    a date, a choice or None, and stays typed in an export. `badge`: the value is a state. `minor`:
    left out on a phone. `broad`: long text, which gets room."""

    label: str
    value: str | Callable[[models.Model], object]
    numeric: bool = False
    badge: bool = False
    minor: bool = False
    broad: bool = False
    on_page: bool = True  # else in the export alone

    def of(self, row) -> object:
        if callable(self.value):
            return self.value(row)
        value = row
        for name in self.value.split("."):
            if value is None:
                return None
            value = getattr(value, name)
        return value() if callable(value) else value

    def render(self, row):
        """The value as a page shows it; see the template tag `cell`."""
        value = self.of(row)
        if isinstance(value, models.Choices):
            if self.badge:
                return badge(value)
            value = value.label
        return value


def badge(state: models.Choices, label: str = ""):
    tone = TONE_OF.get(state.value, "neutral")
    return format_html('<span class="badge tone-{}">{}</span>', tone, label or state.label)


def clock_badge(clock):
    """A jianxi.clocks.Clock in a column."""
    return render_to_string("parts/clock.html", {"clock": clock})


# --- Filters


class LongSelect(forms.Select):
    """A select whose hundreds of options are written without asking a template for each."""

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join(
            "",
            "<option{}>{}</option>",
            (
                (flatatt({"value": key, "selected": key == (value or "")}), label)
                for key, label in self.choices
            ),
        )
        attrs = flatatt(self.build_attrs(self.attrs, attrs) | {"name": name})
        return format_html("<select{}>{}</select>", attrs, options)


class ListFilter(django_filters.FilterSet):
    """The filter row. `districts`: those the user holds (a queryset in the tree's order); no other
    is offered or accepted. `today`: the day that states are asked of."""

    words = "关键词"  # what can be sought
    too_many = ""

    q = django_filters.CharFilter(label="关键词", method="search", max_length=100)
    district = django_filters.ChoiceFilter(
        label=WHERE, method="lying_in", empty_label="全部", widget=LongSelect
    )

    def __init__(self, data=None, queryset=None, *, districts: models.QuerySet, today: date):
        super().__init__(data, queryset)
        self.today = today
        self.filters["q"].label = self.words
        self.districts = districts
        self.units = {unit.key: unit for unit in _offered(districts)}
        if len(self.units) > 1:
            self.filters["district"].extra["choices"] = [
                (key, _in_tree(unit)) for key, unit in self.units.items()
            ]
        else:
            del self.filters["district"]

    def search(self, queryset, name, words):
        try:
            words = clean_text(words)
            return queryset.search(words, self.districts) if words else queryset
        except InvalidIdentifier:  # no stored text holds such characters
            return queryset.none()
        except TooMany as error:
            self.too_many = str(error)
            return queryset.none()

    def lying_in(self, queryset, name, key):
        return queryset.in_districts(self.districts.below(self.units[key]))

    def by_state(self, queryset, name, state):
        return queryset.in_state(state, self.today)

    def is_valid(self) -> bool:
        """The search is part of it."""
        if super().is_valid() and self.qs is not None and self.too_many:
            self.form.add_error("q", self.too_many)
        return not self.form.errors

    @property
    def is_narrowed(self) -> bool:
        return any(value not in (None, "") for value in self.form.cleaned_data.values())


def _offered(districts) -> list:
    """The units to choose from: where there are very many, those that have others below them."""
    units = districts.exclude(parent=None)
    units = units.values_list("key", "name", "path", "valid_to", named=True)
    offered = list(units[: OFFERED + 1])
    return offered if len(offered) <= OFFERED else list(units.exclude(has_children=False))


def _in_tree(unit) -> str:
    """A unit's name, set in under the unit above it."""
    depth = unit.path.count("/") - 2  # of those right below the root: 0
    ended = f"（{unit.valid_to:%Y-%m-%d} 止）" if unit.valid_to else ""
    return "　" * depth + unit.name + ended


def days(column: str, label: str) -> tuple[django_filters.DateFilter, django_filters.DateFilter]:
    """Filters of a date from a day on, and up to a day."""
    return tuple(
        django_filters.DateFilter(
            field_name=column,
            lookup_expr=lookup,
            label=f"{label}{word}",
        )
        for lookup, word in [("gte", "自"), ("lte", "至")]
    )


# --- Pages


class Cursor(NamedTuple):
    """Where a page begins (or ends, going back): its first row's 序号, and the row next to it."""

    start: int
    day: date | None
    pk: int

    def __str__(self):
        return f"{self.start}.{self.day or ''}.{self.pk}"

    @classmethod
    def read(cls, text: str):
        try:
            start, day, pk = text.split(".")
            cursor = cls(int(start), date.fromisoformat(day) if day else None, int(pk))
        except ValueError:
            raise BadRequest("翻页的位置看不懂，请回到列表重新查询。") from None
        if not (0 < cursor.start < 2**31 and 0 < cursor.pk < 2**63):
            raise BadRequest("翻页的位置看不懂，请回到列表重新查询。")
        return cursor


@dataclass(frozen=True)
class Page:
    rows: list
    start: int
    previous: str
    next: str
    size: int
    sizes: tuple[int, ...] = SIZES


def page_of(queryset, order: str, params, *, oldest_first: bool = False) -> Page:
    """One page of a list, by `after` or `before` and `size` of the address.

    `order`: the date the newest (or oldest) of which comes first, "" for the row's number alone.
    One statement, one row more than is shown tells whether there is a page beyond.
    """
    size = int(params.get("size", 0)) if params.get("size") in map(str, SIZES) else SIZES[0]
    backward = "before" in params
    text = params.get("before" if backward else "after")
    cursor = Cursor.read(text) if text else None
    upwards = backward != oldest_first
    queryset = queryset.order_by(*_order(order, "" if upwards else "-"))
    if cursor:
        queryset = _beyond(queryset, order, cursor, "gt" if upwards else "lt")
    rows = list(queryset[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
        start = max(1, cursor.start - len(rows)) if more and cursor else 1
    else:
        start = cursor.start if cursor else 1
    before, after = (cursor is not None, more) if not backward else (more, True)

    def mark(row, first):
        return str(Cursor(first, getattr(row, order) if order else None, row.pk))

    return Page(
        rows,
        start,
        mark(rows[0], start) if rows and before else "",
        mark(rows[-1], start + len(rows)) if rows and after else "",
        size,
    )


def _order(order: str, sign: str = "-") -> list[str]:
    return [f"{sign}{order}", f"{sign}pk"] if order else [f"{sign}pk"]


def _beyond(queryset, order: str, cursor: Cursor, past: str):
    """Rows past the cursor's; the first condition lets an index on the date begin there."""
    if not order:
        return queryset.filter(**{f"pk__{past}": cursor.pk})
    if cursor.day is None:
        raise BadRequest("翻页的位置看不懂，请回到列表重新查询。")
    same_day = Q(**{f"{order}__{past}": cursor.day}) | Q(**{f"pk__{past}": cursor.pk})
    return queryset.filter(same_day, **{f"{order}__{past}e": cursor.day})


def total_of(queryset) -> str:
    """How many rows, exactly to a thousand: no more are counted."""
    total = queryset.order_by().values("pk")[: EXACT + 1].count()
    return f"{total:,}" if total <= EXACT else f"{EXACT:,}+"


def chosen(request, what: str) -> set[int]:
    """The numbers of the rows that were ticked. Raises BadRequest where there are none."""
    sent = request.POST.getlist("ids")
    numbers = {int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 19}
    if not numbers or len(sent) > max(SIZES):
        raise BadRequest(f"没有选中{what}，请回到列表勾选。")
    return numbers


# --- A list


class RecordList:
    """What a list of one kind of record is. Made for a request or a job, in a region's scope."""

    name: str  # in addresses
    label: str  # what the records are called
    filters: type[ListFilter] = ListFilter
    order: str = ""  # a date column: newest first
    opens: str = ""  # the address of one record
    empty: str = ""  # what to do when there is none

    def __init__(self, region, today: date | None = None):
        self.region = region
        self.today = today or timezone.localdate()

    @property
    def title(self) -> str:
        """What the list is headed, once it is filtered."""
        return self.label

    def rows(self) -> models.QuerySet:
        """All standing records, with what the columns read."""
        raise NotImplementedError

    def columns(self) -> list[Column]:
        raise NotImplementedError

    def some(self, *labels: str) -> list[Column]:
        """Columns by their labels, for a smaller table."""
        return [column for column in self.columns() if column.label in labels]

    def filtered(self, data, districts) -> ListFilter:
        """The filter over the records lying in the districts."""
        rows = self.rows().in_districts(districts)
        return self.filters(data, rows, districts=districts, today=self.today)

    def newest_first(self, rows: models.QuerySet) -> models.QuerySet:
        return rows.order_by(*_order(self.order))

    def url_of(self, row) -> str:
        return reverse(self.opens, args=[self.region.slug, row.pk])

    def sought(self, words: str) -> str:
        """The address of the list with only what these words find."""
        return reverse(f"office:{self.name}", args=[self.region.slug], query={"q": words})


LISTS: dict[str, type[RecordList]] = {}


def listed(kind: type[RecordList]) -> type[RecordList]:
    """Make a list known by its name, to exports."""
    LISTS[kind.name] = kind
    return kind


@dataclass(frozen=True)
class Table:
    """Rows as templates/lists/table.html draws them, without filter and paging. `actions` on many
    rows at once, with the total that lists/tools.html tells beside them."""

    columns: list[Column]
    rows: list
    row_url: Callable[[models.Model], str] = field(default=lambda row: "")
    start: int = 1
    actions: tuple[dict, ...] = ()
    total_label: str = ""

    has_row_actions = False
    export_url = ""
    filtered = False


class Listing:
    """A list as templates/lists/list.html draws it, for one request."""

    has_row_actions = False

    def __init__(self, kind: RecordList, request, actions=()):
        self.kind, self.request, self.actions = kind, request, list(actions)
        self.filter = kind.filtered(request.GET, request.access.districts("view_records"))
        self.is_valid = self.filter.is_valid()
        found = self.filter.qs if self.is_valid else self.filter.queryset.none()
        self.page = page_of(found, kind.order, request.GET)
        self.total_label = total_of(found)
        self.columns = [
            column
            for column in kind.columns()
            if column.on_page and (column.label != WHERE or "district" in self.filter.filters)
        ]

    @property
    def title(self):
        return self.kind.title

    @property
    def rows(self):
        return self.page.rows

    @property
    def start(self):
        return self.page.start

    @property
    def filter_form(self):
        return self.filter.form

    @property
    def filtered(self):
        return not self.is_valid or self.filter.is_narrowed

    @property
    def empty(self):
        return {
            "title": f"还没有{self.kind.label}",
            "text": self.kind.empty,
            "url": "",
            "label": "",
        }

    @property
    def export_url(self):
        if not self.request.access.holds("export_records"):
            return ""
        return reverse("office:exports", args=[self.kind.region.slug, self.kind.name])

    def row_url(self, row) -> str:
        return self.kind.url_of(row)


def show(request, kind: type[RecordList], *, actions=(), links=()):
    """The page of a list. `actions` on chosen rows; `links` [{label, url}] beside the heading."""
    listing = Listing(kind(request.region), request, actions)
    context = {"listing": listing, "links": links}
    return render(request, "records/list.html", context, status=200 if listing.is_valid else 400)
