"""How a region reports, and what it brings along when it joins during a year."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from reporting.compiling import compute, form_for
from reporting.models import OpeningFigure
from reporting.periods import Period
from subsidies.models import Payment
from tests.factories import (
    district,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.months import officers

HERE, ABOVE = "渝中区", "重庆市"
SEPTEMBER = Period.parse("2026-09")


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


@pytest.fixture
def admin(client, people):
    client.force_login(people[ABOVE, "admin"])
    return client


@pytest.fixture
def page():
    return reverse("office:opening", args=["chongqing"])


def start(client, page, month="2026-09", two=""):
    sent = {"part": "start", "reporting_starts": month} | (
        {"two_person_submission": two} if two else {}
    )
    return client.post(page, sent)


def field(name, code):
    return f"{district(name).key}.national14.{code}"


def september(region, name=HERE):
    compiled = compute(form_for(region, SEPTEMBER), SEPTEMBER)
    unit = next(unit for unit in compiled.units.valid if unit.name == name)
    return compiled.figures[unit.pk], [f.rule for f in compiled.findings[unit.pk]]


def test_the_first_month_begins_with_what_was_brought_along(admin, page, chongqing):
    base = make_base(HERE)
    position = make_position(base)
    make_agreement(position, signed_on=date(2026, 8, 1), arrived_on=date(2026, 8, 2))
    make_payment(base, paid_on=date(2026, 9, 3), amount="1000.00")
    assert start(admin, page).status_code == 302
    sent = {field(HERE, "13"): "1", field(HERE, "14"): "20000.50"}
    assert admin.post(page, sent).status_code == 302
    chongqing.refresh_from_db()
    figures, broken = september(chongqing)
    assert (figures["13"], figures["14"], broken) == (1, Decimal("21000.50"), [])
    opening = Payment.objects.get(kind="opening")
    assert (opening.paid_on, opening.district.name) == (date(2026, 8, 31), HERE)


def test_a_stock_that_does_not_continue_breaks_its_rule(admin, page, chongqing):
    start(admin, page)
    admin.post(page, {field(HERE, "13"): "5"})
    chongqing.refresh_from_db()
    assert september(chongqing)[1] == ["S1"]


def test_entering_again_changes_and_emptying_takes_back(admin, page):
    start(admin, page)
    for amount in ("100", "200"):
        admin.post(page, {field(HERE, "13"): "3", field(HERE, "14"): amount})
    assert Payment.objects.standing().get().amount == 200
    admin.post(page, {})
    assert (OpeningFigure.objects.count(), Payment.objects.standing().count()) == (0, 0)


@pytest.mark.parametrize(
    ("code", "text"), [("13", "-1"), ("13", "1.5"), ("14", "1.234"), ("14", "很多")]
)
def test_a_figure_that_is_none_is_told_at_its_field_and_nothing_is_kept(admin, page, code, text):
    start(admin, page)
    answer = admin.post(page, {field(HERE, code): text, field("万州区", "13"): "4"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field(HERE, code)])
    assert text in answer.content.decode()
    assert not OpeningFigure.objects.exists()


def test_what_was_paid_follows_when_the_first_month_moves(admin, page):
    start(admin, page)
    admin.post(page, {field(HERE, "14"): "100"})
    start(admin, page, "2026-10")
    assert Payment.objects.get().paid_on == date(2026, 9, 30)


@pytest.mark.parametrize("month", ["2026-13", "九月", "2099-01", "2026-01", ""])
def test_a_first_month_that_cannot_be_is_told(admin, page, month):
    """January is none while something paid before it in the year is entered, nor is no month."""
    start(admin, page)
    admin.post(page, {field(HERE, "14"): "100"})
    answer = start(admin, page, month)
    assert (answer.status_code, list(answer.context["start_form"].errors)) == (
        422,
        ["reporting_starts"],
    )


def test_in_january_nothing_was_paid_before(admin, page):
    start(admin, page, "2026-01")
    assert [c.indicator.code for c in admin.get(page).context["columns"]] == ["13"]


def test_the_region_decides_whether_a_second_person_confirms(admin, page, chongqing):
    start(admin, page, "", two="on")
    chongqing.refresh_from_db()
    assert (chongqing.two_person_submission, chongqing.reporting_starts) == (True, None)


def test_a_districts_admin_enters_its_own_figures_and_sets_nothing(client, people, admin, page):
    start(admin, page)
    client.force_login(people[HERE, "admin"])
    shown = client.get(page).context
    assert ([row["unit"].name for row in shown["rows"]], shown["may_set"]) == ([HERE], False)
    client.post(page, {field(HERE, "13"): "3", field("万州区", "13"): "4"})
    assert [row.district.name for row in OpeningFigure.objects.all()] == [HERE]
    assert start(client, page).status_code == 403
