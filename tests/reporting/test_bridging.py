"""What became of a submitted month: every cell adds up from what it was to what it is."""

import random
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Office
from activities.models import Activity
from bases.models import Base
from positions.models import Position
from reporting.bridging import Why, bridges, compare
from reporting.compiling import compute, form_for
from reporting.freezing import freeze
from reporting.models import Report, Version
from subsidies.models import Payment
from tests.factories import (
    district,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
    move_base,
)
from tests.months import MARCH, address, compiled, officers, records, report_of, submitted
from tests.people import make_member, make_office
from trainees.models import Agreement

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"

sides = st.dictionaries(st.integers(1, 12), st.integers(-5, 5).filter(bool))
some = st.frozensets(st.integers(1, 12))


@given(old=sides, new=sides, late=some, voided=some, elsewhere=some)
def test_whatever_changed_the_parts_add_up_and_each_record_is_in_one(
    old, new, late, voided, elsewhere
):
    changes = compare(old, new, late=late, voided=voided, elsewhere=elsewhere)
    assert sum(old.values()) + sum(c.amount for c in changes) == sum(new.values())
    assert [c.record for c in changes] == sorted(
        record for record in old.keys() | new.keys() if old.get(record) != new.get(record)
    )
    assert all(c.why != Why.LATE or c.before is None for c in changes)
    assert all(c.why != Why.VOIDED or c.after is None for c in changes)
    assert all(c.why != Why.MOVED or None in (c.before, c.after) for c in changes)


@pytest.fixture
def people(chongqing):
    return officers(HERE, THERE, ABOVE)


@pytest.fixture
def month(chongqing, people):
    """March, submitted by two districts."""
    made = records(HERE)
    records(THERE)
    compiled(chongqing)
    for where in (HERE, THERE):
        submitted(where, people[where, "clerk"])
    return made


def to_now(where=HERE, codes=None):
    version = Version.objects.filter(report=report_of(where)).first()
    return bridges(version.form, version, None, codes)


def changed(found) -> dict[str, dict[str, int]]:
    """By code, what each part adds."""
    return {
        code: {why.value: amount for why, amount in bridge.amounts.items()}
        for code, bridge in found.items()
        if bridge.is_changed
    }


def void(record):
    record.voided_at = timezone.now()
    record.save()


# --- Why


def test_nothing_changed(month):
    assert changed(to_now()) == {}


def test_entered_late(month):
    make_payment(month[0], amount="500.00")
    assert changed(to_now()) == {"14": {"late": Decimal("500.00")}}


def test_voided(month):
    void(Payment.objects.get(base=month[0]))
    assert changed(to_now()) == {"14": {"voided": Decimal("-2100.50")}}


def test_entered_late_and_voided_again_is_nothing(month):
    void(make_payment(month[0]))
    assert changed(to_now()) == {}


def test_a_day_and_an_amount_that_were_corrected(month):
    month[1].headcount = 7
    month[1].save()
    agreement = month[1].agreements.get(arrived_on=date(2026, 3, 2))
    agreement.arrived_on = date(2026, 4, 2)
    agreement.save()
    assert changed(to_now()) == {
        "3": {"changed": 3},
        "6": {"changed": -1},
        "7": {"changed": -1},
        "13": {"changed": -1},
    }


def test_what_a_record_hangs_on_was_corrected(month):
    """The base left within the month: its places are gone, and nobody touched the position."""
    month[0].exited_on = date(2026, 3, 15)
    month[0].save()
    assert changed(to_now()) == {"1": {"changed": -1}, "3": {"changed": -4}}


def test_a_base_moved_from_one_district_to_the_other(month):
    move_base(month[0], THERE, date(2026, 3, 1))
    gone, came = changed(to_now(HERE)), changed(to_now(THERE))
    assert gone.keys() == came.keys() == {"1", "3", "5", "6", "7", "8", "9", "10", "13", "14"}
    for code, parts in gone.items():
        assert parts == {"moved": -came[code]["moved"]}
        assert came[code].keys() == {"moved"}


def test_records_exchanged_for_others_show_although_the_figure_is_the_same(month):
    void(month[1].agreements.get(arrived_on=date(2026, 3, 2)))
    make_agreement(month[1], arrived_on=date(2026, 3, 9))
    assert changed(to_now(codes={"6"})) == {"6": {"late": 1, "voided": -1}}


def test_a_plan_that_was_entered(month):
    Report.objects.filter(pk=report_of(HERE).pk).update(plan=9)
    bridge = to_now()["5"]
    assert (bridge.old, bridge.entered, bridge.new, bridge.adds_up) == (1, 8, 9, True)


# --- Random changes

OPERATIONS = (
    lambda r: make_payment(_any(r, Base), amount=r.randint(1, 9999), paid_on=_day(r)),
    lambda r: make_position(_any(r, Base), headcount=r.randint(1, 5), published_on=_day(r)),
    lambda r: make_agreement(_any(r, Position), arrived_on=_day(r)),
    lambda r: make_activity(r.choice([HERE, THERE]), held_on=_day(r)),
    lambda r: make_base(r.choice([HERE, THERE]), recognised_on=_day(r)),
    lambda r: void(_any(r, r.choice([Payment, Position, Agreement, Activity]))),
    lambda r: _set(_any(r, Payment), amount=r.randint(1, 9999)),
    lambda r: _set(_any(r, Payment), kind=r.choice(["payment", "recovery"])),
    lambda r: _set(_any(r, Position), headcount=r.randint(1, 9)),
    lambda r: _set(_any(r, Agreement), group=r.choice(["graduate", "unemployed_youth"])),
    lambda r: _set(_any(r, Agreement), arrived_on=date(2026, 4, 1), ended_on=None, end_kind=""),
    lambda r: _set(_any(r, Activity), placed=r.randint(0, 9), district=district(THERE)),
    lambda r: _moved(_any(r, Base), r),
)


def _any(r, model):
    return r.choice(list(model.objects.filter(voided_at=None)))


def _day(r):
    return date(2026, 3, 1 + r.randrange(31))


def _set(row, **facts):
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


def _moved(base, r):
    base.placements.exclude(since=None).delete()
    base.placements.update(until=None)
    move_base(base, r.choice([HERE, THERE]), _day(r))


@pytest.mark.parametrize("form", ["national14", "progress"])
@pytest.mark.parametrize("seed", range(4))
def test_random_changes_add_up_in_every_cell(chongqing, people, form, seed):
    r = random.Random(seed)
    for where in (HERE, THERE):
        for _ in range(3):
            base, _ = records(where)
            make_position(base)
            make_payment(base)
            make_activity(where)
    compiled(chongqing, form=form)
    used = form_for(chongqing, MARCH, form)
    versions = {}

    def freeze_both():
        found = compute(used, MARCH)
        for where in (HERE, THERE):
            version = freeze(
                report_of(where, form=form), found, actor=people[where, "clerk"], explanations={}
            )
            versions.setdefault(where, []).append(version)

    freeze_both()
    for _ in range(3):
        for operation in r.choices(OPERATIONS, k=8):
            operation(r)
        now = compute(used, MARCH)
        for where in (HERE, THERE):
            for old in versions[where]:
                found = bridges(used, old, None)
                figures = now.figures[district(where).pk]
                assert {code: bridge.new for code, bridge in found.items()} == figures
                assert all(bridge.adds_up for bridge in found.values())
        freeze_both()
    for found in versions.values():
        for before, after in pairwise(found):
            between = bridges(used, before, after)
            assert all(bridge.adds_up for bridge in between.values())
            assert {code: str(b.new) for code, b in between.items()} == {
                code: str(value) for code, value in after.figures.items()
            }


# --- The pages


@pytest.fixture
def clerk(client, people, month):
    client.force_login(people[HERE, "clerk"])
    return client


def shown(response) -> dict[str, list]:
    """Of each changed cell: old, what the parts add, new."""
    return {
        row["indicator"].code: [row["old"], *(amount for _, amount in row["parts"]), row["new"]]
        for row in response.context["rows"]
    }


def test_the_page_lists_what_changed_and_the_month_leads_to_it(clerk, month):
    url = address("month_changes", 1)
    assert shown(clerk.get(url)) == {}
    make_payment(month[0], amount="500.00")
    void(month[1].agreements.get(arrived_on=date(2026, 3, 2)))
    page = clerk.get(url)
    assert page.context["parts"] == ["补录", "作废", "改动", "划转"]
    assert shown(page) == {
        "5": [1, "", "−1", "", "", 0],
        "6": [1, "", "−1", "", "", 0],
        "7": [1, "", "−1", "", "", 0],
        "13": [2, "", "−1", "", "", 1],
        "14": [Decimal("2100.50"), "+500.00", "", "", "", Decimal("2600.50")],
    }
    assert page.context["unchanged"] == 9
    assert clerk.get(address("month")).context["changes_url"] == url


def test_a_changed_cell_opens_to_the_very_records_with_who_changed_them(clerk, month):
    void(agreement := month[1].agreements.get(arrived_on=date(2026, 3, 2)))
    page = clerk.get(address("month_changes", 1), {"cell": "13"})
    (one,) = page.context["records"]["rows"]
    assert (one["row"].pk, one["change"].why, one["amount"]) == (agreement.pk, Why.VOIDED, "−1")
    assert one["act"]["actor"] == "test"
    cell = clerk.get(address("cell", "13"))
    assert cell.context["drift"]["parts"] == ["作废 −1"]
    assert cell.context["drift"]["url"] == f"{address('month_changes', 1)}?cell=13#records"
    assert clerk.get(address("cell", "8")).context["drift"] is None


def test_who_sees_no_records_sees_only_by_how_much(client, month):
    void(month[1].agreements.get(arrived_on=date(2026, 3, 2)))
    client.force_login(make_member(make_office(HERE, kind=Office.Kind.DEPARTMENT), "viewer"))
    page = client.get(address("month_changes", 1), {"cell": "13"})
    assert (shown(page)["13"], page.context["records"]) == ([2, "", "−1", "", "", 1], None)


@pytest.mark.parametrize(
    ("number", "asked"),
    [(2, {}), (1, {"to": "1"}), (1, {"to": "x"}), (1, {"cell": "99"}), (10**12, {})],
)
def test_what_there_is_none_of_is_not_found(clerk, number, asked):
    assert clerk.get(address("month_changes", number), asked).status_code == 404


def test_the_page_asks_as_many_questions_for_many_records_as_for_few(
    clerk, month, django_assert_max_num_queries
):
    def change():
        make_payment(month[0])
        void(Payment.objects.filter(voided_at=None).first())
        move_base(make_base(THERE), HERE, date(2026, 3, 1))
        month[1].headcount += 1
        month[1].save()

    change()
    asked = {"cell": "14"}
    clerk.get(address("month_changes", 1), asked)
    with django_assert_max_num_queries(100) as few:
        clerk.get(address("month_changes", 1), asked)
    for _ in range(3):
        change()
    with django_assert_max_num_queries(len(few)):
        clerk.get(address("month_changes", 1), asked)
