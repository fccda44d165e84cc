"""What users' own programs do by the API: as their users, and nothing that these could not do."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from accounts.models import PersonalKey
from jianxi.history import acting, timeline
from jianxi.tenancy import scope
from positions.models import Position
from tests.api.callers import Caller, address
from tests.factories import in_region, make_base, make_position
from tests.people import make_authority, make_member, make_office, make_person

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "数据助理",
    "category": "technical",
    "headcount": 2,
    "duties": "整理数据，学习数据治理。",
    "workplace": "示例大道1号",
    "months": 6,
    "mentor": "王带教",
    "allowance": "2600.00",
}


class Somewhere:
    def __init__(self):
        with in_region("chongqing") as self.region:
            self.base = make_base("渝中区", name="甲公司")
            owner, other = make_person("周经办"), make_person("孙旁人")
            make_authority(owner, self.base)
            make_authority(other, make_base("万州区", name="乙公司"))
            here = make_office("渝中区")
            self.owner, self.other = Caller(owner), Caller(other)
            self.officer = Caller(make_member(here, "clerk", name="李经办"))
            self.viewer = Caller(make_member(here, "viewer"))
            self.elsewhere = Caller(make_member(make_office("万州区"), "clerk"))

    def position(self):
        with scope(region=self.region):
            return Position.objects.get()


@pytest.fixture
def at():
    return Somewhere()


def change(user, **facts):
    for name, value in facts.items():
        setattr(user, name, value)
    with acting("test"):
        user.save()


def facts():
    return FACTS | {"valid_until": str(timezone.localdate() + timedelta(days=60))}


def test_an_employers_program_files_and_the_district_publishes(at):
    made = at.owner.post("own_positions", **facts())
    assert (made.status_code, made.json()["state"]) == (201, "draft")
    pk = made.json()["id"]
    answer = at.owner.post("position_moves", pk, move="submit")
    assert answer.json()["state_label"] == "待审核"
    assert [move["move"] for move in answer.json()["moves"]] == ["withdraw"]
    offered = at.officer.get("position_moves", pk).json()["moves"]
    assert [move["move"] for move in offered] == ["publish", "return", "reject"]
    answer = at.officer.post("position_moves", pk, move="publish")
    assert answer.json()["state"] == "published"
    with scope(region=at.region):
        actors = [entry.actor for entry in timeline(at.position())]
    assert actors == ["李经办", "周**", "周**"]


def test_a_draft_is_completed_and_what_is_missing_is_told(at):
    made = at.owner.post("own_positions", title="数据助理")
    pk = made.json()["id"]
    refused = at.owner.post("position_moves", pk, move="submit")
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert refused.json()["detail"].startswith("还没有填写：岗位类别")
    assert at.owner.patch("own_position", pk, **facts()).status_code == 200
    assert at.owner.post("position_moves", pk, move="submit").status_code == 200
    late = at.owner.patch("own_position", pk, title="改名")
    assert (late.status_code, late.json()["detail"]) == (409, "岗位现在是“待审核”，不能再改。")
    assert at.position().title == "数据助理"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"headcount": -1}, "headcount"),
        ({"headcount": 10**30}, "headcount"),
        ({"category": "x"}, "category"),
        ({"allowance": "1e99"}, "allowance"),
        ({"valid_until": "明天"}, "valid_until"),
        ({"title": ["x"]}, "title"),
        ({"title": "x" * 500}, "title"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(at, sent, field):
    refused = at.owner.post("own_positions", **facts() | sent)
    assert refused.status_code == 400
    assert [fault["field"] for fault in refused.json()["errors"]] == [field]
    with scope(region=at.region):
        assert Position.objects.count() == 0


def test_what_is_no_json_is_refused(at):
    url = address("own_positions")
    for body in ("{", "[]", '"x"', "\x00"):
        answer = at.owner.client.post(url, body, content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_others_find_nothing_and_who_may_only_look_decides_nothing(at):
    with in_region("chongqing"):
        row = make_position(
            at.base,
            title="数据助理",
            state="submitted",
            published_on=None,
            submitted_at=timezone.now(),
            due_on=timezone.localdate(),
        )
    for caller in (at.other, at.elsewhere):
        assert caller.get("position_moves", row.pk).status_code == 404
        assert caller.post("position_moves", row.pk, move="publish").status_code == 404
        assert caller.get("own_position", row.pk).status_code == 404
    assert at.viewer.get("position_moves", row.pk).json()["moves"] == []
    assert at.viewer.post("position_moves", row.pk, move="publish").status_code == 403
    assert at.owner.post("position_moves", row.pk, move="publish").status_code == 403
    unknown = at.officer.post("position_moves", row.pk, move="fly")
    assert [fault["field"] for fault in unknown.json()["errors"]] == ["move"]
    assert at.position().state == "submitted"


def test_a_key_ends_when_it_is_revoked_or_runs_out_or_its_user_is_gone(at):
    asked = "own_positions"
    assert at.owner.get(asked).status_code == 200
    with acting("test"):
        yesterday = timezone.localdate() - timedelta(days=1)
        PersonalKey.objects.filter(pk=at.other.key.pk).update(expires_on=yesterday)
    assert at.other.get(asked).status_code == 401
    with acting("test"):
        tokens.revoke_key(at.owner.key)
    assert at.owner.get(asked).status_code == 401
    change(at.officer.user, is_active=False)
    assert at.officer.get("positions").status_code == 401


def test_staff_without_a_second_factor_or_a_password_of_their_own_are_refused(at, settings):
    settings.STAFF_TOTP_REQUIRED = True
    assert at.officer.get("position_moves", 1).status_code == 403
    assert at.owner.get("own_positions").status_code == 200
    settings.STAFF_TOTP_REQUIRED = False
    change(at.officer.user, must_change_password=True)
    assert at.officer.get("position_moves", 1).status_code == 403


def test_an_offices_token_still_only_reads(at):
    with in_region("chongqing"):
        office = at.officer.user.memberships.get().office_role.office
        expires = timezone.localdate() + timedelta(days=9)
        _, secret = tokens.issue(office, name="取数", expires_on=expires)
        row = make_position(at.base)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    answer = client.get(address("position_moves", row.pk))
    assert (answer.status_code, answer.json()["moves"]) == (200, [])
    sent = client.post(
        address("position_moves", row.pk), {"move": "pause"}, content_type="application/json"
    )
    assert sent.status_code == 403


def test_a_parameter_nobody_knows_is_refused(at):
    for name in ("positions", "open_positions"):
        refused = at.officer.get(name, cateogry="technical")
        assert refused.status_code == 400
        assert [fault["field"] for fault in refused.json()["errors"]] == ["cateogry"]
        assert at.officer.get(name, category="technical", size=5).status_code == 200


# --- The page where keys are made


def test_a_key_is_made_on_ones_own_page_shown_once_and_revoked(client, at):
    with acting("test"):
        user = make_person("吴程序")
    user.set_password("长一点的密码-2026")
    change(user)
    client.force_login(user)
    page = reverse("account_keys")
    answer = client.get(page)
    assert urlsplit(answer["Location"]).path == reverse("account_reauthenticate")
    assert client.post(answer["Location"], {"password": "长一点的密码-2026"})["Location"] == page
    expires = timezone.localdate() + timedelta(days=10)
    made = client.post(page, {"name": "人事系统", "expires_on": expires}, follow=True)
    secret = made.context["new"]["secret"]
    assert secret in made.content.decode()
    assert secret not in client.get(page).content.decode()
    key = PersonalKey.objects.get(user=user)
    with_key = Client(headers={"Authorization": f"Bearer {secret}"})
    assert with_key.get(address("position_moves", 1)).status_code == 404
    client.post(reverse("account_key_revoke", args=[key.pk]))
    assert with_key.get(address("position_moves", 1)).status_code == 401


def test_nobody_revokes_anothers_key(client, at):
    client.force_login(at.other.user)
    assert client.post(reverse("account_key_revoke", args=[at.owner.key.pk])).status_code == 404
