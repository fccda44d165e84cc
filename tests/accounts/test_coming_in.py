"""Employers and youths come in by phone: with a code, or a password once they have set one."""

import html
import re
import time
from datetime import timedelta
from functools import partial
from urllib.parse import unquote, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import phones
from accounts.models import Outgoing, User
from jianxi.history import acting
from tests.accounts.conftest import PASSWORD
from tests.at_once import at_once

ASK, CONFIRM = "/accounts/code/", "/accounts/code/confirm/"
PHONE, OTHER = "13812345678", "13987654321"
NEW = "battery-staple-7"


def ask(client, phone=PHONE, **more):
    return client.post(ASK, {"phone": phone, "side": "youth", **more})


def sent(phone=PHONE) -> str:
    """The newest code sent to the phone, "" for none."""
    for row in Outgoing.objects.filter(kind="code"):
        if row.recipient == phone:
            return re.search(r"\d{6}", row.text).group()
    return ""


def confirm(client, code, **more):
    return client.post(CONFIRM, {"code": code, **more})


def come_in(client, phone=PHONE, **more):
    ask(client, phone, **more)
    return confirm(client, sent(phone))


@pytest.fixture
def known(db):
    """An account with a verified phone and a password."""
    with acting("test"):
        user = phones.account_for(PHONE)
        phones.verified(user, PHONE)
        phones.comes_as(user, "youth")
        user.set_password(PASSWORD)
        user.save()
    return user


# --- The first time, and every time after


@pytest.mark.parametrize(("side", "home"), [("youth", "/me/"), ("employer", "/employer/")])
def test_the_first_code_makes_an_account_on_ones_own_side(client, db, side, home):
    assert come_in(client, side=side)["Location"] == home
    user = User.objects.get(phone_hash=User.hash_of(PHONE))
    assert (user.phone, user.side, user.has_usable_password()) == (PHONE, side, False)
    assert user.phone_verified_at is not None
    assert client.get(home).status_code == 200


def test_the_second_time_it_is_the_same_account(client, known):
    assert come_in(client)["Location"] == "/me/"
    assert client.session["_auth_user_id"] == str(known.pk)
    assert User.objects.filter(is_service=False).count() == 1


def test_who_says_no_side_is_asked_once(client, db):
    assert come_in(client, side="")["Location"] == "/accounts/side/"
    assert client.post("/accounts/side/", {"side": "nobody"}).status_code == 422
    assert client.post("/accounts/side/", {"side": "employer"})["Location"] == "/employer/"
    assert client.get("/accounts/login/")["Location"] == "/employer/"


@pytest.mark.parametrize(
    "typed", ["138 1234 5678", "+86 13812345678", "138-1234-5678", "１３８１２３４５６７８"]
)
def test_a_phone_may_be_written_in_many_ways(client, known, typed):
    ask(client, typed)
    assert confirm(client, sent())["Location"] == "/me/"


@pytest.mark.parametrize("typed", ["12345678901", "1381234567", "023-67890123", "", "abc"])
def test_what_is_no_mobile_is_told_so_and_gets_nothing(client, db, typed):
    response = ask(client, typed)
    assert response.status_code == 200
    assert response.context["form"].errors["phone"]
    assert (Outgoing.objects.count(), User.objects.count()) == (0, 0)


def test_one_comes_back_to_where_one_wanted_to_go(client, known):
    response = client.post(ASK, {"phone": PHONE, "side": "", "next": "/me/messages/"})
    assert response["Location"] == f"{CONFIRM}?next=%2Fme%2Fmessages%2F"
    assert confirm(client, sent(), next="/me/messages/")["Location"] == "/me/messages/"


def links(page) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'href="(/accounts/[^"]+)"', page)]


WANTED = "/me/chongqing/apply/7/"


@pytest.mark.parametrize(("side", "typed"), [("youth", {}), ("", {"side": "youth"})])
def test_where_one_wanted_to_go_is_known_on_every_way_in(client, db, side, typed):
    """From the sign-in page over registering, or straight, a code that ran out in between."""
    door = client.get(f"/accounts/login/?next={WANTED}").content.decode()
    onward = [link for link in links(door) if WANTED in unquote(link)]
    assert [urlsplit(link).path for link in onward] == [
        ASK,
        "/accounts/login/",
        "/accounts/register/",
    ]
    choice = links(client.get(onward[-1]).content.decode())
    assert [unquote(link).partition("next=")[2] for link in choice] == [WANTED] * 4
    form = client.get(next(link for link in choice if f"as={side}" in link or not side))
    assert f'name="next" value="{WANTED}"' in form.content.decode()
    asked = ask(client, **{"side": side, **typed, "next": WANTED})
    assert WANTED in unquote(client.get(asked["Location"]).content.decode())
    for _ in range(3):
        spent = confirm(client, "12345", next=WANTED)
    assert unquote(spent["Location"]) == f"{ASK}?next={WANTED}"
    cache.clear()
    ask(client, side="youth", next=WANTED)
    assert confirm(client, sent(), next=WANTED)["Location"] == WANTED
    assert client.get(f"/accounts/register/?next={WANTED}")["Location"] == WANTED


@pytest.mark.parametrize("trap", ["https://evil.example/", "//evil.example/me/", "javascript:x"])
def test_nobody_is_led_to_another_host(client, db, trap):
    page = client.get("/accounts/register/", {"next": trap}).content.decode()
    assert "next=" not in page
    ask(client, next=trap)
    assert confirm(client, sent(), next=trap)["Location"] == "/me/"


# --- Nothing tells who has an account


def test_a_known_and_an_unknown_phone_are_answered_alike(client, known):
    pages = []
    for phone in (PHONE, OTHER):
        fresh = Client()
        answer = ask(fresh, phone)
        page = fresh.get(answer["Location"]).content.decode()
        pages.append((answer.status_code, answer["Location"], _without(page, phone)))
        assert sent(phone)
    assert pages[0] == pages[1]


def test_a_wrong_password_sounds_the_same_for_known_and_unknown(client, known):
    pages = [
        client.post("/accounts/login/", {"login": phone, "password": "wrong-horse-9"})
        for phone in (PHONE, OTHER)
    ]
    first, second = (
        _without(page.content.decode(), phone) for page, phone in zip(pages, (PHONE, OTHER))
    )
    assert "手机号或密码不对" in first
    assert first == second


def _without(page, phone):
    page = page.replace(phone, "")
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken":)"[^"]+"', "", page)


# --- Codes


def test_a_wrong_code_does_not_let_in_and_the_third_ends_it(client, known):
    ask(client)
    code = sent()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(2):
        assert "验证码不对" in confirm(client, wrong).content.decode()
    assert confirm(client, wrong)["Location"] == ASK
    assert confirm(client, code)["Location"] == ASK
    assert client.get("/me/").status_code == 302


def test_a_code_runs_out(client, known, monkeypatch):
    ask(client)
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    assert confirm(client, sent())["Location"] == ASK
    assert client.get("/me/").status_code == 302


def test_a_code_is_good_once_and_in_one_browser_only(client, known):
    ask(client)
    code = sent()
    other = Client()
    assert confirm(other, code)["Location"] == ASK
    assert confirm(client, code).status_code == 302
    client.post("/accounts/logout/")
    assert confirm(client, code)["Location"] == ASK


def test_a_code_is_not_asked_for_twice_at_once(client, known):
    ask(client)
    response = ask(Client())
    assert "太频繁" in response.content.decode()
    assert Outgoing.objects.count() == 1


def test_a_code_is_not_sent_again_at_once(client, known):
    ask(client)
    client.post(CONFIRM, {"action": "resend"})
    assert "太频繁" in client.get(CONFIRM).content.decode()
    assert Outgoing.objects.count() == 1


def test_the_code_stands_nowhere_in_the_clear(client, known):
    ask(client)
    code = sent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, text FROM accounts_outgoing")
        stored = b"".join(bytes(value) for row in cursor.fetchall() for value in row)
        cursor.execute("SELECT session_data FROM django_session")
        stored += "".join(row[0] for row in cursor.fetchall()).encode()
        cursor.execute(
            "SELECT phone FROM accounts_user UNION ALL SELECT phone FROM accounts_userevent"
        )
        stored += b"".join(bytes(row[0]) for row in cursor.fetchall() if row[0])
    assert code.encode() not in stored
    assert PHONE.encode() not in stored


def test_who_never_came_with_the_code_is_forgotten(client, known):
    ask(client, OTHER)
    assert User.objects.filter(phone_hash=User.hash_of(OTHER)).exists()
    assert phones.forget_unused(timezone.now() - timedelta(days=1)) == 0
    assert phones.forget_unused(timezone.now() + timedelta(days=1)) == 1
    assert list(User.objects.values_list("pk", flat=True)) == [known.pk]


# --- Passwords


def test_phone_and_password_let_in(client, known):
    response = client.post("/accounts/login/", {"login": "138 1234 5678", "password": PASSWORD})
    assert response["Location"] == "/me/"


def test_failures_are_counted_however_the_phone_is_written(client, known):
    for typed in (PHONE, "138 1234 5678", "+8613812345678", "138-1234-5678", PHONE):
        client.post("/accounts/login/", {"login": typed, "password": "wrong-horse-9"})
    page = client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    assert "暂停验证" in page.content.decode()


def test_who_came_by_code_sets_a_password(client, db):
    come_in(client)
    page = client.get("/accounts/")
    assert "设置密码" in page.content.decode()
    response = client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    assert response.status_code == 302
    client.post("/accounts/logout/")
    assert client.post("/accounts/login/", {"login": PHONE, "password": NEW})["Location"] == "/me/"


def test_who_forgot_the_password_comes_by_code_and_sets_another(client, known):
    come_in(client)
    response = client.post("/accounts/password/", {"password1": NEW, "password2": NEW})
    assert response["Location"] == "/me/"
    known.refresh_from_db()
    assert known.check_password(NEW)


def test_who_came_by_password_must_know_it_to_change_it(client, known):
    client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    response = client.post("/accounts/password/", {"password1": NEW, "password2": NEW})
    assert response.status_code == 200
    known.refresh_from_db()
    assert known.check_password(PASSWORD)


# --- Another phone


def test_a_phone_is_changed_by_a_code_to_the_new_one_and_the_old_one_is_told(client, db):
    come_in(client)
    assert (
        client.post("/accounts/phone/", {"phone": OTHER})["Location"] == "/accounts/phone/confirm/"
    )
    assert client.post("/accounts/phone/confirm/", {"code": sent(OTHER)}).status_code == 302
    user = User.objects.get()
    assert (user.phone, bytes(user.phone_hash)) == (OTHER, User.hash_of(OTHER))
    told = next(row.text for row in Outgoing.objects.all() if row.recipient == PHONE)
    assert "139****4321" in told
    assert OTHER not in told


def test_anothers_phone_is_not_taken_even_with_the_code(client, known):
    come_in(client, OTHER)
    client.post("/accounts/phone/", {"phone": PHONE})
    response = client.post("/accounts/phone/confirm/", {"code": sent(PHONE) or "123456"})
    assert response.status_code == 200
    assert User.objects.get(phone_hash=User.hash_of(PHONE)).pk == known.pk


def test_staff_keep_signing_in_by_user_name_whatever_their_phone(client, clerk):
    client.post("/accounts/login/", {"login": "jingban", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/phone/", {"phone": PHONE})
    client.post("/accounts/phone/confirm/", {"code": sent()})
    clerk.refresh_from_db()
    assert (clerk.phone, clerk.phone_hash) == (PHONE, None)
    cache.clear()  # else the phone has had its code
    assert come_in(Client())["Location"] == "/me/"
    assert User.objects.exclude(pk=clerk.pk).count() == 1


# --- At the same time


@pytest.mark.django_db(transaction=True)
def test_the_same_phone_registering_twice_at_once_is_one_account():
    made = at_once(*[partial(phones.account_for, PHONE)] * 4)
    assert [user.pk for user in made] == [User.objects.get().pk] * 4


# --- Addresses


def test_registering_asks_as_what_and_staff_find_their_own_door(client, db):
    page = client.get(reverse("account_register")).content.decode()
    assert f"{ASK}?as=youth" in page
    assert f"{ASK}?as=employer" in page
    assert client.get(f"{ASK}?as=employer").context["side"] == "employer"
    assert client.get(f"{ASK}?as=<b>").context["side"] is None
