"""Youths who apply, and how far they have come: one of them, and somebody of the employer, to come
in as. Everything is done by those whose work it is."""

from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from accounts.models import Role, User
from accounts.phones import account_for, verified
from bases.models import Authority, Base
from jianxi.findings import blocking
from jianxi.history import acting
from portal.demo import contracts, words
from portal.demo.identities import Identities, mobile
from portal.demo.offices import Account, Offices
from portal.demo.year import seeded
from positions.models import Position
from regions.calendar import working_days
from regions.models import District, Region
from trainees.applying import COURSE, apply
from trainees.models import Application, Group, Trainee
from trainees.persons import identify
from trainees.placing import by_dispatch, place_findings, with_places
from trainees.rules import COLLEGE

BY_CODE = "短信验证码（发到演示的 /outbox/ 页）"
LATE_DAYS = 12
TAKEN_IN = 5  # at most
COMMENTS = {
    "return": "请写明毕业日期和最高学历。",
    "reject": "本人已经就业。",
    "decline": "岗位已经招满。",
}
REFER, ACCEPT = ("clerk", "refer"), ("employer", "accept")
# What happened to each, by whom; the first one is the account to look around with.
CHOSEN = [
    [REFER, ACCEPT],
    [],
    [],
    [("clerk", "return")],
    [("clerk", "reject")],
    [REFER],
    [REFER, "late"],
    [REFER, ACCEPT],
    [REFER, ("employer", "decline")],
    [REFER, ("youth", "withdraw")],
    [REFER, ACCEPT],
    [REFER, ACCEPT],
]
POOL = {
    "refer": [[], [], [REFER]],
    "dispatch": [[("clerk", "dispatch")], [], [], [("clerk", "return")], [("clerk", "dispatch")]],
}
NOTES = ["做事认真，愿意学。", "在学校做过小组作业，会用表格。", ""]
WISHES = ["文员、数据整理", "客服、运营", "技术助理"]
COUNTY = 90  # of their documents: no other made-up person has one of it


def make(region: Region, unit: District, offices: Offices, seed: int) -> list[Account]:
    """In one unit; the accounts that sign in by phone. None where the unit has nothing to offer."""
    today = timezone.localdate()
    offered = _offered(unit, today)
    if not offered:
        return []
    rng = seeded(seed, region.slug, unit.key, "applications")
    base = offered[0].base
    people = {"clerk": offices.staff[unit.pk][Role.CLERK], "employer": employer_of(base, rng)}
    identities, positions = Identities(region.code[:2], COUNTY), cycle(offered)
    dispatching = by_dispatch(today)
    pool = POOL["dispatch" if dispatching else "refer"]
    first, taken_in = None, []
    for number, steps in enumerate(pool if dispatching else [*CHOSEN, *pool]):
        trainee = _youth(region, unit, identities, rng, today)
        first = first or trainee
        in_pool = dispatching or number >= len(CHOSEN)
        aim = None if in_pool else next(positions)
        row = _course(trainee, steps, aim, unit, people, rng, offered)
        if row.state in Application.objects.all().TAKEN_IN:
            taken_in.append(row)
    contracts.make(taken_in, people, rng)
    office = base.profile.name
    return [
        Account(people["employer"].phone, BY_CODE, people["employer"].name, office, "单位"),
        Account(first.user.phone, BY_CODE, first.name, region.name, "青年"),
    ]


def _offered(unit, today) -> list[Position]:
    """Positions with room for the few who are taken in, of the base in the unit that has most."""
    recruiting = Position.objects.recruiting(today).filter(base__district=unit)
    by_base = {}
    for position in recruiting.order_by("pk"):
        row = with_places(position)
        if not blocking(place_findings(row, today, more=TAKEN_IN)):
            by_base.setdefault(row.base_id, []).append(row)
    return max(by_base.values(), key=len, default=[])


def employer_of(base: Base, rng) -> User:
    """Somebody new who acts for the base's employer."""
    user = new_account(rng, words.person_name(rng, rng.random() < 0.5), "employer")
    Authority.objects.create(
        region=base.region,
        district=base.district,
        user=user,
        uscc=base.profile.employer.uscc,
        name=base.profile.name,
        profile=base.profile,
        state=Authority.State.CONFIRMED,
        is_owner=True,
    )
    return user


def new_account(rng, name, side) -> User:
    phone = mobile(rng)
    user = account_for(phone)
    verified(user, phone)
    user.name, user.side = name, side
    user.save(update_fields=["name", "side"])
    return user


def _youth(region, unit, identities, rng, today) -> Trainee:
    male = rng.random() < 0.5
    born = today - timedelta(days=rng.randint(8000, 8700))
    number, name = identities.id_number(born, male), words.person_name(rng, male)
    user = new_account(rng, name, "youth")
    graduates = {key: rng.choice(words.WORDS[key][Group.GRADUATE]) for key in ("majors", "schools")}
    return Trainee.objects.create(
        region=region,
        person=identify("resident_id", number),
        user=user,
        name=name,
        document_type="resident_id",
        document_number=number,
        birth_date=born,
        sex="M" if male else "F",
        group=Group.GRADUATE,
        schooling=COLLEGE,
        education="本科",
        school=graduates["schools"],
        major=graduates["majors"],
        graduated_on=today - timedelta(days=rng.randint(120, 160)),
        studying=False,
        employed=False,
        skills="会用办公软件",
        phone=user.phone,
        phone_hash=user.phone_hash,
        home_district=unit,
    )


def _course(trainee, steps, position, unit, people, rng, offered) -> Application:
    aim = {"position": position} if position else {"district": unit, "wish": rng.choice(WISHES)}
    row = apply(trainee, note=rng.choice(NOTES), actor=trainee.user, **aim)
    for step in steps:
        if step == "late":
            _let_pass(row)
            continue
        who, name = step
        placed = {"position": offered[0]} if row.from_pool and name in POOL else {}
        actor = people.get(who, trainee.user)
        row = COURSE.move(row, name, actor=actor, comment=COMMENTS.get(name, ""), **placed)
    return row


def _let_pass(row: Application):
    """The base's clock ran out days ago."""
    days = timedelta(days=LATE_DAYS)
    row.submitted_at, row.referred_at = row.submitted_at - days, row.referred_at - days
    row.due_on = working_days().roll_forward(row.due_on - days).date
    with acting("load_demo", "演示数据"):
        row.save()
