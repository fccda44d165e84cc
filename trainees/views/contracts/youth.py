"""A youth's own agreement: read in full, signed, and what to do before the start."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jianxi.cases import comment_of
from jianxi.clocks import Clock
from jianxi.findings import refusal
from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from regions.calendar import working_days
from trainees import contract_presenting as presenting
from trainees import signing
from trainees.access import register_address, youth
from trainees.before_start import NOTICE, YOUTH, steps
from trainees.contracts import findings_of
from trainees.models import Contract
from trainees.views.contracts.signature import AT_CODE, Signature

State = Contract.State


@youth(registered=True)
def contract(request, region, pk):
    """The text and, while it waits for the youth, the way to sign it."""
    row = _find(request, pk)
    if row.state != State.EMPLOYER_SIGNED:
        if request.method == "POST":
            messages.warning(request, f"协议现在是“{row.get_state_display()}”，不用签字。")
            return redirect("me:contract", region, pk)
        return _page(request, row)
    signature = Signature(request, row, "sign", row.text)
    done = signature.post() if request.method == "POST" else ""
    if done == "asked":
        return redirect(reverse("me:contract", args=[region, pk], fragment=AT_CODE))
    if done == "signed":
        messages.success(request, "已签字，等区县备案。")
        return redirect("me:contract", region, pk)
    return _page(request, row, signature=signature)


def _page(request, row, *, signature=None, fault=""):
    entries = presenting.happened(row, row.agreement)
    context = {
        "contract": row,
        "clock": Clock.of(row, timezone.localdate(), working_days()),
        "sheet": presenting.sheet(row, row.text) if row.text_hash else None,
        "signature": signature,
        "sign_url": request.path,
        "refusal": refusal(findings_of(row)) if signature else "",
        "decision": presenting.sent_back(row, entries),
        "steps": own_steps(row) if row.state in (State.SIGNED, State.FILED) else [],
        "may_give_up": row.state in signing.BEFORE and signing.can_be_given_up(row),
        "entries": entries,
        "fault": fault,
    }
    status = 422 if fault else signature.status if signature else 200
    return render(request, "trainees/me_contract.html", context, status=status)


def own_steps(row) -> list[dict]:
    """As parts/before_start_own.html draws them: with where the youth does it."""
    slug = row.region.slug
    page = reverse("me:contract", args=[slug, row.pk])
    urls = {
        "bank_card": register_address(slug, page),
        "duties_notice_read": reverse("me:contract_notice", args=[slug, row.pk]),
    }
    return [
        {"step": step, "url": urls[step.key] if step.whose == YOUTH else ""} for step in steps(row)
    ]


@youth(registered=True)
@require_POST
def contract_give_up(request, region, pk):
    row = _find(request, pk)
    try:
        comment = comment_of(request)
        if not comment:
            raise TransitionRefused("请写一句不签的原因，单位看得到。")
        signing.give_up(row, request.user, comment)
    except TransitionRefused as refused:
        return _page(request, _find(request, pk), fault=str(refused))
    messages.success(request, "已取消，以后可以另报别的岗位。")
    return redirect("me:contract", region, pk)


@youth(registered=True)
def contract_notice(request, region, pk):
    """Our words of what each side owes the other; confirmed once."""
    row = _find(request, pk)
    if request.method == "POST":
        row = Contract.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if row.state in (State.SIGNED, State.FILED) and row.notice_read_at is None:
            row.notice_read_at = timezone.now()
            with acting(request.user, presenting.READ):
                row.save(update_fields=["notice_read_at"])
            messages.success(request, "已记下：您读过见习须知。")
        return redirect("me:contract", region, pk)
    context = {"contract": row, "notice": NOTICE}
    return render(request, "trainees/me_notice.html", context)


@youth(registered=True)
@require_GET
def contract_print(request, region, pk):
    row = _find(request, pk)
    if not row.text_hash:
        raise Http404
    context = {"sheet": presenting.sheet(row, row.text), "contract": row}
    return render(request, "trainees/contract_print.html", context)


def _find(request, pk) -> Contract:
    """One's own; a draft is the employer's alone, until it comes back to be amended."""
    rows = Contract.objects.standing().filter(application__trainee=request.trainee)
    row = rows.exclude(state=State.DRAFT, agreement=None).with_sides().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
