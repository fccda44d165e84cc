"""Months that bases confirmed, or not yet: of the units one can sign in to. Everything is confirmed
by those who act for the employers."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import User
from bases.models import Authority, Base
from jianxi.history import acting
from portal.demo import applications
from portal.demo.year import seeded
from regions.models import District, Region
from trainees.models import Agreement
from trainees.month_checks import record, with_people
from trainees.month_sheet import sheet_of
from trainees.months import to_check

MONTHS = 3  # that are over, the newest one not confirmed by all
BASES = 6  # of a unit
CONFIRMED_AT = time(10, 20)
TOLD = "本人请假，回来后补办。"
ONE_DAY = timedelta(days=1)


def make(region: Region, units: list[District], seed: int, today: date):
    """The first base of a unit, whose account one signs in with, has its newest month before it;
    another's changed after it was confirmed."""
    for unit in units:
        rng = seeded(seed, region.slug, unit.key, "month checks")
        for number, base in enumerate(_bases(unit, today)):
            actor = _acting(base) or applications.employer_of(base, rng)
            for month in to_check(today).and_before(MONTHS)[number == 0 :]:
                if number == 1 and month == to_check(today):
                    _corrected_later(base, month, actor)
                else:
                    _confirm(base, month, actor)


def _bases(unit, today) -> list[Base]:
    """Those with people, who have somebody to sign in with first."""
    rows = with_people(to_check(today)).filter(district=unit).order_by("pk")
    rows = sorted(rows.select_related("profile__employer"), key=lambda base: _acting(base) is None)
    return rows[:BASES]


def _acting(base: Base) -> User | None:
    held = Authority.objects.filter(profile=base.profile, state=Authority.State.CONFIRMED)
    found = held.select_related("user").order_by("pk").first()
    return found and found.user


def _confirm(base, month, actor):
    """As it was when the month was over; of one that runs, as it is now."""
    now = timezone.now()
    over = timezone.make_aware(datetime.combine(month.end + ONE_DAY, CONFIRMED_AT))
    at = min(over, now)
    sheet = sheet_of(base, month, timezone.localdate(at))
    if sheet.rows:
        record(sheet, actor=actor, note=TOLD if sheet.gaps else "", at=at)


def _corrected_later(base, month, actor):
    """Confirmed as it was known then: without an outcome told since, else with somebody's first
    day a day late."""
    rows = Agreement.objects.present(month).filter(position__base=base)
    ended = rows.filter(ended_on__lte=month.end).exclude(outcome="")
    row = ended.exclude(end_kind=Agreement.EndKind.RETAINED_EARLY).first()
    then = {"outcome": "", "outcome_on": None}
    if row is None:
        row = rows.filter(arrived_on__lt=month.end, ended_on=None).first()
        then = row and {"arrived_on": row.arrived_on + ONE_DAY}
    if row is None:
        _confirm(base, month, actor)
        return
    now = {name: getattr(row, name) for name in then}
    _write(row, actor, then)
    _confirm(base, month, actor)
    _write(row, actor, now)


def _write(row, actor, values: dict):
    for name, value in values.items():
        setattr(row, name, value)
    with acting(actor):
        row.save(update_fields=list(values))
