"""A year of one indicator, unit by unit, as reported."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from regions.models import District
from reporting.computing import from_json
from reporting.definitions import Indicator
from reporting.figures import to_wan
from reporting.models import Compilation, Report, Version
from reporting.periods import Period
from reporting.units import Units

Number = int | Decimal


@dataclass
class Figure:
    """`is_open`: not submitted, or not by all it is made of; then as last compiled."""

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
    successor. Four statements."""
    shown = Q(district=above) | Q(district__parent=above)
    reports = list(
        Report.objects.filter(shown, form_key=form_key, period__year=year)
        .with_corrections()
        .order_by("period")
    )
    kept = _versions([report.pk for report in reports if report.stands])
    compiled = _compiled([report.pk for report in reports if report.pk not in kept])
    units = Units(map_of or date(year, 12, 31))
    found: dict[int, dict[Period, Figure]] = {}
    own: dict[Period, Figure] = {}
    for report in reports:
        value = (kept.get(report.pk) or compiled.get(report.pk) or {}).get(indicator.code)
        if value is None:
            continue
        if report.district_id == above.pk:
            if report.pk in kept:
                own[Period(report.period, report.ends_on)] = Figure(value, False)
            continue
        unit = units.unit_of[report.district_id] if map_of else report.district_id
        months = found.setdefault(unit, {})
        figure = months.setdefault(Period(report.period, report.ends_on), Figure(0, False))
        figure.value += value
        figure.is_open |= report.pk not in kept
    periods = sorted({period for months in found.values() for period in months})
    ordered = [unit for unit in units.all if unit.pk in found]
    lines = [
        _line(unit.name, [found[unit.pk].get(period) for period in periods], indicator)
        for unit in ordered
    ]
    sums = []
    for number in range(len(periods)):
        column = [months.get(periods[number]) for months in found.values()]
        present = [figure for figure in column if figure]
        sums.append(
            own.get(periods[number])
            or Figure(sum(f.value for f in present), any(f.is_open for f in present))
        )
    return Table(periods, lines, _line("合计", sums, indicator))


def _line(name: str, cells: list[Figure | None], indicator: Indicator) -> Line:
    whole = None
    if indicator.kind in ("flow", "plan"):
        whole = sum(cell.value for cell in cells if cell)
    if indicator.is_money:
        cells = [cell and Figure(to_wan(cell.value), cell.is_open) for cell in cells]
        whole = whole if whole is None else to_wan(whole)
    return Line(name, cells, whole)


def _versions(reports: list[int]) -> dict[int, dict]:
    """The newest figures that were submitted, by report."""
    newest = Version.objects.filter(report__in=reports).order_by("report_id", "-number")
    return {
        version.report_id: from_json(version.form.parsed, version.figures)
        for version in _with_forms(newest.distinct("report_id"))
    }


def _compiled(reports: list[int]) -> dict[int, dict]:
    kept = Compilation.objects.filter(report__in=reports)
    return {row.report_id: from_json(row.form.parsed, row.figures) for row in _with_forms(kept)}


def _with_forms(rows):
    """Each with its form, read and parsed once for all."""
    forms: dict = {}
    for row in rows.select_related("form"):
        row.form = forms.setdefault(row.form_id, row.form)
        yield row
