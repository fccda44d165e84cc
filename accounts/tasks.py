"""What beat does for accounts."""

from celery import shared_task

from accounts.sessions import SessionStore


@shared_task(name="accounts.clear_sessions")
def clear_sessions():
    """Remove the sessions that have run out."""
    SessionStore.clear_expired()
