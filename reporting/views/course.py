"""The month's course: each decision goes through the workflow, and a refusal is told in its words."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import office
from jianxi.web import freezing
from jianxi.workflow import TransitionRefused
from reporting import corrections
from reporting.explaining import COURSE as EXPLAINING
from reporting.forms import CommentForm, of_substance
from reporting.models import Report
from reporting.views import page
from reporting.views.address import Month, month_at, report_at
from reporting.workflow import LOOKED_AT, WORKFLOW, NotReady

DONE = {
    "submit": "已报送，本月数字和记录已固定。",
    "hand_up": "已提交复核。",
    "confirm": "已复核并报送，本月数字和记录已固定。",
    "send_back": "已退回经办。",
    "withdraw": "已撤回报送，审定的同事已收到消息。核对后请重新报送。",
    "return": "已退回，该单位的经办已收到消息。",
    "approve": "已审定。",
}
EXPLAINED = {
    "accept_explanation": "已认可说明。",
    "send_back_explanation": "说明已退回。请再把月报退回该单位，由其重写后重新报送。",
}
LONGEST_REASON = 500
CORRECTED = {
    "ask": "已申请更正，等上级决定。已报送的各版不变。",
    "approve_correction": "已同意更正，等该单位重新报送。",
    "refuse_correction": "未同意更正，月报不变。",
    "withdraw_correction": "已撤回更正申请，月报不变。",
}


@office("view_counts")
@require_POST
def move(request, region, form, period, unit):
    """Decisions that freeze nothing."""
    return _move(request, month_at(request, form, period, unit), freezes=False)


@freezing
@office("view_counts")
@require_POST
def submit(request, region, form, period, unit):
    """Decisions by which the month is frozen; they wait for whoever is writing records."""
    return _move(request, month_at(request, form, period, unit), freezes=True)


def _move(request, at: Month, *, freezes: bool):
    name, typed = request.POST.get("action", ""), request.POST.get("comment", "")
    transition = WORKFLOW.transitions.get(name)
    if transition is None or transition.freezing != freezes:
        raise Http404
    report = report_at(at)
    facts = {"seen": request.POST.get("seen", "")} if name in LOOKED_AT else {}
    try:
        WORKFLOW.move(report, name, actor=request.user, comment=_comment(request), **facts)
    except TransitionRefused as refusal:
        moved_on = report_at(at).state not in transition.sources
        found = {"back_fault" if name == "withdraw" and not moved_on else "fault": str(refusal)}
        if isinstance(refusal, NotReady):
            found["blocks"] = []  # told by the refusal
        return page.show(request, at, status=409 if moved_on else 422, comment=typed, **found)
    messages.success(request, DONE[name])
    return redirect("office:month", *at.address)


@office("view_counts")
@require_POST
def correction(request, region, form, period, unit):
    """A correction of an approved month: asked for by its unit, decided on above."""
    at = month_at(request, form, period, unit)
    report = report_at(at)
    name, typed = request.POST.get("action", ""), request.POST.get("comment", "")
    try:
        if name == "ask":
            corrections.ask(report, actor=request.user, reason=_reason(request))
        elif name in corrections.COURSE.transitions:
            asked = corrections.open_correction(report)
            if asked is None:
                raise TransitionRefused("这份月报没有待决定的更正申请。")
            corrections.COURSE.move(asked, name, actor=request.user, comment=_comment(request))
        else:
            raise Http404
    except TransitionRefused as refusal:
        found = {"correction_fault" if name == "ask" else "fault": str(refusal)}
        return page.show(request, at, status=422, comment=typed, **found)
    messages.success(request, CORRECTED[name])
    return redirect("office:month", *at.address)


@office("view_counts")
@require_POST
def explaining(request, region, form, period, unit):
    """What is decided of an explanation the unit gave with its month."""
    at = month_at(request, form, period, unit)
    name, typed = request.POST.get("action", ""), request.POST.get("comment", "")
    report = report_at(
        at, lock=True
    )  # before the explanation's own lock, as an approval takes them
    rows = {row.rule: row for row in report.explanations.all()}
    row = rows.get(request.POST.get("rule", ""))
    if name not in EXPLAINING.transitions or row is None:
        raise Http404
    try:
        EXPLAINING.move(row, name, actor=request.user, comment=_comment(request))
    except TransitionRefused as refusal:
        return page.show(request, at, status=422, fault=str(refusal), comment=typed)
    messages.success(request, EXPLAINED[name])
    return redirect("office:month", *at.address)


def _reason(request) -> str:
    reason = _comment(request, what="更正事由", most=LONGEST_REASON).strip()
    try:
        of_substance(reason)
    except ValidationError as error:
        raise TransitionRefused("；".join(error.messages)) from error
    return reason


@office("review_reports")
@require_POST
def approve_below(request, region, form, period, unit):
    """Approve the chosen units directly below. One that cannot be is told, the others stand; 403
    where none is the user's to decide on."""
    at = month_at(request, form, period, unit, "review_reports")
    reports = Report.objects.of_month(at.form.key, period.start).filter(
        district__parent=at.unit, district__key__in=request.POST.getlist("ids")
    )
    approved, refused, anothers = [], [], []
    for report in reports.select_related("district__parent", "region"):
        try:
            seen = request.POST.get(f"seen-{report.district.key}", "")
            WORKFLOW.move(report, "approve", actor=request.user, seen=seen)
            approved.append(report.district.name)
        except TransitionRefused as refusal:
            refused.append(f"{report.district.name}：{refusal}")
        except PermissionDenied:
            anothers.append(f"{report.district.name}：这份月报由另一人审定，没有改动。")
    if anothers and not (approved or refused):
        raise PermissionDenied
    if approved:
        messages.success(request, f"已审定 {len(approved)} 个单位：{'、'.join(approved)}。")
    for words in refused + anothers:
        messages.error(request, words)
    if not (approved or refused):
        messages.warning(request, "没有选择单位，请先勾选。")
    return redirect("office:month", *at.address)


def _comment(request, **limits) -> str:
    form = CommentForm(request.POST, **limits)
    if not form.is_valid():
        raise TransitionRefused("；".join(form.errors["comment"]))
    return form.cleaned_data["comment"]
