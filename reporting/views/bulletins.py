"""月度通报: the months' bulletins, drafts for who writes them, published ones for all."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import office
from jianxi.files import XLSX
from jianxi.history import timeline
from jianxi.jobs import enqueue
from jianxi.workflow import TransitionRefused
from reporting.models import Bulletin, Form
from reporting.periods import Period
from reporting.year import bulletin
from reporting.year.bulletin import LOOKED_AT, WORKFLOW, State, may
from reporting.year.bulletin_files import as_docx, as_xlsx, basis_of, rows_of
from reporting.year.documents import DOCX
from reporting.year.forms import BulletinForm, DraftForm
from reporting.year.meanwhile import now_of, told, version_of
from reporting.year.measures import measures_of

SHOWN = 60  # five years


def _works_on(request) -> bool:
    return may("prepare_reports", request.access) or may("confirm_reports", request.access)


def _rows(request):
    """Drafts are for who works on them."""
    rows = Bulletin.objects.select_related("region", "published_by")
    return rows if _works_on(request) else rows.filter(state=State.PUBLISHED)


@office("view_counts")
@require_safe
def listing(request, region):
    return _list(request)


def _list(request, form=None, status=200):
    last = request.GET.get("period") or Period.month_of(timezone.localdate()).previous
    return render(
        request,
        "reporting/bulletins.html",
        {
            "rows": _rows(request)[:SHOWN],
            "form": (form or DraftForm(initial={"period": str(last)}))
            if may("prepare_reports", request.access)
            else None,
        },
        status=status,
    )


@office("prepare_reports")
@require_POST
def draft(request, region):
    """Ask for a month's bulletin to be drafted, or a draft's figures to be brought up to date."""
    if not may("prepare_reports", request.access):
        raise PermissionDenied
    form = DraftForm(request.POST)
    forms = Form.objects.in_force(timezone.localdate())
    if form.is_valid():
        if not forms:
            form.add_error("period", "本地区还没有启用报表，不能起草通报。")
        elif why := bulletin.refusal(forms[0], form.cleaned_data["period"]):
            form.add_error("period", why)
    if not form.is_valid():
        return _list(request, form, status=422)
    row = enqueue(
        "draft_bulletin",
        region=request.region,
        owner=request.user,
        form=forms[0].key,
        period=str(form.cleaned_data["period"]),
    )
    messages.success(request, "正在起草，完成后从这里打开通报。")
    return redirect("office:job", region, row.pk)


@office("view_counts")
def one(request, region, pk):
    """A bulletin; who writes it changes the words of a draft."""
    row = get_object_or_404(_rows(request), pk=pk)
    form, refused, status = None, None, 200
    if row.state == State.DRAFT and may("prepare_reports", request.access):
        form = BulletinForm(initial={"title": row.title, "text": row.text, "seen": version_of(row)})
    if request.method == "POST":
        if not may("prepare_reports", request.access):
            raise PermissionDenied
        form, status = BulletinForm(request.POST), 422
        if form.is_valid():
            try:
                bulletin.edit(row, actor=request.user, **form.cleaned_data)
            except TransitionRefused as refusal:
                row = get_object_or_404(_rows(request), pk=pk)
                form.ask_again(refusal, row)
                refused = refusal
            else:
                messages.success(request, "通报已保存。")
                return redirect("office:bulletin", region, pk)
    return _show(request, row, form=form, refused=refused, status=status)


def _show(request, row, *, form=None, refused=None, comment="", status=200):
    """`refused`: why what was asked was not done; told at the form where there was one to keep."""
    works = _works_on(request)
    context = {
        "row": row,
        "measures": measures_of(row),
        "basis": basis_of(row),
        "since": bulletin.reported_since(row),
        "lines": rows_of(row),
        "paragraphs": row.text.splitlines(),
        "form": form,
        "actions": [
            {
                "name": t.name,
                "label": t.label,
                "comment_required": t.comment_required,
                "tone": "late" if t.name == "withdraw" else "primary",
                "url": "",
                "confirm": "发布后下级各单位都能看到，并收到消息。确定发布？"
                if t.name == "publish"
                else "",
            }
            for t in WORKFLOW.open_to(request.user, row)
        ],
        "reasons": [],
        "fault": "" if form and form.is_bound else str(refused or ""),
        "meanwhile": now_of(refused, {"标题": row.title, "正文": row.text}),
        "seen": version_of(row),
        "comment": comment,
        "entries": told(timeline(row)) if works else [],
    }
    return render(request, "reporting/bulletin.html", context, status=status)


@office("confirm_reports")
@require_POST
def move(request, region, pk):
    row = get_object_or_404(_rows(request), pk=pk)
    action, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    if not may("confirm_reports", request.access):
        raise PermissionDenied
    if action not in WORKFLOW.transitions:
        raise Http404
    facts = {"seen": request.POST.get("seen", "")} if action in LOOKED_AT else {}
    try:
        WORKFLOW.move(row, action, actor=request.user, comment=comment, **facts)
    except TransitionRefused as refusal:
        row = get_object_or_404(_rows(request), pk=pk)
        return _show(request, row, refused=refusal, comment=comment, status=422)
    messages.success(request, f"通报已{WORKFLOW.transitions[action].label}。")
    return redirect("office:bulletin", region, pk)


@office("view_counts")
@require_safe
def docx(request, region, pk):
    row = get_object_or_404(_rows(request), pk=pk)
    return file_answer(as_docx(row), f"{row.title}.docx", DOCX)


@office("view_counts")
@require_safe
def xlsx(request, region, pk):
    row = get_object_or_404(_rows(request), pk=pk)
    return file_answer(as_xlsx(row), f"{row.title}.xlsx", XLSX)


def file_answer(file, name: str, kind: str) -> FileResponse:
    response = FileResponse(file, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response
