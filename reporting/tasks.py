"""Compiling by Celery: on demand as a job with progress, and every night for what is open; and the
records of a cell as xlsx."""

from tempfile import TemporaryFile

from celery import shared_task
from django.utils import timezone

from accounts.access import Access
from jianxi import exports, files
from jianxi.jobs import JobRefused, enqueue, job
from jianxi.lists import Column
from jianxi.tenancy import scope
from regions.models import Region
from reporting.compiling import NoSuchForm, compile_month, form_for
from reporting.drilldown import Cell, CellNow, CellThen
from reporting.models import Form, Report, Version
from reporting.periods import Period


@job("compile_month", "编制月报")
def compile_month_job(row, progress):
    """params: form (key), period (YYYY-MM)."""
    period = Period.parse(row.params["period"])
    progress(0, 1, "正在从记录计算")
    try:
        form = form_for(row.region, period, row.params["form"])
    except NoSuchForm as error:
        raise JobRefused(str(error)) from error
    compiled = compile_month(form, period)
    progress(1, 1)
    return {
        "units": len(compiled.units.valid),
        "findings": sum(map(len, compiled.findings.values())),
    }


@job("export_cell", "导出数字的明细")
def export_cell(row, progress):
    """params: form (key), period (YYYY-MM), unit (key), code, version (a number, or None: the
    records as they are)."""
    period, code = Period.parse(row.params["period"]), row.params["code"]
    unit = Access(row.owner).districts("export_records").filter(key=row.params["unit"]).first()
    if unit is None:
        raise JobRefused("您现在没有导出这个单位记录的权限。")
    form = form_for(row.region, period, row.params["form"])
    if number := row.params["version"]:
        report = Report.objects.of_month(form.key, period.start).get(district=unit)
        cell: Cell = CellThen(Version.objects.get(report=report, number=number), code)
    else:
        cell = CellNow(form, period, unit, code)
    total = cell.totals.records
    added = Column("计入", "member.contribution", numeric=True)
    columns = [*map(_of_record, cell.columns), added]
    with TemporaryFile() as file:
        written = exports.write(
            file, f"{code} {period}", columns, cell.all_rows(), lambda done: progress(done, total)
        )
        row.output = files.store(
            row.region,
            file,
            name=f"{unit.name} {period} {code} {cell.indicator.label}.xlsx",
            content_type=files.XLSX,
            owner=row.owner,
            keep_days=exports.KEEP_DAYS,
        )
    return {"导出行数": written}


def _of_record(column: Column) -> Column:
    return Column(column.label, lambda row: column.of(row.record), column.numeric)


@shared_task(name="reporting.nightly")
def nightly():
    """Ask for every month that is running, or over and not yet submitted by all."""
    for region in Region.objects.all():
        with scope(region=region):
            for form_key, period in sorted(months_to_compile(timezone.localdate())):
                enqueue("compile_month", region=region, form=form_key, period=str(period))


def months_to_compile(today) -> set[tuple[str, Period]]:
    """The running month and the one before, of every form; and older ones still open."""
    running = Period.month_of(today)
    months = {
        (form.key, period)
        for period in (running, running.previous)
        for form in Form.objects.in_force(period.end)
    }
    unfinished = Report.objects.unfinished().exclude(district__parent=None)
    months |= {
        (key, Period(start, end))
        for key, start, end in unfinished.values_list("form_key", "period", "ends_on").distinct()
    }
    return months
