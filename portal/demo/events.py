"""Subsidies paid for the internships, and the activities held."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from activities.models import Activity
from portal.demo import words
from portal.demo.year import Year, first_of_month, month_index, month_start
from subsidies.models import Payment

SUBSIDY = 1500  # yuan for a month on post
LEVELS = ["central", "province", "city", "county"]
LEVEL_WEIGHTS = [4, 2, 2, 2]


def make(year: Year, payment_months: int):
    """Fill the year with payments, after its agreements, and with activities."""
    for (base, due), months in sorted(_months_on_post(year, payment_months).items()):
        paid = due + timedelta(days=year.rng.randint(9, 24))
        if year.is_past(paid) and year.chance(0.88):
            _pay(year, base, paid, months)
    _activities(year)


def _months_on_post(year, payment_months) -> Counter:
    """Months to be paid for, by base and the first day of the month after the payment period."""
    owed = Counter()
    for agreement in year.agreements:
        if arrived := agreement["arrived_on"]:
            last = min(agreement["ended_on"] or agreement["planned_end"], year.today)
            for month in range(month_index(arrived), month_index(last)):
                due = month_start((month // payment_months + 1) * payment_months)
                owed[agreement["base_id"], due] += 1
    return owed


def _pay(year, base, paid, months):
    rng = year.rng
    amount = SUBSIDY * months
    level = rng.choices(LEVELS, LEVEL_WEIGHTS)[0]
    purpose = "internship" if year.chance(0.95) else "social_insurance"
    _payment(year, base, "payment", paid, amount, level=level, purpose=purpose)
    back = paid + timedelta(days=rng.randint(20, 90))
    if purpose == "internship" and year.is_past(back) and year.chance(0.02):
        amount = SUBSIDY * rng.randint(1, months)
        _payment(year, base, "recovery", back, amount, level=level, note="重复申领，追回")


def _payment(year, base, kind, day, amount, **columns):
    year.sheet.add(
        Payment,
        number=year.number("BF"),
        base_id=base,
        kind=kind,
        paid_on=day,
        amount=Decimal(amount),
        **columns,
    )


def _activities(year):
    month = year.first_day
    while month <= year.today:
        for kind, share in (
            ("offline_matching", 0.45),
            ("online_matching", 0.3),
            ("policy_talk", 0.33),
        ):
            day = month + timedelta(days=year.rng.randint(2, 26))
            if year.chance(share) and year.is_past(day) and year.unit.is_valid_on(day):
                year.sheet.add(
                    Activity,
                    number=year.number("HD"),
                    district_id=year.unit.pk,
                    held_on=day,
                    kind=kind,
                    title=f"{year.unit.name}{words.WORDS['activities'][kind]}",
                    **_turnout(year.rng, kind),
                )
        month = first_of_month(month, 1)


def _turnout(rng, kind) -> dict:
    if kind == "policy_talk":
        return {"employers_served": rng.randint(5, 40), "youths_served": rng.randint(20, 150)}
    bases = rng.randint(4, 25)
    graduates, youths = rng.randint(20, 120), rng.randint(5, 60)
    return {
        "bases": bases,
        "positions": bases * rng.randint(2, 5),
        "unemployed_youths": youths,
        "graduates": graduates,
        "placed": rng.randint(0, (graduates + youths) // 6),
    }
