"""The region's working days, from its table."""

from regions.models import CalendarDay, CalendarYear
from regions.workdays import WorkCalendar


def working_days() -> WorkCalendar:
    """The calendar of the region in scope; two statements."""
    return WorkCalendar(
        announced_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
        exceptions=dict(CalendarDay.objects.values_list("day", "is_working")),
    )
