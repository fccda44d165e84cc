"""A large export by a real worker, and how much memory it takes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from accounts.models import User
from benchmarks.table import Measure
from jianxi import embedded
from jianxi.celery import app
from jianxi.jobs import enqueue
from jianxi.models import Job
from jianxi.tenancy import scope
from regions.models import Region
from trainees.models import Agreement

ROWS = 100_000
LIMIT = 200  # MB
READY_SECONDS, DONE_SECONDS = 60, 600
WORKER = ["worker", "--concurrency=1", "--without-gossip", "--without-mingle"]


class NotDone(AssertionError):
    """The worker did not do the export."""


def measure(region: Region, clerk: User) -> list[Measure]:
    """Agreements signed since a day that leaves some 100,000, or all there are."""
    with (embedded.home() / "worker.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--app=jianxi", *WORKER],
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await(lambda: app.control.ping(timeout=0.5), READY_SECONDS)
        before = _peak(process.pid)
        with scope(region=region):
            since = _since()
            start = time.perf_counter()
            filters = f"signed_since={since}"
            job = enqueue(
                "export_records", region=region, owner=clerk, list="agreements", filters=filters
            )
            _await(lambda: Job.objects.get(pk=job.pk).is_finished, DONE_SECONDS)
            seconds = time.perf_counter() - start
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise NotDone(job.message)
        peak = _peak(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
    rows = job.result["导出行数"]
    return [
        Measure(
            f"exporting {rows:,} agreements, {job.output.size / 2**20:.0f} MB of xlsx",
            f"peak {peak:.0f} MB",
            f"idle {before:.0f} MB",
            f"{peak / before:.2f}",
            f"< {LIMIT} MB",
            peak < LIMIT,
        ),
        Measure("its speed", f"{rows / seconds:,.0f} rows/s"),
    ]


def _since():
    newest = Agreement.objects.standing().order_by("-signed_on")
    days = newest.values_list("signed_on", flat=True)
    return next(iter(days[ROWS : ROWS + 1]), None) or days.last()


def _peak(pid: int) -> float:
    """The most memory (MB, resident) the worker's working process has held."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _await(done, seconds: float):
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            raise NotDone(f"nothing in {seconds} seconds")
        time.sleep(0.2)
