"""How much is made, and how it is shared out among the units."""

from collections.abc import Sequence
from dataclasses import dataclass

from regions.models import District


@dataclass(frozen=True)
class Scale:
    """Sizes for a whole region over `months` calendar months; a subsidy is paid to a base every
    `payment_months`. `with_months`: the reports of the last months are made and moved on too."""

    bases: int
    positions: int
    places: int
    agreements: int
    payment_months: int
    months: int = 14
    with_months: bool = False


SCALES = {
    # what `make run` shows
    "small": Scale(
        bases=60, positions=150, places=900, agreements=600, payment_months=1, with_months=True
    ),
    # Chongqing's targets of 2023: 10,000 trainees a year
    "city": Scale(bases=1000, positions=3000, places=70_000, agreements=11_667, payment_months=3),
    # the country's: a million internships
    "nation": Scale(
        bases=100_000,
        positions=300_000,
        places=1_500_000,
        agreements=1_000_000,
        payment_months=3,
    ),
}


@dataclass(frozen=True)
class Share:
    """What one unit gets of a scale."""

    unit: District
    bases: int
    positions: int
    places: int
    agreements: int


def shares(scale: Scale, units: Sequence[District], targets: dict[int, dict[str, int]]):
    """Shares after the units' targets ({unit id: {column: number}}), equal where there are none."""

    def split(total, column, least):
        weights = [targets.get(unit.pk, {}).get(column, 1) for unit in units]
        return apportion(total, weights, least)

    columns = zip(
        split(scale.bases, "new_bases", 1),
        split(scale.positions, "positions", 1),
        split(scale.places, "positions", 1),
        split(scale.agreements, "trainees", 1),
    )
    found = []
    for unit, (bases, positions, places, agreements) in zip(units, columns):
        positions = max(positions, bases)
        found.append(Share(unit, bases, positions, max(places, positions), agreements))
    return found


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` by weights in whole numbers, each at least `least`; largest remainders first."""
    exact = [total * weight / sum(weights) for weight in weights]
    small = [part < least for part in exact]
    if any(small):
        larger = [weight for weight, is_small in zip(weights, small) if not is_small]
        rest = iter(apportion(total - least * sum(small), larger, least))
        return [least if is_small else next(rest) for is_small in small]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
