"""The pages of the month as officers use them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Office, Role
from jianxi.history import acting
from reporting.compiling import compile_month, form_for
from reporting.models import Report
from reporting.periods import Period
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.people import make_member, make_office

MARCH = Period.parse("2026-03")


@pytest.fixture
def chongqing(db):
    with in_region("chongqing") as region:
        yield region


@pytest.fixture
def people(chongqing):
    """The officers of a district and of the region, by where and role."""
    offices = {place: make_office(place) for place in ("渝中区", "重庆市")}
    users = {
        (place, role): make_member(office, role)
        for place, office in offices.items()
        for role in Role.values
    }
    return users


def address(name, *more, unit="渝中区", period="2026-03", form="national14"):
    return reverse(f"office:{name}", args=["chongqing", form, period, district(unit).key, *more])


def compiled(region, form="national14", period=MARCH):
    with acting("test"):
        return compile_month(form_for(region, period, form), period)


def test_smoke(client, chongqing, people):
    base = make_base("渝中区")
    position = make_position(base, headcount=4)
    make_agreement(position, arrived_on=date(2026, 3, 2))
    make_payment(base, amount="2100.50", paid_on=date(2026, 3, 3))
    compiled(chongqing)
    client.force_login(people["渝中区", "clerk"])
    for url in [
        reverse("office:months", args=["chongqing"]),
        address("month"),
        address("month_xlsx"),
        *(address("cell", str(code)) for code in range(1, 15)),
        address("month_rule", "S1"),
    ]:
        assert client.get(url).status_code == 200, url
    client.force_login(people["重庆市", "admin"])
    for url in [
        reverse("office:months", args=["chongqing"]),
        address("month", unit="重庆市"),
        address("cell", "13", unit="重庆市"),
        reverse("office:opening", args=["chongqing"]),
    ]:
        assert client.get(url).status_code == 200, url
