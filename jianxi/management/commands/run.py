"""The whole portal on this machine: web server, worker and beat under one command."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from jianxi import embedded, launch

DEMONSTRATION = {"region": "chongqing", "scale": "small"}
WATCH_SECONDS = 1
LIVES_AT_LEAST = 5  # seconds; what ends sooner is broken, and not started again
STOP_SECONDS = 15
# Where the system knows how: should the supervisor be killed, its children end too.
_TIED = ["setpriv", "--pdeathsig=TERM"] if shutil.which("setpriv") else []


@dataclass
class Part:
    """A child process and how to stop it: each signal is given STOP_SECONDS."""

    name: str
    arguments: list[str]
    signals: list[signal.Signals]
    process: subprocess.Popen | None = field(default=None, init=False)
    started: float = field(default=0, init=False)

    @property
    def log(self) -> Path:
        return embedded.home() / f"{self.name}.log"

    def start(self):
        self.started = time.monotonic()
        with self.log.open("a") as log:
            # a session of its own: Ctrl-C reaches the supervisor alone, which stops in order
            self.process = subprocess.Popen(
                [*_TIED, sys.executable, "-m", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=settings.BASE_DIR,
                start_new_session=True,
            )

    def watch(self):
        """Start again what died; raises CommandError for what cannot live."""
        if self.process.poll() is None:
            return
        if time.monotonic() - self.started < LIVES_AT_LEAST:
            tail = "".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-15:])
            raise CommandError(f"{self.name} ended at once. The end of {self.log}:\n{tail}")
        self.start()

    def stop(self):
        if self.process is None:
            return
        for number in [*self.signals, signal.SIGKILL]:
            if self.process.poll() is None:
                self.process.send_signal(number)
            try:
                self.process.wait(STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue


class Command(BaseCommand):
    help = "Serve the portal on this machine, with a worker and beat, until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *, port, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "For production see docker-compose.yml; this command is for one machine."
            )
        self._require_free(port)
        if "postgres" not in embedded.needed():
            launch.build()
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if not apps.get_model("bases", "Base")._base_manager.exists():
            self.stdout.write("Loading the demonstration…")
            call_command("load_demo", stdout=io.StringIO(), **DEMONSTRATION)
        connections.close_all()
        self._serve(port)

    def _require_free(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(f"Port {port} is taken; choose another with PORT.") from None

    def _serve(self, port):
        parts = _parts(port)
        # SIGINT too: a shell that starts a command in the background has it ignored
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as under nohup
            signal.signal(signal.SIGHUP, signal.default_int_handler)
        try:
            for part in parts:
                part.start()
            self._await_answer(port, parts)
            self._tell(port)
            while True:
                time.sleep(WATCH_SECONDS)
                embedded.start()
                for part in parts:
                    part.watch()
        except KeyboardInterrupt:
            pass
        finally:
            # a second Ctrl-C must not leave anything behind
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self.stdout.write("Stopping…")
            for part in reversed(parts):
                part.stop()

    def _await_answer(self, port, parts):
        while True:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz"):
                return
            for part in parts:
                part.watch()
            time.sleep(0.2)

    def _tell(self, port):
        self.stdout.write(f"\nThe portal is on http://127.0.0.1:{port}\n")
        accounts = embedded.home() / "demo-accounts.txt"
        if accounts.exists():
            self.stdout.write(f"\nDemonstration accounts ({accounts}):\n{accounts.read_text()}")
        self.stdout.write(f"\nLogs are in {embedded.home()}. Ctrl-C stops everything.\n")
        self.stdout.flush()


def _parts(port) -> list[Part]:
    web = ["gunicorn", "--config=python:jianxi.gunicorn", f"--bind=127.0.0.1:{port}"]
    if settings.DEBUG:
        web.append("--reload")
    celery = ["celery", "--app=jianxi"]
    schedule = embedded.home() / "beat-schedule"
    return [
        Part("web", web, [signal.SIGTERM, signal.SIGQUIT]),
        Part(
            "worker",
            [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
            [signal.SIGTERM, signal.SIGQUIT],
        ),
        Part("beat", [*celery, "beat", f"--schedule={schedule}", "--pidfile="], [signal.SIGTERM]),
    ]
