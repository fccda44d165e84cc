"""Brings a region's folder of data into the database; repeating it changes nothing.

Files are the truth for units, policy and forms. What staff enter on pages (holiday notices,
settings) is left alone.
"""

from jianxi.history import acting
from jianxi.tenancy import scope
from regions.folders import RegionFacts
from regions.models import (
    CalendarDay,
    CalendarYear,
    District,
    PolicyParameter,
    PolicyVersion,
    Region,
)
from regions.signals import region_loaded
from regions.workdays import seed_from_chinesecalendar

ACTOR = "load_regions"


def load(facts: RegionFacts) -> Region:
    """Make or update the region with its units, policy and calendar, then tell other apps."""
    with acting(ACTOR):
        region, _ = Region.objects.update_or_create(
            slug=facts.slug,
            defaults={
                "name": facts.name,
                "code": facts.code,
                "level": facts.level,
                "authority": facts.authority,
                "base_term": facts.base_term,
                "documents": list(facts.documents),
            },
        )
    with scope(region=region), acting(ACTOR):
        _districts(region, facts)
        _policies(region, facts)
        _calendar(region)
        region_loaded.send(sender=Region, region=region, facts=facts)
    return region


def _districts(region, facts):
    units = {}
    for order, unit in enumerate(facts.districts):
        parent = units.get(unit.parent)
        units[unit.key], _ = District.objects.update_or_create(
            region=region,
            key=unit.key,
            defaults={
                "name": unit.name,
                "official_name": unit.official_name,
                "code": unit.code,
                "code_since": unit.code_since,
                "kind": unit.kind,
                "parent": parent,
                "path": f"{parent.path if parent else ''}{unit.key}/",
                "order": order,
                "valid_from": unit.valid_from,
                "valid_to": unit.valid_to,
                "has_children": any(other.parent == unit.key for other in facts.districts),
            },
        )
    for unit in facts.districts:
        if unit.successor:
            District.objects.filter(key=unit.key).update(successor=units[unit.successor])


def _policies(region, facts):
    for policy in facts.policies:
        version, _ = PolicyVersion.objects.update_or_create(
            region=region,
            effective_from=policy.effective_from,
            defaults={"effective_to": policy.effective_to, "document": policy.document},
        )
        for parameter in policy.parameters:
            PolicyParameter.objects.update_or_create(
                region=region,
                version=version,
                key=parameter.key,
                defaults={
                    "value": parameter.value,
                    "source": parameter.source,
                    "strict": parameter.strict,
                },
            )


def _calendar(region):
    known = set(CalendarYear.objects.values_list("year", flat=True))
    years, days = seed_from_chinesecalendar()
    new = {year for year in years if year not in known}
    CalendarYear.objects.bulk_create(
        CalendarYear(region=region, year=year, notice=f"国务院办公厅{year}年部分节假日安排")
        for year in sorted(new)
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(region=region, day=day, is_working=is_working, name=name)
        for day, is_working, name in days
        if day.year in new
    )
