"""One thing that happened to an agreement, entered by the employer or the district."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from jianxi.workflow import TransitionRefused
from trainees.contract_forms import FORMS
from trainees.course import MOVES, carry_out, may, open_to
from trainees.models import Agreement


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
    context = {"frame": frame, "move": move, "agreement": row, "form": form, "back": back}
    status = 422 if form.errors else 200
    return render(request, "trainees/agreement_move.html", context, status=status)


def _initial(row) -> dict:
    return {
        "arrived_on": timezone.localdate(),
        "outcome": row.outcome,
        "outcome_on": row.outcome_on,
    }


def links(request, row: Agreement, side: str) -> list[dict]:
    """Ways to what can be entered now."""
    slug = request.region.slug
    return [
        {
            "label": move.label,
            "url": reverse(f"{side}:agreement_move", args=[slug, row.pk, move.name]),
        }
        for move in open_to(request.user, row)
    ]
