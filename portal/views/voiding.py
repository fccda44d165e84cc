"""Voiding a record takes two: one page asks, another decides."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from jianxi import cases, voiding
from jianxi.lists import Column, Table, page_of
from jianxi.models import VoidRequest
from jianxi.tabs import chosen_of, tabs
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from portal.workflow import VOIDING

State = VoidRequest.State
TABS = {"": ("待同意", Q(state=State.ASKED)), "decided": ("已办理", ~Q(state=State.ASKED))}
COLUMNS = [
    Column("记录", "title"),
    Column("区县", "district.name"),
    Column("事由", "reason"),
    Column("申请人", "asked_by.name"),
    Column("申请时间", "asked_at"),
    Column("状态", lambda row: State(row.state), badge=True),
    Column("办理人", "decided_by.name"),
]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="作废事由",
        min_length=2,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="如：重复录入，保留另一条。同意的人会看到，也会留在办理过程里。",
    )


@office("void_records")
def void(request, region, kind, pk):
    """Ask for a record to be voided."""
    model = voiding.model_of(kind)
    row = cases.find(request, model.objects.standing(), pk, "void_records")
    form = ReasonForm(request.POST or None)
    back = reverse(f"office:{kind}", args=[region, pk])
    if form.is_valid():
        try:
            voiding.ask(row, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, "作废申请已提交，等另一位同事同意。")
            return redirect(back)
    context = {"record": row, "form": form, "back": back, "refusal": voiding.refusal(row)}
    return render(request, "records/void.html", context, status=422 if form.errors else 200)


@office("void_records")
def void_requests(request, region):
    """Those to be decided, or those that were."""
    chosen = chosen_of(request, TABS)
    page = page_of(_seen(request).filter(TABS[chosen][1]), "", request.GET)
    context = {
        "page": page,
        "listing": Table(
            COLUMNS,
            page.rows,
            lambda row: reverse("office:void_request", args=[region, row.pk]),
            page.start,
        ),
        "tabs": tabs(request, TABS, chosen),
    }
    return render(request, "records/void_requests.html", context)


@office("void_records")
def void_request(request, region, pk):
    """One request, and the decision on it."""
    row = _seen(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        name = request.POST.get("action", "")
        if name not in VOIDING.transitions:
            raise Http404
        try:
            VOIDING.move(
                row,
                name,
                actor=request.user,
                comment=request.POST.get("comment", "").strip(),
            )
        except TransitionRefused as refused:
            fault = str(refused)
        else:
            messages.success(request, "已办理。")
            return redirect("office:void_requests", region)
    context = {
        "asked": row,
        "record_url": reverse(f"office:{row.table}", args=[region, row.row_id]),
        "actions": VOIDING.open_to(request.user, row),
        "actions_url": request.path,
        "fault": fault,
        "comment": request.POST.get("comment", ""),
    }
    return render(request, "records/void_request.html", context, status=422 if fault else 200)


def _seen(request):
    rows = VoidRequest.objects.filter(district__in=request.access.districts("void_records"))
    return rows.select_related("district", "asked_by", "decided_by")
