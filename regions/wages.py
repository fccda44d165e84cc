"""The minimum wage of a unit on a day, from the table staff keep."""

import re
from datetime import date

from django.core.exceptions import ValidationError

from regions.models import District, MinimumWage

SEPARATORS = re.compile(r"[\s、，,；;。]+")


def minimum_wage(district: District, day: date) -> MinimumWage | None:
    """What holds in the district on the day: its own rate, else that of the nearest unit above.

    None where nobody entered one. One statement.
    """
    keys = district.path.strip("/").split("/")
    above = ["/".join(keys[: n + 1]) + "/" for n in range(len(keys))]
    rates = MinimumWage.objects.filter(district__path__in=above, effective_from__lte=day)
    # a path is longer than those of the units above it
    return rates.select_related("district").order_by("-district__path", "-effective_from").first()


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
