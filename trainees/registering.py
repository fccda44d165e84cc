"""A youth's own record: made once, kept up to date by the youth, who it is checked by the district
with the first application."""

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.dispatch import receiver

from accounts import phones
from accounts.models import User
from jianxi.crypto import keyed_hash
from jianxi.identifiers import RESIDENT_ID
from jianxi.tenancy import scope
from trainees import consents
from trainees.access import trainees_of
from trainees.models import Application, Trainee
from trainees.persons import identify
from trainees.register_forms import RegisterForm

PASSED_ON = Q(referred_at__isnull=False) | Q(state__in=["dispatched", "signed"])


class Known(Exception):
    """The document is on record in the region, or the account has a record by now."""


def begin(region) -> Trainee:
    """A record not written yet."""
    return Trainee(region=region, document_type=RESIDENT_ID.code, schooling="", skills="", wish="")


def is_fixed(trainee: Trainee) -> bool:
    """Whether a district has relied on who this is: it alone corrects that from then on."""
    if trainee.pk is None:
        return False
    return (
        trainee.agreements.standing().exists()
        or Application.objects.filter(PASSED_ON, trainee=trainee).exists()
    )


def store(form: RegisterForm, user: User) -> Trainee:
    """Write what a sound form says as the user's own record. Raises Known: the unique constraints
    decide, whoever else registers at the same moment."""
    row = form.save()
    try:
        with transaction.atomic():
            if form.document:
                person = identify(form.document.kind.code, form.document.number)
                if row.pk and person.pk != row.person_id:  # the consent was for somebody else
                    consents.withdraw(row, user)
                row.person = person
            row.user = user
            put_phone(row, user)
            row.save()
    except IntegrityError as fault:
        raise Known from fault
    if not user.side:
        phones.comes_as(user, User.Side.YOUTH)
    if not user.name:
        user.name = row.name
        user.save(update_fields=["name"])
    return row


def put_phone(row: Trainee, user: User):
    """The phone of a record is the one its account was verified by."""
    row.phone, row.phone_hash = user.phone, keyed_hash("phone", user.phone)


@receiver(phones.phone_verified)
def _follow_phone(user: User, **kwargs):
    """The account has another phone: so have the youth's records, in every region."""
    for row in trainees_of(user):
        with scope(region=row.region):
            put_phone(row, user)
            row.save(update_fields=["phone", "phone_hash"])
