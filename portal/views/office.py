"""The work list, and the search over all records."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jianxi.clocks import DUE_SOON, Clock
from jianxi.lists import LISTS, RecordList, total_of
from jianxi.web import office
from jianxi.worklist import waiting_for
from portal.navigation import count_waiting
from regions.calendar import working_days

SHOWN = 5  # records of each kind
TOLD = 4  # columns of each


@office("view_counts")
@require_GET
def home(request, region):
    today, calendar = timezone.localdate(), working_days()
    items = waiting_for(request)
    count_waiting(request, items)
    rows = [
        {
            "item": item,
            "clock": item.due_on
            and Clock.at(today, item.due_on, calendar, provisional=item.provisional),
        }
        for item in items
    ]
    clocks = [row["clock"] for row in rows if row["clock"]]
    late = sum(clock.late for clock in clocks)
    soon = sum(not clock.late and clock.left <= DUE_SOON for clock in clocks)
    return render(
        request,
        "portal/home.html",
        {
            "rows": rows,
            "today": today,
            "is_working_day": calendar.is_working_day(today),
            "tiles": [
                {"label": "待我处理", "value": len(rows), "tone": "", "url": ""},
                {"label": "已超期", "value": late, "tone": "late" if late else "", "url": ""},
                {
                    "label": f"{DUE_SOON}个工作日内到期",
                    "value": soon,
                    "tone": "due" if soon else "",
                    "url": "",
                },
            ],
        },
    )


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
        "label": kind.label,
        "url": kind.sought(words),
        "total": total_of(found.qs),
        "rows": [
            {"url": kind.url_of(row), "parts": [column.render(row) for column in columns]}
            for row in found.qs.order_by("-pk")[:SHOWN]
        ],
    }
