"""The records behind a rule that fails: the very ones, with the share each has in the gap."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from jianxi.history import acting
from reporting.compiling import compute, form_for
from reporting.corrections import COURSE, ask
from reporting.gaps import gap_of
from reporting.models import Explanation, Report
from reporting.periods import Period
from reporting.workflow import WORKFLOW
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.months import MARCH, compiled, officers, report_of, submitted

HERE, ABOVE = "渝中区", "重庆市"
FEBRUARY, JANUARY_7 = MARCH.previous, date(2026, 1, 7)
OVER = {"arrived_on": date(2026, 1, 7), "ended_on": date(2026, 3, 20), "end_kind": "completed"}


@pytest.fixture
def position(chongqing):
    return make_position(make_base(HERE), headcount=9)


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


def sides(region, where=HERE):
    """Of S1; None where it holds."""
    found = compute(form_for(region, MARCH), MARCH).findings[district(where).pk]
    return next(((f.left, f.right) for f in found if f.rule == "S1"), None)


def gap(region, code, where=HERE, version=None):
    form = form_for(region, MARCH)
    rule = next(rule for rule in form.rules if rule.code == code)
    found = gap_of(form, MARCH, district(where), rule, version)
    return found.records and [(member.record, member.contribution) for member in found.records]


def test_a_rule_that_holds_for_every_record_names_none(chongqing, position):
    make_agreement(position, **OVER, outcome="retained")
    assert [gap(chongqing, code) for code in ("R3.1", "R4", "R5", "S1")] == [[], [], [], []]


def test_a_payment_that_was_taken_back_out_is_named_with_its_amount(chongqing, position):
    kept = make_payment(position.base, paid_on=date(2026, 2, 3), amount="100.00")
    gone = make_payment(position.base, paid_on=date(2026, 2, 4), amount="250.50")
    compiled(chongqing, MARCH.previous)
    submitted(HERE, officers(HERE)[HERE, "clerk"], MARCH.previous)
    recovered = make_payment(
        position.base, kind="recovery", paid_on=date(2026, 3, 5), amount="30.00"
    )
    with acting("test"):
        gone.voided_at = timezone.now()
        gone.save()
    assert kept.voided_at is None
    assert gap(chongqing, "S2") == [
        (gone.pk, Decimal("-250.50")),
        (recovered.pk, Decimal("-30.00")),
    ]


def test_the_last_month_of_units_that_merged_in_is_theirs(chongqing):
    """两江新区 took over 渝北区: who was on post there last month is no gap."""
    make_agreement(
        make_position(make_base("渝北区")),
        signed_on=date(2025, 11, 1),
        arrived_on=date(2025, 11, 3),
    )
    january = Period.parse("2026-01")
    form = form_for(chongqing, january)
    rule = next(rule for rule in form.rules if rule.code == "S1")
    assert gap_of(form, january, district("两江新区"), rule).records == []


# --- As the rule was judged


def late_after(region, by, where=HERE, period=FEBRUARY):
    """Two on post, submitted; a third is entered after."""
    position = make_position(make_base(where), headcount=9)
    for _ in range(2):
        make_agreement(position, arrived_on=JANUARY_7)
    form = form_for(region, period).key
    compiled(region, period, form)
    WORKFLOW.move(report_of(where, period, form), "submit", actor=by)
    return make_agreement(position, arrived_on=JANUARY_7)


def test_a_month_before_that_does_not_stand_is_not_looked_back_to(chongqing, people):
    late = late_after(chongqing, people[HERE, "clerk"])
    assert (sides(chongqing), gap(chongqing, "S1")) == ((3, 2), [(late.pk, 1)])
    returned = {"actor": people[ABOVE, "reviewer"], "comment": "请核对。"}
    WORKFLOW.move(report_of(HERE, FEBRUARY), "return", **returned)
    assert (sides(chongqing), gap(chongqing, "S1")) == (None, [])
    compiled(chongqing)
    march = submitted(HERE, people[HERE, "clerk"]).versions.get()
    submitted(HERE, people[HERE, "clerk"], FEBRUARY)
    make_agreement(late.position, arrived_on=JANUARY_7)
    assert gap(chongqing, "S1", version=march) == []


def test_a_month_before_that_is_corrected_stands_until_it_is_in_anew(chongqing, people):
    late = late_after(chongqing, people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE, FEBRUARY), "approve", actor=people[ABOVE, "reviewer"])
    asked = ask(report_of(HERE, FEBRUARY), actor=people[HERE, "clerk"], reason="漏报一人")
    COURSE.move(asked, "approve_correction", actor=people[ABOVE, "reviewer"])
    with acting("test"):
        Report.objects.filter(pk=asked.report_id).update(state="confirming")
    compiled(chongqing)
    Explanation.objects.create(
        region=chongqing, report=report_of(HERE), rule="S1", left=3, right=2, text="漏报一人。"
    )
    march = submitted(HERE, people[HERE, "clerk"]).versions.get()
    assert gap(chongqing, "S1") == gap(chongqing, "S1", version=march) == [(late.pk, 1)]
    with acting("test"):
        Report.objects.filter(pk=asked.report_id).update(state="correcting")
    submitted(HERE, people[HERE, "clerk"], FEBRUARY)
    assert gap(chongqing, "S1") == []
    assert gap(chongqing, "S1", version=march) == [(late.pk, 1)]


@pytest.mark.django_db
def test_units_above_look_back_to_what_those_below_submitted():
    """A county submitted; its city and the region, and another county, did not."""
    with in_region("ningxia") as region:
        people = officers("兴庆区")
        make_agreement(make_position(make_base("永宁县")), arrived_on=JANUARY_7)
        late = late_after(region, people["兴庆区", "clerk"], "兴庆区")
        make_agreement(make_position(make_base("永宁县")), arrived_on=JANUARY_7)
        for where in ("兴庆区", "银川市", "宁夏回族自治区"):
            assert sides(region, where) is not None
            assert gap(region, "S1", where) == [(late.pk, 1)], where
        assert sides(region, "永宁县") is None


def test_many_units_below_take_as_many_statements_as_few(
    chongqing, people, django_assert_num_queries, django_assert_max_num_queries
):
    def counted():
        return gap(chongqing, "S1", ABOVE)

    late_after(chongqing, people[ABOVE, "clerk"])
    with django_assert_max_num_queries(20) as few:
        assert len(counted()) == 1
    for where in ("万州区", "南岸区"):
        late_after(chongqing, people[ABOVE, "clerk"], where)
        make_agreement(make_position(make_base("巴南区")), arrived_on=JANUARY_7)
    with django_assert_num_queries(len(few)):
        assert len(counted()) == 3


def test_figures_of_units_below_and_opening_ones_have_no_records(chongqing, position):
    assert gap(chongqing, "S3.6") is None
    chongqing.reporting_starts = MARCH.start
    chongqing.save()
    assert gap(chongqing, "S1") is None
