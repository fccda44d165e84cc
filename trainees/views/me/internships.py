"""A youth's internships: the agreement on its way, and those that were signed."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jianxi.tenancy import scope
from trainees.access import trainees_of, youth
from trainees.models import Agreement, Contract
from trainees.queries import AgreementState

AROUND = ("region", "position__base__profile")


@youth()
@require_safe
def internships(request):
    """Newest first, region by region."""
    today, places = timezone.localdate(), []
    for trainee in trainees_of(request.user):
        with scope(region=trainee.region):
            signed = Agreement.objects.standing().filter(trainee=trainee).with_state(today)
            coming = Contract.objects.live().filter(
                application__trainee=trainee, state=Contract.State.EMPLOYER_SIGNED, agreement=None
            )
            rows = [
                *(_of_contract(row) for row in _newest(coming)),
                *(_of_agreement(row) for row in _newest(signed)),
            ]
        places.append({"region": trainee.region, "rows": rows})
    return render(request, "trainees/me_internships.html", {"places": places})


def _newest(rows):
    return rows.select_related(*AROUND).defer("position__search").order_by("-pk")


def _of_contract(row: Contract) -> dict:
    return {
        "title": row.position.title,
        "where": row.position.base.profile.name,
        "state": Contract.State(row.state),
        "since": row.planned_start,
        "until": row.planned_end,
        "url": reverse("me:contract", args=[row.region.slug, row.pk]),
        "action": "看协议、签字",
    }


def _of_agreement(row: Agreement) -> dict:
    return {
        "title": row.position.title,
        "where": row.position.base.profile.name,
        "state": AgreementState(row.state),
        "since": row.arrived_on or row.planned_start,
        "until": row.ended_on or row.planned_end,
        "url": reverse("me:agreement", args=[row.region.slug, row.pk]),
        "action": "查看",
    }
