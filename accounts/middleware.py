"""Who is asking: the owner of a session that still runs or, under /api/, of an office's token.

Found out here, before the request's transaction: a reading one may not even end a session.
"""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.utils.cache import patch_cache_control

from accounts.tokens import token_of

API = "/api/"
EVERY = 60  # seconds between two notes that a session is in use
STARTED, SEEN = "started_at", "seen_at"


class IdentityMiddleware:
    """A session ends when it is idle for SESSION_COOKIE_AGE, and SESSION_LIFETIME after sign-in.
    The API knows tokens only: a page elsewhere cannot use it with a visitor's cookie."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(API):
            request.api_token = token_of(request)
            request.user = request.api_token.user if request.api_token else AnonymousUser()
        elif request.user.is_authenticated:
            self._carry_on(request)
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def _carry_on(self, request):
        now, session = time.time(), request.session
        if now - session.setdefault(STARTED, now) > settings.SESSION_LIFETIME:
            logout(request)
        elif now - session.get(SEEN, 0) > EVERY:
            session[SEEN] = now  # saved, and with it the idle time begins anew
