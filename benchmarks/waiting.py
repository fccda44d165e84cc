"""Work that waits: filings and applications as a busy country has them on a morning, so that work
lists and reviews are measured with something in them."""

from datetime import date, timedelta

from django.utils import timezone

from jianxi.history import acting
from jianxi.tenancy import scope
from positions.models import Position
from regions.models import District, Region
from trainees.models import Application, Trainee

EACH = 20  # of a kind in each of the first units
UNITS = 1000
BATCH = 5000


def make(region: Region, viewer_unit: District, today: date):
    """Positions under review and applications in the units; more of them where the viewer works.
    Once: what is there stays."""
    with scope(region=region), acting("load_demo"):
        if Application.objects.exists():
            return
        units = [viewer_unit, *District.objects.lowest().exclude(pk=viewer_unit.pk)[:UNITS]]
        _positions(region, units, today)
        _applications(region, units, today)


def _positions(region, units, today):
    models = (
        Position.objects.published().filter(base__district__in=units).order_by("base__district")
    )
    chosen, counted = [], {}
    for row in models.select_related("base").iterator(chunk_size=BATCH):
        district = row.base.district_id
        if counted.get(district, 0) < EACH:
            counted[district] = counted.get(district, 0) + 1
            chosen.append(row)
    Position.objects.bulk_create(
        (
            Position(
                region=region,
                base=row.base,
                number=f"SH{row.pk}",
                title=row.title,
                category=row.category,
                headcount=row.headcount,
                duties=row.duties,
                allowance=row.allowance,
                months=6,
                state=Position.State.SUBMITTED,
                published_on=None,
                submitted_at=timezone.now(),
                due_on=today + timedelta(days=row.pk % 9 - 2),
            )
            for row in chosen
        ),
        batch_size=BATCH,
    )


def _applications(region, units, today):
    offered = Position.objects.recruiting(today).filter(base__district__in=units)
    youths = iter(_free(region))
    counted, rows = {}, []
    for row in offered.select_related("base").order_by("base__district").iterator(chunk_size=BATCH):
        district = row.base.district_id
        for _ in range(3):
            if counted.get(district, 0) >= EACH * 3:
                break
            counted[district] = counted.get(district, 0) + 1
            referred = counted[district] % 3 == 0
            rows.append(
                Application(
                    region=region,
                    trainee_id=next(youths),
                    position=row,
                    district_id=district,
                    state="referred" if referred else "submitted",
                    submitted_at=timezone.now(),
                    referred_at=timezone.now() if referred else None,
                    due_on=today + timedelta(days=row.pk % 9 - 2),
                )
            )
    Application.objects.bulk_create(rows, batch_size=BATCH)


def _free(region):
    return Trainee.objects.standing().order_by("pk").values_list("pk", flat=True).iterator()
