"""Which submitted months the records now give otherwise: all units and months of a year at once."""

from collections.abc import Collection
from dataclasses import dataclass

from regions.models import District
from reporting.computing import Window, count, from_json, reach, with_plans
from reporting.models import Report, Version
from reporting.periods import Period
from reporting.sheet import differing
from reporting.units import Units


@dataclass(frozen=True)
class Drifted:
    """A unit's month as last submitted, and the indicators whose figure is another by now."""

    unit: District
    period: Period
    version: Version
    codes: list[str]


def drifted(form_key: str, year: int, units: Collection[District]) -> list[Drifted]:
    """Newest month first. One grouped statement per source table for all of it."""
    by_pk = {unit.pk: unit for unit in units}
    months: dict[tuple, list[Version]] = {}
    for version in _submitted(form_key, year, by_pk):
        key = (Period(version.report.period, version.report.ends_on), version.form_id)
        months.setdefault(key, []).append(version)
    if not months:
        return []
    tree = Units(max(period.end for period, _ in months))
    windows = [
        Window(period, tree.on(period.end), versions[0].form.parsed.indicators)
        for (period, _), versions in months.items()
    ]
    plans = entered(form_key, [period for period, _ in months])
    region = next(iter(months.values()))[0].region_id
    found = []
    for window, figures, versions in zip(
        windows, count(windows, region, reach(windows, units)), months.values(), strict=True
    ):
        now = with_plans(figures, window, plans.get(window.period.start, {}))
        form = versions[0].form.parsed
        for version in versions:
            unit = version.report.district_id
            codes = differing(form, from_json(form, version.figures), now[unit])
            if codes:
                found.append(Drifted(by_pk[unit], window.period, version, codes))
    return sorted(found, key=lambda one: (one.period, -one.unit.order), reverse=True)


def _submitted(form_key, year, units):
    reports = Report.objects.filter(form_key=form_key, period__year=year, district__in=units)
    return (
        Version.objects.filter(report__in=reports.standing())
        .one_each()
        .select_related("form", "report")
    )


def entered(form_key: str, periods: list[Period]) -> dict:
    """The plans entered, by the month's first day and the unit's pk."""
    rows = Report.objects.filter(form_key=form_key, period__in=[p.start for p in periods])
    plans: dict = {}
    for start, unit, plan in rows.exclude(plan=None).values_list("period", "district", "plan"):
        plans.setdefault(start, {})[unit] = plan
    return plans
