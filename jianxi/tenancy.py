"""The tenant: every table but identity belongs to one region, and no query forgets it.

A scoped manager refuses to work until `scope(region=…)` is entered. The scope comes from the
address of a request, from the arguments of a task, or from a command's `--region`.
"""

from django.db import models
from django.db.models.constraints import BaseConstraint
from django_scopes import ScopedManager, scope, scopes_disabled

__all__ = ["Matches", "TenantModel", "region_key", "scope", "scoped", "scopes_disabled"]


def scoped(queryset_class=models.QuerySet):
    """A manager that answers only inside a region's scope, with the queries of `queryset_class`."""
    return ScopedManager(
        _manager_class=models.Manager.from_queryset(queryset_class), region="region"
    )


class TenantModel(models.Model):
    """A row that belongs to one region."""

    region = models.ForeignKey(
        "regions.Region", on_delete=models.PROTECT, related_name="+", verbose_name="统筹区"
    )

    objects = scoped()

    class Meta:
        abstract = True


class Matches(BaseConstraint):
    """A foreign key that agrees with its target in one more column, the region unless said
    otherwise: FOREIGN KEY (x_id, region_id) REFERENCES x (id, region_id).

    The table referred to needs a unique constraint over both; `region_key` gives it.
    """

    def __init__(self, *, field, name, on="region"):
        super().__init__(name=name)
        self.field = field
        self.on = on

    def _sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        field = model._meta.get_field(self.field)
        target = field.related_model
        on = quote(model._meta.get_field(self.on).column)
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote(field.column)}, {on}) "
            f"REFERENCES {quote(target._meta.db_table)} (id, {on}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def constraint_sql(self, model, schema_editor):
        return self.create_sql(model, schema_editor)

    def create_sql(self, model, schema_editor):
        # At the migration's end: the key referred to may be made later in the same one.
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {table} ADD {self._sql(model, schema_editor)}"
        )
        return ""  # a statement nonetheless: beside column defaults Django puts it off itself

    def remove_sql(self, model, schema_editor):
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model, instance, exclude=None, using=None):
        """The database decides; forms offer only rows of the region."""

    def __eq__(self, other):
        if isinstance(other, Matches):
            return (self.name, self.field, self.on) == (other.name, other.field, other.on)
        return NotImplemented

    __hash__ = BaseConstraint.__hash__

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field, "on": self.on}


def region_key(name):
    """What a table needs so that others can refer to it by `Matches`."""
    return models.UniqueConstraint(fields=["id", "region"], name=name)
