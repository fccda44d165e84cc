"""History: triggers keep every version of the rows that matter, with who did it and why.

`@tracked` puts the triggers on a model. Their event tables refuse a change whose actor is not
known; `acting(...)` names the actor once in the transaction, where every statement, a COPY
included, finds it.
"""

import json
import uuid
from contextlib import contextmanager

import pghistory
import pgtrigger
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED

from jianxi.tenancy import scoped


class UnknownActor(RuntimeError):
    """A change was tried outside `acting(...)`."""


class Event(pghistory.get_event_model if False else models.Model):  # pragma: no cover
    class Meta:
        abstract = True
