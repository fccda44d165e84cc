"""The search over all records."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from jianxi.lists import LISTS, RecordList, total_of
from jianxi.web import office

SHOWN = 5  # records of each kind
TOLD = 4  # columns of each


@office("view_records")
@require_GET
def search(request, region):
    """Records of every kind that the words find, the first few of each."""
    words = request.GET.get("q", "").strip()[:100]
    districts = request.access.districts("view_records")
    groups = [_found(made(request.region), words, districts) for made in LISTS.values() if words]
    return render(
        request,
        "portal/search.html",
        {"words": words, "groups": [group for group in groups if group["rows"]]},
    )


def _found(kind: RecordList, words: str, districts) -> dict:
    found = kind.filtered({"q": words}, districts)
    columns = [column for column in kind.columns() if column.on_page][:TOLD]
    return {
        "label": kind.title,
        "url": kind.sought(words),
        "total": total_of(found.qs),
        "rows": [
            {"url": kind.url_of(row), "parts": [column.render(row) for column in columns]}
            for row in found.qs.order_by("-pk")[:SHOWN]
        ],
    }
