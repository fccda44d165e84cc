"""Every list, case and export asks the same number of questions for one row as for three."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from bases.models import Authority
from jianxi.jobs import Progress
from jianxi.lists import LISTS
from jianxi.models import Job
from portal.tasks import export_records
from tests.bases import applications as filings
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_application,
    make_base,
    make_key_enterprise,
    make_payment,
    make_position,
    make_trainee,
)
from tests.people import make_member, make_office
from tests.records import at
from tests.trainees.contracts import make_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    with in_region("chongqing"):
        return make_member(make_office("渝中区"), "clerk", "reviewer")


def add_row():
    """One more of everything, each hanging on its own."""
    with in_region("chongqing") as region:
        base = make_base("渝中区")
        position = make_position(base)
        trainee = make_trainee(region, home_district=district("渝中区"), phone="13812341234")
        make_agreement(position, trainee, arrived_on=date(2026, 1, 6), mentor="王大山")
        make_payment(base)
        make_activity("渝中区")
        make_key_enterprise(base.profile.name, base.district)
        Authority.objects.create(
            region=region,
            user=User.objects.create(username=base.profile.name, name="某某"),
            district=base.district,
            uscc=base.profile.employer.uscc,
            name=base.profile.name,
            state="submitted",
            submitted_at=timezone.now(),
            due_on=date(2026, 11, 27),
        )
        return base, position, trainee


def hang_on(base, position, trainee):
    """One more of everything that hangs on these."""
    with in_region("chongqing"):
        make_payment(base)
        make_position(base)
        make_agreement(position)
        make_agreement(
            position,
            trainee,
            signed_on=date(2025, 1, 1),
            arrived_on=date(2025, 1, 1),
            ended_on=date(2025, 2, 1),
            end_kind="completed",
        )


def asked_by(client, address) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("words", ["", "示例", "XY"])
def test_a_list(staff, name, words):
    client = Client()
    client.force_login(staff)
    address = at(name, q=words) if words else at(name)
    add_row()
    client.get(address)  # what is cached is cached
    one = asked_by(client, address)
    add_row()
    add_row()
    assert asked_by(client, address) == one


@pytest.mark.parametrize("kind", ["base", "position", "trainee"])
def test_a_case(staff, kind):
    client = Client()
    client.force_login(staff)
    rows = dict(zip(["base", "position", "trainee"], add_row()))
    address = at(kind, rows[kind].pk)
    client.get(address)
    one = asked_by(client, address)
    hang_on(**rows)
    assert asked_by(client, address) == one


@pytest.mark.parametrize("name", LISTS)
def test_an_export(staff, name):
    def asked():
        with in_region("chongqing") as region:
            job = Job.objects.create(
                region=region,
                kind="export_records",
                owner=staff,
                params={"list": name, "filters": ""},
            )
            with CaptureQueriesContext(connection) as queries:
                told = export_records(job, Progress(job.pk))
        return len(queries), told["导出行数"]

    add_row()
    one, rows = asked()
    assert rows == 1
    add_row()
    add_row()
    assert asked() == (one, 3)


@pytest.mark.parametrize("tab", ["", "referred", "returned", "placed", "over", "pool", "one"])
def test_applications(staff, tab):
    """The lists of the district, and one application among the youth's others."""

    def add(states=("submitted", "referred", "returned", "accepted", "rejected")):
        with in_region("chongqing") as region:
            base = make_base("渝中区")
            for state in states:
                position, youth = make_position(base), make_trainee(region)
                due_on = {} if state in ("submitted", "referred") else {"due_on": None}
                make_application(position, youth, state=state, **due_on)
            make_application(make_position(base), shown.trainee)
            make_application(position, make_trainee(region), from_pool=True)

    client = Client()
    client.force_login(staff)
    with in_region("chongqing"):
        shown = make_application(make_position(make_base("渝中区")))
    addresses = {"pool": at("pool"), "one": at("application", shown.pk)}
    address = addresses.get(tab) or at("applications", tab=tab)
    add()
    client.get(address)
    one = asked_by(client, address)
    add()
    add()
    assert asked_by(client, address) == one


@pytest.mark.parametrize("tab", ["", "recognised", "one", "visit"])
def test_applications_of_bases(staff, tab):
    """The lists of the district, and one with its papers, visits and photographs."""

    def add():
        with in_region("chongqing"):
            where = district("渝中区")
            for state in ("submitted", "visited", "recognised", "rejected"):
                filings.make_application(make_base(where).profile, where, state)
            filings.add_paper(shown, "other")
            filings.make_visit(shown, staff)
            filings.attach(seen.photos, filings.upload(b"", "a.jpg"), "image/jpeg", owner=None)

    client = Client()
    client.force_login(staff)
    with in_region("chongqing"):
        shown = filings.make_application(make_base("渝中区").profile, district("渝中区"))
        seen = filings.make_visit(shown, staff)
    addresses = {
        "one": at("base_application", shown.pk),
        "visit": at("base_visit", shown.pk, seen.pk),
    }
    address = addresses.get(tab) or at("base_applications", tab=tab)
    add()
    client.get(address)
    one = asked_by(client, address)
    add()
    add()
    assert asked_by(client, address) == one


@pytest.mark.parametrize("tab", ["", "signing", "filed", "one", "agreement"])
def test_agreements_to_be_filed(staff, tab):
    """The lists of the district, and one agreement before and after."""

    def add():
        with in_region("chongqing") as region:
            for state in ("employer_signed", "signed", "filed"):
                position = make_position(make_base("渝中区"))
                youth = make_trainee(region)
                facts = {"state": "accepted", "due_on": None}
                made = make_contract(make_application(position, youth, **facts), state)
        return made

    client = Client()
    client.force_login(staff)
    shown = add()
    addresses = {"one": at("contract", shown.pk), "agreement": at("agreement", shown.agreement_id)}
    address = addresses.get(tab) or at("contracts", tab=tab)
    client.get(address)
    one = asked_by(client, address)
    add()
    add()
    assert asked_by(client, address) == one


@pytest.mark.parametrize("name", ["targets", "charts", "bulletins", "annual_reports"])
def test_the_year(staff, name):
    """Pages over a year ask the same however many records there are."""
    client = Client()
    client.force_login(staff)
    address = at(name)
    add_row()
    client.get(address)
    one = asked_by(client, address)
    add_row()
    add_row()
    assert asked_by(client, address) == one
