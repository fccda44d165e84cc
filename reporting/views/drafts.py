"""A form being written: typed or uploaded as a whole, tried on the last month, put in force from a
month to come. Its parts one by one: views/draft_parts.py."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import office
from jianxi.workflow import TransitionRefused
from reporting import drafting
from reporting.compiling import compute
from reporting.conditions import CONDITIONS, SOURCES
from reporting.draft_forms import DraftForm
from reporting.drawing import cells, head, marks_of
from reporting.models import Form, FormDraft
from reporting.periods import Period
from reporting.rules import Outcome
from reporting.views.draft_page import DraftPage, managing

SHOWN = 50  # rules that do not pass


@office("manage_region")
def new(request, region):
    """A draft of a new form, from text or a file."""
    managing(request)
    row = FormDraft(region=request.region, made_by=request.user)
    beginning = {
        "effective_from": str(drafting.earliest()),
        "text": drafting.EXAMPLE,
        "order": Form.objects.count(),
    }
    form = DraftForm(request.POST or None, request.FILES or None, instance=row, initial=beginning)
    if form.is_valid():
        form.save()
        return _to_trial(request, row.pk)
    context = {"form": form, "draft": None, "vocabulary": VOCABULARY}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/draft/text.html", context, status=status)


def _to_trial(request, pk: int):
    messages.success(request, "草稿已保存，还没有启用。请看下面的试算。")
    return redirect("office:form_draft", request.region.slug, pk)


@office("manage_region")
@require_POST
def begin(request, region, pk):
    """A draft of a change of the form, or the one there is; to the step that is asked for."""
    managing(request)
    row = drafting.draft_of(get_object_or_404(Form, pk=pk), by=request.user)
    step = "form_draft_changes" if request.POST.get("step") == "changes" else "form_draft_head"
    return redirect(f"office:{step}", region, row.pk)


@office("manage_region")
@require_safe
def draft(request, region, pk):
    """What it gives, and putting it in force."""
    return _tried(DraftPage(request, pk, "trial"))


def _tried(page: DraftPage, trial: dict | None = None):
    return page.shown("reporting/draft/trial.html", {"trial": trial or _trial(page.row)})


def _late(page: DraftPage, what: str):
    page.moved_on(what)
    return _tried(page)


@office("manage_region")
def text(request, region, pk):
    """The whole of it as text."""
    page = DraftPage(request, pk, "text")
    form = DraftForm(request.POST or None, request.FILES or None, instance=page.for_change)
    if request.method == "POST" and page.keeps(form):
        return _to_trial(request, pk)
    return page.shown("reporting/draft/text.html", {"form": form, "vocabulary": VOCABULARY})


@office("manage_region")
@require_POST
def use(request, region, pk):
    """Put in force what was looked at: with rules that keep units from submitting only where
    `blocked` says how many those are."""
    page = DraftPage(request, pk, "trial")
    if not page.is_current:
        return _late(page, "启用")
    trial = _trial(page.row)
    if trial["blocked"] and request.POST.get("blocked") != trial["blocked"]:
        page.fault = (
            f"没有启用：按上月的数，{trial['blocked']} 个单位报不出去。确要启用的，请先勾选。"
        )
        page.status = 422
        return _tried(page, trial)
    try:
        form = drafting.put_in_force(page.row, seen=page.seen)
    except drafting.MovedOn:
        return _late(page, "启用")
    except TransitionRefused as refusal:
        page.fault, page.status = str(refusal), 409
        return _tried(page, trial)
    messages.success(
        request, f"已定于 {form.effective_from:%Y-%m} 起启用，在此之前可以撤回，变回草稿。"
    )
    return redirect("office:form", region, form.pk)


@office("manage_region")
@require_POST
def discard(request, region, pk):
    page = DraftPage(request, pk, "trial")
    try:
        drafting.discard(page.row, seen=request.POST.get("seen", ""))
    except drafting.MovedOn:
        return _late(page, "删除")
    messages.success(request, "草稿已删除，正在使用的报表不变。")
    return redirect("office:forms", region)


@office("manage_region")
@require_POST
def withdraw(request, region, pk):
    """Take back a version before its first month begins; it is a draft again."""
    managing(request)
    form = get_object_or_404(Form, pk=pk)
    try:
        row = drafting.withdraw(form, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("office:form", region, pk)
    messages.success(request, "已撤回，没有启用，变回草稿，可以接着改；正在使用的报表不变。")
    return redirect("office:form_draft_head", region, row.pk)


def _trial(row: FormDraft) -> dict:
    """The last month by the draft, with what the form in force gives beside it."""
    form = drafting.as_form(row)
    period = Period.month_of(timezone.localdate()).previous
    found = compute(form, period)
    root = found.units.root
    old = drafting.in_force(row.region, row.key, period.end)
    before = None
    if old:
        old.region = row.region
        before = compute(old, period, root).figures[root.pk]
        now_called = drafting.renumbered(old.parsed, form.parsed)
        before = {now_called.get(code, code): figure for code, figure in before.items()}

    def line(label: str, figures, marks, tone: str = "") -> dict:
        drawn = cells(form, figures, marks, lambda code: "")
        return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": tone}

    def of_unit(unit, label: str) -> dict:
        return line(label, found.figures[unit.pk], marks_of(form, found.findings[unit.pk]))

    blocking: dict[str, set[int]] = {}  # by the rule, the units that could not submit
    for unit in found.units.valid:
        for one in found.findings[unit.pk]:
            if one.severity == "block" and not unit.is_root:
                blocking.setdefault(one.rule, set()).add(unit.pk)
    rules = {rule.code: rule for rule in form.rules}
    failing = [
        (unit, one.rule, rules[one.rule].words(_outcome(one), form.parsed))
        for unit in found.units.valid
        for one in found.findings[unit.pk]
    ]
    return {
        "period": period,
        "figures": head(form, period)
        | {
            "rows": [of_unit(unit, unit.name) for unit in found.units.children(root)],
            "total": of_unit(root, "合计"),
            "beside": [line("现行的表", before, {}, "beside")] if before else [],
        },
        "failing": failing[:SHOWN],
        "number": len(failing),
        "blocked": str(len(set().union(*blocking.values())) or ""),
        "blocking": [(rules[code], len(units)) for code, units in blocking.items()],
        "changes": drafting.differences(old and old.parsed, form.parsed),
        "looking_back": drafting.looking_back_anew(old.parsed, form) if old else [],
        "old": old,
    }


def _outcome(finding) -> Outcome:
    return Outcome(finding.outcome, finding.left, finding.right)


VOCABULARY = [
    {
        "name": name,
        "counted": source.counted,
        "sums": "、".join(source.sums),
        "conditions": [(word, one.words) for word, one in CONDITIONS[name].items()],
    }
    for name, source in SOURCES.items()
]
