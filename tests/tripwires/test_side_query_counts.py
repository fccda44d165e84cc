"""The employers' and youths' pages, too, ask the same number of questions for one row as for
three."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from bases.authorities import make_code
from tests.bases import applications as filings
from tests.factories import (
    in_region,
    make_agreement,
    make_application,
    make_base,
    make_position,
    make_trainee,
)
from tests.people import make_authority, make_member, make_office, make_person
from tests.records import at
from tests.trainees.contracts import make_contract
from tests.tripwires.test_query_counts import asked_by

pytestmark = pytest.mark.django_db


class Scene:
    """An employer with an owner, a youth, and an officer; `more` adds one of everything that the
    pages show."""

    def __init__(self):
        with in_region("chongqing"):
            self.base = make_base("渝中区")
            self.officer = make_member(make_office("渝中区"), "clerk")
            self.owner = make_person("钱负责")
            self.youth = make_person("周青年", side="youth")
            make_authority(self.owner, self.base)

    def more(self):
        with in_region("chongqing") as region:
            make_authority(make_person("同事"), self.base, is_owner=False)
            make_authority(self.owner, make_base("渝中区"), state="returned", profile=None)
            make_code(self.base.profile, self.officer)
            for user in (self.owner, self.youth):
                messages.notify([user], "authority", region=region, title="消息")


PAGES = {
    "home": ("owner", lambda s: reverse("employer:home", args=["chongqing"])),
    "unit": ("owner", lambda s: reverse("employer:unit", args=["chongqing"])),
    "messages": ("owner", lambda s: reverse("employer:messages", args=["chongqing"])),
    "employers": ("owner", lambda s: reverse("employers") + "?all"),
    "own messages": ("youth", lambda s: reverse("me:messages")),
    "own home": ("youth", lambda s: reverse("me:home")),
    "accounts": ("officer", lambda s: at("base_accounts", s.base.pk)),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page(name):
    scene = Scene()
    who, address = PAGES[name]
    client = Client()
    client.force_login(getattr(scene, who))
    scene.more()
    client.get(address(scene))  # what is cached is cached
    one = asked_by(client, address(scene))
    scene.more()
    scene.more()
    assert asked_by(client, address(scene)) == one


def test_a_youths_page_with_records_in_a_region():
    scene = Scene()
    with in_region("chongqing") as region:
        make_trainee(region, user=scene.youth)
    client = Client()
    client.force_login(scene.youth)
    client.get(reverse("me:home"))
    one = asked_by(client, reverse("me:home"))
    scene.more()
    assert asked_by(client, reverse("me:home")) == one


@pytest.mark.parametrize("name", ["home", "applications", "internships"])
def test_a_youths_own_lists(name):
    scene = Scene()
    with in_region("chongqing") as region:
        trainee = make_trainee(region, user=scene.youth)

    days = count()

    def more():
        with in_region("chongqing"):
            day = date(2025, 1, 1) + timedelta(days=next(days))
            ended = {"signed_on": day, "arrived_on": day, "ended_on": day + timedelta(days=1)}
            make_agreement(make_position(scene.base), trainee, **ended, end_kind="completed")
            for state in ("submitted", "returned", "withdrawn", "accepted"):
                due_on = {} if state == "submitted" else {"due_on": None}
                make_application(make_position(scene.base), trainee, state=state, **due_on)

    client = Client()
    client.force_login(scene.youth)
    more()
    client.get(reverse(f"me:{name}"))
    one = asked_by(client, reverse(f"me:{name}"))
    more()
    more()
    assert asked_by(client, reverse(f"me:{name}")) == one


@pytest.mark.parametrize("name", ["home", "applications", "over"])
def test_applications_an_employer_received(name):
    scene = Scene()

    def more():
        with in_region("chongqing"):
            for state in ("referred", "accepted", "declined"):
                due_on = {} if state == "referred" else {"due_on": None}
                facts = {"state": state, "referred_at": timezone.now()} | due_on
                make_application(make_position(scene.base), **facts)

    client = Client()
    client.force_login(scene.owner)
    over = reverse("employer:applications", args=["chongqing"], query={"tab": "over"})
    address = over if name == "over" else reverse(f"employer:{name}", args=["chongqing"])
    more()
    client.get(address)
    one = asked_by(client, address)
    more()
    more()
    assert asked_by(client, address) == one


@pytest.mark.parametrize("name", ["base_application", "base_filing", "base_filing_edit"])
def test_an_employers_applications_to_become_a_base(name):
    scene = Scene()
    state = "draft" if name == "base_filing_edit" else "submitted"
    with in_region("chongqing"):
        shown = filings.make_application(scene.base.profile, scene.base.district, state)

    def more():
        with in_region("chongqing"):
            filings.make_application(scene.base.profile, scene.base.district, "rejected")
            filings.add_paper(shown, "other")
            filings.make_visit(shown, scene.officer)

    client = Client()
    client.force_login(scene.owner)
    args = ["chongqing"] if name == "base_application" else ["chongqing", shown.pk]
    address = reverse(f"employer:{name}", args=args)
    more()
    client.get(address)
    one = asked_by(client, address)
    more()
    more()
    assert asked_by(client, address) == one


@pytest.mark.parametrize(
    "name", ["home", "contracts", "agreements", "contract", "agreement", "month_check"]
)
def test_an_employers_agreements(name):
    scene = Scene()

    def more():
        with in_region("chongqing") as region:
            make_application(make_position(scene.base), state="accepted", due_on=None)
            for state in ("draft", "employer_signed", "signed", "filed"):
                taken_in = make_application(
                    make_position(scene.base), make_trainee(region), state="accepted", due_on=None
                )
                made = make_contract(taken_in, state, by=scene.owner)
            make_agreement(make_position(scene.base), arrived_on=date(2026, 1, 6))
        return made

    client = Client()
    client.force_login(scene.owner)
    shown = more()
    args = {"contract": [shown.pk], "agreement": [shown.agreement_id]}.get(name, [])
    tab = {"agreements": {"tab": "coming"}, "contracts": {"tab": "filed"}}.get(name)
    address = reverse(f"employer:{name}", args=["chongqing", *args], query=tab)
    client.get(address)
    one = asked_by(client, address)
    more()
    more()
    assert asked_by(client, address) == one
