"""The gate itself: no rule, nobody; a reading request writes nothing; a refusal stores nothing."""

import pytest
from django.db.utils import InternalError
from django.urls import URLPattern, get_resolver

from jianxi.tenancy import scope
from jianxi.web import GUARDED_ELSEWHERE, rule_of
from regions.models import District, Region
from tests.factories import in_region
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
sample = pytest.mark.urls("tests.tripwires.sample_urls")


@pytest.fixture
def clerk():
    with in_region("chongqing"):
        return make_member(make_office("渝中区"), "clerk")


def order_here():
    with scope(region=Region.objects.get(slug="chongqing")):
        return District.objects.get(name="渝中区").order


@sample
@pytest.mark.parametrize("address", ["/unruled/", "/unruled-class/"])
def test_a_view_that_names_no_rule_lets_nobody_in(client, clerk, address):
    for _ in range(2):
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 403
            assert "没人看" not in response.content.decode()
        client.force_login(clerk)


@sample
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_reading_request_cannot_write(client, clerk, method):
    client.force_login(clerk)
    with pytest.raises(InternalError, match="read-only"):
        getattr(client, method)("/writes/chongqing/")
    assert order_here() != 9000


@sample
def test_a_writing_request_writes_in_the_name_of_its_user(client, clerk):
    client.force_login(clerk)
    assert client.post("/writes/chongqing/").status_code == 200
    with scope(region=Region.objects.get(slug="chongqing")):
        unit = District.objects.get(name="渝中区")
        assert unit.order == 9000
        assert unit.events.order_by("pgh_id").last().pgh_context.metadata["user"] == clerk.pk


@sample
@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_a_refusal_takes_back_what_was_written(client, clerk, status):
    client.force_login(clerk)
    assert client.post(f"/writes/chongqing/?status={status}").status_code == status
    assert order_here() != 9000


@sample
def test_who_loses_a_race_to_a_constraint_is_told_and_nothing_is_stored(client, clerk):
    client.force_login(clerk)
    answer = client.post("/twice/chongqing/")
    assert answer.status_code == 409
    assert "刚才有人先做了同样的事" in answer.content.decode()
    assert order_here() != 9000


@sample
def test_a_view_finds_what_its_user_holds(client, clerk):
    client.force_login(clerk)
    assert client.get("/office/chongqing/held/").content.decode() == "渝中区"


def views(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.callback
        else:
            yield from views(entry)


def test_every_view_of_ours_names_its_rule():
    unruled = [
        f"{view.__module__}.{view.__name__}"
        for view in views()
        if rule_of(view) is None and not view.__module__.startswith(GUARDED_ELSEWHERE)
    ]
    assert unruled == []


def test_every_right_a_view_asks_for_is_one_there_is():
    known = {codename for codename, _ in District._meta.permissions}
    asked = {getattr(rule_of(view), "permission", None) for view in views()} - {None}
    assert asked - known == set()
