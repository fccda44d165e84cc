"""Messages to users: kept in the portal, and sent by SMS or e-mail to who wants them there.

An app says in its `ready()` which kinds it sends, and by which channels unless a user switches
them:

    messages.register("authority", "单位认证", "sms", sides=[EMPLOYER])

and tells users with `notify`. Message and outbox are written in the caller's transaction; what is
in the outbox is sent after commit (accounts.senders), so nothing is told of what did not happen.
Titles and texts are without personal data: they stand on lock screens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Message, MessageSwitch, Outgoing, User
from jianxi.worklist import EMPLOYER, OFFICE, YOUTH

SMS, EMAIL = Outgoing.Channel.SMS, Outgoing.Channel.EMAIL
CODE = "code"  # of signing in; nobody switches it off


@dataclass(frozen=True)
class Kind:
    """`label`: what it is called where users switch it. `channels`: on unless switched off.
    `sides`: whom it may reach."""

    name: str
    label: str
    channels: frozenset[str]
    sides: frozenset[str] = frozenset({OFFICE, EMPLOYER, YOUTH})


KINDS: dict[str, Kind] = {}


def register(name: str, label: str, *channels: str, sides: Iterable[str] = Kind.sides):
    KINDS[name] = Kind(name, label, frozenset(channels), frozenset(sides))


def kinds_for(user: User) -> list[Kind]:
    """Those that may reach the user's side."""
    side = user.side or OFFICE
    return [kind for kind in KINDS.values() if side in kind.sides]


def is_available(channel: str) -> bool:
    """Whether this installation can send by the channel."""
    return bool(settings.SENDERS[channel])


def notify(
    users: Iterable[User], kind: str, *, region=None, title: str, text: str = "", url: str = ""
):
    """Tell each user, once. `url`: where the matter is dealt with. Two statements for the
    messages, however many users, and one for each channel."""
    users = list({user.pk: user for user in users}.values())
    known = KINDS[kind]
    Message.objects.bulk_create(
        Message(user=user, region=region, kind=kind, title=title, text=text, url=url)
        for user in users
    )
    switched = {
        (switch.user_id, switch.channel): switch.is_on
        for switch in MessageSwitch.objects.filter(user__in=users, kind=kind)
    }
    for channel in filter(is_available, Outgoing.Channel.values):
        on = channel in known.channels
        wanting = [user for user in users if switched.get((user.pk, channel), on)]
        send(
            channel,
            [address_of(user, channel) for user in wanting],
            kind=kind,
            text="：".join(filter(None, [title, text])),
            region=region,
        )


def send(
    channel: str,
    recipients: Iterable[str],
    *,
    kind: str,
    text: str,
    region=None,
    expires_at: datetime | None = None,
):
    """Put a text into the outbox for each address; it leaves when the transaction has committed."""
    from accounts.tasks import send_due

    rows = [
        Outgoing(
            channel=channel,
            recipient=recipient,
            kind=kind,
            text=text,
            region=region,
            expires_at=expires_at,
        )
        for recipient in recipients
        if recipient
    ]
    if rows:
        Outgoing.objects.bulk_create(rows)
        # What cannot be handed to the worker now is found by the next round.
        transaction.on_commit(send_due.delay, robust=True)


def address_of(user: User, channel: str) -> str:
    """ "" where the user is not reached by it."""
    if not user.is_active:
        return ""
    return (user.phone if channel == SMS else user.email) or ""


def of_user(user: User, region=None):
    """The user's messages, newest first: all, or those of a region and those of none."""
    found = Message.objects.filter(user=user).select_related("region")
    return found.filter(Q(region=region) | Q(region=None)) if region else found


def unread(user: User, region=None) -> int:
    return of_user(user, region).filter(read_at=None).count()


def mark_read(rows) -> int:
    return rows.filter(read_at=None).update(read_at=timezone.now())
