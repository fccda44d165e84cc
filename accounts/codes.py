"""An act confirmed by a code: who holds a phone has read what is to be done, and agrees.

What was read and who it is about wait in the session, which is sealed; of the code only a keyed
hash is kept. The code is good for one act, for a few minutes, and after a few wrong attempts no
more: those are counted outside of the session, so that many at once are no way around it.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import generate_user_code
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import messages
from accounts.models import User
from jianxi.crypto import keyed_hash
from jianxi.identifiers import normalise

MINUTES = 10
ATTEMPTS = 5
LIMITS = {
    "ask": "60/h/ip,20/h/user,1/55s/key,5/h/key,10/d/key",
    "wrong": f"{ATTEMPTS}/{MINUTES}m/key",
}
TOO_OFTEN = "验证码发送太频繁，请过一分钟再试；今天收过多次的，请明天再来。"
WRONG = "验证码不对，请核对短信里的 6 位数字。"
SPENT = "输错次数过多，这个验证码已作废，请重新获取。"
GONE = "验证码已过期，请重新获取。"


class NotConfirmed(Exception):
    """The message says why, in the user's words."""


@dataclass(frozen=True)
class Asked:
    """What waits for its code. `facts`: whatever was given with it, to be had back."""

    phone: str
    facts: dict


def ask(request, act: str, phone: str, *, words: str, facts: dict | None = None) -> bool:
    """Send a code for an act ("consent:12": what, and of which record) to a phone; False when that
    is asked for too often. `words`: what the code agrees to, read in the message."""
    key = User.hash_of(phone).hex()
    if not ratelimit.consume(request, app="accounts", action="ask", config=LIMITS, key=key):
        return False
    code = generate_user_code(**settings.ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT)
    request.session[_slot(act)] = {
        "phone": phone,
        "facts": facts or {},
        "hash": _hash(act, phone, code),
        "at": time.time(),
    }
    messages.send(
        messages.SMS,
        [phone],
        kind=messages.CODE,
        text=f"{words}验证码 {code}，{MINUTES} 分钟内有效。",
        expires_at=timezone.now() + timedelta(minutes=MINUTES),
    )
    return True


def pending(request, act: str) -> Asked | None:
    """What the act waits for, while its code is good."""
    asked = request.session.get(_slot(act))
    if not asked or time.time() - asked["at"] > MINUTES * 60:
        return None
    return Asked(asked["phone"], asked["facts"])


def confirm(request, act: str, code: str) -> Asked:
    """The code was typed in: what it agreed to, once. Raises NotConfirmed."""
    asked = pending(request, act)
    if asked is None:
        raise NotConfirmed(GONE)
    expected = request.session[_slot(act)]["hash"]
    usage = ratelimit.consume(
        request, app="accounts", action="wrong", config=LIMITS, key=f"{act}:{expected}"
    )
    if not usage:
        forget(request, act)
        raise NotConfirmed(SPENT)
    if not constant_time_compare(_hash(act, asked.phone, normalise(code)), expected):
        raise NotConfirmed(WRONG)
    usage.rollback()
    forget(request, act)
    return asked


def forget(request, act: str):
    request.session.pop(_slot(act), None)


def _slot(act: str) -> str:
    return f"code:{act}"


def _hash(act: str, phone: str, code: str) -> str:
    return keyed_hash("act", f"{act}:{phone}:{code}").hex()
