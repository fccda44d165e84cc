"""The tasks of the mechanisms, where Celery looks for them."""

from celery import shared_task
from django.utils import timezone

from jianxi.files import remove_expired
from jianxi.jobs import run_job, sweep

__all__ = ["run_job", "sweep"]


@shared_task(name="files.remove_expired")
def remove_expired_files():
    remove_expired(timezone.now())
