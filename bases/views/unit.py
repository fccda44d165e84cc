"""An employer's own affairs: its home page, who acts for it, and the way to become one of them."""

import logging

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.views import inbox
from bases import authorities
from bases.access import comer, employer
from bases.authorities import WORKFLOW, State
from bases.authority_forms import (
    AcceptForm,
    ClaimForm,
    FilingForm,
    InviteForm,
    PaperForm,
)
from bases.models import Authority
from jianxi import cases, files
from jianxi.cases import Fact, Section, facts
from jianxi.clocks import Clock
from jianxi.tabs import chosen_of, tabs
from jianxi.tenancy import scopes_disabled
from jianxi.web import access
from jianxi.workflow import TransitionRefused
from jianxi.worklist import DONE, EMPLOYER, done, waiting_for
from regions.calendar import working_days
from regions.clocks import with_clocks
from regions.models import Region

ENDED = WORKFLOW.transitions["end"].label
PAPERS = {"licence": "营业执照或登记证书", "letter": "单位授权书"}
HINTS = {
    "licence": "扫描件或照片，信息完整、清晰。",
    "letter": "写明授权您办理就业见习业务，加盖单位公章。",
}
TABS = {"": "待办和办理中", DONE: "已办"}
CLAIMS = {"claim": "5/15m/user,30/h/ip"}  # wrong codes
log = logging.getLogger(__name__)


# --- Which unit


@access(comer)
@require_safe
def employers(request):
    """The units one acts for or asks to, and where else one can begin."""
    with scopes_disabled():
        standing = Authority.objects.standing().filter(user=request.user)
        own = list(standing.select_related("region", "profile").order_by("region", "pk"))
    confirmed = [row for row in own if row.state == State.CONFIRMED]
    if len(own) == len(confirmed) == 1 and "all" not in request.GET:
        return redirect("employer:home", own[0].region.slug)
    return render(request, "bases/employers.html", {"own": own, "regions": Region.objects.all()})


# --- Home


@employer()
@require_safe
def home(request, region):
    """What waits and what others are doing; and, under a tab of its own, what one did."""
    tab = chosen_of(request, TABS)
    context = {"tabs": tabs(request, TABS, tab)}
    if tab == DONE:
        return render(request, "bases/done.html", context | done(request, EMPLOYER))
    context["rows"] = with_clocks(waiting_for(request, EMPLOYER))
    context["under_way"] = with_clocks(waiting_for(request, EMPLOYER, under_way=True))
    return render(request, "bases/home.html", context)


@employer()
def messages_page(request, region):
    return inbox.show(request, "frames/employer.html", request.region)


# --- Who acts for it


@employer()
def unit(request, region):
    """What the region knows of the employer, and who acts for it; an owner invites others."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    owner = request.authority.is_owner
    if request.method == "POST" and not owner:
        raise Http404
    if form.is_bound and form.is_valid():
        try:
            authorities.invite(request.authority, form.cleaned_data["phone"])
        except TransitionRefused as refusal:
            form.add_error("phone", str(refusal))
        else:
            messages.success(request, "已发出邀请。对方登录并接受后，就能办理本单位的业务。")
            return redirect("employer:unit", region)
    profile = request.profile
    return render(
        request,
        "bases/unit.html",
        {
            "sections": [
                Section(
                    "单位",
                    [
                        Fact("统一社会信用代码", profile.employer.uscc),
                        *facts(profile, "name", "kind", "industry", "founded_on"),
                    ],
                )
            ],
            "people": list(Authority.objects.acting_for(profile)),
            "form": form if owner else None,
        },
        status=422 if form.errors else 200,
    )


@employer()
@require_POST
def person(request, region, pk, action):
    """End what a person may do, or make the person an owner."""
    people = Authority.objects.acting_for(request.profile)
    row = get_object_or_404(people, pk=pk)
    if action not in {"end", "own"}:
        raise Http404
    try:
        WORKFLOW.move(row, action, actor=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("employer:unit", region)
    if row.user_id == request.user.pk and action == "end":
        messages.success(request, f"您不再办理{request.profile}的业务。")
        return redirect("employers")
    messages.success(request, "已停止授权。" if action == "end" else "已设为负责人。")
    return redirect("employer:unit", region)


# --- Asking to act for one


def _own(request, pk) -> Authority:
    mine = Authority.objects.filter(user=request.user).select_related("district", "profile")
    return get_object_or_404(mine, pk=pk)


@access(comer)
@require_safe
def filings(request, region):
    """One's own in the region; where there is one only, straight to it."""
    own = list(Authority.objects.standing().filter(user=request.user).order_by("-pk"))
    if not own:
        return redirect("employer:filing_new", region)
    if len(own) == 1:
        return redirect("employer:filing", region, own[0].pk)
    return redirect("employers")


@access(comer)
def filing_new(request, region):
    form = FilingForm(_sent(request), user=request.user, instance=Authority())
    form.instance.region, form.instance.user = request.region, request.user
    if form.is_bound and form.is_valid():
        row = form.save()
        messages.success(request, "已保存。请上传证明材料，然后提交。")
        return redirect("employer:filing", region, row.pk)
    return _filing_form(request, form)


@access(comer)
def filing_edit(request, region, pk):
    row = _editable(request, pk)
    form = FilingForm(_sent(request), user=request.user, instance=row)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, "已保存。")
        return redirect("employer:filing", region, pk)
    return _filing_form(request, form)


def _filing_form(request, form):
    status = 422 if form.errors else 200
    return render(request, "bases/filing_form.html", {"form": form}, status=status)


def _editable(request, pk) -> Authority:
    row = _own(request, pk)
    if row.state not in authorities.OPEN:
        raise Http404
    return row


@access(comer)
@require_safe
def filing(request, region, pk):
    """How the own filing stands, and what can be done with it."""
    row = _own(request, pk)
    return _show(request, row)


def _show(request, row, *, faults=None, form=None, status=200):
    clock = None
    if row.due_on and row.state == State.SUBMITTED:
        clock = Clock.at(
            timezone.localdate(), row.due_on, working_days(), provisional=row.due_is_provisional
        )
    editable = row.state in authorities.OPEN
    entries = cases.happened(WORKFLOW, row)
    return render(
        request,
        "bases/filing.html",
        {
            "filing": row,
            "clock": clock,
            "papers": [
                {
                    "name": name,
                    "label": label,
                    "hint": HINTS[name],
                    "file": getattr(row, name),
                    "fault": (faults or {}).get(name, ""),
                }
                for name, label in PAPERS.items()
            ],
            "editable": editable,
            "lacking": authorities.lacking(row) if editable else [],
            "returned": cases.sent_back(WORKFLOW, row, entries),
            "ended": next((one for one in entries if one.what == ENDED), None),
            "accept": form
            or (row.state == State.INVITED and AcceptForm(initial={"person": request.user.name})),
            "entries": entries,
        },
        status=status,
    )


@access(comer)
@require_POST
def filing_move(request, region, pk, action):
    """Submit, withdraw, accept an invitation or decline it."""
    row = _own(request, pk)
    if action not in {"submit", "withdraw", "accept", "end"}:
        raise Http404
    form = AcceptForm(request.POST) if action == "accept" else None
    if form and not form.is_valid():
        return _show(request, row, form=form, status=422)
    try:
        row = WORKFLOW.move(row, action, actor=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("employer:filing", region, pk)
    if form:
        request.user.name = form.cleaned_data["person"]
        request.user.save(update_fields=["name"])
        messages.success(request, f"您已成为{row.profile}的经办人。")
        return redirect(authorities.home(row))
    if action == "submit":
        messages.success(request, f"已提交，{row.district}最迟 {row.due_on:%Y-%m-%d} 答复。")
        return redirect("employer:filing", region, pk)
    messages.success(request, "已撤回。" if action == "withdraw" else "已谢绝邀请。")
    return redirect("employers")


@access(comer)
@require_POST
def paper_upload(request, region, pk, paper):
    row = _editable(request, pk)
    if paper not in PAPERS:
        raise Http404
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, row, faults={paper: form.errors["file"][0]}, status=422)
    file = form.cleaned_data["file"]
    stored = files.store(
        request.region,
        file,
        name=file.name,
        content_type=form.content_type,
        owner=request.user,
    )
    before = getattr(row, paper)
    setattr(row, paper, stored)
    row.save(update_fields=[paper])
    if before and row.submitted_at is None:  # nobody else has seen it
        before.expires_at = timezone.now()
        before.save(update_fields=["expires_at"])
    return redirect("employer:filing", region, pk)


@access(comer)
@require_safe
def paper(request, region, pk, paper):
    stored = paper in PAPERS and getattr(_own(request, pk), paper)
    if not stored:
        raise Http404
    return files.respond(stored)


@access(comer)
def claim(request, region):
    """By a code of the district's, at once."""
    form = ClaimForm(_sent(request), initial={"person": request.user.name})
    if form.is_bound and form.is_valid():
        usage = ratelimit.consume(
            request, app="accounts", action="claim", config=CLAIMS, user=request.user
        )
        if not usage:
            form.add_error("code", "输错次数过多，请过 15 分钟再试。")
        elif row := authorities.claim(form.cleaned_data["code"], request.user):
            usage.rollback()
            request.user.name = form.cleaned_data["person"]
            request.user.save(update_fields=["name"])
            messages.success(request, f"已认领{row.profile}，可以开始办理。")
            return redirect(authorities.home(row))
        else:
            log.warning("claim_failed", extra={"user": request.user.pk, "kind": "employer"})
            form.add_error("code", "认领码不对，或已用过、已过期、已收回。请向所属区县核对。")
    status = 422 if form.errors else 200
    return render(request, "bases/claim.html", {"form": form}, status=status)


def _sent(request):
    return request.POST if request.method == "POST" else None
