"""The days that a made-up course pretends. It is made within one transaction, so history has a
single moment for all of it; what was handed in is told of its own days instead."""

from datetime import datetime, time, timedelta

import pgtrigger
from django.contrib.postgres.functions import TransactionNow
from django.db.models import DateTimeField, ExpressionWrapper, Max, OuterRef, Subquery
from django.db.models.functions import Least
from django.utils import timezone

from reporting.models import Bulletin, Compilation, Explanation, Report, Version

State = Report.State
HANDED_IN = time(15, 30)  # on the last day, or late:
HANDED_IN_LATE = time(10)  # on the day after; a unit above waits for it until that afternoon
COMPILED = timedelta(days=-1)
DECIDED = timedelta(minutes=70)
STEPS = {  # from when it was handed in
    State.OPEN: COMPILED,
    State.COMPILED: COMPILED,
    State.CONFIRMING: timedelta(hours=-1),
    State.SUBMITTED: timedelta(),
    State.RETURNED: DECIDED,
    State.APPROVED: DECIDED,
}
EXPLAINED = {
    Explanation.State.GIVEN: timedelta(minutes=-90),
    Explanation.State.ACCEPTED: DECIDED,
}
DRAFTED, PUBLISHED = timedelta(days=1), timedelta(days=1, hours=2)  # after the last was handed in


def handed_in(report: Report, *, late: bool) -> datetime:
    """When a report that has a deadline came in; not later than now."""
    if late:
        at = datetime.combine(report.due_on + timedelta(days=1), HANDED_IN_LATE)
    else:
        at = datetime.combine(report.due_on, HANDED_IN)
    return min(timezone.make_aware(at), timezone.now())


def of_months():
    """All of the months that were handed in by a deadline: history, versions, compilations."""
    Compilation.objects.filter(report__in=Report.objects.all()).update(compiled_at=TransactionNow())
    dated = Report.objects.exclude(first_submitted_at=None).exclude(due_on=None)
    explained = Explanation.pgh_event_model.objects.filter(report__in=dated)
    versions = Version.pgh_event_model.objects.filter(report__in=dated)
    handed_in = _at("report", timedelta())
    with pgtrigger.ignore():
        for month in dated.order_by().values("form_key", "period").distinct():
            _of_month(month)
        for state, later in STEPS.items():
            _events(dated).filter(state=state).update(pgh_created_at=_at("pgh_obj", later))
        for state, later in EXPLAINED.items():
            explained.filter(state=state).update(pgh_created_at=_at("report", later))
        versions.update(pgh_created_at=handed_in, submitted_at=handed_in)
        Version.objects.filter(report__in=dated).update(submitted_at=handed_in)
    compilations = Compilation.objects.filter(report__in=dated)
    compilations.update(compiled_at=_at("report", COMPILED))


def _of_month(month: dict):
    """It was compiled also where it was not handed in, and locked at one moment."""
    reports, last = Report.objects.filter(**month), _last(**month)
    compiled = last + COMPILED
    begun = _events(reports).filter(state__in=[State.OPEN, State.COMPILED])
    begun.update(pgh_created_at=compiled)
    Compilation.objects.filter(report__in=reports).update(compiled_at=compiled)
    locked = _events(reports).filter(state=State.LOCKED)
    locked.update(pgh_created_at=min(last + DECIDED, timezone.now()))


def _events(reports):
    return Report.pgh_event_model.objects.filter(pgh_obj__in=reports)


def of_bulletin(row: Bulletin):
    """Drafted and published once its month was in."""
    last, now = _last(row.form_key, row.period), timezone.now()
    drafted, published = min(last + DRAFTED, now), min(last + PUBLISHED, now)
    events = row.pgh_event_model.objects.filter(pgh_obj=row.pk)
    with pgtrigger.ignore():
        Bulletin.objects.filter(pk=row.pk).update(drafted_at=drafted, published_at=published)
        events.update(pgh_created_at=drafted, drafted_at=drafted)
        put_out = events.filter(state=Bulletin.State.PUBLISHED)
        put_out.update(pgh_created_at=published, published_at=published)


def _at(report: str, later: timedelta):
    """So much later than the report was handed in that the column `report` names."""
    handed_in = Report.objects.filter(pk=OuterRef(report)).values("first_submitted_at")
    at = ExpressionWrapper(Subquery(handed_in) + later, output_field=DateTimeField())
    return Least(at, timezone.now())


def _last(form_key: str, period) -> datetime:
    """When the last unit's report of a month came in."""
    month = Report.objects.of_month(form_key, period)
    return month.aggregate(at=Max("first_submitted_at"))["at"]
