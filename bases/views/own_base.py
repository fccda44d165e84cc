"""An employer's way to become a base, and to stay one."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bases import presenting, recognition
from bases.access import employer
from bases.facts import check
from bases.models import ApplicationPaper, Base, BaseApplication
from bases.queries import BaseState
from bases.recognition import COURSE, OPEN
from bases.recognition_forms import BaseFilingForm
from bases.rules import asked_papers, needed_papers
from jianxi import attachments, drafts
from jianxi.attachments import AttachmentForm
from jianxi.cases import Section, facts, happened, sent_back
from jianxi.clocks import Clock
from jianxi.filing import Filing
from jianxi.lists import Column, Table
from jianxi.workflow import TransitionRefused
from regions.calendar import working_days
from regions.policy import policy_at

State = BaseApplication.State


@employer()
@require_GET
def base_application(request, region):
    """Whether the employer is a base, how its application stands, and what it can ask for."""
    today, profile = timezone.localdate(), request.profile
    bases = Base.objects.standing().filter(profile=profile).with_state(today)
    base = bases.select_related("district").order_by("-pk").first()
    rows = list(_mine(request).order_by("-pk"))
    current = next(
        (row for row in rows if row.state not in (State.RECOGNISED, State.REJECTED)), None
    )
    goes_on = base if base and base.exited_on is None else None
    past = Table(
        [
            Column("申报类型", lambda row: row.get_kind_display()),
            Column("状态", lambda row: State(row.state), badge=True),
            Column("提交时间", "submitted_at"),
        ],
        [row for row in rows if row is not current],
        lambda row: reverse("employer:base_filing", args=[region, row.pk]),
    )
    context = {
        "base": base,
        "base_state": base and BaseState(base.state),
        "sections": [Section("认定", facts(base, "district", "recognised_on", "valid_until"))]
        if base
        else [],
        "current": current,
        "clock": current and Clock.of(current, today, working_days()),
        "renewal": goes_on is not None,
        "not_yet": recognition.too_early(goes_on, today),
        "listing": past,
    }
    return render(request, "bases/own_base.html", context)


@employer()
@require_POST
def base_application_new(request, region):
    try:
        row = recognition.begin(request.profile, request.authority.district)
    except TransitionRefused as refused:
        messages.warning(request, str(refused))
        return redirect("employer:base_application", region)
    return redirect("employer:base_filing", region, row.pk)


@employer()
@require_GET
def base_filing(request, region, pk):
    row = _find(request, pk)
    if row.state == State.DRAFT:
        return redirect("employer:base_filing_edit", region, pk)
    return _page(request, row)


def _page(request, row, fault=""):
    region = request.region.slug
    entries = happened(COURSE, row)
    visits = [
        Section("实地考察", presenting.visit_facts(visit, to_employer=True))
        for visit in row.visits.all()
    ]
    context = {
        "case": {
            "title": f"{row.get_kind_display()}：{row.title}",
            "number": "",
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "crumbs": [
                {"label": "基地", "url": reverse("employer:base_application", args=[region])}
            ],
            "url_before": "",
            "url_after": "",
        },
        "filing": row,
        "decision": sent_back(COURSE, row, entries),
        "sections": [*visits, *presenting.sections(row, **presenting.in_full(row))],
        "papers": _papers(request, row, editable=False),
        "entries": entries,
        "withdraw": any(one.name == "withdraw" for one in COURSE.open_to(request.user, row)),
        "fault": fault,
    }
    return render(request, "bases/base_filing.html", context, status=422 if fault else 200)


@employer()
@require_POST
def base_filing_withdraw(request, region, pk):
    try:
        COURSE.move(_find(request, pk), "withdraw", actor=request.user)
    except TransitionRefused as refused:
        return _page(request, _find(request, pk), str(refused))
    messages.success(request, "已撤回，修改后再提交。")
    return redirect("employer:base_filing_edit", region, pk)


# --- Filing


@employer()
def base_filing_edit(request, region, pk):
    return FILING.typed(request, pk)


@employer()
@require_POST
def base_filing_save(request, region, pk):
    return FILING.kept(request, pk)


@employer()
@require_POST
def base_filing_discard(request, region, pk):
    row = _locked(request, pk)
    if row is None or row.submitted_at:
        raise BadRequest("提交过的申报不能删除。")
    for paper in row.papers.select_related("file", "thumbnail"):
        attachments.remove(paper)
    row.delete()
    messages.success(request, "草稿已删除。")
    return redirect("employer:base_application", region)


def _form_of(row):
    policy = policy_at(timezone.localdate())
    return lambda *args, **kwargs: BaseFilingForm(*args, policy=policy, **kwargs)


def _around(request, row) -> dict:
    entries = happened(COURSE, row) if row.state == State.RETURNED else []
    return {
        "filing": row,
        "decision": sent_back(COURSE, row, entries),
        "papers": _papers(request, row, editable=True),
    }


def _panel(row) -> dict:
    return {"lacking": recognition.lacking_papers(row, policy_at(timezone.localdate()))}


def _hand_in(request, draft):
    try:
        row = COURSE.move(draft.row, "submit", actor=request.user)
    except TransitionRefused as refused:
        draft.form.add_error(None, str(refused))
        return None
    messages.success(request, f"已提交，{row.district}最迟 {row.due_on:%Y-%m-%d} 前办理。")
    return redirect("employer:base_filing", request.region.slug, row.pk)


# --- Papers


def _papers(request, row, *, editable, form=None):
    policy = policy_at(timezone.localdate())
    return attachments.papers(
        row.papers,
        view="employer:base_paper",
        args=[request.region.slug, row.pk],
        editable=editable,
        kinds=asked_papers(policy),
        needed=needed_papers(row.relaxed_as, policy),
        hints=presenting.HINTS,
        form=form,
    )


@employer()
@require_GET
def base_paper(request, region, pk, paper):
    return attachments.serve(request, _paper(_find(request, pk), paper))


@employer()
@require_POST
def base_paper_upload(request, region, pk):
    row = _required(request, pk)
    form = AttachmentForm(request.POST, request.FILES, rows=row.papers)
    if form.is_valid():
        form.save(request.user)
        if not form.refused:
            return redirect("employer:base_filing_edit", region, pk)
    papers = _papers(request, row, editable=True, form=form)
    draft = drafts.opened(_form_of(row), row)
    return FILING.form(request, draft, status=422 if form.errors else 200, papers=papers)


@employer()
@require_POST
def base_paper_remove(request, region, pk, paper):
    attachments.remove(_paper(_required(request, pk), paper))
    return redirect("employer:base_filing_edit", region, pk)


def _paper(row, pk) -> ApplicationPaper:
    return get_object_or_404(row.papers.select_related("file", "thumbnail"), pk=pk)


# --- Whose


def _mine(request):
    rows = BaseApplication.objects.standing().filter(profile=request.profile)
    return rows.select_related("profile__employer", "district", "region")


def _find(request, pk) -> BaseApplication:
    row = _mine(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _locked(request, pk) -> BaseApplication | None:
    """The filing, kept from others until it is written; None where it can no longer be changed."""
    _find(request, pk)
    row = _mine(request).select_for_update(of=("self",)).get(pk=pk)
    return row if row.state in OPEN else None


def _required(request, pk) -> BaseApplication:
    row = _locked(request, pk)
    if row is None:
        raise BadRequest("申报已经提交，材料不能再改。需要改的，请先撤回。")
    return row


FILING = Filing(
    find=_find,
    locked=_locked,
    is_open=lambda row: row.state in OPEN,
    form_of=_form_of,
    check=check,
    hand_in=_hand_in,
    around=_around,
    panel=_panel,
    template="bases/base_edit.html",
    page="employer:base_filing",
    edit="employer:base_filing_edit",
    save="employer:base_filing_save",
    closed="申报已经提交，不能再改。",
)
