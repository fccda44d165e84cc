"""年度报告: who has written it, its words, its document."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import office
from jianxi import files
from jianxi.history import timeline
from jianxi.tabs import tab
from jianxi.workflow import TransitionRefused
from regions.models import District
from reporting.models import AnnualReport
from reporting.views.bulletins import file_answer
from reporting.year import annual
from reporting.year.annual import FIGURES, LOOKED_AT, MONTHS, WORKFLOW, State, sections_of
from reporting.year.annual_file import as_docx, name_of
from reporting.year.documents import DOCX
from reporting.year.forms import AnnualForm
from reporting.year.meanwhile import now_of, told, version_of
from reporting.year.targets import FIRST_YEAR, years


@office("view_counts")
@require_safe
def listing(request, region):
    """By `year`, this one unless named: the units one may look at that report."""
    today = timezone.localdate()
    known = sorted({today.year - 1, *(y for y in years(today) if y <= today.year)}, reverse=True)
    asked = request.GET.get("year") or str(today.year)
    if asked not in map(str, known):
        raise Http404
    year = int(asked)
    seen = {unit.pk for unit in request.access.districts("view_counts")}
    units = [unit for unit in annual.units_reporting(request.region, year) if unit.pk in seen]
    rows = annual.reports(year, units)
    works = {
        pk
        for right in ("prepare_reports", "confirm_reports")
        for pk in request.access.districts(right).values_list("pk", flat=True)
    }
    return render(
        request,
        "reporting/annual_list.html",
        {
            "year": year,
            "years": [tab(f"{y}年", f"?year={y}", y == year) for y in known],
            "rows": [
                {
                    "unit": unit,
                    "row": (row := rows.get(unit.pk)),
                    "opens": unit.pk in works or (row is not None and row.state == State.FINAL),
                }
                for unit in units
            ],
        },
    )


def _at(request, year: int, unit: str) -> tuple[District, AnnualReport | None]:
    """The unit and its report. Raises Http404 for what one may not see: a draft is for who works
    on it."""
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    district = get_object_or_404(request.access.districts("view_counts"), key=unit)
    if district not in annual.units_reporting(request.region, year):
        raise Http404
    district.region = request.region
    row = AnnualReport.objects.filter(year=year, district=district).select_related("file").first()
    if (row is None or row.state == State.DRAFT) and not _works_on(request, district):
        raise Http404
    if row:
        row.district, row.region = district, request.region
    return district, row


def _works_on(request, district) -> bool:
    rights = ("prepare_reports", "confirm_reports")
    return any(request.access.may(right, district) for right in rights)


@office("view_counts")
def report(request, region, year, unit):
    """Figures and words; who prepares reports writes the words of a draft."""
    district, row = _at(request, year, unit)
    may_write = request.access.may("prepare_reports", district)
    if request.method != "POST":
        return _show(request, district, year, row)
    if not may_write:
        raise PermissionDenied
    refused, form = None, AnnualForm(request.POST, sections=sections_of(request.region))
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            annual.write(district, year, form.texts(), seen=seen, actor=request.user)
        except TransitionRefused as refusal:
            district, row = _at(request, year, unit)
            form.ask_again(refusal, row)
            refused = refusal
        else:
            messages.success(request, "年度报告已保存。")
            return redirect("office:annual_report", region, year, unit)
    return _show(request, district, year, row, form=form, refused=refused, status=422)


def _show(request, district, year, row, *, form=None, refused=None, comment="", status=200):
    """`refused`: why what was asked was not done; told at the form where there was one to keep."""
    found = annual.facts(request.region, district, year)
    sections = sections_of(request.region)
    is_draft = row is None or row.state == State.DRAFT
    texts = row.sections if row else annual.drafted(found)
    may_write = request.access.may("prepare_reports", district)
    if form is None and may_write and is_draft:
        form = AnnualForm(initial=texts | {"seen": version_of(row)}, sections=sections)
    shown = {label: texts.get(key, "") for key, label in sections.items()}
    marks = found.year.marks(district)
    lacking = annual.lacking(found) if is_draft else ""
    return render(
        request,
        "reporting/annual.html",
        {
            "title": f"{district.name}{year}年年度报告",
            "unit": district,
            "year": year,
            "row": row,
            "form": form,
            "sections": shown.items(),
            "goals": [{"goal": goal, "mark": marks[goal.key]} for goal in found.year.goals],
            "heads": annual.in_own_words(FIGURES, request.region).values(),
            "months": [
                {
                    "month": month,
                    "cells": [found.months.get(month, {}).get(key) for key in FIGURES],
                    "submitted": found.submitted.get(month, 0),
                }
                for month in MONTHS
            ],
            "reporting": found.reporting,
            "declared": found.declared,
            "by_records": annual.BY_RECORDS,
            "lacking": lacking,
            "actions": [_action(t, lacking) for t in WORKFLOW.open_to(request.user, row)]
            if row
            else [],
            "reasons": [],
            "fault": "" if form and form.is_bound else str(refused or ""),
            "meanwhile": now_of(refused, shown),
            "seen": version_of(row),
            "comment": comment,
            "entries": told(timeline(row), sections)
            if row and _works_on(request, district)
            else [],
        },
        status=status,
    )


def _action(transition, lacking: str) -> dict:
    is_end = transition.name == "finish"
    return {
        "name": transition.name,
        "label": transition.label,
        "comment_required": transition.comment_required,
        "tone": "primary" if is_end else "late",
        "url": "",
        "confirm": f"{lacking}定稿后文件固定下来，上级可以下载。确定定稿？" if is_end else "",
    }


@office("confirm_reports")
@require_POST
def move(request, region, year, unit):
    district, row = _at(request, year, unit)
    if not request.access.may("confirm_reports", district):
        raise PermissionDenied
    action, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    if row is None or action not in WORKFLOW.transitions:
        raise Http404
    facts = {"seen": request.POST.get("seen", "")} if action in LOOKED_AT else {}
    try:
        WORKFLOW.move(row, action, actor=request.user, comment=comment, **facts)
    except TransitionRefused as refusal:
        district, row = _at(request, year, unit)
        return _show(request, district, year, row, refused=refusal, comment=comment, status=422)
    messages.success(request, f"年度报告已{WORKFLOW.transitions[action].label}。")
    return redirect("office:annual_report", region, year, unit)


@office("view_counts")
@require_safe
def docx(request, region, year, unit):
    """As it was made final; of a draft, as it would be now."""
    district, row = _at(request, year, unit)
    if row is not None and row.file is not None:
        return files.respond(row.file)
    found = annual.facts(request.region, district, year)
    if row is None:
        texts = annual.drafted(found)
        row = AnnualReport(region=request.region, year=year, district=district, sections=texts)
    return file_answer(as_docx(row, found), name_of(row), DOCX)
