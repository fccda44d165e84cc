"""Pages on what binds the region: its calendar, its policy, its units."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jianxi.web import office
from regions.calendar import announce, days_of, working_days
from regions.forms import NoticeForm
from regions.models import CalendarYear, District, PolicyVersion
from regions.notices import WEEKDAYS, unnamed, written
from regions.wording import in_words

# --- Calendar


@office("view_counts")
@require_GET
def calendar(request, region):
    years = list(CalendarYear.objects.all())
    next_year = timezone.localdate().year + 1
    return render(
        request,
        "regions/calendar.html",
        {
            "years": years,
            "next_year": next_year,
            "next_is_announced": working_days().is_announced(
                timezone.localdate().replace(year=next_year, month=1, day=1)
            ),
            "may_enter": _may_enter(request),
        },
    )


@office("view_counts")
@require_GET
def calendar_year(request, region, year):
    announced = get_object_or_404(CalendarYear, year=year)
    return render(
        request,
        "regions/calendar_year.html",
        {
            "announced": announced,
            "days": [_day(one) for one in days_of(year)],
            "may_enter": _may_enter(request),
        },
    )


@office("manage_region")
def calendar_edit(request, region, year=None):
    """Two steps: what was read is shown day by day, and saved when it is confirmed."""
    request.access.require("manage_region", District.objects.root())
    form = NoticeForm(request.POST if request.method == "POST" else None, initial=_entered(year))
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        year, days = form.cleaned_data["year"], form.cleaned_data["days"]
        if "save" in request.POST:
            announce(request.region, year, form.cleaned_data["notice"], days)
            messages.success(request, f"已录入{year}年放假安排，受影响的暂定期限已重新计算。")
            return redirect("office:calendar_year", region, year)
        named = {one.day for one in days}
        context |= {
            "year": year,
            "days": [_day(one) for one in days],
            "dropped": [_day(one) for one in days_of(year) if one.day not in named],
            "forgotten": unnamed(days),
        }
        return render(request, "regions/calendar_edit.html", context)
    return render(
        request, "regions/calendar_edit.html", context, status=422 if form.is_bound else 200
    )


def _may_enter(request) -> bool:
    return request.access.may("manage_region", District.objects.root())


def _entered(year: int | None) -> dict:
    """What the form begins with: the year as it is, or the next one to come."""
    known = CalendarYear.objects.filter(year=year).first() if year else None
    if known is None:
        return {"year": year or timezone.localdate().year + 1}
    return {"year": year, "notice": known.notice, "days": written(days_of(year))}


def _day(one) -> dict:
    return {
        "day": one.day,
        "weekday": f"周{WEEKDAYS[one.day.weekday()]}",
        "is_working": one.is_working,
        "name": one.name,
    }


# --- Policy


@office("view_counts")
@require_GET
def policies(request, region):
    """Every version, newest first, and of each parameter whether a later one overrides it."""
    today = timezone.localdate()
    versions = PolicyVersion.objects.order_by("-effective_from").prefetch_related("parameters")
    overridden_by, shown = {}, []
    for version in versions:
        in_force = version.effective_from <= today
        shown.append(
            {
                "version": version,
                "is_ahead": not in_force,
                "has_run_out": version.effective_to is not None and version.effective_to < today,
                "parameters": [_parameter(row, overridden_by) for row in version.parameters.all()],
            }
        )
        if in_force:
            overridden_by |= {
                row.key: overridden_by.get(row.key, version) for row in version.parameters.all()
            }
    return render(request, "regions/policies.html", {"versions": shown})


def _parameter(row, overridden_by) -> dict:
    label, value = in_words(row.key, row.value)
    return {
        "label": label,
        "value": value,
        "source": row.source,
        "strict": row.strict,
        "overridden_by": overridden_by.get(row.key),
    }


# --- Units


@office("view_counts")
@require_GET
def districts(request, region):
    units = District.objects.select_related("successor").order_by("order", "pk")
    rows = [{"unit": unit, "indent": "　" * (unit.path.count("/") - 1)} for unit in units]
    return render(request, "regions/districts.html", {"rows": rows})
