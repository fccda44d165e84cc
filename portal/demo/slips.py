"""What goes wrong once months are approved, and is put right: so that rules fail, records show
drift, and somebody has something to explain."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import Role
from bases.models import Base
from bases.moves import move
from jianxi import voiding
from jianxi.history import acting
from portal.demo.offices import Offices
from portal.workflow import VOIDING
from regions.models import District
from reporting.periods import Period
from subsidies.models import Payment
from trainees.models import Agreement


def make(offices: Offices, units: list[District], month: Period, today):
    """Slips in the month that is to be reported, each in one of the units."""
    first, second, third = (units * 3)[:3]
    _arrival_corrected(offices.staff[first.pk][Role.CLERK], first, month)
    _base_moved(offices.staff[first.pk][Role.REVIEWER], first, second, month, today)
    _too_much_recovered(offices.staff[third.pk][Role.CLERK], third, month)
    _voided(offices, second, month, agreed=True)
    _voided(offices, third, month, agreed=False)


def _on_post(unit: District, month: Period):
    """Agreements that were on post when the month before was reported, and still are."""
    return (
        Agreement.objects.on_post(month.previous.end)
        .on_post(month.end)
        .filter(position__base__district=unit)
        .order_by("arrived_on", "pk")
    )


def _arrival_corrected(clerk, unit, month):
    """Who was reported as arrived the month before came only in this one."""
    before = month.previous
    row = _on_post(unit, month).filter(arrived_on__gte=before.start).last()
    if row:
        with acting(clerk, "更正：到岗日期录错，实际在次月到岗"):
            row.arrived_on = month.start + timedelta(days=7)
            row.save()


def _base_moved(reviewer, unit, to, month, today):
    on_post = _on_post(unit, month).values("position__base")
    base = Base.objects.standing().filter(pk__in=on_post).order_by("pk").last()
    if base and unit != to:
        on = month.start + timedelta(days=14)
        move([base], to, on, actor=reviewer, reason="注册地迁移", today=today)


def _too_much_recovered(clerk, unit, month):
    """More comes back in the month than is paid: the year's sum falls."""
    rows = Payment.objects.standing().filter(base__district=unit, purpose="internship")
    largest = rows.filter(kind="payment", paid_on__lt=month.start).order_by("amount", "pk").last()
    if largest is None:
        return
    paid = rows.filter(kind="payment", paid_on__range=(month.start, month.end))
    with acting(clerk, "登记追回"):
        Payment.objects.create(
            region=largest.region,
            base=largest.base,
            number=f"{largest.number}T",
            kind=Payment.Kind.RECOVERY,
            paid_on=month.end - timedelta(days=3),
            amount=sum((row.amount for row in paid), Decimal(1500)),
            level=largest.level,
            note="审计要求追回",
        )


def _voided(offices, unit, month, *, agreed: bool):
    staff = offices.staff[unit.pk]
    row = _on_post(unit, month).first()
    if row:
        request = voiding.ask(row, actor=staff[Role.CLERK], reason="与另一份协议重复登记")
        if agreed:
            VOIDING.move(request, "agree", actor=staff[Role.REVIEWER])
