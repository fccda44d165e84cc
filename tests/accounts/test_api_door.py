"""Tokens at the API's door, and the shape of its refusals."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import members, tokens
from accounts.models import ApiToken
from jianxi.history import acting
from regions.models import Region
from tests.factories import in_region
from tests.people import make_member, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.tripwires.sample_urls")]
COUNTS = "/api/v1/chongqing/counts/"
PROBLEM = "application/problem+json"


@pytest.fixture
def issued():
    with in_region("chongqing"):
        return tokens.issue(make_office("渝中区"), name="省平台", expires_on=timezone.localdate())


def bearer(secret):
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_token_sees_what_its_office_may_view(issued):
    token, secret = issued
    answer = bearer(secret).get(COUNTS).json()
    assert answer == {"units": ["渝中区"], "user": token.user.username}


def test_a_token_only_views(issued):
    _, secret = issued
    response = bearer(secret).get("/api/v1/chongqing/no/")
    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)


def test_a_token_opens_no_other_region(issued):
    response = bearer(issued[1]).get("/api/v1/ningxia/counts/")
    assert (response.status_code, response.json()["title"]) == (404, "找不到")
    assert bearer(issued[1]).get("/api/v1/nowhere/counts/").status_code == 404


def test_without_a_valid_token_the_door_stays_shut(issued, client):
    _, secret = issued
    headers = ["", secret, f"Basic {secret}", "Bearer", "Bearer jx_", f"Bearer {secret}x"]
    for header in headers:
        response = Client(headers={"Authorization": header}).get(COUNTS)
        assert response.status_code == 401, header
        assert response["WWW-Authenticate"] == "Bearer"
        assert response["Content-Type"] == PROBLEM
    assert client.get(COUNTS).json() == {
        "type": "about:blank",
        "title": "需要有效的令牌",
        "status": 401,
        "detail": "请在 Authorization 头里给出有效的令牌：Bearer jx_…",
        "errors": [],
    }


def test_a_token_ends_when_it_is_revoked(issued):
    token, secret = issued
    with in_region("chongqing"):
        tokens.revoke(token)
    assert bearer(secret).get(COUNTS).status_code == 401


def test_a_token_ends_after_its_day(issued):
    _, secret = issued
    with in_region("chongqing"):
        ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    assert bearer(secret).get(COUNTS).status_code == 401


def test_a_token_ends_with_its_identitys_membership(issued):
    token, secret = issued
    with in_region("chongqing"):
        members.end_membership(token.user.memberships.get())
    assert bearer(secret).get(COUNTS).status_code == 404


def test_a_token_cannot_sign_in_to_pages(issued, client):
    token, secret = issued
    client.post("/accounts/login/", {"login": token.user.username, "password": secret})
    assert client.get("/office/chongqing/").status_code == 302
    assert bearer(secret).get("/office/chongqing/").status_code == 302


def test_a_visitors_cookie_opens_nothing(client):
    with in_region("chongqing"):
        client.force_login(make_member(make_office("渝中区"), "clerk"))
    assert client.get(COUNTS).status_code == 401
    assert client.post(COUNTS, {"period": "2026-10"}).status_code == 401
    assert Region.objects.get(slug="chongqing").reporting_starts is None


def test_what_a_token_writes_is_written_in_its_name(issued):
    token, secret = issued
    response = bearer(secret).post(COUNTS, {"period": "2026-10"}, content_type="application/json")
    assert response.status_code == 200
    event = Region.objects.get(slug="chongqing").events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["user"] == token.user_id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"period": "Oktober"}, "period"),
        ({}, "period"),
        ({"period": "2026-10", "rows": ["x"]}, "rows.0"),
    ],
)
def test_a_fault_names_its_field_and_stores_nothing(issued, body, field):
    response = bearer(issued[1]).post(COUNTS, body, content_type="application/json")
    answer = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
    assert sorted(answer) == ["detail", "errors", "status", "title", "type"]
    assert [error["field"] for error in answer["errors"]] == [field]
    assert Region.objects.get(slug="chongqing").reporting_starts is None


OBJECT = "内容应是一个 JSON 对象，用花括号写出各个字段。"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "period：该字段是必填项。"),
        (
            {"period": "x", "rows": {}},
            "period：输入值不匹配要求的模式。rows：内容应是一个 JSON 数组，用方括号写出各项。",
        ),
        ([1], OBJECT),
        ("x", OBJECT),
        (None, OBJECT),
    ],
)
def test_what_is_wrong_is_told_in_sentences(issued, body, detail):
    response = bearer(issued[1]).post(COUNTS, json.dumps(body), content_type="application/json")
    assert (response.status_code, response.json()["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("method", "data", "content_type", "status"),
    [
        ("delete", None, "application/json", 405),
        ("post", "{", "application/json", 400),
        ("post", "<a/>", "text/xml", 415),
    ],
)
def test_every_refusal_has_the_same_shape(issued, method, data, content_type, status):
    ask = getattr(bearer(issued[1]), method)
    response = ask(COUNTS, data, content_type=content_type)
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    assert response.json()["status"] == status
    assert not response.json()["detail"].isascii()


def test_an_address_that_leads_nowhere_answers_in_the_same_shape(client):
    response = client.get("/api/v1/nothing/at/all/")
    assert (response.status_code, response["Content-Type"]) == (404, PROBLEM)
    assert client.get("/nothing/at/all/")["Content-Type"].startswith("text/html")


def test_too_many_requests_are_told_to_wait(issued, monkeypatch):
    monkeypatch.setattr(tokens.ApiThrottle, "THROTTLE_RATES", {"api": "2/min"})
    asked = [bearer(issued[1]).get(COUNTS) for _ in range(3)]
    assert [response.status_code for response in asked] == [200, 200, 429]
    assert (asked[-1]["Content-Type"], asked[-1]["Retry-After"]) == (PROBLEM, "60")


def test_when_a_token_was_last_used_is_remembered(issued):
    token, secret = issued
    assert tokens.last_used(token) is None
    bearer(secret).get(COUNTS)
    assert timezone.now() - tokens.last_used(token) < timedelta(minutes=1)


def test_revoking_is_in_the_history(issued):
    token, _ = issued
    with in_region("chongqing"):
        admin = make_member(token.office, "admin", name="周管理")
        with acting(admin):
            tokens.revoke(token)
        event = token.events.order_by("pgh_id").last()
        assert event.pgh_context.metadata["name"] == "周管理"
        assert event.revoked_at is not None
