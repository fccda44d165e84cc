"""A youth already in the records by ledger takes them up: document number and verified phone."""

import logging
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from jianxi.history import acting, timeline
from jianxi.identifiers import RESIDENT_ID, parse_document
from jianxi.tenancy import scopes_disabled
from tests.at_once import at_once
from tests.factories import in_region
from tests.people import make_person
from tests.records import ID_NUMBER, OTHER_ID_NUMBER, known_trainee
from trainees.access import trainee_of, trainees_of
from trainees.claiming import claim
from trainees.models import Trainee

pytestmark = pytest.mark.django_db
PHONE = "13812341234"


@pytest.fixture
def youth(db):
    with acting("test"):
        return make_person("", PHONE, side="youth")


@pytest.fixture
def record(db):
    with in_region("chongqing") as region:
        return known_trainee(region, ID_NUMBER, PHONE, bank_card="6222020200112233445")


def to(name, *args):
    return reverse(f"me:{name}", args=args)


def try_claim(user, number=ID_NUMBER, document_type="resident_id", region="chongqing"):
    client = Client()
    client.force_login(user)
    facts = {"document_type": document_type, "number": number}
    return client.post(to("claim", region), facts)


def test_number_and_phone_find_the_record(youth, record):
    assert try_claim(youth)["Location"] == to("region", "chongqing")
    with in_region("chongqing"):
        own = trainee_of(youth)
        assert own == record
        assert timeline(own)[0].note == "本人认领"
    assert [row.region.slug for row in trainees_of(youth)] == ["chongqing"]
    youth.refresh_from_db()
    assert youth.name == "何小雨"


def test_the_number_may_be_typed_loosely(youth, record):
    assert try_claim(youth, f" {ID_NUMBER.lower()} ").status_code == 302


@pytest.mark.parametrize(
    "case",
    ["another number", "another phone", "no phone", "taken", "voided", "another region", "nobody"],
)
def test_what_does_not_fit_is_told_in_the_same_words_whatever_it_is(youth, record, case):
    number, region = ID_NUMBER, "chongqing"
    with in_region("chongqing"):
        rows = Trainee.objects.filter(pk=record.pk)
        if case == "another number":
            number = OTHER_ID_NUMBER
        elif case == "another phone":
            rows.update(phone_hash=b"x" * 32)
        elif case == "no phone":
            rows.update(phone_hash=None)
        elif case == "taken":
            rows.update(user=make_person("先到"))
        elif case == "voided":
            rows.update(voided_at="2026-01-01T00:00:00Z")
        elif case == "another region":
            region = "changsha"
        else:
            rows.delete()
    answer = try_claim(youth, number, region=region)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form.errors == {
        "__all__": [
            "没有找到与您的证件号码和手机号都一致的记录。请核对号码；换过手机号的，"
            "请联系所在区县人社部门更正后再来。"
        ]
    }
    assert "何小雨" not in answer.content.decode()
    with scopes_disabled():
        assert not Trainee.objects.filter(user=youth).exists()


def test_a_phone_that_was_never_verified_claims_nothing(record):
    with acting("test"):
        user = make_person("", PHONE, side="youth")
        user.phone_verified_at = None
        user.save()
    with in_region("chongqing"):
        assert claim(user, document(ID_NUMBER)) is None


def document(number):
    return parse_document(RESIDENT_ID, number)


def test_guessing_is_counted_stopped_and_logged_without_the_number(youth, record, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            try_claim(youth, OTHER_ID_NUMBER)
    failures = [entry for entry in caplog.records if entry.message == "claim_failed"]
    assert [entry.user for entry in failures] == [youth.pk] * 5
    assert OTHER_ID_NUMBER not in caplog.text
    answer = try_claim(youth)
    assert "核对失败次数过多" in answer.content.decode()
    with in_region("chongqing"):
        assert trainee_of(youth) is None


@pytest.mark.parametrize(("number", "words"), [("123", "18"), ("", "请填写")])
def test_what_is_no_number_is_told_at_its_field(youth, number, words):
    answer = try_claim(youth, number)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["number"])


def test_the_own_page_shows_ones_own_records_in_every_region(youth, record):
    with in_region("changsha") as region:
        known_trainee(region, ID_NUMBER, PHONE, user=youth)
        known_trainee(region, OTHER_ID_NUMBER, name="王他人")
    try_claim(youth)
    client = Client()
    client.force_login(youth)
    page = client.get(to("home")).content.decode()
    assert [region in page for region in ("重庆市", "长沙市")] == [True, True]
    assert client.get(to("region", "changsha")).context["trainee"].name == "何小雨"
    assert "王他人" not in page
    assert client.get(to("region", "ningxia")).context["trainee"] is None


def test_who_has_a_record_here_does_not_claim_another(youth, record):
    try_claim(youth)
    with in_region("chongqing") as region:
        other = known_trainee(region, OTHER_ID_NUMBER, PHONE)
    assert try_claim(youth, OTHER_ID_NUMBER)["Location"] == to("region", "chongqing")
    with in_region("chongqing"):
        assert Trainee.objects.get(pk=other.pk).user is None


@pytest.mark.django_db(transaction=True)
def test_two_claims_at_once_are_one():
    """Two browsers of one youth: one record, and no error."""
    with in_region("chongqing") as region:
        known_trainee(region, ID_NUMBER, PHONE)
        user = make_person("", PHONE, side="youth")
    answers = at_once(*[partial(try_claim, user)] * 2)
    assert max(answer.status_code for answer in answers) < 500
    with in_region("chongqing"):
        assert Trainee.objects.filter(user=user).count() == 1
