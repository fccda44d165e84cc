"""Offices and their members for tests, made in the region in scope."""

from itertools import count

from accounts import members
from accounts.models import Office, Role, User
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
    number = next(_numbers)
    user, _ = members.register(username=username or f"user{number}", name=name or f"同事{number}")
    user.must_change_password = False
    user.save()
    for role in roles or (Role.CLERK,):
        members.appoint(user, office, role)
    return user
