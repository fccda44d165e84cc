"""A figure opened to its records, and the records behind a rule that fails."""

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import office
from jianxi.jobs import enqueue
from jianxi.lists import SIZES, Column, Cursor, Page
from reporting.bridging import bridges
from reporting.cells import model_of
from reporting.conditions import SOURCES, words_of
from reporting.drawing import month_url
from reporting.drilldown import BRIEF, COLUMNS, OPENS, Cell, CellNow, CellThen, Row, rows_now
from reporting.figures import signed, to_wan
from reporting.gaps import gap_of
from reporting.models import FrozenCell, Version
from reporting.rules import Outcome
from reporting.sheet import sheet_of
from reporting.views.address import Month, month_at

SHOWN = 200  # records behind a rule; more are told by their number


@office("view_counts")
@require_GET
def cell(request, region, form, period, unit, code):
    """The figure for who may see counts; the records besides for who may see records."""
    at = month_at(request, form, period, unit)
    version = version_at(at, request.GET.get("version"))
    opened = cell_at(at, code, version)
    may_see = request.access.may("view_records", at.unit)
    shown = _page(opened, request.GET) if may_see else None
    export = month_url("cell_export", at.form, period, at.unit, code)
    return render(
        request,
        "reporting/cell.html",
        {
            "month": at,
            "cell": opened,
            "month_url": month_url("month", at.form, period, at.unit),
            "tiles": _tiles(opened),
            "definition": words_of(opened.indicator),
            "counted": SOURCES[opened.indicator.of].counted,
            "version": version,
            "drift": _drift(at, code),
            "tabs": _tabs(at, code, version),
            "may_see": may_see,
            "columns": _columns(opened, at),
            "added": "计入（元）" if opened.indicator.is_money else "计入",
            "page": shown,
            "rows": opening(request, opened.indicator.of, shown.rows) if shown else [],
            "export_url": f"{export}?version={version.number}" if version else export,
            "may_export": request.access.may("export_records", at.unit),
        },
    )


@office("export_records")
@require_POST
def export(request, region, form, period, unit, code):
    """Ask for the cell's records as xlsx."""
    at = month_at(request, form, period, unit, "export_records")
    version = version_at(at, request.GET.get("version"))
    cell_at(at, code, version)
    job = enqueue(
        "export_cell",
        region=request.region,
        owner=request.user,
        form=at.form.key,
        period=str(period),
        unit=at.unit.key,
        code=code,
        version=version and version.number,
    )
    return redirect("office:job", region, job.pk)


@office("view_records")
@require_GET
def rule(request, region, form, period, unit, rule):
    """Both sides of a rule, and the records that make the difference."""
    at = month_at(request, form, period, unit, "view_records")
    found = next((one for one in at.form.rules if one.code == rule), None)
    if found is None:
        raise Http404
    findings = sheet_of(at.form, period, at.unit).own.findings_now
    finding = next((one for one in findings if one.rule == rule), None)
    gap = gap_of(at.form, period, at.unit, found) if finding else None
    records = (gap and gap.records) or []
    return render(
        request,
        "reporting/rule.html",
        {
            "month": at,
            "rule": found,
            "words": finding
            and found.words(Outcome(finding.outcome, finding.left, finding.right), at.form.parsed),
            "gap": gap,
            "number": len(records),
            "shown": min(len(records), SHOWN),
            "counted": gap and SOURCES[gap.source].counted,
            "columns": gap and COLUMNS[gap.source][:BRIEF],
            "added": "差额",
            "rows": opening(request, gap.source, rows_now(gap.source, records[:SHOWN]))
            if gap
            else [],
            "month_url": month_url("month", at.form, period, at.unit),
            "cells": [
                (
                    code,
                    at.form.parsed.by_code[code].label,
                    month_url("cell", at.form, period, at.unit, code),
                )
                for code in dict.fromkeys(term.code for term in found.terms if term.code)
            ],
        },
    )


def version_at(at: Month, number: str | None) -> Version | None:
    """The version an address asks for, None for the records as they are. Raises Http404."""
    if not number:
        return None
    found = Version.objects.filter(
        report__form_key=at.form.key,
        report__period=at.period.start,
        report__district=at.unit,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0,
    )
    version = found.select_related("form", "submitted_by", "report").first()
    if version is None:
        raise Http404
    return version


def cell_at(at: Month, code: str, version: Version | None) -> Cell:
    """Raises Http404 for an indicator the form does not have."""
    try:
        if version is not None:
            return CellThen(version, code)
        return CellNow(at.form, at.period, at.unit, code)
    except (KeyError, FrozenCell.DoesNotExist) as error:
        raise Http404 from error


def _page(opened: Cell, params) -> Page:
    """As jianxi.lists pages a list, by the number of the record; oldest first, as they were
    entered."""
    size = int(params["size"]) if params.get("size") in map(str, SIZES) else SIZES[0]
    backward = "before" in params
    text = params.get("before" if backward else "after")
    cursor = Cursor.read(text) if text else None
    if backward and cursor is None:
        raise BadRequest
    if backward:
        members = opened.members(limit=size + 1, before=cursor.pk)
        more, members = len(members) > size, members[-size:]
        start = max(1, cursor.start - len(members)) if more else 1
    else:
        members = opened.members(limit=size + 1, after=cursor.pk if cursor else 0)
        more, members = len(members) > size, members[:size]
        start = cursor.start if cursor else 1
    before, after = (more, True) if backward else (cursor is not None, more)
    first, last = (members[0].record, members[-1].record) if members else (0, 0)
    return Page(
        opened.rows(members),
        start,
        str(Cursor(start, None, first)) if members and before else "",
        str(Cursor(start + len(members), None, last)) if members and after else "",
        size,
    )


def _tabs(at: Month, code: str, shown: Version | None) -> list[dict]:
    """The records now, and as they were in each version."""
    url = month_url("cell", at.form, at.period, at.unit, code)
    numbers = Version.objects.filter(
        report__form_key=at.form.key, report__period=at.period.start, report__district=at.unit
    ).values_list("number", flat=True)
    now = {"label": "现在的记录", "url": url, "active": shown is None, "count": None}
    return [now] + [
        {
            "label": f"第{number}版报送时",
            "url": f"{url}?version={number}",
            "active": shown is not None and shown.number == number,
            "count": None,
        }
        for number in numbers
    ]


def _drift(at: Month, code: str) -> dict | None:
    """How the figure came from what was last submitted to what it is now, if it changed."""
    newest = Version.objects.newest(at.form.key, at.period.start).filter(report__district=at.unit)
    version = newest.select_related("form", "report").first()
    if version is None or code not in at.form.parsed.by_code:
        return None
    version.report.district = at.unit
    bridge = bridges(at.form, version, None, {code}).get(code)
    if bridge is None or not bridge.is_changed:
        return None
    url = month_url("month_changes", at.form, at.period, at.unit, version.number)
    return {
        "version": version,
        "bridge": bridge,
        "parts": [f"{why.label} {signed(amount) or 0}" for why, amount in bridge.amounts.items()],
        "url": f"{url}?cell={code}#records",
    }


def _tiles(opened: Cell) -> list[dict]:
    shown = to_wan(opened.figure) if opened.indicator.is_money else opened.figure
    counted = SOURCES[opened.indicator.of].counted
    return [
        {"label": f"表上的数（{opened.indicator.unit}）", "value": shown, "tone": "", "url": ""},
        {
            "label": f"背后的记录（{counted}）",
            "value": opened.totals.records,
            "tone": "",
            "url": "",
        },
    ]


def _columns(opened: Cell, at: Month) -> list[Column]:
    """On the page; where the records lie is told of a unit that has others below."""
    return [
        column
        for column in opened.columns
        if column.on_page and (at.unit.has_children or column.label != "所属区县")
    ]


def opening(request, source: str, rows: list[Row]) -> list[tuple[Row, str]]:
    """Each with the address of its record's page; opening balances have none, nor have records
    that lie in another's district by now."""
    districts = request.access.districts("view_records")
    found = model_of(source).objects.in_districts(districts)
    seen = set(found.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    slug = request.region.slug
    return [
        (
            row,
            reverse(OPENS[source], args=[slug, row.pk])
            if row.pk in seen and getattr(row.record, "kind", "") != "opening"
            else "",
        )
        for row in rows
    ]
