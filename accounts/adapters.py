"""How allauth works here: staff sign in by user name, all others by phone, with a code or a
password; what it sends goes through the outbox."""

import base64
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context, ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from accounts import messages, phones
from accounts.fields import PhoneField
from accounts.members import regions_of
from accounts.models import User
from jianxi import crypto
from jianxi.identifiers import InvalidIdentifier, parse_phone
from jianxi.masking import mask_phone

CONTEXT = "second_factor"
SIDE = "side"  # in the session: as which one asked for a code
TOO_MANY = (
    f"连续输错次数过多，为保护账号暂停验证。请过 {settings.LOCKOUT_MINUTES} 分钟再试；"
    "单位工作人员忘记密码的，请本单位管理员重置。"
)
TOO_OFTEN = "验证码发送太频繁，请稍后再试。没有收到的，请先核对手机号、查看拦截短信。"
WRONG_CODE = "验证码不对。请输入验证器现在显示的 6 位数字，或一个没用过的恢复码。"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "用户名或密码不对，请核对后再试。",
        "phone_password_mismatch": "手机号或密码不对，请核对后再试。",
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_OFTEN,
        "incorrect_code": "验证码不对，请核对短信里的 6 位数字。",
        "incorrect_password": "密码不对，请核对后再试。",
        "enter_current_password": "现在的密码不对，请核对后再试。",
        "phone_taken": "这个手机号已是另一个账号的登录手机号。",
        "same_as_current": "这就是现在的手机号。",
    }

    def is_open_for_signup(self, request):
        """By allauth's form nobody does: the first code makes the account (accounts.phones)."""
        return False

    # --- Where one goes

    def get_login_redirect_url(self, request):
        """One's own side: staff first, straight to work for who works in one region only."""
        user = request.user
        regions = regions_of(user)
        if len(regions) == 1:
            return reverse("office:home", args=[regions[0].slug])
        if not regions and user.side == User.Side.EMPLOYER:
            return reverse("employers")
        if not regions and user.side == User.Side.YOUTH:
            return reverse("me:home")
        if not regions and user.phone_hash:
            return reverse("account_side")
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    get_password_change_redirect_url = get_login_redirect_url

    def post_login(self, request, user, **kwargs):
        if side := request.session.pop(SIDE, ""):
            phones.comes_as(user, side)
        return super().post_login(request, user, **kwargs)

    # --- Passwords

    def set_password(self, user, password):
        user.must_change_password = False
        super().set_password(user, password)

    def send_notification_mail(self, *args, **kwargs):
        """Accounts here have no addresses."""

    # --- Phones

    def phone_form_field(self, **kwargs):
        return PhoneField(**kwargs)

    def get_phone(self, user):
        """Staff are not asked to verify theirs: they do not sign in with it."""
        return (user.phone, bool(user.phone_verified_at)) if user.phone_hash else None

    def get_user_by_phone(self, phone):
        try:
            return phones.account_of(parse_phone(phone, mobile_only=True))
        except InvalidIdentifier:
            return None

    def set_phone(self, user, phone, verified):
        """Only what is verified is kept."""
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user, phone):
        before = user.phone if user.phone_verified_at else ""
        try:
            phones.verified(user, phone)
        except phones.Taken:
            raise self.validation_error("phone_taken") from None
        if before and before != phone:
            self._send(
                before, f"您的账号改用手机号 {mask_phone(phone)}。如非本人操作，请立即联系我们。"
            )

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        ratelimit.consume(
            context.request, action="send_code", key=User.hash_of(phone).hex(), raise_exception=True
        )
        minutes = settings.CODE_MINUTES
        self._send(
            phone,
            f"验证码 {code}，{minutes} 分钟内有效。工作人员不会索要验证码，请勿告诉他人。",
            expires_at=timezone.now() + timedelta(minutes=minutes),
        )

    def _send(self, phone, text, **facts):
        messages.send(messages.SMS, [phone], kind=messages.CODE, text=text, **facts)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.encrypt(text, CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.decrypt(base64.b64decode(encrypted_text), CONTEXT)
