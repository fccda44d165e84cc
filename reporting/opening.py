"""Opening balances: what a region that joins during a year brings along for each lowest unit.

The rules that look back need the figures of the period before the first one; the subsidy paid so
far this year also counts into the year's sum, as a payment of kind opening on the day before the
first period begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from regions.models import District, Region
from reporting.checks import ChangeRule
from reporting.computing import Figures, Window, count
from reporting.definitions import Indicator
from reporting.models import Form, OpeningFigure
from reporting.periods import Period
from reporting.rules import PREVIOUS
from reporting.units import Units
from subsidies.models import Payment

Key = tuple[str, str]  # a form's key and an indicator's code


@dataclass(frozen=True)
class Column:
    """An indicator of a form that its rules look back to."""

    form: Form
    indicator: Indicator

    @property
    def key(self) -> Key:
        return self.form.key, self.indicator.code


def columns(first: Period) -> list[Column]:
    """What can be entered for a region that starts with the period: in January a sum over the year
    begins at nothing."""
    found = []
    for form in Form.objects.in_force(first.end):
        looked_back = {
            term.code
            for rule in form.rules
            for term in rule.terms
            if term.of == PREVIOUS
            and not rule.moved  # records tell where stocks of things stood
            and not isinstance(rule, ChangeRule)  # needs last month only where there is one
        }
        for indicator in form.parsed.indicators:
            from_zero = indicator.kind == "cumulative" and first.start.month == 1
            if indicator.code in looked_back and not from_zero:
                found.append(Column(form, indicator))
    return found


def entered(units: list[District]) -> dict[int, dict[Key, Decimal]]:
    """By unit pk, the opening figures as they stand."""
    found: dict[int, dict[Key, Decimal]] = {unit.pk: {} for unit in units}
    for row in OpeningFigure.objects.filter(district__in=units):
        found[row.district_id][row.form_key, row.code] = row.value
    return found


def from_records(
    region: Region, first: Period, wanted: list[Column]
) -> dict[Key, dict[int, Figures]]:
    """By column and unit pk, what the records alone give for the period before the first."""
    before = first.previous
    units = Units(before.end)
    brought = {row.district_id: row.amount for row in _openings()}
    found = {}
    for column in wanted:
        figures = count([Window(before, units, (column.indicator,))], region.pk)[0]
        known = {pk: figure[column.indicator.code] for pk, figure in figures.items()}
        if column.indicator.of == "payments":
            known = {pk: figure - brought.get(pk, 0) for pk, figure in known.items()}
        found[column.key] = known
    return found


def enter(region: Region, unit: District, figures: Mapping[Key, Decimal | None], first: Period):
    """Keep a unit's opening figures; None takes one back. Within `acting`."""
    for (form_key, code), value in figures.items():
        where = {"region": region, "district": unit, "form_key": form_key, "code": code}
        if value is None:
            OpeningFigure.objects.filter(**where).delete()
        else:
            OpeningFigure.objects.update_or_create(**where, defaults={"value": value})
    paid = [
        figures[column.key]
        for column in columns(first)
        if column.indicator.of == "payments" and column.key in figures
    ]
    if paid:
        _enter_paid(region, unit, paid[0], first)


def _enter_paid(region: Region, unit: District, amount: Decimal | None, first: Period):
    """The payment that stands for the year so far; like any record it is voided, never deleted."""
    row = _openings().filter(district=unit).first()
    if not amount:
        if row:
            row.voided_at = timezone.now()
            row.save()
        return
    row = row or Payment(region=region, district=unit, kind=Payment.Kind.OPENING)
    row.number = f"期初-{first.start.year}-{unit.key}"
    row.paid_on, row.amount, row.note = (
        first.start - timedelta(days=1),
        amount,
        "本年以前各月已拨付",
    )
    row.save()


def start(region: Region, first: Period | None):
    """Begin reporting with a period (None: figures before it are compiled); what was paid so far
    follows to the day before. Within `acting`."""
    region.reporting_starts = first and first.start
    region.save()
    if first:
        for row in _openings():
            row.paid_on = first.start - timedelta(days=1)
            row.save()


def any_entered() -> bool:
    return OpeningFigure.objects.exists() or any_paid()


def any_paid() -> bool:
    return _openings().exists()


def _openings():
    return Payment.objects.standing().filter(kind=Payment.Kind.OPENING)
