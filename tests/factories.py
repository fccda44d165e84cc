"""Records for tests: valid by default, made in the region in scope, by the actor "test".

Each takes what a test cares about and makes up the rest.
"""

from contextlib import contextmanager
from datetime import date
from itertools import count

from django.utils import timezone

from activities.models import Activity
from bases.employers import identify as identify_employer
from bases.models import Base, EmployerProfile, Placement
from jianxi.history import acting
from jianxi.identifiers import make_id_number, make_uscc, parse_id_number
from jianxi.tenancy import scope
from positions.models import Position
from regions.models import District, Region
from reporting.models import KeyEnterprise
from subsidies.models import Payment
from trainees.models import Agreement, Application, Trainee
from trainees.persons import identify as identify_person

_numbers = count(100_001)  # beyond those that tests write out: however many ran before


@contextmanager
def in_region(slug: str):
    """Inside a region's scope, as the actor "test"; gives the region."""
    region = Region.objects.get(slug=slug)
    with scope(region=region), acting("test"):
        yield region


def district(name: str) -> District:
    return District.objects.named(name).get()


def make_base(where, **facts) -> Base:
    """A base in a district (given by name or as a row), recognised on 2024-01-01."""
    where = district(where) if isinstance(where, str) else where
    number = next(_numbers)
    name = facts.pop("name", f"示例单位{number}")
    employer = identify_employer(make_uscc(number), name)
    profile = EmployerProfile.objects.create(region=where.region, employer=employer, name=name)
    facts = {"recognised_on": date(2024, 1, 1)} | facts
    base = Base.objects.create(region=where.region, profile=profile, district=where, **facts)
    Placement.objects.create(region=where.region, base=base, district=where)
    return base


def move_base(base: Base, to, day: date):
    """Put the base in another district from a day on."""
    to = district(to) if isinstance(to, str) else to
    base.placements.filter(until=None).update(until=day)
    Placement.objects.create(region=base.region, base=base, district=to, since=day)
    base.district = to
    base.save()


def make_position(base: Base, **facts) -> Position:
    number = next(_numbers)
    facts = {
        "number": f"GW{number}",
        "title": "见习助理",
        "category": "technical",
        "headcount": 1,
        "published_on": date(2024, 1, 1),
    } | facts
    return Position.objects.create(region=base.region, base=base, **facts)


def make_trainee(region: Region, **facts) -> Trainee:
    number = next(_numbers)
    document = make_id_number("500103", facts.pop("birth_date", date(2003, 5, 1)), number % 1000)
    known = parse_id_number(document)
    facts = {
        "name": f"测试{number}",
        "document_type": "resident_id",
        "document_number": document,
        "birth_date": known.birth_date,
        "sex": "M" if known.sex == "male" else "F",
        "group": "graduate",
        "graduated_on": date(2025, 6, 30),
    } | facts
    person = identify_person(facts["document_type"], f"{facts['document_number']}-{number}")
    return Trainee.objects.create(region=region, person=person, **facts)


def make_agreement(position: Position, trainee: Trainee | None = None, **facts) -> Agreement:
    """Signed on 2026-01-05, for half a year from the day after, nobody arrived yet."""
    trainee = trainee or make_trainee(position.region)
    facts = {
        "number": f"XY{next(_numbers)}",
        "group": trainee.group,
        "signed_on": date(2026, 1, 5),
        "planned_start": date(2026, 1, 6),
        "planned_end": date(2026, 7, 5),
    } | facts
    return Agreement.objects.create(
        region=position.region, position=position, trainee=trainee, person=trainee.person, **facts
    )


def make_application(
    position: Position, trainee: Trainee | None = None, *, from_pool=False, **facts
) -> Application:
    """For the position, or for the pool of its district, with the district today."""
    facts = {
        "district": position.base.district,
        "submitted_at": timezone.now(),
        "due_on": timezone.localdate(),
    } | facts
    return Application.objects.create(
        region=position.region,
        position=None if from_pool else position,
        from_pool=from_pool,
        trainee=trainee or make_trainee(position.region),
        **facts,
    )


def make_payment(base: Base, **facts) -> Payment:
    facts = {
        "number": f"BT{next(_numbers)}",
        "paid_on": date(2026, 3, 10),
        "amount": "2100.00",
    } | facts
    return Payment.objects.create(region=base.region, base=base, **facts)


def make_activity(where, **facts) -> Activity:
    where = district(where) if isinstance(where, str) else where
    facts = {
        "number": f"HD{next(_numbers)}",
        "held_on": date(2026, 3, 10),
        "kind": "online_matching",
    } | facts
    return Activity.objects.create(region=where.region, district=where, **facts)


def make_key_enterprise(name: str, where: District, **facts) -> KeyEnterprise:
    """A line of a list, matched with nobody unless said otherwise."""
    facts = {"list_name": "示例名单"} | facts
    return KeyEnterprise.objects.create(region=where.region, district=where, name=name, **facts)
