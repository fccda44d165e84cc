"""Many rows to and from a table in few statements.

New rows are written by COPY, under ids drawn beforehand so that rows of other tables can refer to
them; changed ones by one UPDATE from a temporary table. Either way a table's history triggers run
once.
"""

from collections.abc import Iterable
from operator import itemgetter

from django.db import connection
from django.db.models import BinaryField, BooleanField, Func
from django.db.models.functions import Cast
from psycopg import sql

from jianxi.crypto import EncryptedField, decrypt


class AnyOf(Func):
    """`filter(AnyOf("number", keys))`: as `in`, but one parameter however many keys."""

    output_field = BooleanField()

    def __init__(self, field: str, keys: Iterable):
        super().__init__(field)
        self.keys = list(keys)

    def as_sql(self, compiler, connection, **options):
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s)", [*params, self.keys]


class Table:
    """Rows as dicts of `names`; under a reference's name stands what has an `id`, or None."""

    def __init__(self, model, region, names: Iterable[str]):
        fields = {name: model._meta.get_field(name) for name in names}
        self.region = region
        self.name = model._meta.db_table
        self.columns = [field.column for field in fields.values()]
        self.values = itemgetter(*fields)
        self.references = [
            index
            for index, (name, field) in enumerate(fields.items())
            if field.is_relation and name == field.name
        ]

    def draw(self, number: int) -> list[int]:
        """New ids."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [self.name, number],
            )
            return [pk for (pk,) in cursor]

    def insert(self, rows: list[tuple[int, dict]]):
        if rows:
            lines = ((pk, self.region.pk, *self._line(row)) for pk, row in rows)
            with connection.cursor() as cursor:
                self._copy(cursor, self.name, ["id", "region_id", *self.columns], lines)

    def update(self, rows: list[tuple[int, dict]]):
        if not rows:
            return
        names = {
            "table": sql.Identifier(self.name),
            "columns": _listed(["id", *self.columns]),
            "changes": sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Identifier("changed", name))
                for name in self.columns
            ),
        }
        make = "CREATE TEMP TABLE changed AS SELECT {columns} FROM {table} WITH NO DATA"
        apply = "UPDATE {table} SET {changes} FROM changed WHERE {table}.id = changed.id"
        lines = ((pk, *self._line(row)) for pk, row in rows)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(make).format(**names))
            self._copy(cursor, "changed", ["id", *self.columns], lines)
            cursor.execute(sql.SQL(apply).format(**names))
            cursor.execute("DROP TABLE changed")

    def _line(self, row: dict) -> list:
        line = list(self.values(row))
        for index in self.references:
            line[index] = line[index] and line[index].id
        return line

    def _copy(self, cursor, table, columns, lines):
        statement = sql.SQL("COPY {} ({}) FROM STDIN")
        statement = statement.format(sql.Identifier(table), _listed(columns))
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for line in lines:
                copy.write_row(line)


def _listed(names):
    return sql.SQL(", ").join(map(sql.Identifier, names))


def unopened(model, names: Iterable[str]) -> list:
    """`values_list(*unopened(model, names))`: encrypted columns come as ciphertext."""
    sealed = {
        field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedField)
    }
    return [Cast(name, BinaryField()) if name in sealed else name for name in names]


def reseal(field: EncryptedField, value: str | bytes | None, before: bytes | None) -> bytes:
    """The ciphertext of what a row says; the one stored before where that says the same.

    `value` is what is stored already where the row's sheet has no such column.
    """
    if not isinstance(value, str):
        return bytes(value or b"")
    if before and decrypt(before, field.context) == value:
        return bytes(before)
    return field.seal(value)
