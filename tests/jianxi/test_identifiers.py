from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianxi.identifiers import (
    DOCUMENT_KINDS,
    FEMALE,
    HK_MACAU_PERMIT,
    MALE,
    PASSPORT,
    RESIDENCE_PERMIT,
    RESIDENT_ID,
    TAIWAN_PERMIT,
    BankCard,
    IdNumber,
    InvalidIdentifier,
    clean_name,
    clean_text,
    document_kind,
    make_id_number,
    make_uscc,
    normalise,
    parse_bank_card,
    parse_document,
    parse_id_number,
    parse_phone,
    parse_uscc,
)

births = st.dates(date(1900, 1, 1), date(2020, 12, 31))
region_codes = st.sampled_from(["110101", "500103", "640104", "430102", "500157", "810000"])
seqs = st.integers(0, 999)
id_numbers = st.builds(make_id_number, region_codes, births, seqs)
usccs = st.builds(make_uscc, st.integers(0, 99_999_999))


def refusal(parse, *args, **kwargs) -> str:
    with pytest.raises(InvalidIdentifier) as caught:
        parse(*args, **kwargs)
    return str(caught.value)


# ---------------------------------------------------------------- identity numbers


@given(region_codes, births, seqs)
def test_a_made_id_number_reads_back(region_code, birth, seq):
    number = make_id_number(region_code, birth, seq)
    assert parse_id_number(number) == IdNumber(number, birth, MALE if seq % 2 else FEMALE, True)


@given(id_numbers, st.data())
def test_any_one_wrong_character_of_an_id_number_is_caught(number, data):
    place = data.draw(st.integers(0, 17))
    digits = "0123456789X" if place == 17 else "0123456789"
    other = data.draw(st.sampled_from([c for c in digits if c != number[place]]))
    with pytest.raises(InvalidIdentifier):
        parse_id_number(number[:place] + other + number[place + 1 :])


def test_the_published_example_of_the_standard_is_accepted():
    assert parse_id_number("11010519491231002x") == IdNumber(
        "11010519491231002X", date(1949, 12, 31), FEMALE, True
    )


def test_blanks_full_width_digits_and_lower_case_are_forgiven():
    number = make_id_number("110101", date(2003, 5, 1), 123)
    shown = "　" + number[:6] + " " + number[6:14] + "\u200b" + number[14:].lower() + "\n"
    wide = shown.translate({c: c + 0xFEE0 for c in range(0x30, 0x3A)})
    assert parse_id_number(wide).number == number


def test_an_old_number_of_15_digits_is_refused_with_words_that_say_so():
    assert refusal(parse_id_number, "110105491231002") == (
        "这是15位的旧身份证号码，已停止使用，请填写18位的新号码"
    )


def test_each_fault_of_an_id_number_has_its_own_words():
    valid = make_id_number("500103", date(2001, 2, 3), 45)
    wrong_check = valid[:17] + ("1" if valid[17] != "1" else "2")
    assert [
        refusal(parse_id_number, text)
        for text in ["", "5001032001020304", "A" + valid[1:], wrong_check]
    ] == [
        "身份证号码没有填写",
        "身份证号码应为18位，现在是16位，请核对",
        "身份证号码前17位应为数字，最后一位为数字或X，请核对",
        "身份证号码的校验位不对，可能有一位写错了，请对照证件核对",
    ]


@pytest.mark.parametrize("digits", ["20010229", "20011301", "18991231", "00000000", "29990101"])
def test_a_date_that_nobody_was_born_on_is_refused_though_the_check_digit_is_right(digits):
    class Written(date):
        def __format__(self, _):
            return digits

    number = make_id_number("500103", Written(2001, 1, 1), 12)
    assert refusal(parse_id_number, number) == (
        f"身份证号码里的出生日期{digits}不是有效日期，请对照证件核对"
    )


def test_someone_born_tomorrow_is_refused():
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    number = make_id_number("500103", today + timedelta(days=1), 12)
    assert "不是有效日期" in refusal(parse_id_number, number)


def test_an_unknown_region_code_is_only_flagged():
    number = make_id_number("990000", date(2001, 1, 1), 12)
    assert parse_id_number(number) == IdNumber(number, date(2001, 1, 1), FEMALE, False)


def test_historic_and_newest_region_codes_are_known():
    codes = ["510202", "500157", "659012", "830000"]  # before 1997, from 2026, and beyond
    birth = date(1990, 1, 1)
    assert [parse_id_number(make_id_number(c, birth, 1)).region_known for c in codes] == [True] * 4


def test_digits_of_other_scripts_are_not_digits():
    assert "前17位应为数字" in refusal(parse_id_number, "٥٠٠١٠٣٢٠٠١٠٢٠٣٠٤٥٦")


# ---------------------------------------------------------------- documents


def test_a_document_kind_is_known_by_its_usual_names_and_a_blank_is_the_identity_card():
    names = ["", " 居民身份证 ", "身份证", "台胞证", "台湾居民来往大陆通行证", "护照", "PASSPORT"]
    assert [document_kind(name) for name in names] == [
        RESIDENT_ID,
        RESIDENT_ID,
        RESIDENT_ID,
        TAIWAN_PERMIT,
        TAIWAN_PERMIT,
        PASSPORT,
        PASSPORT,
    ]


def test_an_unknown_document_kind_names_the_choices():
    assert refusal(document_kind, "学生证") == (
        "证件类型“学生证”不在可选范围内，请填写：居民身份证、港澳台居民居住证、台胞证、"
        "港澳居民来往内地通行证、护照、外国人永久居留身份证"
    )


def test_only_the_two_18_character_numbers_carry_a_birth_date():
    assert {kind.label for kind in DOCUMENT_KINDS.values() if kind.carries_birth_date} == {
        "居民身份证",
        "港澳台居民居住证",
    }


@pytest.mark.parametrize("region_code", ["810000", "820000", "830000"])
def test_a_residence_permit_is_read_like_an_identity_card(region_code):
    number = make_id_number(region_code, date(2002, 8, 9), 77)
    read = parse_document(RESIDENCE_PERMIT, number.lower())
    assert (read.kind, read.number, read.birth_date, read.sex, read.warnings) == (
        RESIDENCE_PERMIT,
        number,
        date(2002, 8, 9),
        MALE,
        (),
    )


def test_the_number_decides_between_identity_card_and_residence_permit():
    permit = parse_document(RESIDENT_ID, make_id_number("810000", date(2002, 8, 9), 77))
    card = parse_document(RESIDENCE_PERMIT, make_id_number("500103", date(2002, 8, 9), 77))
    assert (permit.kind, permit.warnings) == (
        RESIDENCE_PERMIT,
        ("号码是港澳台居民居住证的号码，已按港澳台居民居住证记录",),
    )
    assert (card.kind, card.warnings) == (
        RESIDENT_ID,
        ("号码是居民身份证的号码，已按居民身份证记录",),
    )


def test_an_unknown_region_becomes_a_warning_of_the_document():
    read = parse_document(RESIDENT_ID, make_id_number("990000", date(2002, 8, 9), 77))
    assert read.warnings == ("证件号码开头的地区代码990000未收录，请核对",)


def test_other_documents_are_letters_and_digits_without_a_birth_date():
    read = [
        parse_document(TAIWAN_PERMIT, "０１２３４５６７"),
        parse_document(HK_MACAU_PERMIT, "h 12345678"),
        parse_document(PASSPORT, "e12345678"),
    ]
    assert [(d.number, d.birth_date, d.sex) for d in read] == [
        ("01234567", None, None),
        ("H12345678", None, None),
        ("E12345678", None, None),
    ]
    for bad in ["", "ABC", "护照E12345678", "ABCDEFGH", "1" * 21]:
        assert refusal(parse_document, PASSPORT, bad) == (
            "护照号码应为5至20位字母和数字，请对照证件核对"
        )


# ---------------------------------------------------------------- unified social credit codes


@given(usccs)
def test_a_made_uscc_reads_back(code):
    assert parse_uscc(f" {code.lower()} ") == code


@given(usccs, st.data())
def test_any_one_wrong_character_of_a_uscc_is_caught(code, data):
    place = data.draw(st.integers(0, 17))
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    other = data.draw(st.sampled_from([c for c in alphabet if c != code[place]]))
    with pytest.raises(InvalidIdentifier):
        parse_uscc(code[:place] + other + code[place + 1 :])


def test_the_example_printed_in_the_standard_of_the_uscc_is_accepted():
    assert parse_uscc("91350100m000100Y43") == "91350100M000100Y43"


@pytest.mark.parametrize("registrar", ["12", "51", "91", "A1", "N2", "Y1"])
def test_codes_of_every_registrar_are_accepted(registrar):
    code = make_uscc(7, registrar=registrar)
    assert (parse_uscc(code), code[:2]) == (code, registrar)


def test_made_usccs_differ():
    assert len({make_uscc(seq) for seq in range(2000)}) == 2000


def test_each_fault_of_a_uscc_has_its_own_words():
    valid = make_uscc(1)
    wrong_check = valid[:17] + ("1" if valid[17] != "1" else "2")
    assert [
        refusal(parse_uscc, text)
        for text in ["", "500103000012345", valid[:17], "9I" + valid[2:], wrong_check, "0" * 18]
    ] == [
        "统一社会信用代码没有填写",
        "这是15位的旧注册号，请填写18位统一社会信用代码",
        "统一社会信用代码应为18位，现在是17位，请核对",
        "统一社会信用代码里不会出现“I”（只用数字和I、O、S、V、Z以外的大写字母），"
        "请核对，例如0与O、1与I、2与Z、5与S",
        "统一社会信用代码的校验位不对，可能有一位写错了，请对照证照核对",
        "统一社会信用代码的校验位不对，可能有一位写错了，请对照证照核对",
    ]


# ---------------------------------------------------------------- cards and telephones


def test_a_bank_card_is_12_to_19_digits_and_luhn_is_a_hint():
    assert [
        parse_bank_card("6222 0212 3456 7890 128"),
        parse_bank_card("６２２８４８０４０２５６４８９００１８"),
        parse_bank_card("1234-5678-9012"),
    ] == [
        BankCard("6222021234567890128", True),
        BankCard("6228480402564890018", True),
        BankCard("123456789012", False),
    ]


@pytest.mark.parametrize("text", ["", "12345678901", "1" * 20, "6222x212345678901", "6.22202E+18"])
def test_what_is_no_card_number_is_refused(text):
    assert refusal(parse_bank_card, text) == "银行卡号应为12至19位数字，请对照卡面核对"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("138 1234 1234", "13812341234"),
        ("１３８－１２３４－１２３４", "13812341234"),
        ("+86 138-1234-1234", "13812341234"),
        ("8613812341234", "13812341234"),
        ("02367890123", "023-67890123"),
        ("(023) 67890123", "023-67890123"),
        ("0951-5012345", "0951-5012345"),
        ("09515012345", "0951-5012345"),
        ("67890123", "67890123"),
        ("023-67890123转801", "023-67890123-801"),
        ("400-123-4567", "4001234567"),
    ],
)
def test_a_telephone_number_however_it_is_written(written, stored):
    assert (parse_phone(written), parse_phone(stored)) == (stored, stored)


@pytest.mark.parametrize("text", ["", "1381234123", "138123412345", "12812341234", "abc", "023-"])
def test_what_is_no_telephone_number_is_refused(text):
    assert refusal(parse_phone, text) == (
        "电话号码应为11位手机号码，或带区号的固定电话（如023-67890123）"
    )


def test_where_a_mobile_is_asked_for_a_landline_is_refused():
    assert parse_phone("13812341234", mobile_only=True) == "13812341234"
    assert refusal(parse_phone, "023-67890123", mobile_only=True) == (
        "手机号码应为11位数字、以1开头，请核对"
    )


# ---------------------------------------------------------------- text and names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("刘洋", "刘洋"),
        ("　刘 洋 ", "刘洋"),
        ("𠮷田", "𠮷田"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("John   Smith", "John Smith"),
        ("André Silva", "André Silva"),
        ("王\u200b小\ufeff明", "王小明"),
    ],
)
def test_a_name_keeps_rare_letters_and_dots(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("kept", ["李〇一", "O'Neill", "Anne-Marie", "J. Smith", "王伟（大）"])
def test_a_name_keeps_the_signs_names_have(kept):
    assert clean_name(kept) == kept


@pytest.mark.parametrize(
    ("typed", "odd"),
    [
        ("<script>", "<、>"),
        ("张三1", "1"),
        ("李四😀", "😀"),
        ("王五@公司", "@"),
        ("１２３", "１、２、３"),
    ],
)
def test_what_stands_in_no_name_is_refused(typed, odd):
    words = f"姓名里不会有“{odd}”，请照证件上的姓名填写"
    assert refusal(clean_name, typed) == words


def test_a_blank_name_is_refused():
    assert [refusal(clean_name, text) for text in ["", " 　", "\u200b"]] == ["姓名没有填写"] * 3


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\uffff"])
def test_what_cannot_be_stored_is_refused_in_names_and_texts(bad):
    words = "含有不能保存的字符（控制字符或残缺字符），请删除后重新输入"
    assert [refusal(clean_name, f"刘{bad}洋"), refusal(clean_text, f"备注{bad}")] == [words, words]


def test_text_keeps_its_lines():
    assert clean_text("  第一行\r\n第二行\t续\r ") == "第一行\n第二行 续"


@given(st.text())
def test_no_text_breaks_a_reader_and_what_is_read_reads_the_same_again(text):
    assert normalise(normalise(text)) == normalise(text)
    for parse in (clean_name, clean_text, parse_uscc, parse_phone):
        try:
            read = parse(text)
        except InvalidIdentifier:
            continue
        assert parse(read) == read
        read.encode()
    for parse in (parse_id_number, parse_bank_card, document_kind):
        with suppress(InvalidIdentifier):
            parse(text)
