"""The list and the pages of youths."""

from datetime import date

import pytest
from django.utils import timezone

from jianxi.crypto import keyed_hash
from jianxi.identifiers import make_id_number
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_application,
    make_base,
    make_position,
)
from tests.people import make_person
from tests.records import (
    ID_NUMBER,
    OTHER_ID_NUMBER,
    at,
    correction,
    fresh,
    known_trainee,
    names_in,
    sign_in,
)
from trainees.consents import give
from trainees.models import Agreement, Trainee
from trainees.persons import identify
from trainees.queries import TraineeState

pytestmark = pytest.mark.django_db


@pytest.fixture
def youth():
    """Lives in 渝中区, interns there, and was born on 2003-05-01."""
    with in_region("chongqing") as region:
        home = district("渝中区")
        row = known_trainee(
            region, phone="13812341234", home_district=home, bank_card="6222020200011234567"
        )
        position = make_position(make_base("渝中区"), headcount=3)
        make_agreement(position, row, number="XY-1", signed_on=date(2026, 1, 5), ended_on=None)
    return row


def test_a_youth_is_found_by_name_or_by_a_whole_number(client, youth):
    with in_region("chongqing") as region:
        known_trainee(
            region,
            OTHER_ID_NUMBER,
            name="何大山",
            phone="13900000000",
            home_district=district("渝中区"),
        )
    sign_in(client, "渝中区")
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in ID_NUMBER)
    for words in (
        "何小雨",
        "何小",
        ID_NUMBER,
        f"{ID_NUMBER[:6]} {ID_NUMBER[6:]}",
        wide,
        "13812341234",
        "138-1234-1234",
    ):
        assert names_in(client.get(at("trainees", q=words))) == ["何小雨"], words
    assert sorted(names_in(client.get(at("trainees", q="何")))) == ["何大山", "何小雨"]
    for words in ("小雨", ID_NUMBER[:17], "1381234123", "13812341235"):
        assert names_in(client.get(at("trainees", q=words))) == [], words


def test_lists_and_pages_show_personal_data_masked(client, youth):
    sign_in(client, "渝中区", "clerk")
    for address in (at("trainees"), at("trainee", youth.pk), at("trainee_edit", youth.pk)):
        page = client.get(address)
        for masked in ("何**", "138****1234", "5001**********"):
            assert masked in page.text
        for hidden in ("何小雨", ID_NUMBER, "13812341234", "6222020200011234567", "2003-05-01"):
            assert hidden not in page.text, (address, hidden)


def test_a_youth_is_seen_where_interning_and_where_living_and_nowhere_else(client):
    with in_region("chongqing") as region:
        row = known_trainee(region, home_district=district("南岸区"))
        make_agreement(make_position(make_base("渝中区")), row)
    for where, seen in (
        ("渝中区", ["何小雨"]),
        ("南岸区", ["何小雨"]),
        ("万州区", []),
        ("重庆市", ["何小雨"]),
    ):
        sign_in(client, where)
        assert names_in(client.get(at("trainees"))) == seen
        assert client.get(at("trainee", row.pk)).status_code == (200 if seen else 404)


def test_a_youth_who_lies_nowhere_is_the_regions(client):
    with in_region("chongqing") as region:
        known_trainee(region)
    sign_in(client, "渝中区")
    assert names_in(client.get(at("trainees"))) == []
    sign_in(client, "重庆市")
    assert names_in(client.get(at("trainees"))) == ["何小雨"]


def test_agreements_in_districts_not_held_are_not_shown(client):
    with in_region("chongqing") as region:
        row = known_trainee(region, home_district=district("渝中区"))
        make_agreement(
            make_position(make_base("万州区", name="不可外泄")), row, number="XY-不可外泄"
        )
    sign_in(client, "渝中区")
    page = client.get(at("trainee", row.pk))
    assert "您能查看的区县里没有此人的见习协议。" in page.text
    assert "不可外泄" not in page.text


def test_states_follow_the_agreement_that_has_not_ended():
    with in_region("chongqing") as region:
        position = make_position(make_base("渝中区"), headcount=9)
        made = {}
        for state, facts in {
            "in_progress": {"arrived_on": date(2026, 1, 6)},
            "signed": {},
            "none": {
                "arrived_on": date(2026, 1, 6),
                "ended_on": date(2026, 2, 1),
                "end_kind": "completed",
            },
        }.items():
            number = make_id_number("500103", date(2003, 5, 1), len(made))
            made[state] = known_trainee(region, number, name=state)
            make_agreement(position, made[state], **facts)
        known_trainee(region, OTHER_ID_NUMBER, name="none")
        for row in Trainee.objects.with_state(date(2026, 11, 20)):
            assert row.state == row.name
        for state in TraineeState:
            found = Trainee.objects.in_state(state, date(2026, 11, 20))
            assert {row.name for row in found} == {state.value}


@pytest.mark.parametrize(
    ("state", "count"), [("in_progress", 0), ("signed", 1), ("none", 0), ("", 1)]
)
def test_the_list_filters_by_state_and_group(client, youth, state, count):
    sign_in(client, "渝中区")
    assert len(names_in(client.get(at("trainees", state=state)))) == count
    assert len(names_in(client.get(at("trainees", state=state, group="graduate")))) == count
    assert names_in(client.get(at("trainees", state=state, group="unemployed_youth"))) == []


def test_groups_are_called_what_the_region_calls_them(client):
    for region, where, words in (
        ("chongqing", "渝中区", "离校2年内未就业高校毕业生"),
        ("ningxia", "兴庆区", "离校未就业高校毕业生"),
    ):
        with in_region(region) as row:
            known_trainee(row, home_district=district(where))
        sign_in(client, where, region=region)
        assert f">{words}</option>" in client.get(at("trainees", region=region)).text


# --- Correcting


def correct(client, row, **changes):
    address = at("trainee_edit", row.pk)
    return client.post(address, correction(client.get(address), **changes))


def faults(page):
    assert page.status_code == 422
    return {
        name: errors for sheet in page.context["sheets"] for name, errors in sheet.errors.items()
    }


def test_names_and_numbers_are_kept_as_they_are_found_by(client, youth):
    sign_in(client, "渝中区")
    assert (
        correct(
            client, youth, name="何 小 雪", phone="+86 139-1111-2222", bank_card="无"
        ).status_code
        == 302
    )
    row = fresh(youth)
    assert (row.name, row.phone, row.bank_card) == ("何小雪", "13911112222", "")
    assert bytes(row.phone_hash) == keyed_hash("phone", "13911112222")
    assert row.bank_card_hash is None
    assert names_in(client.get(at("trainees", q="13911112222"))) == ["何小雪"]
    assert names_in(client.get(at("trainees", q="13812341234"))) == []


def test_another_document_number_is_another_person_agreements_included(client, youth):
    sign_in(client, "渝中区")
    assert correct(client, youth, document_number=OTHER_ID_NUMBER.lower()).status_code == 302
    row = fresh(youth)
    with in_region("chongqing"):
        person = identify("resident_id", OTHER_ID_NUMBER)
        agreement = Agreement.objects.get(number="XY-1")
    assert (row.person_id, agreement.person_id) == (person.pk, person.pk)
    assert (row.document_number, row.birth_date, row.sex) == (
        OTHER_ID_NUMBER,
        date(2004, 8, 9),
        "F",
    )
    assert names_in(client.get(at("trainees", q=OTHER_ID_NUMBER))) == ["何小雨"]
    changes = {
        c.label: (c.before, c.after)
        for c in client.get(at("trainee", row.pk)).context["entries"][0].changes
    }
    assert changes == {"证件号码": ("", ""), "出生日期": ("", ""), "性别": ("男", "女")}


def test_a_document_without_birth_date_keeps_the_one_entered(client, youth):
    sign_in(client, "渝中区")
    assert (
        correct(
            client,
            youth,
            document_type="passport",
            document_number="E12345678",
            birth_date="2002-02-02",
            sex="F",
        ).status_code
        == 302
    )
    row = fresh(youth)
    assert (row.document_type, row.document_number) == ("passport", "E12345678")
    assert (row.birth_date, row.sex) == (date(2002, 2, 2), "F")


def test_what_an_identity_number_carries_cannot_be_contradicted(client, youth):
    sign_in(client, "渝中区")
    found = faults(correct(client, youth, birth_date="1990-01-01", sex="F", major="会计"))
    assert found.keys() == {"birth_date", "sex"}
    assert "与证件号码不符" in found["birth_date"][0]
    assert (fresh(youth).birth_date, fresh(youth).sex, fresh(youth).major) == (
        date(2003, 5, 1),
        "M",
        "",
    )
    assert correct(client, youth, birth_date="2003-05-01", major="会计").status_code == 302


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"document_number": "12345"}, "document_number", "18位"),
        ({"document_number": ID_NUMBER[:17] + "0"}, "document_number", "校验位"),
        ({"document_number": ID_NUMBER[:15]}, "document_number", "15位"),
        ({"document_type": "passport"}, None, ""),
        ({"document_type": "x"}, "document_type", ""),
        ({"phone": "110"}, "phone", "电话号码"),
        ({"bank_card": "12"}, "bank_card", "银行卡号"),
        ({"name": "刘\x01"}, "name", "不能保存的字符"),
        ({"graduated_on": ""}, "graduated_on", "毕业生须填写毕业日期"),
        ({"graduated_on": "", "group": "unemployed_youth"}, "graduated_on", "以毕业生身份签订"),
        (
            {
                "birth_date": "2099-01-01",
                "document_type": "passport",
                "document_number": "E12345678",
            },
            "birth_date",
            "不能晚于今天",
        ),
        ({"home_district": "0"}, "home_district", ""),
        ({"unemployed_since": "2099-01-01"}, "unemployed_since", "不能晚于今天"),
        ({"graduated_on": "0001-01-01"}, "graduated_on", "年份不对"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(client, youth, changes, field, words):
    sign_in(client, "渝中区")
    page = correct(client, youth, major="会计", **changes)
    if field is None:  # eighteen characters may be a passport's
        assert page.status_code == 302
        return
    found = faults(page)
    assert list(found) == [field]
    assert words in found[field][0]
    assert fresh(youth).major == ""
    assert ID_NUMBER not in page.text


def test_two_youths_of_a_region_cannot_have_one_document(client, youth):
    with in_region("chongqing") as region:
        known_trainee(region, OTHER_ID_NUMBER, name="不可外泄", home_district=district("万州区"))
    sign_in(client, "渝中区")
    page = correct(client, youth, document_number=OTHER_ID_NUMBER)
    assert faults(page) == {"document_number": ["本区已有持这个证件号码的见习人员。"]}
    assert "不可外泄" not in page.text


def test_a_person_who_interns_in_another_region_is_told_as_a_fact_alone(client, youth):
    with in_region("ningxia") as region:
        abroad = known_trainee(region, OTHER_ID_NUMBER, name="不可外泄")
        make_agreement(
            make_position(make_base("兴庆区", name="不可外泄")), abroad, number="不可外泄"
        )
    sign_in(client, "渝中区")
    page = correct(client, youth, document_number=OTHER_ID_NUMBER)
    assert faults(page) == {
        "document_number": ["协议 XY-1：此人在其他统筹区有同期的见习协议，时间重叠。"]
    }
    assert "不可外泄" not in page.text
    assert fresh(youth).document_number == ID_NUMBER


def test_a_page_tells_of_applications_and_the_guardians_consent(client):
    with in_region("chongqing") as region:
        row = known_trainee(region, make_id_number("500103", born(17), 7), schooling="college")
        here = make_position(make_base("渝中区"), title="前端助理")
        make_application(here, row)
        make_application(make_position(make_base("万州区"), title="不可外泄"), row)
    sign_in(client, "渝中区")
    page = client.get(at("trainee", row.pk)).text
    told = ("前端助理", "区县审核中", "高校（大专及以上）", "监护人还没有同意")
    assert [words for words in told if words not in page] == []
    assert "不可外泄" not in page
    with in_region("chongqing"):
        give(
            row,
            guardian="何大山",
            relation="父亲",
            document_number="1",
            phone="13600001234",
            text="同意",
            actor=make_person(),
        )
    page = client.get(at("trainee", row.pk)).text
    assert [words in page for words in ("何**", "父亲", "136****1234", "何大山")] == [
        True,
        True,
        True,
        False,
    ]


def test_what_a_youth_answered_can_be_corrected(client):
    with in_region("chongqing") as region:
        home = district("渝中区")
        row = known_trainee(region, home_district=home, employed=True, schooling="other")
    sign_in(client, "渝中区", "clerk")
    url = at("trainee_edit", row.pk)
    changes = {"employed": "false", "studying": "true", "schooling": "technician"}
    assert client.post(url, correction(client.get(url), **changes)).status_code == 302
    now = fresh(row)
    assert (now.employed, now.studying, now.schooling) == (False, True, "technician")


def born(years):
    """A birthday that makes so many full years today."""
    today = timezone.localdate()
    return today.replace(year=today.year - years, day=min(today.day, 28))
