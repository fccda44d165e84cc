"""Which unit a district's records count for in a period.

A form lists the units valid on its last day. A unit that ended counts for itself up to its last
day and for its successor afterwards, but for bases that were reassigned when it ended.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db import connection

from bases.models import Placement
from regions.models import District
from reporting.past import Past


@dataclass(frozen=True)
class Moved:
    """A placement in a unit that ended (`left`), whose base went elsewhere than to the successor."""

    placement: int
    left: int
    district: int


class Units:
    """The tree of the region in scope as it is on a day; three statements at most.

    `past`: as it was recorded at a moment, for what is counted again from history.
    """

    def __init__(
        self, day: date, districts: list[District] | None = None, *, past: Past | None = None
    ):
        self.day, self.past = day, past
        if districts is None:
            districts = past.districts() if past else list(District.objects.all())
        self.all = districts
        self.by_pk = {unit.pk: unit for unit in self.all}
        self.valid = [unit for unit in self.all if unit.is_valid_on(day)]
        self.root = next(unit for unit in self.all if unit.is_root)

    def on(self, day: date) -> "Units":
        """The same tree on another day."""
        return Units(day, self.all, past=self.past)

    def ask(self, sql: str, values: dict) -> list[tuple]:
        """The rows of a statement on records: as they are, or as they were in the past."""
        if self.past:
            return self.past.ask(sql, values)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    @cached_property
    def unit_of(self) -> dict[int, int]:
        """Every district's pk → that of the valid unit its records count for."""
        return {unit.pk: self._heir(unit).pk for unit in self.all}

    def _heir(self, unit: District) -> District:
        while not unit.is_valid_on(self.day):
            ended = unit.valid_to is not None and unit.valid_to < self.day
            unit = self.by_pk[unit.successor_id if ended and unit.successor_id else unit.parent_id]
        return unit

    @cached_property
    def above(self) -> dict[int, list[int]]:
        """Every valid unit's pk → itself and the units above it."""
        chains = {}
        for unit in self.valid:
            chain, step = [], unit
            while step is not None:
                chain.append(step.pk)
                step = self.by_pk.get(step.parent_id)
            chains[unit.pk] = chain
        return chains

    def children(self, unit: District) -> list[District]:
        """The valid units directly below."""
        return self._children.get(unit.pk, [])

    @cached_property
    def _children(self) -> dict[int, list[District]]:
        children = {}
        for unit in self.valid:
            children.setdefault(unit.parent_id, []).append(unit)
        return children

    def districts_of(self, unit: District) -> list[int]:
        """All districts, ended ones included, whose records count for the unit."""
        return [district for district, heir in self.unit_of.items() if unit.pk in self.above[heir]]

    @cached_property
    def moved(self) -> list[Moved]:
        """Exceptions to succession that an event of this year may meet.

        Stocks are placed by the period's end and need none; events of earlier years are in no
        figure. So only units that ended earlier this year matter, mostly none.
        """
        ended = {
            unit.pk: unit.valid_to + timedelta(days=1)
            for unit in self.all
            if unit.valid_to and unit.valid_to.year == self.day.year and unit.valid_to < self.day
        }
        if not ended:
            return []
        placements = self.past.events(Placement) if self.past else Placement.objects.all()
        left = placements.filter(district__in=ended, until__in=set(ended.values()))
        rows = {
            (row.base_id, row.until): row for row in left if row.until == ended[row.district_id]
        }
        after = placements.filter(
            base__in={base for base, _ in rows}, since__in={day for _, day in rows}
        )
        return [
            Moved(here.id, here.district_id, row.district_id)
            for row in after
            if (here := rows.get((row.base_id, row.since)))
        ]
