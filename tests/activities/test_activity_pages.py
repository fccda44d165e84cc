"""Activities are listed, entered by hand and corrected."""

import pytest

from activities.models import Activity
from tests.factories import district, in_region, make_activity
from tests.records import at, correction, fresh, names_in, sign_in

pytestmark = pytest.mark.django_db


def filled(where="渝中区", region="chongqing", **changes):
    with in_region(region):
        unit = district(where).pk
    return {
        "number": "HD-9",
        "district": unit,
        "held_on": "2026-11-02",
        "kind": "policy_talk",
        "title": "政策进校园",
        "employers_served": "12",
        "youths_served": "80",
        **dict.fromkeys(("bases", "positions", "unemployed_youths", "graduates", "placed"), "0"),
    } | changes


def test_an_activity_is_entered_by_hand(client):
    sign_in(client, "渝中区", "clerk")
    answer = client.post(at("activity_new"), filled())
    with in_region("chongqing"):
        row = Activity.objects.get()
    assert answer.url == at("activity", row.pk)
    assert (row.title, row.youths_served, row.district.name) == ("政策进校园", 80, "渝中区")
    assert names_in(client.get(at("activities", q="进校园"))) == ["政策进校园"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"youths_served": "-1"}, "youths_served"),
        ({"youths_served": "99999999999"}, "youths_served"),
        ({"youths_served": "1.5"}, "youths_served"),
        ({"kind": "x"}, "kind"),
        ({"held_on": "昨天"}, "held_on"),
        ({"title": "x" * 121}, "title"),
        ({"number": "HD-1"}, "number"),
        ({"district": "0"}, "district"),
        ({"district": ""}, "district"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(client, changes, field):
    with in_region("chongqing"):
        make_activity("渝中区", number="HD-1")
    sign_in(client, "渝中区", "clerk")
    page = client.post(at("activity_new"), filled(**changes))
    assert page.status_code == 422
    assert list(page.context["sheets"][0].errors) == [field]
    assert names_in(client.get(at("activities"))) == ["HD-1"]


def test_it_lies_in_a_lowest_unit_that_the_user_holds(client):
    sign_in(client, "银川市", "clerk", region="ningxia")
    address = at("activity_new", region="ningxia")
    for where in ("银川市", "大武口区"):
        page = client.post(address, filled(where, "ningxia"))
        assert list(page.context["sheets"][0].errors) == ["district"], where
    assert client.post(address, filled("兴庆区", "ningxia")).status_code == 302


def test_a_correction_moves_it_between_units_held_only(client):
    with in_region("chongqing"):
        row = make_activity("渝中区", number="HD-1")
        elsewhere = district("万州区").pk
    sign_in(client, "渝中区", "clerk")
    address = at("activity_edit", row.pk)
    page = client.post(address, correction(client.get(address), district=elsewhere))
    assert page.status_code == 422
    assert client.post(address, correction(client.get(address), graduates="7")).status_code == 302
    assert (fresh(row).graduates, fresh(row).district_id) == (7, row.district_id)


def test_a_nought_that_a_colleague_entered_is_taken_over(client):
    with in_region("chongqing"):
        row = make_activity("渝中区", number="HD-1", graduates=5)
    sign_in(client, "渝中区", "clerk")
    address = at("activity_edit", row.pk)
    mine = correction(client.get(address), title="供需对接")
    theirs = correction(client.get(address), graduates="0")
    assert client.post(address, theirs).status_code == 302
    page = client.post(address, mine)
    assert page.status_code == 409
    assert client.post(address, correction(page)).status_code == 302
    assert (fresh(row).graduates, fresh(row).title) == (0, "供需对接")
