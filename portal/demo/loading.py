"""A region's made-up year, from shares to stored rows."""

from collections import Counter
from datetime import date

from django.db import connection

from bases.models import Base
from jianxi.history import acting
from jianxi.tenancy import scope
from portal.demo import employers, events, youths
from portal.demo.identities import Identities
from portal.demo.scales import Scale, shares
from portal.demo.sheet import TABLES, Keys, Sheet
from portal.demo.year import Year, first_of_month, seeded
from regions.models import District, Region
from reporting.models import Target
from trainees.models import Agreement

ACTOR, NOTE = "load_demo", "演示数据"
AGREEMENTS_AT_ONCE = 20_000


class NotEmpty(Exception):
    """The region has records that are not ours."""


def is_loaded(region: Region) -> bool:
    """Raises NotEmpty for a region with real records."""
    with scope(region=region):
        found = Base.objects.exists()
    if found and not region.is_demonstration:
        raise NotEmpty
    return found


def load_records(region: Region, scale: Scale, seed: int, today: date) -> Counter:
    """Fill an empty region in one transaction; returns the rows stored by table."""
    stored = Counter()
    with scope(region=region), acting(ACTOR, NOTE):
        region.is_demonstration = True
        region.save(update_fields=["is_demonstration"])
        units = list(District.objects.lowest().exclude(parent=None))
        sheet, identities = Sheet(region, Keys()), Identities(region.code[:2])
        for share in shares(scale, units, _targets()):
            year = Year(
                share,
                sheet,
                identities,
                seeded(seed, region.slug, share.unit.key),
                first_of_month(today, 1 - scale.months),
                today,
                elsewhere=[unit for unit in units if unit.is_valid_on(today)],
            )
            employers.make(year)
            youths.make(year)
            events.make(year, scale.payment_months)
            if len(sheet.rows[Agreement]) > AGREEMENTS_AT_ONCE:
                stored.update(sheet.write())
        stored.update(sheet.write())
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return stored


def _targets() -> dict[int, dict[str, int]]:
    """The latest year's, by unit and column."""
    targets = {}
    latest = Target.objects.order_by("-year").values_list("year", flat=True)[:1]
    for target in Target.objects.filter(year__in=latest):
        targets.setdefault(target.district_id, {})[target.key] = target.value
    return targets
