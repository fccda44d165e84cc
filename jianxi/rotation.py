"""Key rotation: every stored secret is written anew with the active key, history included.

Work goes in batches of their own transactions and takes only what another key wrote, so it can
be stopped and started again, while the portal runs. What a value says does not change: no history
event is made, and what is kept by hash is found as before.
"""

from collections.abc import Callable, Iterator

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from jianxi.crypto import VERSION, EncryptedField, decrypt, encrypt

BATCH = 2000
# Secrets kept in other shapes: an app adds a function that re-encrypts them and counts what it did.
OTHERS: list[Callable[[], int]] = []


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedField]]:
    """Of every table, event tables included."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field


def rotate(report: Callable[[str, int], None]) -> int:
    """Re-encrypt what other keys wrote; tells `report(table.column, rows)` as it goes."""
    total = 0
    for model, field in encrypted_columns():
        done = 0
        while count := _batch(model, field):
            done += count
        report(f"{model._meta.db_table}.{field.column}", done)
        total += done
    return total + sum(other() for other in OTHERS)


def _batch(model, field) -> int:
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(field.column)
    key = quote(model._meta.pk.column)
    active = settings.ENCRYPTION_ACTIVE_KEY.encode()
    header = bytes([VERSION, len(active)]) + active
    with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {column} FROM {table} WHERE length({column}) > 0"  # noqa: S608
            f" AND substring({column} FROM 1 FOR {len(header)}) <> %s LIMIT {BATCH} FOR UPDATE",
            [header],
        )
        rows = [
            (pk, encrypt(decrypt(stored, field.context), field.context))
            for pk, stored in cursor.fetchall()
        ]
        if rows:
            cursor.execute(
                f"UPDATE {table} SET {column} = fresh.value"  # noqa: S608
                f" FROM unnest(%s::bigint[], %s::bytea[]) AS fresh(pk, value)"
                f" WHERE {table}.{key} = fresh.pk",
                [[pk for pk, _ in rows], [value for _, value in rows]],
            )
    return len(rows)
