"""How cells are read, over everything a spreadsheet may hold."""

import string
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianxi.ledger.cells import (
    BANK_CARD,
    USCC,
    Choice,
    Code,
    Day,
    Flag,
    Money,
    Name,
    Number,
    Phone,
    Text,
    Unfit,
    Whole,
    shown,
)

KINDS = [
    Text(20),
    Name(50),
    Number(40),
    Code(),
    USCC,
    BANK_CARD,
    Phone(),
    Phone(mobile_only=True),
    Day(),
    Whole(),
    Whole(least=1),
    Money(10),
    Money(14, above_zero=True),
    Choice({"期满": "completed"}),
    Flag(),
]
CELLS = st.one_of(
    st.text(min_size=1),
    st.text(alphabet=string.digits + "-./年月日 xX０１２３ ，,元¥", min_size=1),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.sampled_from(KINDS), CELLS)
def test_a_cell_is_read_or_refused_in_words_and_never_breaks_anything(kind, cell):
    words = ""
    try:
        value = kind.read(cell)
    except Unfit as fault:
        words = value = str(fault)
    assert words or value is not None
    assert "\x00" not in str(value)
    str(value).encode()  # no lone surrogate


@given(
    st.dates(min_value=date(1900, 1, 1)),
    st.sampled_from(
        ["{0:04}-{1:02}-{2:02}", "{0:04}/{1}/{2}", "{0:04}.{1:02}.{2}", "{0:04}年{1}月{2}日"]
    ),
    st.booleans(),
)
def test_a_date_is_read_however_it_is_written(day, form, wide):
    text = form.format(day.year, day.month, day.day)
    assert Day().read(full_width(text) if wide else text) == day


@given(st.datetimes(min_value=datetime(1900, 1, 1)))  # noqa: DTZ001 a spreadsheet has no zone
def test_a_date_cell_with_a_time_is_its_day(moment):
    assert Day().read(moment) == moment.date()
    assert Day().read(f"{moment:%Y-%m-%d %H:%M:%S}".rjust(19, "0")) == moment.date()


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("2026-02-30", "没有“2026-02-30”这一天，请核对"),
        ("2026-10/08", "“2026-10/08”不是日期，请写成 2026-10-08 的样子"),
        ("2026-10", "“2026-10”不是日期，请写成 2026-10-08 的样子"),
        ("尽快", "“尽快”不是日期，请写成 2026-10-08 的样子"),
        (45943.0, "是数字45943，不是日期，请把单元格设为日期格式"),
        (True, "“True”不是日期，请写成 2026-10-08 的样子"),
        (time(9), "“09:00:00”不是日期，请写成 2026-10-08 的样子"),
        ("0202-10-08", "0202-10-08太早，请核对年份"),
    ],
)
def test_what_is_no_date_is_told(cell, says):
    with pytest.raises(Unfit) as fault:
        Day().read(cell)
    assert str(fault.value) == says


@given(st.decimals(0, 99_999_999, places=2))
def test_money_is_exact_from_text_and_from_a_number(amount):
    assert Money(10).read(f"{amount:,}") == amount
    assert Money(10).read(float(amount)) == amount


def test_money_forgives_what_a_calculation_leaves_behind_but_no_third_decimal():
    assert Money(10).read(0.1 + 0.2) == Decimal("0.30")
    assert Money(10).read("￥２，１００．５０元") == Decimal("2100.50")
    with pytest.raises(Unfit, match=r"“2100\.555”超过两位小数"):
        Money(10).read(2100.555)


@pytest.mark.parametrize("cell", [0, "0.00", -5, "-5"])
def test_a_payment_is_above_zero(cell):
    with pytest.raises(Unfit, match="金额应大于0"):
        Money(14, above_zero=True).read(cell)


@pytest.mark.parametrize(
    "cell", ["2.1万", "1e3", "１２三", "NaN", float("nan"), float("inf"), True]
)
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(Unfit):
        Money(10).read(cell)


@given(st.integers(0, 2**31 - 1))
def test_a_count_is_read_from_text_and_from_a_number(number):
    assert Whole().read(float(number)) == Whole().read(f"{number:,}") == number
    assert Whole().read(full_width(str(number))) == number


@pytest.mark.parametrize("cell", [1.5, "1.5", "三", True, 2**31, -1, "-1", 1e300])
def test_what_is_no_count_is_refused(cell):
    with pytest.raises(Unfit):
        Whole().read(cell)


@pytest.mark.parametrize("kind", [USCC, BANK_CARD, Code()])
@pytest.mark.parametrize("cell", [500103200305010017.0, 6222000000000000, date(2026, 1, 1)])
def test_identity_and_card_numbers_must_be_text(kind, cell):
    with pytest.raises(Unfit, match="应为文本"):
        kind.read(cell)


def test_telephones_and_numbers_may_be_number_cells():
    assert Phone().read(13812345678.0) == "13812345678"
    assert Number(40).read(20260001.0) == "20260001"
    with pytest.raises(Unfit, match="应为文本"):
        Number(40).read(1e15)


@given(st.text(alphabet=string.ascii_letters + string.digits + "-", min_size=1, max_size=20))
def test_codes_forgive_width_case_and_blanks(code):
    wanted = code.upper()
    for typed in (code, full_width(code), f" {code[:1]}　{code[1:]} ", code.lower()):
        assert Number(40).read(typed) == wanted


def test_rare_names_are_kept_and_their_dots_made_one():
    assert Name(50).read("𠮷田　花") == "𠮷田花"
    assert Name(50).read("阿依•古丽") == "阿依·古丽"
    assert Text(10).read("笑😀") == "笑😀"


@pytest.mark.parametrize("cell", ["a\x00b", "a\x1bb", "\ud800", "￾"])
def test_what_cannot_be_stored_is_refused(cell):
    for kind in (Text(20), Name(20), Number(20)):
        with pytest.raises(Unfit, match="不能保存的字符"):
            kind.read(cell)


def test_text_has_the_length_of_its_column():
    assert Text(3).read("三个字") == "三个字"
    with pytest.raises(Unfit) as fault:
        Text(3).read("四个字了")
    assert str(fault.value) == "最多3个字，现在有4个"


def test_a_choice_is_one_of_its_words():
    assert Choice({"期满": "completed"}).read(" 期　满 ") == "completed"
    with pytest.raises(Unfit) as fault:
        Choice({"期满": "completed", "提前留用": "retained_early"}).read("结业")
    assert str(fault.value) == "“结业”不在可选范围内，请填写：期满、提前留用"


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("√", True), (True, True), ("否", False)]
)
def test_a_flag_is_yes_or_no(cell, value):
    assert Flag().read(cell) is value


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("500103200305010017", "500****17"),
        (13812345678.0, "138****78"),
        ("a\x00b" * 20, "a□ba□ba□ba□ba□ba□ba□…"),
    ],
)
def test_what_is_quoted_is_short_printable_and_nobodys_number(cell, words):
    assert shown(cell) == words


def test_a_duration_is_no_text():
    with pytest.raises(Unfit, match="应为文字"):
        Text(10).read(timedelta(hours=30))
