"""A youth already in the records by ledger takes them up: document number and verified phone must
both be those on record."""

from accounts.models import User
from jianxi.history import acting
from jianxi.identifiers import Document
from trainees.models import Trainee
from trainees.persons import identity_hash


def claim(user: User, document: Document) -> Trainee | None:
    """The record, now the user's; None where nothing fits, whatever it is that does not."""
    if not user.phone_verified_at or not user.phone_hash:
        return None
    fitting = Trainee.objects.standing().filter(
        person__identity=identity_hash(document.kind.code, document.number),
        phone_hash=user.phone_hash,
        user=None,
    )
    row = fitting.select_for_update(of=("self",)).first()
    if row is None:
        return None
    row.user = user
    with acting(user, "本人认领"):
        row.save(update_fields=["user"])
        if not user.name:
            user.name = row.name
            user.save(update_fields=["name"])
    return row
