"""A month on paper, and a year of months in one workbook."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.files import XLSX
from reporting.drawing import cells, head
from reporting.exports import UnitRow
from reporting.official import in_words, rows_of, total_of
from reporting.paper import paper_of, paper_then
from reporting.sheet import sheet_of, sheet_then
from reporting.views.address import month_at
from reporting.views.cell import version_at
from reporting.yearbook import NothingThatYear, months_of, write_year

FIRST_YEAR = 2000


@office("view_counts")
@require_GET
def print_month(request, region, form, period, unit):
    """The official form as a sheet of A4, for the stamp. `version`: as one was submitted."""
    at = month_at(request, form, period, unit)
    version = version_at(at, request.GET.get("version"))
    if version:
        sheet, paper = sheet_then(version), paper_then(version, at.unit)
    else:
        sheet = sheet_of(at.form, period, at.unit)
        paper = paper_of(sheet, *_signed(request))
    parsed, details = sheet.form.parsed, paper.details

    def row(unit: UnitRow) -> dict:
        drawn = cells(sheet.form, unit.figures, {}, lambda code: "")
        tone = "open" if unit.is_open else ""
        return {"label": unit.name, "url": "", "cells": drawn, "tail": None, "tone": tone}

    return render(
        request,
        "reporting/month_print.html",
        {
            "month": at,
            "version": version,
            "form": parsed,
            "period_words": in_words(period),
            "heading": [(label, details.get(label, "")) for label in parsed.heading],
            "footer": [(label, details.get(label, "")) for label in parsed.footer],
            "figures": head(sheet.form, period)
            | {
                "rows": [row(unit) for unit in rows_of(sheet)],
                "total": row(total_of(sheet)) if sheet.below else None,
                "beside": [],
            },
            "note": paper.note,
        },
    )


@office("view_counts")
@require_GET
def year_xlsx(request, region, form, year, unit):
    """As the months stand, submitted or from the records as they are now."""
    today = timezone.localdate()
    if not FIRST_YEAR <= year <= today.year:
        raise Http404
    district = get_object_or_404(request.access.districts("view_counts"), key=unit)
    person, phone = _signed(request)
    out = BytesIO()
    try:
        months = months_of(request.region, form, year, district, today)
        write_year(months, out, person=person, phone=phone)
    except NothingThatYear as error:
        raise Http404 from error
    out.seek(0)
    name = f"{months[-1].form.title} {district.name} {year}年.xlsx"
    response = FileResponse(out, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


def _signed(request) -> tuple[str, str]:
    """Whose name and telephone stand at the foot: who prints or downloads it."""
    return str(request.user), request.access.memberships[0].office_role.office.phone
