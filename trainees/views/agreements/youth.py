"""A youth's own internship: terms, mentor, what is still to do, what happened."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jianxi.cases import Fact
from trainees import contract_presenting as presenting
from trainees.access import youth
from trainees.course import contract_of, state_of
from trainees.models import Agreement
from trainees.queries import AgreementState
from trainees.views.contracts.youth import own_steps


@youth(registered=True)
@require_GET
def agreement(request, region, pk):
    rows = Agreement.objects.standing().filter(trainee=request.trainee)
    rows = rows.select_related("trainee", "position__base__profile", "position__base__district")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    today = timezone.localdate()
    state, contract = state_of(row, today), contract_of(row)
    coming = contract and state == AgreementState.NOT_ARRIVED
    base = row.position.base
    parties = [
        Fact("单位", base.profile.name),
        Fact("岗位", row.position.title),
        Fact("所属区县", base.district),
    ]
    context = {
        "agreement": row,
        "contract": contract,
        "state": state,
        "steps": own_steps(contract) if coming else [],
        "sections": presenting.agreement_sections(
            row, parties=parties, mentor=Fact("带教老师", row.mentor)
        ),
        "entries": presenting.happened(contract, row),
    }
    return render(request, "trainees/me_agreement.html", context)
