"""The minimum wage of a unit on a day, from the table staff keep."""

import re
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from regions.models import District, MinimumWage

# What a region's documents hold against the wage: what a base pays, or what public funds pay.
LEAST, PUBLIC_FUNDS = "allowance_min_to_min_wage", "allowance_to_min_wage"
SEPARATORS = re.compile(r"[\s、，,；;。]+")


def minimum_wage(district: District, day: date) -> MinimumWage | None:
    """What holds in the district on the day: its own rate, else that of the nearest unit above.
    None where nobody entered one."""
    return minimum_wages([district], day)[district.pk]


def minimum_wages(districts: Iterable[District], day: date) -> dict[int, MinimumWage | None]:
    """The same for many, by their ids, in one statement."""
    lines = {unit.pk: _upwards(unit.path) for unit in districts}
    paths = {path for line in lines.values() for path in line}
    rates = MinimumWage.objects.filter(district__path__in=paths, effective_from__lte=day)
    # newest last, so that it is the one kept
    by_path = {
        rate.district.path: rate
        for rate in rates.select_related("district").order_by("effective_from")
    }
    return {
        pk: next((by_path[path] for path in line if path in by_path), None)
        for pk, line in lines.items()
    }


def _upwards(path: str) -> list[str]:
    """A unit's path and those of the units above, nearest first."""
    keys = path.strip("/").split("/")
    return ["/".join(keys[:n]) + "/" for n in range(len(keys), 0, -1)]


def named_districts(text: str, districts) -> list[District]:
    """The units a notice lists (万州区、涪陵区…), each one of `districts`.

    Raises ValidationError naming those that are not found, or cannot be told apart.
    """
    known = {}
    for unit in districts:
        for name in {unit.name, unit.official_name}:
            known.setdefault(name, []).append(unit)
    names = [name for name in SEPARATORS.split(text) if name]
    unknown = [name for name in names if len(known.get(name, [])) != 1]
    if unknown:
        raise ValidationError(f"没有找到这些区县，或者有重名：{'、'.join(unknown)}。请写全称。")
    return list({known[name][0].pk: known[name][0] for name in names}.values())
