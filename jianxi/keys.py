"""The installation's secrets: what good ones are."""

import base64
import binascii
import json
import secrets

from django.core.exceptions import ImproperlyConfigured

SECRET_KEY_LENGTH = 50
HASH_KEY_LENGTH = 32
KEY_BYTES = {16, 32}  # SM4, AES-256


def draw() -> dict:
    """A fresh set, by the names of the environment."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "JIANXI_ENCRYPTION_KEYS": json.dumps({"k1": f"aes-256-gcm:{key}"}),
        "JIANXI_ENCRYPTION_ACTIVE": "k1",
        "JIANXI_HASH_KEY": secrets.token_urlsafe(48),
    }


def read_encryption_keys(text: str, active: str) -> dict[str, str]:
    """Key id to "cipher:base64" out of a JSON object. Raises ImproperlyConfigured."""
    try:
        keys = dict(json.loads(text))
    except (TypeError, ValueError):
        raise ImproperlyConfigured("JIANXI_ENCRYPTION_KEYS must be a JSON object.") from None
    for name, value in keys.items():
        try:
            size = len(base64.b64decode(value.rpartition(":")[2], validate=True))
        except (AttributeError, binascii.Error):
            size = 0
        if size not in KEY_BYTES:
            raise ImproperlyConfigured(
                f"JIANXI_ENCRYPTION_KEYS: the key {name} is not 16 or 32 bytes in base64."
            )
    if active not in keys:
        raise ImproperlyConfigured(
            "JIANXI_ENCRYPTION_ACTIVE names no key of JIANXI_ENCRYPTION_KEYS."
        )
    return keys


def long_enough(name: str, value: str, length: int) -> str:
    """The value itself. Raises ImproperlyConfigured."""
    if len(value) < length:
        raise ImproperlyConfigured(
            f"{name} is too short; `manage.py draw_secrets` draws good ones."
        )
    return value
