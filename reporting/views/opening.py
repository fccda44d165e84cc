"""How a region reports, and what it brought along when it began."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts.access import office
from jianxi.history import timeline
from regions.models import District
from reporting import opening as balances
from reporting.forms import OpeningForm, StartForm, name_of
from reporting.models import OpeningFigure
from reporting.periods import Period

SHOWN = 100  # units on a page
CHANGES = 20


@office("manage_region")
def opening(request, region):
    """Whoever manages the region sets how it reports; opening figures are entered for the units
    one manages."""
    may_set = request.access.may("manage_region", District.objects.root())
    first = request.region.reporting_starts and Period.month_of(request.region.reporting_starts)
    if request.method == "POST" and request.POST.get("part") == "start":
        if not may_set:
            raise PermissionDenied
        return _set(request)
    return _table(request, first, may_set)


def _set(request):
    form = StartForm(request.POST)
    if not form.is_valid():
        first = request.region.reporting_starts
        return _show(request, first and Period.month_of(first), True, start_form=form, status=422)
    request.region.two_person_submission = form.cleaned_data["two_person_submission"]
    balances.start(request.region, form.cleaned_data["reporting_starts"])
    messages.success(request, "报送设置已保存。")
    return redirect("office:opening", request.region.slug)


def _table(request, first: Period | None, may_set: bool):
    if request.method != "POST" or first is None:
        return _show(request, first, may_set)
    units, _ = _units(request, first)
    form = OpeningForm(request.POST, units=units, columns=balances.columns(first))
    if not form.is_valid():
        return _show(request, first, may_set, form=form, status=422)
    for unit in units:
        balances.enter(request.region, unit, form.figures(unit), first)
    messages.success(request, f"{len(units)} 个单位的期初数已保存。")
    return redirect(request.get_full_path())


def _show(request, first, may_set, *, form=None, start_form=None, status=200):
    context = {"may_set": may_set, "first": first, "rows": [], "columns": [], "form": None}
    if may_set:
        context["start_form"] = start_form or StartForm(
            initial={
                "reporting_starts": str(first or ""),
                "two_person_submission": request.region.two_person_submission,
            }
        )
        context["entries"] = timeline(request.region)
    if first:
        context |= _rows(request, first, form)
        context["changes"] = _changes(request)
    return render(request, "reporting/opening.html", context, status=status)


def _rows(request, first: Period, form: OpeningForm | None) -> dict:
    units, more = _units(request, first)
    columns = balances.columns(first)
    kept = balances.entered(units)
    known = balances.from_records(request.region, first, columns)
    form = form or OpeningForm(
        units=units,
        columns=columns,
        initial={
            name_of(unit, column): kept[unit.pk].get(column.key)
            for unit in units
            for column in columns
        },
    )
    rows = [
        {
            "unit": unit,
            "cells": [
                {
                    "field": form[name_of(unit, column)],
                    "known": known[column.key].get(unit.pk),
                    "is_money": column.indicator.is_money,
                }
                for column in columns
            ],
        }
        for unit in units
    ]
    page = _page(request)
    paging = {"page": page, "before": page - 1, "after": page + 1, "more": more}
    return {"form": form, "columns": columns, "rows": rows} | paging


def _units(request, first: Period) -> tuple[list[District], bool]:
    """The lowest units one manages that are valid when reporting begins."""
    found = request.access.districts("manage_region").lowest().valid_on(first.start)
    start = (_page(request) - 1) * SHOWN
    units = list(found[start : start + SHOWN + 1])
    return units[:SHOWN], len(units) > SHOWN


def _page(request) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 1000 else 1


def _changes(request):
    """The last changes of opening figures, with who made them."""
    events = OpeningFigure.pgh_event_model.objects.filter(
        district__in=request.access.districts("manage_region")
    )
    return events.select_related("pgh_context", "district").order_by("-pgh_id")[:CHANGES]
