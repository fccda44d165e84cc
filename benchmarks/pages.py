"""Pages of a large region from a real server, against a page of it that lists nothing: lists, work
that waits, and the public search."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from statistics import median, quantiles
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from benchmarks.table import Measure
from jianxi import embedded
from regions.models import Region

EMPTY = "void_requests"  # nobody asked to void anything
LISTS = ["bases", "positions", "trainees", "agreements"]
WORK = ["home", "position_reviews", "applications"]  # the work list, and what it leads to
SEARCHES = {
    "search, newest first": {},
    "search by words": {"q": "助理 数据"},
    "search by category and allowance": {"category": "technical", "allowance": "2500"},
}
NEXT = re.compile(r"after=[0-9.-]+")
WARM_UP, ROUNDS = 2, 20
READY_SECONDS = 60


class NotServed(AssertionError):
    """A page did not come."""


def measure(region: Region, viewers: dict[str, User]) -> list[Measure]:
    """For each viewer (by what they see), each list and its second page; requests in turn."""
    measures = []
    call_command("collectstatic", interactive=False, verbosity=0)
    with _server() as port, closing(http.client.HTTPConnection("127.0.0.1", port)) as server:
        for sees, user in viewers.items():
            client = Client(headers={"host": f"127.0.0.1:{port}"})
            client.force_login(user)
            cookies = "; ".join(f"{c.key}={c.value}" for c in client.cookies.values())
            addresses = {"empty": _address(region, EMPTY)}
            for name in LISTS:
                addresses[name] = _address(region, name)
                addresses[f"{name}, page 2"] = _second_page(client, _address(region, name))
            addresses |= {name: _address(region, name) for name in WORK}
            public = reverse("public:positions", args=[region.slug])
            addresses |= {name: f"{public}?{urlencode(asked)}" for name, asked in SEARCHES.items()}
            seconds = {name: [] for name in addresses}
            for number in range(WARM_UP + ROUNDS):
                for name, address in addresses.items():
                    taken = _get(server, address, cookies)
                    if number >= WARM_UP:
                        seconds[name].append(taken)
            empty = seconds.pop("empty")
            for name, taken in seconds.items():
                measures.append(
                    Measure(
                        f"{name}; {sees}",
                        f"{_told(taken)}, {_statements(client, addresses[name])} statements",
                        f"empty page {_told(empty)}",
                        f"{median(taken) / median(empty):.2f} (p95 {_p95(taken) / _p95(empty):.2f})",
                    )
                )
    return measures


def _told(seconds: list[float]) -> str:
    """Median and 95th percentile in ms."""
    return f"{1000 * median(seconds):.0f} ms (p95 {1000 * _p95(seconds):.0f})"


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


def _address(region, name: str) -> str:
    return reverse(f"office:{name}", args=[region.slug])


def _second_page(client: Client, address: str) -> str:
    found = NEXT.search(client.get(address).content.decode())
    if not found:
        raise NotServed(f"{address} has no second page")
    return f"{address}?{found[0]}"


def _statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def _get(server: http.client.HTTPConnection, address: str, cookies: str) -> float:
    server.close()  # an idle connection may be closed by the other side at any time
    start = time.perf_counter()
    server.request("GET", address, headers={"Cookie": cookies})
    response = server.getresponse()
    response.read()
    if response.status != 200:
        raise NotServed(f"{address}: {response.status}")
    return time.perf_counter() - start


@contextmanager
def _server():
    """gunicorn as it serves the portal, on a free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["gunicorn", "--config=python:jianxi.gunicorn", f"--bind=127.0.0.1:{port}"]
    with (embedded.home() / "web.log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=settings.BASE_DIR,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotServed("the server did not start")
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
