"""A month on paper, and a year of months in one workbook."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.files import XLSX
from reporting.drawing import cells, head
from reporting.official import details_of, details_then, in_words
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
        sheet, details = sheet_then(version), details_then(version)
    else:
        sheet = sheet_of(at.form, period, at.unit)
        details = details_of(at.unit, *_signed(request))
    parsed = sheet.form.parsed

    def row(label: str, figures) -> dict:
        drawn = cells(sheet.form, figures, {}, lambda code: "")
        return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": ""}

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
                "rows": [row(line.unit.name, line.figures) for line in sheet.lines],
                "total": row("合计", sheet.total) if sheet.below else None,
                "beside": [],
            },
            "missing": [line.unit.name for line in sheet.lines if not line.stands],
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
