"""Messages: in the portal at once, out of it by the outbox; each user's switches; nothing twice."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import messages, senders
from accounts.models import Message, MessageSwitch, Outgoing
from accounts.tasks import send_due
from jianxi.history import acting
from regions.models import Region
from tests.at_once import at_once
from tests.factories import in_region, make_base
from tests.people import make_authority, make_person

pytestmark = pytest.mark.django_db
KIND = "trial"
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _a_kind(monkeypatch):
    monkeypatch.setitem(
        messages.KINDS, KIND, messages.Kind(KIND, "试一试", frozenset({messages.SMS}))
    )


@pytest.fixture
def user(db):
    with acting("test"):
        person = make_person("周某某", PHONE)
        person.email = "zhou@example.org"
        person.save()
    return person


def tell(*users, **more):
    messages.notify(users, KIND, title="您有一件待办", **more)


def sent_by() -> list[str]:
    return sorted(row.channel for row in Outgoing.objects.all())


# --- Whom it reaches, and by what


def test_a_message_is_kept_and_sent_by_the_kinds_own_channels(user):
    tell(user, text="请在期限内办理", url="/me/")
    row = Message.objects.get()
    assert (row.user, row.title, row.url, row.read_at) == (user, "您有一件待办", "/me/", None)
    sms = Outgoing.objects.get()
    assert (sms.channel, sms.recipient, sms.text) == ("sms", PHONE, "您有一件待办：请在期限内办理")


def test_a_user_switches_a_kind_for_each_channel(user):
    client = Client()
    client.force_login(user)
    client.post(reverse("account_messages"), {f"{KIND}.email": "on"})
    tell(user)
    assert sent_by() == ["email"]
    client.post(reverse("account_messages"), {f"{KIND}.email": "on", f"{KIND}.sms": "on"})
    tell(user)
    assert sent_by() == ["email", "email", "sms"]
    page = client.get(reverse("account_home")).content.decode()
    assert "试一试" in page
    client.post(reverse("account_messages"))
    tell(user)
    assert len(sent_by()) == 3
    assert Message.objects.filter(user=user).count() == 3


def test_ones_switches_are_ones_own(user):
    with acting("test"):
        other = make_person("吴某某", "13987654321")
    MessageSwitch.objects.create(user=other, kind=KIND, channel="sms", is_on=False)
    tell(user, other)
    assert [row.recipient for row in Outgoing.objects.all()] == [PHONE]


def test_who_has_no_address_or_is_switched_off_gets_none(user):
    with acting("test"):
        user.is_active = False
        user.save()
    tell(user)
    assert sent_by() == []


def test_a_user_named_twice_is_told_once(user):
    tell(user, user)
    assert (Message.objects.count(), Outgoing.objects.count()) == (1, 1)


def test_many_are_told_in_a_fixed_number_of_statements(user, django_assert_num_queries):
    with acting("test"):
        many = [make_person(f"人{n}") for n in range(20)]
    with django_assert_num_queries(3):
        tell(*many)


def test_a_channel_the_installation_lacks_sends_nothing(user, settings):
    settings.SENDERS = {"sms": "", "email": ""}
    tell(user)
    assert sent_by() == []
    page = Client().post("/accounts/code/", {"phone": "13987654321"}).content.decode()
    assert "现在不能发短信" in page


# --- What did not happen is not told


def test_what_is_taken_back_is_not_told(user):
    with transaction.atomic():
        tell(user)
        transaction.set_rollback(True)
    assert (Message.objects.count(), Outgoing.objects.count()) == (0, 0)


def test_it_leaves_after_commit(user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell(user)
        assert Outgoing.objects.get().sent_at is None
    row = Outgoing.objects.get()
    assert row.sent_at is not None
    assert row.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_break_the_request(monkeypatch):
    def away():
        raise ConnectionError

    monkeypatch.setattr(send_due, "delay", away)
    messages.send(messages.SMS, [PHONE], kind=KIND, text="一次")
    assert Outgoing.objects.get().sent_at is None
    send_due()
    assert Outgoing.objects.get().sent_at


# --- Sending


class Gateway(BaseHTTPRequestHandler):
    """An SMS gateway on the loopback that notes what comes."""

    status, taken = 200, []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).taken.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(type(self).status)
        self.end_headers()
        self.wfile.write(f"refused {PHONE}".encode())

    def log_message(self, *args):
        """Not on the tests' screen."""


@pytest.fixture
def gateway(settings):
    Gateway.status, Gateway.taken = 200, []
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SENDERS = {"sms": "accounts.senders.by_http", "email": "accounts.senders.by_mail"}
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_TOKEN, settings.SMS_TEMPLATE = "secret", "T1"
    yield Gateway
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_sms_goes_to_the_gateway_as_json(user, gateway):
    tell(user)
    send_due()
    assert gateway.taken == [
        ("Bearer secret", {"phone": PHONE, "template": "T1", "text": "您有一件待办"})
    ]
    send_due()
    assert len(gateway.taken) == 1


def test_a_refusal_is_tried_again_later_and_noted_without_personal_data(user, gateway, caplog):
    gateway.status = 503
    tell(user)
    send_due()
    row = Outgoing.objects.get()
    assert (row.sent_at, row.attempts, row.error) == (None, 1, "短信网关回答 503")
    assert timedelta(0) < row.next_attempt_at - timezone.now() <= timedelta(minutes=1)
    assert PHONE not in caplog.text
    send_due()
    assert len(gateway.taken) == 1
    gateway.status = 200
    Outgoing.objects.update(next_attempt_at=timezone.now())
    send_due()
    row.refresh_from_db()
    assert (row.attempts, row.error, row.sent_at is None) == (2, "", False)


def test_nobody_there_is_told_so(user, gateway, settings):
    settings.SMS_URL = "http://127.0.0.1:9/"
    tell(user)
    send_due()
    assert Outgoing.objects.get().error == "连不上短信网关"


def test_after_the_last_attempt_it_is_given_up(user, gateway):
    gateway.status = 500
    tell(user)
    for _ in range(len(senders.WAITS) + 3):
        Outgoing.objects.update(next_attempt_at=timezone.now())
        send_due()
    assert len(gateway.taken) == len(senders.WAITS) + 1


def test_what_has_run_out_is_not_sent_any_more(user, gateway):
    messages.send(
        messages.SMS, [PHONE], kind="code", text="验证码", expires_at=timezone.now() - timedelta(1)
    )
    send_due()
    assert gateway.taken == []


def test_mail_goes_by_djangos_backend(user, gateway):
    messages.send(messages.EMAIL, ["zhou@example.org"], kind=KIND, text="您有一件待办")
    send_due()
    assert [(sent.to, sent.body) for sent in mail.outbox] == [
        (["zhou@example.org"], "您有一件待办")
    ]


def test_old_messages_are_forgotten(user):
    tell(user)
    assert senders.forget(timezone.now() - timedelta(days=1)) == 0
    assert senders.forget(timezone.now() + timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once(gateway):
    for number in range(6):
        messages.send(messages.SMS, [f"1380000000{number}"], kind=KIND, text="一次")
    Outgoing.objects.update(sent_at=None, attempts=0)
    Gateway.taken.clear()
    at_once(*[send_due] * 3)
    phones = [body["phone"] for _, body in Gateway.taken]
    assert sorted(phones) == [f"1380000000{number}" for number in range(6)]


# --- Pages


def test_messages_are_read_on_each_side_and_only_ones_own(user):
    with in_region("chongqing") as region:
        make_authority(user, make_base("渝中区"))
        other = make_person("吴某某")
    messages.notify([user], KIND, region=region, title="本区的", url="/employer/chongqing/unit/")
    messages.notify([user], KIND, region=Region.objects.get(slug="ningxia"), title="外区的")
    messages.notify([other], KIND, region=region, title="别人的")
    client = Client()
    client.force_login(user)
    here = reverse("employer:messages", args=["chongqing"])
    page = client.get(here).content.decode()
    assert ["本区的" in page, "外区的" in page, "别人的" in page] == [True, False, False]
    everywhere = client.get(reverse("me:messages")).content.decode()
    assert ["外区的" in everywhere, "别人的" in everywhere] == [True, False]

    mine = Message.objects.get(title="本区的")
    assert client.post(here, {"pk": mine.pk})["Location"] == "/employer/chongqing/unit/"
    mine.refresh_from_db()
    assert mine.read_at
    theirs = Message.objects.get(title="别人的")
    for pk in (theirs.pk, "x", "9" * 30, "²"):
        assert client.post(here, {"pk": pk})["Location"] == here
    client.post(reverse("me:messages"))
    assert Message.objects.filter(read_at=None).get() == theirs


def test_the_number_of_unread_stands_in_the_frame(user):
    with in_region("chongqing") as region:
        make_authority(user, make_base("渝中区"))
    tell(user, region=region)
    tell(user, region=region)
    client = Client()
    client.force_login(user)
    page = client.get(reverse("employer:home", args=["chongqing"])).content.decode()
    assert '<span class="count">2<' in page


def test_the_outbox_is_shown_by_a_demonstration_only(user, settings):
    tell(user)
    assert PHONE in Client().get("/outbox/").content.decode()
    settings.DEMO = False
    assert Client().get("/outbox/").status_code == 404


# --- An address for mail


def code_sent() -> str:
    return Outgoing.objects.filter(channel="email").first().text.split()[1][:6]


def test_an_address_is_kept_once_its_code_came_back(user):
    client = Client()
    client.force_login(user)
    url = reverse("account_email_address")
    assert client.post(url, {"email": "不是邮箱"}).status_code == 422
    client.post(url, {"email": "new@example.org"})
    assert client.post(url, {"code": "x"}).status_code == 422
    user.refresh_from_db()
    assert user.email == "zhou@example.org"
    assert client.post(url, {"code": code_sent()})["Location"] == reverse("account_home")
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert "n***@example.org" in client.get(reverse("account_home")).content.decode()
    client.post(url, {"action": "remove"})
    user.refresh_from_db()
    assert user.email is None


def test_after_three_wrong_codes_the_right_one_is_good_no_more(user):
    client = Client()
    client.force_login(user)
    url = reverse("account_email_address")
    client.post(url, {"email": "new@example.org"})
    for _ in range(3):
        client.post(url, {"code": "x"})
    client.post(url, {"code": code_sent()})
    user.refresh_from_db()
    assert user.email == "zhou@example.org"


def test_only_kinds_that_may_reach_ones_side_are_offered(user, monkeypatch):
    kind = messages.Kind("unit", "只给单位", frozenset(), frozenset({"employer"}))
    monkeypatch.setitem(messages.KINDS, "unit", kind)
    client = Client()
    client.force_login(user)
    assert "只给单位" in client.get(reverse("account_home")).content.decode()
    with acting("test"):
        user.side = "youth"
        user.save()
    assert "只给单位" not in client.get(reverse("account_home")).content.decode()
