"""The pool: which districts somebody answers for, and who."""

from datetime import date

from accounts.members import offices_deciding
from accounts.models import Office
from regions.models import District


def answered(permission: str, today: date) -> dict[District, Office]:
    """The lowest units of the region in scope whose applications an office reviews, with the
    nearest one: the unit's own, or one of a unit above."""
    offices = offices_deciding(permission)
    found = {}
    for unit in District.objects.valid_on(today).lowest():
        above = [one for one in offices if unit.path.startswith(one.district.path)]
        if above:
            found[unit] = max(above, key=lambda one: len(one.district.path))
    return found
