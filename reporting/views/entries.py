"""What the reporting unit enters on its month: the plan, explanations, the stamped scan."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import office
from jianxi.files import respond, store
from reporting.explaining import explain
from reporting.forms import ExplanationsForm, PlanForm, ScanForm, as_sides, sides_of
from reporting.models import Report
from reporting.views import page
from reporting.views.address import Month, month_at, report_at
from reporting.workflow import EDITABLE, month_of


@office("prepare_reports")
@require_POST
def plan(request, region, form, period, unit):
    """The plan takes the place of the count; left blank, the count stands again."""
    at, report = _to_prepare(request, form, period, unit)
    indicator = next((i for i in at.form.parsed.indicators if i.kind == "plan"), None)
    if indicator is None:
        raise Http404
    entered = PlanForm(request.POST, indicator=indicator)
    if report.state not in EDITABLE:
        return _closed(request, at, report)
    if not entered.is_valid():
        return page.show(request, at, status=422, plan_form=entered)
    report.plan = entered.cleaned_data["plan"]
    report.save(update_fields=["plan"])
    said = "已改按协议计算。" if report.plan is None else f"计划数已填为 {report.plan:,}。"
    messages.success(request, said)
    return redirect("office:month", *at.address)


@office("prepare_reports")
@require_POST
def explanations(request, region, form, period, unit):
    """The reasons for all rules that ask for one; each is kept with the two sides it is about."""
    at, report = _to_prepare(request, form, period, unit)
    if report.state not in EDITABLE:
        return _closed(request, at, report)
    findings = {f.rule: f for f in month_of(report).findings[at.unit.pk] if f.severity == "explain"}
    entered = ExplanationsForm(
        request.POST, findings=list(findings.values()), rows=report.explanations.all()
    )
    if not entered.is_valid():
        return page.show(request, at, status=422, explanations_form=_as_of_now(entered))
    texts, reasons = entered.texts(), entered.reasons()
    for rule, text in texts.items():
        if text:
            explain(report, findings[rule], reasons[rule], text)
    report.explanations.filter(rule__in=[rule for rule, text in texts.items() if not text]).delete()
    if any(texts.values()):
        messages.success(request, "说明已保存；相关数字变动后须重新说明。")
    else:
        messages.info(request, "没有填写说明。")
    return redirect("office:month", *at.address)


@office("view_records")
@require_http_methods(["GET", "POST"])
def scan(request, region, form, period, unit):
    """The stamped paper that goes with the next submission: uploaded, replaced, removed by who
    prepares the month; read by who may read it in a version."""
    if request.method == "GET":
        report = report_at(month_at(request, form, period, unit, "view_records"))
        if report.scan is None:
            raise Http404
        return respond(report.scan)
    at, report = _to_prepare(request, form, period, unit)
    if report.state not in EDITABLE:
        return _closed(request, at, report)
    if "remove" in request.POST:
        report.scan = None
        said = "扫描件已移除。"
    else:
        entered = ScanForm(request.POST, request.FILES)
        if not entered.is_valid():
            return page.show(request, at, status=422, scan_form=entered)
        file = entered.cleaned_data["scan"]
        report.scan = store(
            request.region,
            file,
            name=file.name,
            content_type=file.content_type,
            owner=request.user,
        )
        said = "扫描件已上传，随下一次报送存入版本。"
    report.save(update_fields=["scan"])
    messages.success(request, said)
    return redirect("office:month", *at.address)


def _to_prepare(request, form, period, unit) -> tuple[Month, Report]:
    at = month_at(request, form, period, unit, "prepare_reports")
    if at.unit.is_root:
        raise PermissionDenied  # the region reports to nobody here
    return at, report_at(at, lock=True)


def _as_of_now(entered: ExplanationsForm) -> ExplanationsForm:
    """The form with its faults, about the sides as the page now shows them."""
    entered.data = entered.data.copy()
    for rule, finding in entered.findings.items():
        entered.data[sides_of(rule)] = as_sides(finding)
    return entered


def _closed(request, at: Month, report: Report):
    fault = f"没有保存：现在是“{report.get_state_display()}”，不能再填写。"
    return page.show(request, at, status=409, fault=fault)
