"""A youth taken in by a base, and agreements in every state."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from bases.models import Base
from positions.models import Position
from tests.factories import make_agreement, make_trainee
from tests.people import make_person
from tests.positions.conftest import inside, make_filing, make_world
from trainees.contract_text import digest
from trainees.contracts import text_of
from trainees.models import Agreement, Application, Contract, Trainee

State = Contract.State
SIGNED = {State.SIGNED, State.FILED}
SOUND = {"schooling": "college", "studying": False, "employed": False, "bank_card": ""}


def make_scene(slug="chongqing", where="渝中区", elsewhere="万州区"):
    """Two employers, the districts' officers, and a youth."""
    world = make_world(slug, where, elsewhere)
    with inside(world):
        world.trainee = make_youth(world.region)
    world.youth = world.trainee.user
    return world


def make_youth(region, name="何小雨", **facts) -> Trainee:
    """Somebody who may take part, with an account."""
    user = make_person(name, side="youth")
    return make_trainee(region, name=name, user=user, phone=user.phone, **SOUND | facts)


def take_in(trainee: Trainee, base: Base, position: Position | None = None, **facts) -> Application:
    """An application the base accepted."""
    position = position or make_filing(base, Position.State.PUBLISHED, headcount=9)
    facts = {"state": Application.State.ACCEPTED, "submitted_at": timezone.now()} | facts
    return Application.objects.create(
        region_id=trainee.region_id,
        trainee=trainee,
        position=position,
        district=base.district,
        **facts,
    )


def terms(today: date) -> dict:
    return {
        "planned_start": today + timedelta(days=3),
        "planned_end": today + timedelta(days=183),
        "workplace": "示例大道1号",
        "duties": "编写网页，参加代码评审",
        "hours": "每天 8 小时",
        "mentor": "王大山",
        "allowance": Decimal("2400.00"),
    }


def make_contract(application: Application, state=State.DRAFT, by=None, **facts) -> Contract:
    """Complete and sound; `by`: who signed for the employer."""
    today, now = timezone.localdate(), timezone.now()
    row = Contract(
        region_id=application.region_id,
        application=application,
        position=application.position,
        state=state,
        **terms(today) | facts,
    )
    if state not in (State.DRAFT, State.CANCELLED):
        row.text = text_of(row)
        row.text_hash = digest(row.text)
        row.employer_signed_at, row.employer_signed_by = now, by
    if state in SIGNED:
        row.agreement = _agreement(row, today)
        row.youth_signed_at = now
        application.state = Application.State.SIGNED
        application.save()
    if state == State.SIGNED:
        row.due_on = today + timedelta(days=7)
    if state == State.FILED:
        row.filed_at = now
    row.save()
    return row


def _agreement(row: Contract, today) -> Agreement:
    return make_agreement(
        row.position,
        row.application.trainee,
        signed_on=today,
        planned_start=row.planned_start,
        planned_end=row.planned_end,
        mentor=row.mentor,
        allowance=row.allowance,
    )


def all_in_order(contract: Contract):
    """What the policy asks for before the start is done."""
    contract.identity_checked_at = contract.notice_read_at = timezone.now()
    contract.insurer, contract.insurance_number = "示例保险", "BX-1"
    contract.save()
    trainee = contract.application.trainee
    trainee.bank_card = "6222020000000000000"
    trainee.save()
