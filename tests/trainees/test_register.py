"""A youth's own record: registered, kept up to date, never another's."""

from datetime import date
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import phones
from jianxi.crypto import keyed_hash
from jianxi.history import acting
from tests.at_once import at_once
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_application,
    make_base,
    make_position,
)
from tests.people import make_person
from tests.records import ID_NUMBER, OTHER_ID_NUMBER, known_trainee
from trainees.access import trainee_of
from trainees.consents import give
from trainees.models import Consent, Trainee

pytestmark = pytest.mark.django_db
PHONE = "13812341234"
LAST_YEAR = timezone.localdate().year - 1
GRADUATE = {
    "group": "graduate",
    "name": "何小雨",
    "document_type": "resident_id",
    "document_number": ID_NUMBER,
    "schooling": "college",
    "graduated_on": f"{LAST_YEAR}-12-30",
    "studying": "no",
    "employed": "no",
    "education": "本科",
    "school": "示例大学",
    "major": "软件工程",
    "wish": "软件测试",
    "skills": "Python",
    "hardship": ["低保家庭", "残疾"],
    "bank_card": "6222 0202 0011 2233 440",
    "bank": "示例银行",
}
YOUTH = {
    "group": "unemployed_youth",
    "name": "何小雨",
    "document_type": "resident_id",
    "document_number": ID_NUMBER,
    "studying": "no",
    "employed": "no",
    "unemployed_since": "2026-01-05",
}


@pytest.fixture
def youth(db):
    with acting("test"):
        return make_person("", PHONE, side="")


def to(name, *args, **query):
    return reverse(f"me:{name}", args=args, query=query)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(user, typed, region="chongqing", **query):
    return signed_in(user).post(to("register", region, **query), typed)


def record_of(user, region="chongqing"):
    with in_region(region):
        return trainee_of(user)


def faults(response):
    return {name: list(said) for name, said in response.context["form"].errors.items()}


# --- Made


def test_a_youth_registers_and_is_told_at_once(youth):
    with in_region("chongqing"):
        home = district("渝中区")
    answer = send(youth, GRADUATE | {"home_district": home.pk})
    assert answer["Location"] == to("region", "chongqing")
    row = record_of(youth)
    kept = {
        "name": "何小雨",
        "document_number": ID_NUMBER,
        "birth_date": date(2003, 5, 1),
        "sex": "M",
        "group": "graduate",
        "schooling": "college",
        "graduated_on": date(LAST_YEAR, 12, 30),
        "studying": False,
        "employed": False,
        "unemployed_since": None,
        "education": "本科",
        "school": "示例大学",
        "major": "软件工程",
        "wish": "软件测试",
        "skills": "Python",
        "hardship": "低保家庭、残疾",
        "bank_card": "6222020200112233440",
        "bank_card_hash": keyed_hash("card", "6222020200112233440"),
        "bank": "示例银行",
        "phone": PHONE,
        "phone_hash": keyed_hash("phone", PHONE),
        "home_district_id": home.pk,
        "user_id": youth.pk,
    }
    assert {name: getattr(row, name) for name in kept} == kept
    youth.refresh_from_db()
    assert (youth.name, youth.side) == ("何小雨", "youth")
    page = signed_in(youth).get(to("region", "chongqing"))
    assert page.context["verdict"]["words"] == "可以以“离校2年内未就业高校毕业生”参加"
    text = page.content.decode()
    assert [words in text for words in ("尾号 3440", ID_NUMBER, "6222020200112233440", PHONE)] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("region", "group", "asked"),
    [
        ("chongqing", "graduate", ["schooling", "graduated_on", "studying", "employed"]),
        ("chongqing", "unemployed_youth", ["studying", "employed"]),
        ("changsha", "graduate", ["schooling", "graduated_on", "employed"]),
        ("changsha", "unemployed_youth", ["studying", "employed", "unemployed_since"]),
        ("ningxia", "graduate", ["schooling", "graduated_on", "employed"]),
        ("ningxia", "unemployed_youth", ["studying", "employed"]),
    ],
)
def test_a_group_is_asked_what_the_region_wants_to_know_of_it(youth, region, group, asked):
    form = signed_in(youth).get(to("register", region)).context["form"]
    assert form.asked[group] == asked
    shared = set(asked) & set(form.asked[{"graduate": "unemployed_youth"}.get(group, "graduate")])
    assert {name: form.meant_for(name) for name in asked} == {
        name: "" if name in shared else group for name in asked
    }


def test_what_the_group_is_not_asked_is_neither_judged_nor_kept(youth):
    answer = send(youth, YOUTH | {"graduated_on": "gestern", "schooling": "?"})
    assert answer.status_code == 302
    row = record_of(youth)
    assert (row.graduated_on, row.schooling, row.unemployed_since) == (None, "", None)
    send(youth, YOUTH, region="changsha")
    assert record_of(youth, "changsha").unemployed_since == date(2026, 1, 5)


def test_who_may_not_take_part_may_keep_a_record(youth):
    send(youth, GRADUATE | {"graduated_on": "2020-06-30", "employed": ""})
    page = signed_in(youth).get(to("region", "chongqing"))
    verdict = page.context["verdict"]
    assert verdict["words"] == "不能以“离校2年内未就业高校毕业生”参加"
    assert [(one["title"], one["outcome"]) for one in verdict["open"]] == [
        ("毕业离校 2 年内", "fail"),
        ("现在没有就业", "unknown"),
    ]
    assert "2020-06-30 毕业，到 2022-06-30 满 2 年" in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"group": ""}, "group", "请选择"),
        ({"group": "nobody"}, "group", "选项"),
        ({"name": ""}, "name", "请填写"),
        ({"name": "x" * 51}, "name", "50"),
        ({"name": "何\0雨"}, "name", "不能保存的字符"),
        ({"document_number": ""}, "document_number", "请填写"),
        ({"document_number": "500103030501123"}, "document_number", "15位的旧身份证"),
        ({"document_number": ID_NUMBER[:-1] + "0"}, "document_number", "校验位"),
        ({"document_number": "9" * 41}, "document_number", "40"),
        ({"document_type": "library_card"}, "document_type", "选项"),
        ({"document_type": "passport", "document_number": "E12345678"}, "birth_date", "不带出生"),
        (
            {"document_type": "passport", "document_number": "E1", "birth_date": "2003-01-01"},
            "document_number",
            "5至20位",
        ),
        (
            {"document_type": "passport", "document_number": "E12345678", "birth_date": "2999-1-1"},
            "birth_date",
            "今天",
        ),
        (
            {"document_type": "passport", "document_number": "E12345678", "birth_date": "1000-1-1"},
            "birth_date",
            "年份",
        ),
        ({"graduated_on": ""}, "graduated_on", "请填写毕业日期"),
        ({"graduated_on": "99999999999999-1-1"}, "graduated_on", "没有这一天"),
        ({"graduated_on": "0001-01-01"}, "graduated_on", "年份"),
        ({"schooling": "none"}, "schooling", "选项"),
        ({"studying": "maybe"}, "studying", "选项"),
        ({"education": "神童"}, "education", "选项"),
        ({"home_district": "9" * 30}, "home_district", "选"),
        ({"hardship": ["富裕"]}, "hardship", "选项"),
        ({"bank_card": "123"}, "bank_card", "12至19位"),
        ({"wish": "x" * 201}, "wish", "200"),
        ({"skills": "a\x07"}, "skills", "不能保存的字符"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(youth, typed, field, words):
    answer = send(youth, GRADUATE | typed)
    assert answer.status_code == 422
    assert field in faults(answer)
    assert words in "".join(faults(answer)[field])
    assert 'value="示例大学"' in answer.content.decode()
    assert record_of(youth) is None


def test_another_districts_unit_is_no_home(youth):
    with in_region("changsha"):
        abroad = district("岳麓区")
    assert "home_district" in faults(send(youth, GRADUATE | {"home_district": abroad.pk}))


def test_a_passport_is_asked_for_what_it_does_not_tell(youth):
    typed = {"document_type": "passport", "document_number": "e1234 5678", "sex": "F"}
    send(youth, GRADUATE | typed | {"birth_date": "2003-02-03"})
    row = record_of(youth)
    assert (row.document_number, row.birth_date, row.sex) == ("E12345678", date(2003, 2, 3), "F")
    page = signed_in(youth).get(to("register", "chongqing")).content.decode()
    assert [words in page for words in ("2003-**-**", "2003-02-03", "E12345678")] == [
        True,
        False,
        False,
    ]
    send(youth, GRADUATE | typed | {"document_number": "", "birth_date": ""})
    row = record_of(youth)
    assert (row.document_number, row.birth_date) == ("E12345678", date(2003, 2, 3))


def test_a_card_that_looks_wrong_is_kept_and_pointed_out(youth):
    client = signed_in(youth)
    answer = client.post(
        to("register", "chongqing"), GRADUATE | {"bank_card": "6222020200112233445"}, follow=True
    )
    assert "可能有一位写错了" in answer.content.decode()
    assert record_of(youth).bank_card == "6222020200112233445"


# --- Told while typing


def test_the_form_tells_while_it_is_typed_and_keeps_nothing(youth):
    answer = signed_in(youth).post(
        to("register_check", "chongqing"), GRADUATE | {"name": "", "graduated_on": "2020-06-30"}
    )
    assert [group["words"] for group in answer.context["groups"]] == [
        "不能以“离校2年内未就业高校毕业生”参加",
        "可以以“16-24岁失业青年”参加",
    ]
    assert record_of(youth) is None
    empty = signed_in(youth).post(to("register_check", "chongqing"), {})
    assert (empty.status_code, empty.context["groups"]) == (200, [])


# --- On record already


def test_the_own_record_by_ledger_is_taken_up(youth):
    with in_region("chongqing") as region:
        known = known_trainee(region, ID_NUMBER, PHONE, school="别的学校")
    answer = send(youth, GRADUATE)
    assert answer["Location"] == to("region", "chongqing")
    row = record_of(youth)
    assert (row.pk, row.school, row.user_id) == (known.pk, "示例大学", youth.pk)


@pytest.mark.parametrize("case", ["another phone", "another account"])
def test_anothers_record_is_not_told_of_whatever_it_is(youth, case):
    with in_region("chongqing") as region:
        facts = {"user": make_person("先到")} if case == "another account" else {}
        known_trainee(region, ID_NUMBER, "13700000009", name="不可外泄", **facts)
    answer = send(youth, GRADUATE)
    assert answer.status_code == 422
    assert faults(answer) == {
        "document_number": [
            "这个证件号码在本区已经登记过。是您本人以前登记的，用当时的手机号登录就能看到；"
            "换过手机号，或不是您登记的，请带证件联系所在区县人社部门核实。填的内容没有保存。"
        ]
    }
    assert "不可外泄" not in answer.content.decode()
    assert record_of(youth) is None


def test_numbers_are_not_tried_without_end(youth):
    with in_region("chongqing") as region:
        known_trainee(region, ID_NUMBER, "13700000009")
    for _ in range(5):
        send(youth, GRADUATE)
    assert "核对次数过多" in faults(send(youth, GRADUATE))["document_number"][0]


def test_another_regions_record_is_no_obstacle(youth):
    with in_region("changsha") as region:
        other = known_trainee(region, ID_NUMBER, "13700000009")
    assert send(youth, GRADUATE).status_code == 302
    assert record_of(youth).person_id == other.person_id


def test_a_voided_record_is_no_obstacle(youth):
    with in_region("chongqing") as region:
        known_trainee(region, ID_NUMBER, PHONE, voided_at=timezone.now())
    assert send(youth, GRADUATE).status_code == 302


# --- Kept up to date


def test_the_record_is_mended_and_numbers_left_blank_stay(youth):
    send(youth, GRADUATE)
    page = signed_in(youth).get(to("register", "chongqing"))
    text = page.content.decode()
    assert [number in text for number in (ID_NUMBER, "6222020200112233440")] == [False, False]
    changes = {"document_number": "", "bank_card": "", "school": "另一所大学", "hardship": []}
    assert send(youth, GRADUATE | changes).status_code == 302
    row = record_of(youth)
    assert (row.document_number, row.bank_card, row.school, row.hardship) == (
        ID_NUMBER,
        "6222020200112233440",
        "另一所大学",
        "",
    )
    send(youth, GRADUATE | {"document_number": OTHER_ID_NUMBER, "bank_card": "无"})
    row = record_of(youth)
    assert (row.document_number, row.birth_date, row.bank_card, row.bank_card_hash) == (
        OTHER_ID_NUMBER,
        date(2004, 8, 9),
        "",
        None,
    )


def test_a_guardians_consent_was_for_whom_it_named(youth):
    send(youth, GRADUATE)
    with in_region("chongqing"):
        facts = {"guardian": "何大山", "relation": "父亲", "phone": "13600001234", "text": "同意"}
        given = give(trainee_of(youth), document_number="1", actor=youth, **facts)
    send(youth, GRADUATE | {"name": "何小云"})
    with in_region("chongqing"):
        assert Consent.objects.get(pk=given.pk).withdrawn_at is None
    send(youth, GRADUATE | {"document_number": OTHER_ID_NUMBER})
    with in_region("chongqing"):
        assert Consent.objects.get(pk=given.pk).withdrawn_at is not None


def test_another_kind_of_document_needs_its_number(youth):
    send(youth, GRADUATE)
    typed = {"document_type": "passport", "document_number": "", "birth_date": "2003-05-01"}
    assert faults(send(youth, GRADUATE | typed)) == {
        "document_number": ["改了证件类型，请把证件号码也填上。"]
    }


@pytest.mark.parametrize("relied_on", ["referred", "agreement"])
def test_who_it_is_is_fixed_once_a_district_relied_on_it(youth, relied_on):
    send(youth, GRADUATE)
    with in_region("chongqing"):
        row = trainee_of(youth)
        position = make_position(make_base("渝中区"))
        if relied_on == "agreement":
            make_agreement(position, row)
        else:
            make_application(
                position, row, state="withdrawn", referred_at=timezone.now(), due_on=None
            )
    answer = send(
        youth, GRADUATE | {"name": "别人", "document_number": OTHER_ID_NUMBER, "wish": "新"}
    )
    assert answer.status_code == 302
    row = record_of(youth)
    assert (row.name, row.document_number, row.wish) == ("何小雨", ID_NUMBER, "新")
    assert "name" not in signed_in(youth).get(to("register", "chongqing")).context["form"].fields


def test_an_application_not_passed_on_fixes_nothing(youth):
    send(youth, GRADUATE)
    with in_region("chongqing"):
        make_application(make_position(make_base("渝中区")), trainee_of(youth))
    send(youth, GRADUATE | {"name": "何小云"})
    assert record_of(youth).name == "何小云"


def test_the_phone_follows_the_accounts(youth):
    send(youth, GRADUATE)
    send(youth, GRADUATE, region="changsha")
    with acting(youth):
        phones.verified(youth, "13900001111")
    for region in ("chongqing", "changsha"):
        row = record_of(youth, region)
        assert (row.phone, row.phone_hash) == ("13900001111", keyed_hash("phone", "13900001111"))


# --- Come back


def test_who_finds_the_own_record_goes_on_too(youth):
    with in_region("chongqing") as region:
        known_trainee(region, ID_NUMBER, PHONE)
    client, wanted = signed_in(youth), "/me/chongqing/pool/"
    claim = f"{to('claim', 'chongqing')}?next={wanted}"
    assert claim in client.get(to("register", "chongqing", next=wanted)).content.decode()
    facts = {"document_type": "resident_id", "number": ID_NUMBER}
    assert client.post(claim, facts)["Location"] == wanted


def test_what_is_still_missing_is_a_thing_to_do(youth):
    send(youth, GRADUATE | {"employed": "", "studying": ""})
    page = signed_in(youth).get(to("home")).content.decode()
    assert "还不能判断：没有在读更高的学历、现在没有就业" in page
    send(youth, GRADUATE)
    assert "还不能判断" not in signed_in(youth).get(to("home")).content.decode()


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/me/chongqing/pool/", "/me/chongqing/pool/"),
        ("/me/changsha/pool/", "/me/chongqing/"),
        ("https://example.org/", "/me/chongqing/"),
        ("//example.org/me/chongqing/", "/me/chongqing/"),
    ],
)
def test_one_comes_back_to_where_one_was_but_nowhere_else(youth, wanted, landed):
    assert send(youth, GRADUATE, next=wanted)["Location"] == landed


# --- At once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["one", "two"])
def test_registering_at_once_makes_one_record(who):
    """One youth in two browsers; two accounts with one document."""
    with acting("test"):
        users = [make_person("", PHONE, side="youth")]
        users.append(users[0] if who == "one" else make_person("", "13900002222", side="youth"))
    answers = at_once(*[partial(send, user, GRADUATE) for user in users])
    assert sorted(answer.status_code for answer in answers) == (
        [302, 302] if who == "one" else [302, 422]
    )
    with in_region("chongqing"):
        assert Trainee.objects.count() == 1
