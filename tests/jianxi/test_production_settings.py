"""Production starts with what it needs, or says what is missing."""

import base64
import json

import pytest

from jianxi import embedded
from tests import commands

COMPLETE = {
    "JIANXI_ENV": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "JIANXI_ENCRYPTION_KEYS": json.dumps({"k1": base64.b64encode(bytes(32)).decode()}),
    "JIANXI_ENCRYPTION_ACTIVE": "k1",
    "JIANXI_HASH_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    "JIANXI_HOSTS": "portal.example",
    "DATABASE_URL": "postgresql://portal@database.example/portal",
    "REDIS_URL": "redis://redis.example/0",
}


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_complete_settings_pass_the_deployment_check(home):
    done = commands.run("check", "--deploy", "--fail-level=WARNING", **COMPLETE, JIANXI_HOME=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert not home.exists()  # nothing drawn, nothing started


@pytest.mark.parametrize("name", sorted(COMPLETE.keys() - {"JIANXI_ENV"}))
def test_what_is_missing_is_named_and_nothing_stands_in_for_it(name, home):
    incomplete = {key: value for key, value in COMPLETE.items() if key != name}
    done = commands.run("migrate", **incomplete, JIANXI_HOME=home)
    assert done.returncode == 1
    assert done.stderr == (
        f"ImproperlyConfigured: JIANXI_ENV=production needs a value for {name}.\n"
    )
    assert not home.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"JIANXI_ENV": "staging"},
            "JIANXI_ENV is 'staging'; it may be local, test or production.",
        ),
        (
            {"JIANXI_ENCRYPTION_ACTIVE": "k2"},
            "JIANXI_ENCRYPTION_ACTIVE names no key of JIANXI_ENCRYPTION_KEYS.",
        ),
        (
            {"JIANXI_ENCRYPTION_KEYS": "k1:abc"},
            "JIANXI_ENCRYPTION_KEYS must be a JSON object.",
        ),
        (
            {"SECRET_KEY": "secret"},
            "SECRET_KEY is too short; `manage.py draw_secrets` draws good ones.",
        ),
        (
            {"JIANXI_HASH_KEY": "secret"},
            "JIANXI_HASH_KEY is too short; `manage.py draw_secrets` draws good ones.",
        ),
        (
            {"JIANXI_ENCRYPTION_KEYS": json.dumps({"k1": "c2hvcnQ="})},
            "JIANXI_ENCRYPTION_KEYS: the key k1 is not 16 or 32 bytes in base64.",
        ),
    ],
)
def test_a_value_that_cannot_serve_is_refused(changed, said, home):
    done = commands.run("migrate", **(COMPLETE | changed), JIANXI_HOME=home)
    assert (done.returncode, done.stderr) == (1, f"ImproperlyConfigured: {said}\n")


def test_drawn_secrets_serve(home):
    drawn = commands.run("draw_secrets", JIANXI_HOME=home)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    secrets = dict(line.split("=", 1) for line in drawn.stdout.splitlines())
    settings = COMPLETE | {name: value.strip("'") for name, value in secrets.items()}
    done = commands.run("check", "--deploy", "--fail-level=WARNING", **settings)
    assert (done.returncode, done.stderr) == (0, "")


def test_debugging_cannot_be_turned_on_in_production(home):
    done = commands.run("diffsettings", "--output=unified", **COMPLETE, DJANGO_DEBUG=1)
    assert "+ DEBUG" not in done.stdout
    assert "+ SESSION_COOKIE_SECURE = True" in done.stdout.splitlines()


def test_a_socket_is_named_as_celery_reads_it():
    from jianxi.settings import broker

    assert broker("unix:///run/redis.sock?db=3") == "redis+socket:///run/redis.sock?virtual_host=3"
    assert broker("rediss://user:word@redis.example:6380/2") == (
        "rediss://user:word@redis.example:6380/2"
    )


def test_a_database_address_keeps_its_options():
    from jianxi.settings import database

    assert database("postgresql://portal:p%40ss@db.example:5433/jx?sslmode=verify-full") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "jx",
        "USER": "portal",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_the_embedded_address_reads_back(monkeypatch):
    from jianxi.settings import database

    monkeypatch.setenv("JIANXI_HOME", "/tmp/a b")
    assert database(embedded.database_url()) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "jianxi",
        "USER": "jianxi",
        "PASSWORD": "",
        "HOST": "/tmp/a b/postgres",
        "PORT": "5432",
        "OPTIONS": {},
    }
