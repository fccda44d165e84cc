"""Offices and their members, and people who come in by phone, for tests; made in the region in
scope."""

import re
from itertools import count

from accounts import members, phones
from accounts.models import Membership, Office, Outgoing, Role, User
from bases.models import Authority, Base
from regions.models import District
from tests.factories import district

_numbers = count(1)


def make_office(where, kind=Office.Kind.HUMAN_RESOURCES, name="") -> Office:
    """In a district, given by name or as a row."""
    where = where if isinstance(where, District) else district(where)
    return members.create_office(
        region=where.region,
        district=where,
        name=name or f"示例单位第{next(_numbers)}号",
        kind=kind,
    )


def make_member(office: Office, *roles: str, name="", username="") -> User:
    """Someone who can be signed in with `client.force_login`."""
    user = _account(name, username)
    user.save()
    _appoint(office, [(user, role) for role in roles or (Role.CLERK,)])
    return user


def make_members(office: Office, roles: list[str], name="") -> dict[str, User]:
    """One for each role."""
    found = dict(zip(roles, User.objects.bulk_create(_account(name) for _ in roles)))
    _appoint(office, [(user, role) for role, user in found.items()])
    return found


def _account(name="", username="") -> User:
    number = next(_numbers)
    user = User(username=username or f"user{number}", name=name or f"同事{number}")
    user.set_password(members.generated_password())
    return user


def _appoint(office: Office, held: list[tuple[User, str]]):
    roles = {row.role: row for row in office.roles.all()}
    Membership.objects.bulk_create(
        Membership(region_id=office.region_id, user=user, office_role=roles[role])
        for user, role in held
    )


def make_person(name="周经办", phone="", side="employer") -> User:
    """Somebody who came in by phone, the number verified; can be signed in with `force_login`."""
    phone = phone or f"139{next(_numbers):08}"
    user = phones.account_for(phone)
    phones.verified(user, phone)
    user.name, user.side = name, side
    user.save()
    return user


def make_authority(user: User, base: Base, **facts) -> Authority:
    """The user acts for the base's employer, as an owner unless said otherwise."""
    facts = {"state": Authority.State.CONFIRMED, "is_owner": True, "profile": base.profile} | facts
    return Authority.objects.create(
        region=base.region,
        district=base.district,
        user=user,
        uscc=base.profile.employer.uscc,
        name=base.profile.name,
        **facts,
    )


def code_to(phone: str) -> str:
    """The newest code sent there."""
    sent = (row for row in Outgoing.objects.filter(kind="code") if row.recipient == phone)
    return re.search(r"\d{6}", next(sent).text).group()
