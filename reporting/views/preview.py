"""月底预览: the running month as it stands, as it will end, and what is to be mended before."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from reporting.compiling import compute
from reporting.drawing import cells, head, marks_of, month_url
from reporting.drilldown import OPENS
from reporting.periods import Period
from reporting.projecting import Missing, Projected, missing
from reporting.sheet import differing
from reporting.views import page
from reporting.views.address import month_at


@office("view_counts")
@require_GET
def preview(request, region, form, period, unit):
    """Of the month that runs; the others are over."""
    at, today = month_at(request, form, period, unit), timezone.localdate()
    if not at.period.start <= today <= at.period.end:
        raise Http404
    units = Projected(at.period)
    ending = compute(at.form, at.period, at.unit, units=units)
    now = compute(at.form, Period(at.period.start, today), at.unit).figures[at.unit.pk]
    then, findings = ending.figures[at.unit.pk], ending.findings[at.unit.pk]
    changed = dict.fromkeys(differing(at.form.parsed, then, now), ("warn", "月底前会变"))
    marks = changed | marks_of(at.form, findings)
    may_see = request.access.may("view_records", at.unit)
    wanted = missing(at.period, units.districts_of(at.unit), today) if may_see else []
    return render(
        request,
        "reporting/preview.html",
        {
            "month": at,
            "today": today,
            "figures": head(at.form, at.period)
            | {
                "rows": [
                    _row(f"今天（{today.month}月{today.day}日）", at, now, {}),
                    _row("预计月底", at, then, marks),
                ],
                "total": None,
                "beside": [],
            },
            "findings": page.findings_shown(at, findings, {}),
            "may_see": may_see,
            "missing": [_drawn(request, one) for one in wanted],
            "month_url": month_url("month", at.form, at.period, at.unit),
        },
    )


def _row(label: str, at, figures, marks) -> dict:
    drawn = cells(at.form, figures, marks, lambda code: "")
    return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": ""}


def _drawn(request, one: Missing) -> dict:
    slug = request.region.slug
    number, rows = one.first()
    return {
        "title": one.title,
        "help": one.help,
        "number": number,
        "more": number - len(rows),
        "all_url": f"{reverse(f'office:{one.listing}', args=[slug])}?{one.asked}",
        "rows": [
            {
                "row": row,
                "base": _base(one.source, row),
                "day": getattr(row, one.day) if one.day else None,
                "url": reverse(OPENS[one.source], args=[slug, row.pk]),
            }
            for row in rows
        ],
    }


def _base(source: str, row):
    """Where the row is; None for a base itself."""
    match source:
        case "bases":
            return None
        case "positions":
            return row.base
    return row.position.base
