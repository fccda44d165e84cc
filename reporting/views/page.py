"""What the page of a month shows. It is drawn again, with what was typed, when an entry or a
decision is refused."""

from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jianxi.jobs import KINDS, Progress
from jianxi.models import Job
from jianxi.tabs import tab
from regions.calendar import working_days
from reporting.comparing import before_it, compared, earlier
from reporting.compiling import compute, may_begin
from reporting.conditions import words_of
from reporting.corrections import SETTLED
from reporting.drawing import cells, draw, head, month_url, tail_of
from reporting.forms import ExplanationsForm, PlanForm, ScanForm, reason_of
from reporting.models import Form, Report, Version
from reporting.projecting import is_open
from reporting.seen import look, seal
from reporting.sheet import Line, Sheet, sheet_of
from reporting.standing import CameIn, came_in, clock_of, holders, next_of, was_late
from reporting.views.address import Month
from reporting.views.deciding import course, explained
from reporting.views.judging import rules_told
from reporting.views.preview import title_of
from reporting.workflow import EDITABLE, HANDED_UP
from trainees.month_checks import changed_checks, how_many, with_people

# Of a month that is over, what is still missing is the task of these alone.
TAKING_PART = ("prepare_reports", "confirm_reports", "review_reports")


def show(request, month: Month, *, status: int = 200, **typed):
    """The page; `typed` takes the place of what would be shown: a form with faults, a refusal."""
    sheet = sheet_of(month.form, month.period, month.unit)
    shown = context(request, month, sheet) | typed
    if form := shown.get("explanations_form"):
        for finding in (
            shown["findings"] if shown["findings_now"] is None else shown["findings_now"]
        ):
            if finding["code"] in form.fields:
                finding["field"] = form[finding["code"]]
                finding["reason_field"] = form[reason_of(finding["code"])]
    return render(request, "reporting/month.html", shown, status=status)


def context(request, month: Month, sheet: Sheet) -> dict:
    own, report = sheet.own, sheet.own.report
    if report is not None:
        prefetch_related_objects([report], "explanations")
    calendar, today = working_days(), timezone.localdate()
    steps = {line.unit.pk: next_of(line.report, month.unit) for line in sheet.below}
    steps[month.unit.pk] = next_of(report, month.unit.parent)
    names = holders(steps.values())
    below = [_below(request, month, line, steps, names, calendar) for line in sheet.below]
    may_prepare = request.access.may("prepare_reports", month.unit)
    may_see = request.access.may("view_records", month.unit)
    has_part = any(request.access.may(right, month.unit) for right in TAKING_PART)
    to_review = sum(row["may_approve"] for row in below)
    before = before_it(sheet)
    found = {
        "month": month,
        "sheet": sheet,
        "own": own,
        "report": report,
        "compilation": getattr(report, "compilation", None),
        "clock": clock_of(report, calendar),
        "is_late": report is not None and was_late(report),
        "next": _words(steps[month.unit.pk], names),
        "tabs": _tabs(month),
        "around": _around(month),
        "above_url": _above(request, month),
        "job": _job(month),
        "figures": draw(sheet, before),
        "compared": compared(
            month.form,
            sheet.total,
            before,
            earlier(month.form.key, month.period.year_ago, month.unit),
        ),
        "definitions": [(i, words_of(i)) for i in month.form.parsed.indicators],
        "former": _former(month),
        "standing": standing(below),
        **rules_told(month, sheet, explained(request, sheet) if may_see else {}),
        "waiting": [row for row in below if not row["is_settled"]],
        "may_compile": (report is None or report.state not in HANDED_UP)
        and may_compile(request, month, report),
        "to_review": to_review,
        "drifted_below": _drifted_below(below) if to_review else "",
        "may_see_records": may_see,
        "base_checks": _base_checks(sheet) if may_see else None,
        "runs": today <= month.period.end,
        "preview_title": title_of(month.period, today),
        "preview_url": month_url("month_preview", month.form, month.period, month.unit)
        if is_open(month.period, report, today) and (has_part or today <= month.period.end)
        else "",
        "changes_url": own.stands and changes_url(month, own.version),
        "year_xlsx_url": reverse(
            "office:months_year_xlsx",
            args=[
                month.form.region.slug,
                month.form.key,
                month.period.start.year,
                month.unit.key,
            ],
        ),
        "actions_url": month_url("month_course", month.form, month.period, month.unit),
    }
    for name in (
        "compile",
        "xlsx",
        "print",
        "plan",
        "explanations",
        "explaining",
        "scan",
        "approve_below",
        "consolidated",
    ):
        found[f"{name}_url"] = month_url(f"month_{name}", month.form, month.period, month.unit)
    if report is not None:
        found |= course(request, month, sheet, may_see)
        if may_prepare and not month.unit.is_root and report.state in EDITABLE:
            found |= _entering(sheet)
    return found


def _base_checks(sheet: Sheet) -> dict | None:
    """How many of the bases with people in the month confirmed it, and of how many of those the
    records changed since; None where there are none."""
    districts = sheet.compiled.units.districts_of(sheet.unit)
    bases = with_people(sheet.period).filter(district__in=districts)
    there, checked = how_many(bases, sheet.period)
    if not there:
        return None
    changed = changed_checks(sheet.period).filter(base__in=bases).count()
    url = reverse(
        "office:month_checks",
        args=[sheet.form.region.slug],
        query={"month": str(sheet.period)},
    )
    return {"there": there, "checked": checked, "changed": changed, "url": url}


def changes_url(month: Month, version: Version) -> str:
    """What became of a version since it was submitted."""
    return month_url("month_changes", month.form, month.period, month.unit, version.number)


def _entering(sheet: Sheet) -> dict:
    """What the reporting unit may enter: the plan, explanations, the stamped scan."""
    report, form = sheet.own.report, sheet.form
    plan = next((i for i in form.parsed.indicators if i.kind == "plan"), None)
    to_explain = [f for f in sheet.own.findings_now if f.severity == "explain"]
    return {
        "plan_form": plan and PlanForm(indicator=plan, initial={"plan": report.plan}),
        "explanations_form": to_explain
        and ExplanationsForm(findings=to_explain, rows=report.explanations.all()),
        "scan_form": ScanForm(),
    }


def _words(step, names) -> str:
    return step.words(names) if step else ""


def _below(request, month: Month, line: Line, steps, names, calendar) -> dict:
    """A unit below: where it stands, whose turn it is, and whether that is the user's."""
    report = line.report
    is_submitted = report is not None and report.state == Report.State.SUBMITTED
    return {
        "line": line,
        "url": month_url("month", month.form, month.period, line.unit),
        "tail": tail_of(line),
        "clock": clock_of(report, calendar),
        "is_late": report is not None and was_late(report),
        "next": _words(steps[line.unit.pk], names),
        "came_in": came_in(report),
        "is_submitted": is_submitted,
        "may_approve": is_submitted
        and request.access.has_turn("review_reports", month.unit, without=report.submitter),
        "is_settled": report is not None and report.state in SETTLED,
        "seen": seal(look(report, line.version.number)) if is_submitted else "",
    }


def _drifted_below(below: list[dict]) -> str:
    """What is asked before units are approved together of which some drifted; "" for none."""
    drifted = [row["line"] for row in below if row["may_approve"] and row["line"].drifted]
    named = "、".join(f"{line.unit.name}（{len(line.drifted)} 项）" for line in drifted)
    return named and (
        f"报送之后记录有变动的：{named}。审定的是报送的数字；要看变动，请先打开该单位。确定审定所选？"
    )


def standing(below: list[dict]) -> list[dict]:
    """How many units below are how far, the worst first; what there is none of is not told."""

    def came(*how: CameIn):
        return lambda row: row["came_in"] in how

    counted = [
        ("超期未报", "late", came(CameIn.OVERDUE)),
        ("未报", "neutral", came(CameIn.MISSING, CameIn.NOT_DUE)),
        ("待复核", "brand", came(CameIn.CONFIRMING)),
        ("退回未重报", "due", came(CameIn.RETURNED)),
        ("撤回未重报", "due", came(CameIn.TAKEN_BACK)),
        ("更正中", "due", lambda row: row["line"].is_reopened),
        ("待审定", "brand", lambda row: row["is_submitted"]),
        ("已审定", "good", lambda row: row["is_settled"]),
        ("迟报", "due", came(CameIn.LATE)),
    ]
    numbers = [(label, tone, sum(map(meets, below))) for label, tone, meets in counted]
    return [
        {"label": f"{number} {label}", "tone": tone} for label, tone, number in numbers if number
    ]


def _former(month: Month) -> dict | None:
    """In the first month of a form's new version, the figures as the old one counts them."""
    if not month.period.start <= month.form.effective_from <= month.period.end:
        return None
    before = Form.objects.in_force(month.period.previous.end).filter(key=month.form.key).first()
    if before is None:
        return None
    before = _of_region(before, month)
    figures = compute(before, month.period, month.unit).figures[month.unit.pk]
    drawn = cells(before, figures, {}, lambda code: "")
    row = {"label": month.unit.name, "url": "", "cells": drawn, "tail": None, "tone": ""}
    return head(before, month.period) | {"rows": [row], "total": None, "beside": []}


def _above(request, month: Month) -> str:
    """The same month of the unit above, for who may look at it."""
    above = month.unit.parent
    if above is None or not request.access.may("view_counts", above):
        return ""
    return month_url("month", month.form, month.period, above)


def _tabs(month: Month) -> list[dict]:
    """The region's forms of the month, for the same unit."""
    return [
        tab(
            form.title,
            month_url("month", _of_region(form, month), month.period, month.unit),
            form.key == month.form.key,
        )
        for form in Form.objects.in_force(month.period.end)
    ]


def _of_region(form: Form, month: Month) -> Form:
    form.region = month.form.region
    return form


def _around(month: Month) -> dict:
    """The months before and after; none that is to come."""
    before, after = month.period.previous, month.period.next
    has_after = after.start <= timezone.localdate() and month.unit.is_valid_on(after.end)
    return {
        "before": month_url("month", month.form, before, month.unit)
        if month.unit.is_valid_on(before.end)
        else "",
        "after": month_url("month", month.form, after, month.unit) if has_after else "",
    }


def may_compile(request, month: Month, report: Report | None = None) -> bool:
    """Where there is no report yet, not for months too long past."""
    if not request.access.may("prepare_reports", month.unit):
        return False
    known = report or Report.objects.of_month(month.form.key, month.period.start).exists()
    return bool(known) or may_begin(month.form.region, month.period, timezone.localdate())


def running_job(month: Month) -> Job | None:
    """The compilation of the month that is asked for and not over."""
    jobs = Job.objects.filter(
        kind="compile_month",
        params__form=month.form.key,
        params__period=str(month.period),
        state__in=[Job.State.QUEUED, Job.State.RUNNING],
    )
    return jobs.first()


def _job(month: Month) -> dict | None:
    job = running_job(month)
    return job and drawn_job(job, month)


def drawn_job(job: Job, month: Month) -> dict:
    """As templates/parts/job.html draws it."""
    progress = Progress(job.pk).read()
    return {
        "title": f"{KINDS[job.kind].label} {month.period}",
        "state": job.state,
        "state_label": job.get_state_display(),
        "done": progress["done"],
        "total": progress["total"],
        "counts": [],
        "note": job.message or progress["text"],
        "url": month_url("month_compiling", month.form, month.period, month.unit),
        "results": [],
    }
