"""Agreements that wait: for the employer to draw up, for the youth to sign, for the district to
file; internships that nobody says began, or ended."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jianxi.worklist import EMPLOYER, YOUTH, Item, clocked, opens, source
from regions.policy import policy_at
from trainees import before_start as preparing
from trainees.forms import NOT_ARRIVED_LATE
from trainees.models import Agreement, Application, Contract
from trainees.queries import AgreementState
from trainees.signing import FILING

State = Contract.State
SHOWN = 100  # of each kind; more are in their own list
SIGNED = (State.SIGNED, State.FILED)

opens(Contract, office="contract", employer="contract", me="contract")
opens(Agreement, office="agreement", employer="agreement", me="agreement")
clocked(
    "协议备案",
    lambda: Contract.objects.standing().filter(state=State.SIGNED),
    "position__base__district",
    listing="office:contracts",
    right=FILING,
)


# --- The district


@source
def to_file(request):
    """Only those of one's own units: whoever may act from above is not asked to."""
    slug = request.region.slug
    rows = Contract.objects.standing().filter(
        state=State.SIGNED, position__base__district__path__in=_own_units(request)
    )
    for row in rows.with_sides().order_by("due_on", "pk")[:SHOWN]:
        base = row.position.base
        yield Item(
            kind="协议备案",
            title=str(row),
            subtitle=f"{row.application.trainee.title} · {base.profile.name} · {base.district}",
            url=reverse("office:contract", args=[slug, row.pk]),
            action="去备案",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
            listing=reverse("office:contracts", args=[slug]),
        )


@source
def overdue(request):
    """How many, where the list is: the employers are asked one by one."""
    paths, today = _own_units(request), timezone.localdate()
    if not paths:
        return
    rows = Agreement.objects.standing().filter(position__base__district__path__in=paths)
    late = {
        NOT_ARRIVED_LATE: (
            AgreementState.NOT_ARRIVED,
            "过了约定开始还没有到岗",
            Q(planned_start__lt=today),
        ),
        AgreementState.OVERDUE: (AgreementState.OVERDUE, "到期还没有办结束", Q()),
    }
    for shown, (state, words, also) in late.items():
        number = rows.in_state(state, today).filter(also)[: SHOWN + 1].count()
        if number:
            told = f"{SHOWN}+" if number > SHOWN else str(number)
            yield Item(
                kind="协议",
                title=f"{told} 份协议{words}",
                url=reverse(
                    "office:agreements", args=[request.region.slug], query={"state": shown}
                ),
                action="去查看",
            )


def _own_units(request) -> list[str]:
    return request.access.grants.get(FILING, [])


# --- The employer


@source(side=EMPLOYER)
def to_draw_up(request):
    """Taken in, and no agreement signed by the employer yet."""
    slug = request.region.slug
    taken_in = Application.objects.taken_in().filter(position__base__profile=request.profile)
    rows = taken_in.select_related("trainee", "position").with_contract()
    for row in rows.order_by("pk")[:SHOWN]:
        contract = next(iter(row.live_contracts), None)
        if contract is None:
            url, action = reverse("employer:contracts", args=[slug]), "拟定协议"
        elif contract.state == State.DRAFT:
            url, action = reverse("employer:contract", args=[slug, contract.pk]), "继续拟定"
        else:
            continue
        yield Item(
            kind="协议", title=row.position.title, subtitle=row.trainee.name, url=url, action=action
        )


@source(side=EMPLOYER)
def to_amend(request):
    for row in _of_employer(request).filter(state=State.DRAFT, agreement__isnull=False)[:SHOWN]:
        yield _employers(request, row, "去修改", "区县退回重签")


@source(side=EMPLOYER)
def to_prepare(request):
    """What the employer still has to do before the first day."""
    for row, own in _preparing(_of_employer(request), preparing.EMPLOYER):
        yield Item(
            kind="上岗前",
            title=str(row),
            subtitle=f"{row.application.trainee.name} · {'、'.join(step.label for step in own)}",
            url=reverse("employer:contract", args=[request.region.slug, row.pk]),
            action="去办",
            due_on=row.planned_start,
        )


@source(side=EMPLOYER)
def internships(request):
    """Who is to arrive, who did not, and whose time is over."""
    slug, today = request.region.slug, timezone.localdate()
    rows = Agreement.objects.standing().filter(position__base__profile=request.profile)
    late = rows.filter(ended_on=None).filter(
        Q(arrived_on=None, planned_start__lte=today) | Q(planned_end__lt=today)
    )
    for row in late.select_related("trainee", "position").order_by("planned_start", "pk")[:SHOWN]:
        arrived = row.arrived_on is not None
        yield Item(
            kind="已到期未办结束" if arrived else "到岗",
            title=row.position.title,
            subtitle=row.trainee.name,
            url=reverse("employer:agreement", args=[slug, row.pk]),
            action="办理结束" if arrived else "确认到岗",
            due_on=row.planned_end if arrived else row.planned_start,
        )


@source(side=EMPLOYER, under_way=True)
def with_others(request):
    for row in _of_employer(request).filter(state=State.EMPLOYER_SIGNED)[:SHOWN]:
        yield _employers(request, row, "查看", "等本人签字")
    for row in _of_employer(request).filter(state=State.SIGNED)[:SHOWN]:
        yield _employers(request, row, "查看", f"{row.position.base.district}备案中")


def _of_employer(request):
    rows = Contract.objects.standing().filter(position__base__profile=request.profile)
    return rows.with_sides().order_by("due_on", "pk")


def _employers(request, row, action, words) -> Item:
    return Item(
        kind="协议",
        title=str(row),
        subtitle=f"{row.application.trainee.name} · {words}",
        url=reverse("employer:contract", args=[request.region.slug, row.pk]),
        action=action,
        due_on=row.due_on,
        provisional=row.due_is_provisional,
        state=State(row.state),
    )


# --- The youth


@source(side=YOUTH)
def to_sign(request):
    for row in _of_youth(request).filter(state=State.EMPLOYER_SIGNED)[:SHOWN]:
        yield _youths(request, row, "阅读、签字", row.position.base.profile.name)


@source(side=YOUTH)
def before_start(request):
    """What is still the youth's own to do, beside the card, which is asked for with the register."""
    for row, own in _preparing(_of_youth(request), preparing.YOUTH):
        if labels := [step.label for step in own if step.key != preparing.CARD]:
            yield _youths(request, row, "去办", f"上岗前：{'、'.join(labels)}")


@source(side=YOUTH, under_way=True)
def being_filed(request):
    for row in _of_youth(request).filter(state=State.SIGNED)[:SHOWN]:
        yield _youths(request, row, "查看", f"{row.position.base.district}备案中")


def _of_youth(request):
    rows = Contract.objects.standing().filter(application__trainee=request.trainee)
    return rows.with_sides().order_by("pk")


def _youths(request, row, action, words) -> Item:
    return Item(
        kind="协议",
        title=f"{row}：见习协议",
        subtitle=words,
        url=reverse("me:contract", args=[request.region.slug, row.pk]),
        action=action,
        due_on=row.due_on,
        provisional=row.due_is_provisional,
        state=State(row.state),
    )


# --- Both


def _preparing(contracts, whose: str):
    """Those signed whose first day is still to come, each with the steps its side has not done."""
    policy = policy_at(timezone.localdate())
    rows = contracts.filter(state__in=SIGNED, agreement__arrived_on=None, agreement__ended_on=None)
    for row in rows[:SHOWN]:
        steps = preparing.steps(row, policy)
        if own := [step for step in steps if not step.done and step.whose == whose]:
            yield row, own
