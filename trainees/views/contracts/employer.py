"""An employer's agreements on their way: drawn up, signed, what must be in order before the start."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bases.access import employer
from jianxi import attachments
from jianxi.attachments import AttachmentForm
from jianxi.cases import Fact, comment_of
from jianxi.clocks import Clock
from jianxi.filing import Filing
from jianxi.findings import blocking, for_page, summary
from jianxi.history import acting
from jianxi.lists import Column, Table, clock_badge, page_of, total_of
from jianxi.tabs import chosen_of, counted, tabs
from jianxi.workflow import TransitionRefused
from regions.calendar import working_days
from regions.policy import policy_at
from trainees import contract_presenting as presenting
from trainees import signing
from trainees.before_start import EMPLOYER, steps
from trainees.contract_forms import ContractForm, InsuranceForm
from trainees.contracts import begin, findings_of, hold, insure, judged_on, missing, text_of
from trainees.exports import document_label
from trainees.models import Application, Contract, ContractPaper
from trainees.signing import COURSE
from trainees.views.contracts.signature import AT_CODE, Signature

State = Contract.State
TABS = {
    "": ("拟定中", Q(state=State.DRAFT)),
    "youth": ("待本人签字", Q(state=State.EMPLOYER_SIGNED)),
    "filing": ("待备案", Q(state=State.SIGNED)),
    "filed": ("已备案", Q(state=State.FILED)),
    "over": ("已取消", Q(state=State.CANCELLED)),
}
SHOWN_STEPS = {State.EMPLOYER_SIGNED, State.SIGNED, State.FILED}


@employer()
@require_GET
def contracts(request, region):
    """Who was taken in and has no agreement yet stands above the tabs."""
    tab = chosen_of(request, TABS)
    mine = _mine(request)
    counts = counted(mine, {name: within for name, (_, within) in TABS.items()})
    found = mine.filter(TABS[tab][1])
    page = page_of(found, "", request.GET)
    listing = Table(
        _columns(),
        page.rows,
        lambda row: reverse("employer:contract", args=[region, row.pk]),
        page.start,
        (),
        total_of(found),
    )
    context = {
        "listing": listing,
        "page": page,
        "tabs": tabs(request, TABS, tab, counts),
        "waiting": _to_draw_up(request),
    }
    return render(request, "trainees/contracts_own.html", context)


def _to_draw_up(request):
    taken_in = Application.objects.taken_in().filter(position__base__profile=request.profile)
    begun = Contract.objects.live().filter(application__in=taken_in).values("application")
    rows = taken_in.exclude(pk__in=begun).select_related("trainee", "position")
    return list(rows.order_by("pk")[:100])


def _columns():
    today, calendar = timezone.localdate(), working_days()
    return [
        Column("姓名", _name),
        Column("岗位", "position.title"),
        Column("状态", lambda row: State(row.state), badge=True),
        Column("约定开始", "planned_start"),
        Column("约定结束", "planned_end", minor=True),
        Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar))),
    ]


def _name(row) -> str:
    """In full while the two deal with each other."""
    trainee = row.application.trainee
    return trainee.masked("name") if row.came_to_nothing else trainee.name


@employer()
@require_POST
def contract_new(request, region, pk):
    """From an application the employer took in."""
    rows = Application.objects.standing().filter(position__base__profile=request.profile)
    application = rows.filter(pk=pk).first()
    if application is None:
        raise Http404
    try:
        with acting(request.user, presenting.BEGUN):
            row = begin(application)
    except TransitionRefused as refused:
        messages.warning(request, str(refused))
        return redirect("employer:contracts", region)
    return redirect("employer:contract", region, row.pk)


# --- One


@employer()
@require_GET
def contract(request, region, pk):
    row = _find(request, pk)
    if row.state == State.DRAFT and row.agreement is None and "look" not in request.GET:
        return redirect("employer:contract_edit", region, pk)
    return _page(request, row)


def _page(request, row, *, fault="", comment="", insurance=None, upload=None):
    region, address = request.region.slug, [request.region.slug, row.pk]
    entries = presenting.happened(row, row.agreement)
    found = findings_of(row) if row.state == State.DRAFT else []
    text = "" if row.came_to_nothing else row.text
    context = {
        "case": {
            "title": f"{_name(row)}的见习协议",
            "number": row.agreement.number if row.agreement else "",
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "crumbs": [{"label": "协议签订", "url": reverse("employer:contracts", args=[region])}],
            "url_before": "",
            "url_after": "",
        },
        "contract": row,
        "decision": presenting.sent_back(row, entries),
        "findings": for_page(found),
        "summary": summary(found),
        "steps": _steps(request, row, insurance) if row.state in SHOWN_STEPS else [],
        "papers": None if row.came_to_nothing else _papers(row, upload),
        "sections": [
            *presenting.sections(row, parties=_parties(row), mentor=Fact("带教老师", row.mentor)),
            presenting.signatures(row),
        ],
        "sheet": presenting.sheet(row, text) if text else None,
        "entries": entries,
        "actions": _actions(request, row),
        "actions_url": reverse("employer:contract_act", args=address),
        "fault": fault,
        "comment": comment,
    }
    bad = fault or (insurance and insurance.errors) or (upload and upload.errors)
    return render(request, "trainees/contract_own.html", context, status=422 if bad else 200)


def _parties(row) -> list[Fact]:
    trainee, base = row.application.trainee, row.position.base
    if row.came_to_nothing:
        return [Fact("见习人员", trainee.masked("name")), Fact("岗位", row.position.title)]
    return [
        Fact("见习人员", trainee.name),
        Fact(document_label(trainee), trainee.document_number),
        Fact("手机号", trainee.phone),
        Fact("岗位", row.position.title),
        Fact("单位名称", base.profile.name),
        Fact("所属区县", base.district),
    ]


def _actions(request, row):
    """Signing has a page of its own."""
    told = [one for one in COURSE.open_to(request.user, row) if one.name == "take_back"]
    actions = [_action(one.name, one.label, False, "plain") for one in told]
    if signing.can_be_given_up(row):
        actions.append(_action("give_up", "取消协议", True, "late"))
    return actions


def _action(name, label, comment_required, tone) -> dict:
    confirm = "取消后本人的报名一并结束，不能恢复。确定取消？" if name == "give_up" else ""
    return {
        "name": name,
        "label": label,
        "comment_required": comment_required,
        "tone": tone,
        "url": "",
        "confirm": confirm,
    }


@employer()
@require_POST
def contract_act(request, region, pk):
    """Take the signature back, or give up."""
    row, comment = _find(request, pk), ""
    name = request.POST.get("action", "")
    if name not in ("take_back", "give_up"):
        raise Http404
    try:
        comment = comment_of(request)
        if name == "take_back":
            signing.move(row, name, actor=request.user, comment=comment)
        elif not comment:
            raise TransitionRefused("取消协议需要写明原因。")
        else:
            signing.give_up(row, request.user, comment)
    except TransitionRefused as refused:
        return _page(request, _find(request, pk), fault=str(refused), comment=comment)
    messages.success(request, "已撤回，可以修改。" if name == "take_back" else "协议已取消。")
    return redirect("employer:contract", region, pk)


# --- Drawing up


@employer()
def contract_edit(request, region, pk):
    return FILING.typed(request, pk)


@employer()
@require_POST
def contract_save(request, region, pk):
    return FILING.kept(request, pk)


def _form_of(row):
    policy = policy_at(judged_on(row))
    return lambda *args, **kwargs: ContractForm(*args, policy=policy, **kwargs)


def _around(request, row) -> dict:
    entries = presenting.happened(row, row.agreement)
    return {"contract": row, "decision": presenting.sent_back(row, entries)}


def _hand_in(request, draft):
    """On to signing, where the terms are sound."""
    if blocking(findings_of(draft.row)):
        return None
    return redirect("employer:contract_sign", request.region.slug, draft.row.pk)


# --- Signing


@employer()
def contract_sign(request, region, pk):
    """The whole text, and below it the way to a signature."""
    row = _find(request, pk)
    if row.state != State.DRAFT or missing(row, policy_at(judged_on(row))):
        return redirect("employer:contract", region, pk)
    text = text_of(row)
    signature = Signature(request, row, "employer_sign", text)
    done = signature.post() if request.method == "POST" else ""
    if done == "asked":
        return redirect(reverse("employer:contract_sign", args=[region, pk], fragment=AT_CODE))
    if done == "signed":
        messages.success(request, "已签署，等本人签字。")
        return redirect("employer:contract", region, pk)
    context = {
        "contract": row,
        "sheet": presenting.sheet(row, text),
        "signature": signature,
        "sign_url": request.path,
    }
    return render(request, "trainees/contract_sign.html", context, status=signature.status)


@employer()
@require_GET
def contract_print(request, region, pk):
    row = _find(request, pk)
    if not row.text_hash or row.came_to_nothing:
        raise Http404
    context = {"sheet": presenting.sheet(row, row.text), "contract": row}
    return render(request, "trainees/contract_print.html", context)


# --- Before the start


def _steps(request, row, insurance) -> list[dict]:
    """Each with the form by which the employer does it."""
    slug = request.region.slug
    told = []
    for step in steps(row):
        form = None
        if step.key == "insurance":
            form = insurance or InsuranceForm(initial=facts_of_insurance(row))
        own = step.whose == EMPLOYER
        url = reverse("employer:contract_prepare", args=[slug, row.pk, step.key]) if own else ""
        told.append({"step": step, "url": url, "form": form})
    return told


def facts_of_insurance(row) -> dict:
    return {"insurer": row.insurer, "insurance_number": row.insurance_number}


@employer()
@require_POST
def contract_prepare(request, region, pk, step):
    """The identity was checked, or the insurance is bought."""
    row = hold(_find(request, pk))
    if step not in ("identity", "insurance"):
        raise Http404
    if row.state not in SHOWN_STEPS:
        messages.warning(request, f"协议现在是“{row.get_state_display()}”，没有登记。")
        return redirect("employer:contract", region, pk)
    if step == "identity":
        row.identity_checked_at = timezone.now()
        with acting(request.user, presenting.CHECKED):
            row.save(update_fields=["identity_checked_at"])
    else:
        form = InsuranceForm(request.POST)
        if not form.is_valid():
            return _page(request, row, insurance=form)
        with acting(request.user, presenting.INSURED):
            insure(row, form.cleaned_data["insurer"], form.cleaned_data["insurance_number"])
    messages.success(request, "已登记。")
    return redirect("employer:contract", region, pk)


# --- Papers


def _papers(row, upload=None):
    return attachments.papers(
        row.papers,
        view="employer:contract_paper",
        args=[row.region.slug, row.pk],
        editable=row.state != State.CANCELLED,
        form=upload,
    )


@employer()
@require_POST
def contract_paper_upload(request, region, pk):
    row = _open_case(request, pk)
    form = AttachmentForm(request.POST, request.FILES, rows=row.papers)
    if form.is_valid():
        form.save(request.user)
        if not form.refused:
            return redirect("employer:contract", region, pk)
    return _page(request, row, upload=form)


@employer()
@require_POST
def contract_paper_remove(request, region, pk, paper):
    row = _open_case(request, pk)
    attachments.remove(_paper(row, paper))
    return redirect("employer:contract", region, pk)


@employer()
@require_GET
def contract_paper(request, region, pk, paper):
    return attachments.serve(request, _paper(_find(request, pk), paper))


def _paper(row, pk) -> ContractPaper:
    if row.came_to_nothing:
        raise Http404
    found = row.papers.select_related("file", "thumbnail").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _open_case(request, pk) -> Contract:
    """The row, locked, while papers may be added."""
    row = hold(_find(request, pk))
    if row.state == State.CANCELLED:
        raise Http404
    return row


# --- Whose


def _mine(request):
    return Contract.objects.standing().filter(position__base__profile=request.profile).with_sides()


def _find(request, pk) -> Contract:
    row = _mine(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _locked(request, pk) -> Contract | None:
    """The draft, kept from others until it is written; None where it can no longer be changed."""
    row = hold(_find(request, pk))
    return row if row.state == State.DRAFT else None


FILING = Filing(
    find=_find,
    locked=_locked,
    is_open=lambda row: row.state == State.DRAFT,
    form_of=_form_of,
    check=findings_of,
    hand_in=_hand_in,
    around=_around,
    template="trainees/contract_edit.html",
    page="employer:contract",
    edit="employer:contract_edit",
    save="employer:contract_save",
    closed="协议已经签署，要改请先撤回。",
)
