"""Signing in by a province's own service (OpenID Connect), where the installation names one.

The service vouches for one thing: the phone. Its account is the one that is signed in, made if
there is none. Nothing else of what the service says is taken, and nothing of it is kept.
"""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect

from accounts import phones
from jianxi.identifiers import InvalidIdentifier, parse_phone

FAILED = "没有登录成功。请再试一次，或用手机验证码登录。"
NO_PHONE = "没有取得经过验证的手机号，不能登录。请先在该平台绑定手机号，或用手机验证码登录。"


class ProvincialAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        phone = verified_phone(sociallogin.account.extra_data)
        if phone is None:
            raise ImmediateHttpResponse(turned_away(request, NO_PHONE))
        user = phones.account_for(phone)
        phones.verified(user, phone)
        record_authentication(request, user, method="socialaccount", provider="openid_connect")
        login = Login(user=user, redirect_url=sociallogin.state.get("next"))
        raise ImmediateHttpResponse(perform_login(request, login))

    def on_authentication_error(self, request, provider, **facts):
        raise ImmediateHttpResponse(turned_away(request, FAILED))


def verified_phone(told: dict) -> str | None:
    """The number the service says it has verified, by what it says of the user (userinfo) or in
    the token."""
    claims = told.get("id_token", {}) | told.get("userinfo", {})
    if claims.get("phone_number_verified") not in (True, "true"):
        return None
    try:
        return parse_phone(str(claims.get(settings.OIDC_PHONE_CLAIM, "")), mobile_only=True)
    except InvalidIdentifier:
        return None


def turned_away(request, words: str):
    messages.error(request, words)
    return redirect("account_login")
