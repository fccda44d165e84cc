"""Agreements as the district files them: the list with its clock, and one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import reveal
from accounts.forms import RevealForm
from jianxi import attachments, cases
from jianxi.cases import Fact, comment_of, facts
from jianxi.clocks import Clock
from jianxi.findings import for_page, summary
from jianxi.lists import Column, Table, clock_badge, page_of, total_of
from jianxi.tabs import chosen_of, tabs
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from jianxi.worklist import assignment_of
from regions.calendar import working_days
from trainees import contract_presenting as presenting
from trainees import signing
from trainees.before_start import steps
from trainees.contracts import findings_of
from trainees.exports import document_label
from trainees.models import Contract
from trainees.signing import COURSE, FILING

State = Contract.State
TABS = {
    "": ("待备案", [State.SIGNED]),
    "signing": ("签署中", [State.DRAFT, State.EMPLOYER_SIGNED]),
    "filed": ("已备案", [State.FILED]),
    "over": ("已取消", [State.CANCELLED]),
}
DECISIONS = {"file": "good", "return": "plain", "cancel": "late"}
# What is said often when an agreement is sent back, a click each.
REASONS = [
    "见习地点请写到门牌",
    "月基本生活费与岗位公布的不一致",
    "见习期限请核对",
    "见习内容写得太笼统",
]


@office("view_records")
@require_GET
def contracts(request, region):
    tab = chosen_of(request, TABS)
    seen = Contract.objects.standing().in_districts(request.access.districts("view_records"))
    found = seen.filter(state__in=TABS[tab][1]).with_sides()
    page = page_of(found, "" if tab else "due_on", request.GET, oldest_first=not tab)
    listing = Table(
        _columns(),
        page.rows,
        lambda row: reverse("office:contract", args=[region, row.pk]),
        page.start,
        (),
        total_of(found),
    )
    context = {"listing": listing, "page": page, "tabs": tabs(request, TABS, tab)}
    return render(request, "trainees/contracts.html", context)


def _columns():
    today, calendar = timezone.localdate(), working_days()
    return [
        Column("姓名", lambda row: row.application.trainee.masked("name")),
        Column("单位名称", "position.base.profile.name", broad=True),
        Column("岗位", "position.title", minor=True),
        Column("所属区县", "position.base.district.name", minor=True),
        Column("状态", lambda row: State(row.state), badge=True),
        Column("约定开始", "planned_start"),
        Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar))),
    ]


@office("view_records")
def contract(request, region, pk):
    """One agreement; a POST decides on it."""
    row, fault, comment = _find(request, pk), "", ""
    if request.method == "POST":
        cases.find(request, Contract.objects.standing(), pk, FILING)
        name = request.POST.get("action", "")
        if name not in DECISIONS:
            raise Http404
        try:
            comment = comment_of(request)
            signing.move(row, name, actor=request.user, comment=comment)
        except TransitionRefused as refused:
            fault, row = str(refused), _find(request, pk)
        else:
            return _next(request, row, COURSE.transitions[name].label)
    return _page(request, row, fault, comment)


def _page(request, row, fault, comment):
    slug = request.region.slug
    entries = presenting.happened(row, row.agreement)
    found = findings_of(row) if row.state in (*signing.BEFORE, State.SIGNED) else []
    shown = reveal.reveal_urls(request, "contract", row)
    papers = attachments.papers(row.papers, view="office:contract_paper", args=[slug, row.pk])
    may_see = cases.may(request, row, FILING)
    context = {
        "case": {
            "title": f"{row.application.trainee.title}的见习协议",
            "number": row.agreement.number if row.agreement else "",
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "assignment": assignment_of(row),
            "crumbs": [{"label": "协议备案", "url": reverse("office:contracts", args=[slug])}],
            "url_before": "",
            "url_after": "",
        },
        "contract": row,
        "decision": presenting.sent_back(row, entries),
        "findings": for_page(found),
        "summary": summary(found),
        "steps": [{"step": step, "url": "", "form": None} for step in steps(row)],
        "papers": papers if may_see and papers.slots else None,
        "sections": [
            *presenting.sections(
                row,
                parties=_parties(request, row),
                mentor=Fact("带教老师", row.masked("mentor"), reveal_url=shown.get("mentor", "")),
            ),
            presenting.signatures(row),
        ],
        "may_print": bool(shown) and bool(row.text_hash),
        "entries": entries,
        "actions": _actions(request, row),
        "actions_url": request.path,
        "reasons": REASONS if row.state == State.SIGNED else [],
        "fault": fault,
        "comment": comment,
    }
    return render(request, "trainees/contract.html", context, status=422 if fault else 200)


def _parties(request, row) -> list[Fact]:
    slug, trainee, base = request.region.slug, row.application.trainee, row.position.base
    shown = reveal.reveal_urls(request, "trainee", trainee)
    return [
        Fact("见习人员", trainee.title, url=reverse("office:trainee", args=[slug, trainee.pk])),
        Fact("证件类型", document_label(trainee)),
        *facts(trainee, "document_number", "phone", reveal=shown),
        Fact("单位名称", base.profile.name, url=reverse("office:base", args=[slug, base.pk])),
        Fact("岗位", row.position.title, url=_position_url(slug, row.position)),
        Fact("所属区县", base.district),
    ]


def _position_url(slug, position) -> str:
    return reverse("office:position", args=[slug, position.pk])


def _actions(request, row):
    return [
        {
            "name": one.name,
            "label": one.label,
            "comment_required": one.comment_required,
            "tone": DECISIONS[one.name],
            "url": "",
            "confirm": "取消后这份协议按“未到岗取消”结束。确定取消？"
            if one.name == "cancel"
            else "",
        }
        for one in COURSE.open_to(request.user, row)
        if one.name in DECISIONS and (one.name != "cancel" or _may_cancel(row))
    ]


def _may_cancel(row) -> bool:
    return row.agreement_id is not None and signing.can_be_given_up(row)


def _next(request, row, label):
    """The next one opens by itself; after the last one, the list."""
    slug = request.region.slug
    messages.success(request, f"{row.application.trainee.title}的协议：已{label}。")
    waiting = Contract.objects.standing().filter(state=State.SIGNED)
    waiting = waiting.in_districts(request.access.districts(FILING)).order_by("due_on", "pk")
    if following := waiting.first():
        return redirect("office:contract", slug, following.pk)
    return redirect("office:contracts", slug)


@office("view_records")
def contract_print(request, region, pk):
    """The text names the youth in full: to print it is a reveal, with its reason."""
    row = _find(request, pk, reveal.RIGHT)
    if not row.text_hash:
        raise Http404
    form = RevealForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"contract": row, "form": form}
        status = 422 if form.errors else 200
        return render(request, "trainees/contract_print_why.html", context, status=status)
    text = reveal.log(request.access, "contract", row, "text", form.cleaned_data["reason"])
    context = {"contract": row, "sheet": presenting.sheet(row, text)}
    return render(request, "trainees/contract_print.html", context)


@office("view_records")
@require_GET
def contract_paper(request, region, pk, paper):
    """A paper shows who somebody is: for who files."""
    row = _find(request, pk, FILING)
    found = row.papers.select_related("file", "thumbnail").filter(pk=paper).first()
    if found is None:
        raise Http404
    return attachments.serve(request, found)


def _find(request, pk, permission="view_records") -> Contract:
    return cases.find(request, Contract.objects.standing().with_sides(), pk, permission)
