"""The board of months."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.tabs import tab
from regions.calendar import working_days
from reporting.board import matrix, own_months, tallies, tops, unable, years
from reporting.drawing import month_url
from reporting.models import Form
from reporting.periods import Period
from reporting.standing import clock_of, holders, next_of, was_late

LAST_PAGE = 1000


@office("view_counts")
@require_GET
def board(request, region):
    """By `form`, the region's first unless named, and `year`, the running one unless named."""
    forms = _forms()
    if not forms:
        return render(request, "reporting/board.html", {"tabs": [], "sections": []})
    form, year = chosen(request, forms)
    key, known = form.key, years(form.key)
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdigit() and 0 < int(page) < LAST_PAGE):
        raise Http404
    return render(
        request,
        "reporting/board.html",
        {
            "tabs": [
                tab(other.title, f"?form={other.key}", other is form) for other in forms.values()
            ],
            "years": [tab(f"{y}年", f"?form={key}&year={y}", y == year) for y in known],
            "form": form,
            "year": year,
            "changed_url": f"{reverse('office:months_changed', args=[region])}?form={key}&year={year}",
            "sections": [
                _section(request, form, unit, year, int(page)) for unit in tops(request.access)
            ],
        },
    )


def _forms() -> dict[str, Form]:
    return {form.key: form for form in Form.objects.in_force(timezone.localdate())}


def chosen(request, forms: dict[str, Form] | None = None) -> tuple[Form, int]:
    """The form and year asked for: the region's first, the running one. Raises Http404."""
    forms = forms or _forms()
    key = request.GET.get("form") or next(iter(forms), None)
    if key not in forms:
        raise Http404
    form = forms[key]
    form.region = request.region
    known = years(key)
    year = request.GET.get("year") or str(known[0])
    if year not in map(str, known):
        raise Http404
    return form, int(year)


def _section(request, form: Form, unit, year: int, page: int) -> dict:
    below, more = matrix(form.key, unit, year, page)
    counted = tallies(form.key, unit, year)
    return {
        "unit": unit,
        "months": _months(form, unit, year) if unit.parent_id else [],
        "tallies": [
            {"tally": tally, "url": month_url("month", form, tally.period, unit)}
            for tally in counted
        ],
        "periods": [tally.period for tally in reversed(counted)],
        "below": [_row(form, row, counted) for row in below],
        "may_review": request.access.decides("review_reports", unit),
        "unable": unable(unit, form.region),
        "page": page,
        "before": page - 1,
        "after": page + 1,
        "more": more,
        "this_month": month_url("month", form, Period.month_of(timezone.localdate()), unit),
    }


def _months(form: Form, unit, year: int) -> list[dict]:
    """The unit's own: each with its clock, whether it was late, and whose turn it is."""
    calendar = working_days()
    reports = own_months(form.key, unit, year)
    steps = {report.pk: next_of(report, unit.parent) for report in reports}
    names = holders(steps.values())
    return [
        {
            "report": report,
            "period": Period(report.period, report.ends_on),
            "url": month_url("month", form, Period(report.period, report.ends_on), unit),
            "clock": clock_of(report, calendar),
            "is_late": was_late(report),
            "next": steps[report.pk].words(names) if steps[report.pk] else "",
        }
        for report in reports
    ]


def _row(form: Form, row: dict, counted) -> dict:
    """A unit below, with a cell for each month of the year that has one."""
    cells = []
    for tally in reversed(counted):
        mark = row["marks"].get(tally.period.start)
        url = month_url("month", form, tally.period, row["unit"]) if mark else ""
        cells.append({"mark": mark, "url": url})
    return {"unit": row["unit"], "cells": cells}
