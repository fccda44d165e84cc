"""The one way to the global table of persons, and how a person is found by words."""

import re
from collections.abc import Collection

from django.db.models import Q

from jianxi.crypto import keyed_hash
from jianxi.identifiers import (
    DOCUMENT_KINDS,
    InvalidIdentifier,
    normalise,
    parse_bank_card,
    parse_document,
    parse_phone,
)
from jianxi.ledger.tables import AnyOf
from trainees.models import Person


def identity_hash(document_type: str, number: str) -> bytes:
    """The keyed hash under which a document is known; the number is normalised already."""
    return keyed_hash("document", f"{document_type}:{number}")


def identify(document_type: str, number: str) -> Person:
    """The person of this document, made if new."""
    return Person.objects.get_or_create(identity=identity_hash(document_type, number))[0]


def identify_all(hashes: Collection[bytes]) -> dict[bytes, int]:
    """Ids of persons by their hash, made where new."""
    Person.objects.bulk_create(
        [Person(identity=identity) for identity in sorted(hashes)], ignore_conflicts=True
    )
    return known(hashes)


def known(hashes: Collection[bytes]) -> dict[bytes, int]:
    """Ids of those persons among them that are known, in any region, by their hash."""
    found = Person.objects.filter(AnyOf("identity", hashes)).values_list("identity", "pk")
    return {bytes(identity): pk for identity, pk in found}


def named(text: str, at: str = "") -> list[Q]:
    """What finds a person by words: a whole document, phone or card number by its keyed hash, or
    the beginning of a name. `at` leads to the trainee ("trainee__")."""
    if not re.search(r"[0-9]", normalise(text)):
        return [Q(**{f"{at}name__startswith": text})]
    read = [_read(parse_document, kind, text) for kind in DOCUMENT_KINDS.values()]
    identities = {identity_hash(found.kind.code, found.number) for found in read if found}
    conditions = [Q(**{f"{at}person__identity__in": identities})] if identities else []
    if phone := _read(parse_phone, text):
        conditions.append(Q(**{f"{at}phone_hash": keyed_hash("phone", phone)}))
    if card := _read(parse_bank_card, text):
        conditions.append(Q(**{f"{at}bank_card_hash": keyed_hash("card", card.number)}))
    return conditions


def _read(parse, *arguments):
    try:
        return parse(*arguments)
    except InvalidIdentifier:
        return None
