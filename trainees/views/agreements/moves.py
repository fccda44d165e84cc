"""One thing that happened to an agreement, entered by the employer or the district."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from jianxi.workflow import TransitionRefused
from trainees.contract_forms import FORMS
from trainees.course import MOVES, carry_out, contract_of, may, not_yet, open_to
from trainees.models import Agreement, Contract


def enter(request, row: Agreement, name: str, *, frame: str, side: str):
    """The form of a move; a POST carries it out. The calling view has found the row."""
    if name not in MOVES:
        raise Http404
    if not may(request.user, row):
        raise PermissionDenied
    move, back = MOVES[name], reverse(f"{side}:agreement", args=[request.region.slug, row.pk])
    if request.method != "POST" and move not in open_to(request.user, row):
        messages.warning(request, f"现在不能{move.label}。")
        return redirect(back)
    form = FORMS[name](request.POST if request.method == "POST" else None, initial=_initial(row))
    if form.is_valid():
        try:
            carry_out(row, name, actor=request.user, **form.cleaned_data)
        except ValidationError as faults:
            for field, said in faults.message_dict.items():
                form.add_error(field, said)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已{move.label}。")
            return redirect(back)
    contract = contract_of(row) if name == "arrive" else None
    context = {
        "frame": frame,
        "move": move,
        "agreement": row,
        "form": form,
        "back": back,
        "not_yet": not_yet(contract),
        "preparing": contract and _preparing(request, contract, side),
    }
    status = 422 if form.errors else 200
    return render(request, "trainees/agreement_move.html", context, status=status)


def _initial(row) -> dict:
    return {
        "arrived_on": timezone.localdate(),
        "outcome": row.outcome,
        "outcome_on": row.outcome_on,
    }


def links(request, row: Agreement, contract: Contract | None, side: str) -> list[dict]:
    """Ways to what can be entered now; before the arrival to what is still to be done for it."""
    slug, found = request.region.slug, []
    for move in open_to(request.user, row):
        if move.name == "arrive" and not_yet(contract):
            found.append({"label": "到岗前还要办", "url": _preparing(request, contract, side)})
            continue
        url = reverse(f"{side}:agreement_move", args=[slug, row.pk, move.name])
        found.append({"label": move.label, "url": url})
    return found


def _preparing(request, contract, side) -> str:
    return reverse(f"{side}:contract", args=[request.region.slug, contract.pk])
