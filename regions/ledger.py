"""How a ledger names a district."""

from jianxi.identifiers import normalise
from jianxi.ledger.cells import Kind, Unfit, shown, text_of
from jianxi.ledger.sheets import NOT_YOURS
from regions.models import District


class Units:
    """The region's units, ended ones included, by id and by short or official name."""

    def __init__(self):
        self.by_id = {unit.pk: unit for unit in District.objects.all()}
        self.by_name = {}
        for unit in self.by_id.values():
            for name in {normalise(unit.name), normalise(unit.official_name)}:
                self.by_name.setdefault(name, []).append(unit)

    def succeeds(self, unit_id: int, other_id: int) -> bool:
        """Whether the unit is what became of the other, or the same."""
        unit, seen = self.by_id[other_id], set()
        while unit.pk != unit_id and unit.successor_id and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.by_id[unit.successor_id]
        return unit.pk == unit_id


class DistrictName(Kind):
    """A unit of the region, as its id. `lowest`: without units below; `own`: one the actor may
    load into."""

    memo = True

    def __init__(self, *, lowest: bool = False, own: bool = False):
        self.lowest = lowest
        self.own = own
        self.hint = "简称或全称"

    def bind(self, book):
        units = book.once(Units)

        def read(cell):
            found = units.by_name.get(normalise(text_of(cell)), [])
            if self.lowest and len(found) > 1:
                found = [unit for unit in found if not unit.has_children]
            if len(found) != 1:
                why = "有几个同名的区县，请写全称" if found else f"{book.region.name}没有这个区县"
                raise Unfit(f"“{shown(cell)}”：{why}")
            unit = found[0]
            if self.lowest and unit.has_children:
                raise Unfit(f"“{unit.name}”下面还有区县，请填写最末一级")
            if self.own and not book.holds(unit.pk):
                raise Unfit(NOT_YOURS)
            return unit.pk

        return read

    def options(self, book):
        units = book.once(Units).by_id.values()
        return [
            unit.name
            for unit in units
            if not unit.is_root
            and (not self.lowest or not unit.has_children)
            and (not self.own or book.holds(unit.pk))
        ]
