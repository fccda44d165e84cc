"""What every test stands on: services, a database of its own, nothing shared between tests."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import settings

from jianxi import embedded
from tests import database
from tests.browser import browser, page, phone, screen  # noqa: F401
from tests.factories import in_region
from tests.worker import celery_worker_process  # noqa: F401

SERVICES = pytest.StashKey[ExitStack]()

settings.register_profile("portal", deadline=None)  # how long an example takes is not asserted
settings.load_profile("portal")


def pytest_configure(config):
    config.stash[SERVICES] = services = ExitStack()
    services.enter_context(embedded.running(disposable=True))


def pytest_unconfigure(config):
    config.stash[SERVICES].close()
    files = Path(os.environ["JIANXI_FILES"])
    if files.name == str(os.getpid()):  # the process that began the run, not its workers
        shutil.rmtree(files, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        database.create()
    # A test that commits is followed by a fresh clone rather than by emptied tables.
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda self: database.renew())
    yield
    patch.undo()
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker):
    """For what the tests of a module share: made once, in a transaction around them all, of which
    `db` gives back to each what the one before changed. Each takes a deep copy of the objects. Not
    for modules that commit."""
    with django_db_blocker.unblock(), database.taken_back():
        yield


@pytest.fixture
def chongqing(db):
    """The region with its units, policies and forms, in whose scope the test runs."""
    with in_region("chongqing") as region:
        yield region


@pytest.fixture
def on(monkeypatch):
    """A function that makes it a day. Of other moments the days stay what they are."""
    real = timezone.localdate

    def make_it(day):
        monkeypatch.setattr(
            timezone, "localdate", lambda value=None, zone=None: real(value, zone) if value else day
        )

    return make_it


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def pytest_collection_modifyitems(items):
    """The longest stories first, so that none is told when the others are done."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)
