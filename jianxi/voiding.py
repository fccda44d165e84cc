"""A record entered by mistake is voided: one person asks, another agrees, and it is gone from
every list and figure. Its row, and what happened to it, stay.

Every kind of `Record` can be voided, under the name of its model.
"""

from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from jianxi.history import acting
from jianxi.models import VoidRequest
from jianxi.records import Record
from jianxi.workflow import TransitionRefused

NAMED = 5  # of the records that stand in the way, so many are named


@cache
def kinds() -> dict[str, type[Record]]:
    """The models that can be voided, by the name they have in addresses and requests."""
    return {m._meta.model_name: m for m in apps.get_models() if issubclass(m, Record)}


def kind_of(row: Record) -> str:
    return row._meta.model_name


def model_of(kind: str) -> type[Record]:
    """Raises Http404 for a name that is none."""
    if kind not in kinds():
        raise Http404
    return kinds()[kind]


def last_request(row: Record) -> VoidRequest | None:
    """The last request to void the record that was not refused."""
    asked = VoidRequest.objects.filter(table=kind_of(row), row_id=row.pk)
    return asked.exclude(state=VoidRequest.State.REFUSED).select_related("asked_by").first()


def obstacles(row: Record) -> list[str]:
    """What stands on the record and must be voided before it, in words."""
    found = []
    for label, standing in row.standing_on_it():
        if number := standing.count():
            named = "、".join(other.title for other in standing.order_by("pk")[:NAMED])
            found.append(f"{label} {number} 条（{named}{' 等' if number > NAMED else ''}）")
    return found


def refusal(row: Record) -> str:
    """Why the record cannot be voided now; "" when it can."""
    if row.voided_at:
        return "这条记录已经作废。"
    if standing := obstacles(row):
        return f"还有{'，'.join(standing)}挂在它名下。请先处理这些记录，再申请作废。"
    return ""


def ask(row: Record, *, actor, reason: str) -> VoidRequest:
    """Ask for the record to be voided. Raises ValidationError with words for who asks."""
    if reason_against := refusal(row):
        raise ValidationError(reason_against)
    request = VoidRequest(
        region=row.region,
        table=kind_of(row),
        row_id=row.pk,
        title=f"{row._meta.verbose_name} {row.title}"[:120],
        district=row.lies_in,
        reason=reason,
        asked_by=actor,
    )
    try:
        with acting(actor, f"申请作废：{reason}"), transaction.atomic():
            request.save()
    except IntegrityError as error:
        raise ValidationError("这条记录已有待同意的作废申请。") from error
    return request


def void(request: VoidRequest, actor):
    """Do what was asked: the record counts no more. Raises TransitionRefused when something has
    come to stand on it since."""
    rows = kinds()[request.table].objects.select_for_update(of=("self",))
    row = rows.get(pk=request.row_id)
    if reason_against := refusal(row):
        raise TransitionRefused(reason_against)
    row.voided_at = timezone.now()
    with acting(actor, f"作废：{request.reason}（{request.asked_by}申请）"):
        row.save(update_fields=["voided_at"])
