"""A month whose people the district has submitted is over for its bases too."""

from django.db.models import Case, Exists, F, OuterRef, When

from jianxi.periods import Period
from regions.models import District
from reporting.models import Form, Report
from trainees.months import closes

OVER = (Report.State.SUBMITTED, Report.State.APPROVED, Report.State.LOCKED)


@closes
def submitted(month: Period):
    """The districts whose unit has submitted the forms of the month that count agreements, whatever
    becomes of the others: returned, or opened for a correction, it goes on. A district that ended
    goes with the unit it became part of."""
    unit = Case(When(valid_to__lt=month.end, then=F("successor")), default=F("pk"))
    counting = Form.objects.in_force(month.end).filter(
        definition__indicators__contains=[{"of": "agreements"}]
    )
    reports = Report.objects.filter(
        period=month.start, district=OuterRef("unit"), form_key__in=counting.values("key")
    )
    return District.objects.annotate(unit=unit).filter(
        Exists(reports), ~Exists(reports.exclude(state__in=OVER))
    )
