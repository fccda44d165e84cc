"""Sessions end: idle, by age; and are sealed where they are stored."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone

from accounts.sessions import SessionStore
from accounts.tasks import clear_sessions
from jianxi import crypto

HOME = "/office/chongqing/"


@pytest.fixture
def now(monkeypatch):
    """The clock sessions go by; `now(minutes)` moves it on."""
    began, passed = time.time(), [0]
    monkeypatch.setattr(time, "time", lambda: began + passed[0])
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(time.time(), tz=UTC))

    def pass_on(minutes):
        passed[0] += 60 * minutes

    return pass_on


def is_in(client):
    return client.get(HOME).status_code == 200


def test_a_session_in_use_goes_on_and_an_idle_one_ends(client, clerk, now):
    client.force_login(clerk)
    assert is_in(client)
    for _ in range(4):
        now(20)
        assert is_in(client)
    now(31)
    assert not is_in(client)


def test_a_session_in_use_ends_after_twelve_hours(client, clerk, now):
    client.force_login(clerk)
    assert is_in(client)
    for minutes in [29] * 24 + [24]:
        now(minutes)
        assert is_in(client)
    now(1)
    assert not is_in(client)
    client.force_login(clerk)
    assert is_in(client)


def test_each_request_is_not_a_write(client, clerk, django_assert_max_num_queries):
    client.force_login(clerk)
    is_in(client)
    before = Session.objects.get().expire_date
    assert is_in(client)
    assert Session.objects.get().expire_date == before


def test_nothing_of_a_session_can_be_read_in_its_table(db):
    store = SessionStore()
    store["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    store.save()
    stored = Session.objects.get().session_data
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert store.decode(stored) == {"mfa.totp.secret": "JBSWY3DPEHPK3PXP"}


def test_what_we_did_not_seal_is_an_empty_session(db, settings):
    store = SessionStore()
    sealed = store.encode({"a": 1})
    for foreign in ("", "bm9uc2Vuc2U=", "not base64 at all", sealed[:-8] + "AAAAAAA="):
        assert store.decode(foreign) == {}
    with override_settings(ENCRYPTION_KEYS={}):
        crypto._provider.cache_clear()
        assert store.decode(sealed) == {}
    crypto._provider.cache_clear()


def test_sessions_that_ran_out_are_removed(db):
    for minutes in (-5, 5):
        store = SessionStore()
        store.set_expiry(timezone.now() + timedelta(minutes=minutes))
        store.save()
    clear_sessions()
    assert Session.objects.count() == 1
