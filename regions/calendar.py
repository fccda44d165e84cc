"""The region's working days, from its table."""

from regions.models import CalendarDay, CalendarYear
from regions.notices import NoticeDay
from regions.signals import calendar_changed
from regions.workdays import WorkCalendar


def working_days() -> WorkCalendar:
    """The calendar of the region in scope; two statements."""
    return WorkCalendar(
        announced_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
        exceptions=dict(CalendarDay.objects.values_list("day", "is_working")),
    )


def days_of(year: int) -> list[NoticeDay]:
    """What is entered for a year, in order."""
    rows = CalendarDay.objects.filter(day__year=year).order_by("day")
    return [NoticeDay(row.day, row.is_working, row.name) for row in rows]


def announce(region, year: int, notice: str, days: list[NoticeDay]):
    """Enter a notice: it takes the place of what was entered for the year. Whoever keeps
    provisional due dates settles them in the same transaction."""
    CalendarYear.objects.update_or_create(region=region, year=year, defaults={"notice": notice})
    CalendarDay.objects.filter(day__year=year).exclude(day__in=[one.day for one in days]).delete()
    for one in days:
        CalendarDay.objects.update_or_create(
            region=region, day=one.day, defaults={"is_working": one.is_working, "name": one.name}
        )
    calendar_changed.send(sender=CalendarYear)
