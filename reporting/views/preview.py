"""月底预览: a month before it is submitted, while it runs also as it will end, and what is to be mended
before."""

from collections.abc import Collection

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from reporting.compiling import compute
from reporting.drawing import cells, head, marks_of, month_url
from reporting.drilldown import OPENS
from reporting.explaining import standing
from reporting.periods import Period
from reporting.projecting import Missing, Projected, is_open, missing
from reporting.sheet import Line, differing, sheet_of
from reporting.views.address import Month, month_at
from reporting.views.judging import findings_shown


@office("view_counts")
@require_GET
def preview(request, region, form, period, unit):
    """Of a month that runs, or is over and not submitted."""
    at, today = month_at(request, form, period, unit), timezone.localdate()
    sheet = sheet_of(at.form, at.period, at.unit)
    own = sheet.own
    if not is_open(at.period, own.report, today):
        raise Http404
    runs = today <= at.period.end
    rows, findings, explained = _running(at, today, own) if runs else _over(at, own)
    may_see = request.access.may("view_records", at.unit)
    districts = sheet.compiled.units.districts_of(at.unit)
    wanted = missing(at.period, districts, today) if may_see else []
    return render(
        request,
        "reporting/preview.html",
        {
            "month": at,
            "runs": runs,
            "title": title_of(at.period, today),
            "figures": head(at.form, at.period) | {"rows": rows, "total": None, "beside": []},
            "findings": findings_shown(at, findings, {}, explained),
            "may_see": may_see,
            "missing": [_drawn(request, one) for one in wanted],
            "month_url": month_url("month", at.form, at.period, at.unit),
        },
    )


def title_of(period: Period, today) -> str:
    return "月底预览" if today <= period.end else "报送前检查"


def _running(at: Month, today, own: Line) -> tuple[list[dict], list, Collection[str]]:
    """Today's figures and those of the month's end, with the rules explained of just those. The
    plan is the whole month's at any time."""
    ending = compute(at.form, at.period, at.unit, units=Projected(at.period))
    now = compute(at.form, Period(at.period.start, today), at.unit).figures[at.unit.pk]
    now |= {i.code: own.now[i.code] for i in at.form.parsed.indicators if i.kind == "plan"}
    then, findings = ending.figures[at.unit.pk], ending.findings[at.unit.pk]
    changed = dict.fromkeys(differing(at.form.parsed, then, now), ("warn", "月底前会变"))
    explained = standing(own.report.explanations.all(), findings) if own.report else ()
    marks = changed | marks_of(at.form, findings, explained)
    rows = [
        _row(f"今天（{today.month}月{today.day}日）", at, now, {}),
        _row("预计月底", at, then, marks),
    ]
    return rows, findings, explained


def _over(at: Month, own: Line) -> tuple[list[dict], list, Collection[str]]:
    marks = marks_of(at.form, own.findings_now, own.explained)
    return [_row("按现在的记录", at, own.now, marks)], own.findings_now, own.explained


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
