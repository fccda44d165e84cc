"""Tabs of a list: parts of the same rows, each with its address (?tab=…, "" for the first)."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, Q, QuerySet
from django.http import Http404


def chosen_of(request, names: Iterable[str]) -> str:
    """The tab asked for. Raises Http404 for one that is none."""
    chosen = request.GET.get("tab", "")
    if chosen not in names:
        raise Http404
    return chosen


def counted(rows: QuerySet, within: Mapping[str, Q]) -> dict[str, int]:
    """How many rows are in each tab; one statement."""
    numbers = rows.aggregate(
        **{f"in_{name}": Count("pk", filter=condition) for name, condition in within.items()}
    )
    return {name: numbers[f"in_{name}"] for name in within}


def tab(label: str, url: str, active: bool, count: int | None = None) -> dict:
    """One of those that templates/parts/tabs.html takes."""
    return {"label": label, "url": url, "active": active, "count": count}


def tabs(
    request,
    known: Mapping[str, str | tuple],
    chosen: str,
    counts: Mapping[str, int] | None = None,
) -> list[dict]:
    """As templates/parts/tabs.html takes them; known by name: a label, or a label and what is
    in it."""
    labels = {name: one if isinstance(one, str) else one[0] for name, one in known.items()}
    return [
        tab(label, f"{request.path}?tab={name}", name == chosen, counts and counts[name])
        for name, label in labels.items()
    ]
