"""Which places of a position are taken.

The apps above tell what takes one: each registers a function of an outer position's id that gives
the rows (running agreements, accepted applications).
"""

from collections.abc import Callable

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

OCCUPANTS: list[Callable[[OuterRef], QuerySet]] = []


def occupies(rows: Callable[[OuterRef], QuerySet]):
    """Register rows that take a place each; the model has a `position`."""
    OCCUPANTS.append(rows)
    return rows


def taken():
    """How many places are taken, as an expression on positions."""
    total = Value(0, output_field=IntegerField())
    for rows in OCCUPANTS:
        found = rows(OuterRef("pk")).order_by()
        counted = found.values("position").annotate(number=Count("pk")).values("number")
        total = total + Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return total
