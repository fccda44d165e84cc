"""Runs management commands as a user does: in a process of their own."""

import os
import subprocess
import sys

from jianxi import embedded

OURS = {
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_EAGER",
    "DJANGO_DEBUG",
    "DJANGO_ALLOW_ASYNC_UNSAFE",  # for the browser, see tests/browser.py
}


def environment(**variables) -> dict:
    """The surroundings without what this installation and these tests set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("JIANXI_")
    }
    return kept | {name: str(value) for name, value in variables.items()}


def start(*arguments, **variables) -> subprocess.Popen:
    """`manage.py` with these arguments, its output readable as text."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=embedded.BASE_DIR,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments, **variables) -> subprocess.CompletedProcess:
    with start(*arguments, **variables) as process:
        output, faults = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, output, faults)
