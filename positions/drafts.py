"""Filings of positions before they are submitted: begun, copied, given up."""

from django.db import connection
from django.utils import timezone

from bases.models import Base
from positions.models import Position

# What a copy takes over; its validity is new each time.
COPIED = (
    "title",
    "category",
    "headcount",
    "education",
    "major",
    "allowance",
    "benefits",
    "months",
    "workplace",
    "duties",
    "mentor",
    "hazards",
    "contact",
)


def begin(base: Base, **facts) -> Position:
    """A new draft at the base. An empty one that was begun before serves again, also for who
    presses twice: the base's row is locked."""
    Base.objects.select_for_update(of=("self",), no_key=True).get(pk=base.pk)
    empty = Position.objects.filter(base=base, state=Position.State.DRAFT, title="", duties="")
    if not facts and (found := empty.order_by("pk").first()):
        return found
    pk, number = new_number()
    return Position.objects.create(
        pk=pk,
        region_id=base.region_id,
        base=base,
        number=number,
        state=Position.State.DRAFT,
        **{"valid_until": None, "category": ""} | facts,
    )


def copy(position: Position, *, gates: bool = True) -> Position:
    """A draft with the same content. `gates`: whether education and major may be asked for."""
    facts = {name: getattr(position, name) for name in COPIED}
    if not gates:
        facts |= {"education": "", "major": ""}
    return begin(position.base, **facts)


def new_number() -> tuple[int, str]:
    """An id, and the 岗位编号 made of it. A ledger may have used the number already."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('positions_position', 'id'))")
            (pk,) = cursor.fetchone()
        number = f"GW{timezone.localdate():%Y}-{pk:08d}"
        if not Position.objects.filter(number=number).exists():
            return pk, number
