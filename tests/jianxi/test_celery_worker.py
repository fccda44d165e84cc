"""Jobs in a real worker, over the real queue."""

import io
import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from jianxi import files
from jianxi.celery import app
from jianxi.models import StoredFile
from jianxi.tasks import remove_expired_files
from jianxi.tenancy import scope, scopes_disabled
from regions.models import Region

SECONDS = 20


def eventually(true) -> bool:
    deadline = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_awaited() -> bool:
    """Whether somebody still takes what is put into this test's queue: for a moment, the dead."""
    with app.connection_for_read() as connection:
        client = connection.default_channel.client
        here = client.connection_pool.connection_kwargs["db"]
        return any(
            one["cmd"] == "brpop" and int(one["db"]) == int(here) for one in client.client_list()
        )


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_sent(celery_worker_process):
    region = Region.objects.get(slug="chongqing")
    with scope(region=region):
        stored = files.store(region, io.BytesIO(b"text"), name="a.txt", content_type="text/plain")
        StoredFile.objects.update(expires_at=timezone.now() - timedelta(days=1))
    remove_expired_files.delay()
    with scopes_disabled():
        assert eventually(lambda: not StoredFile.objects.filter(pk=stored.pk).exists())


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_is_killed_is_not_acknowledged(celery_worker_process, settings):
    """It stays with the broker, to be delivered again after the visibility timeout."""
    celery_worker_process.kill()
    celery_worker_process.wait()
    assert eventually(lambda: not is_awaited())
    remove_expired_files.delay()
    with app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("celery")
    assert message.headers["task"] == "files.remove_expired"
    assert json.loads(message.body)[:2] == [[], {}]


def test_jobs_are_acknowledged_when_done_and_travel_as_json():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.accept_content == ["json"]
    # a job still running is not sent a second time
    visibility = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_time_limit < visibility


def test_every_job_beat_sends_exists():
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert sent - app.tasks.keys() == set()


def test_every_job_has_a_name_of_its_own():
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert [name for name in ours if "." not in name or ".tasks." in name] == []
