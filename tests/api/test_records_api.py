"""Records by API: what a token sees of them, masked, filtered, page by page; and the description."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from jianxi.history import acting
from jianxi.reference import sections
from tests.factories import (
    district,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
    make_trainee,
)
from tests.people import make_office

HERE, ELSEWHERE = "渝中区", "万州区"
KINDS = ["bases", "positions", "trainees", "agreements", "payments", "activities"]


def everything(where, tag):
    """One of each kind; returns the agreement."""
    base = make_base(where, name=f"单位{tag}")
    position = make_position(base, number=f"GW{tag}", headcount=9)
    trainee = make_trainee(
        base.region, name=f"周{tag}雨", phone="13900001234", home_district=district(where)
    )
    make_payment(base, number=f"BT{tag}", amount="2100.50")
    make_activity(where, number=f"HD{tag}")
    return make_agreement(position, trainee, number=f"XY{tag}", arrived_on=date(2026, 1, 9))


@pytest.fixture
def records(chongqing):
    return {where: everything(where, tag) for where, tag in ((HERE, "甲"), (ELSEWHERE, "乙"))}


@pytest.fixture
def here(records):
    _, secret = tokens.issue(
        make_office(HERE), name="取数", expires_on=timezone.localdate() + timedelta(days=9)
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


def url_of(name, *more):
    return reverse(f"api:{name}", args=["chongqing", *more])


def found(client, name, **asked):
    return client.get(url_of(name), asked).json()["results"]


def test_a_token_reads_the_records_of_its_districts(here, records):
    agreement = records[HERE]
    assert [base["name"] for base in found(here, "bases")] == ["单位甲"]
    assert [position["number"] for position in found(here, "positions")] == ["GW甲"]
    assert [one["number"] for one in found(here, "activities")] == ["HD甲"]
    (payment,) = found(here, "payments")
    assert (payment["number"], payment["amount"], payment["district"]) == (
        "BT甲",
        "2100.50",
        district(HERE).key,
    )
    (shown,) = found(here, "agreements")
    assert (shown["number"], shown["trainee"], shown["base_name"]) == (
        "XY甲",
        agreement.trainee_id,
        "单位甲",
    )
    assert here.get(url_of("agreement", agreement.pk)).json() == shown
    assert here.get(url_of("agreement", records[ELSEWHERE].pk)).status_code == 404


def test_personal_data_is_masked(here, records):
    (trainee,) = found(here, "trainees")
    number = records[HERE].trainee.document_number
    assert (trainee["name"], trainee["phone"]) == ("周**", "139****1234")
    assert trainee["document_number"] == f"{number[:4]}{'*' * 10}{number[-4:]}"
    assert found(here, "agreements")[0]["trainee_name"] == "周**"


def test_what_is_voided_is_gone(here, records):
    with acting("test"):
        records[HERE].voided_at = timezone.now()
        records[HERE].save()
    assert found(here, "agreements") == []


def test_filters_narrow(here, records):
    assert found(here, "agreements", arrived_from="2026-01-10") == []
    assert len(found(here, "agreements", arrived_from="2026-01-09", arrived_to="2026-01-09")) == 1
    assert found(here, "agreements", end_kind="completed") == []
    assert len(found(here, "positions", base=records[HERE].position.base_id)) == 1
    assert found(here, "payments", purpose="other") == []
    assert [d["key"] for d in found(here, "districts")] == [district(HERE).key]


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("agreements", {"arrived_from": "2026-02-30"}),
        ("agreements", {"base": "abc"}),
        ("positions", {"base": "99999999999999999999"}),
        ("bases", {"district": "500101"}),
        ("activities", {"kind": "party"}),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told_at_its_parameter(here, name, asked):
    answer = here.get(url_of(name), asked)
    assert (answer.status_code, [f["field"] for f in answer.json()["errors"]]) == (400, list(asked))


@pytest.mark.parametrize("name", KINDS)
def test_a_list_takes_as_many_statements_for_three_as_for_one(
    here, name, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(12) as one:
        assert len(found(here, name)) == 1
    for tag in ("丙", "丁"):
        everything(HERE, tag)
    with django_assert_num_queries(len(one)):
        assert len(found(here, name)) == 3


def test_pages_follow_each_other(here):
    for tag in "丙丁戊己":
        everything(HERE, tag)
    url, seen = f"{url_of('bases')}?size=2", []
    while url:
        answer = here.get(url).json()
        seen += [base["name"] for base in answer["results"]]
        url = answer["next"]
    assert seen == [f"单位{tag}" for tag in "甲丙丁戊己"]


def test_regions_and_policies_are_open(db):
    anybody = Client()
    regions = anybody.get(reverse("api:regions")).json()["results"]
    assert [region["slug"] for region in regions] == ["changsha", "chongqing", "ningxia"]
    (newest,) = [
        policy
        for policy in anybody.get(url_of("policies"), {"in_force_on": "2026-11-20"}).json()[
            "results"
        ]
        if policy["effective_from"] >= "2023-03-01"
    ]
    parameter = next(p for p in newest["parameters"] if p["key"] == "report_deadline")
    assert set(parameter) == {"key", "value", "source", "strict"}
    assert anybody.get("/api/v1/nowhere/policies/").status_code == 404


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_written(here, name):
    assert here.post(url_of(name), {}).status_code == 405


def test_every_operation_is_described_in_words(db):
    operations = [operation for _, listed in sections() for operation in listed]
    assert {o.path for o in operations if o.open} == {
        "/api/v1/regions/",
        "/api/v1/regions/{slug}/",
        "/api/v1/{region}/policies/",
        "/api/v1/{region}/policies/{id}/",
        "/api/v1/{region}/public/bases/",
        "/api/v1/{region}/public/bases/{id}/",
        "/api/v1/{region}/public/positions/",
        "/api/v1/{region}/public/positions/{id}/",
    }
    assert [(o.method, o.path) for o in operations if not (o.words and o.fields)] == []
    foreign = [o.path for o in operations if re.search("[a-z]{3,} [a-z]{3,} [a-z]{2,}", o.words)]
    assert foreign == []
    fields = [f for o in operations for f in (*o.parameters, *o.sent, *o.fields)]
    assert [f.name for f in fields if "`" in f.words or "* " in f.words] == []
    page = Client().get(reverse("api_docs")).content.decode()
    assert all(operation.path in page for operation in operations)


def described(method, path):
    return next(
        one
        for _, listed in sections()
        for one in listed
        if (one.method, one.path) == (method, f"/api/v1/{{region}}/{path}")
    )


def test_what_can_be_sent_is_described_and_what_is_computed_is_not(db):
    sent = {field.name: field for field in described("POST", "own/applications/").sent}
    assert set(sent) == {"position", "district", "wish", "note"}
    moves = described("POST", "applications/{id}/moves/")
    sent = {field.name: field for field in moves.sent}
    assert [(name, field.required) for name, field in sorted(sent.items())] == [
        ("comment", False),
        ("move", True),
        ("position", False),
    ]
    assert "\nrefer：通过并推送\n" in sent["move"].words
    assert "moves[].move" in [field.name for field in moves.fields]
    other = next(f for f in described("POST", "contracts/{id}/moves/").sent if f.name == "move")
    assert "refer" not in other.words
