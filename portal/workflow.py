"""The course of a request to void a record: asked by one person, decided by another."""

from django.utils import timezone

from accounts.access import Access
from jianxi import voiding
from jianxi.models import VoidRequest
from jianxi.workflow import Transition, Workflow

State = VoidRequest.State


def _another(actor, request):
    """Whoever holds the right on the record's district and is not who asked."""
    return actor.pk != request.asked_by_id and Access(actor).may("void_records", request.district)


def _decide(request, actor, *, comment):
    request.decided_by, request.decided_at = actor, timezone.now()


def _void(request, actor, *, comment):
    _decide(request, actor, comment=comment)
    voiding.void(request, actor)


VOIDING = Workflow(
    "state",
    [
        Transition(
            "agree", "同意作废", frozenset({State.ASKED}), State.AGREED, _another, follow=_void
        ),
        Transition(
            "refuse",
            "不同意",
            frozenset({State.ASKED}),
            State.REFUSED,
            _another,
            comment_required=True,
            follow=_decide,
        ),
    ],
)
