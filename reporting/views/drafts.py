"""A form being written: typed or uploaded, tried on the last month, put in force from a month to
come."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

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
from reporting.views.definitions import may_change

SHOWN = 50  # rules that do not pass


@office("manage_region")
def new(request, region):
    """A draft of a new form, or of a change of the one named by `from`."""
    _managing(request)
    old = None
    if asked := request.GET.get("from"):
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            raise Http404
        old = get_object_or_404(Form, pk=int(asked))
        known = FormDraft.objects.filter(key=old.key).first()
        if known:
            messages.info(request, "这张表已有一份草稿，请在这份上改。")
            return redirect("office:form_draft", region, known.pk)
    draft = FormDraft(region=request.region, made_by=request.user)
    form = DraftForm(
        request.POST or None, request.FILES or None, instance=draft, initial=_beginning(old)
    )
    if form.is_valid():
        row = form.save()
        messages.success(request, "草稿已保存，还没有启用。请看下面的试算。")
        return redirect("office:form_draft", region, row.pk)
    context = {"form": form, "draft": None, "vocabulary": VOCABULARY, "trial": None, "fault": ""}
    status = 422 if request.method == "POST" else 200
    return render(request, "reporting/form_draft.html", context, status=status)


def _beginning(old: Form | None) -> dict:
    beginning = {"effective_from": str(drafting.earliest())}
    if old is None:
        return beginning | {"text": drafting.EXAMPLE, "order": Form.objects.count()}
    return beginning | {
        "key": old.key,
        "order": old.order,
        "reporting_level": old.reporting_level,
        "text": drafting.written(old.definition),
    }


@office("manage_region")
def draft(request, region, pk):
    row = _draft(request, pk)
    if request.method != "POST":
        return _show(request, row, DraftForm(instance=row))
    form = DraftForm(request.POST, request.FILES, instance=_draft(request, pk))
    if not form.is_valid():
        return _show(request, row, form, status=422)
    form.save()
    messages.success(request, "草稿已保存，还没有启用。请看下面的试算。")
    return redirect("office:form_draft", region, pk)


@office("manage_region")
@require_POST
def use(request, region, pk):
    """Put in force what was looked at."""
    row = _draft(request, pk)
    try:
        form = drafting.put_in_force(row, seen=request.POST.get("seen", ""))
    except TransitionRefused as refusal:
        row = _draft(request, pk)
        return _show(request, row, DraftForm(instance=row), fault=str(refusal), status=409)
    messages.success(request, f"已定于 {form.effective_from:%Y-%m} 起启用，在此之前可以撤回。")
    return redirect("office:form", region, form.pk)


@office("manage_region")
@require_POST
def discard(request, region, pk):
    _draft(request, pk).delete()
    messages.success(request, "草稿已删除，正在使用的报表不变。")
    return redirect("office:forms", region)


@office("manage_region")
@require_POST
def withdraw(request, region, pk):
    """Take back a version before its first month begins."""
    _managing(request)
    form = get_object_or_404(Form, pk=pk)
    try:
        drafting.withdraw(form)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("office:form", region, pk)
    messages.success(request, "已撤回，没有启用；正在使用的报表不变。")
    return redirect("office:forms", region)


def _managing(request):
    if not may_change(request):
        raise PermissionDenied


def _draft(request, pk) -> FormDraft:
    _managing(request)
    row = get_object_or_404(FormDraft.objects.select_related("made_by"), pk=pk)
    row.region = request.region
    return row


def _show(request, row: FormDraft, form: DraftForm, *, fault: str = "", status: int = 200):
    """`row` as it is kept: what is tried is what would be put in force."""
    return render(
        request,
        "reporting/form_draft.html",
        {
            "form": form,
            "draft": row,
            "vocabulary": VOCABULARY,
            "trial": _trial(row),
            "seen": drafting.version_of(row),
            "fault": fault,
        },
        status=status,
    )


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

    def line(label: str, figures, marks, tone: str = "") -> dict:
        drawn = cells(form, figures, marks, lambda code: "")
        return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": tone}

    def of_unit(unit, label: str) -> dict:
        return line(label, found.figures[unit.pk], marks_of(form, found.findings[unit.pk]))

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
        "changes": drafting.differences(old and old.parsed, form.parsed),
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
