"""The board: months against units, for what a user may see."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.access import Access
from regions.models import District
from reporting.models import Report
from reporting.periods import Period
from reporting.standing import ROLE_OF, CameIn, Next, came_in, holders, word_of

State = Report.State
UNITS_SHOWN = 100  # of those below, on one page


@dataclass(frozen=True)
class Tally:
    """How one month stands over the units directly below one."""

    period: Period
    due_on: date | None
    provisional: bool
    units: int
    submitted: int
    late: int
    overdue: int
    confirming: int
    back: int  # returned from above, or taken back by their unit
    to_review: int
    settled: int

    @property
    def missing(self) -> int:
        return self.units - self.submitted


@dataclass(frozen=True)
class Mark:
    """A unit's month in a word. `late`: it came in, and late."""

    period: Period
    word: str
    tone: str
    late: bool


def tops(access: Access) -> list[District]:
    """The uppermost units the user may look at."""
    granted = access.grants.get("view_counts", [])
    upper = [
        path
        for path in granted
        if not any(path != other and path.startswith(other) for other in granted)
    ]
    return list(District.objects.filter(path__in=upper).select_related("parent"))


def unable(above: District, region) -> list[tuple[District, list[str]]]:
    """The units directly below where nobody can submit a month, each with the roles it lacks: 经办,
    and 复核 where the region wants two. Three statements at most."""
    below = list(District.objects.filter(parent=above).valid_on(timezone.localdate()))
    needed = ["prepare_reports"]
    if region.two_person_submission:
        needed.append("confirm_reports")
    found = holders(Next(permission, unit) for unit in below for permission in needed)
    lacking = [
        (unit, [ROLE_OF[one].label for one in needed if not found.at_work(one, unit.path)])
        for unit in below
    ]
    return [(unit, roles) for unit, roles in lacking if roles]


def years(form_key: str) -> list[int]:
    """With months, newest first; the running one always."""
    known = Report.objects.filter(form_key=form_key).dates("period", "year")
    return sorted({timezone.localdate().year, *(day.year for day in known)}, reverse=True)


def own_months(form_key: str, unit: District, year: int) -> list[Report]:
    """The unit's own reports, newest first."""
    reports = list(
        _months(form_key, year).filter(district=unit).with_submitters().order_by("-period")
    )
    for report in reports:
        report.district = unit
    return reports


def tallies(form_key: str, above: District, year: int) -> list[Tally]:
    """One for each month of the year, newest first; one statement."""
    months: dict[Period, list[Report]] = {}
    for report in _months(form_key, year).filter(district__parent=above):
        months.setdefault(Period(report.period, report.ends_on), []).append(report)
    return [_tally(period, reports) for period, reports in sorted(months.items(), reverse=True)]


def _tally(period: Period, reports: list[Report]) -> Tally:
    came = Counter(came_in(report) for report in reports)
    states = Counter(report.state for report in reports)
    return Tally(
        period=period,
        due_on=max((report.due_on for report in reports if report.due_on), default=None),
        provisional=any(report.due_is_provisional for report in reports),
        units=len(reports),
        submitted=sum(number for how, number in came.items() if how.is_in),
        late=came[CameIn.LATE],
        overdue=came[CameIn.OVERDUE],
        confirming=came[CameIn.CONFIRMING],
        back=came[CameIn.RETURNED] + came[CameIn.TAKEN_BACK],
        to_review=states[State.SUBMITTED],
        settled=states[State.APPROVED] + states[State.LOCKED],
    )


def matrix(form_key: str, above: District, year: int, page: int) -> tuple[list[dict], bool]:
    """The units directly below that have months in the year, each with its mark by period; and
    whether there are more units than shown. Two statements."""
    reported = _months(form_key, year).filter(district__parent=above).values("district")
    start = (page - 1) * UNITS_SHOWN
    units = list(District.objects.filter(pk__in=reported)[start : start + UNITS_SHOWN + 1])
    shown = {unit.pk: {"unit": unit, "marks": {}} for unit in units[:UNITS_SHOWN]}
    for report in _months(form_key, year).filter(district__in=shown):
        shown[report.district_id]["marks"][report.period] = mark_of(report)
    return list(shown.values()), len(units) > UNITS_SHOWN


def mark_of(report: Report) -> Mark:
    word, tone = word_of(report)
    late = came_in(report) == CameIn.LATE
    return Mark(Period(report.period, report.ends_on), word, tone, late)


def _months(form_key: str, year: int):
    of_year = Report.objects.filter(
        form_key=form_key, period__gte=date(year, 1, 1), period__lte=date(year, 12, 31)
    )
    return of_year.with_corrections()
