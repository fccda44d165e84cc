"""The course of an agreement until it is filed: drawn up and signed by the employer, read and signed
by the youth, filed by the district.

The youth's signature makes the agreement run. The district may have it amended: it goes back to a
draft and both sign again, while the agreement itself, its number and its day stay.
"""

from django.db import IntegrityError, connection, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from bases.access import acts_for, people_of
from jianxi.findings import refusal
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.clocks import answer_due, settle_provisional
from regions.policy import policy_at
from regions.signals import calendar_changed
from trainees import applying
from trainees.contract_rules import OF_TERMS
from trainees.contract_text import digest
from trainees.contracts import findings_of, judged_on, missing, text_of
from trainees.models import Agreement, Application, Contract, Person

State = Contract.State
FILING = "file_agreements"
KIND = "agreement"  # of messages
ONE_RUNNING = "agreement_one_running_per_person"
CLASH = "本人另有一份没有结束的见习协议，同一时间只能有一份。先办好那一份的结束，再来签这一份。"
CHANGED = "协议内容在您阅读之后有改动，没有签署。请重新阅读后再签。"
AGREED = ("planned_start", "planned_end", "mentor", "allowance", "insurer", "insurance_number")
BEFORE = frozenset({State.DRAFT, State.EMPLOYER_SIGNED})


# --- Who


def is_employer(actor, contract) -> bool:
    return acts_for(actor, contract.position.base.profile)


def is_youth(actor, contract) -> bool:
    return contract.application.trainee.user_id == actor.pk


def is_officer(actor, contract) -> bool:
    return Access(actor).may(FILING, contract.lies_in)


def _anybody(actor, contract):
    who = (is_employer, is_youth, is_officer)
    return any(one(actor, contract) for one in who)


# --- Whether


def _ready(contract, actor):
    lacking = missing(contract, policy_at(judged_on(contract)))
    if lacking:
        labels = "、".join(contract._meta.get_field(name).verbose_name for name in lacking)
        return f"还没有填写：{labels}。"
    return _sound(contract, actor)


def _sound(contract, actor):
    if not _application_stands(contract):
        return f"报名现在是“{contract.application.get_state_display()}”，不能再签。"
    reason = refusal(findings_of(contract))
    return f"不符合规定：{reason}。" if reason else ""


def _application_stands(contract):
    """Taken in; or signed before, when the agreement came back to be amended."""
    state = contract.application.state
    signed_before = contract.agreement_id and state == Application.State.SIGNED
    return signed_before or state in Application.objects.all().TAKEN_IN


def _not_begun(contract, actor):
    if contract.agreement.arrived_on or contract.agreement.ended_on:
        return "已经到岗或结束，不能再退回、取消；要结束见习，请办理结束。"
    return ""


def _never_signed(contract, actor):
    return "双方签过字的协议，要取消请写明原因。" if contract.agreement_id else ""


def _signed_once(contract, actor):
    if contract.agreement_id is None:
        return "双方还没有签字，撤回报名或不接收即可。"
    return _not_begun(contract, actor)


def _runs_as_offered(contract, actor):
    """Who may take part was judged at signing; what was agreed is looked at once more."""
    if contract.agreement.voided_at:
        return "协议已作废，不用备案。"
    reason = refusal(found for found in findings_of(contract) if found.key in OF_TERMS)
    return f"不符合规定：{reason}。请退回重签。" if reason else ""


# --- What follows


def _seal(contract, actor, *, comment, text_hash):
    """The text is kept as it was read: from now on nothing in it changes."""
    text = text_of(contract)
    if digest(text) != text_hash:
        raise TransitionRefused(CHANGED)
    contract.text, contract.text_hash = text, text_hash
    contract.employer_signed_at, contract.employer_signed_by = timezone.now(), actor
    _tell_youth(contract, "单位已签署，请阅读后签字")


def _take_back(contract, actor, *, comment):
    _unseal(contract)
    _tell_youth(contract, "单位撤回修改，改好后再请您签字")


def _unseal(contract):
    contract.text = contract.text_hash = ""
    contract.employer_signed_at = contract.employer_signed_by = contract.youth_signed_at = None


def _conclude(contract, actor, *, comment, text_hash):
    if text_hash != contract.text_hash:
        raise TransitionRefused(CHANGED)
    agreement = contract.agreement or _new_agreement(contract)
    for name in AGREED:
        setattr(agreement, name, getattr(contract, name))
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError as fault:
        if ONE_RUNNING in str(fault):
            raise TransitionRefused(CLASH) from None
        raise
    if contract.agreement is None:
        contract.agreement = agreement
        application = contract.application
        applying.COURSE.move(application, "sign", actor=actor)
        applying.close_others(application.trainee, application)
    contract.youth_signed_at = timezone.now()
    contract.due_on, contract.due_is_provisional = answer_due(timezone.localdate())
    _tell_employer(contract, "本人已签字，等区县备案")
    _tell_youth(contract, "双方都已签字，等区县备案")


def _new_agreement(contract) -> Agreement:
    trainee = contract.application.trainee
    pk, number = _new_number()
    return Agreement(
        pk=pk,
        region_id=contract.region_id,
        number=number,
        trainee=trainee,
        person_id=trainee.person_id,
        position=contract.position,
        group=trainee.group,
        signed_on=timezone.localdate(),
    )


def _new_number() -> tuple[int, str]:
    """An id, and the 协议编号 made of it. A ledger may have used the number already."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('trainees_agreement', 'id'))")
            (pk,) = cursor.fetchone()
        number = f"XY{timezone.localdate():%Y}-{pk:08d}"
        if not Agreement.objects.filter(number=number).exists():
            return pk, number


def _file(contract, actor, *, comment):
    contract.filed_at = timezone.now()
    _stop_clock(contract)
    _tell_employer(contract, "已备案，备齐上岗材料后确认到岗")
    _tell_youth(contract, "已备案，请看上岗前还要办什么")


def _send_back(contract, actor, *, comment):
    _stop_clock(contract)
    _unseal(contract)
    _tell_employer(contract, "区县退回，改好后双方重新签署")
    _tell_youth(contract, "区县退回，单位改好后请您重新签字")


def _cancel(contract, actor, *, comment):
    _stop_clock(contract)
    agreement = contract.agreement
    agreement.ended_on = timezone.localdate()
    agreement.end_kind = Agreement.EndKind.CANCELLED
    agreement.end_reason = comment.strip()[:200]
    agreement.save(update_fields=["ended_on", "end_kind", "end_reason"])
    if not is_employer(actor, contract):
        _tell_employer(contract, "已取消")
    if not is_youth(actor, contract):
        _tell_youth(contract, "已取消")


def _stop_clock(contract):
    contract.due_on, contract.due_is_provisional = None, False


# --- Telling


def _tell_employer(contract, what):
    tell(people_of(contract.position.base.profile), contract, what, "employer:contract")


def _tell_youth(contract, what):
    user = contract.application.trainee.user
    if user:
        tell([user], contract, what, "me:contract")


def tell(users, contract, what, page):
    messages.notify(
        users,
        KIND,
        region=contract.region,
        title=f"“{contract}”见习协议{what}",
        url=reverse(page, args=[contract.region.slug, contract.pk]),
    )


COURSE = Workflow(
    "state",
    [
        Transition(
            "employer_sign",
            "单位签署",
            frozenset({State.DRAFT}),
            State.EMPLOYER_SIGNED,
            is_employer,
            check=_ready,
            follow=_seal,
        ),
        Transition(
            "take_back",
            "撤回修改",
            frozenset({State.EMPLOYER_SIGNED}),
            State.DRAFT,
            is_employer,
            follow=_take_back,
        ),
        Transition(
            "sign",
            "本人签字",
            frozenset({State.EMPLOYER_SIGNED}),
            State.SIGNED,
            is_youth,
            check=_sound,
            follow=_conclude,
        ),
        Transition(
            "file",
            "备案",
            frozenset({State.SIGNED}),
            State.FILED,
            is_officer,
            check=_runs_as_offered,
            follow=_file,
        ),
        Transition(
            "return",
            "退回重签",
            frozenset({State.SIGNED}),
            State.DRAFT,
            is_officer,
            comment_required=True,
            check=_not_begun,
            follow=_send_back,
        ),
        Transition(
            "cancel",
            "取消协议",
            BEFORE | {State.SIGNED, State.FILED},
            State.CANCELLED,
            _anybody,
            comment_required=True,
            check=_signed_once,
            follow=_cancel,
        ),
        # With the application, and told with it.
        Transition(
            "lapse",
            "不再签订",
            BEFORE,
            State.CANCELLED,
            _anybody,
            check=_never_signed,
        ),
    ],
    over=lambda contract: "已作废" if contract.voided_at else "",
)


def move(contract: Contract, name: str, *, actor, comment: str = "", **facts) -> Contract:
    """Carry out a transition of COURSE; raises as Workflow.move does.

    What it also writes is locked first, always in this order: the person (two signatures of one
    youth, in whatever regions, come one after the other), the application, the agreement.
    """
    with transaction.atomic():
        application = contract.application
        person = application.trainee.person_id
        Person.objects.select_for_update(no_key=True).get(pk=person)
        Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if contract.agreement_id:
            Agreement.objects.select_for_update(of=("self",)).get(pk=contract.agreement_id)
        return COURSE.move(contract, name, actor=actor, comment=comment, **facts)


def can_be_given_up(contract: Contract) -> bool:
    """By either side, as long as nobody has arrived."""
    agreement = contract.agreement
    begun = agreement and (agreement.arrived_on or agreement.ended_on)
    return contract.state != State.CANCELLED and not begun


def give_up(contract: Contract, actor, comment: str):
    """Either side steps back: from an agreement that runs, or from the application it was to be
    made of."""
    application = contract.application
    if contract.agreement_id:
        move(contract, "cancel", actor=actor, comment=comment)
    elif is_youth(actor, contract):
        applying.COURSE.move(application, "withdraw", actor=actor, comment=comment)
    else:
        name = "put_back" if application.from_pool else "decline"
        applying.COURSE.move(application, name, actor=actor, comment=comment)


@applying.when_over
def _lapse(application: Application, actor):
    begun = Contract.objects.live().filter(application=application, agreement=None)
    for contract in begun:
        COURSE.move(contract, "lapse", actor=actor)


@receiver(calendar_changed)
def _settle(**kwargs):
    settle_provisional(Contract.objects.filter(state=State.SIGNED), since="youth_signed_at")
