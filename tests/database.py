"""A database of its own for each test process, cloned from a template.

The template holds the schema and the regions. It is built anew when what it is made from
changes; cloning takes a tenth of a second, so a test that commits gets a fresh clone after it.
"""

import fcntl
import os
from contextlib import contextmanager

from django.db import connection, transaction

from jianxi import embedded, launch

# what load_regions runs, beside its data
LOADERS = ("regions/loading.py", "regions/folders.py", "reporting/loading.py")
TEMPLATES_KEPT = 3


def name() -> str:
    return f"test_{os.getpid()}"


def url() -> str:
    """For a process the test starts."""
    if "postgres" in embedded.needed():
        return embedded.database_url(name())
    parts = {key: str(connection.settings_dict[key]) for key in ("HOST", "PORT", "USER")}
    return f"postgresql:///{name()}?" + "&".join(
        f"{key.lower()}={value}" for key, value in parts.items() if value
    )


def create():
    """Make this process's database and point Django at it."""
    with _alone():
        _sweep()
        template = _template()
    connection.settings_dict["NAME"] = name()
    _run(f"DROP DATABASE IF EXISTS {name()} WITH (FORCE)")
    _run(f"CREATE DATABASE {name()} TEMPLATE {template} STRATEGY FILE_COPY")
    create.template = template


def renew():
    """The database as it was at first, whatever a test committed or left open."""
    connection.close()
    _run(f"DROP DATABASE {name()} WITH (FORCE)")
    _run(f"CREATE DATABASE {name()} TEMPLATE {create.template} STRATEGY FILE_COPY")


def drop():
    connection.close()
    _run(f"DROP DATABASE IF EXISTS {name()} WITH (FORCE)")


@contextmanager
def taken_back():
    """What is written inside is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _template() -> str:
    wanted = f"template_{launch.foundation(*LOADERS)[:16]}"
    known = _column(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY oid"
    )
    if wanted in known:
        return wanted
    _run("DROP DATABASE IF EXISTS unfinished WITH (FORCE)")
    _run("CREATE DATABASE unfinished")
    connection.settings_dict["NAME"] = "unfinished"
    launch.build()
    connection.close()
    _run(f"ALTER DATABASE unfinished RENAME TO {wanted}")
    for old in known[: 1 - TEMPLATES_KEPT]:
        _run(f"DROP DATABASE {old}")
    return wanted


def _sweep():
    """Drop what runs that were killed left behind."""
    for left in _column("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'"):
        try:
            os.kill(int(left.removeprefix("test_")), 0)
        except ProcessLookupError:
            _run(f"DROP DATABASE IF EXISTS {left} WITH (FORCE)")
        except PermissionError:
            continue


@contextmanager
def _alone():
    with (embedded.home() / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(statement: str):
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _column(query: str) -> list:
    with connection._nodb_cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]
