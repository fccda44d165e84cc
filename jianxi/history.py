"""History: triggers keep every version of the rows that matter, with who did it and why.

`@tracked` puts the triggers on a model. Their event tables refuse a change whose actor is not
known; `acting(...)` names the actor once in the transaction, where every statement, a COPY
included, finds it.
"""

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pghistory
from django.db import connection, models, transaction
from django_scopes import get_scope
from pghistory.models import EventQuerySet

from jianxi.locks import Lock, hold, hold_shared
from jianxi.tenancy import TenantModel, scoped

LABELS = {"insert": "登记", "update": "变更", "delete": "删除"}
_SETTINGS = ("pghistory.context_id", "pghistory.context_metadata")


def tracked(model: type[models.Model]) -> type[models.Model]:
    """Keep every version of the model's rows; a change outside `acting` is refused."""
    attrs = {"objects": scoped(EventQuerySet)} if issubclass(model, TenantModel) else {}
    return pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), attrs=attrs
    )(model)


@contextmanager
def acting(actor, note: str = "", *, freezing: bool = False):
    """Open a transaction in which changes are `actor`'s.

    `actor` is a user, or the name of a job ("nightly", "load_demo"). `note` is the reason the
    timeline shows. Inside a region's scope the transaction is known as a writer of that region:
    `freezing=True` waits until no other writer runs, so that nothing commits behind a frozen
    version. Acts nest; the outer actor is back when the inner act ends.
    """
    if isinstance(actor, str):
        facts = {"job": actor}
    elif actor is not None and actor.is_authenticated:
        facts = {"user": actor.pk, "name": actor.get_full_name() or actor.get_username()}
    else:
        facts = None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true), current_setting(%s, true)", _SETTINGS)
        before = [value or "" for value in cursor.fetchone()]
        if region := get_scope().get("region"):
            (hold if freezing else hold_shared)(Lock.REGION_WRITERS, region.pk)
        if facts:
            _set(cursor, str(uuid.uuid4()), json.dumps(facts | ({"note": note} if note else {})))
        yield
        _set(cursor, *before)


def _set(cursor, context_id: str, metadata: str):
    cursor.execute(
        "SELECT set_config(%s, %s, true), set_config(%s, %s, true)",
        [_SETTINGS[0], context_id, _SETTINGS[1], metadata],
    )


@dataclass(frozen=True)
class Change:
    label: str
    before: object
    after: object


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a row: when, by whom, why, and which columns changed."""

    at: datetime
    what: str
    actor: str
    note: str
    changes: list[Change] = field(default_factory=list)


def timeline(row: models.Model, *, hidden: frozenset[str] = frozenset()) -> list[Entry]:
    """What happened to a tracked row, newest first. Columns in `hidden` are told as changed only."""
    events = list(
        type(row).pgh_event_model.objects.filter(pgh_obj=row.pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    entries = [_entry(row, old, new, hidden) for old, new in zip([None, *events], events)]
    return entries[::-1]


def _entry(row, old, new, hidden) -> Entry:
    facts = new.pgh_context.metadata
    changes = []
    if old is not None:
        for column in row._meta.concrete_fields:
            if getattr(old, column.attname) != getattr(new, column.attname):
                shown = (
                    ("", "")
                    if column.name in hidden
                    else (_shown(column, old), _shown(column, new))
                )
                changes.append(Change(str(column.verbose_name), *shown))
    return Entry(
        at=new.pgh_created_at,
        what=LABELS[new.pgh_label],
        actor=facts.get("name") or facts.get("job", ""),
        note=facts.get("note", ""),
        changes=changes,
    )


def _shown(column, event):
    value = getattr(event, column.attname)
    if column.choices:
        return dict(column.flatchoices).get(value, value)
    return value
