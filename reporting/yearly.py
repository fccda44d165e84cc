"""The months of one indicator as reported, unit by unit or of one unit; what is not submitted as
the records give it now, as the months' own pages have it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from regions.models import District
from reporting.computing import Figures, Window, count, from_json, reach, with_plans
from reporting.definitions import Indicator
from reporting.drift import entered
from reporting.figures import to_wan
from reporting.models import Form, Report, Version
from reporting.periods import Period
from reporting.units import Units

Number = int | Decimal


@dataclass(frozen=True)
class Figure:
    """`is_open`: not submitted, or not by all it is made of; then from the records as they are."""

    value: Number
    is_open: bool


@dataclass(frozen=True)
class Line:
    name: str
    cells: list[Figure | None]
    whole: Number | None


@dataclass(frozen=True)
class Table:
    """Units against months; `whole`: the year's sum of a flow, None of what is no flow."""

    periods: list[Period]
    lines: list[Line]
    total: Line


def year_of(
    form_key: str, year: int, above: District, indicator: Indicator, map_of: date | None
) -> Table:
    """The units directly below `above`, and in total what it submitted itself, else their sum.
    `map_of`: on the map of that day, what was reported by a unit that had ended counts for its
    successor. The number of statements does not grow with units or months."""
    units = Units(map_of or date(year, 12, 31))
    found: dict[int, dict[Period, Figure]] = {}
    own: dict[Period, Figure] = {}
    for report, figure in _figures(form_key, year, year, above, indicator):
        period = Period(report.period, report.ends_on)
        if report.district_id == above.pk:
            own[period] = figure
            continue
        unit = units.unit_of[report.district_id] if map_of else report.district_id
        months = found.setdefault(unit, {})
        months[period] = _added([months[period], figure]) if period in months else figure
    periods = sorted({period for months in found.values() for period in months})
    ordered = [unit for unit in units.all if unit.pk in found]
    lines = [
        _line(unit.name, [found[unit.pk].get(period) for period in periods], indicator)
        for unit in ordered
    ]
    sums = [
        _total(own.get(period), [one[period] for one in found.values() if period in one])
        for period in periods
    ]
    return Table(periods, lines, _line("合计", sums, indicator))


def line_of(
    form_key: str, first: int, last: int, unit: District, indicator: Indicator
) -> dict[Period, Figure]:
    """The months of some years as a unit's own pages show them; the number of statements does not
    grow with units or months."""
    own: dict[Period, Figure] = {}
    below: dict[Period, list[Figure]] = {}
    for report, figure in _figures(form_key, first, last, unit, indicator):
        period = Period(report.period, report.ends_on)
        if report.district_id == unit.pk:
            own[period] = figure
        else:
            below.setdefault(period, []).append(figure)
    return {
        period: _total(own.get(period), below.get(period, []))
        for period in sorted(own.keys() | below.keys())
    }


def _total(own: Figure | None, below: list[Figure]) -> Figure:
    return own if own and not (own.is_open and below) else _added(below)


def _added(figures: list[Figure]) -> Figure:
    return Figure(sum(one.value for one in figures), any(one.is_open for one in figures))


def _line(name: str, cells: list[Figure | None], indicator: Indicator) -> Line:
    whole = None
    if indicator.kind in ("flow", "plan"):
        whole = sum(cell.value for cell in cells if cell)
    if indicator.is_money:
        cells = [cell and Figure(to_wan(cell.value), cell.is_open) for cell in cells]
        whole = whole if whole is None else to_wan(whole)
    return Line(name, cells, whole)


def _figures(
    form_key: str, first: int, last: int, above: District, indicator: Indicator
) -> list[tuple[Report, Figure]]:
    """Of the reports of a unit and of those directly below it, in the months of some years."""
    reports = Report.objects.filter(
        Q(district=above) | Q(district__parent=above),
        form_key=form_key,
        period__range=(date(first, 1, 1), date(last, 12, 31)),
    ).with_corrections()
    submitted = _submitted([report.pk for report in reports if report.stands])
    missing = [report for report in reports if report.pk not in submitted]
    now = _now(form_key, missing, above, indicator.code)
    found = []
    for report in reports:
        is_open = report.pk not in submitted
        known = now.get(report.period, {}) if is_open else submitted[report.pk]
        value = known.get(report.district_id if is_open else indicator.code)
        if value is not None:
            found.append((report, Figure(value, is_open)))
    return found


def _submitted(reports: list[int]) -> dict[int, Figures]:
    """The figures that stand as submitted, by report."""
    kept = Version.objects.filter(report__in=reports).one_each()
    forms: dict = {}  # each read and parsed once for all
    return {
        version.report_id: from_json(
            forms.setdefault(version.form_id, version.form).parsed, version.figures
        )
        for version in kept.select_related("form")
    }


def _now(
    form_key: str, reports: list[Report], above: District, code: str
) -> dict[date, dict[int, Number]]:
    """A figure as the records give it now, by the first day of a report's month and the unit's pk;
    one grouped statement for all months."""
    months = {Period(r.period, r.ends_on) for r in reports if r.period <= timezone.localdate()}
    if not months:
        return {}
    forms = list(Form.objects.filter(key=form_key).order_by("-effective_from"))
    tree = Units(max(period.end for period in months))
    windows = []
    for period in sorted(months):
        form = next((form for form in forms if form.effective_from <= period.end), None)
        if form and code in form.parsed.by_code:
            windows.append(Window(period, tree.on(period.end), (form.parsed.by_code[code],)))
    if not windows:
        return {}
    plans = entered(form_key, [window.period for window in windows])
    counted = count(windows, above.region_id, reach(windows, [above]))
    found = {}
    for window, figures in zip(windows, counted, strict=True):
        start = window.period.start
        known = with_plans(figures, window, plans.get(start, {}))
        found[start] = {unit: one[code] for unit, one in known.items()}
    return found
