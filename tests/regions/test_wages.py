"""The table of minimum wages: what holds where and when, and who keeps it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jianxi.tenancy import scope
from regions.models import MinimumWage, Region
from regions.wages import minimum_wage
from tests.factories import district, in_region
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
RATE = {"amount": "2330", "effective_from": "2025-01-01", "source": "渝府发〔2024〕99号"}


def at(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


def signed_in(client, where, *roles):
    with in_region("chongqing"):
        client.force_login(make_member(make_office(where), *roles))
    return client


def rate(where, amount, since):
    unit = district(where)
    return MinimumWage.objects.create(
        region=unit.region, district=unit, amount=amount, effective_from=since, source="示例文号"
    )


def kept():
    with scope(region=Region.objects.get(slug="chongqing")):
        rates = MinimumWage.objects.order_by("district__order")
        return [(str(row.district), row.amount, str(row.effective_from)) for row in rates]


def test_the_rate_of_the_nearest_unit_on_the_day_holds():
    with in_region("chongqing"):
        rate("重庆市", 2100, date(2022, 4, 1))
        rate("重庆市", 2330, date(2025, 1, 1))
        rate("万州区", 2000, date(2022, 4, 1))
        found = [
            minimum_wage(district(where), day)
            for where in ("渝中区", "万州区")
            for day in (date(2022, 3, 31), date(2024, 12, 31), date(2025, 1, 1))
        ]
    amounts = [row and row.amount for row in found]
    assert amounts == [None, 2100, 2330, None, 2000, 2000]


def test_a_county_follows_its_city():
    with in_region("ningxia"):
        rate("银川市", 2050, date(2024, 1, 1))
        assert minimum_wage(district("贺兰县"), date(2026, 1, 1)).amount == 2050
        assert minimum_wage(district("盐池县"), date(2026, 1, 1)) is None


def test_a_rate_is_entered_for_the_whole_region(client):
    response = signed_in(client, "重庆市", "clerk").post(at("wage_new"), RATE | {"units": ""})
    assert response["Location"] == at("wages")
    assert kept() == [("重庆市", Decimal(2330), "2025-01-01")]
    page = client.get(at("wages")).content.decode()
    assert "重庆市全境" in page
    assert "2,330.00 元" in page


def test_a_rate_is_entered_for_units_as_a_notice_lists_them(client):
    signed_in(client, "重庆市", "reviewer").post(
        at("wage_new"), RATE | {"units": "万州区、涪陵区，石柱土家族自治县 石柱县"}
    )
    assert [name for name, *_ in kept()] == ["万州区", "涪陵区", "石柱县"]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"units": "万州区、某某区"}, "没有找到这些区县，或者有重名：某某区"),
        ({"amount": "0"}, "金额要大于 0"),
        ({"amount": "二千"}, "请填写数字"),
        ({"effective_from": "2025-13-01"}, "没有这一天，或者写法不对"),
        ({"source": ""}, "请填写这一项"),
    ],
)
def test_a_rate_that_cannot_be_is_told_and_not_entered(client, changed, told):
    response = signed_in(client, "重庆市", "clerk").post(at("wage_new"), RATE | changed)
    assert (response.status_code, told in response.content.decode()) == (422, True)
    assert kept() == []


def test_one_rate_a_day_and_unit(client):
    staff = signed_in(client, "重庆市", "clerk")
    staff.post(at("wage_new"), RATE | {"units": "万州区"})
    again = staff.post(at("wage_new"), RATE | {"units": "涪陵区、万州区"})
    assert "从这一天起的标准已经录入：万州区。" in again.content.decode()
    staff.post(at("wage_new"), RATE | {"units": "万州区", "effective_from": "2026-01-01"})
    with scope(region=Region.objects.get(slug="chongqing")):
        later = MinimumWage.objects.get(effective_from=date(2026, 1, 1))
    moved = staff.post(at("wage_edit", later.pk), RATE)
    assert (moved.status_code, len(kept())) == (422, 2)


def test_a_rate_is_corrected_and_removed(client):
    with in_region("chongqing"):
        wrong = rate("万州区", 233, date(2025, 1, 1))
    staff = signed_in(client, "万州区", "clerk")
    staff.post(at("wage_edit", wrong.pk), RATE)
    assert kept() == [("万州区", Decimal(2330), "2025-01-01")]
    staff.post(at("wage_delete", wrong.pk))
    assert kept() == []


def test_a_district_keeps_its_own_rates_and_reads_the_others(client):
    with in_region("chongqing"):
        others = rate("涪陵区", 2200, date(2025, 1, 1))
    staff = signed_in(client, "万州区", "clerk")
    assert "涪陵区" in staff.get(at("wages")).content.decode()
    assert staff.get(at("wage_edit", others.pk)).status_code == 403
    assert staff.post(at("wage_delete", others.pk)).status_code == 403
    refused = staff.post(at("wage_new"), RATE | {"units": "涪陵区"})
    assert "没有找到这些区县" in refused.content.decode()
    unnamed = staff.post(at("wage_new"), RATE | {"units": ""})
    assert "请写明适用哪些区县" in unnamed.content.decode()
    assert kept() == [("涪陵区", Decimal(2200), "2025-01-01")]


def test_who_only_reads_cannot_enter(client):
    staff = signed_in(client, "重庆市", "viewer")
    assert "录入标准" not in staff.get(at("wages")).content.decode()
    assert staff.get(at("wage_new")).status_code == 403


@pytest.mark.parametrize(
    ("slug", "where", "told"),
    [("chongqing", "重庆市", "本地文件没有规定"), ("changsha", "长沙市", "长人社规")],
)
def test_the_page_says_whether_anything_is_held_against_them(client, slug, where, told):
    with in_region(slug):
        client.force_login(make_member(make_office(where), "reviewer"))
    page = client.get(reverse("office:wages", args=[slug])).content.decode()
    assert (told in page, "才能自动核验" in page) == (True, slug == "changsha")
