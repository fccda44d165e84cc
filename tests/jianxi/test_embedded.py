import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jianxi import embedded

HOLD = """
import sys
from jianxi import embedded
with embedded.running(disposable=True):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("JIANXI_HOME", str(tmp_path / "home"))
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@contextmanager
def holder():
    """Another process that holds the services until it is left."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=embedded.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "up\n"
        yield process


def answers() -> tuple[bool, bool]:
    return embedded.postgres_answers(), embedded.redis_answers()


def run_sql(statement: str, url: str | None = None):
    with psycopg.connect(url or embedded.database_url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_services_run_until_the_last_holder_leaves(home):
    with holder():
        with embedded.running(disposable=True):
            assert answers() == (True, True)
        assert answers() == (True, True)
    assert answers() == (False, False)


def test_a_killed_holder_is_no_holder(home):
    with embedded.running(disposable=True):
        with holder() as other:
            other.kill()
        assert answers() == (True, True)
    assert answers() == (False, False)


def test_data_outlives_a_stop_and_a_kill(home):
    with embedded.running():
        run_sql("CREATE TABLE kept AS SELECT 7 AS seven")
    with embedded.running():
        run_sql("INSERT INTO kept VALUES (8)")
        os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        while embedded.postgres_answers():
            time.sleep(0.01)
        embedded.start()
        assert run_sql("SELECT array_agg(seven) FROM kept") == ([7, 8],)


def test_a_killed_redis_is_started_again_with_what_it_held(home):
    with embedded.running():
        with embedded.redis.Redis.from_url(embedded.redis_url()) as client:
            client.rpush("queue", "job")
            time.sleep(1.5)  # it writes to disk every second
            server = client.info()["process_id"]
        os.kill(server, signal.SIGKILL)
        while embedded.redis_answers():
            time.sleep(0.01)
        embedded.start()
        with embedded.redis.Redis.from_url(embedded.redis_url()) as client:
            assert client.lrange("queue", 0, -1) == [b"job"]


def test_two_installations_side_by_side_do_not_meet(home, tmp_path, monkeypatch):
    with embedded.running(disposable=True):
        first = embedded.database_url()
        run_sql("CREATE TABLE mine ()")
        monkeypatch.setenv("JIANXI_HOME", str(tmp_path / "second"))
        with embedded.running(disposable=True):
            assert run_sql("SELECT to_regclass('mine')::text") == (None,)
            assert run_sql("SELECT to_regclass('mine')::text", first) == ("mine",)
        monkeypatch.setenv("JIANXI_HOME", str(home))
        assert answers() == (True, True)


def test_a_path_too_long_for_a_socket_and_with_blanks_works(tmp_path, monkeypatch):
    monkeypatch.setenv("JIANXI_HOME", str(tmp_path / "见习 portal" / ("x" * 100)))
    link = Path(embedded._socket_folder("postgres"))
    with embedded.running(disposable=True):
        assert answers() == (True, True)
        assert link.is_symlink()
    assert not link.is_symlink()


def test_variables_of_the_callers_shell_do_not_mislead(home, monkeypatch):
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    with embedded.running(disposable=True):
        assert answers() == (True, True)


def test_data_is_closed_to_other_users(home):
    with embedded.running(disposable=True):
        modes = {path.name: path.stat().st_mode & 0o077 for path in home.iterdir() if path.is_dir()}
    assert modes == {"postgres": 0, "redis": 0}


def test_a_service_with_an_address_from_outside_is_not_started(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    with embedded.running(disposable=True):
        assert answers() == (False, True)
    assert not (home / "postgres").exists()


def test_preparing_happens_before_the_next_holder_gets_in(home):
    def prepare():
        other = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            cwd=embedded.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1)
        run_sql("CREATE TABLE prepared ()")
        waiting.append(other)

    waiting = []
    with embedded.running(prepare, disposable=True):
        assert waiting[0].stdout.readline() == "up\n"
        waiting[0].communicate()


def test_what_cannot_start_says_why(home, monkeypatch):
    with embedded.running(disposable=True):
        pass
    (home / "postgres" / "PG_VERSION").write_text("9\n")
    monkeypatch.setattr(embedded, "START_SECONDS", 1)
    with pytest.raises(embedded.NotStarted, match="initialized by PostgreSQL version 9"):
        embedded.start(disposable=True)


def test_secrets_are_drawn_once_and_readable_by_their_owner_only(home):
    first = embedded.local_secrets()
    assert embedded.local_secrets() == first
    path = home / "secrets.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == first
    assert [file.name for file in home.iterdir()] == ["secrets.json"]


def test_two_installations_have_no_secret_in_common(home, tmp_path, monkeypatch):
    first = embedded.local_secrets()
    monkeypatch.setenv("JIANXI_HOME", str(tmp_path / "second"))
    second = embedded.local_secrets()
    same = {name for name in first if first[name] == second[name]}
    assert same == {"JIANXI_ENCRYPTION_ACTIVE"}  # the key's name, not the key
