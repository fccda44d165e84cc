"""The address table. Each app's `urls.py` adds lists of its own, a list for each side:

office    staff, below /office/<region>/, named office:…
employer  employers, below /employer/<region>/, named employer:…
me        youths, below /me/, named me:…
public    everybody, below /<region>/, named public:…
api       below /api/v1/, named api:…
root      what belongs to no side and has no prefix
"""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from jianxi import health
from jianxi.reference import reference

APPS = [
    "regions",
    "accounts",
    "bases",
    "positions",
    "trainees",
    "subsidies",
    "activities",
    "reporting",
    "portal",
]


def gathered(side: str) -> list:
    modules = [import_module(f"{app}.urls") for app in APPS if find_spec(f"{app}.urls")]
    return [address for module in modules for address in getattr(module, side, [])]


urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("office/<slug:region>/", include((gathered("office"), "office"))),
    path("employer/<slug:region>/", include((gathered("employer"), "employer"))),
    path("me/", include((gathered("me"), "me"))),
    path("api/v1/", include((gathered("api"), "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", reference, name="api_docs"),
    *gathered("root"),
    path("<slug:region>/", include((gathered("public"), "public"))),
]
handler404 = "accounts.api.not_found"
handler500 = "accounts.api.server_failed"
