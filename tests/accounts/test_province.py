"""Signing in by a province's own service: with PKCE, linked by the verified phone and by nothing
else, and nothing of what it says is kept."""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from accounts.models import User
from jianxi.history import acting
from tests.people import make_person

pytestmark = pytest.mark.django_db
PHONE = "13812345678"
GO, BACK = "/accounts/from/province/", "/accounts/from/province/back/"


class Service(BaseHTTPRequestHandler):
    """A province's sign-in on the loopback: says of everyone what `claims` hold."""

    claims, challenge, up = {}, "", True

    def do_GET(self):
        if self.path.startswith("/.well-known/"):
            here = f"http://127.0.0.1:{self.server.server_port}"
            self._answer(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/userinfo",
                    "jwks_uri": f"{here}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif self.path == "/userinfo":
            self._answer({"sub": "p-1"} | type(self).claims)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if proven == type(self).challenge:
            self._answer({"access_token": "t", "token_type": "Bearer"})
        else:
            self._answer({"error": "invalid_grant"}, 400)

    def _answer(self, facts, status=200):
        body = json.dumps(facts).encode()
        self.send_response(status if type(self).up else 503)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Not on the tests' screen."""


@pytest.fixture
def service(settings):
    Service.claims = {"phone_number": f"+86 {PHONE}", "phone_number_verified": True}
    Service.challenge, Service.up = "", True
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.OIDC_ID = "province"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "province",
                    "name": "某省统一身份认证",
                    "client_id": "jianxi",
                    "secret": "s",
                    "settings": {
                        "server_url": f"http://127.0.0.1:{server.server_port}",
                        "scope": ["openid", "phone"],
                    },
                }
            ],
        }
    }
    yield Service
    server.shutdown()
    server.server_close()
    thread.join()


def leave(client, **more):
    """To the service; gives what the browser is sent there with."""
    answer = client.post(GO, more)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(answer["Location"]).query).items()}
    Service.challenge = asked.get("code_challenge", "")
    return asked


def come_back(client, asked, **more):
    query = {"code": "c", "state": asked["state"]} | more
    return client.post(f"{BACK}?{'&'.join(f'{k}={v}' for k, v in query.items())}")


def sign_in(client, **more):
    return come_back(client, leave(client, **more))


def test_a_verified_phone_finds_its_account(client, service):
    with acting("test"):
        user = make_person("周某某", PHONE, side="youth")
    assert sign_in(client)["Location"] == "/me/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (SocialAccount.objects.count(), SocialToken.objects.count()) == (0, 0)


def test_who_is_new_gets_an_account_and_says_as_what(client, service):
    assert sign_in(client)["Location"] == "/accounts/side/"
    user = User.objects.get()
    assert (user.phone, user.phone_verified_at is None) == (PHONE, False)


def test_one_comes_back_to_where_one_wanted_to_go(client, service):
    assert sign_in(client, next="/me/messages/")["Location"] == "/me/messages/"


def test_what_the_browser_takes_along_proves_nothing_without_the_verifier(client, service):
    asked = leave(client)
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "phone"}
    service.challenge = "another"
    assert come_back(client, asked)["Location"] == "/accounts/login/"
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"phone_number": PHONE},
        {"phone_number": PHONE, "phone_number_verified": False},
        {"phone_number": "023-67890123", "phone_number_verified": True},
        {"phone_number_verified": True, "email": "zhou@example.org", "email_verified": True},
    ],
)
def test_without_a_verified_mobile_nobody_comes_in(client, service, claims):
    with acting("test"):
        make_person("周某某", PHONE)
    service.claims = claims
    assert sign_in(client)["Location"] == "/accounts/login/"
    assert "没有取得经过验证的手机号" in client.get("/accounts/login/").content.decode()
    assert "_auth_user_id" not in client.session


def test_anothers_answer_is_not_taken(client, service):
    asked = leave(Client())
    assert come_back(client, asked)["Location"] == "/accounts/login/"
    assert come_back(client, {"state": "made-up"})["Location"] == "/accounts/login/"
    assert client.post(f"{BACK}?error=access_denied&state=x")["Location"] == "/accounts/login/"
    assert User.objects.count() == 0


def test_a_service_that_is_down_is_told_in_words(client, service):
    service.up = False
    assert client.post(GO)["Location"] == "/accounts/login/"
    assert "没有登录成功" in client.get("/accounts/login/").content.decode()


def test_the_way_back_is_read_without_writing_and_sends_itself_on(client, service):
    asked = leave(client)
    page = client.get(f"{BACK}?code=c&state={asked['state']}")
    assert "data-send" in page.content.decode()
    assert User.objects.count() == 0


def test_it_is_offered_where_there_is_one_and_nowhere_else(client, service, settings):
    assert "用某省统一身份认证登录" in client.get("/accounts/login/").content.decode()
    assert client.get(GO).status_code == 302  # to where it is pressed
    settings.OIDC_ID, settings.SOCIALACCOUNT_PROVIDERS = "", {}
    assert "统一身份认证" not in client.get("/accounts/login/").content.decode()
    for method in (client.get, client.post):
        assert method(GO).status_code == 404
        assert method(BACK).status_code == 404
    assert client.post(reverse("openid_connect_login", args=["other"])).status_code == 404
