"""The work list, and the search over all records."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jianxi.clocks import DUE_SOON, Clock
from jianxi.lists import LISTS, total_of
from jianxi.web import office
from jianxi.worklist import waiting_for
from portal.navigation import count_waiting
from regions.calendar import working_days

FOUND = 5  # shown of each kind


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
    districts = list(request.access.districts("view_records"))
    groups = []
    for kind in (made(request.region) for made in LISTS.values() if words):
        found = kind.filtered({"q": words}, districts)
        rows = list(found.qs[:FOUND]) if found.is_valid() else []
        if rows:
            groups.append({"kind": kind, "rows": rows, "total": total_of(found.qs)})
    return render(request, "portal/search.html", {"words": words, "groups": groups})
