"""What tests of records share: someone signed in, a youth that can be found by number, addresses."""

from datetime import date

from django.urls import reverse

from accounts.models import Office, User
from jianxi.crypto import keyed_hash
from jianxi.identifiers import MALE, make_id_number, parse_id_number
from tests.factories import district, in_region
from tests.people import make_member, make_office
from trainees.models import Trainee
from trainees.persons import identify

ID_NUMBER = make_id_number("500103", date(2003, 5, 1), 123)
OTHER_ID_NUMBER = make_id_number("500103", date(2004, 8, 9), 246)


def sign_in(client, where: str, *roles: str, region: str = "chongqing") -> User:
    """Whoever holds the roles in an office of the district, signed in."""
    with in_region(region):
        unit = district(where)
        office = Office.objects.filter(district=unit).first() or make_office(unit)
        user = make_member(office, *roles)
    client.force_login(user)
    return user


def at(name: str, *args, region: str = "chongqing", **query) -> str:
    return reverse(f"office:{name}", args=[region, *args], query=query)


def known_trainee(region, number: str = ID_NUMBER, phone: str = "", **facts) -> Trainee:
    """A youth under the hashes of a real document number and phone."""
    read = parse_id_number(number)
    facts = {
        "name": "何小雨",
        "document_type": "resident_id",
        "document_number": number,
        "birth_date": read.birth_date,
        "sex": "M" if read.sex == MALE else "F",
        "group": "graduate",
        "graduated_on": date(2025, 6, 30),
        "phone": phone,
        "phone_hash": keyed_hash("phone", phone) if phone else None,
    } | facts
    return Trainee.objects.create(
        region=region, person=identify("resident_id", read.number), **facts
    )


def names_in(response) -> list[str]:
    """What heads the rows of a list page."""
    return [str(row) for row in response.context["listing"].rows]


def correction(page, **changes):
    """What the forms on a page send, with changes."""
    data = {}
    for sheet in page.context["sheets"]:
        for field in sheet:
            value = field.value()
            if value not in (None, "") and value is not False:
                data[field.html_name] = value
    return data | {"reason": "台账录入有误"} | changes


def fresh(row):
    """The row as it is now."""
    with in_region("chongqing"):
        return type(row).objects.get(pk=row.pk)
