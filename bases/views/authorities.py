"""Who acts for employers, as the district sees it: filings to confirm, codes to hand out."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.reveal import reveal_urls
from bases import authorities as authority
from bases.authorities import RIGHT, WORKFLOW, State
from bases.authority_forms import EndForm
from bases.exports import AuthorityList
from bases.models import Authority, Base, ClaimCode
from bases.views.unit import PAPERS
from jianxi import cases, files, lists
from jianxi.cases import Fact, Section
from jianxi.clocks import Clock
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from jianxi.worklist import assignment_of
from regions.calendar import working_days

SHOWN_ONCE = "claim_code"  # in the session
TONES = {"confirm": "good", "reject": "late", "end": "late"}
REASONS = [
    "营业执照看不清，请重新上传",
    "授权书没有加盖公章",
    "单位名称与证照不一致",
    "请向单位所在区县申请",
]


@office("view_records")
@require_safe
def authorities(request, region):
    return lists.show(request, AuthorityList)


@office("view_records")
def authority_page(request, region, pk):
    """One filing; a POST decides it, or ends what was confirmed."""
    row = _find(request, pk)
    fault = comment = ""
    if request.method == "POST":
        action, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
        if action not in {"confirm", "return", "reject", "end"}:
            raise Http404
        if action == "end" and not EndForm(request.POST).is_valid():
            fault = "停止授权需要写明原因。"
        else:
            try:
                WORKFLOW.move(row, action, actor=request.user, comment=comment)
            except TransitionRefused as refusal:
                fault, row = str(refusal), _find(request, pk)
            else:
                label = WORKFLOW.transitions[action].label
                messages.success(request, f"{row}：已{label}。")
                return redirect("office:authorities", region)
    return _show(request, row, fault=fault, comment=comment)


def _find(request, pk) -> Authority:
    rows = AuthorityList(request.region).rows().select_related("licence", "letter")
    return cases.find(request, rows, pk)


def _show(request, row, *, fault, comment):
    open_to = [
        transition
        for transition in WORKFLOW.open_to(request.user, row)
        if transition.name in {"confirm", "return", "reject", "end"}
    ]
    clock = None
    if row.state == State.SUBMITTED:
        clock = Clock.at(
            timezone.localdate(), row.due_on, working_days(), provisional=row.due_is_provisional
        )
    address = reverse("office:authority", args=[request.region.slug, row.pk])
    listed = reverse("office:authorities", args=[request.region.slug])
    return render(
        request,
        "bases/authority.html",
        {
            "case": {
                "title": row.name,
                "number": row.uscc,
                "state": row.state,
                "state_label": row.get_state_display(),
                "clock": clock,
                "assignment": assignment_of(row),
                "crumbs": [{"label": AuthorityList.label, "url": listed}],
            },
            "sections": _sections(request, row),
            "entries": cases.happened(WORKFLOW, row),
            "actions_url": address,
            "actions": [
                {
                    "name": transition.name,
                    "label": transition.label,
                    "comment_required": transition.comment_required or transition.name == "end",
                    "tone": TONES.get(transition.name, ""),
                    "confirm": f"{authority.what_ending_means(row)}确定停止授权？"
                    if transition.name == "end"
                    else "",
                }
                for transition in open_to
            ],
            "reasons": REASONS if row.state == State.SUBMITTED else [],
            "fault": fault,
            "comment": comment,
        },
        status=422 if fault else 200,
    )


def _sections(request, row) -> list[Section]:
    reveal = reveal_urls(request, "authority", row)
    known = _known(row)
    unit = [
        Fact("单位名称", row.name),
        Fact("统一社会信用代码", row.uscc),
        Fact("所属区县", row.district.name),
        Fact("本区已有的记录", known.profile.name if known else "没有", url=_base_url(row, known)),
    ]
    person = [
        Fact("姓名", row.masked("person"), reveal_url=reveal.get("person", "")),
        Fact("手机号", row.masked("phone"), reveal_url=reveal.get("phone", "")),
        Fact("身份", "负责人" if row.is_owner else "经办人"),
    ]
    sections = [Section("单位", unit), Section("经办人", person)]
    if request.access.may(RIGHT, row.district):
        sections.append(Section("证明材料", [_paper(request, row, name) for name in PAPERS]))
    return sections


def _known(row) -> Base | None:
    """The unit's base in the region's records."""
    bases = Base.objects.standing().filter(profile__employer__uscc=row.uscc)
    return bases.select_related("profile").first()


def _base_url(row, known) -> str:
    return reverse("office:base", args=[row.region.slug, known.pk]) if known else ""


def _paper(request, row, name) -> Fact:
    stored = getattr(row, name)
    if stored is None:
        return Fact(PAPERS[name], None)
    url = reverse("office:authority_paper", args=[request.region.slug, row.pk, name])
    return Fact(PAPERS[name], stored.name, url=url)


@office("view_records")
@require_safe
def authority_paper(request, region, pk, paper):
    """A licence or a letter, for who decides on it."""
    row = _find(request, pk)
    request.access.require(RIGHT, row.district)
    stored = paper in PAPERS and getattr(row, paper)
    if not stored:
        raise Http404
    return files.respond(stored)


# --- A base's accounts


@office("view_records")
@require_safe
def base_accounts(request, region, pk):
    """Who acts for the base's employer, and the codes handed out."""
    base = cases.find(request, Base.objects.standing().select_related("profile__employer"), pk)
    shown = request.session.get(SHOWN_ONCE, {})
    code = ""
    if shown.get("base") == base.pk:
        code = request.session.pop(SHOWN_ONCE)["code"]
    codes = ClaimCode.objects.filter(profile=base.profile).select_related("made_by", "used_by")
    return render(
        request,
        "bases/accounts.html",
        {
            "base": base,
            "people": list(Authority.objects.acting_for(base.profile)),
            "codes": list(codes[:20]),
            "code": code,
            "today": timezone.localdate(),
            "may": cases.may(request, base, RIGHT),
        },
    )


@office("view_records")
@require_POST
def claim_code_new(request, region, pk):
    base = cases.find(request, Base.objects.standing().select_related("profile"), pk, RIGHT)
    code = authority.make_code(base.profile, request.user)
    request.session[SHOWN_ONCE] = {"base": base.pk, "code": code}
    return redirect("office:base_accounts", region, pk)


@office("view_records")
@require_POST
def claim_code_revoke(request, region, pk, code):
    base = cases.find(request, Base.objects.standing(), pk, RIGHT)
    row = get_object_or_404(
        ClaimCode.objects.select_for_update(), profile=base.profile_id, used_at=None, pk=code
    )
    authority.revoke_code(row)
    messages.success(request, "认领码已收回。")
    return redirect("office:base_accounts", region, pk)
