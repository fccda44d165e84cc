"""Rows gathered with their keys, then written table by table with COPY.

A row is a dict of column names and Python values; what it leaves out has the model's default.
"""

from collections import defaultdict, deque

from django.db import connection
from django.db.models import NOT_PROVIDED
from psycopg import sql

from activities.models import Activity
from bases.models import Base, Employer, EmployerProfile, InsuredHeadcount, Placement
from jianxi.crypto import EncryptedField
from jianxi.tenancy import TenantModel
from positions.models import Position
from subsidies.models import Payment
from trainees.models import Agreement, Person, Trainee

# parents before their children
TABLES = [
    Employer,
    EmployerProfile,
    InsuredHeadcount,
    Base,
    Placement,
    Position,
    Person,
    Trainee,
    Agreement,
    Payment,
    Activity,
]
KEYS_AT_ONCE = 5000


class Sheet:
    """Rows of a region, not yet written."""

    def __init__(self, region, new_key):
        self.region = region
        self.new_key = new_key
        self.rows = defaultdict(list)

    def add(self, model, **columns) -> dict:
        row = {"id": self.new_key(model)} | columns
        if issubclass(model, TenantModel):
            row["region_id"] = self.region.pk
        self.rows[model].append(row)
        return row

    def write(self) -> dict[str, int]:
        """Store all rows; returns how many by table, and is empty again. Inside `acting` only."""
        counts = {}
        with connection.cursor() as cursor:
            for model in TABLES:
                counts[model._meta.label] = len(self.rows[model])
                _copy(cursor.cursor, model, self.rows.pop(model))
        return counts


class Keys:
    """Primary keys ahead of their rows, from the tables' own sequences."""

    def __init__(self):
        self.ahead = defaultdict(deque)

    def __call__(self, model) -> int:
        keys = self.ahead[model]
        if not keys:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                    [model._meta.db_table, KEYS_AT_ONCE],
                )
                keys.extend(key for (key,) in cursor.fetchall())
        return keys.popleft()


def _copy(cursor, model, rows):
    if not rows:
        return
    # what the database has a default for is left to it
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.db_default is NOT_PROVIDED or field.attname in rows[0]
    ]
    blank = {field.attname: field.get_default() for field in fields}
    sealed = [(f.attname, f.seal) for f in fields if isinstance(f, EncryptedField)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
    )
    with cursor.copy(statement) as table:
        for row in rows:
            row = blank | row
            for name, seal in sealed:
                row[name] = seal(row[name])
            table.write_row(list(row.values()))
