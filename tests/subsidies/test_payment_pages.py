"""Payments are listed, entered by hand and corrected."""

from datetime import date
from decimal import Decimal

import pytest

from subsidies.models import Payment
from tests.factories import district, in_region, make_base, make_payment
from tests.records import at, correction, fresh, names_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    with in_region("chongqing"):
        return make_base("渝中区", name="甲公司")


def filled(base, **changes):
    return {
        "number": "BT-9",
        "uscc": base.profile.employer.uscc,
        "kind": "payment",
        "purpose": "internship",
        "paid_on": "2026-11-02",
        "amount": "2100.50",
    } | changes


def test_a_payment_is_entered_by_hand(client, base):
    sign_in(client, "渝中区", "clerk")
    assert "登记一笔" in client.get(at("payments")).text
    answer = client.post(at("payment_new"), filled(base, uscc=base.profile.employer.uscc.lower()))
    with in_region("chongqing"):
        row = Payment.objects.get()
    assert answer.url == at("payment", row.pk)
    assert (row.base_id, row.amount, row.paid_on) == (
        base.pk,
        Decimal("2100.50"),
        date(2026, 11, 2),
    )
    page = client.get(answer.url)
    assert "2,100.50 元" in page.text
    assert [(entry.what, entry.note) for entry in page.context["entries"]] == [("登记", "手工登记")]


def test_a_number_typed_by_hand_is_kept_as_the_ledger_would_look_for_it(client, base):
    sign_in(client, "渝中区", "clerk")
    client.post(at("payment_new"), filled(base, number=" bt－９ "))
    with in_region("chongqing"):
        assert Payment.objects.get().number == "BT-9"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"amount": "0"}, "amount", "金额须大于 0"),
        ({"amount": "-1"}, "amount", "金额须大于 0"),
        ({"amount": "1.234"}, "amount", "2"),
        ({"amount": "1e400"}, "amount", ""),
        ({"amount": "NaN"}, "amount", ""),
        ({"paid_on": "2099-01-01"}, "paid_on", "不能晚于今天"),
        ({"paid_on": "2026-02-30"}, "paid_on", "没有这一天"),
        ({"kind": "opening"}, "kind", ""),
        ({"number": "BT-1"}, "number", "已经用过"),
        ({"number": ""}, "number", "请填写"),
        ({"uscc": "不是代码"}, "uscc", "没有这个代码的基地"),
        ({"note": "\x07"}, "note", "不能保存的字符"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(client, base, changes, field, words):
    with in_region("chongqing"):
        make_payment(base, number="BT-1")
    sign_in(client, "渝中区", "clerk")
    page = client.post(at("payment_new"), filled(base, **changes))
    assert page.status_code == 422
    errors = page.context["sheets"][0].errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert names_in(client.get(at("payments"))) == ["BT-1"]


def test_a_base_of_another_district_cannot_be_named(client, base):
    with in_region("chongqing"):
        other = make_base("万州区", name="不可外泄")
    sign_in(client, "渝中区", "clerk")
    page = client.post(at("payment_new"), filled(other))
    assert list(page.context["sheets"][0].errors) == ["uscc"]
    assert "不可外泄" not in page.text


def test_a_correction_keeps_the_base_and_tells_the_amounts(client, base):
    with in_region("chongqing"):
        row = make_payment(base, number="BT-1")
    sign_in(client, "渝中区", "clerk")
    address = at("payment_edit", row.pk)
    assert client.post(address, correction(client.get(address), amount="1800")).status_code == 302
    assert (fresh(row).amount, fresh(row).base_id) == (Decimal("1800.00"), base.pk)
    change = client.get(at("payment", row.pk)).context["entries"][0].changes[0]
    assert (change.label, change.before, change.after) == (
        "金额（元）",
        Decimal("2100.00"),
        Decimal("1800.00"),
    )


def test_opening_balances_are_no_payments(client):
    with in_region("chongqing") as region:
        opening = Payment.objects.create(
            region=region,
            number="QC-1",
            kind="opening",
            district=district("渝中区"),
            paid_on=date(2026, 1, 1),
            amount="1",
        )
    sign_in(client, "渝中区", "clerk")
    assert names_in(client.get(at("payments"))) == []
    page = client.get(at("payment", opening.pk))
    assert page.status_code == 200
    assert "更正" not in [link["label"] for link in page.context["links"]]
    assert client.get(at("payment_edit", opening.pk)).status_code == 404
