"""The rules as judged on a compiled month: which apply, what they look back to, what they say."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from regions.models import Region
from reporting.compiling import compile_month, compute, form_for
from reporting.models import Compilation, OpeningFigure, Report
from reporting.periods import Period
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)

MARCH = Period.parse("2026-03")


def findings(region, unit, period=MARCH):
    compiled = compute(form_for(region, period), period)
    pk = next(u.pk for u in compiled.units.valid if u.name == unit)
    return {f.rule: (f.outcome, f.left, f.right) for f in compiled.findings[pk]}


def set_plan(region, name, value, period=MARCH):
    compile_month(form_for(region, period), period)
    report = Report.objects.get(district=district(name), period=period.start)
    report.plan = value
    report.save()


def test_records_that_agree_break_no_rule(chongqing):
    position = make_position(make_base("渝中区"))
    make_agreement(position, arrived_on=date(2026, 3, 2))
    assert findings(chongqing, "渝中区") == {}


def test_a_plan_below_the_arrivals_breaks_the_chain_at_its_first_link(chongqing):
    position = make_position(make_base("渝中区"))
    make_agreement(position, arrived_on=date(2026, 3, 2))
    set_plan(chongqing, "渝中区", 0)
    assert findings(chongqing, "渝中区") == {"R3.1": ("fail", 0, 1)}
    assert findings(chongqing, "重庆市") == {"R3.1": ("fail", 0, 1)}


def test_a_plan_stands_in_place_of_the_count_and_goes_into_the_sum_above(chongqing):
    make_agreement(make_position(make_base("渝中区")), arrived_on=date(2026, 3, 2))
    make_agreement(make_position(make_base("南岸区")), arrived_on=date(2026, 3, 2))
    set_plan(chongqing, "渝中区", 25)
    compiled = compute(form_for(chongqing, MARCH), MARCH)
    by_name = {unit.name: compiled.figures[unit.pk]["5"] for unit in compiled.units.valid}
    assert (by_name["渝中区"], by_name["南岸区"], by_name["重庆市"]) == (25, 1, 26)


def test_stock_and_flow_disagree_when_a_base_is_moved_with_people_on_post(chongqing):
    from tests.factories import move_base

    base = make_base("渝中区")
    make_agreement(make_position(base), arrived_on=date(2026, 2, 2))
    move_base(base, "南岸区", date(2026, 3, 10))
    assert findings(chongqing, "渝中区") == {"S1": ("fail", 0, 1)}
    assert findings(chongqing, "南岸区") == {"S1": ("fail", 1, 0)}
    assert findings(chongqing, "重庆市") == {}


def test_a_successor_looks_back_to_the_units_that_merged_into_it(chongqing):
    make_agreement(
        make_position(make_base("江北区")),
        signed_on=date(2025, 12, 1),
        planned_start=date(2025, 12, 2),
        arrived_on=date(2025, 12, 20),
    )
    assert findings(chongqing, "两江新区", Period.parse("2026-01")) == {}


def test_money_paid_this_year_may_not_fall_but_in_january(chongqing):
    base = make_base("渝中区")
    make_payment(base, amount="300.00", paid_on=date(2026, 2, 5))
    make_payment(base, amount="0.01", paid_on=date(2026, 3, 5), kind="recovery")
    assert findings(chongqing, "渝中区") == {"S2": ("fail", Decimal("299.99"), Decimal("300.00"))}
    make_payment(base, amount="900.00", paid_on=date(2025, 12, 5))
    assert findings(chongqing, "渝中区", Period.parse("2026-01")) == {}


def test_rules_that_look_back_do_not_apply_in_the_first_period(chongqing):
    position = make_position(make_base("渝中区"))
    make_agreement(position, arrived_on=date(2026, 2, 2))
    OpeningFigure.objects.all().delete()
    chongqing.reporting_starts = date(2026, 3, 1)
    chongqing.save()
    assert findings(chongqing, "渝中区") == {}
    OpeningFigure.objects.create(
        region=chongqing, district=district("渝中区"), form_key="national14", code="13", value=3
    )
    assert findings(chongqing, "渝中区") == {"S1": ("fail", 1, 3)}


def test_compiling_writes_every_cell_zero_included_and_changes_nothing_twice(chongqing):
    form = form_for(chongqing, MARCH)
    compile_month(form, MARCH)
    first = list(Compilation.objects.order_by("report").values_list("report", "figures"))
    assert len(first) == 40
    assert set(first[0][1]) == {str(code) for code in range(1, 15)}
    assert set(Report.objects.values_list("state", flat=True)) == {"compiled"}
    events = Report.pgh_event_model.objects.count()
    compile_month(form, MARCH)
    assert list(Compilation.objects.order_by("report").values_list("report", "figures")) == first
    assert Report.pgh_event_model.objects.count() == events


def test_a_month_that_has_not_ended_stays_open(chongqing):
    from django.utils import timezone

    running = Period.month_of(timezone.localdate())
    compile_month(form_for(chongqing, running), running)
    assert set(Report.objects.values_list("state", flat=True)) == {"open"}


@pytest.mark.parametrize(
    ("slug", "month", "deadline", "provisional"),
    [
        ("chongqing", "2026-09", "2026-10-09", False),
        ("changsha", "2026-09", "2026-10-08", False),
        ("ningxia", "2026-09", "2026-10-10", False),
        ("chongqing", "2025-12", "2026-01-05", False),
        ("chongqing", "2026-12", "2027-01-04", True),
    ],
)
def test_the_command_tells_the_deadline(db, capsys, slug, month, deadline, provisional):
    call_command("compile_reports", region=slug, period=month, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["deadline"], told["provisional"]) == (deadline, provisional)


def test_counties_owe_their_city_one_working_day_earlier(db):
    with in_region("ningxia") as region:
        compile_month(form_for(region, Period.parse("2026-09")), Period.parse("2026-09"))
        due = dict(Report.objects.values_list("district__name", "due_on"))
        assert due["银川市"] == date(2026, 10, 10)
        assert due["兴庆区"] == date(2026, 10, 9)
        assert due["宁夏回族自治区"] is None


def test_the_command_prints_figures_of_every_unit_and_the_rules_that_fail(db, capsys):
    with in_region("ningxia"):
        base = make_base("兴庆区")
        position = make_position(base, headcount=2)
        make_agreement(
            position,
            arrived_on=date(2026, 1, 7),
            ended_on=date(2026, 3, 9),
            end_kind="completed",
            outcome="retained",
        )
        make_payment(base, amount="12345.67")
        make_payment(base, amount="0.01", kind="recovery", paid_on=date(2026, 3, 11))
    call_command("compile_reports", region="ningxia", period="2026-03", json=True)
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {
        "region", "period", "form", "deadline", "provisional", "districts", "total", "rules"
    }  # fmt: skip
    assert len(told["districts"]) == 27
    assert told["districts"]["兴庆区"] == told["districts"]["银川市"] == told["total"]
    assert told["total"] == {
        "1": 1, "2": 0, "3": 2, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0, "9": 1, "10": 1,
        "11": 1, "12": 0, "13": 0, "14": 0, "15": "1.23",
    }  # fmt: skip
    assert told["rules"] == [
        {
            "district": name,
            "rule": "R5",
            "outcome": "fail",
            "severity": "hint",
            "left": 1,
            "right": 2,
        }
        for name in ("宁夏回族自治区", "银川市", "兴庆区")
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": "atlantis", "period": "2026-03"}, "没有统筹区 atlantis"),
        ({"region": "changsha", "period": "2026-13"}, "月份应写成"),
        ({"region": "changsha", "period": "2026-03", "form": "progress"}, "没有报表progress"),
    ],
)
def test_the_command_says_what_it_cannot_do(db, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("compile_reports", **options)


def test_the_command_is_the_named_actor_of_what_it_writes(db):
    call_command("compile_reports", region="changsha", period="2026-03", verbosity=0)
    with in_region("changsha"):
        actors = {
            event.pgh_context.metadata["job"]
            for event in Report.pgh_event_model.objects.select_related("pgh_context")
        }
    assert actors == {"compile_reports"}
    assert Region.objects.count() == 3
