"""Targets of a year and how far the units are."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Window
from django.db.models.functions import Lag
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import office
from jianxi.files import XLSX
from jianxi.ledger.package import Unreadable
from jianxi.tabs import tab
from regions.models import District, Region
from reporting.board import tops
from reporting.models import Target
from reporting.units import Units
from reporting.year import departments, targets
from reporting.year.exports import write_targets
from reporting.year.forms import TargetsFileForm, TargetsForm, told
from reporting.year.pictures import targets_picture
from reporting.year.served import WORDS, served
from reporting.year.tables import Faulty
from reporting.year.targets import (
    FIRST_YEAR,
    LAST_YEAR,
    Column,
    Goal,
    MovedOn,
    ReasonMissing,
    columns_of,
    goals_of,
    goals_on,
)

CHANGES = 20
PICTURED = "trainees"  # the goal, where it is one; all others are among the charts


@office("view_counts")
@require_safe
def overview(request, region):
    """By `year`, this one unless named; for the units one may look at."""
    shown = year_asked(request)
    units = shown_units(request, shown.units)
    reached = served(shown.units, request.region.pk, shown.year, shown.until)
    whole = any(unit.is_root for unit in tops(request.access))
    return render(
        request,
        "reporting/targets.html",
        {
            "years": [
                tab(f"{y}年", f"?year={y}", y == shown.year) for y in targets.years(shown.today)
            ],
            "year": shown,
            "goals": shown.goals,
            "rows": [_row(shown, unit, units, reached) for unit in units],
            "served_words": WORDS,
            "picture": targets_picture(shown, pictured(shown), units),
            "plan": whole and departments.plan_of(request.region.slug, shown.year, shown.until),
            "may_set": request.access.may("manage_region", shown.units.root),
            "changes": _changes(request, shown.year),
        },
    )


def year_asked(request) -> targets.Year:
    """By `year`, this one unless named. Raises Http404 for one that has no targets."""
    today = timezone.localdate()
    asked = request.GET.get("year") or str(today.year)
    if asked not in map(str, targets.years(today)):
        raise Http404
    return targets.Year(request.region, int(asked), today)


def pictured(year: targets.Year) -> Goal:
    """The goal whose picture is shown first."""
    return next((goal for goal in year.goals if goal.key == PICTURED), year.goals[0])


def shown_units(request, units) -> list[District]:
    """The uppermost units one may look at, each after those directly below it; valid ones."""
    found = []
    for top in tops(request.access):
        if top.pk in units.unit_of and units.unit_of[top.pk] == top.pk:
            found += [*units.children(top), top]
    return found


def adds_up(tree: Units, unit: District, shown: list[District]) -> bool:
    """Whether units below it are among those shown: it is no row to add to theirs."""
    return any(child in shown for child in tree.children(unit))


def _row(shown: targets.Year, unit: District, units: list[District], reached) -> dict:
    return {
        "unit": unit,
        "is_total": adds_up(shown.units, unit, units),
        "cells": [
            {"mark": mark, "tone": shown.tone(goal, mark)}
            for goal, mark in zip(shown.goals, shown.marks(unit).values(), strict=True)
        ],
        "served": reached[unit.pk],
    }


def _changes(request, year: int) -> list[dict]:
    """The latest, of units one may look at, with who did it and why."""
    events = Target.pgh_event_model.objects.filter(
        year=year, district__in=request.access.districts("view_counts")
    )
    labels = {column.key: column.label for column in columns_of(goals_of(request.region).values())}
    # Set again after it was taken back, it is another row: unit and key tell which target it is.
    of_one = {"partition_by": ["district", "key"], "order_by": "pgh_id"}
    events = events.annotate(
        value_before=Window(Lag("value"), **of_one),
        label_before=Window(Lag("pgh_label"), **of_one),
    )
    return [
        {
            "event": event,
            "before": _before(event),
            "label": labels.get(event.key, event.key),
            "by": event.pgh_context.metadata.get("name", "随地区数据载入"),
            "reason": event.pgh_context.metadata.get("note", ""),
        }
        for event in events.select_related("pgh_context", "district").order_by("-pgh_id")[:CHANGES]
    ]


def _before(event) -> int | None:
    """The target before the change; None where there was none."""
    if event.pgh_label == "delete":  # an event keeps what was deleted
        return event.value
    return None if event.label_before == "delete" else event.value_before


def _manager(request) -> District:
    """The root, for who manages the region. Raises PermissionDenied."""
    root = District.objects.root()
    if not request.access.may("manage_region", root):
        raise PermissionDenied
    return root


def _may_be_set(year: int):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


@office("manage_region")
def edit(request, region, year):
    """All targets of a year in one table."""
    _manager(request)
    _may_be_set(year)
    units = _reporting(year)
    kept = {
        (row.district_id, row.key): row.value
        for row in Target.objects.filter(year=year, district__in=units)
    }
    typed = request.POST if request.method == "POST" else None
    columns, seen = _columns(request.region, year), targets.version_of(year)
    form = TargetsForm(typed, units=units, columns=columns, kept=kept, seen=seen)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _entered(request, year, form, form.cleaned_data["seen"]):
            return _done(request, year)
    context = {"form": form, "year": year, "columns": columns, "rows": form.rows()}
    return render(request, "reporting/targets_edit.html", context, status=status)


@office("manage_region")
def load(request, region, year):
    """Targets of a year from a workbook of the same shape as the one to download."""
    _manager(request)
    _may_be_set(year)
    status = 200
    units = _reporting(year)
    columns = _columns(request.region, year)
    form = TargetsFileForm(
        request.POST or None, request.FILES or None, units=units, columns=columns
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if _entered(request, year, form, None):
                    return _done(request, year)
            except Unreadable as error:
                form.add_error("file", f"{error}。")
            except Faulty as error:
                form.add_error("file", told(error))
    context = {"form": form, "year": year}
    return render(request, "reporting/targets_load.html", context, status=status)


def _reporting(year: int) -> list[District]:
    """The units targets are set for: those directly below the region at the year's end."""
    units = _tree(year)
    return units.children(units.root)


def _columns(region: Region, year: int) -> tuple[Column, ...]:
    return columns_of(goals_on(region, targets.last_day(year, timezone.localdate())))


def _tree(year: int) -> Units:
    return Units(targets.last_day(year, timezone.localdate()))


def _entered(request, year: int, form, seen: str | None) -> bool:
    """Keep what a valid form holds; False with the fault at the form."""
    try:
        changed = targets.enter(
            request.region,
            year,
            form.values(),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            seen=seen,
        )
    except MovedOn:
        form.add_error(
            None, "填写期间目标已被别人修改，这次没有保存。请另开一页核对现在的目标，再重新填写。"
        )
    except ReasonMissing:
        form.add_error("reason", "改动了已有的目标，请写明调整事由。")
    else:
        messages.success(
            request, f"{changed} 项目标已保存。" if changed else "与原来相同，没有改动。"
        )
        return True
    return False


def _done(request, year: int):
    response = redirect("office:targets", request.region.slug)
    response["Location"] += f"?year={year}"
    return response


@office("view_counts")
@require_safe
def xlsx(request, region, year):
    """The table to fill in: targets as they are, for the units one may look at."""
    _may_be_set(year)
    units = _tree(year)
    seen = {unit.pk for unit in shown_units(request, units)}
    rows = [unit for unit in units.valid if unit.pk in seen and not unit.is_root]
    response = FileResponse(
        write_targets(year, rows, _columns(request.region, year)),
        as_attachment=True,
        filename=f"{request.region} {year}年见习目标任务.xlsx",
        content_type=XLSX,
    )
    response["Cache-Control"] = "private, no-store"
    return response
