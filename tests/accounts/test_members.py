"""Who manages whom, and what always holds of members."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import members, tokens
from accounts.access import Access, districts_where
from accounts.models import Cover, DistrictGrant, Membership, Office, OfficeRole, Role
from accounts.rights import RIGHTS
from jianxi.history import acting, timeline
from jianxi.tenancy import scope
from regions.models import District, Region
from tests.factories import district, in_region
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
DEPARTMENT = Office.Kind.DEPARTMENT


@pytest.fixture
def region():
    with in_region("ningxia") as region:
        yield region


@pytest.fixture
def offices(region):
    """The region's, a city's, a county's of it and one of another city, and other departments."""
    return {
        "region": make_office("宁夏回族自治区"),
        "city": make_office("银川市"),
        "county": make_office("兴庆区"),
        "other county": make_office("平罗县"),
        "region's department": make_office("宁夏回族自治区", kind=DEPARTMENT),
        "county's department": make_office("兴庆区", kind=DEPARTMENT),
        "second of the city": make_office("银川市"),
    }


def names(districts):
    return {unit.name for unit in districts}


# --- Rights


@pytest.mark.parametrize("kind", Office.Kind.values)
@pytest.mark.parametrize("role", Role.values)
def test_each_role_holds_exactly_what_the_table_says(region, kind, role):
    office = make_office("银川市", kind=kind)
    access = Access(make_member(office, role))
    every = dict(District._meta.permissions)
    assert {right for right in every if access.holds(right)} == set(RIGHTS[kind][role])


def test_a_right_covers_the_units_below_and_no_others(region):
    clerk = make_member(make_office("石嘴山市"), Role.CLERK)
    assert names(districts_where(clerk, "edit_records")) == {
        "石嘴山市",
        "大武口区",
        "惠农区",
        "平罗县",
    }
    assert not Access(clerk).may("edit_records", district("银川市"))
    assert not Access(clerk).may("edit_records", district("宁夏回族自治区"))


def test_a_right_covers_units_that_come_later(region):
    clerk = make_member(make_office("石嘴山市"), Role.CLERK)
    city = district("石嘴山市")
    District.objects.create(
        region=region,
        key="new",
        name="新区",
        official_name="新区",
        kind="county",
        parent=city,
        path=f"{city.path}new/",
    )
    assert "新区" in names(districts_where(clerk, "edit_records"))


def test_whoever_took_over_a_unit_holds_its_records():
    with in_region("chongqing"):
        successor = make_member(make_office("两江新区"), Role.CLERK)
        neighbour = make_member(make_office("渝中区"), Role.CLERK)
        assert names(districts_where(successor, "edit_records")) == {"两江新区", "江北区", "渝北区"}
        assert names(districts_where(neighbour, "edit_records")) == {"渝中区"}


def test_reports_are_reviewed_from_above_only(region, offices):
    reviewer = Access(make_member(offices["city"], Role.REVIEWER))
    assert reviewer.may_above("review_reports", district("兴庆区"))
    assert not reviewer.may_above("review_reports", district("银川市"))
    assert not reviewer.may_above("review_reports", district("平罗县"))


def test_who_is_further_up_decides_only_where_nobody_below_can(region, offices):
    above = make_member(offices["region"], Role.REVIEWER)
    county, city = district("兴庆区"), district("银川市")
    assert Access(above).may_above("review_reports", county)
    own = make_member(offices["city"], Role.REVIEWER)
    assert not Access(above).may_above("review_reports", county)
    assert Access(above).may_above("review_reports", district("平罗县"))
    assert Access(above).may_above("review_reports", city)
    # who submitted a month cannot decide on it: somebody further up can, if there is nobody else
    assert Access(above).may_above("review_reports", county, without=own.pk)
    assert not Access(own).may_above("review_reports", county, without=own.pk)
    assert turns(city, above, own, without=own) == [above]
    assert turns(city, above, own, without=None) == [own]
    own.memberships.update(ended_on=timezone.localdate())
    assert Access(above).may_above("review_reports", county)
    assert not Access(own).may_above("review_reports", county)


def turns(unit, *users, without) -> list:
    """Of the users, those whose turn it is to decide for the unit."""
    without = without and without.pk
    return [u for u in users if Access(u).has_turn("review_reports", unit, without=without)]


def test_a_deputy_has_the_turn_of_the_absent(region, offices):
    above = make_member(offices["region"], Role.REVIEWER)
    absent = make_member(offices["city"], Role.REVIEWER)
    deputy = make_member(offices["city"], Role.CLERK)
    members.cover(absent.memberships.get(), deputy, days(0), days(9))
    city, people = district("银川市"), (above, absent, deputy)
    assert turns(city, *people, without=absent) == [deputy]
    # the deputy submitted it: then nobody stands in for who is on leave
    assert turns(city, *people, without=deputy) == [absent]
    assert turns(city, *people, without=None) == [absent, deputy]
    members.end_membership(deputy.memberships.get())
    assert turns(city, *people, without=None) == [absent]
    assert turns(city, *people, without=absent) == [above]


def test_rights_end_at_the_region(region, offices):
    clerk = make_member(offices["region"], *Role.values)
    other = Region.objects.get(slug="chongqing")
    with scope(region=other):
        assert not districts_where(clerk, "view_counts").exists()


def test_a_changed_table_reaches_every_office(region, offices, monkeypatch):
    viewer = make_member(offices["city"], Role.VIEWER)
    monkeypatch.setitem(RIGHTS[Office.Kind.HUMAN_RESOURCES], Role.VIEWER, ["export_records"])
    members.sync_rights()
    access = Access(viewer)
    assert sorted(access.grants) == ["export_records"]


def test_granting_again_changes_nothing(region, offices):
    before = sorted(DistrictGrant.objects.values_list("pk", flat=True))
    roles = OfficeRole.objects.count()
    members.sync_rights()
    assert sorted(DistrictGrant.objects.values_list("pk", flat=True)) == before
    assert OfficeRole.objects.count() == roles


# --- Reach


@pytest.mark.parametrize(
    ("own", "reached"),
    [
        (
            "region",
            {
                "region",
                "city",
                "county",
                "other county",
                "region's department",
                "county's department",
                "second of the city",
            },
        ),
        ("city", {"city", "county", "county's department"}),
        ("county", {"county", "county's department"}),
        ("region's department", {"region's department"}),
        ("county's department", {"county's department"}),
    ],
)
def test_an_admin_reaches_the_own_office_and_what_is_below(offices, own, reached):
    access = Access(make_member(offices[own], Role.ADMIN))
    assert {name for name, office in offices.items() if members.manages(access, office)} == reached


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_other_roles_manage_nobody(offices, role):
    access = Access(make_member(offices["region"], role))
    assert not members.offices_managed(access).exists()
    assert not members.districts_to_found_in(access, DEPARTMENT).exists()


def test_offices_are_founded_below_and_departments_beside(offices):
    access = Access(make_member(offices["city"], Role.ADMIN))
    below = {"兴庆区", "西夏区", "金凤区", "永宁县", "贺兰县", "灵武市"}
    assert names(members.districts_to_found_in(access, Office.Kind.HUMAN_RESOURCES)) == below
    assert names(members.districts_to_found_in(access, DEPARTMENT)) == below | {"银川市"}


def test_a_department_founds_nothing(offices):
    access = Access(make_member(offices["region's department"], Role.ADMIN))
    for kind in Office.Kind.values:
        assert not members.districts_to_found_in(access, kind).exists()


def test_nothing_is_founded_in_a_unit_that_ended():
    with in_region("chongqing"):
        access = Access(make_member(make_office("重庆市"), Role.ADMIN))
        units = members.districts_to_found_in(access, Office.Kind.HUMAN_RESOURCES)
        assert not units.filter(name="江北区").exists()
        with pytest.raises(members.Refused, match="已撤并"):
            make_office("江北区")


# --- Members


def test_a_role_ends_at_once(offices):
    clerk = make_member(offices["county"], Role.CLERK, Role.VIEWER)
    members.end_membership(clerk.memberships.get(office_role__role=Role.CLERK))
    assert not Access(clerk).holds("edit_records")
    assert Access(clerk).holds("view_records")


def test_who_is_made_inactive_holds_nothing(offices):
    clerk = make_member(offices["county"], Role.CLERK)
    clerk.is_active = False
    assert Access(clerk).memberships == []


def test_the_last_admin_of_the_region_stays(offices):
    admin = make_member(offices["region"], Role.ADMIN)
    with pytest.raises(members.Refused, match="最后一名管理员"):
        members.end_membership(admin.memberships.get())
    make_member(offices["region"], Role.ADMIN)
    members.end_membership(admin.memberships.get())
    assert not Access(admin).holds("manage_members")


def test_an_inactive_colleague_is_no_other_admin(offices):
    admin = make_member(offices["region"], Role.ADMIN)
    gone = make_member(offices["region"], Role.ADMIN)
    gone.is_active = False
    gone.save()
    with pytest.raises(members.Refused):
        members.end_membership(admin.memberships.get())


@pytest.mark.parametrize("above", ["region", "city"])
def test_the_last_admin_below_may_go_when_one_above_can_step_in(offices, above):
    admin = make_member(offices["county"], Role.ADMIN)
    make_member(offices["other county"], Role.ADMIN)
    make_member(offices["region's department"], Role.ADMIN)
    with pytest.raises(members.Refused):
        members.end_membership(admin.memberships.get())
    make_member(offices[above], Role.ADMIN)
    members.end_membership(admin.memberships.get())


def test_a_role_is_given_once_and_again_after_it_ended(offices):
    clerk = make_member(offices["county"], Role.CLERK)
    with pytest.raises(members.Refused, match="已经是经办"):
        members.appoint(clerk, offices["county"], Role.CLERK)
    members.end_membership(clerk.memberships.get())
    members.appoint(clerk, offices["county"], Role.CLERK)
    assert Access(clerk).holds("edit_records")


def test_service_and_inactive_accounts_are_not_appointed(offices):
    token, _ = tokens.issue(offices["county"], name="取数", expires_on=timezone.localdate())
    with pytest.raises(members.Refused, match="接口账号"):
        members.appoint(token.user, offices["county"], Role.CLERK)
    gone = make_member(offices["county"])
    gone.is_active = False
    with pytest.raises(members.Refused, match="停用"):
        members.appoint(gone, offices["county"], Role.REVIEWER)


def test_history_says_who_appointed(offices):
    admin = make_member(offices["county"], Role.ADMIN, name="郑管理")
    with acting(admin):
        clerk = make_member(offices["county"], Role.CLERK)
    with acting(admin, "调离"):
        members.end_membership(clerk.memberships.get())
    entries = timeline(clerk.memberships.get())
    assert {(entry.what, entry.actor, entry.note) for entry in entries} == {
        ("变更", "郑管理", "调离"),
        ("登记", "郑管理", ""),
    }


# --- Leave cover


def days(number):
    return timezone.localdate() + timedelta(days=number)


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False)]
)
def test_a_deputy_holds_the_role_between_the_days(offices, first, last, holds):
    office = offices["county"]
    absent, deputy = make_member(office, Role.CLERK), make_member(office, Role.VIEWER)
    Cover.objects.create(
        region_id=office.region_id,
        membership=absent.memberships.get(),
        deputy=deputy,
        starts_on=days(first),
        ends_on=days(last),
    )
    assert Access(deputy).holds("edit_records") is holds
    assert Access(absent).holds("edit_records")


def test_a_deputy_is_a_colleague_of_the_same_office(offices):
    absent = make_member(offices["county"], Role.CLERK)
    stranger = make_member(offices["other county"], Role.CLERK)
    for deputy in (absent, stranger):
        with pytest.raises(members.Refused):
            members.cover(absent.memberships.get(), deputy, days(0), days(1))


def test_a_deputy_who_left_covers_no_longer(offices):
    office = offices["county"]
    absent, deputy = make_member(office, Role.CLERK), make_member(office, Role.VIEWER)
    members.cover(absent.memberships.get(), deputy, days(0), days(9))
    members.end_membership(deputy.memberships.get())
    assert Access(deputy).memberships == []


def test_cover_of_a_role_that_ended_gives_nothing(offices):
    office = offices["county"]
    absent, deputy = make_member(office, Role.CLERK), make_member(office, Role.VIEWER)
    members.cover(absent.memberships.get(), deputy, days(0), days(9))
    members.end_membership(absent.memberships.get())
    assert not Access(deputy).holds("edit_records")


@pytest.mark.parametrize("first", [-2, 0, 2])
def test_a_cover_can_be_ended_early(offices, first):
    office = offices["county"]
    absent, deputy = make_member(office, Role.CLERK), make_member(office, Role.VIEWER)
    members.end_cover(members.cover(absent.memberships.get(), deputy, days(first), days(9)))
    assert not Access(deputy).holds("edit_records")
    assert not Cover.objects.filter(ends_on__gte=days(0)).exists()


# --- Passwords


def test_a_password_is_handed_out_only_within_reach(offices):
    access = Access(make_member(offices["county"], Role.ADMIN))
    own = make_member(offices["county"], Role.CLERK)
    departments = make_member(offices["county's department"], Role.VIEWER)
    above = make_member(offices["county"], Role.CLERK)
    members.appoint(above, offices["city"], Role.VIEWER)
    sideways = make_member(offices["other county"], Role.CLERK)
    abroad = make_member(offices["county"], Role.CLERK)
    with in_region("chongqing"):
        members.appoint(abroad, make_office("渝中区"), Role.VIEWER)
    powerful = make_member(offices["county"], Role.CLERK)
    powerful.is_superuser = True
    everyone = [own, departments, above, sideways, abroad, powerful]
    assert members.resettable(access, everyone) == {own.pk, departments.pk}


def test_a_reset_ends_the_old_password_and_is_in_the_history(offices):
    clerk = make_member(offices["county"], Role.CLERK)
    admin = make_member(offices["county"], Role.ADMIN, name="郑管理")
    before = clerk.get_session_auth_hash()
    with acting(admin):
        password = members.reset_password(clerk)
    clerk.refresh_from_db()
    assert (clerk.check_password(password), clerk.must_change_password) == (True, True)
    assert clerk.get_session_auth_hash() != before
    event = clerk.events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["name"] == "郑管理"
    assert password not in str(vars(event))


def test_colleagues_in_reach_are_those_of_managed_offices(offices):
    access = Access(make_member(offices["city"], Role.ADMIN, username="admin"))
    make_member(offices["county"], username="county")
    left = make_member(offices["county"], username="left")
    members.end_membership(left.memberships.get())
    make_member(offices["other county"], username="other")
    tokens.issue(offices["county"], name="取数", expires_on=timezone.localdate())
    found = members.colleagues_in_reach(access).values_list("username", flat=True)
    assert set(found) == {"admin", "county", "left"}


def test_headcounts_count_people_once(offices):
    office = offices["county"]
    make_member(office, *Role.values)
    make_member(office, Role.CLERK)
    tokens.issue(office, name="取数", expires_on=timezone.localdate())
    counted = members.with_headcount(Office.objects.filter(pk=office.pk)).get()
    assert (counted.people, counted.admins) == (2, 1)
    assert Membership.objects.filter(office_role__office=office).count() == 6
