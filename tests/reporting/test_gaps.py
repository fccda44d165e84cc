"""The records behind a rule that fails: the very ones, with the share each has in the gap."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from jianxi.history import acting
from reporting.compiling import form_for
from reporting.gaps import gap_of
from reporting.periods import Period
from tests.factories import (
    district,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.months import MARCH, compiled, officers, submitted

HERE = "渝中区"
OVER = {"arrived_on": date(2026, 1, 7), "ended_on": date(2026, 3, 20), "end_kind": "completed"}


@pytest.fixture
def position(chongqing):
    return make_position(make_base(HERE), headcount=9)


def gap(region, code):
    form = form_for(region, MARCH)
    rule = next(rule for rule in form.rules if rule.code == code)
    found = gap_of(form, MARCH, district(HERE), rule)
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


def test_figures_of_units_below_and_opening_ones_have_no_records(chongqing, position):
    assert gap(chongqing, "S3.6") is None
    chongqing.reporting_starts = MARCH.start
    chongqing.save()
    assert gap(chongqing, "S1") is None
