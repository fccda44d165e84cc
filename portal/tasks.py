"""Exports: what a list shows under a filter, as xlsx for whoever asked. Imports of ledgers. The
morning's reminders."""

from tempfile import TemporaryFile

from celery import shared_task
from django.http import QueryDict
from django.utils import timezone

from accounts.access import Access
from jianxi import exports, files
from jianxi.jobs import JobRefused, job
from jianxi.ledger.annotate import annotate
from jianxi.ledger.book import load
from jianxi.ledger.package import NotLoaded
from jianxi.lists import LISTS
from jianxi.tenancy import scope
from portal import reminders
from regions.models import District, Region

LEDGER_DAYS = 7  # an uploaded ledger and its annotated copy are kept
TOLD = 200  # faults and hints told on the page; the annotated copy has all


@job("export_records", "导出记录")
def export_records(row, progress):
    """params: list (its name), filters (as they stand in the address)."""
    kind = LISTS[row.params["list"]](row.region)
    districts = Access(row.owner).districts("export_records")
    found = kind.filtered(QueryDict(row.params["filters"]), districts)
    if not found.is_valid():
        raise JobRefused("筛选条件现在不适用了，请回到列表重新查询后再导出。")
    total = found.qs.order_by().count()
    progress(0, total)
    rows = kind.newest_first(found.qs).iterator(chunk_size=exports.TELL_EVERY)
    with TemporaryFile() as file:
        written = exports.write(
            file, kind.title, kind.columns(), rows, lambda done: progress(done, total)
        )
        row.output = files.store(
            row.region,
            file,
            name=f"{kind.title}-{timezone.localdate():%Y%m%d}.xlsx",
            content_type=files.XLSX,
            owner=row.owner,
            keep_days=exports.KEEP_DAYS,
        )
    return {"导出行数": written}


@job("import_ledger", "导入台账", page="ledger_job")
def import_ledger(row, progress):
    """source: the uploaded file. params: dry_run. Loads into the districts its owner may load
    into; output: the file with remarks, where there are any."""
    if row.source is None:
        raise JobRefused("文件已过保留期，请重新上传。")
    try:
        with files.open_stored(row.source) as source, TemporaryFile() as annotated:
            outcome = load(
                source,
                region=row.region,
                actor=row.owner,
                name=row.source.name,
                districts=ledger_districts(Access(row.owner)),
                dry_run=row.params["dry_run"],
                progress=progress,
            )
            if outcome.refused or outcome.hints:
                annotate(source, outcome, annotated)
                row.output = files.store(
                    row.region,
                    annotated,
                    name=f"{row.source.name.removesuffix('.xlsx')[-180:]}-批注.xlsx",
                    content_type=files.XLSX,
                    owner=row.owner,
                    keep_days=LEDGER_DAYS,
                )
    except NotLoaded as fault:
        raise JobRefused(f"{fault}。") from None
    return outcome.as_json(TOLD)


def ledger_districts(access: Access) -> set[int] | None:
    """Ids of the districts someone may load a ledger into; None: all of the region."""
    if access.may("import_ledger", District.objects.root()):
        return None
    return set(access.districts("import_ledger").values_list("pk", flat=True))


@shared_task(name="portal.remind")
def remind():
    """Remind in every region of the clocks that run out; safe to repeat."""
    today = timezone.localdate()
    for region in Region.objects.all():
        with scope(region=region):
            reminders.remind(region, today)
