"""What the worker and beat do for accounts."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts import phones, senders
from accounts.sessions import SessionStore

UNUSED_DAYS = 30  # an invitation waits for half as long
ROUND = 200  # messages in one task


@shared_task(name="accounts.clear_sessions")
def clear_sessions():
    """Remove the sessions that have run out."""
    SessionStore.clear_expired()


@shared_task(name="accounts.send_due")
def send_due():
    """Send what is in the outbox; several workers may do so at once."""
    for _ in range(ROUND):
        if not senders.send_next():
            return
    send_due.delay()


@shared_task(name="accounts.clear_outbox")
def clear_outbox():
    """Forget old messages, and phones that asked for a code and never came."""
    now = timezone.now()
    senders.forget(now - timedelta(days=senders.KEPT_DAYS))
    phones.forget_unused(now - timedelta(days=UNUSED_DAYS))
