"""Compiling by Celery: on demand as a job with progress, and every night for what is open."""

from celery import shared_task
from django.utils import timezone

from jianxi.jobs import JobRefused, enqueue, job
from jianxi.tenancy import scope
from regions.models import Region
from reporting.compiling import NoSuchForm, compile_month, form_for
from reporting.models import Form, Report
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
