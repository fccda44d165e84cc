"""How what is in the outbox leaves: by e-mail, by an SMS gateway, or onto a page.

`settings.SENDERS` names a function for each channel: of recipient and text, raising NotSent.
"""

import json
import logging
from datetime import timedelta
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Outgoing

PATIENCE = 10  # seconds for the other side to answer
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720)]  # before the next attempt
KEPT_DAYS = 30
log = logging.getLogger(__name__)


class NotSent(Exception):
    """The message did not leave; says why in words of ours, without what the other side said."""


# --- Channels


def by_http(recipient: str, text: str):
    """An SMS gateway that takes JSON: {"phone", "template", "text"}, with a bearer token."""
    facts = {"phone": recipient, "template": settings.SMS_TEMPLATE, "text": text}
    request = Request(  # noqa: S310 – the address is the operator's
        settings.SMS_URL,
        data=json.dumps(facts, ensure_ascii=False).encode(),
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
        },
    )
    try:
        with urlopen(request, timeout=PATIENCE):  # noqa: S310
            pass
    except HTTPError as fault:
        fault.close()
        raise NotSent(f"短信网关回答 {fault.code}") from None
    except URLError:
        raise NotSent("连不上短信网关") from None
    except (OSError, HTTPException):
        raise NotSent("短信网关没有回答") from None


def by_mail(recipient: str, text: str):
    try:
        send_mail("就业见习通知", text, None, [recipient])
    except OSError:  # smtplib's own among them
        raise NotSent("邮件服务器没有收下") from None


def shown(recipient: str, text: str):
    """Of a demonstration: the page of the outbox shows it."""


# --- Sending


def send_next() -> bool:
    """Send what is due first; False when nothing is. The row is locked while it is sent, and
    marked in the same transaction: two workers do not send it twice."""
    with transaction.atomic():
        now = timezone.now()
        due = Outgoing.objects.due(now).select_for_update(skip_locked=True)
        row = due.order_by("next_attempt_at", "pk").first()
        if row is None:
            return False
        row.attempts += 1
        try:
            import_string(settings.SENDERS[row.channel])(row.recipient, row.text)
        except NotSent as fault:
            row.error = str(fault)
            _wait(row, now)
        else:
            row.sent_at, row.error = now, ""
        row.save(update_fields=["attempts", "error", "sent_at", "next_attempt_at", "expires_at"])
    return True


def _wait(row: Outgoing, now):
    log.warning("message_not_sent", extra={"outgoing": row.pk, "channel": row.channel})
    if row.attempts <= len(WAITS):
        row.next_attempt_at = now + WAITS[row.attempts - 1]
    else:
        row.expires_at = now


def forget(before) -> int:
    """Remove from the outbox what is older."""
    return Outgoing.objects.filter(created_at__lt=before).delete()[0]
