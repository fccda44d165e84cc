"""The address table; each app adds its own."""

from django.urls import path

from jianxi import health

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
