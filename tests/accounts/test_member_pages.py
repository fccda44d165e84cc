"""An office's 管理员 at work."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import members
from accounts.access import Access
from accounts.models import ApiToken, Cover, Membership, Office, Role, User
from jianxi.tenancy import scope
from regions.models import Region
from tests.at_once import sent_at_once
from tests.factories import in_region
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    """渝中区's office with an admin and a clerk, and another district's."""
    with in_region("chongqing") as region:
        here, there = make_office("渝中区", name="渝中局"), make_office("万州区", name="万州局")
        return {
            "region": region,
            "here": here,
            "there": there,
            "admin": make_member(here, "admin", name="周管理", username="zhou"),
            "clerk": make_member(here, "clerk", name="李经办", username="li"),
            "other": make_member(there, "clerk", name="万经办", username="wan"),
            "root": make_member(make_office("重庆市", name="市局"), "admin", username="shi"),
        }


@pytest.fixture
def admin(client, town):
    client.force_login(town["admin"])
    return client


def at(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


def current(user):
    with scope(region=Region.objects.get(slug="chongqing")):
        held = Membership.objects.current(timezone.localdate()).filter(user=user)
        return sorted(held.values_list("office_role__office__name", "office_role__role"))


def held(user, role=None):
    """The user's membership, of the role if there are several."""
    with scope(region=Region.objects.get(slug="chongqing")):
        found = user.memberships.select_related("office_role")
        return found.get(office_role__role=role) if role else found.get()


def words_after(client, response):
    return client.get(response["Location"]).content.decode()


def test_the_page_lists_the_office_and_no_other(admin, town):
    page = words_after(admin, admin.get(at("members")))
    assert ("李经办" in page, "周管理" in page, "万经办" in page) == (True, True, False)


def test_a_new_colleague_gets_an_account_and_a_password_shown_once(admin, town):
    facts = {"name": "吴新人", "username": "wu", "role": "reviewer"}
    response = admin.post(at("member_new", town["here"].pk), facts)
    page = words_after(admin, response)
    user = User.objects.get(username="wu")
    assert user.must_change_password
    assert current(user) == [("渝中局", "reviewer")]
    shown = [word for word in page.replace("<", " ").replace(">", " ").split() if "-" in word]
    assert any(user.check_password(word) for word in shown)
    assert admin.get(at("handover")).status_code == 404


def test_a_name_in_use_elsewhere_is_refused_and_tells_nothing(admin, town):
    facts = {"name": "谁", "username": "wan", "role": "clerk"}
    response = admin.post(at("member_new", town["here"].pk), facts)
    assert response.status_code == 422
    page = response.content.decode()
    assert "这个用户名已有人用，请换一个。" in page
    assert "万经办" not in page
    assert current(town["other"]) == [("万州局", "clerk")]


def test_even_with_the_right_name_nobody_is_drawn_from_another_district(admin, town):
    facts = {"name": "万经办", "username": "wan", "role": "admin"}
    assert admin.post(at("member_new", town["here"].pk), facts).status_code == 422
    assert current(town["other"]) == [("万州局", "clerk")]


def test_the_region_can_give_a_known_account_another_office(client, town):
    client.force_login(town["root"])
    facts = {"name": "万经办", "username": "wan", "role": "reviewer"}
    response = client.post(at("member_new", town["here"].pk), facts)
    assert "用户名和密码不变" in words_after(client, response)
    assert current(town["other"]) == [("万州局", "clerk"), ("渝中局", "reviewer")]


@pytest.mark.parametrize("username", ["", "a b", "x" * 151])
def test_a_faulty_user_name_is_told_at_its_field(admin, town, username):
    facts = {"name": "吴", "username": username, "role": "clerk"}
    response = admin.post(at("member_new", town["here"].pk), facts)
    assert response.status_code == 422
    assert "username" in response.context["form"].errors
    assert User.objects.filter(name="吴").count() == 0


@pytest.mark.parametrize("username", ["cq r 2", "吴 新人", "wu/1"])
def test_a_user_name_is_what_its_field_says(admin, town, username):
    facts = {"name": "吴", "username": username, "role": "clerk"}
    form = admin.post(at("member_new", town["here"].pk), facts).context["form"]
    assert form.errors["username"] == ["用户名里有不能用的字符。"]
    facts["username"] = "吴wu.2@-_+"
    assert admin.post(at("member_new", town["here"].pk), facts).status_code == 302


def test_roles_are_given_and_ended(admin, town):
    here, clerk = town["here"], town["clerk"]
    admin.post(at("role_add", here.pk, clerk.pk), {"role": "reviewer"})
    assert current(clerk) == [("渝中局", "clerk"), ("渝中局", "reviewer")]
    page = words_after(admin, admin.post(at("role_add", here.pk, clerk.pk), {"role": "reviewer"}))
    assert "已经是复核" in page
    page = words_after(admin, admin.post(at("role_add", here.pk, clerk.pk), {"role": "emperor"}))
    assert "没有这个角色" in page
    admin.post(at("role_end", held(clerk, "clerk").pk))
    assert current(clerk) == [("渝中局", "reviewer")]


def test_the_last_admin_is_told_why_not(client, town):
    client.force_login(town["root"])
    response = client.post(at("role_end", held(town["root"]).pk))
    assert "最后一名管理员" in words_after(client, response)
    assert current(town["root"]) == [("市局", "admin")]


def test_an_admin_who_leaves_is_led_home_with_a_warning(admin, town):
    with in_region("chongqing"):
        members.appoint(town["admin"], town["here"], Role.CLERK)
    response = admin.post(at("role_end", held(town["admin"], "admin").pk))
    assert response["Location"] == at("home")
    assert "没有管理员" in words_after(admin, response)


def outsiders(town):
    """Addresses that would act upon another district's office or its people."""
    there, other = town["there"], town["other"]
    return [
        (at("office", there.pk), None),
        (at("office_edit", there.pk), {"name": "x", "phone": ""}),
        (at("member_new", there.pk), {"name": "x", "username": "x", "role": "admin"}),
        (at("role_add", there.pk, town["admin"].pk), {"role": "admin"}),
        (at("role_end", held(other).pk), {}),
        (at("password_reset", there.pk, other.pk), {"second_factor": ""}),
        (at("cover_new", held(other).pk), {}),
        (at("token_new", there.pk), {"name": "x", "expires_on": "2027-01-01"}),
    ]


def test_nothing_of_another_district_is_within_reach(admin, town):
    password = town["other"].password
    for address, data in outsiders(town):
        response = admin.get(address) if data is None else admin.post(address, data)
        assert response.status_code == 404, address
        assert "万经办" not in response.content.decode()
    town["other"].refresh_from_db()
    town["there"].refresh_from_db()
    assert (town["other"].password, town["there"].name) == (password, "万州局")
    assert current(town["other"]) == [("万州局", "clerk")]


def test_nobody_reaches_up(admin, town):
    root = held(town["root"])
    upper = root.office_role.office_id
    for address in (at("office", upper), at("member_new", upper)):
        assert admin.get(address).status_code == 404
    assert admin.post(at("role_add", upper, town["admin"].pk), {"role": "admin"}).status_code == 404
    assert admin.post(at("role_end", root.pk)).status_code == 404


def test_people_of_another_office_are_not_given_roles_here(admin, town):
    response = admin.post(at("role_add", town["here"].pk, town["other"].pk), {"role": "clerk"})
    assert response.status_code == 404
    assert current(town["other"]) == [("万州局", "clerk")]


def test_a_password_is_reset_and_shown_once(admin, town):
    response = admin.post(at("password_reset", town["here"].pk, town["clerk"].pk), {})
    assert "一次性密码" in words_after(admin, response)
    town["clerk"].refresh_from_db()
    assert town["clerk"].must_change_password


def test_ones_own_password_is_changed_and_not_reset(admin, town):
    address = at("password_reset", town["here"].pk, town["admin"].pk)
    assert admin.post(address, {}).status_code == 403
    page = admin.get(at("office", town["here"].pk)).content.decode()
    assert (address in page, reverse("account_change_password") in page) == (False, True)


def test_no_password_of_someone_who_also_works_elsewhere(admin, town):
    with in_region("chongqing"):
        members.appoint(town["clerk"], town["there"], "viewer")
    address = at("password_reset", town["here"].pk, town["clerk"].pk)
    assert admin.get(address).status_code == 403
    assert admin.post(address, {}).status_code == 403
    page = admin.get(at("office", town["here"].pk)).content.decode()
    assert "在其他单位也任职" in page
    assert "万州" not in page


def test_leave_cover_from_the_page(admin, town):
    membership = held(town["clerk"])
    facts = {"deputy": town["admin"].pk, "starts_on": "2026-11-20", "ends_on": "2099-12-01"}
    admin.post(at("cover_new", membership.pk), facts)
    with scope(region=town["region"]):
        cover = Cover.objects.get()
        assert Access(town["admin"]).holds("edit_records")
    admin.post(at("cover_end", cover.pk))
    with scope(region=town["region"]):
        assert not Access(town["admin"]).holds("edit_records")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"starts_on": "2099-12-02", "ends_on": "2099-12-01"}, "__all__"),
        ({"starts_on": "2020-01-01", "ends_on": "2020-01-02"}, "ends_on"),
        ({"starts_on": "someday", "ends_on": "2099-12-01"}, "starts_on"),
        ({"deputy": "other"}, "deputy"),
        ({"deputy": "clerk"}, "deputy"),
    ],
)
def test_a_faulty_cover_is_refused(admin, town, facts, field):
    facts = {"deputy": "admin", "starts_on": "2026-11-20", "ends_on": "2099-12-01"} | facts
    facts["deputy"] = town[facts["deputy"]].pk
    response = admin.post(at("cover_new", held(town["clerk"]).pk), facts)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_who_is_on_leave_covers_nobody_and_a_deputy_takes_no_leave(admin, town):
    """Told at the field, with names and days; other days are free."""
    with in_region("chongqing"):
        third = make_member(town["here"], "clerk", name="吴经办")
    clerk, chief = town["clerk"], town["admin"]
    days = {"starts_on": "2099-12-02", "ends_on": "2099-12-08"}
    first = {"deputy": chief.pk, "starts_on": "2099-12-01", "ends_on": "2099-12-05"}
    assert admin.post(at("cover_new", held(clerk).pk), first).status_code == 302
    for who, deputy, field, told in (
        (chief, clerk, "deputy", f"{clerk}在2099-12-01 至 2099-12-05自己请假"),
        (chief, third, "starts_on", f"{chief}在2099-12-01 至 2099-12-05代{clerk}办理"),
        (third, clerk, "deputy", f"{clerk}在2099-12-01 至 2099-12-05自己请假"),
    ):
        sent = admin.post(at("cover_new", held(who).pk), days | {"deputy": deputy.pk})
        assert sent.status_code == 422
        ((where, (message,)),) = sent.context["form"].errors.items()
        assert (where, message.partition("，")[0]) == (field, told)
    later = {"deputy": clerk.pk, "starts_on": "2099-12-06", "ends_on": "2099-12-08"}
    assert admin.post(at("cover_new", held(chief).pk), later).status_code == 302
    with scope(region=town["region"]):
        assert Cover.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_cover_each_other_at_once_one_does(town):
    pair = town["clerk"], town["admin"]
    days = {"starts_on": "2099-12-01", "ends_on": "2099-12-05"}
    sent = sent_at_once(
        *[
            (town["admin"], at("cover_new", held(who).pk), days | {"deputy": deputy.pk})
            for who, deputy in (pair, pair[::-1])
        ]
    )
    assert sent == [302, 422]


def test_the_region_founds_an_office_and_its_first_admin(client, town):
    client.force_login(town["root"])
    with scope(region=town["region"]):
        unit = town["here"].district.parent.children.get(name="北碚区")
    facts = {"kind": "hr", "district": unit.pk, "name": "北碚局", "phone": "023-1"}
    response = client.post(at("office_new"), facts)
    office = Office._base_manager.get(name="北碚局")
    assert response["Location"] == at("member_new", office.pk)
    page = client.get(response["Location"])
    assert page.context["form"]["role"].value() == "admin"


@pytest.mark.parametrize(
    ("who", "facts", "field"),
    [
        ("admin", {"district": "渝中区"}, "district"),
        ("admin", {"district": "万州区", "kind": "department"}, "district"),
        ("admin", {"district": "重庆市", "kind": "department"}, "district"),
        ("root", {"district": "江北区"}, "district"),
        ("root", {"district": "重庆市"}, "district"),
        ("root", {"name": "万州局"}, "name"),
    ],
)
def test_offices_are_not_founded_beside_above_or_twice(client, town, who, facts, field):
    client.force_login(town[who])
    facts = {"kind": "hr", "district": "北碚区", "name": "新局", "phone": ""} | facts
    with scope(region=town["region"]):
        facts["district"] = type(town["here"].district).objects.get(name=facts["district"]).pk
    response = client.post(at("office_new"), facts)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_telephone_of_the_office_is_kept(admin, town):
    admin.post(at("office_edit", town["here"].pk), {"name": "渝中局", "phone": "023-63000000"})
    assert Office._base_manager.get(pk=town["here"].pk).phone == "023-63000000"


def test_a_tokens_secret_is_shown_once_and_stored_nowhere(admin, town):
    day = timezone.localdate().replace(year=timezone.localdate().year + 1)
    response = admin.post(at("token_new", town["here"].pk), {"name": "省平台", "expires_on": day})
    page = words_after(admin, response)
    secret = next(word for word in page.replace("<", " ").split() if word.startswith("jx_"))
    token = ApiToken._base_manager.get()
    assert token.digest == ApiToken.digest_of(secret)
    assert secret not in str(vars(token)) + str(vars(token.user))
    assert secret not in admin.get(at("tokens")).content.decode()


@pytest.mark.parametrize("expires_on", ["2020-01-01", "2199-01-01", "never", ""])
def test_a_token_does_not_live_for_ever(admin, town, expires_on):
    facts = {"name": "省平台", "expires_on": expires_on}
    response = admin.post(at("token_new", town["here"].pk), facts)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["expires_on"]


def test_a_list_of_members_takes_as_many_queries_for_few_as_for_many(admin, town):
    address = at("office", town["here"].pk)
    admin.get(address)
    with CaptureQueriesContext(connection) as few:
        admin.get(address)
    with in_region("chongqing"):
        for _ in range(5):
            make_member(town["here"], *Role.values)
    with CaptureQueriesContext(connection) as many:
        admin.get(address)
    assert len(many) == len(few)
