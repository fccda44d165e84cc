"""Offices, the people who work there, and the accounts to look around with."""

import os
from dataclasses import dataclass

from accounts.members import appoint, create_office, register
from accounts.models import Office, Role, User
from jianxi import embedded
from portal.demo import words
from portal.demo.year import seeded
from regions.models import District, Region

DEPARTMENT = "教育部门"
DEPARTMENT_ROLES = [Role.VIEWER, Role.ADMIN]
WORKING_ROLES = [Role.CLERK, Role.REVIEWER]  # what a month needs, in every unit


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    name: str
    office: str
    role: str


@dataclass
class Offices:
    """Who works where: `staff[district id][role]`; `accounts` can be signed in with."""

    staff: dict[int, dict[str, User]]
    accounts: list[Account]


def make(region: Region, units: list[District], opened: list[District], seed: int) -> Offices:
    """An office for the region and for each of the units; accounts for the region, the opened
    units with those above them, and another department."""
    made = Offices({}, [])
    rng = seeded(seed, region.slug, "offices")
    root = District.objects.root()
    paths = [unit.path for unit in opened]
    for unit in [root, *units]:
        name = region.authority if unit.is_root else f"{unit.official_name}人力资源和社会保障局"
        office = create_office(region=region, district=unit, name=name, phone=_phone(rng))
        prefix = region.slug if unit.is_root else f"{region.slug}-{unit.key}"
        opens = any(path.startswith(unit.path) for path in paths)
        roles = Role.values if opens else WORKING_ROLES
        made.staff[unit.pk] = {
            role: _person(made, rng, office, role, f"{prefix}-{role}", opens=opens)
            for role in roles
        }
    department = create_office(
        region=region,
        district=root,
        name=f"{region.name}{DEPARTMENT}（演示）",
        kind=Office.Kind.DEPARTMENT,
    )
    for role in DEPARTMENT_ROLES:
        _person(made, rng, department, role, f"{region.slug}-department-{role}", opens=True)
    return made


def _phone(rng) -> str:
    """Of no real office: no such service number is given out."""
    return f"400-000-{rng.randint(0, 9999):04}"


def _person(made, rng, office, role, username, *, opens: bool) -> User:
    name = words.person_name(rng, rng.random() < 0.5)
    if opens:
        user, password = register(username=username, name=name)
        user.must_change_password = False  # it is read from a file, again and again
        user.save(update_fields=["must_change_password"])
        label = Role(role).label
        made.accounts.append(Account(username, password, name, str(office), label))
    else:
        user = User(username=username, name=name)
        user.set_unusable_password()
        user.save()
    appoint(user, office, role)
    return user


def keep(accounts: list[Account]) -> list[str]:
    """Append the accounts to the local folder's list, which only its owner reads; the lines."""
    lines = [
        f"{account.username}  {account.password}  {account.office} {account.role} {account.name}\n"
        for account in accounts
    ]
    path = embedded.home() / "demo-accounts.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(opened, "a", encoding="utf-8") as file:
        file.writelines(lines)
    return lines
