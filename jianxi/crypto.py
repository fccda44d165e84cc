"""Personal data at rest: encrypted columns, and keyed hashes to look them up by.

A stored value is `version, key id, nonce, ciphertext`. Keys are named, so that a new one can be
made active while old values are still read; `manage.py rotate_keys` re-encrypts them.
AES-256-GCM, or SM4-GCM (GB/T 32907) where a region must use national algorithms.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE = 12
TAG = 16


class Undecipherable(ValueError):
    """The value was not written with any of the configured keys, or was tampered with."""


class Sm4Gcm:
    """SM4 in GCM with the interface of AESGCM."""

    def __init__(self, key: bytes):
        self.algorithm = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        encryptor = Cipher(self.algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        decryptor = Cipher(self.algorithm, modes.GCM(nonce, data[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(data[:-TAG]) + decryptor.finalize()


PROVIDERS = {"aes-256-gcm": AESGCM, "sm4-gcm": Sm4Gcm}


@cache
def _provider(key_id: str):
    try:
        cipher, _, key = settings.ENCRYPTION_KEYS[key_id].rpartition(":")
    except KeyError:
        raise Undecipherable(f"no key named {key_id!r} is configured") from None
    try:
        return PROVIDERS[cipher or "aes-256-gcm"](base64.b64decode(key, validate=True))
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured(f"encryption key {key_id!r}: {error}") from error


def encrypt(text: str, context: str = "") -> bytes:
    """`context` is authenticated with the text: a value moved to another column does not open."""
    key_id = settings.ENCRYPTION_ACTIVE_KEY.encode()
    nonce = os.urandom(NONCE)
    sealed = _provider(key_id.decode()).encrypt(nonce, text.encode(), context.encode())
    return bytes([VERSION, len(key_id)]) + key_id + nonce + sealed


def decrypt(stored: bytes, context: str = "") -> str:
    """Raises Undecipherable."""
    stored = bytes(stored)
    start = 2 + stored[1]
    nonce, sealed = stored[start : start + NONCE], stored[start + NONCE :]
    try:
        return _provider(key_id(stored)).decrypt(nonce, sealed, context.encode()).decode()
    except InvalidTag:
        raise Undecipherable("the value was not written with this key, or was changed") from None


def key_id(stored: bytes) -> str:
    """The name of the key a stored value was written with."""
    return bytes(stored[2 : 2 + stored[1]]).decode()


def keyed_hash(kind: str, text: str) -> bytes:
    """32 bytes by which an encrypted value of this kind (document, phone, card) is found."""
    normal = unicodedata.normalize("NFKC", text).strip().upper()
    return hmac.digest(settings.HASH_KEY.encode(), f"{kind}\0{normal}".encode(), hashlib.sha256)


class EncryptedField(models.TextField):
    """Text in Python, ciphertext in the table (bytea; empty stays empty).

    It cannot be searched: keep a keyed hash beside it where a value must be found.
    """

    def __init__(self, *args, context: str = "", **kwargs):
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"context": self.context}

    def get_internal_type(self):
        return "BinaryField"

    def get_lookup(self, lookup_name):
        """Whether there is a value; and, for the triggers of history, whether it was written anew
        (IS DISTINCT FROM)."""
        return super().get_lookup(lookup_name) if lookup_name in {"isnull", "df"} else None

    def get_db_prep_value(self, value, connection, prepared=False):
        text = value if prepared else self.get_prep_value(value)
        return text if text is None else self.seal(text)

    def seal(self, text: str) -> bytes:
        """The ciphertext as the table keeps it; for rows written by COPY."""
        return encrypt(text, self.context) if text else b""

    def from_db_value(self, value, expression, connection):
        if value is None:
            return None
        return decrypt(value, self.context) if len(value) else ""

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **kwargs)
