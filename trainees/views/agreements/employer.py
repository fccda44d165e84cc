"""Who interns at the employer: the list, and one internship."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bases.access import employer
from jianxi.cases import Fact
from jianxi.lists import Column, Table, page_of, total_of
from jianxi.tabs import chosen_of, counted, tabs
from trainees import contract_presenting as presenting
from trainees.before_start import steps
from trainees.course import contract_of, state_of
from trainees.exports import agreement_state
from trainees.models import Agreement
from trainees.queries import AgreementState
from trainees.views.agreements import moves

TABS = {
    "": ("在岗", AgreementState.ON_POST),
    "overdue": ("已到期未办结束", AgreementState.OVERDUE),
    "coming": ("未到岗", AgreementState.NOT_ARRIVED),
    "ended": ("已结束", AgreementState.ENDED),
}


@employer()
@require_GET
def agreements(request, region):
    tab = chosen_of(request, TABS)
    today = timezone.localdate()
    mine = Agreement.objects.standing().filter(position__base__profile=request.profile)
    states = mine.states(today)
    counts = counted(mine, {name: states[state] for name, (_, state) in TABS.items()})
    found = mine.filter(states[TABS[tab][1]]).with_state(today)
    found = found.select_related("trainee", "position")
    page = page_of(found, "signed_on", request.GET)
    listing = Table(
        [
            Column("姓名", "trainee.name"),
            Column("岗位", "position.title"),
            Column("状态", agreement_state, badge=True),
            Column("协议编号", "number", minor=True),
            Column("约定开始", "planned_start", minor=True),
            Column("到岗日期", "arrived_on"),
            Column("约定结束", "planned_end"),
        ],
        page.rows,
        lambda row: reverse("employer:agreement", args=[region, row.pk]),
        page.start,
        (),
        total_of(found),
    )
    context = {"listing": listing, "page": page, "tabs": tabs(request, TABS, tab, counts)}
    return render(request, "trainees/agreements_own.html", context)


@employer()
@require_GET
def agreement(request, region, pk):
    row, today = _find(request, pk), timezone.localdate()
    state, contract = state_of(row, today), contract_of(row)
    coming = contract and state == AgreementState.NOT_ARRIVED
    parties = [
        Fact("见习人员", row.trainee.name),
        Fact("手机号", row.trainee.phone),
        Fact("岗位", row.position.title),
        Fact("所属区县", row.position.base.district),
    ]
    here = reverse("employer:agreements", args=[region])
    context = {
        "case": {
            "title": f"{row.trainee.name}的见习",
            "number": row.number,
            "state": state.value,
            "state_label": state.label,
            "clock": None,
            "crumbs": [{"label": "见习人员", "url": here}],
            "url_before": "",
            "url_after": "",
        },
        "contract": contract,
        "overdue": presenting.overdue(row, state, today),
        "steps": [{"step": one, "url": "", "form": None} for one in steps(contract)]
        if coming
        else [],
        "links": moves.links(request, row, contract, "employer"),
        "sections": presenting.agreement_sections(
            row, parties=parties, mentor=Fact("带教老师", row.mentor)
        ),
        "entries": presenting.happened(contract, row),
    }
    return render(request, "trainees/agreement_own.html", context)


@employer()
def agreement_move(request, region, pk, name):
    row = _find(request, pk)
    return moves.enter(request, row, name, frame="frames/employer.html", side="employer")


def _find(request, pk) -> Agreement:
    rows = Agreement.objects.standing().filter(position__base__profile=request.profile)
    rows = rows.select_related("trainee__user", "position__base__profile__employer")
    row = rows.select_related("position__base__district").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
