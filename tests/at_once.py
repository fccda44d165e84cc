"""Several at the same moment, each from a connection of its own. For tests that commit."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client

from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused

MOST = 16  # at a time; of more, the rest follow as those are done


def at_once(*acts) -> list:
    """What came of each, in their order: what it returned, or the words of its refusal."""
    workers = min(len(acts), MOST)

    def alone(act):
        try:
            return act()
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers, initializer=Barrier(workers).wait) as pool:
        return list(pool.map(alone, acts))


def within(region, act, *args, **more):
    """The act, done in the scope of the region."""

    def run():
        with scope(region=region):
            return act(*args, **more)

    return run


def sent_at_once(*requests) -> list[int]:
    """The statuses, sorted, of what is posted: each (user, address, data)."""

    def sending(user, url, data):
        client = Client()
        client.force_login(user)
        return lambda: client.post(url, data).status_code

    return sorted(at_once(*[sending(*request) for request in requests]))
