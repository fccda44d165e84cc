"""The one way to the global table of persons."""

from jianxi.crypto import keyed_hash
from trainees.models import Person


def identity_hash(document_type: str, number: str) -> bytes:
    """The keyed hash under which a document is known; the number is normalised already."""
    return keyed_hash("document", f"{document_type}:{number}")


def identify(document_type: str, number: str) -> Person:
    """The person of this document, made if new."""
    return Person.objects.get_or_create(identity=identity_hash(document_type, number))[0]
