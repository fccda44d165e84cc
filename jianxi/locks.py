"""Advisory locks, named in one place so that no two uses collide.

All are held until the transaction ends, but for `try_session`.
"""

from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    REGION_WRITERS = 1  # key: region; shared by those who write, alone for those who freeze
    LEDGER = 2  # key: region; one import of a region at a time
    JOB = 3  # key: job; one worker a job
    COMPILE = 4  # key: region; one compilation of a region at a time
    APPROVE = 5  # key: region; one approval at a time looks whether it is the month's last
    YEAR = 6  # key: region; one change of its targets or key enterprises at a time


def hold(lock: Lock, key: int):
    """Wait for the lock alone, keep it to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, key])


def hold_shared(lock: Lock, key: int):
    """Wait until nobody has the lock alone, keep it with others to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [lock, key])


@contextmanager
def try_session(lock: Lock, key: int):
    """Whether the lock was free; kept across transactions until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [lock, key])
        got = cursor.fetchone()[0]
        try:
            yield got
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [lock, key])
