"""How allauth works here: staff sign in by user name; nobody signs up, nothing is mailed."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.urls import reverse

from accounts.members import regions_of
from jianxi import crypto

CONTEXT = "second_factor"
SEALED = {"secret", "seed"}  # of an authenticator app, and of recovery codes
TOO_MANY = (
    f"连续输错次数过多，为保护账号暂停验证。请过 {settings.LOCKOUT_MINUTES} 分钟再试；"
    "忘记密码的，请本单位管理员重置。"
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不对，请核对后再试。",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_code": "验证码不对。请输入验证器现在显示的 6 位数字，或一个没用过的恢复码。",
        "incorrect_password": "密码不对，请核对后再试。",
        "enter_current_password": "现在的密码不对，请核对后再试。",
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        """Straight to work for who works in one region only."""
        regions = regions_of(request.user)
        if len(regions) == 1:
            return reverse("office:home", args=[regions[0].slug])
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    get_password_change_redirect_url = get_login_redirect_url

    def set_password(self, user, password):
        user.must_change_password = False
        super().set_password(user, password)

    def send_notification_mail(self, *args, **kwargs):
        """Accounts here have no addresses."""


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text, CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text), CONTEXT)


@transaction.atomic
def reseal_second_factors() -> int:
    """For key rotation: write secrets that another key wrote with the active one."""
    adapter, resealed = MFAAdapter(), 0
    for row in Authenticator.objects.select_for_update():
        for name in SEALED & row.data.keys():
            stored = base64.b64decode(row.data[name])
            if crypto.key_id(stored) != settings.ENCRYPTION_ACTIVE_KEY:
                row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
                row.save(update_fields=["data"])
                resealed += 1
    return resealed
