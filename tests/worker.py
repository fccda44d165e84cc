"""A real Celery worker, for the tests that are about one. All others run jobs at once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from jianxi.celery import app
from tests import database

READY_SECONDS = 30


@pytest.fixture
def celery_worker_process(transactional_db, settings):
    """A worker process on this test's database and queue; `.pid` may be killed.

    While the fixture lives, `delay` really sends.
    """
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database.url(),
        "REDIS_URL": settings.REDIS_URL,
        "CELERY_EAGER": "0",
    }
    options = ["--concurrency=1", "--without-gossip", "--without-mingle", "--loglevel=WARNING"]
    eager, app.conf.task_always_eager = app.conf.task_always_eager, False
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app=jianxi", "worker", *options],
        env=environment,
        start_new_session=True,
    )
    try:
        _await_answer(process)
        yield process
    finally:
        app.conf.task_always_eager = eager
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await_answer(process):
    deadline = time.monotonic() + READY_SECONDS
    with app.connection_for_write() as connection:
        while not app.control.ping(timeout=0.3, connection=connection):
            assert process.poll() is None, "the worker ended"
            assert time.monotonic() < deadline, "the worker does not answer"
