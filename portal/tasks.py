"""Exports: what a list shows under a filter, as xlsx for whoever asked."""

from tempfile import TemporaryFile

from django.http import QueryDict
from django.utils import timezone

from accounts.access import Access
from jianxi import exports, files
from jianxi.jobs import JobRefused, job
from jianxi.lists import LISTS


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
            file, kind.label, kind.columns(), rows, lambda done: progress(done, total)
        )
        row.output = files.store(
            row.region,
            file,
            name=f"{kind.label}-{timezone.localdate():%Y%m%d}.xlsx",
            content_type=files.XLSX,
            owner=row.owner,
            keep_days=exports.KEEP_DAYS,
        )
    return {"导出行数": written}
