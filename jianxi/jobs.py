"""Long work: a row says what is done, for whom, with what result.

A kind of job is registered once:

    @job("import_ledger", "导入台账")
    def run(job, progress): ...; return {"rows": 1000}

`enqueue` writes the row and sends it after commit. The work and the row's end are one
transaction: a worker that dies leaves nothing half-done, and the sweeper sends the row again. The
advisory lock of the row makes a second delivery harmless. Progress is told through the cache,
where others see it before the commit.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import shared_task
from django.apps import apps
from django.core.cache import cache
from django.utils import timezone

from jianxi.history import acting
from jianxi.locks import Lock, try_session
from jianxi.models import Job
from jianxi.tenancy import scope, scopes_disabled

MAX_ATTEMPTS = 3
PROGRESS_SECONDS = 3600
log = logging.getLogger(__name__)


class JobRefused(Exception):
    """The job cannot be done as asked; the message tells its owner why."""


@dataclass(frozen=True)
class Kind:
    name: str
    label: str
    page: str  # the address of the page a job is watched on
    run: Callable[[Job, "Progress"], dict]
    leads: Callable[[Job], tuple[str, str]] | None  # what was made: a label and its address


KINDS: dict[str, Kind] = {}


def job(name: str, label: str, page: str = "job", leads=None):
    """Register how a kind of job is done. `run(job, progress)` returns the job's result; `leads`
    tells of a finished job where that is looked at."""

    def register(run):
        KINDS[name] = Kind(name, label, page, run, leads)
        return run

    return register


class Progress:
    """How far a job is: `progress(done, total, text)`, seen at once by whoever looks."""

    def __init__(self, job_id: int):
        self.key = f"job:{job_id}:progress"

    def __call__(self, done: int, total: int, text: str = ""):
        cache.set(self.key, {"done": done, "total": total, "text": text}, PROGRESS_SECONDS)

    def read(self) -> dict:
        return cache.get(self.key) or {"done": 0, "total": 0, "text": ""}


def enqueue(kind: str, *, region, owner=None, source=None, **params) -> Job:
    """Ask for a job; it starts when the transaction has committed."""
    from jianxi.workflow import after_commit

    row = Job.objects.create(
        region=region, kind=KINDS[kind].name, owner=owner, source=source, params=params
    )
    after_commit(run_job.delay, row.pk, region.pk)
    return row


@shared_task(name="jobs.run")
def run_job(job_id: int, region_id: int):
    """Do a job unless someone does it already or it is finished."""
    region = apps.get_model("regions", "Region").objects.get(pk=region_id)
    with scope(region=region), try_session(Lock.JOB, job_id) as mine:
        row = Job.objects.get(pk=job_id)
        if not mine or row.is_finished:
            return
        if row.attempts >= MAX_ATTEMPTS:
            _finish(row, Job.State.FAILED, message="多次中断，已停止。请重新发起，或联系管理员。")
            return
        row.state, row.started_at, row.attempts = (
            Job.State.RUNNING,
            timezone.now(),
            row.attempts + 1,
        )
        row.save(update_fields=["state", "started_at", "attempts"])
        try:
            with acting(row.owner or row.kind, KINDS[row.kind].label):
                row.result = KINDS[row.kind].run(row, Progress(row.pk)) or {}
                _finish(row, Job.State.DONE)
        except JobRefused as refusal:
            _finish(row, Job.State.FAILED, message=str(refusal))
        except Exception:
            log.exception("job_failed", extra={"job": row.pk, "kind": row.kind})
            _finish(row, Job.State.FAILED, message="出现意外错误，没有写入任何数据。请稍后重试。")


def _finish(row: Job, state: str, message: str = ""):
    row.state, row.message, row.finished_at = state, message[:500], timezone.now()
    row.save(update_fields=["state", "message", "result", "output", "finished_at"])


@shared_task(name="jobs.sweep")
def sweep():
    """Send again what was lost: queued and never fetched, or running on a worker that died."""
    before = timezone.now() - timedelta(minutes=1)
    with scopes_disabled():
        lost = list(
            Job.objects.filter(
                state__in=[Job.State.QUEUED, Job.State.RUNNING], created_at__lt=before
            ).values_list("pk", "region_id")
        )
    for job_id, region_id in lost:
        run_job.delay(job_id, region_id)
