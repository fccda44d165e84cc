"""The records as they were at a moment, read from their history.

A moment is the last event of each history table that was there: `newest_events()`, taken while no
writer of the region runs. Asked of the past, the names of tables in a statement stand for the rows
as their histories give them; the statement itself stays the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction

from regions.models import District
from reporting.models import Correction, Report, Version
from reporting.queries import STANDING

# What conditions, placements, the tree and entered plans are read from.
RECORDS = (
    "bases.base",
    "bases.employerprofile",
    "bases.placement",
    "positions.position",
    "trainees.trainee",
    "trainees.agreement",
    "subsidies.payment",
    "activities.activity",
    "reporting.keyenterprise",
)
TRACKED = (*RECORDS, "regions.district", "reporting.report", "reporting.correction")


def newest_events() -> dict[str, int]:
    """By table (its label), the number of its newest event, 0 for none; one statement."""
    columns = ", ".join(
        f"(SELECT coalesce(max(pgh_id), 0) FROM {_events(label)})"  # noqa: S608
        for label in TRACKED
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}")
        return dict(zip(TRACKED, cursor.fetchone(), strict=True))


@dataclass(frozen=True)
class Past:
    """`upto`: by table, the last event that counts."""

    upto: Mapping[str, int]

    def ask(self, sql: str, values: dict) -> list[tuple]:
        """The rows of a statement on records as they were. `values` name the `region`.

        How many rows a history gives the planner guesses far too low, so nested loops are off.
        """
        tables = ", ".join(self._table(label) for label in RECORDS)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(f"WITH {tables} {sql}", values)
            rows = cursor.fetchall()
            cursor.execute("SET LOCAL enable_nestloop = on")
        return rows

    def _table(self, label: str) -> str:
        """A table as it was: without what was deleted by then. Not materialized, and known by
        pgh_obj_id, so that one row is looked up by the index of the history."""
        model, upto = apps.get_model(label), int(self.upto.get(label, 0))
        columns = [
            column.column
            for column in model.pgh_event_model._meta.concrete_fields
            if not column.name.startswith("pgh_") and column.name != "id"
        ]
        quoted = ", ".join(map(connection.ops.quote_name, columns))
        return (
            f"{model._meta.db_table} AS NOT MATERIALIZED (SELECT * FROM ("  # noqa: S608
            f"SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id AS id, pgh_label, {quoted}"
            f" FROM {_events(label)} WHERE region_id = %(region)s AND pgh_id <= {upto}"
            " ORDER BY pgh_obj_id, pgh_id DESC) newest WHERE pgh_label <> 'delete')"
        )

    def events(self, model, records: Collection[int] | None = None):
        """The rows of a table as they were, each by its event; of some `records` only, if given."""
        known = model.pgh_event_model.objects.filter(
            pgh_id__lte=self.upto.get(model._meta.label_lower, 0)
        )
        if records is not None:
            known = known.filter(pgh_obj__in=records)
        newest = known.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values("pgh_id")
        return model.pgh_event_model.objects.filter(pgh_id__in=newest).exclude(pgh_label="delete")

    def districts(self) -> list[District]:
        columns = [column.attname for column in District._meta.concrete_fields]
        found = [
            District(**{column: getattr(event, column) for column in columns})
            for event in self.events(District)
        ]
        return sorted(found, key=lambda unit: (unit.order, unit.pk))

    def plans(self, form_key: str, start) -> dict[int, int]:
        """The plans that were entered for a month, by the unit's pk."""
        month = self.events(Report).filter(form_key=form_key, period=start)
        return dict(month.exclude(plan=None).values_list("district", "plan"))

    def submitted(self, form_key: str, start, until: datetime):
        """The versions of a month that stood, as ReportQuerySet.standing and
        VersionQuerySet.one_each tell now. `until`: when the moment was."""
        under_way = self.events(Correction).filter(state=Correction.State.APPROVED)
        month = self.events(Report).filter(form_key=form_key, period=start)
        stood = models.Q(state__in=STANDING) | models.Q(pgh_obj__in=under_way.values("report"))
        reports = month.filter(stood).values("pgh_obj")
        known = Version.objects.filter(report__in=reports, submitted_at__lte=until)
        return known.one_each(under_way)


def _events(label: str) -> str:
    return apps.get_model(label).pgh_event_model._meta.db_table
