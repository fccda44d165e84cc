"""A unit's month: the form in its own layout, its versions, its xlsx, its compilation."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import office
from jianxi.files import XLSX, respond
from jianxi.jobs import enqueue
from reporting.drawing import cells, head, marks_of, month_url
from reporting.models import Version
from reporting.official import write_official, write_version
from reporting.sheet import differing, figures_of, findings_of, sheet_of
from reporting.views import page
from reporting.views.address import month_at
from reporting.views.cell import version_at
from reporting.views.changes import bridges_to
from reporting.views.deciding import judged
from reporting.views.judging import findings_shown, judged_on


@office("view_counts")
@require_GET
def month(request, region, form, period, unit):
    return page.show(request, month_at(request, form, period, unit))


@office("view_counts")
@require_GET
def xlsx(request, region, form, period, unit):
    """The official form of the unit, signed with who downloads it; of a `version`, with who
    submitted that."""
    at = month_at(request, form, period, unit)
    version = version_at(at, request.GET.get("version"))
    out = BytesIO()
    name = f"{at.form.title} {at.unit.name} {period}"
    if version:
        name = f"{version.form.title} {at.unit.name} {period} 第{version.number}版"
        write_version(version, out)
    else:
        own = request.access.memberships[0].office_role.office
        write_official(at.form, period, at.unit, out, person=str(request.user), phone=own.phone)
    out.seek(0)
    response = FileResponse(out, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response


@office("prepare_reports")
@require_POST
def compile_now(request, region, form, period, unit):
    """Ask for the month to be compiled, unless that is under way already."""
    at = month_at(request, form, period, unit, "prepare_reports")
    if not page.may_compile(request, at):
        fault = f"{period} 太早，不能再编制。请核对地址里的年份。"
        return page.show(request, at, status=422, fault=fault)
    if page.running_job(at) is None:
        enqueue(
            "compile_month",
            region=request.region,
            owner=request.user,
            form=at.form.key,
            period=str(period),
        )
    return redirect("office:month", *at.address)


@office("view_counts")
@require_GET
def compiling(request, region, form, period, unit):
    """How far the compilation is; the page is loaded anew when it is over."""
    at = month_at(request, form, period, unit)
    job = page.running_job(at)
    if job is not None:
        return render(request, "parts/job.html", {"job": page.drawn_job(job, at)})
    response = redirect("office:month", *at.address)
    if request.htmx:
        response.status_code = 200
        response["HX-Refresh"] = "true"
        del response["Location"]
    return response


@office("view_counts")
@require_GET
def version(request, region, form, period, unit, number):
    """The month as it was submitted."""
    at = month_at(request, form, period, unit)
    found = _version(at, number)
    found.report.district = at.unit
    figures = figures_of(found)
    now = sheet_of(at.form, period, at.unit).own.now

    def cell_of(code: str) -> str:
        return f"{month_url('cell', at.form, period, at.unit, code)}?version={number}"

    may_see = request.access.may("view_records", at.unit)
    marks = marks_of(found.form, findings_of(found), found.explained)
    rows = [_row(f"第{number}版", cells(found.form, figures, marks, cell_of))]
    changed = differing(found.form.parsed, figures, now)
    beside = []
    if changed:
        changes = dict.fromkeys(changed, ("warn", "报送之后有变动"))
        beside = [_row("按现在的记录", cells(found.form, now, changes, lambda code: ""), "beside")]
    return render(
        request,
        "reporting/version.html",
        {
            "month": at,
            "version": found,
            "figures": head(found.form, period) | {"rows": rows, "total": None, "beside": beside},
            "findings": findings_shown(
                at,
                findings_of(found),
                judged(found) if may_see else {},
                found.explained,
                found,
            ),
            "judged_on": judged_on(found),
            "changed": changed,
            "month_url": month_url("month", at.form, period, at.unit),
            "correction": getattr(found, "correction", None),
            "bridges": bridges_to(at, found),
            "xlsx_url": f"{month_url('month_xlsx', at.form, period, at.unit)}?version={number}",
            "print_url": f"{month_url('month_print', at.form, period, at.unit)}?version={number}",
            "changes_url": page.changes_url(at, found),
            "scan_url": month_url("month_version_scan", at.form, period, at.unit, number),
            "may_see": may_see,
        },
    )


@office("view_records")
@require_GET
def version_scan(request, region, form, period, unit, number):
    """The stamped paper of a version."""
    found = _version(month_at(request, form, period, unit, "view_records"), number)
    if found.scan is None:
        raise Http404
    return respond(found.scan)


def _version(at, number: int) -> Version:
    rows = Version.objects.filter(
        report__form_key=at.form.key, report__period=at.period.start, report__district=at.unit
    )
    return get_object_or_404(
        rows.select_related(
            "form",
            "submitted_by",
            "scan",
            "report",
            "correction__asked_by",
            "correction__decided_by",
            "correction__corrected",
        ),
        number=number,
    )


def _row(label: str, drawn: list[dict], tone: str = "") -> dict:
    return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": tone}
