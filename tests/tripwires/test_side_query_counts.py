"""The employers' and youths' pages, too, ask the same number of questions for one row as for
three."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import messages
from bases.authorities import make_code
from tests.factories import in_region, make_base, make_trainee
from tests.people import make_authority, make_member, make_office, make_person
from tests.records import at
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
