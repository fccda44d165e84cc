"""A region's made-up year, from shares to stored rows, offices and months."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.apps import apps
from django.db import connection

from jianxi.history import acting
from jianxi.records import Record
from jianxi.tenancy import scope
from portal.demo import (
    applications,
    employers,
    events,
    filings,
    goals,
    month_checks,
    offices,
    youths,
)
from portal.demo.identities import Identities
from portal.demo.months import Course
from portal.demo.scales import Scale, Share, shares
from portal.demo.sheet import TABLES, Keys, Sheet
from portal.demo.year import Year, first_of_month, seeded
from positions.models import Position
from positions.search import index_stale
from regions.models import District, Region
from reporting.models import Target
from trainees.models import Agreement

ACTOR, NOTE = "load_demo", "演示数据"
AGREEMENTS_AT_ONCE = 20_000
OPENED = 3  # so many units, the busiest, have accounts to sign in with


class NotEmpty(Exception):
    """The region has records that are not ours."""


@dataclass
class Loaded:
    """Rows stored by table, and the accounts made; both empty when nothing was to be done."""

    counts: Counter = field(default_factory=Counter)
    accounts: list[offices.Account] = field(default_factory=list)


def load_demo(region: Region, scale: Scale, seed: int, today: date) -> Loaded:
    """Fill an empty region, in one transaction; one that is filled already stays as it is.

    Raises NotEmpty for a region with real records.
    """
    loaded = Loaded()
    with scope(region=region), acting(ACTOR, NOTE):
        region = Region.objects.select_for_update().get(pk=region.pk)
        if has_records():
            if not region.is_demonstration:
                raise NotEmpty
            return loaded
        region.is_demonstration = region.two_person_submission = True
        region.save()
        parts = shared_out(scale)
        sheet = Sheet(region, Keys())
        for _ in fill(sheet, parts, scale, seed, today):
            if len(sheet.rows[Agreement]) >= AGREEMENTS_AT_ONCE:
                loaded.counts.update(sheet.write())
        loaded.counts.update(sheet.write())
        index_stale(Position.objects.all())
        _people(loaded, region, parts, scale, seed, today)
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return loaded


def has_records() -> bool:
    """In the region in scope, voided ones included."""
    return any(m.objects.exists() for m in apps.get_models() if issubclass(m, Record))


def fill(sheet: Sheet, parts: list[Share], scale: Scale, seed: int, today: date) -> Iterator[Year]:
    """Put the shares' made-up records on the sheet, one unit after the other."""
    region = sheet.region
    identities = Identities(region.code[:2])
    elsewhere = [share.unit for share in parts if share.unit.is_valid_on(today)]
    for share in parts:
        year = Year(
            share,
            sheet,
            identities,
            seeded(seed, region.slug, share.unit.key),
            first_of_month(today, 1 - scale.months),
            today,
            elsewhere,
        )
        employers.make(year)
        youths.make(year)
        events.make(year, scale.payment_months)
        yield year


def _people(loaded, region, parts: list[Share], scale, seed, today):
    """Offices everywhere and their months, where it is to be looked at; else where one signs in."""
    busiest = sorted(parts, key=lambda share: -share.agreements)
    opened = [share.unit for share in busiest if share.unit.is_valid_on(today)][:OPENED]
    if scale.with_months:
        units = list(District.objects.valid_on(today).exclude(parent=None))
    else:
        units = opened
    made = offices.make(region, units, opened, seed)
    if scale.with_months:
        Course(made, opened).run(today)
        goals.make(region, made, today)
        made.accounts += applications.make(region, opened[0], made, seed)
        made.accounts += filings.make(region, opened[0], made, seed)
        month_checks.make(region, opened, seed, today)
    loaded.accounts = made.accounts


def shared_out(scale: Scale) -> list[Share]:
    """The scale among the lowest units of the region in scope, by the latest year's targets."""
    return shares(scale, list(District.objects.lowest().exclude(parent=None)), _targets())


def _targets() -> dict[int, dict[str, int]]:
    """The latest year's, by unit and column."""
    targets = {}
    latest = Target.objects.order_by("-year").values_list("year", flat=True)[:1]
    for target in Target.objects.filter(year__in=latest):
        targets.setdefault(target.district_id, {})[target.key] = target.value
    return targets
