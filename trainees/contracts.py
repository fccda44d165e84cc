"""Agreements on their way: begun from an application, what they are checked for, what they say."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from jianxi.findings import Finding
from jianxi.identifiers import DOCUMENT_KINDS
from jianxi.tenancy import scopes_disabled
from jianxi.workflow import TransitionRefused
from positions.facts import facts_of
from positions.rules import PUBLIC_FUNDS, check_position
from regions.policy import Policy, policy_at
from trainees import facts
from trainees.caps import cap_findings
from trainees.consents import in_force
from trainees.contract_rules import ONE_DAY, Facts, check_contract, months_later, needed
from trainees.contract_text import Terms, contract_text
from trainees.models import Agreement, Application, Contract
from trainees.rules import ADULT, age_on

USUAL_HOURS = "每天不超过 8 小时，每周不超过 40 小时，法定节假日休息"
DAYS_AHEAD = 7  # of the start that is proposed
OF_THE_POSITION = {"base", "allowance"}  # of its checks, those that an agreement can break


def begin(application: Application) -> Contract:
    """The application's contract, made as a draft if there is none: what the position says is
    filled in. Raises TransitionRefused for a youth who is not taken in."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("position")
    application = rows.get(pk=application.pk)
    if known := Contract.objects.live().filter(application=application).first():
        return known
    if application.voided_at or application.state not in Application.objects.all().TAKEN_IN:
        shown = "已作废" if application.voided_at else application.get_state_display()
        raise TransitionRefused(f"报名现在是“{shown}”，不能拟定协议。")
    position = application.position
    start = timezone.localdate() + timedelta(days=DAYS_AHEAD)
    end = months_later(start, position.months) - ONE_DAY if position.months else None
    return Contract.objects.create(
        region_id=application.region_id,
        application=application,
        position=position,
        planned_start=start,
        planned_end=end,
        workplace=position.workplace,
        duties=position.duties,
        hours=USUAL_HOURS,
        mentor=position.mentor,
        allowance=position.allowance,
        benefits=position.benefits,
    )


# --- What it is checked for


def judged_on(contract: Contract) -> date:
    """The day of signing: today, until there has been one. What the district sent back is signed
    again, and was signed all the same."""
    return contract.agreement.signed_on if contract.agreement else timezone.localdate()


def missing(contract: Contract, policy: Policy) -> list[str]:
    """The columns that still lack something."""
    return [name for name in needed(policy) if getattr(contract, name) in (None, "")]


def findings_of(contract: Contract) -> list[Finding]:
    """What checking it comes to on the day of signing; in a fixed number of statements."""
    day, trainee, position = judged_on(contract), contract.application.trainee, contract.position
    policy = policy_at(day)
    minor = age_on(trainee.birth_date, day) < ADULT
    about = Facts(
        day=day,
        start=contract.planned_start,
        end=contract.planned_end,
        minor=minor,
        consent=minor and in_force(trainee) is not None,
        insured=bool(contract.insurer and contract.insurance_number),
        runs_elsewhere=_runs_elsewhere(contract, day),
        allowance=contract.allowance,
        offered=position.allowance,
        offered_months=position.months,
    )
    fit = facts.findings_of(trainee, position, day=day, policy=policy)
    at_position = facts_of([position], day)[position.pk]
    at_position = replace(at_position, allowance=contract.allowance)
    return [
        *(finding for finding in fit if finding.key != "guardian"),  # asked for below
        *check_contract(about, policy),
        *(f for f in check_position(at_position, policy) if f.key in OF_THE_POSITION),
        *cap_findings(position.base, day),
    ]


def _runs_elsewhere(contract: Contract, day: date) -> bool:
    with scopes_disabled():
        running = Agreement.objects.overlapping(day, None)
        running = running.filter(person=contract.application.trainee.person_id)
        return running.exclude(pk=contract.agreement_id).exists()


# --- What it says


def text_of(contract: Contract) -> str:
    """The agreement in words, as it would be signed now. Everything needed must be filled."""
    trainee, position, policy = (
        contract.application.trainee,
        contract.position,
        policy_at(judged_on(contract)),
    )
    base = position.base
    insurance = policy.value("insurance")
    consent = None
    if age_on(trainee.birth_date, judged_on(contract)) < ADULT:
        consent = in_force(trainee)
    return contract_text(
        Terms(
            base_word=contract.region.base_word,
            district=base.district.name,
            employer=base.profile.name,
            uscc=base.profile.employer.uscc,
            youth=trainee.name,
            document=DOCUMENT_KINDS[trainee.document_type].label,
            document_number=trainee.document_number,
            guardian=consent.guardian if consent else "",
            position=position.title,
            category=position.get_category_display(),
            workplace=contract.workplace,
            start=contract.planned_start,
            end=contract.planned_end,
            hours=contract.hours,
            duties=contract.duties,
            mentor=contract.mentor,
            allowance=contract.allowance,
            public_funds=PUBLIC_FUNDS in policy,
            benefits=contract.benefits,
            insurance=insurance and (insurance["kind"], insurance["buyer"] == "base"),
            more=contract.more_terms,
        )
    )


# --- Insurance


def hold(contract: Contract) -> Contract:
    """The row as it is now, locked after its agreement: the order of `signing.move`."""
    Agreement.objects.select_for_update(of=("self",)).filter(pk=contract.agreement_id).first()
    return Contract.objects.select_for_update(of=("self",)).with_sides().get(pk=contract.pk)


def insure(contract: Contract, insurer: str, number: str):
    """Note the policy, on the agreement too where there is one. The caller holds them."""
    contract.insurer, contract.insurance_number = insurer, number
    contract.save(update_fields=["insurer", "insurance_number"])
    if contract.agreement:
        contract.agreement.insurer, contract.agreement.insurance_number = insurer, number
        contract.agreement.save(update_fields=["insurer", "insurance_number"])
