"""Every address × everyone who might come: see matrix.py."""

import time
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.middleware import SEEN, STARTED
from accounts.models import Office, Role
from accounts.rights import RIGHTS
from jianxi.history import acting
from jianxi.tenancy import scope
from portal.navigation import count_waiting
from tests.database import taken_back
from tests.tripwires.matrix import ACCOUNT, API, OFFICE, PUBLIC
from tests.tripwires.sides import COMER, EMPLOYER, ME
from tests.tripwires.world import ALL, MARK, World

HERE = RIGHTS[Office.Kind.HUMAN_RESOURCES]
DEPARTMENT = {right for rights in RIGHTS[Office.Kind.DEPARTMENT].values() for right in rights}

READ = {row.name for row in OFFICE if not row.post}
ONLY_SENT = [row for row in OFFICE if row.name not in READ]

each_office_row = pytest.mark.parametrize("row", OFFICE, ids=str)
each_api_row = pytest.mark.parametrize("row", API, ids=str)
each_open_row = pytest.mark.parametrize("row", [*PUBLIC, *ACCOUNT], ids=lambda row: row[0])


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), taken_back():
        world = World()
        world.sessions = {user.pk: session_of(user) for user in world.everybody()}
        yield world


@pytest.fixture
def world(built):
    with anew(built):
        yield built


@contextmanager
def anew(world):
    """Afterwards the world is as it was built: without what was written, or made on demand."""
    known = set(vars(world))
    with taken_back():
        yield
    for name in vars(world).keys() - known:
        delattr(world, name)


# --- Asking


def session_of(user) -> str:
    """Of somebody who signed in once for all tests; it is not noted that it is in use."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[STARTED], session[SEEN] = time.time(), time.time() + 86_400
    session.save()
    return session.session_key


def signed_in(world, user) -> Client:
    """The number beside 待办 is known: the list has a row of its own."""
    client = Client()
    if key := world.sessions.get(user.pk):
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    else:
        client.force_login(user)
    count_waiting(SimpleNamespace(region=world.region, user=user), 0)
    return client


def ask_page(world, row, user):
    client = signed_in(world, user) if user else Client()
    with scope(region=world.region), acting("test"):
        args = row.args(world) if row.args else []
        data = row.post(world) if row.post else None
        query = row.address_query(world)
    url = reverse(f"office:{row.name}", args=[world.region.slug, *args]) + query
    return client.get(url) if data is None else client.post(url, data)


def ask_api(world, row, secret):
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    with scope(region=world.region), acting("test"):
        args = row.args(world) if row.args else []
        data = row.post(world) if row.post else None
    url = reverse(f"api:{row.name}", args=[world.region.slug, *args])
    client = Client(headers=headers)
    if data is None:
        return client.get(url)
    return client.post(url, data, content_type="application/json")


def roles_with(right: str) -> list[str]:
    return [role for role in Role.values if right in HERE[role]]


def text_of(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def status_of(response) -> int:
    text_of(response)  # a file is closed when it has been read
    return response.status_code


# --- Pages of the office


@each_office_row
def test_who_is_signed_out_is_sent_to_sign_in(world, row):
    response = ask_page(world, row, None)
    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == reverse("account_login")


@each_office_row
def test_another_region_finds_nothing(world, row):
    assert status_of(ask_page(world, row, world.stranger)) == 404


@each_office_row
def test_another_district_finds_no_record_and_reads_nothing_of_it(world, row):
    response = ask_page(world, row, world.users["elsewhere", ALL])
    if row.is_about_a_record:
        assert response.status_code == 404
    assert MARK not in text_of(response)


@each_office_row
def test_who_sees_it_and_lacks_the_right_is_refused(world, row):
    for role in Role.values:
        if role not in roles_with(row.right):
            assert status_of(ask_page(world, row, world.users[row.at, role])) == row.lacking, role
    if row.at == "root":
        assert status_of(ask_page(world, row, world.users["here", ALL])) == row.below


@each_office_row
def test_another_department_stays_within_its_narrow_rights(world, row):
    response = ask_page(world, row, world.department_member)
    if row.right not in DEPARTMENT:
        assert response.status_code == row.lacking
    assert MARK not in text_of(response)


@each_office_row
def test_who_has_the_right_is_let_in(world, row):
    for role in [ALL] if row.own else roles_with(row.right):
        with anew(world):
            response = ask_page(world, row, world.users[row.at, role])
            assert status_of(response) == row.answers, role


@pytest.mark.parametrize("row", [row for row in OFFICE if row.own], ids=str)
def test_what_is_ones_own_is_not_found_by_colleagues(world, row):
    for role in roles_with(row.right):
        response = ask_page(world, row, world.users["here", role])
        assert (response.status_code, MARK in text_of(response)) == (404, False), role


@pytest.mark.parametrize("row", ONLY_SENT, ids=str)
def test_what_is_only_sent_leads_to_the_page_it_belongs_to(world, row):
    user = world.users[row.at, ALL]
    response = ask_page(world, replace(row, post=None), user)
    assert response.status_code == 302
    assert response.request["PATH_INFO"].startswith(response.url)
    assert len(response.url) < len(response.request["PATH_INFO"])
    assert status_of(signed_in(world, user).get(response.url, follow=True)) == 200


# --- The API


@each_api_row
def test_api_without_a_token(world, row):
    response = ask_api(world, row, None)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


@each_api_row
def test_api_with_another_regions_token(world, row):
    assert status_of(ask_api(world, row, world.secret_abroad)) == 404


@each_api_row
def test_api_with_another_districts_token(world, row):
    response = ask_api(world, row, world.secret_elsewhere)
    if row.is_about_a_record:
        assert response.status_code == 404
    assert MARK not in text_of(response)


@each_api_row
def test_api_with_a_token_of_the_office(world, row):
    held = row.right in HERE[Role.VIEWER]
    assert status_of(ask_api(world, row, world.secret)) == (row.answers if held else 403)


# --- Open pages, and one's own account


@each_open_row
def test_open_and_own_pages(world, row):
    name, args, stranger, member = row
    if callable(args):
        with scope(region=world.region):
            args = args(world)
    assert Client().get(reverse(name, args=args)).status_code == stranger
    client = signed_in(world, world.users["here", ALL])
    assert client.get(reverse(name, args=args)).status_code == member


# --- Completeness


def addresses(resolver=None, namespaces=()):
    """The full name of every address, or its pattern where it has none."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join([*namespaces, entry.name or str(entry.pattern)])
        else:
            below = [entry.namespace] if entry.namespace else []
            yield from addresses(entry, [*namespaces, *below])


def test_every_address_is_in_the_matrix():
    listed = {row[0] for row in [*PUBLIC, *ACCOUNT]}
    listed |= {f"office:{row.name}" for row in OFFICE} | {f"api:{row.name}" for row in API}
    listed |= {f"employer:{row.name}" for row in [*EMPLOYER, *COMER]}
    listed |= {f"me:{row.name}" for row in ME}
    there_are = set(addresses())
    assert sorted(there_are - listed) == [], "to be added to matrix.py"
    assert sorted(listed - there_are) == [], "no longer there"
