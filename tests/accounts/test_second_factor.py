"""The second factor: asked of staff where the installation says so, sealed at rest."""

import base64
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.urls import reverse

from accounts import members
from accounts.adapters import MFAAdapter
from accounts.rotation import rotate_second_factors
from jianxi import crypto
from jianxi.history import acting
from tests.accounts.conftest import PASSWORD

HOME = "/office/chongqing/"
ACTIVATE, REAUTHENTICATE = "mfa_activate_totp", "account_reauthenticate"


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def sign_in(client):
    return client.post("/accounts/login/", {"login": "jingban", "password": PASSWORD})


@pytest.fixture
def bound(clerk):
    """The secret of the authenticator app the clerk has bound."""
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=clerk, type=Authenticator.Type.TOTP, data={"secret": MFAAdapter().encrypt(secret)}
    )
    return secret


def test_without_one_staff_are_led_to_bind_one(client, clerk, settings):
    settings.STAFF_TOTP_REQUIRED = True
    sign_in(client)
    assert client.get(HOME)["Location"] == reverse(ACTIVATE)
    settings.STAFF_TOTP_REQUIRED = False
    assert client.get(HOME).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_binding_an_app_from_the_page(client, clerk, settings):
    settings.STAFF_TOTP_REQUIRED = True
    sign_in(client)
    page = client.get(reverse(ACTIVATE), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse(REAUTHENTICATE))
    page = client.post(
        reverse(REAUTHENTICATE), {"password": PASSWORD, "next": reverse(ACTIVATE)}, follow=True
    )
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    wrong = client.post(reverse(ACTIVATE), {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    done = client.post(reverse(ACTIVATE), {"code": code_of(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(done["Location"])
    assert codes.status_code == 200
    assert len(codes.context["unused_codes"]) == 10
    assert client.get(HOME).status_code == 200
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert codes.context["unused_codes"][0] not in stored


def test_the_code_is_asked_after_the_password(client, clerk, bound):
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert client.get(HOME)["Location"].startswith("/accounts/login/")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": code_of(bound)})
    assert client.get(HOME).status_code == 200


def test_a_code_serves_once(client, clerk, bound):
    code = code_of(bound)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.post("/accounts/logout/")
    sign_in(client)
    page = client.post(reverse("mfa_authenticate"), {"code": code})
    assert "验证码不对" in page.content.decode()


def test_guessing_codes_is_locked_out(client, clerk, bound):
    sign_in(client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    page = client.post(reverse("mfa_authenticate"), {"code": code_of(bound)})
    assert "分钟再试" in page.content.decode()
    assert client.get(HOME).status_code == 302


def test_a_lost_phone_is_forgotten_with_the_password(client, clerk, bound):
    with acting("test"):
        password = members.reset_password(clerk, second_factor=True)
    client.post("/accounts/login/", {"login": "jingban", "password": password})
    assert client.get(HOME)["Location"] == reverse("account_change_password")
    assert not Authenticator.objects.filter(user=clerk).exists()


def test_a_reset_password_alone_leaves_the_second_factor(client, clerk, bound):
    with acting("test"):
        password = members.reset_password(clerk)
    response = client.post("/accounts/login/", {"login": "jingban", "password": password})
    assert response["Location"] == reverse("mfa_authenticate")


def test_key_rotation_reseals_the_secret(clerk, bound, settings):
    key = settings.ENCRYPTION_KEYS[settings.ENCRYPTION_ACTIVE_KEY]
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS | {"new": key}
    settings.ENCRYPTION_ACTIVE_KEY = "new"
    assert (rotate_second_factors(), rotate_second_factors()) == (1, 0)
    stored = Authenticator.objects.get(user=clerk).data["secret"]
    assert crypto.key_id(base64.b64decode(stored)) == "new"
    assert MFAAdapter().decrypt(stored) == bound
