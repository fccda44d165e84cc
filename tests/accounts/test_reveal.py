"""A masked value is shown in full to who may, for a reason, and that is noted."""

import pytest
from django.urls import reverse

from accounts.models import Reveal
from jianxi.tenancy import scope, scopes_disabled
from regions.models import Region
from tests.factories import in_region, make_agreement, make_base, make_position, make_trainee
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """A trainee who interns in 渝中区, and those who might ask for the number."""
    with in_region("chongqing") as region:
        trainee = make_trainee(region, name="周小雨")
        make_agreement(make_position(make_base("渝中区")), trainee)
        here, there = make_office("渝中区"), make_office("万州区")
        people = {role: make_member(here, role) for role in ("clerk", "viewer", "admin")}
        people["elsewhere"] = make_member(there, "clerk", "reviewer")
        people["region"] = make_member(make_office("重庆市"), "clerk", "admin")
    with in_region("ningxia"):
        people["abroad"] = make_member(make_office("银川市"), "clerk")
    return trainee, people


def ask(client, user, trainee, column="document_number", reason="核对报到材料", table="trainee"):
    client.force_login(user)
    address = reverse("office:reveal", args=["chongqing", table, trainee.pk, column])
    return client.post(address, {"reason": reason}, headers={"HX-Request": "true"})


def noted():
    with scopes_disabled():
        return list(Reveal.objects.values_list("actor", "table", "row_id", "column", "reason"))


@pytest.mark.parametrize("who", ["clerk", "region"])
def test_who_may_sees_it_and_is_noted(client, case, who):
    trainee, people = case
    response = ask(client, people[who], trainee)
    assert (response.status_code, trainee.document_number in response.content.decode()) == (
        200,
        True,
    )
    assert noted() == [(people[who].pk, "trainee", trainee.pk, "document_number", "核对报到材料")]


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("admin", 403), ("elsewhere", 404), ("abroad", 404)]
)
def test_who_may_not_sees_nothing_and_leaves_no_note(client, case, who, status):
    trainee, people = case
    response = ask(client, people[who], trainee)
    assert response.status_code == status
    assert trainee.document_number not in response.content.decode()
    assert noted() == []


@pytest.mark.parametrize("reason", ["", " ", "看", "x" * 201])
def test_without_a_reason_nothing_is_shown(client, case, reason):
    trainee, people = case
    response = ask(client, people["clerk"], trainee, reason=reason)
    assert response.status_code == 422
    assert trainee.document_number not in response.content.decode()
    assert noted() == []


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("trainee", "person_id"),
        ("trainee", "phone_hash"),
        ("user", "password"),
        ("trainee", "delete"),
    ],
)
def test_only_what_is_registered_can_be_asked_for(client, case, table, column):
    trainee, people = case
    assert ask(client, people["clerk"], trainee, column, table=table).status_code == 404
    assert noted() == []


def test_reading_the_address_shows_nothing(client, case):
    trainee, people = case
    client.force_login(people["clerk"])
    address = reverse("office:reveal", args=["chongqing", "trainee", trainee.pk, "document_number"])
    answer = client.get(address)
    assert (answer.status_code, noted()) == (302, [])
    assert trainee.document_number not in client.get(answer.url).content.decode()


def test_the_log_is_read_by_the_admin_of_the_district_and_above(client, case):
    trainee, people = case
    ask(client, people["clerk"], trainee, reason="核对报到材料一事")
    log = reverse("office:reveals", args=["chongqing"])
    with in_region("chongqing"):
        elsewhere = make_member(make_office("九龙坡区"), "admin")
    for who, status, seen in [
        (people["admin"], 200, True),
        (people["region"], 200, True),
        (elsewhere, 200, False),
        (people["clerk"], 403, False),
        (people["abroad"], 404, False),
    ]:
        client.force_login(who)
        page = client.get(log)
        assert page.status_code == status
        assert ("核对报到材料一事" in page.content.decode()) is seen
        assert trainee.document_number not in page.content.decode()


def test_the_log_goes_on_over_pages(client, case):
    trainee, people = case
    with scope(region=Region.objects.get(slug="chongqing")):
        Reveal.objects.bulk_create(
            Reveal(
                region=trainee.region,
                actor=people["clerk"],
                district=people["clerk"].memberships.get().office_role.office.district,
                table="trainee",
                row_id=number,
                column="phone",
                reason=f"事由{number}号",
            )
            for number in range(25)
        )
    client.force_login(people["admin"])
    log = reverse("office:reveals", args=["chongqing"])
    first = client.get(log)
    rest = client.get(log, {"after": first.context["page"].next})
    shown = [[row.row_id for row in page.context["page"].rows] for page in (first, rest)]
    assert shown == [list(range(24, 4, -1)), list(range(4, -1, -1))]
