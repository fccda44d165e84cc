from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.workdays import Due, InvalidDeadline, WorkCalendar, seed_from_chinesecalendar

CHONGQING = {"kind": "working_day", "n": 2}
CHANGSHA = {"kind": "day_of_month", "n": 2, "roll": "next_working_day"}
NINGXIA = {"kind": "working_day", "n": 3}


def seeded() -> WorkCalendar:
    years, days = seed_from_chinesecalendar()
    return WorkCalendar(frozenset(years), {day: worked for day, worked, _ in days})


CALENDAR = seeded()
days_known = st.dates(date(2024, 1, 1), date(2026, 11, 1))
periods = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def test_the_package_reaches_to_2026():
    years, _ = seed_from_chinesecalendar()
    assert years == list(range(2004, 2027))


def test_days_come_with_their_names():
    _, days = seed_from_chinesecalendar()
    october = [day for day in days if day[0].year == 2026 and day[0].month in (9, 10)]
    assert october == [
        (date(2026, 9, 20), True, "国庆节调休"),
        (date(2026, 9, 25), False, "中秋"),
        (date(2026, 9, 26), False, "中秋"),
        (date(2026, 9, 27), False, "中秋"),
        *[(date(2026, 10, day), False, "国庆节") for day in range(1, 8)],
        (date(2026, 10, 10), True, "国庆节调休"),
    ]


def test_a_worked_saturday_is_a_working_day_and_a_holiday_is_not():
    days = [date(2026, 10, 7), date(2026, 10, 8), date(2026, 10, 10), date(2026, 10, 11)]
    assert [CALENDAR.is_working_day(day) for day in days] == [False, True, True, False]


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("rule", "period_end", "due"),
    [
        (CHONGQING, date(2026, 9, 30), Due(date(2026, 10, 9), False)),
        (CHANGSHA, date(2026, 9, 30), Due(date(2026, 10, 8), False)),
        (NINGXIA, date(2026, 9, 30), Due(date(2026, 10, 10), False)),
        (CHONGQING, date(2025, 12, 31), Due(date(2026, 1, 5), False)),
        (CHONGQING, date(2026, 10, 31), Due(date(2026, 11, 3), False)),
        (CHANGSHA, date(2026, 1, 31), Due(date(2026, 2, 2), False)),
        (CHANGSHA, date(2026, 4, 30), Due(date(2026, 5, 6), False)),
        (CHONGQING, date(2026, 12, 31), Due(date(2027, 1, 4), True)),
        (CHANGSHA, date(2026, 12, 31), Due(date(2027, 1, 4), True)),
        (NINGXIA, date(2026, 12, 31), Due(date(2027, 1, 5), True)),
        ({"kind": "day_of_month", "n": 5}, date(2026, 9, 30), Due(date(2026, 10, 5), False)),
        ({"kind": "day_of_month", "n": 5}, date(2026, 12, 31), Due(date(2027, 1, 5), False)),
        (CHONGQING, date(2026, 9, 25), Due(date(2026, 10, 9), False)),
    ],
)
def test_the_month_is_due(rule, period_end, due):
    assert CALENDAR.deadline(rule, period_end) == due


def test_a_provisional_deadline_is_settled_by_the_notice():
    # as if 2027-01-04 were a day off and Saturday the 2nd worked
    noticed = WorkCalendar(
        {*CALENDAR.announced_years, 2027},
        CALENDAR.exceptions
        | {date(2027, 1, 1): False, date(2027, 1, 2): True, date(2027, 1, 4): False},
    )
    assert noticed.deadline(CHONGQING, date(2026, 12, 31)) == Due(date(2027, 1, 5), False)
    assert noticed.deadline(CHANGSHA, date(2026, 12, 31)) == Due(date(2027, 1, 2), False)


def test_units_below_are_due_a_working_day_earlier():
    due = CALENDAR.deadline(NINGXIA, date(2026, 9, 30))
    assert CALENDAR.earlier(due) == Due(date(2026, 10, 9), False)
    assert CALENDAR.earlier(due, 3) == Due(date(2026, 9, 30), False)
    assert CALENDAR.earlier(due, 0) == due


def test_what_is_earlier_than_a_provisional_day_is_provisional():
    due = CALENDAR.deadline(CHONGQING, date(2026, 12, 31))
    assert CALENDAR.earlier(due, 2) == Due(date(2026, 12, 31), True)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"kind": "working_day"},
        {"kind": "working_day", "n": 0},
        {"kind": "working_day", "n": "2"},
        {"kind": "working_day", "n": 21},
        {"kind": "day_of_month", "n": 31},
        {"kind": "day_of_month", "n": 2, "roll": "previous_working_day"},
        {"kind": "weekday", "n": 1},
    ],
)
def test_a_deadline_rule_that_cannot_be_followed_is_refused(rule):
    with pytest.raises(InvalidDeadline, match="报送期限的写法看不懂"):
        CALENDAR.deadline(rule, date(2026, 9, 30))


@given(periods)
def test_deadlines_keep_their_order_and_lie_in_the_next_month(period_end):
    second, third = CALENDAR.deadline(CHONGQING, period_end), CALENDAR.deadline(NINGXIA, period_end)
    assert period_end < second.date < third.date
    assert CALENDAR.earlier(third).date == second.date
    assert (second.date.year * 12 + second.date.month) - (
        period_end.year * 12 + period_end.month
    ) == 1


# ---------------------------------------------------------------- clocks


def test_a_clock_of_five_working_days_starts_on_the_day_after_receipt():
    # received on Wednesday; the 1st to the 7th are off, Saturday the 10th is worked
    assert CALENDAR.add_working_days(date(2026, 9, 30), 5) == Due(date(2026, 10, 13), False)
    assert CALENDAR.add_working_days(date(2026, 10, 3), 1) == Due(date(2026, 10, 8), False)


def test_a_clock_that_reaches_into_a_year_not_announced_is_provisional():
    assert CALENDAR.add_working_days(date(2026, 12, 30), 1) == Due(date(2026, 12, 31), False)
    assert CALENDAR.add_working_days(date(2026, 12, 30), 2) == Due(date(2027, 1, 1), True)


def test_a_day_rolls_forward_only_if_it_is_no_working_day():
    assert CALENDAR.roll_forward(date(2026, 10, 10)) == Due(date(2026, 10, 10), False)
    assert CALENDAR.roll_forward(date(2026, 10, 11)) == Due(date(2026, 10, 12), False)


@pytest.mark.parametrize("n", [0, -1])
def test_a_clock_runs_for_one_working_day_at_least(n):
    with pytest.raises(ValueError, match="1 or more"):
        CALENDAR.add_working_days(date(2026, 10, 1), n)


@given(days_known, st.integers(1, 30))
def test_counting_on_and_counting_back_agree(start, n):
    due = CALENDAR.add_working_days(start, n)
    assert CALENDAR.working_days_between(start, due.date) == n
    assert CALENDAR.working_days_between(due.date, start) == -n
    assert CALENDAR.is_working_day(due.date)


@given(days_known, days_known, days_known)
def test_spans_of_working_days_add_up(a, b, c):
    between = CALENDAR.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(st.dates(date(2030, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_without_any_notice_weekdays_are_counted_and_the_result_is_provisional(start, n):
    bare = WorkCalendar((), {})
    due = bare.add_working_days(start, n)
    weekdays = [start + timedelta(days=d) for d in range(1, (due.date - start).days + 1)]
    assert (due.provisional, sum(day.weekday() < 5 for day in weekdays)) == (True, n)
