"""A district, its base and its youths, and applications in every state."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import make_trainee
from tests.people import make_person
from tests.positions.conftest import inside, make_filing, make_world
from trainees.models import Application, Trainee

State = Application.State
WAITING = (State.SUBMITTED, State.REFERRED)
AT_BASE = (State.REFERRED, State.DECLINED, State.ACCEPTED, State.DISPATCHED, State.SIGNED)
FIT = {"schooling": "college", "studying": False, "employed": False}


def make_scene(slug="chongqing", where="渝中区", elsewhere="万州区", **facts):
    """A base with a position, another employer, the districts' officers, and a youth."""
    world = make_world(slug, where, elsewhere)
    with inside(world):
        world.position = make_filing(world.base, "published", **{"headcount": 2} | facts)
        world.trainee = make_youth(world.region)
        world.rival = make_youth(world.region, "别的人").user
    world.youth = world.trainee.user
    return world


def make_youth(region, name="何小雨", **facts) -> Trainee:
    """Somebody who may take part, with an account."""
    user = make_person(name, side="youth")
    return make_trainee(region, name=name, user=user, phone=user.phone, **FIT | facts)


def make_application(world, state=State.SUBMITTED, trainee=None, **facts) -> Application:
    """For the position; `from_pool`: for the pool, until it is placed."""
    today, at_base = timezone.localdate(), state in AT_BASE
    in_pool = facts.get("from_pool") and not at_base
    facts = {
        "position": None if in_pool else world.position,
        "due_on": today + timedelta(days=7) if state in WAITING else None,
        "submitted_at": timezone.now(),
        "referred_at": timezone.now() if at_base else None,
    } | facts
    return Application.objects.create(
        region=world.region,
        trainee=trainee or world.trainee,
        district=world.base.district,
        state=state,
        **facts,
    )
