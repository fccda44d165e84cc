"""Who uses the API: an office's systems by a token, which reads; a user's own programs by a personal
key, which act as the user. And how often they may."""

from datetime import date

from django.core.cache import cache
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.throttling import SimpleRateThrottle

from accounts.models import (
    ApiToken,
    Membership,
    Office,
    OfficeRole,
    PersonalKey,
    Role,
    User,
)
from jianxi.tenancy import scopes_disabled

SCHEME = "Bearer"


def issue(office: Office, *, name: str, expires_on: date) -> tuple[ApiToken, str]:
    """A key for a system of the office, and its secret, which is kept nowhere. It acts as an
    identity of its own that holds the office's 查阅."""
    secret = ApiToken.new_secret()
    user = User(username=f"token-{ApiToken.digest_of(secret)[:16]}", name=name, is_service=True)
    user.set_unusable_password()
    user.save()
    Membership.objects.create(
        region_id=office.region_id,
        user=user,
        office_role=OfficeRole.objects.get(office=office, role=Role.VIEWER),
    )
    token = ApiToken.objects.create(
        region_id=office.region_id,
        office=office,
        name=name,
        user=user,
        digest=ApiToken.digest_of(secret),
        expires_on=expires_on,
    )
    return token, secret


def revoke(token: ApiToken):
    """Nobody can use it from now on."""
    token.revoked_at = timezone.now()
    token.save()
    token.user.is_active = False
    token.user.save()


def issue_key(user: User, *, name: str, expires_on: date) -> tuple[PersonalKey, str]:
    """A personal key, and its secret, which is kept nowhere."""
    secret = ApiToken.new_secret()
    digest = ApiToken.digest_of(secret)
    key = PersonalKey.objects.create(user=user, name=name, digest=digest, expires_on=expires_on)
    return key, secret


def revoke_key(key: PersonalKey):
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])


def token_of(request) -> ApiToken | PersonalKey | None:
    """The valid token or personal key a request carries as `Authorization: Bearer jx_…`."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != SCHEME.casefold() or not secret:
        return None
    digest, today = ApiToken.digest_of(secret.strip()), timezone.localdate()
    with scopes_disabled():
        tokens = ApiToken.objects.valid_on(today), PersonalKey.objects.valid_on(today)
        found = (rows.select_related("user").filter(digest=digest).first() for rows in tokens)
        token = next(filter(None, found), None)
    if token:
        cache.set(_used_key(token), timezone.now(), None)
    return token


def last_used(token: ApiToken | PersonalKey):
    """When the token was last shown, as far as the cache remembers; None if it does not."""
    return cache.get(_used_key(token))


def _used_key(token: ApiToken | PersonalKey) -> str:
    return f"token:{token.digest[:16]}:used"


class TokenAuthentication(BaseAuthentication):
    """For REST framework: whom accounts.middleware has found."""

    def authenticate(self, request):
        token = request._request.api_token
        return (token.user, token) if token else None

    def authenticate_header(self, request):
        return SCHEME


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "单位管理员创建的令牌，或本人的接口密钥",
        }


class ApiThrottle(SimpleRateThrottle):
    """So many requests a minute for a token or key, or for an address without one."""

    scope = "api"

    def get_cache_key(self, request, view):
        token = request._request.api_token
        ident = f"token-{token.digest[:16]}" if token else self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}
