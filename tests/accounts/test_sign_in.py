"""Signing in by user name and password, and what stands between that and the first page."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import members
from accounts.models import User
from jianxi.history import acting
from tests.accounts.conftest import PASSWORD
from tests.factories import in_region
from tests.people import make_member, make_office

LOGIN = "/accounts/login/"
HOME = "/office/chongqing/"


def sign_in(client, username="jingban", password=PASSWORD, to=""):
    return client.post(LOGIN, {"login": username, "password": password, "next": to})


def test_an_officer_of_one_region_goes_straight_to_work(client, clerk):
    assert sign_in(client)["Location"] == HOME
    page = client.get(HOME).content.decode()
    assert "李经办" in page


def test_an_officer_of_two_regions_chooses(client, clerk):
    with in_region("ningxia"):
        members.appoint(clerk, make_office("银川市"), "viewer")
    assert sign_in(client)["Location"] == "/"
    own = client.get("/").context["own"]
    assert [region.slug for region in own] == ["chongqing", "ningxia"]


def test_after_signing_in_one_is_back_where_one_wanted_to_go(client, clerk):
    wanted = reverse("office:policies", args=["chongqing"])
    response = client.get(wanted)
    assert response["Location"] == f"{LOGIN}?next={wanted}"
    assert sign_in(client, to=wanted)["Location"] == wanted


def test_nobody_is_sent_to_another_site(client, clerk):
    assert sign_in(client, to="https://example.org/")["Location"] == HOME


def test_what_was_posted_is_not_replayed_but_its_page_comes_back(client, clerk):
    page = "http://testserver/office/chongqing/members/?x=1"
    target = reverse("office:role_end", args=["chongqing", 1])
    response = client.post(target, headers={"referer": page})
    assert response["Location"] == f"{LOGIN}?next=/office/chongqing/members/%3Fx%3D1"
    response = client.post(target, headers={"referer": "https://example.org/evil"})
    assert response["Location"] == f"{LOGIN}?next={target}"
    response = client.get(target, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert response["Location"] == f"{LOGIN}?next=/office/chongqing/members/%3Fx%3D1"


@pytest.mark.parametrize(
    ("username", "password"), [("jingban", "wrong-horse-9"), ("nobody", PASSWORD)]
)
def test_a_wrong_name_and_a_wrong_password_sound_the_same(client, clerk, username, password):
    response = sign_in(client, username, password)
    assert "用户名或密码不对，请核对后再试。" in response.content.decode()
    assert PASSWORD not in response.content.decode()


def test_after_repeated_failures_even_the_right_password_waits(client, clerk):
    for _ in range(5):
        sign_in(client, password="wrong-horse-9")
    page = sign_in(client)
    assert page.status_code == 200
    assert f"请过 {settings.LOCKOUT_MINUTES} 分钟再试" in page.content.decode()


def test_a_lock_out_is_of_one_account(client, clerk):
    for _ in range(5):
        sign_in(client, "other", "wrong-horse-9")
    assert sign_in(client).status_code == 302


def test_a_successful_sign_in_does_not_forgive_failures(client, clerk):
    for _ in range(4):
        sign_in(client, password="wrong-horse-9")
    sign_in(client)
    client.logout()
    sign_in(client, password="wrong-horse-9")
    assert sign_in(client).status_code == 200


def test_an_inactive_account_does_not_come_in(client, clerk):
    with acting("test"):
        clerk.is_active = False
        clerk.save()
    sign_in(client)
    assert client.get(HOME)["Location"].startswith(LOGIN)


def test_signing_up_and_resetting_by_mail_have_no_address(client, db):
    for path in ("signup/", "password/reset/", "confirm-email/"):
        assert client.get(f"/accounts/{path}").status_code == 404


# --- What a colleague handed over


@pytest.fixture
def handed_over(clerk):
    with acting("test"):
        return members.reset_password(clerk)


def test_a_password_handed_over_is_changed_first(client, clerk, handed_over):
    sign_in(client, password=handed_over)
    for address in (HOME, reverse("office:policies", args=["chongqing"])):
        assert client.get(address)["Location"] == reverse("account_change_password")
    assert client.post(reverse("office:office_new", args=["chongqing"])).status_code == 302
    assert "一次性密码" in client.get(reverse("account_change_password")).content.decode()


def change(client, old, new, again=None):
    return client.post(
        reverse("account_change_password"),
        {"oldpassword": old, "password1": new, "password2": again or new},
    )


def test_once_changed_the_way_is_open(client, clerk, handed_over):
    sign_in(client, password=handed_over)
    assert change(client, handed_over, "battery-staple-7")["Location"] == HOME
    assert client.get(HOME).status_code == 200
    clerk.refresh_from_db()
    assert clerk.check_password("battery-staple-7")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (None, "新密码不能和现在的一样。"),
        ("short-7", "密码太短，至少要 10 个字符。"),
        ("1234567890", "数字"),
        ("qwertyuiop", "常见"),
        ("jingban123", "相似"),
    ],
)
def test_a_weak_password_is_refused_in_words(client, clerk, handed_over, new, words):
    sign_in(client, password=handed_over)
    response = change(client, handed_over, new or handed_over)
    assert words in response.content.decode()
    clerk.refresh_from_db()
    assert clerk.must_change_password


def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(client, clerk, client2):
    sign_in(client)
    sign_in(client2)
    change(client, PASSWORD, "battery-staple-7")
    assert client.get(HOME).status_code == 200
    assert client2.get(HOME)["Location"].startswith(LOGIN)


@pytest.fixture
def client2():
    return Client()


# --- Losing access


def test_a_role_that_ended_closes_the_office_at_once(client, clerk):
    sign_in(client)
    with in_region("chongqing"):
        members.end_membership(clerk.memberships.get())
    assert client.get(HOME).status_code == 404
    assert client.get("/").context["own"] == []


def test_a_reset_password_ends_open_sessions(client, clerk):
    sign_in(client)
    with acting("test"):
        members.reset_password(clerk)
    assert client.get(HOME)["Location"].startswith(LOGIN)


def test_create_admin_makes_the_first_one(client, db, capsys):
    arguments = {"region": "changsha", "username": "cs-admin", "name": "唐管理"}
    call_command("create_admin", **arguments)
    office, username, password = capsys.readouterr().out.split()
    assert (office, username) == ("长沙市人力资源和社会保障局:", "cs-admin")
    sign_in(client, "cs-admin", password)
    change(client, password, "battery-staple-7")
    assert client.get("/office/changsha/members/").status_code == 302
    with pytest.raises(CommandError, match="已存在"):
        call_command("create_admin", **arguments)
    assert User.objects.filter(username="cs-admin").count() == 1


def test_pages_of_the_signed_in_are_not_kept_by_browsers(client, clerk):
    sign_in(client)
    assert client.get(HOME)["Cache-Control"] == "private, no-store"


def test_a_member_of_no_office_of_the_region_finds_nothing(client, clerk):
    sign_in(client)
    assert client.get("/office/ningxia/").status_code == 404
    assert client.get("/office/nowhere/").status_code == 404


def test_make_member_of_another_region_is_a_stranger(client, db):
    with in_region("ningxia"):
        stranger = make_member(make_office("银川市"), "admin")
    client.force_login(stranger)
    assert client.get(HOME).status_code == 404
