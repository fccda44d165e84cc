"""Months that an employer has to confirm, or to confirm anew because the records changed."""

from django.db.models import DateField, Value
from django.urls import reverse
from django.utils import timezone

from jianxi.worklist import EMPLOYER, Item, clocked, source
from trainees.models import MonthCheck
from trainees.month_checks import LABEL, changed_since, unchecked, with_people
from trainees.months import closed_in, due, to_check


def waiting():
    """The bases that have not confirmed the month that is to be confirmed, with its clock."""
    month = to_check(timezone.localdate())
    return unchecked(month).annotate(due_on=Value(due(month).date, DateField()))


clocked(LABEL, waiting, "profile", listing="employer:month_check", side=EMPLOYER)


@source(side=EMPLOYER)
def to_confirm(request):
    month = to_check(timezone.localdate())
    for _ in unchecked(month).filter(profile=request.profile):
        yield _item(request, month, "请在区县报送月报前核对", "去核对")


@source(side=EMPLOYER)
def to_confirm_anew(request):
    """Not once the district has submitted it, or all who were there are void: nothing can be
    confirmed any more."""
    month = to_check(timezone.localdate())
    own = with_people(month).filter(profile=request.profile)
    own = own.exclude(district__in=closed_in(month))
    checks = MonthCheck.objects.filter(base__in=own, month=month.start)
    for changes in changed_since(checks).values():
        if changes:
            yield _item(request, month, f"核对之后又有 {len(changes)} 处变动", "再核对")


def _item(request, month, subtitle, action) -> Item:
    day = due(month)
    return Item(
        kind=LABEL,
        title=f"{month.words}见习人员",
        subtitle=subtitle,
        url=reverse(
            "employer:month_check", args=[request.region.slug], query={"month": str(month)}
        ),
        action=action,
        due_on=day.date,
        provisional=day.provisional,
    )
