"""Offices and who works in them: what an office's 管理员 does, within its own reach.

An office's 管理员 reaches its own office. One of a human-resources office reaches besides the
offices of units below, and the other departments of its own unit. Nobody reaches sideways or up.
The functions that change something check what must always hold; whether the one who asks may is
asked of `manages` before.
"""

import secrets
from datetime import date, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Access
from accounts.models import (
    Cover,
    DistrictGrant,
    Membership,
    Office,
    OfficeRole,
    Role,
    User,
)
from accounts.rights import rights_of
from jianxi.tenancy import scopes_disabled
from regions.models import District, Region

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is read as another


class Refused(Exception):
    """It cannot be done; the message says why in the user's words. `field`: where it was typed."""

    def __init__(self, message: str, field: str | None = None):
        super().__init__(message)
        self.field = field


# --- Reach


def reach(access: Access) -> Q:
    """Which offices the user manages, as a filter of offices."""
    reached = Q(pk__in=[])
    for office in administered(access):
        reached |= Q(pk=office.pk)
        if office.kind == Office.Kind.HUMAN_RESOURCES:
            below = Q(district__path__startswith=office.district.path)
            beside = Q(district=office.district_id)
            reached |= below & (~beside | Q(kind=Office.Kind.DEPARTMENT))
    return reached


def offices_managed(access: Access):
    return Office.objects.filter(reach(access)).select_related("district")


def with_headcount(offices):
    """Each office with how many `people` and `admins` it has now."""
    held = Membership.objects.current(timezone.localdate()).of_people()
    held = held.filter(office_role__office=OuterRef("pk"), user__is_active=True)

    def number(memberships):
        users = memberships.order_by().values("office_role__office")
        counted = users.annotate(number=Count("user", distinct=True)).values("number")
        return Coalesce(Subquery(counted), 0)

    return offices.annotate(
        people=number(held), admins=number(held.filter(office_role__role=Role.ADMIN))
    )


def manages(access: Access, office: Office) -> bool:
    return offices_managed(access).filter(pk=office.pk).exists()


def districts_to_found_in(access: Access, kind: str):
    """The units in which the user may set up an office of the kind."""
    within = Q(pk__in=[])
    for office in administered(access):
        if office.kind == Office.Kind.HUMAN_RESOURCES:
            beside = Q() if kind == Office.Kind.DEPARTMENT else ~Q(pk=office.district_id)
            within |= Q(path__startswith=office.district.path) & beside
    return District.objects.filter(within).valid_on(timezone.localdate())


def administered(access: Access) -> list[Office]:
    """The offices the user is 管理员 of, or covers one of."""
    return [m.office_role.office for m in access.memberships if m.office_role.role == Role.ADMIN]


def colleagues_in_reach(access: Access):
    """People who work, or worked, in an office the user manages."""
    offices = offices_managed(access)
    return User.objects.filter(
        is_service=False, memberships__in=Membership.objects.filter(office_role__office__in=offices)
    ).distinct()


def colleagues(office: Office):
    """People who work in the office now."""
    held = Membership.objects.current(timezone.localdate()).filter(office_role__office=office)
    return User.objects.filter(is_service=False, is_active=True, memberships__in=held).distinct()


def resettable(access: Access, users) -> set[int]:
    """Those of the users whose password the user may reset. Whoever hands out a password could
    sign in with it: so every role the other holds, in any region, must lie within reach."""
    reached = set(offices_managed(access).values_list("pk", flat=True))
    others = (
        user for user in users if user.pk != access.user.pk
    )  # one's own is changed, not reset
    offices = {u.pk: set() for u in others if not (u.is_service or u.is_staff or u.is_superuser)}
    with scopes_disabled():
        held = Membership.objects.current(timezone.localdate()).filter(user__in=offices)
        for user, office in held.values_list("user", "office_role__office"):
            offices[user].add(office)
    return {user for user, held in offices.items() if held and held <= reached}


def offices_deciding(permission: str) -> list[Office]:
    """Those where somebody who works there now holds the permission, with their districts; of one
    unit the oldest first."""
    granted = DistrictGrant.objects.filter(permission__codename=permission).values("group")
    held = _current().of_people().filter(office_role__group__in=granted, user__is_active=True)
    found = Office.objects.filter(pk__in=held.values("office_role__office"))
    return list(found.select_related("district").order_by("pk"))


# --- Offices and rights


def create_office(
    *, region, district: District, name: str, kind: str = Office.Kind.HUMAN_RESOURCES, phone=""
) -> Office:
    """Set up an office with its four roles and their rights."""
    if not district.is_valid_on(timezone.localdate()):
        raise Refused(f"{district}已撤并，不能新设单位。")
    office = Office(region=region, district=district, name=name, kind=kind, phone=phone)
    office.full_clean()
    office.save()
    grant_rights([office])
    return office


def sync_rights():
    """Make what every office in every region holds what the table says; safe to repeat."""
    with scopes_disabled():
        grant_rights(list(Office.objects.all()))


def grant_rights(offices: list[Office]):
    """Make the offices' roles and grants those of rights.py."""
    roles = _roles(offices)
    permissions = dict(
        Permission.objects.filter(
            content_type__app_label="regions", content_type__model="district"
        ).values_list("codename", "pk")
    )
    wanted = {
        (role.group_id, permissions[right], role.office.district_id)
        for role in roles
        for right in rights_of(role.office.kind, role.role)
    }
    present = DistrictGrant.objects.filter(group__in=[role.group_id for role in roles])
    held = {
        (grant.group_id, grant.permission_id, grant.content_object_id): grant.pk
        for grant in present
    }
    DistrictGrant.objects.filter(pk__in=[held[key] for key in held.keys() - wanted]).delete()
    DistrictGrant.objects.bulk_create(
        (
            DistrictGrant(group_id=group, permission_id=permission, content_object_id=district)
            for group, permission, district in sorted(wanted - held.keys())
        ),
        batch_size=5000,
    )


def _roles(offices: list[Office]) -> list[OfficeRole]:
    """All roles of the offices, those missing made."""
    found = OfficeRole.objects.filter(office__in=offices)
    known = {(role.office_id, role.role) for role in found}
    missing = [(o, role) for o in offices for role in Role.values if (o.pk, role) not in known]
    groups = Group.objects.bulk_create(Group(name=f"{o.pk}:{role}") for o, role in missing)
    OfficeRole.objects.bulk_create(
        OfficeRole(region_id=office.region_id, office=office, role=role, group=group)
        for (office, role), group in zip(missing, groups)
    )
    return list(OfficeRole.objects.filter(office__in=offices).select_related("office"))


# --- Members


def generated_password() -> str:
    """A password to be handed over and changed at once, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def register(*, username: str, name: str) -> tuple[User, str]:
    """A new account, and the password to hand over; it must be changed at the first sign-in."""
    password = generated_password()
    user = User(username=username, name=name, must_change_password=True)
    user.set_password(password)
    user.full_clean()
    user.save()
    return user, password


def appoint(user: User, office: Office, role: str) -> Membership:
    """Give the person a role in the office, from today."""
    if user.is_service:
        raise Refused("接口账号不能担任角色。")
    if not user.is_active:
        raise Refused("这个账号已停用。")
    _alone(office)
    office_role = OfficeRole.objects.get(office=office, role=role)
    if _current().filter(user=user, office_role=office_role).exists():
        raise Refused(f"{user}已经是{office_role.get_role_display()}。")
    return Membership.objects.create(region_id=office.region_id, user=user, office_role=office_role)


def end_membership(membership: Membership):
    """The role ends today. An office keeps a 管理员 unless one above can step in."""
    office = _alone(membership.office_role.office)
    membership = _current().get(pk=membership.pk)
    if membership.office_role.role == Role.ADMIN and not (
        has_admin(office, besides=membership) or has_admin_above(office)
    ):
        raise Refused("这是本单位最后一名管理员，上级也没有管理员。请先任命另一名管理员。")
    membership.ended_on = timezone.localdate()
    membership.save()


def has_admin(office: Office, besides: Membership | None = None) -> bool:
    admins = _admins().filter(office_role__office=office)
    return admins.exclude(user=besides.user if besides else None).exists()


def has_admin_above(office: Office) -> bool:
    """Someone of another office who reaches this one."""
    offices = Office.objects.filter(kind=Office.Kind.HUMAN_RESOURCES).select_related("district")
    above = [
        other.pk
        for other in offices
        if other.pk != office.pk
        and office.district.path.startswith(other.district.path)
        and (other.district_id != office.district_id or office.kind == Office.Kind.DEPARTMENT)
    ]
    return _admins().filter(office_role__office__in=above).exists()


def _admins():
    return _current().of_people().filter(office_role__role=Role.ADMIN, user__is_active=True)


def _current():
    return Membership.objects.current(timezone.localdate()).select_related(
        "user", "office_role__office__district"
    )


def _alone(office: Office) -> Office:
    """The office, locked: two who end each other's role at once would leave nobody."""
    return (
        Office.objects.select_for_update(of=("self",)).select_related("district").get(pk=office.pk)
    )


# --- Leave cover


def cover(membership: Membership, deputy: User, starts_on: date, ends_on: date) -> Cover:
    """From the first to the last day the deputy holds the absent colleague's role too. Nobody is
    on leave and somebody's deputy in the same days."""
    office = _alone(membership.office_role.office)
    if deputy.pk == membership.user_id:
        raise Refused("不能由本人代办。", "deputy")
    if not colleagues(office).filter(pk=deputy.pk).exists():
        raise Refused("代办人须是本单位在任的同事。", "deputy")
    if ends_on < timezone.localdate():
        raise Refused("结束日期已经过去。", "ends_on")
    others = Cover.objects.meeting(starts_on, ends_on).filter(
        membership__in=_current().filter(office_role__office=office)
    )
    if leave := others.filter(membership__user=deputy).first():
        raise Refused(f"{deputy}在{_days(leave)}自己请假，请另选代办人，或错开日期。", "deputy")
    absent = membership.user
    if other := others.filter(deputy=absent).select_related("membership__user").first():
        covered = other.membership.user
        raise Refused(
            f"{absent}在{_days(other)}代{covered}办理，请先为{covered}另选代办人，或错开日期。",
            "starts_on",
        )
    row = Cover(
        region_id=office.region_id,
        membership=membership,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    row.full_clean()
    row.save()
    return row


def _days(row: Cover) -> str:
    return f"{row.starts_on:%Y-%m-%d} 至 {row.ends_on:%Y-%m-%d}"


def end_cover(row: Cover):
    """The cover ends at once; one that began before today is kept up to yesterday."""
    today = timezone.localdate()
    if row.starts_on < today:
        row.ends_on = today - timedelta(days=1)
        row.save()
    else:
        row.delete()


# --- Accounts


def reset_password(user: User, *, second_factor: bool = False) -> str:
    """A new password to hand over. All the user's sessions end; with `second_factor` the lost
    authenticator is forgotten too."""
    password = generated_password()
    user.set_password(password)
    user.must_change_password = True
    user.save()
    if second_factor:
        Authenticator.objects.filter(user=user).delete()
    return password


def regions_of(user: User) -> list[Region]:
    """Where the user has an office now, covers included."""
    with scopes_disabled():
        held = Membership.objects.held_by(user, timezone.localdate())
        return list(Region.objects.filter(pk__in=held.values("region")))
