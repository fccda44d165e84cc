"""From an address to a unit's month: what may not be seen, or does not exist, is not found."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from regions.models import District
from reporting.compiling import NoSuchForm, form_for
from reporting.models import Form, Report
from reporting.periods import Period


class PeriodConverter:
    """YYYY-MM in an address."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Period:
        return Period.parse(value)  # InvalidPeriod is a ValueError: no such address

    def to_url(self, value: Period | str) -> str:
        return str(value)


@dataclass(frozen=True)
class Month:
    """A form, a period and a unit that the user may look at."""

    form: Form
    period: Period
    unit: District

    @property
    def address(self) -> list:
        return [self.form.region.slug, self.form.key, self.period, self.unit.key]

    @property
    def title(self) -> str:
        return f"{self.unit.name} {self.period.start.year}年{self.period.start.month}月"


def month_at(request, form: str, period: Period, unit: str, permission="view_counts") -> Month:
    """Raises Http404 for a form not in use, a month to come, a unit unknown, out of sight or not
    valid then; PermissionDenied for one that may be seen but not acted in."""
    if period.start > timezone.localdate():
        raise Http404
    try:
        found = form_for(request.region, period, form)
    except NoSuchForm as error:
        raise Http404 from error
    found.region = request.region
    district = get_object_or_404(request.access.districts("view_counts"), key=unit)
    if not district.is_valid_on(period.end):
        raise Http404
    if permission != "view_counts" and not request.access.may(permission, district):
        raise PermissionDenied
    return Month(found, period, district)


def report_at(month: Month, *, lock: bool = False) -> Report:
    """The unit's report, locked for a change on request. Raises Http404 before the month has been
    compiled for the first time."""
    rows = Report.objects.of_month(month.form.key, month.period.start)
    if lock:
        rows = rows.select_for_update(of=("self",))
    report = get_object_or_404(rows, district=month.unit)
    report.district, report.region = month.unit, month.form.region
    return report
