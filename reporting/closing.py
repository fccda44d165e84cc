"""What the forms that count agreements say of the bases' own month: by when it is wanted, and that
it is over once the district has submitted its people."""

from django.db.models import Case, Exists, F, OuterRef, When

from jianxi.periods import Period
from regions.models import District
from regions.workdays import Due
from reporting.deadlines import deadlines
from reporting.models import Form, Report
from trainees.months import closes, first_reported

OVER = (Report.State.SUBMITTED, Report.State.APPROVED, Report.State.LOCKED)


def counting(month: Period):
    """The forms of the month that count agreements."""
    return Form.objects.in_force(month.end).filter(
        definition__indicators__contains=[{"of": "agreements"}]
    )


@first_reported
def due(month: Period) -> Due | None:
    days = [day for form in counting(month) for day in deadlines(form, month)]
    return min(days, default=None)


@closes
def submitted(month: Period):
    """The districts whose unit has submitted those forms, whatever becomes of the others: returned,
    or opened for a correction, it goes on. A district that ended goes with the unit it became part
    of."""
    unit = Case(When(valid_to__lt=month.end, then=F("successor")), default=F("pk"))
    reports = Report.objects.filter(
        period=month.start, district=OuterRef("unit"), form_key__in=counting(month).values("key")
    )
    return District.objects.annotate(unit=unit).filter(
        Exists(reports), ~Exists(reports.exclude(state__in=OVER))
    )
