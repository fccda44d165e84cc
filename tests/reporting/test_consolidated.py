"""What a unit above sees of a month: its own computation beside what was submitted and approved."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office
from reporting.compiling import form_for
from reporting.consolidating import consolidated, seen_twice
from reporting.corrections import COURSE, ask
from reporting.models import Report
from reporting.periods import Period
from reporting.sheet import sheet_of
from reporting.workflow import WORKFLOW
from subsidies.models import Payment
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_base,
    make_payment,
    make_position,
    make_trainee,
    move_base,
)
from tests.months import MARCH, address, at_three_stages, compiled, officers, report_of, submitted
from tests.people import make_member, make_office

HERE, THERE, THIRD, ABOVE = "渝中区", "万州区", "巴南区", "重庆市"


@pytest.fixture(scope="module")
def stages(shared_db):
    """Three districts with records: one approved, one submitted, one not."""
    with in_region("chongqing") as region:
        people = officers(HERE, ABOVE)
        return at_three_stages(region, people), people


@pytest.fixture
def month(stages, chongqing):
    return deepcopy(stages[0])


@pytest.fixture
def people(stages, month):
    return deepcopy(stages[1])


def looked_at(region):
    return sheet_of(form_for(region, MARCH), MARCH, district(ABOVE))


def row(found, code):
    (one,) = (one for one in found.rows if one.indicator.code == code)
    return one.own, one.now, one.submitted, one.approved, one.since


def test_each_value_as_computed_as_of_now_as_submitted_and_as_approved(month, chongqing):
    found = consolidated(looked_at(chongqing))
    assert row(found, "13") == (6, 6, 4, 2, 0)
    assert [line.unit.name for line in found.submitted] == [THERE, HERE]
    assert [line.unit.name for line in found.approved] == [HERE]
    assert found.differences == []


def test_what_changed_since_it_was_submitted_names_unit_and_figure(month, chongqing):
    make_payment(month[HERE][0], amount="500.00")
    make_payment(month[THIRD][0], amount="70.00")
    found = consolidated(looked_at(chongqing))
    paid = Decimal("2100.50")
    assert row(found, "14") == (3 * paid + 570, 3 * paid + 570, 2 * paid, paid, 500)
    assert [(d.line.unit.name, d.indicator.code, d.amount) for d in found.differences] == [
        (HERE, "14", 500)
    ]


def test_a_plan_that_was_entered_is_no_sum_of_records(month, chongqing):
    Report.objects.filter(pk=report_of(THIRD).pk).update(plan=9)
    own, now, *_ = row(consolidated(looked_at(chongqing)), "5")
    assert (own, now) == (11, 11)


def test_while_a_month_is_corrected_its_approved_version_counts(month, chongqing, people):
    asked = ask(report_of(HERE), actor=people[HERE, "clerk"], reason="漏报一份三月的协议")
    COURSE.move(asked, "approve_correction", actor=people[ABOVE, "reviewer"])
    make_agreement(month[HERE][1], arrived_on=date(2026, 3, 9))
    assert row(consolidated(looked_at(chongqing)), "13") == (7, 7, 4, 2, 1)
    submitted(HERE, people[HERE, "clerk"])
    assert row(consolidated(looked_at(chongqing)), "13") == (7, 7, 5, 2, 0)
    WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
    assert row(consolidated(looked_at(chongqing)), "13") == (7, 7, 5, 3, 0)


# --- People in two districts


def test_who_counts_in_two_districts_is_named_masked(month, chongqing):
    twice = make_trainee(chongqing, name="孙行者")
    first = make_agreement(
        month[HERE][1],
        twice,
        signed_on=date(2026, 3, 1),
        arrived_on=date(2026, 3, 2),
        ended_on=date(2026, 3, 5),
        end_kind="terminated",
    )
    second = make_agreement(
        month[THERE][1],
        twice,
        signed_on=date(2026, 3, 6),
        planned_start=date(2026, 3, 6),
        arrived_on=date(2026, 3, 6),
    )
    once = make_trainee(chongqing)
    for day in (10, 20):  # twice in one district
        make_agreement(
            month[HERE][1],
            once,
            signed_on=date(2026, 3, day),
            arrived_on=date(2026, 3, day),
            ended_on=date(2026, 3, day + 1),
            end_kind="terminated",
        )
    (seen,), moved = seen_twice(looked_at(chongqing), 50)
    assert (seen.name, moved) == ("孙**", [])
    assert in_items(seen) == [(first, HERE, ["5", "6", "7"]), (second, THERE, ["5", "6", "7"])]


def in_items(seen) -> list[tuple]:
    return [
        (one.agreement, one.unit, [indicator.code for indicator in one.indicators])
        for one in seen.counted
    ]


def test_one_whose_base_moved_within_the_month_is_counted_once_in_each_item(month, chongqing):
    """Arrived in the one district, on post in the other at the month's end."""
    base = make_base(THIRD)
    agreement = make_agreement(make_position(base), arrived_on=date(2026, 3, 2))
    move_base(base, HERE, date(2026, 3, 16))
    twice, (moved,) = seen_twice(looked_at(chongqing), 50)
    assert twice == []
    assert sorted(in_items(moved), key=lambda one: one[1]) == [
        (agreement, THIRD, ["5", "6", "7"]),
        (agreement, HERE, ["13"]),
    ]


# --- The pages


@pytest.fixture
def above(client, people, month):
    client.force_login(people[ABOVE, "reviewer"])
    return client


def test_the_page_leads_from_a_difference_to_its_records(above, month):
    make_payment(month[HERE][0], amount="500.00")
    page = above.get(address("month_consolidated", unit=ABOVE))
    (one,) = page.context["differences"]
    assert (one["unit"].name, one["amount"]) == (HERE, "+500.00")
    assert above.get(one["url"]).context["records"]["number"] == 1
    assert (page.context["submitted"], page.context["approved"]) == (2, 1)
    assert len(page.context["missing"]) == 37
    assert page.context["year_url"] in page.content.decode()
    assert (
        address("month_consolidated", unit=ABOVE)
        in above.get(address("month", unit=ABOVE)).content.decode()
    )


def test_a_lowest_unit_has_no_such_page(above):
    assert above.get(address("month_consolidated")).status_code == 404


def test_who_sees_no_records_sees_no_names(client, month):
    client.force_login(make_member(make_office(ABOVE, kind=Office.Kind.DEPARTMENT), "viewer"))
    page = client.get(address("month_consolidated", unit=ABOVE))
    assert page.context["seen"] is None


def test_the_units_whose_month_changed_say_so_and_the_board_lists_them(above, month, chongqing):
    assert above.get(changed_url()).context["rows"] == []
    make_payment(month[HERE][0], amount="500.00")
    page = above.get(address("month", unit=ABOVE))
    tails = {line["label"]: line["tail"]["label"] for line in page.context["figures"]["rows"]}
    assert (tails[HERE], tails[THERE]) == ("已审定 · 有变动", "已报送")
    (one,) = above.get(changed_url()).context["rows"]
    assert (one["drifted"].unit.name, one["drifted"].period, one["drifted"].codes) == (
        HERE,
        MARCH,
        ["14"],
    )
    assert one["url"] == address("month_changes", 1)


def changed_url(year=2026):
    url = reverse("office:months_changed", args=["chongqing"])
    return f"{url}?form=national14&year={year}"


def test_a_district_is_told_of_its_own_months_alone(client, people, month):
    for where in (HERE, THERE):
        Payment.objects.filter(base=month[where][0]).update(voided_at=timezone.now())
    client.force_login(people[HERE, "clerk"])
    rows = client.get(changed_url()).context["rows"]
    assert [row["drifted"].unit.name for row in rows] == [HERE]


def test_all_months_of_a_year_are_compared_with_as_many_questions_as_one(
    above, month, people, chongqing, django_assert_max_num_queries
):
    make_payment(month[HERE][0], paid_on=date(2026, 1, 5), amount="7.00")
    above.get(changed_url())
    with django_assert_max_num_queries(100) as few:
        assert len(above.get(changed_url()).context["rows"]) == 1
    for text in ("2026-01", "2026-02", "2026-04"):
        compiled(chongqing, Period.parse(text))
        for where in (HERE, THERE):
            submitted(where, people[ABOVE, "clerk"], Period.parse(text))
    for where in (HERE, THERE):
        make_payment(month[where][0], paid_on=date(2026, 1, 5), amount="7.00")
    with django_assert_max_num_queries(len(few)):
        assert len(above.get(changed_url()).context["rows"]) == 8


# --- The year


def year(client, year, unit=ABOVE, **asked):
    url = reverse("office:months_year", args=["chongqing", "national14", year, district(unit).key])
    return client.get(url, asked)


def lines(response) -> dict[str, list]:
    table = response.context["table"]
    return {
        line.name: [cell and (cell.value, cell.is_open) for cell in line.cells] + [line.whole]
        for line in [*table.lines, table.total]
        if any(cell and cell.value for cell in line.cells)
    }


def test_a_year_as_reported_and_on_todays_map(above, chongqing, people):
    """江北区 ended with 2025; what it reported is 两江新区's on today's map."""
    for where in ("江北区", "两江新区"):
        base = make_base(where)
        make_position(base, headcount=2, published_on=date(2025, 12, 3))
    december = Period.parse("2025-12")
    compiled(chongqing, december)
    submitted("江北区", people[ABOVE, "clerk"], december)
    then = lines(year(above, 2025, code="4"))
    assert then["江北区"] == [(2, False), 2]
    assert then["两江新区"] == [(2, True), 2]
    now = lines(year(above, 2025, code="4", map="today"))
    assert now["两江新区"] == [(4, True), 4]
    assert "江北区" not in now
    assert then["合计"] == now["合计"] == [(4, True), 4]


def test_a_year_without_months_promises_none(above):
    told = year(above, 2024).content.decode()
    assert ("这一年没有月报" in told, "每天夜里自动编制" in told) == (True, False)


def test_a_year_asks_as_many_questions_for_many_months_that_are_not_in_as_for_one(
    above, month, chongqing, django_assert_num_queries, django_assert_max_num_queries
):
    year(above, 2026, code="13")
    with django_assert_max_num_queries(30) as few:
        year(above, 2026, code="13")
    for text in ("2026-01", "2026-02", "2026-04", "2026-05"):
        compiled(chongqing, Period.parse(text))
    with django_assert_num_queries(len(few)):
        assert len(lines(year(above, 2026, code="13"))["合计"]) == 6


def test_a_stock_has_no_sum_over_the_year(above):
    assert lines(year(above, 2026, code="13"))[HERE] == [(2, False), None]
    assert lines(year(above, 2026, code="14"))[HERE] == [(Decimal("0.21"), False), None]


@pytest.mark.parametrize(
    ("asked", "unit", "code"),
    [(1999, ABOVE, "1"), (2030, ABOVE, "1"), (2026, HERE, "1"), (2026, ABOVE, "x")],
)
def test_a_year_there_is_none_of(above, asked, unit, code):
    assert year(above, asked, unit, code=code).status_code == 404


def test_the_page_asks_as_many_questions_for_many_units_as_for_few(
    above, month, people, chongqing, django_assert_max_num_queries
):
    def someone_in_both():
        twice = make_trainee(chongqing)
        make_agreement(
            month[HERE][1],
            twice,
            arrived_on=date(2026, 1, 10),
            ended_on=date(2026, 3, 5),
            end_kind="completed",
        )
        make_agreement(
            month[THIRD][1],
            twice,
            signed_on=date(2026, 3, 6),
            arrived_on=date(2026, 3, 6),
            ended_on=date(2026, 3, 9),
            end_kind="completed",
        )

    url = address("month_consolidated", unit=ABOVE)
    someone_in_both()
    above.get(url)
    with django_assert_max_num_queries(100) as few:
        assert len(above.get(url).context["seen"]) == 1
    someone_in_both()
    submitted(THIRD, people[ABOVE, "clerk"])
    WORKFLOW.move(report_of(THERE), "approve", actor=people[ABOVE, "reviewer"])
    make_payment(month[THERE][0])
    with django_assert_max_num_queries(len(few)):
        page = above.get(url)
    assert (len(page.context["seen"]), page.context["submitted"]) == (2, 3)
