"""Applications to become a base, as the district sees them: the list, one, and the visit."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.reveal import reveal_urls
from bases import presenting
from bases.facts import check, findings_of
from bases.models import BaseApplication, Visit
from bases.recognition import COURSE, IN_REVIEW, REVIEW, mend_visit, mendable_visit
from bases.recognition_forms import VisitForm
from bases.review import DECISIONS, REASONS, in_review, neighbours, waiting
from bases.rules import VISIT, needed_papers
from jianxi import attachments, cases
from jianxi.attachments import AttachmentForm
from jianxi.cases import Section, comment_of, happened
from jianxi.clocks import Clock
from jianxi.findings import for_page, summary
from jianxi.lists import Column, Table, clock_badge, page_of, total_of
from jianxi.tabs import chosen_of, tabs
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from jianxi.worklist import assignment_of
from regions.calendar import working_days
from regions.policy import policy_at

State = BaseApplication.State
DECIDED = (State.RECOGNISED, State.REJECTED)  # facts changed since: what was checked is no more
TABS = {"": "待办理", "returned": "已退回", "recognised": "已认定", "rejected": "不予认定"}
TONES = {"recognise": "good", "return": "plain", "reject": "late"}
DONE = {"recognise": "已认定", "return": "已退回修改", "reject": "已决定不予认定"}


@office("view_records")
@require_GET
def base_applications(request, region):
    """What waits, first due first; what is over, newest first."""
    tab = chosen_of(request, TABS)
    rows = BaseApplication.objects.standing().filter(state=tab) if tab else in_review()
    found = rows.in_districts(request.access.districts("view_records"))
    found = found.select_related("profile", "district", "region")
    page = page_of(found, "" if tab else "due_on", request.GET, oldest_first=not tab)
    listing = Table(
        _columns(page.rows, waiting=not tab),
        page.rows,
        lambda row: reverse("office:base_application", args=[region, row.pk]),
        page.start,
        (),
        total_of(found),
    )
    context = {"listing": listing, "page": page, "tabs": tabs(request, TABS, tab)}
    return render(request, "bases/applications.html", context)


def _columns(rows, *, waiting):
    columns = [
        Column("单位名称", "profile.name"),
        Column("申报类型", lambda row: row.get_kind_display(), minor=True),
        Column("所属区县", "district.name", minor=True),
        Column("每年岗位", "places_a_year", numeric=True, minor=True),
    ]
    if not waiting:
        return [*columns, Column("提交时间", "submitted_at")]
    today, calendar = timezone.localdate(), working_days()
    findings = findings_of(rows, visits=True)
    return [
        *columns,
        Column("状态", lambda row: State(row.state), badge=True),
        Column("自动核验", lambda row: summary(findings[row.pk])),
        Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar))),
    ]


# --- One


@office("view_records")
def base_application(request, region, pk):
    """One application; a POST decides it."""
    row = _find(request, pk)
    fault = comment = ""
    if request.method == "POST":
        cases.find(request, BaseApplication.objects.standing(), pk, REVIEW)
        name, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
        if name not in DECISIONS:
            raise Http404
        try:
            COURSE.move(row, name, actor=request.user, comment=comment_of(request))
        except TransitionRefused as refused:
            fault, row = str(refused), _find(request, pk)
        else:
            return _next(request, row, DONE[name])
    before, after = neighbours(request.access, row)
    found = [] if row.state in DECIDED else check(row, visits=True)
    reviews = request.access.may(REVIEW, row.district)
    visits = list(row.visits.select_related("recorded_by"))
    mendable = mendable_visit(row, request.user) if reviews else None
    context = {
        "case": {
            "title": row.title,
            "number": row.profile.employer.uscc,
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "assignment": assignment_of(row),
            "crumbs": [
                {"label": "基地申报", "url": reverse("office:base_applications", args=[region])}
            ],
            "url_before": before and reverse("office:base_application", args=[region, before.pk]),
            "url_after": after and reverse("office:base_application", args=[region, after.pk]),
        },
        "filing": row,
        "findings": for_page(found),
        "summary": summary(found),
        "sections": presenting.sections(
            row, **presenting.masked(row, reveal_urls(request, "base_application", row))
        ),
        "papers": _papers(request, row) if reviews else None,
        "visits": [_visit(request, row, visit, reviews, visit == mendable) for visit in visits],
        "may_visit": reviews and row.state in IN_REVIEW,
        "entries": happened(COURSE, row),
        "actions": _toned(COURSE.open_to(request.user, row)),
        "actions_url": request.path,
        "reasons": REASONS,
        "fault": fault,
        "comment": comment,
    }
    return render(request, "bases/application.html", context, status=422 if fault else 200)


def _visit(request, row, visit, reviews, mendable) -> dict:
    address = [request.region.slug, row.pk, visit.pk]
    return {
        "section": Section(f"实地考察 {visit.visited_on}", presenting.visit_facts(visit)),
        "recorded_by": visit.recorded_by,
        "photos_url": reverse("office:base_visit", args=address) if reviews else "",
        "edit_url": reverse("office:base_visit_edit", args=address) if mendable else "",
    }


def _toned(transitions):
    return [
        {
            "name": one.name,
            "label": one.label,
            "comment_required": one.comment_required,
            "tone": TONES[one.name],
            "url": "",
            "confirm": "",
        }
        for one in transitions
        if one.name in TONES
    ]


def _next(request, row, done):
    """The next application opens by itself; after the last one, the list."""
    region = request.region.slug
    messages.success(request, f"{row.title}：{done}。")
    if following := waiting(request.access).first():
        return redirect("office:base_application", region, following.pk)
    return redirect("office:base_applications", region)


def _papers(request, row):
    policy = policy_at(timezone.localdate())
    return attachments.papers(
        row.papers,
        view="office:base_paper",
        args=[request.region.slug, row.pk],
        needed=needed_papers(row.relaxed_as, policy),
    )


@office("view_records")
@require_GET
def base_paper(request, region, pk, paper):
    """A paper, for who decides on the application."""
    row = _reviewed(request, pk)
    paper = get_object_or_404(row.papers.select_related("file", "thumbnail"), pk=paper)
    return attachments.serve(request, paper)


# --- The visit


@office("view_records")
def base_visit_new(request, region, pk):
    """What was seen at the employer's; the photographs are added next."""
    row = _reviewed(request, pk)
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        initial={"visited_on": timezone.localdate(), "place": row.address},
        received=_received(row),
    )
    if form.is_valid():
        visit = form.save(commit=False)
        try:
            COURSE.move(row, "visit", actor=request.user, visit=visit)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "考察已记录，可以接着上传照片。")
            return redirect("office:base_visit", region, pk, visit.pk)
    elif request.method != "POST" and row.state not in IN_REVIEW:
        return redirect("office:base_application", region, pk)
    return _visit_form(request, row, form, mended=False)


@office("view_records")
def base_visit_edit(request, region, pk, visit):
    """The last visit put right, by who recorded it, until the application is decided."""
    row = _locked(request, pk) if request.method == "POST" else _reviewed(request, pk)
    known = _visit_of(row, visit)
    if known != mendable_visit(row, request.user):
        messages.warning(request, "只有记录人能在办结前更正最近一次考察；要改，请再记一次考察。")
        return redirect("office:base_application", region, pk)
    form = VisitForm(
        request.POST if request.method == "POST" else None, instance=known, received=_received(row)
    )
    if form.is_valid():
        mend_visit(row, form.save(commit=False))
        messages.success(request, "考察记录已更正。")
        return redirect("office:base_application", region, pk)
    return _visit_form(request, row, form, mended=True)


def _visit_form(request, row, form, *, mended):
    rule = policy_at(timezone.localdate()).get(VISIT)
    context = {"filing": row, "form": form, "rule": rule, "mended": mended}
    return render(request, "bases/visit_new.html", context, status=422 if form.errors else 200)


def _received(row):
    return timezone.localdate(row.submitted_at)


@office("view_records")
@require_GET
def base_visit(request, region, pk, visit):
    """A visit with its photographs; while the application is under review more can be added."""
    row = _reviewed(request, pk)
    return _visit_page(request, row, _visit_of(row, visit))


def _visit_page(request, row, visit, form=None):
    region = request.region.slug
    context = {
        "filing": row,
        "visit": visit,
        "sections": [Section("考察情况", presenting.visit_facts(visit))],
        "papers": attachments.papers(
            visit.photos,
            view="office:base_photo",
            args=[region, row.pk, visit.pk],
            editable=row.state in IN_REVIEW,
            form=form,
        ),
    }
    return render(request, "bases/visit.html", context, status=422 if form and form.errors else 200)


@office("view_records")
@require_GET
def base_photo(request, region, pk, visit, photo):
    photos = _visit_of(_reviewed(request, pk), visit).photos.select_related("file", "thumbnail")
    return attachments.serve(request, get_object_or_404(photos, pk=photo))


@office("view_records")
@require_POST
def base_photo_upload(request, region, pk, visit):
    row = _locked(request, pk)
    visit = _visit_of(row, visit)
    form = AttachmentForm(request.POST, request.FILES, rows=visit.photos)
    if not form.is_valid():
        return _visit_page(request, row, visit, form)
    form.save(request.user)
    if form.refused:
        return _visit_page(request, row, visit, form)
    return redirect("office:base_visit", region, pk, visit.pk)


@office("view_records")
@require_POST
def base_photo_remove(request, region, pk, visit, photo):
    visit = _visit_of(_locked(request, pk), visit)
    attachments.remove(
        get_object_or_404(visit.photos.select_related("file", "thumbnail"), pk=photo)
    )
    return redirect("office:base_visit", region, pk, visit.pk)


# --- Which


def _find(request, pk, permission="view_records") -> BaseApplication:
    rows = BaseApplication.objects.standing()
    rows = rows.select_related("profile__employer", "district", "region")
    return cases.find(request, rows, pk, permission)


def _reviewed(request, pk) -> BaseApplication:
    """For who decides on it: papers and photographs show people."""
    return _find(request, pk, REVIEW)


def _locked(request, pk) -> BaseApplication:
    _reviewed(request, pk)
    rows = BaseApplication.objects.select_for_update(of=("self",))
    row = rows.select_related("profile", "district", "region").get(pk=pk)
    if row.state not in IN_REVIEW:
        raise BadRequest("这份申报已经办结，考察照片不能再改。")
    return row


def _visit_of(row, pk) -> Visit:
    return get_object_or_404(row.visits.select_related("recorded_by"), pk=pk)
