"""Employers, their bases and positions."""

from datetime import date, timedelta
from decimal import Decimal

from bases.models import Base, Employer, EmployerProfile, InsuredHeadcount, Placement
from portal.demo import words
from portal.demo.identities import mobile
from portal.demo.scales import apportion
from portal.demo.year import Opening, Year, first_of_month, months_later
from positions.models import Position
from positions.search import short

ALLOWANCES = [Decimal(yuan) for yuan in (2100, 2200, 2300, 2500, 2800, 3000)]
EDUCATION = ["", "大专", "本科"]
MONTHS = [6, 3, 6, 12]
BENEFITS = ["包午餐", "", "有宿舍，水电自理", "餐补、交通补贴"]
HAZARDOUS = 9  # every so manieth of the technical ones
TERM_YEARS = 3
FAR = date(2200, 1, 1)


def make(year: Year):
    """Fill the year with bases and positions. The first base is there throughout."""
    # A unit that ended is no place to be named after: the base lies in another today.
    place = year.unit.name if year.unit.is_valid_on(year.today) else short(year.sheet.region.name)
    names = words.employers(year.rng, place, year.share.bases)
    weights = [year.rng.uniform(0.5, 2) for _ in names]
    positions = apportion(year.share.positions, weights, 1)
    places = apportion(year.share.places - year.share.positions, weights)
    for nth, (name, trade) in enumerate(names):
        base, named = _base(year, name, trade, throughout=nth == 0)
        _placements(year, base)
        if base["district_id"] != year.unit.pk:
            for row in named:
                row["name"] = row["name"].replace(year.unit.name, short(year.sheet.region.name))
        year.bases.append(base)
        parts = [1 + more for more in apportion(places[nth], [1] * positions[nth])]
        for headcount in parts:
            _position(year, base, trade, headcount, throughout=nth == 0)


def _base(year, name, trade, throughout):
    rng, sheet = year.rng, year.sheet
    uscc = year.identities.uscc(trade["kind"])
    employer = sheet.add(Employer, uscc=uscc, name=name)
    last = year.unit.valid_to or year.today
    if throughout or year.chance(0.7):
        recognised = year.day(year.first_day - timedelta(days=900), year.first_day)
    else:
        recognised = year.day(year.first_day, last)
    profile = sheet.add(
        EmployerProfile,
        employer_id=employer["id"],
        name=name,
        kind=trade["kind"],
        industry=trade["industry"],
        founded_on=recognised - timedelta(days=rng.randint(1200, 9000)),
        key_enterprise="“33618”现代制造业集群企业" if trade["industry"] == "制造业" else "",
        contact_name=rng.choice(words.WORDS["employers"]["contacts"]),
        contact_phone=mobile(rng),
    )
    insured = rng.randint(30, 600)
    for day in {recognised, first_of_month(year.today, -9)}:
        sheet.add(
            InsuredHeadcount,
            profile_id=profile["id"],
            as_of=day,
            count=insured + rng.randint(0, 20),
        )
    base = {
        "profile_id": profile["id"],
        "district_id": year.unit.pk,
        "recognised_on": recognised,
        "valid_until": _valid_until(year, recognised, throughout),
        "exited_on": None,
        "exit_reason": "",
    }
    earliest = recognised + timedelta(days=240)
    if not throughout and earliest < year.today and year.chance(0.06):
        base["exited_on"] = year.day(max(earliest, year.first_day), year.today)
        base["exit_reason"] = rng.choice(words.WORDS["employers"]["exit_reasons"])
    return sheet.add(Base, **base), (employer, profile)


def _valid_until(year, recognised, throughout):
    """A term of three years, renewed for most; some have none."""
    if throughout or year.chance(0.3):
        return None
    until = months_later(recognised, 12 * TERM_YEARS) - timedelta(days=1)
    if until < year.today and year.chance(0.8):
        until = months_later(until, 12 * TERM_YEARS)
    return until


def _placements(year, base):
    """Where the base was: a few moved, more of them where their unit was dissolved; a unit of few
    keeps its own."""
    moved = None
    if year.unit.valid_to and year.unit.valid_to < year.today and year.chance(0.15):
        moved = year.unit.valid_to + timedelta(days=1)
    elif not year.unit.valid_to and year.share.bases > 2 and year.chance(0.02):
        moved = first_of_month(year.today, -year.rng.randint(1, 6))
    others = [unit for unit in year.elsewhere if unit.pk != year.unit.pk]
    if not others or moved is None or moved <= base["recognised_on"]:
        moved = None
    year.sheet.add(Placement, base_id=base["id"], district_id=year.unit.pk, until=moved)
    if moved:
        base["district_id"] = year.rng.choice(others).pk
        year.sheet.add(Placement, base_id=base["id"], district_id=base["district_id"], since=moved)


def _position(year, base, trade, headcount, throughout):
    rng = year.rng
    category = rng.choice(list(trade["titles"]))
    opened = max(base["recognised_on"], year.first_day - timedelta(days=200))
    last = min(base["exited_on"] or year.today, year.today)
    published = opened if throughout else year.day(opened, last)
    closed = None
    if not throughout and published + timedelta(days=200) < year.today and year.chance(0.15):
        closed = year.day(published + timedelta(days=200), year.today)
    nth = len(year.positions)
    units = {unit.pk: unit for unit in [year.unit, *year.elsewhere]}
    unit = units[base["district_id"]]
    place = unit if unit.is_valid_on(year.today) else unit.successor or unit
    row = year.sheet.add(
        Position,
        base_id=base["id"],
        number=year.number("GW"),
        title=rng.choice(trade["titles"][category]),
        category=category,
        headcount=headcount,
        published_on=published,
        valid_until=months_later(published, 24 if throughout else 12),
        closed_on=closed,
        education=rng.choice(EDUCATION),
        allowance=rng.choice(ALLOWANCES),
        benefits=BENEFITS[nth % len(BENEFITS)],
        months=MONTHS[nth % len(MONTHS)],
        hazards=category == Position.Category.TECHNICAL and nth % HAZARDOUS == HAZARDOUS - 1,
        workplace=f"{place.name}示例大道{rng.randint(1, 300)}号",
        duties=words.WORDS["internship"]["duties"],
        is_model=year.chance(0.03),
    )
    ends = [day for day in (base["exited_on"], base["valid_until"], closed) if day]
    year.positions.append(Opening(row, base, min(ends, default=FAR), headcount))
