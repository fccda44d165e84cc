"""What the page of a month shows. It is drawn again, with what was typed, when an entry or a
decision is refused."""

from dataclasses import replace

from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jianxi.history import Entry, timeline
from jianxi.jobs import KINDS, Progress
from jianxi.models import Job
from jianxi.workflow import Transition
from regions.calendar import working_days
from reporting.comparing import compared, earlier
from reporting.compiling import Finding, compute, may_begin
from reporting.conditions import words_of
from reporting.corrections import ASKED_FOR, COURSE, SETTLED, may_ask, open_correction
from reporting.drawing import cells, draw, head, month_url, tail_of
from reporting.explaining import COURSE as EXPLAINING
from reporting.forms import ExplanationsForm, PlanForm, ScanForm, reason_of
from reporting.models import Form, Report, Version
from reporting.rules import Outcome
from reporting.sheet import Line, Sheet, sheet_of
from reporting.standing import clock_of, holders, next_of, was_late
from reporting.views.address import Month
from reporting.workflow import EDITABLE, WORKFLOW, blocks, standing_explanations

# Severity of a rule → the state and word of its badge.
SEVERITY = {
    "block": ("block", "必须改"),
    "explain": ("explain", "需说明"),
    "hint": ("hint", "提示"),
}
DECISIONS = {
    ASKED_FOR,
    *(
        transition.label
        for course in (WORKFLOW, COURSE, EXPLAINING)
        for transition in course.transitions.values()
    ),
}
TONES = {"approve": "good", "return": "late", "send_back": "late"}
TONES |= {"approve_correction": "good", "refuse_correction": "late"}
EXPLANATION_TONES = {"given": "neutral", "accepted": "good", "sent_back": "late"}
ASKED_BEFORE = {
    "submit": "报送后，本月的数字和每一项的记录就固定下来。确定报送？",
    "confirm": "报送后，本月的数字和每一项的记录就固定下来。确定报送？",
}
SENT = {Report.State.SUBMITTED, Report.State.CONFIRMING}
RETURNING = {"return", "send_back"}
USUAL_REASONS = ["数字与上月衔接不上，请核对记录", "说明不够具体，请补充", "缺盖章扫描件"]


def show(request, month: Month, *, status: int = 200, **typed):
    """The page; `typed` takes the place of what would be shown: a form with faults, a refusal."""
    sheet = sheet_of(month.form, month.period, month.unit)
    shown = context(request, month, sheet) | typed
    if form := shown.get("explanations_form"):
        for finding in shown["findings"]:
            if finding["code"] in form.fields:
                finding["field"] = form[finding["code"]]
                finding["reason_field"] = form[reason_of(finding["code"])]
    return render(request, "reporting/month.html", shown, status=status)


def context(request, month: Month, sheet: Sheet) -> dict:
    own, report = sheet.own, sheet.own.report
    if report is not None:
        prefetch_related_objects([report], "explanations")
    calendar = working_days()
    steps = {line.unit.pk: next_of(line.report, month.unit) for line in sheet.below}
    steps[month.unit.pk] = next_of(report, month.unit.parent)
    names = holders(steps.values())
    below = [_below(month, line, steps, names, calendar) for line in sheet.below]
    may_prepare = request.access.may("prepare_reports", month.unit)
    may_see = request.access.may("view_records", month.unit)
    to_review = sum(row["is_submitted"] for row in below)
    if to_review and not request.access.may("review_reports", month.unit):
        to_review = 0
    before = earlier(month.form.key, month.period.previous, month.unit)
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
            own.figures,
            before,
            earlier(month.form.key, month.period.year_ago, month.unit),
        ),
        "definitions": [(i, words_of(i)) for i in month.form.parsed.indicators],
        "former": _former(month),
        "standing": standing(below),
        "findings": findings_shown(
            month, own.findings, _explained(request, sheet) if may_see else {}
        ),
        "waiting": [row for row in below if not row["is_settled"]],
        "may_compile": may_compile(request, month, report),
        "to_review": to_review,
        "may_see_records": may_see,
        "preview_url": month_url("month_preview", month.form, month.period, month.unit)
        if timezone.localdate() <= month.period.end
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
        found |= _course(request, month, sheet, may_see)
        if may_prepare and not month.unit.is_root and report.state in EDITABLE:
            found |= _entering(sheet)
    return found


def changes_url(month: Month, version: Version) -> str:
    """What became of a version since it was submitted."""
    return month_url("month_changes", month.form, month.period, month.unit, version.number)


def _course(request, month: Month, sheet: Sheet, may_see: bool) -> dict:
    """Comments and file names may speak of persons: told to who may see records."""
    report = sheet.own.report
    correction = open_correction(report)
    transitions = WORKFLOW.open_to(request.user, report)
    leaving = any(transition.target in SENT for transition in transitions)
    open_to_correction = COURSE.open_to(request.user, correction) if correction else []
    withdrawal = next((t for t in open_to_correction if t.name == "withdraw_correction"), None)
    transitions += [t for t in open_to_correction if t is not withdrawal]
    actions = [_action(month, transition) for transition in transitions]
    actions.sort(key=lambda action: action["tone"] == "late")  # what goes on before what goes back
    return {
        "versions": report.versions.select_related("submitted_by", "scan", "correction"),
        "entries": [
            _told(e)
            for e in timeline(report, *report.corrections.all(), *report.explanations.all())
        ]
        if may_see
        else [],
        "correction": correction,
        "withdrawal": withdrawal,
        "may_correct": report.state in SETTLED
        and correction is None
        and may_ask(request.user, report),
        "correction_url": month_url("month_correction", month.form, month.period, month.unit),
        "actions": actions,
        "reasons": USUAL_REASONS if any(a["name"] in RETURNING for a in actions) else [],
        "blocks": blocks(report, sheet.compiled) if leaving else [],
    }


def _explained(request, sheet: Sheet) -> dict[str, dict]:
    """The reasons that hold, by rule: as submitted, or as they stand now."""
    report = sheet.own.report
    if report is None:
        return {}
    if sheet.own.stands and not sheet.own.is_reopened:
        decides = report.state == Report.State.SUBMITTED
        return judged(report, sheet.own.version.explanations, request.user if decides else None)
    return judged(report, standing_explanations(report, sheet.compiled))


def judged(report: Report, texts: dict[str, str], actor=None) -> dict[str, dict]:
    """Explanations by rule: the text as submitted and, where it still is what it was, what was
    decided of it; with what `actor` can decide."""
    rows = {row.rule: row for row in report.explanations.all()}
    found = {}
    for rule, text in texts.items():
        row = rows.get(rule)
        if row is not None and row.told != text:
            row = None
        found[rule] = {
            "text": text,
            "row": row,
            "tone": row and EXPLANATION_TONES[row.state],
            "decisions": EXPLAINING.open_to(actor, row) if row and actor else [],
        }
    return found


def _told(entry: Entry) -> Entry:
    """A decision is told by its name and comment."""
    label, _, comment = entry.note.partition("：")
    if label not in DECISIONS:
        return entry
    state = [change for change in entry.changes if change.label == "状态"]
    return replace(entry, what=label, note=comment, changes=state)


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


def _action(month: Month, transition: Transition) -> dict:
    name = "month_submit" if transition.freezing else "month_course"
    if transition.name in COURSE.transitions:
        name = "month_correction"
    return {
        "name": transition.name,
        "label": transition.label,
        "comment_required": transition.comment_required,
        "tone": TONES.get(transition.name, "primary"),
        "url": month_url(name, month.form, month.period, month.unit),
        "confirm": ASKED_BEFORE.get(transition.name, ""),
    }


def _words(step, names) -> str:
    return step.words(names) if step else ""


def _below(month: Month, line: Line, steps, names, calendar) -> dict:
    """A unit below: where it stands and whose turn it is."""
    report = line.report
    return {
        "line": line,
        "url": month_url("month", month.form, month.period, line.unit),
        "tail": tail_of(line),
        "clock": clock_of(report, calendar),
        "is_late": report is not None and was_late(report),
        "next": _words(steps[line.unit.pk], names),
        "is_missing": report is None or report.first_submitted_at is None,
        "is_returned": report is not None and report.state == Report.State.RETURNED,
        "is_submitted": report is not None and report.state == Report.State.SUBMITTED,
        "is_settled": report is not None and report.state in SETTLED,
    }


def standing(below: list[dict]) -> list[dict]:
    """How many units below are how far, the worst first; what there is none of is not told."""
    counted = [
        ("超期未报", "late", lambda row: row["is_missing"] and row["is_late"]),
        ("未报", "neutral", lambda row: row["is_missing"] and not row["is_late"]),
        ("退回未重报", "due", lambda row: row["is_returned"]),
        ("更正中", "due", lambda row: row["line"].is_reopened),
        ("待审定", "brand", lambda row: row["is_submitted"]),
        ("已审定", "good", lambda row: row["is_settled"]),
        ("迟报", "due", lambda row: row["line"].stands and row["is_late"]),
    ]
    numbers = [(label, tone, sum(map(meets, below))) for label, tone, meets in counted]
    return [
        {"label": f"{number} {label}", "tone": tone} for label, tone, number in numbers if number
    ]


def findings_shown(month: Month, findings: list[Finding], explanations: dict) -> list[dict]:
    """The rules that do not pass, in words, with what was submitted to explain them."""
    rules = {rule.code: rule for rule in month.form.rules}
    shown = []
    for finding in findings:
        rule = rules.get(finding.rule)
        if rule is not None:
            state, label = SEVERITY[finding.severity]
            outcome = Outcome(finding.outcome, finding.left, finding.right)
            shown.append(
                {
                    "code": rule.code,
                    "rule": rule,
                    "state": state,
                    "label": label,
                    "words": rule.words(outcome, month.form.parsed),
                    "explanation": explanations.get(rule.code),
                    "field": None,
                    "records_url": month_url(
                        "month_rule", month.form, month.period, month.unit, rule.code
                    ),
                }
            )
    return shown


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
        {
            "label": form.title,
            "url": month_url("month", _of_region(form, month), month.period, month.unit),
            "active": form.key == month.form.key,
            "count": None,
        }
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
