"""A month that the district has submitted is over for its bases too."""

from django.db.models import Case, Exists, F, OuterRef, When

from jianxi.periods import Period
from regions.models import District
from reporting.models import Report
from trainees.months import closes

OVER = (Report.State.SUBMITTED, Report.State.APPROVED, Report.State.LOCKED)


@closes
def submitted(month: Period):
    """The districts whose unit has submitted all its forms of the month: returned, or opened for a
    correction, it goes on. A district that ended goes with the unit it became part of."""
    unit = Case(When(valid_to__lt=month.end, then=F("successor")), default=F("pk"))
    reports = Report.objects.filter(period=month.start, district=OuterRef("unit"))
    return District.objects.annotate(unit=unit).filter(
        Exists(reports), ~Exists(reports.exclude(state__in=OVER))
    )
