"""Which masked values can be shown in full, to whom, and the log of it.

An app registers its columns once, in its `ready()`:

    reveal.register("trainee", Trainee, {"document_number": "证件号码"},
                    district_of=lambda trainee: trainee.home_district)

and a page asks `reveal_urls(request, "trainee", row)` for the addresses its buttons post to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.urls import reverse

from accounts.access import Access
from accounts.models import Reveal
from regions.models import District

RIGHT = "reveal_personal_data"


@dataclass(frozen=True)
class Revealable:
    """`columns`: name → what it is called on screen. `rows(districts)`: those that may be seen by
    who holds a right on the districts. `district_of(row)`: where the reveal is logged."""

    model: type[models.Model]
    columns: dict[str, str]
    rows: Callable[[models.QuerySet], models.QuerySet]
    district_of: Callable[[models.Model], District]


TABLES: dict[str, Revealable] = {}


def register(table, model, columns, *, district_of, rows=None):
    TABLES[table] = Revealable(
        model, columns, rows or (lambda d: model.objects.in_districts(d)), district_of
    )


def may_reveal(access: Access, table: str, row) -> bool:
    if not access.holds(RIGHT):
        return False
    return TABLES[table].rows(access.districts(RIGHT)).filter(pk=row.pk).exists()


def reveal_urls(request, table: str, row) -> dict[str, str]:
    """Per column the address its button posts to; empty for who may not. One statement."""
    if not may_reveal(request.access, table, row):
        return {}
    return {
        column: reverse("office:reveal", args=[request.region.slug, table, row.pk, column])
        for column in TABLES[table].columns
    }


def log(access: Access, table: str, row, column: str, reason: str) -> str:
    """Note who saw what and why; returns the value in full."""
    Reveal.objects.create(
        region_id=row.region_id,
        actor=access.user,
        district=TABLES[table].district_of(row),
        table=table,
        row_id=row.pk,
        column=column,
        reason=reason,
    )
    return getattr(row, column)


def label_of(entry: Reveal) -> str:
    """What was shown, in words."""
    known = TABLES.get(entry.table)
    return known.columns.get(entry.column, entry.column) if known else entry.column
