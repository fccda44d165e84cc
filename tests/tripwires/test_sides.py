"""Every address of the employers' and the youths' side × everyone who might come: see sides.py."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from jianxi.history import acting
from jianxi.tenancy import scope
from tests.tripwires.sides import COMER, EMPLOYER, ME, Sides
from tests.tripwires.test_permission_matrix import (
    anew,
    built,  # noqa: F401
    session_of,
    signed_in,
    status_of,
    text_of,
)
from tests.tripwires.world import ALL, MARK

each = pytest.mark.parametrize
employer_rows = each("row", EMPLOYER, ids=str)
comer_rows = each("row", COMER, ids=str)
youth_rows = each("row", ME, ids=str)
all_rows = each(
    ("side", "row"),
    [
        *(("employer", row) for row in [*EMPLOYER, *COMER]),
        *(("me", row) for row in ME),
    ],
    ids=str,
)


@pytest.fixture(scope="module")
def met(built):  # noqa: F811
    with scope(region=built.region), acting("test"):
        sides = Sides(built)
        built.sessions |= {user.pk: session_of(user) for user in sides.everybody()}
        assert sides.filing
    return sides


@pytest.fixture
def sides(met):
    with anew(met.world), anew(met), scope(region=met.world.region), acting("test"):
        yield met


def ask(sides, side, row, who):
    """The answer to someone, by the name of who it is; None: signed out."""
    with scope(region=sides.world.region), acting("test"):
        args = row.args(sides) if row.args else []
        data = row.post(sides) if row.post else None
    region = [sides.world.region.slug] if row.in_region else []
    url = reverse(f"{side}:{row.name}", args=[*region, *args])
    user = sides.world.users["here", ALL] if who == "staff" else who and getattr(sides, who)
    client = signed_in(sides.world, user) if user else Client()
    return client.get(url) if data is None else client.post(url, data)


@all_rows
def test_who_is_signed_out_is_sent_to_sign_in(sides, side, row):
    response = ask(sides, side, row, None)
    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == reverse("account_login")


@all_rows
def test_staff_find_nothing(sides, side, row):
    assert status_of(ask(sides, side, row, "staff")) == 404


# --- Employers


@employer_rows
@each("who", ["newcomer", "removed", "abroad", "youth"])
def test_who_does_not_act_for_an_employer_here_finds_nothing(sides, row, who):
    assert status_of(ask(sides, "employer", row, who)) == 404


@employer_rows
def test_who_is_not_confirmed_is_sent_to_the_own_filing(sides, row):
    response = ask(sides, "employer", row, "filer")
    assert response.status_code == 302
    assert response["Location"] == reverse("employer:filings", args=[sides.world.region.slug])


@employer_rows
def test_who_acts_for_another_employer_finds_no_record_and_reads_nothing_of_others(sides, row):
    response = ask(sides, "employer", row, "stranger")
    if row.args:
        assert response.status_code == 404
    assert MARK not in text_of(response)


@employer_rows
def test_a_colleague_who_is_no_owner(sides, row):
    assert status_of(ask(sides, "employer", row, "helper")) == (row.helper or row.answers)


@employer_rows
def test_an_owner_is_let_in(sides, row):
    assert status_of(ask(sides, "employer", row, "owner")) == row.answers


# --- Whoever comes


@comer_rows
@each("who", ["newcomer", "stranger", "abroad"])
def test_anothers_filing_is_not_found(sides, row, who):
    response = ask(sides, "employer", row, who)
    assert response.status_code == (404 if row.args else response.status_code)
    assert response.status_code < 500
    assert MARK not in text_of(response)


@comer_rows
def test_ones_own_filing(sides, row):
    assert status_of(ask(sides, "employer", row, "filer")) == row.answers


# --- Youths


@youth_rows
def test_a_youth_finds_the_own_pages(sides, row):
    assert status_of(ask(sides, "me", row, "youth")) == row.answers


@youth_rows
def test_another_youth_reads_nothing_of_it(sides, row):
    response = ask(sides, "me", row, "newcomer")
    assert response.status_code < 400
    assert MARK not in text_of(response)
