"""Youths and their internships, from signing to what came of it."""

from bisect import bisect
from collections import deque
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.utils import timezone

from jianxi.crypto import keyed_hash
from portal.demo import words
from portal.demo.identities import bank_card, mobile
from portal.demo.year import Opening, Year, months_later, signing_days
from trainees.models import Agreement, Group, Person, Trainee
from trainees.persons import identity_hash

TERMS = [3, 4, 5, 6, 6, 6, 9, 12, 12]  # months
LATE_ARRIVALS = [0, 0, 0, 0, 0, 0, 0, 1, 1, 3, 7, 15]  # days after the agreed start
REGISTERED_ONLY = 0.04
DUPLICATES = 0.004
NOON = time(12)

Kind, Outcome = Agreement.EndKind, Agreement.Outcome


def make(year: Year):
    """Fill the year with youths and agreements; positions must be there."""
    weights = list(accumulate(opening.row["headcount"] for opening in year.positions))
    free = deque()  # who may sign again, with the day they are free from
    for signed in signing_days(year.rng, year.first_day, year.today, year.share.agreements):
        terms = _terms(year, signed)
        opening = _opening(year, weights, terms)
        again = free and free[0][0] < signed and year.chance(0.3)
        trainee = free.popleft()[1] if again else _trainee(year, signed)
        agreement = _agreement(year, opening, trainee, terms | _course(year, **terms))
        if agreement["end_kind"] in (Kind.TERMINATED, Kind.CANCELLED):
            free.append((agreement["ended_on"] + timedelta(days=10), trainee))
    for _ in range(round(year.share.agreements * REGISTERED_ONLY)):
        _trainee(year, year.day(year.first_day, year.today))


def _terms(year, signed):
    start = signed + timedelta(days=year.rng.randint(0, 14))
    end = months_later(start, year.rng.choice(TERMS)) - timedelta(days=1)
    return {"signed_on": signed, "planned_start": start, "planned_end": end}


def _opening(year, weights, terms) -> Opening:
    since, until = terms["signed_on"], terms["planned_end"]
    for _ in range(8):
        found = year.positions[bisect(weights, year.rng.random() * weights[-1])]
        if found.takes(since, until):
            break
    else:
        # the unit's first position is open throughout, and takes whom no other takes
        found = next((o for o in year.positions if o.takes(since, until)), year.positions[0])
    found.left -= 1
    return found


def _course(year, signed_on: date, planned_start: date, planned_end: date) -> dict:
    """How an internship went until today."""
    rng = year.rng
    fate = rng.random()
    if fate < 0.03:
        day = planned_start + timedelta(days=rng.randint(0, 10))
        return _ended(year, day, Kind.CANCELLED) if year.is_past(day) else {}
    arrived = planned_start + timedelta(days=rng.choice(LATE_ARRIVALS))
    recent = signed_on > year.today - timedelta(days=60)
    if not year.is_past(arrived) or (recent and fate < 0.08):
        return {}
    course = {"arrived_on": arrived}
    term = (planned_end - arrived).days
    fate = rng.random()
    if fate < 0.08:
        day, kind = arrived + timedelta(days=rng.randint(5, term)), Kind.TERMINATED
    elif fate < 0.2:
        day, kind = (
            arrived + timedelta(days=int(term * rng.uniform(0.6, 0.95))),
            Kind.RETAINED_EARLY,
        )
    elif fate < 0.28 and planned_end > year.today - timedelta(days=90):
        return course  # overdue, once the agreed end is past
    else:
        day, kind = planned_end, Kind.COMPLETED
    return course | _ended(year, day, kind) if year.is_past(day) else course


def _ended(year, day, kind) -> dict:
    rng, reasons = year.rng, words.WORDS["internship"]
    if kind == Kind.CANCELLED:
        return {
            "ended_on": day,
            "end_kind": kind,
            "end_reason": rng.choice(reasons["cancellation"]),
        }
    ended = {"ended_on": day, "end_kind": kind}
    if kind == Kind.TERMINATED:
        ended["end_reason"] = rng.choice(reasons["termination"])
    fate = rng.random()
    after = day + timedelta(days=rng.randint(1, 40))
    if kind == Kind.RETAINED_EARLY or (kind == Kind.COMPLETED and fate < 0.38):
        return ended | {"outcome": Outcome.RETAINED, "outcome_on": day}
    if not year.is_past(after):
        return ended  # not known yet
    if fate < 0.75:
        return ended | {"outcome": Outcome.OTHER_EMPLOYMENT, "outcome_on": after}
    return ended | {"outcome": Outcome.NOT_EMPLOYED}


def _trainee(year, registered: date) -> dict:
    rng = year.rng
    male = year.chance(0.47)
    group = Group.GRADUATE if year.chance(0.68) else Group.UNEMPLOYED_YOUTH
    if group == Group.GRADUATE:
        since = _graduation(year, registered)
        birth = since - timedelta(days=rng.randint(7700, 8800))
    else:
        since = registered - timedelta(days=rng.randint(5, 240))
        birth = registered - timedelta(days=rng.randint(6600, 9000))
    number = year.identities.id_number(birth, male)
    identity = identity_hash("resident_id", number)
    phone, card = mobile(rng), bank_card(rng)
    person = year.sheet.add(Person, identity=identity)
    home = year.unit if year.chance(0.8) or not year.elsewhere else rng.choice(year.elsewhere)
    return year.sheet.add(
        Trainee,
        person_id=person["id"],
        name=words.person_name(rng, male),
        document_type="resident_id",
        document_number=number,
        birth_date=birth,
        sex="M" if male else "F",
        group=group,
        education=rng.choice(words.WORDS["education"][group]),
        school=rng.choice(words.WORDS["schools"][group]),
        major=rng.choice(words.WORDS["majors"][group]),
        graduated_on=since if group == Group.GRADUATE else None,
        unemployed_since=None if group == Group.GRADUATE else since,
        hardship=rng.choice(words.WORDS["internship"]["hardship"]) if year.chance(0.06) else "",
        phone=phone,
        phone_hash=keyed_hash("phone", phone),
        home_district_id=home.pk,
        bank_card=card,
        bank_card_hash=keyed_hash("card", card),
        bank=rng.choice(words.WORDS["internship"]["bank"]),
    )


def _graduation(year, registered: date) -> date:
    """The June before, or for some the one before that: within two years."""
    latest = registered.year - (registered.month < 7)
    earlier = registered.month not in (5, 6) and year.chance(0.15)
    return date(latest - earlier, 6, year.rng.randint(20, 30))


def _agreement(year, opening, trainee, columns) -> dict:
    rng, words_ = year.rng, words.WORDS["internship"]
    row = {"ended_on": None, "end_kind": "", "arrived_on": None} | columns
    row |= {
        "number": year.number("XY"),
        "trainee_id": trainee["id"],
        "person_id": trainee["person_id"],
        "position_id": opening.row["id"],
        "group": trainee["group"],
        "mentor": words.person_name(rng, year.chance(0.6)),
        "allowance": opening.row["allowance"],
        "insurer": words_["insurer"],
        "insurance_number": year.number("BX"),
    }
    if year.chance(DUPLICATES):  # entered twice, the second one voided
        noon = timezone.make_aware(datetime.combine(row["signed_on"], NOON))
        year.sheet.add(Agreement, **row, voided_at=noon)
    row = year.sheet.add(Agreement, **row)
    year.agreements.append(row | {"base_id": opening.base["id"]})
    return row
