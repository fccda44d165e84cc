"""What each figure counts, to the day, as design and forms define it."""

from datetime import date
from decimal import Decimal

import pytest

from reporting.cells import members_of
from reporting.compiling import compute, form_for, windows
from reporting.periods import Period
from tests.factories import (
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
    make_trainee,
    move_base,
)

pytestmark = pytest.mark.django_db

MARCH = Period.parse("2026-03")


def figures(region, unit: str, period=MARCH, key=None):
    """Among those of the whole region; computed for the unit alone they are the same."""
    form = form_for(region, period, key)
    compiled = compute(form, period)
    here = next(u for u in compiled.units.valid if u.name == unit)
    alone = compute(form, period, here)
    assert alone.figures[here.pk] == compiled.figures[here.pk]
    assert alone.findings[here.pk] == compiled.findings[here.pk]
    return compiled.figures[here.pk]


def only(**wanted):
    """All fourteen figures: those named, zero elsewhere; 九 is f9."""
    figures = {str(code): 0 for code in range(1, 14)} | {"14": Decimal(0)}
    return figures | {code.removeprefix("f"): value for code, value in wanted.items()}


class TestBases:
    @pytest.mark.parametrize(
        ("facts", "existing", "new"),
        [
            ({"recognised_on": date(2026, 2, 28)}, 1, 0),
            ({"recognised_on": date(2026, 3, 1)}, 1, 1),
            ({"recognised_on": date(2026, 3, 31)}, 1, 1),
            ({"recognised_on": date(2026, 4, 1)}, 0, 0),
            ({"recognised_on": date(2025, 1, 1), "exited_on": date(2026, 4, 1)}, 1, 0),
            ({"recognised_on": date(2025, 1, 1), "exited_on": date(2026, 3, 31)}, 0, 0),
            ({"recognised_on": date(2025, 1, 1), "valid_until": date(2026, 3, 31)}, 1, 0),
            ({"recognised_on": date(2025, 1, 1), "valid_until": date(2026, 3, 30)}, 0, 0),
            ({"recognised_on": date(2026, 3, 5), "exited_on": date(2026, 3, 20)}, 0, 0),
        ],
    )
    def test_exist_by_the_last_day_and_are_new_within_the_month(
        self, chongqing, facts, existing, new
    ):
        make_base("渝中区", **facts)
        assert figures(chongqing, "渝中区") == only(f1=existing, f2=new)

    def test_voided_ones_are_in_nothing(self, chongqing):
        base = make_base("渝中区")
        base.voided_at = "2026-03-03T00:00Z"
        base.save()
        assert figures(chongqing, "渝中区") == only()


class TestPositions:
    def test_count_places_of_positions_at_existing_bases(self, chongqing):
        base = make_base("渝中区")
        gone = make_base("渝中区", exited_on=date(2026, 3, 31))
        make_position(base, headcount=3, published_on=date(2026, 2, 1))
        make_position(base, headcount=5, published_on=date(2026, 3, 31))
        make_position(base, headcount=7, closed_on=date(2026, 3, 31))
        make_position(base, headcount=11, closed_on=date(2026, 4, 1))
        make_position(base, headcount=13, published_on=date(2026, 4, 1))
        make_position(gone, headcount=17, published_on=date(2026, 3, 2))
        assert figures(chongqing, "渝中区") == only(f1=1, f3=3 + 5 + 11, f4=5)


class TestAgreements:
    @pytest.mark.parametrize(
        ("facts", "wanted"),
        [
            # signed, to begin within the month, not arrived
            ({"signed_on": date(2026, 3, 2), "planned_start": date(2026, 3, 31)}, {"f5": 1}),
            ({"signed_on": date(2026, 3, 2), "planned_start": date(2026, 4, 1)}, {}),
            # long overdue to arrive: planned until it is cancelled
            ({"signed_on": date(2025, 11, 3), "planned_start": date(2025, 11, 4)}, {"f5": 1}),
            (
                {"ended_on": date(2026, 3, 1), "end_kind": "cancelled"},
                {"f5": 1},
            ),
            ({"ended_on": date(2026, 2, 28), "end_kind": "cancelled"}, {}),
            # arrived earlier than agreed: once, in both
            (
                {
                    "signed_on": date(2026, 3, 2),
                    "planned_start": date(2026, 4, 1),
                    "arrived_on": date(2026, 3, 31),
                },
                {"f5": 1, "f6": 1, "f7": 1, "f13": 1},
            ),
            ({"arrived_on": date(2026, 2, 28)}, {"f13": 1}),
            ({"arrived_on": date(2026, 4, 1)}, {"f5": 1}),
            # who ends on the last day has ended
            (
                {
                    "arrived_on": date(2026, 1, 6),
                    "ended_on": date(2026, 3, 31),
                    "end_kind": "completed",
                },
                {"f8": 1},
            ),
            (
                {
                    "arrived_on": date(2026, 1, 6),
                    "ended_on": date(2026, 3, 1),
                    "end_kind": "completed",
                    "outcome": "retained",
                },
                {"f8": 1, "f9": 1, "f10": 1},
            ),
            (
                {
                    "arrived_on": date(2026, 1, 6),
                    "ended_on": date(2026, 3, 1),
                    "end_kind": "retained_early",
                    "outcome": "retained",
                },
                {"f8": 1, "f9": 1, "f10": 1},
            ),
            (
                {
                    "arrived_on": date(2026, 1, 6),
                    "ended_on": date(2026, 3, 1),
                    "end_kind": "completed",
                    "outcome": "other_employment",
                },
                {"f8": 1, "f11": 1},
            ),
            (
                {
                    "arrived_on": date(2026, 3, 6),
                    "ended_on": date(2026, 3, 6),
                    "end_kind": "terminated",
                    "outcome": "other_employment",
                },
                {"f5": 1, "f6": 1, "f7": 1, "f12": 1},
            ),
            # past its planned end, nothing told: still on post
            (
                {
                    "arrived_on": date(2025, 3, 6),
                    "signed_on": date(2025, 3, 1),
                    "planned_start": date(2025, 3, 2),
                    "planned_end": date(2025, 9, 1),
                },
                {"f13": 1},
            ),
        ],
    )
    def test_are_counted_to_the_day(self, chongqing, facts, wanted):
        make_agreement(make_position(make_base("渝中区")), **facts)
        assert figures(chongqing, "渝中区") == only(f1=1, f3=1, **wanted)

    def test_of_unemployed_youths_are_not_graduates(self, chongqing):
        youth = make_trainee(chongqing, group="unemployed_youth", graduated_on=None)
        position = make_position(make_base("渝中区"))
        make_agreement(position, youth, arrived_on=date(2026, 3, 2))
        assert figures(chongqing, "渝中区") == only(f1=1, f3=1, f5=1, f6=1, f13=1)

    def test_voided_ones_are_in_nothing(self, chongqing):
        position = make_position(make_base("渝中区"))
        make_agreement(position, arrived_on=date(2026, 3, 2), voided_at="2026-03-03T00:00Z")
        assert figures(chongqing, "渝中区") == only(f1=1, f3=1)


class TestMoney:
    def test_is_summed_from_january_with_recoveries_negative(self, chongqing):
        base = make_base("渝中区")
        make_payment(base, amount="1000.10", paid_on=date(2026, 1, 1))
        make_payment(base, amount="2000.20", paid_on=date(2026, 3, 31))
        make_payment(base, amount="500.00", paid_on=date(2026, 3, 5), kind="recovery")
        make_payment(base, amount="9999.00", paid_on=date(2025, 12, 31))
        make_payment(base, amount="9999.00", paid_on=date(2026, 4, 1))
        make_payment(base, amount="9999.00", purpose="social_insurance")
        assert figures(chongqing, "渝中区") == only(f1=1, f14=Decimal("2500.30"))

    def test_may_be_negative(self, chongqing):
        make_payment(make_base("渝中区"), amount="0.01", kind="recovery")
        assert figures(chongqing, "渝中区") == only(f1=1, f14=Decimal("-0.01"))


class TestUnits:
    def test_a_moved_base_counts_where_it_was_that_day(self, chongqing):
        base = make_base("渝中区")
        position = make_position(base, headcount=4)
        make_agreement(position, arrived_on=date(2026, 3, 10))
        move_base(base, "南岸区", date(2026, 3, 11))
        make_agreement(position, arrived_on=date(2026, 3, 11))
        make_payment(base, amount="1.00", paid_on=date(2026, 3, 10))
        make_payment(base, amount="2.00", paid_on=date(2026, 3, 11))
        assert figures(chongqing, "渝中区") == only(f5=1, f6=1, f7=1, f14=Decimal("1.00"))
        assert figures(chongqing, "南岸区") == only(
            f1=1, f3=4, f5=1, f6=1, f7=1, f13=2, f14=Decimal("2.00")
        )
        assert figures(chongqing, "重庆市") == only(
            f1=1, f3=4, f5=2, f6=2, f7=2, f13=2, f14=Decimal("3.00")
        )

    def test_an_ended_unit_counts_for_itself_then_for_its_successor(self, chongqing):
        position = make_position(make_base("江北区"))
        make_agreement(
            position,
            signed_on=date(2025, 12, 1),
            planned_start=date(2025, 12, 2),
            arrived_on=date(2025, 12, 31),
        )
        december, january = Period.parse("2025-12"), Period.parse("2026-01")
        assert figures(chongqing, "江北区", december) == only(f1=1, f3=1, f5=1, f6=1, f7=1, f13=1)
        assert figures(chongqing, "两江新区", december) == only()
        assert figures(chongqing, "两江新区", january) == only(f1=1, f3=1, f13=1)

    def test_a_base_reassigned_when_its_unit_ended_counts_elsewhere(self, chongqing):
        base = make_base("江北区")
        move_base(base, "北碚区", date(2026, 1, 1))
        january = Period.parse("2026-01")
        assert figures(chongqing, "两江新区", january) == only()
        assert figures(chongqing, "北碚区", january) == only(f1=1)

    def test_sums_of_the_year_follow_a_unit_that_ended_in_its_middle(self, chongqing):
        stays, goes = make_base("渝中区"), make_base("渝中区")
        make_payment(stays, amount="10.00", paid_on=date(2026, 2, 1))
        make_payment(goes, amount="100.00", paid_on=date(2026, 2, 1))
        unit = stays.district
        unit.valid_to = date(2026, 2, 28)
        unit.successor = make_base("南岸区").district
        unit.save()
        move_base(goes, "北碚区", date(2026, 3, 1))
        assert figures(chongqing, "南岸区")["14"] == Decimal("10.00")
        assert figures(chongqing, "北碚区")["14"] == Decimal("100.00")
        assert figures(chongqing, "重庆市")["14"] == Decimal("110.00")

    def test_form_lists_the_units_of_its_last_day(self, chongqing):
        def names(month):
            period = Period.parse(month)
            units = compute(form_for(chongqing, period), period).units
            return [unit.name for unit in units.valid if not unit.is_root]

        assert len(names("2025-12")) == 41
        assert len(names("2026-01")) == 39
        assert set(names("2025-12")) - set(names("2026-01")) == {"江北区", "渝北区"}

    def test_a_city_counts_its_counties_each_once(self, db):
        with in_region("ningxia") as region:
            make_base("兴庆区")
            make_base("永宁县")
            make_base("平罗县")
            assert figures(region, "银川市")["1"] == 2
            assert figures(region, "石嘴山市")["1"] == 1
            assert figures(region, "宁夏回族自治区")["1"] == 3

    def test_regions_do_not_meet(self, db):
        with in_region("changsha") as changsha:
            make_base("芙蓉区")
            assert figures(changsha, "长沙市")["1"] == 1
        with in_region("chongqing") as chongqing:
            assert figures(chongqing, "重庆市") == only()


def test_ningxia_splits_graduates_by_their_year(db):
    with in_region("ningxia") as region:
        position = make_position(make_base("兴庆区"))
        for graduated_on in (date(2026, 1, 15), date(2025, 7, 1), date(2024, 7, 1)):
            trainee = make_trainee(region, graduated_on=graduated_on)
            make_agreement(position, trainee, arrived_on=date(2026, 3, 2))
        found = figures(region, "兴庆区")
        assert (found["6"], found["7"], found["8"]) == (3, 2, 1)


def test_progress_form_sums_the_figures_of_its_events(chongqing):
    make_activity("渝中区", bases=3, positions=40, unemployed_youths=5, graduates=60, placed=7)
    make_activity("渝中区", kind="offline_matching", bases=2, positions=10, graduates=1)
    make_activity("渝中区", kind="policy_talk", employers_served=8, youths_served=90)
    make_activity("渝中区", held_on=date(2026, 4, 1))
    assert figures(chongqing, "渝中区", key="progress") == {
        "a1": 1,
        "a2": 1,
        "a3": 5,
        "a4": 50,
        "a5": 5,
        "a6": 61,
        "a7": 7,
        "b1": 1,
        "b2": 8,
        "b3": 90,
    }


def test_members_of_every_cell_add_up_to_it(chongqing):
    base = make_base("渝中区")
    position = make_position(base, headcount=4, published_on=date(2026, 3, 3))
    make_agreement(position, arrived_on=date(2026, 3, 2))
    make_agreement(
        position,
        arrived_on=date(2026, 1, 7),
        ended_on=date(2026, 3, 9),
        end_kind="retained_early",
        outcome="retained",
    )
    make_payment(base, amount="12.34")
    move_base(base, "南岸区", date(2026, 3, 8))
    form = form_for(chongqing, MARCH)
    compiled = compute(form, MARCH)
    window, _ = windows(form, MARCH)
    for unit in compiled.units.valid:
        cells = members_of(window, chongqing.pk, unit)
        added = {code: sum(m.contribution for m in cell) for code, cell in cells.items()}
        assert added == compiled.figures[unit.pk], unit.name


def test_computing_takes_as_many_statements_for_many_districts_as_for_one(
    chongqing, django_assert_num_queries
):
    form = form_for(chongqing, MARCH)
    with django_assert_num_queries(8):  # one of them for the same month last year
        compute(form, MARCH)
    for name in ("渝中区", "南岸区", "北碚区"):
        make_agreement(make_position(make_base(name)), arrived_on=date(2026, 3, 2))
    with django_assert_num_queries(8):
        compute(form, MARCH)
