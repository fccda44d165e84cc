"""An employer with a base, whoever acts for it, and the district's officers."""

from contextlib import contextmanager
from copy import deepcopy
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import User
from bases.models import Authority, Base, InsuredHeadcount
from jianxi.history import acting
from jianxi.tenancy import scope
from positions.models import Position
from regions.models import MinimumWage, Region
from tests.factories import district, in_region, make_base, make_position
from tests.people import make_authority, make_member, make_office, make_person

SOUND = {
    "title": "前端开发见习生",
    "category": "technical",
    "headcount": 2,
    "workplace": "示例大道1号",
    "duties": "编写网页，参加代码评审。",
    "allowance": "2400.00",
    "months": 6,
    "mentor": "周某某",
}


def employer_of(base: Base, **facts) -> User:
    """Somebody who acts, or asks to act, for the base's employer."""
    user = make_person()
    make_authority(user, base, **facts)
    return user


def make_filing(base: Base, state, **facts) -> Position:
    """A position in any state, complete and sound unless said otherwise."""
    today = timezone.localdate()
    published = state in (Position.State.PUBLISHED, Position.State.PAUSED)
    usual = SOUND | {
        "state": state,
        "valid_until": today + timedelta(days=90),
        "published_on": today - timedelta(days=10) if published else None,
    }
    if state == Position.State.SUBMITTED:
        usual |= {"submitted_at": timezone.now(), "due_on": today + timedelta(days=7)}
    return make_position(base, **usual | facts)


def make_world(slug, where, elsewhere):
    """In a region: a base in one unit, and one in another; everybody who might come."""
    with in_region(slug) as region:
        base, other = make_base(where, name="甲公司"), make_base(elsewhere, name="乙公司")
        for one in (base, other):
            InsuredHeadcount.objects.create(
                region=region, profile=one.profile, as_of=date(2026, 1, 1), count=100
            )
        MinimumWage.objects.create(
            region=region,
            district=district(region.name),
            amount="2330.00",
            effective_from=date(2025, 1, 1),
            source="示例文号",
        )
        office = make_office(where)
        return SimpleNamespace(
            region=region,
            base=base,
            other=other,
            employer=employer_of(base),
            stranger=employer_of(other),
            unconfirmed=employer_of(base, state=Authority.State.SUBMITTED),
            clerk=make_member(office, "clerk"),
            viewer=make_member(office, "viewer"),
            elsewhere=make_member(make_office(elsewhere), "clerk", "reviewer"),
            root=make_member(make_office(region.name), "reviewer"),
        )


@pytest.fixture(scope="module")
def shared_world(shared_db):
    return make_world("chongqing", "渝中区", "万州区")


@pytest.fixture
def world(shared_world, db):
    return deepcopy(shared_world)


@pytest.fixture(scope="module")
def shared_changsha(shared_db):
    return make_world("changsha", "岳麓区", "芙蓉区")


@pytest.fixture
def changsha(shared_changsha, db):
    return deepcopy(shared_changsha)


@pytest.fixture(scope="module")
def shared_ningxia(shared_db):
    return make_world("ningxia", "兴庆区", "金凤区")


@pytest.fixture
def ningxia(shared_ningxia, db):
    return deepcopy(shared_ningxia)


@contextmanager
def inside(world):
    """In the world's region, as a test."""
    with scope(region=Region.objects.get(pk=world.region.pk)), acting("test"):
        yield


def now(position) -> Position:
    """The position as it is stored now."""
    with scope(region=position.region):
        return Position.objects.get(pk=position.pk)
