"""Accounts that are found by a phone.

Whoever asks for a code gets one, known or not: the answer tells nobody who has an account. A phone
seen for the first time gets an account at once, which is nobody's until the code is confirmed;
the unique hash decides when two ask at the same time.
"""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User
from jianxi.history import acting

phone_verified = Signal()  # `user` has a phone of another number; in the same transaction
REGISTERING = "自助注册"  # the actor of what nobody is signed in for yet


class Taken(Exception):
    """The phone is another account's."""


def account_of(phone: str) -> User | None:
    """`phone` as `parse_phone(…, mobile_only=True)` gives it."""
    return User.objects.filter(phone_hash=User.hash_of(phone)).first()


def account_for(phone: str) -> User:
    """The account of the phone, made if there is none."""
    known = account_of(phone)
    if known is None:
        made = User(username=new_username(), phone=phone, phone_hash=User.hash_of(phone))
        made.set_unusable_password()
        try:
            with acting(REGISTERING):
                made.save()
        except IntegrityError:  # another request made it meanwhile
            return account_of(phone)
        known = made
    return known


def verified(user: User, phone: str):
    """A code sent to the phone was typed in by whoever the account is. Raises Taken."""
    if user.phone == phone and user.phone_verified_at:
        return
    user.phone, user.phone_verified_at = phone, timezone.now()
    if user.phone_hash:  # staff are not found by theirs
        user.phone_hash = User.hash_of(phone)
    try:
        with acting(user, "验证手机号"), transaction.atomic():
            user.save(update_fields=["phone", "phone_hash", "phone_verified_at"])
            phone_verified.send(sender=User, user=user)
    except IntegrityError:
        raise Taken from None


def comes_as(user: User, side: str):
    """Which side the account's pages are on."""
    if user.side != side:
        user.side = side
        with acting(user, "选择身份"):
            user.save(update_fields=["side"])


def forget_unused(before) -> int:
    """Remove accounts made for phones that asked for a code and never came back with it."""
    unused = User.objects.filter(
        phone_hash__isnull=False, phone_verified_at=None, last_login=None, date_joined__lt=before
    )
    done = 0
    for user in unused:
        try:
            with acting("nightly"):
                user.delete()
        except ProtectedError:  # somebody invited the phone
            continue
        done += 1
    return done


def new_username() -> str:
    """Nobody types it."""
    return f"u{secrets.token_hex(8)}"
