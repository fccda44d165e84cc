"""History: triggers keep every version of the rows that matter, with who did it and why.

`@tracked` puts the triggers on a model. Their event tables refuse a change whose actor is not
known; `acting(...)` names the actor once in the transaction, where every statement, a COPY
included, finds it.
"""

import json
import uuid
from collections.abc import Collection
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import pairwise

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django_scopes import get_scope
from pghistory.models import Context, EventQuerySet

from jianxi.locks import Lock, hold, hold_shared
from jianxi.tenancy import TenantModel, scoped

# What has no person behind it.
JOBS = {
    "load_demo": "演示数据",
    "load_regions": "系统",
    "compile_reports": "系统",
    "compile_month": "系统",
    "chase": "系统",
}
LABELS = {"insert": "登记", "update": "变更", "delete": "删除"}
LONGEST = 100  # versions of a row that a timeline shows
_SETTINGS = ("pghistory.context_id", "pghistory.context_metadata")


def tracked(model: type[models.Model] | None = None, *, exclude: list[str] | None = None):
    """Keep every version of the model's rows; a change outside `acting` is refused.

    Columns in `exclude` are not kept, and a change of nothing else is no version.
    """
    if model is None:
        return partial(tracked, exclude=exclude)
    attrs = {"objects": scoped(EventQuerySet)} if issubclass(model, TenantModel) else {}
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        attrs=attrs,
        exclude=exclude,
    )(model)


@contextmanager
def acting(actor, note: str = "", *, about: models.Model | None = None, freezing: bool = False):
    """Open a transaction in which changes are `actor`'s.

    `actor` is a user, or the name of a job ("nightly", "load_demo"). `note` is the reason the
    timeline shows. `about`: the case that is dealt with, for the list of what the actor did.
    Inside a region's scope the transaction is known as a writer of that region:
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
            facts |= {"note": note} if note else {}
            facts |= {"about": _case(about)} if about is not None else {}
            _set(cursor, str(uuid.uuid4()), json.dumps(facts))
        yield
        if not connection.needs_rollback:  # else the settings go back with all the rest
            _set(cursor, *before)


def _case(row: models.Model) -> dict:
    """Without personal data: a record's title is masked. `url`: only of what is not found by its
    number."""
    return {
        "region": row.region_id,
        "table": row._meta.label_lower,
        "row": row.pk,
        "kind": str(row._meta.verbose_name),
        "title": getattr(row, "told_as", "") or getattr(row, "title", "") or str(row),
        "url": getattr(row, "told_at", ""),
    }


@dataclass(frozen=True)
class Deed:
    """Something a user did in a case: `table` and `row` say which, `kind` and `title` what it is
    called, `what` in words. A model may say more of its rows than their title: `told_as`."""

    at: datetime
    what: str
    table: str
    row: int
    title: str
    kind: str = ""
    url: str = ""


def deeds(user, region, *, before: datetime | None = None, most: int) -> list[Deed]:
    """What the user decided, newest first; in one statement, by an index of its own."""
    found = Context.objects.filter(
        metadata__user=user.pk, metadata__has_key="about", metadata__about__region=region.pk
    )
    if before:
        found = found.filter(created_at__lt=before)
    rows = found.order_by("-created_at")[:most]
    return [
        Deed(row.created_at, row.metadata.get("note", ""), **_without_region(row)) for row in rows
    ]


def _without_region(context) -> dict:
    return {key: value for key, value in context.metadata["about"].items() if key != "region"}


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
    """One thing that happened to a case: when, by whom, why, and which columns changed."""

    at: datetime
    what: str
    actor: str
    note: str
    changes: list[Change] = field(default_factory=list)


def timeline(*rows: models.Model, after: int = 0) -> list[Entry]:
    """What happened to the tracked rows that make one case, newest first; the last `LONGEST`
    versions of each, those that came `after` a version (pgh_id).

    What one act changed in several of them is one entry. Personal data is told as changed only. A
    model may have words of its own for how two versions of its rows differ: `told_changes(old,
    new)`, which is asked of the first one too, `old` being None; and know better when it was:
    `told_when(version)`.
    """
    entries = {}
    for row in rows:
        for old, new in _versions(row):
            if new.pgh_id <= after:
                continue
            entry = entries.setdefault(new.pgh_context_id, _entry(row, new))
            if hasattr(row, "told_changes"):
                entry.changes.extend(row.told_changes(old, new))
            elif old is not None:
                entry.changes.extend(changes(row, old, new))
    newest_first = reversed(entries.values())  # of one moment too
    return sorted(newest_first, key=lambda entry: entry.at, reverse=True)


def version(*rows: models.Model) -> str:
    """Which versions the rows are in: to be shown with a form, and compared when it comes back."""
    latest = (
        row.pgh_event_model.objects.filter(pgh_obj=row.pk).aggregate(at=models.Max("pgh_id"))["at"]
        for row in rows
    )
    return "-".join(map(str, latest))


def fingerprint(*facts) -> str:
    """Of what was shown, where not every version of a row is another to who reads it: the same
    facts, of a row or of a version in its history, have the same."""
    written = json.dumps(facts, sort_keys=True, cls=DjangoJSONEncoder)
    return sha256(written.encode()).hexdigest()[:24]


def changes(
    row: models.Model,
    old: models.Model,
    new: models.Model,
    only: Collection[str] | None = None,
) -> list[Change]:
    """How two versions of a row differ, in words. Columns without a name of their own (hashes)
    are the machine's and left out. `only`: the names of the columns to look at."""
    personal = getattr(row, "PERSONAL", {})
    found = []
    for column in changed(row, old, new):
        if only is not None and column.name not in only:
            continue
        if column.verbose_name == column.name.replace("_", " "):
            continue
        hidden = column.name in personal
        shown = ("", "") if hidden else (_shown(column, old), _shown(column, new))
        found.append(Change(str(column.verbose_name), *shown))
    return found


def changed(row: models.Model, old: models.Model, new: models.Model) -> list[models.Field]:
    """The columns in which two versions of a row differ."""
    return [
        column
        for column in row._meta.concrete_fields
        if getattr(old, column.attname, None) != getattr(new, column.attname, None)
    ]


def _versions(row):
    """Pairs of a version and the one before it (None: the first), oldest first."""
    events = row.pgh_event_model.objects.filter(pgh_obj=row.pk).select_related("pgh_context")
    latest = list(events.order_by("-pgh_id")[: LONGEST + 1])[::-1]
    return pairwise(latest if len(latest) > LONGEST else [None, *latest])


def _entry(row, event) -> Entry:
    facts = event.pgh_context.metadata
    return Entry(
        at=row.told_when(event) if hasattr(row, "told_when") else event.pgh_created_at,
        what=LABELS[event.pgh_label],
        actor=facts.get("name") or JOBS.get(job := facts.get("job", ""), job),
        note=facts.get("note", ""),
    )


def _shown(column, event):
    value = getattr(event, column.attname)
    if column.choices:
        return dict(column.flatchoices).get(value, value)
    if column.is_relation and value is not None:
        return str(getattr(event, column.name))
    return value
