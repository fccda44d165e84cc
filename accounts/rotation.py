"""Second factors under the active key: part of `manage.py rotate_keys`."""

import base64

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from jianxi.crypto import key_id

SECRETS = ("secret", "seed")  # of TOTP, of recovery codes


def rotate_second_factors() -> int:
    """Re-encrypt the secrets that other keys wrote; returns how many."""
    adapter, done = get_adapter(), 0
    for pk in Authenticator.objects.values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            old = [name for name in SECRETS if row and _is_old(row.data.get(name))]
            for name in old:
                row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            if old:
                row.save(update_fields=["data"])
                done += 1
    return done


def _is_old(value: str | None) -> bool:
    return bool(value) and key_id(base64.b64decode(value)) != settings.ENCRYPTION_ACTIVE_KEY
