"""Why each record is behind a rule that fails, as of now and as it was submitted."""

from datetime import date

import pytest
from django.utils import timezone

from jianxi.history import acting
from reporting.gap_reasons import Why
from reporting.models import Explanation, Report
from tests.factories import make_agreement, make_base, make_payment, make_position, move_base
from tests.months import MARCH, address, compiled, define, officers, report_of, submitted

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
JANUARY_7 = date(2026, 1, 7)


@pytest.fixture
def position(chongqing):
    return make_position(make_base(HERE), headcount=9)


@pytest.fixture
def clerk(client, chongqing):
    client.clerk = officers(HERE, THERE)
    client.force_login(client.clerk[HERE, "clerk"])
    return client


def february_is_in(region, clerk):
    compiled(region, MARCH.previous)
    submitted(HERE, clerk.clerk[HERE, "clerk"], MARCH.previous)


def change(row, **facts):
    with acting("test"):
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()


def told(response) -> dict:
    """By reason, the records with their balance."""
    return {
        group["why"]: [(row.pk, row.member.contribution) for row, _ in group["rows"]]
        for group in response.context["groups"]
    }


def test_each_record_of_a_gap_has_its_reason(clerk, chongqing, position):
    """Of three on post when February was submitted one is voided, one turns out to have come in
    March, one to have left in January; two more of February are entered; the base of another
    moved away."""
    voided, came, left = (make_agreement(position, arrived_on=JANUARY_7) for _ in range(3))
    away = make_agreement(make_position(make_base(HERE)), arrived_on=JANUARY_7)
    february_is_in(chongqing, clerk)
    change(voided, voided_at=timezone.now())
    change(came, arrived_on=date(2026, 3, 4))
    change(left, ended_on=date(2026, 1, 30), end_kind="terminated")
    late = [make_agreement(position, arrived_on=date(2026, 2, 10)) for _ in range(2)]
    move_base(away.position.base, THERE, date(2026, 3, 1))
    shown = clerk.get(address("month_rule", "S1"))
    assert told(shown) == {
        Why.LATE: [(late[0].pk, 1), (late[1].pk, 1)],
        Why.VOIDED: [(voided.pk, -1)],
        Why.CHANGED: [(came.pk, -1), (left.pk, -1)],
        Why.MOVED_OUT: [(away.pk, -1)],
    }
    groups = {group["why"]: group for group in shown.context["groups"]}
    assert groups[Why.MOVED_OUT]["words"] == ("2026-03-01 起从渝中区划到万州区，之后的记录计入那边")
    (row, _), (other, _) = groups[Why.CHANGED]["rows"]
    assert [(c.label, c.before, c.after) for c in row.changes] == [
        ("到岗日期", JANUARY_7, date(2026, 3, 4))
    ]
    assert [c.label for c in other.changes] == ["结束日期", "结束方式"]
    assert (row.act["actor"], groups[Why.LATE]["total"]) == ("test", "+2")
    page = shown.content.decode()
    assert "2026-01-07 → 2026-03-04" in page
    clerk.force_login(clerk.clerk[THERE, "clerk"])
    there = clerk.get(address("month_rule", "S1", unit=THERE))
    assert told(there) == {Why.MOVED_IN: [(away.pk, 1)]}


def test_above_a_record_has_its_reason_since_the_last_of_those_below_submitted(
    client, chongqing, position
):
    """Of what was entered between the two, not its unit but another submitted after: it is told
    only that it counts now and did not then."""
    people = officers(HERE, THERE, ABOVE)
    make_agreement(make_position(make_base(THERE)), arrived_on=JANUARY_7)
    compiled(chongqing, MARCH.previous)
    submitted(HERE, people[HERE, "clerk"], MARCH.previous)
    between = make_agreement(position, arrived_on=JANUARY_7)
    submitted(THERE, people[THERE, "clerk"], MARCH.previous)
    after = make_agreement(position, arrived_on=JANUARY_7)
    client.force_login(people[ABOVE, "clerk"])
    assert told(client.get(address("month_rule", "S1", unit=ABOVE))) == {
        Why.APART: [(between.pk, 1)],
        Why.LATE: [(after.pk, 1)],
    }


def test_who_came_ended_or_both_in_the_month_the_base_moved_moved_with_it(
    clerk, chongqing, position
):
    """Here they arrived or were on post, there they are on post or ended; one came after it
    moved, and one had ended before."""
    base = make_base(HERE)
    moving = make_position(base, headcount=9)
    over = {"ended_on": date(2026, 3, 25), "end_kind": "completed"}
    stayed = make_agreement(moving, arrived_on=JANUARY_7)
    came = make_agreement(moving, arrived_on=date(2026, 3, 2))
    ended = make_agreement(moving, arrived_on=JANUARY_7, **over)
    both = make_agreement(moving, arrived_on=date(2026, 3, 2), **over)
    make_agreement(moving, arrived_on=date(2026, 3, 20))
    make_agreement(moving, arrived_on=JANUARY_7, **over | {"ended_on": date(2026, 3, 3)})
    february_is_in(chongqing, clerk)
    move_base(base, THERE, date(2026, 3, 15))
    with_it = [stayed.pk, came.pk, ended.pk, both.pk]
    assert told(clerk.get(address("month_rule", "S1"))) == {
        Why.MOVED_OUT: [(pk, -1) for pk in with_it]
    }
    clerk.force_login(clerk.clerk[THERE, "clerk"])
    assert told(clerk.get(address("month_rule", "S1", unit=THERE))) == {
        Why.MOVED_IN: [(pk, 1) for pk in with_it]
    }


def test_what_makes_up_for_a_part_of_a_gap_is_told_so_that_all_of_it_adds_up(
    clerk, chongqing, position
):
    """2,000 paid out twice are voided and 500.50 are paid."""
    base = position.base
    gone = [make_payment(base, paid_on=date(2026, 2, 3), amount="2000.00") for _ in range(2)]
    make_payment(base, paid_on=date(2026, 2, 3), amount="70.00")
    february_is_in(chongqing, clerk)
    for payment in gone:
        change(payment, voided_at=timezone.now())
    paid = make_payment(base, amount="500.50")
    shown = clerk.get(address("month_rule", "S2"))
    assert shown.context["words"].endswith("相差 3,499.50 元")
    voided, rest = shown.context["groups"]
    assert (voided["why"], voided["total"]) == (Why.VOIDED, "−4,000.00 元")
    assert (rest["number"], rest["total"]) == (1, "+500.50 元")
    assert [row.pk for row, _ in rest["rows"]] == [paid.pk]
    page = shown.content.decode()
    assert "造成差额的 2 笔拨付" in page
    assert (
        '<a href="' + address("month_rule", "S2") + '#reason-2">1 笔拨付，差额 +500.50 元</a>'
        in page
    )


def test_what_an_entered_plan_leaves_of_a_gap_is_told(clerk, chongqing, position):
    """Four are planned for, of whom two arrived; one was entered."""
    for arrived in (None, None, date(2026, 3, 2), date(2026, 3, 2)):
        make_agreement(position, arrived_on=arrived)
    compiled(chongqing)
    Report.objects.update(plan=1)
    shown = clerk.get(address("month_rule", "R3.1"))
    assert shown.context["words"].endswith("相差 1")
    assert [group["total"] for group in shown.context["groups"]] == ["+2"]
    assert shown.context["apart"] == "−3"


def test_of_one_months_figures_is_told_in_which_a_record_counts(clerk, chongqing, position):
    define("10", where=["completed_in_period", "graduate"])
    stray = make_agreement(
        position, arrived_on=JANUARY_7, ended_on=date(2026, 3, 20), end_kind="completed"
    )
    compiled(chongqing)
    shown = clerk.get(address("month_rule", "R5"))
    assert told(shown) == {Why.APART: [(stray.pk, -1)]}
    assert shown.context["groups"][0]["words"] == "计入 10，没有计入 9"


def test_a_figure_far_from_last_months_by_who_came_and_went(clerk, chongqing, position):
    """A flow begins anew each month: that a base moved on explains nothing of it."""
    define("6", change_month=10, change_least=0)
    before = make_agreement(position, arrived_on=date(2026, 2, 3))
    february_is_in(chongqing, clerk)
    now = [make_agreement(position, arrived_on=date(2026, 3, 3)) for _ in range(2)]
    move_base(position.base, THERE, date(2026, 3, 20))
    found = clerk.get(address("month_rule", "6环比")).context["groups"]
    assert [(group["words"], group["total"]) for group in found] == [
        ("本月有，上月没有", "+2"),
        ("上月有，本月没有", "−1"),
    ]
    assert [row.pk for row, _ in found[0]["rows"]] == [one.pk for one in now]
    assert before.pk not in [one.pk for one in now]


def test_an_entered_plan_is_said_to_be_entered_and_where_to_change_it(clerk, chongqing, position):
    make_agreement(position, arrived_on=date(2026, 3, 2))
    compiled(chongqing)
    Report.objects.update(plan=0)
    shown = clerk.get(address("month_rule", "R3.1"))
    assert shown.context["groups"] == []
    typed = shown.context["typed"]
    assert (typed["code"], typed["figure"], typed["counted"], typed["may"]) == ("5", 0, 1, True)
    page = shown.content.decode()
    assert "5 是填报的计划数 0" in page
    assert f"{address('month')}#plan" in page
    assert "没有哪条记录" not in page


def test_the_rule_of_a_submitted_month_as_it_was_judged_and_as_it_is(clerk, chongqing, position):
    on_post = [make_agreement(position, arrived_on=JANUARY_7) for _ in range(2)]
    february_is_in(chongqing, clerk)
    late = make_agreement(position, arrived_on=date(2026, 2, 10))
    compiled(chongqing)
    report = report_of(HERE)
    with acting("test"):
        Explanation.objects.create(
            region=chongqing,
            report=report,
            rule="S1",
            left=3,
            right=2,
            reason="late_entry",
            text="补录了2月到岗的一份协议。",
        )
    submitted(HERE, clerk.clerk[HERE, "clerk"])
    change(late, voided_at=timezone.now())
    change(on_post[0], voided_at=timezone.now())
    (finding,) = clerk.get(address("month")).context["findings"]
    assert finding["records_url"] == f"{address('month_rule', 'S1')}?version=1"
    then = clerk.get(finding["records_url"])
    assert then.context["words"] == "13 本期末实有在岗见习人数（3）应等于 " + (
        "上期13 本期末实有在岗见习人数 + 6 本期实际到岗人数"
        " - 8 本期完成见习人数 - 12 本期非正常结束见习人数（2），相差 1"
    )
    assert told(then) == {Why.LATE: [(late.pk, 1)]}
    assert "（1）应等于" in then.context["now"]
    assert then.context["cells"][0][2] == f"{address('cell', '13')}?version=1"
    now = clerk.get(address("month_rule", "S1"))
    assert told(now) == {Why.VOIDED: [(on_post[0].pk, -1)]}
    assert [tab["label"] for tab in now.context["tabs"]] == ["现在的记录", "第1版报送时"]
    assert clerk.get(address("month_rule", "S1"), {"version": "7"}).status_code == 404


def test_reasons_take_as_many_statements_for_many_records_as_for_few(
    clerk, chongqing, position, django_assert_num_queries, django_assert_max_num_queries
):
    def mend(number):
        for _ in range(number):
            base = make_base(HERE)
            make_agreement(make_position(base), arrived_on=date(2026, 2, 10))
            change(make_agreement(position, arrived_on=JANUARY_7), voided_at=timezone.now())
            move_base(base, THERE, date(2026, 3, 2))

    url = address("month_rule", "S1")
    gone = [make_agreement(position, arrived_on=JANUARY_7) for _ in range(6)]
    february_is_in(chongqing, clerk)
    change(gone[0], arrived_on=date(2026, 3, 1))
    change(gone[1], voided_at=timezone.now())
    mend(1)
    clerk.get(url)
    with django_assert_max_num_queries(40) as few:
        clerk.get(url)
    for row in gone[2:4]:
        change(row, arrived_on=date(2026, 3, 1))
    for row in gone[4:]:
        change(row, voided_at=timezone.now())
    mend(3)
    with django_assert_num_queries(len(few)):
        clerk.get(url)
