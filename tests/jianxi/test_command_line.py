"""The commands on a machine where nothing was set up, and the portal under one command."""

import os
import re
import signal
import socket
import threading
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from jianxi import embedded
from jianxi.celery import app
from jianxi.management.commands.run import LIVES_AT_LEAST
from tests import commands, database
from tests.factories import in_region, make_base

PARTS = re.compile(r"\0-m\0(?:celery\0--app=jianxi\0)?(\w+)")  # in a command line
REGIONS = "changsha: 长沙市\nchongqing: 重庆市\nningxia: 宁夏回族自治区\n"


def test_a_command_of_the_portal_works_on_nothing_and_again(tmp_path, monkeypatch):
    home = tmp_path / "home"
    first = commands.run("load_regions", JIANXI_HOME=home)
    assert (first.returncode, first.stdout) == (0, REGIONS), first.stderr
    laid = (home / "postgres" / "foundation").stat().st_mtime_ns
    again = commands.run("load_regions", JIANXI_HOME=home)
    # stdout is the command's alone; schema and regions were brought in once
    assert (again.returncode, again.stdout, again.stderr) == (0, REGIONS, "")
    assert (home / "postgres" / "foundation").stat().st_mtime_ns == laid
    monkeypatch.setenv("JIANXI_HOME", str(home))
    assert (embedded.postgres_answers(), embedded.redis_answers()) == (False, False)


def test_asking_for_help_starts_nothing(tmp_path):
    done = commands.run("load_regions", "--help", JIANXI_HOME=tmp_path / "home")
    assert done.returncode == 0
    assert not (tmp_path / "home" / "postgres").exists()


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check_changes=True, dry_run=True)
    assert capsys.readouterr().out == "No changes detected\n"


class Portal:
    """`manage.py run` on this test's database, with a record in it: no demonstration needed."""

    def __init__(self, home, settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = commands.start(
            "run",
            JIANXI_HOME=home,
            PORT=self.port,
            DATABASE_URL=database.url(),
            REDIS_URL=settings.REDIS_URL,
        )
        self.said = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.said.append(line)

    def until(self, true, seconds=60):
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def get(self, path) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}") as response:
                return response.status
        except HTTPError as refusal:
            return refusal.code

    def children(self) -> dict[int, str]:
        """Process id to what it runs."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(pid) for pid in children.read_text().split()]
        found = {pid: PARTS.search(Path(f"/proc/{pid}/cmdline").read_text()) for pid in pids}
        return {pid: part[1] for pid, part in found.items() if part}


@pytest.fixture
def portal(tmp_path, settings, transactional_db):
    with in_region("chongqing"):
        make_base("渝中区")
    running = Portal(tmp_path / "home", settings)
    yield running
    running.process.terminate()
    running.process.communicate()


def test_run_serves_until_told_to_stop_and_leaves_nothing(portal):
    portal.until(lambda: any("Ctrl-C" in line for line in portal.said))
    assert f"The portal is on http://127.0.0.1:{portal.port}\n" in portal.said
    assert portal.get("/readyz") == 200
    children = portal.children()
    assert sorted(children.values()) == ["beat", "gunicorn", "worker"]
    portal.until(lambda: app.control.ping(timeout=0.5))

    time.sleep(LIVES_AT_LEAST)
    (worker,) = [pid for pid, name in children.items() if name == "worker"]
    os.kill(worker, signal.SIGKILL)
    # what dies after it had lived is started again
    portal.until(lambda: len(portal.children()) == 3 and worker not in portal.children())
    children |= portal.children()

    portal.process.terminate()
    assert portal.process.wait(60) == 0
    assert portal.said[-1] == "Stopping…\n"
    assert [pid for pid in children if _lives(pid)] == []


def test_run_says_that_the_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = commands.run(
            "run",
            JIANXI_HOME=tmp_path,
            PORT=port,
            DATABASE_URL="postgresql:///none",
            REDIS_URL="redis://none",
        )
    assert done.returncode == 1
    assert f"Port {port} is taken; choose another with PORT." in done.stderr


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
