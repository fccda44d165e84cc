"""A user's e-mail address: kept once a code that was sent there has come back."""

import time
from datetime import timedelta

from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code, generate_user_code
from django.conf import settings
from django.utils import timezone

from accounts import messages
from jianxi.crypto import keyed_hash

PENDING = "email"  # in the session
ATTEMPTS = 3


def ask(request, address: str) -> bool:
    """Send a code there; False when that is asked for too often."""
    key = keyed_hash("email", address).hex()
    if not ratelimit.consume(request, action="verify_email", key=key, user=request.user):
        return False
    code = generate_user_code(**settings.ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT)
    request.session[PENDING] = {"address": address, "code": code, "at": time.time(), "failed": 0}
    minutes = settings.CODE_MINUTES
    messages.send(
        messages.EMAIL,
        [address],
        kind=messages.CODE,
        text=f"验证码 {code}，{minutes} 分钟内有效。不是您本人填写的，请忽略这封邮件。",
        expires_at=timezone.now() + timedelta(minutes=minutes),
    )
    return True


def pending(request) -> str:
    """The address a code was sent to, while it is good; else ""."""
    asked = request.session.get(PENDING)
    if not asked or time.time() - asked["at"] > settings.CODE_MINUTES * 60:
        return ""
    return asked["address"]


def confirm(request, code: str) -> bool:
    """Keep the address if the code is right; after a few wrong ones it is good no more."""
    asked = request.session[PENDING]
    if not compare_user_code(actual=code, expected=asked["code"]):
        asked["failed"] += 1
        request.session.modified = True
        if asked["failed"] >= ATTEMPTS:
            forget(request)
        return False
    request.user.email = asked["address"]
    request.user.save(update_fields=["email"])
    forget(request)
    return True


def forget(request):
    request.session.pop(PENDING, None)
