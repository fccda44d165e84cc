"""The State Council's notice, read from its own words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regions.notices import NoticeDay, UnreadableNotice, read_notice, unnamed, written
from regions.workdays import seed_from_chinesecalendar

NOTICE_2026 = """
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""


def test_the_notice_as_issued_gives_the_days_it_names():
    _, known = seed_from_chinesecalendar()
    days = read_notice(2026, NOTICE_2026)
    assert {(one.day, one.is_working) for one in days} == {
        (day, worked) for day, worked, _ in known if day.year == 2026
    }
    assert unnamed(days) == []
    named = {one.day: one.name for one in days}
    assert named[date(2026, 2, 14)] == "春节调休"
    assert named[date(2026, 10, 7)] == "国庆节"


def test_simple_lines_do_as_well():
    assert read_notice(2027, "元旦 2027-01-01 至 2027-01-02 放假，2027/1/3 上班") == [
        NoticeDay(date(2027, 1, 1), False, "元旦"),
        NoticeDay(date(2027, 1, 2), False, "元旦"),
        NoticeDay(date(2027, 1, 3), True, "元旦调休"),
    ]


def test_a_holiday_may_begin_in_the_year_before():
    text = "元旦：2026年12月31日（周四）至2027年1月2日（周六）放假"
    assert [one.day for one in read_notice(2027, text)] == [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "没有读到日期。"),
        ("祝大家节日快乐", "没有读到日期。"),
        ("元旦：1月1日（周四）放假", "第 1 行：2027-01-01 是周五，写的却是周四。"),
        ("清明节\n4月31日放假", "第 2 行：没有“4月31日”这一天。"),
        ("元旦：1月1日至3日放假，共4天", "写的是共 4 天，日期却有 3 天。"),
        ("元旦：1月1日", "没有写明日期和放假还是上班。"),
        ("元旦：1月1日放假，1月3日", "“,1月3日”没有写明"),
        ("5日放假", "“5日”不是完整的日期"),
        ("元旦：1月3日至1日放假", "结束早于开始"),
        ("元旦：12月31日至1月2日放假", "跨年的请写明年份"),
        ("春节：2月1日至28日放假", "超过 16 天"),
        ("国庆节：2026年10月1日放假", "2026-10-01 不在 2027 年。"),
        ("元旦：1月1日放假\n调休：1月1日上班", "第 2 行：2027-01-01 既放假又上班。"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(text, fault):
    with pytest.raises(UnreadableNotice) as unreadable:
        read_notice(2027, text)
    assert fault in "".join(unreadable.value.faults)


def test_all_faulty_lines_are_told_at_once():
    with pytest.raises(UnreadableNotice) as unreadable:
        read_notice(2027, "元旦：1月1日（周四）放假\n春节：2月6日至12日放假\n清明节：4月31日放假")
    assert [fault[:5] for fault in unreadable.value.faults] == ["第 1 行", "第 3 行"]


def test_what_is_perhaps_forgotten_is_named():
    days = read_notice(
        2027, "元旦：1月1日放假\n国庆节、中秋节：10月1日至7日放假\n清明节：4月3日上班"
    )
    assert unnamed(days) == ["春节", "清明", "劳动", "端午"]


day_of_notice = st.tuples(
    st.dates(date(2026, 12, 20), date(2028, 1, 10)),
    st.booleans(),
    st.sampled_from(["元旦", "春节", "国庆节", "中秋"]),
)


@given(st.lists(day_of_notice, unique_by=lambda one: one[0], min_size=1, max_size=16))
def test_what_is_written_is_read_back(days):
    days = [NoticeDay(day, works, f"{name}调休" if works else name) for day, works, name in days]
    assert read_notice(2027, written(days)) == sorted(days)


@given(st.text(max_size=200), st.integers(2004, 2099))
def test_any_text_is_read_or_refused_in_words(text, year):
    try:
        found = read_notice(year, text)
    except UnreadableNotice as unreadable:
        found = unreadable.faults
    assert all(found)
