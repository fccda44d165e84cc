"""Moving bases between districts: a dated record, not an edit.

From the day on a base's figures belong to the new district; what was before stays where it was.
"""

from datetime import date

from django.core.exceptions import ValidationError

from bases.models import Authority, Base, BaseApplication, Placement
from jianxi.history import acting
from regions.models import District


def refusal(base: Base, last: Placement, to: District, on: date, today: date) -> str:
    """Why a base cannot be moved so; "" when it can. `last`: where it is placed now."""
    if on > today:
        return f"日期不能晚于今天（{today:%Y-%m-%d}）"
    if last.district_id == to.pk:
        return f"已在{to}"
    if on < base.recognised_on:
        return f"{base.recognised_on:%Y-%m-%d} 才认定，日期不能早于这一天"
    if to.has_children:
        return f"{to}下面还有区县，请选到区县"
    if not to.is_valid_on(on):
        return f"{to}在 {on:%Y-%m-%d} 还没有启用或已经撤并"
    if last.since and on <= last.since:
        return f"{last.since:%Y-%m-%d} 才划入{last.district}，日期须晚于这一天"
    return ""


def move(bases: list[Base], to: District, on: date, *, actor, reason: str, today: date):
    """Move the bases together or not at all; raises ValidationError naming each that cannot be.

    The caller has checked the right on both sides.
    """
    with acting(actor, f"自 {on:%Y-%m-%d} 划转到{to}：{reason}"):
        locked = list(
            Base.objects.standing()
            .select_for_update(of=("self",))
            .select_related("profile")
            .filter(pk__in=[base.pk for base in bases])
            .order_by("pk")
        )
        placements = Placement.objects.filter(base__in=locked, until=None)
        last = {row.base_id: row for row in placements.select_related("district")}
        faults = [
            f"{base.profile.name}：{fault}。"
            for base in locked
            if (fault := refusal(base, last[base.pk], to, on, today))
        ]
        if faults:
            raise ValidationError(faults)
        placements.update(until=on)
        Placement.objects.bulk_create(
            Placement(region_id=base.region_id, base=base, district=to, since=on) for base in locked
        )
        Base.objects.filter(pk__in=last).update(district=to)
        Authority.objects.filter(profile__bases__in=last).update(district=to)
        open_ones = BaseApplication.objects.under_way().filter(profile__bases__in=last)
        open_ones.update(district=to)


def usual_day(bases: list[Base]) -> date | None:
    """The day after their unit ended, where they are left over from one that did."""
    ends = {base.district.valid_to for base in bases}
    if len(ends) == 1 and (end := ends.pop()):
        return date.fromordinal(end.toordinal() + 1)
    return None
