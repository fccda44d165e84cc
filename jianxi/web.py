"""Each request in its region's scope and its transaction; each view says whom it lets in.

A reading request runs in a read-only transaction, a writing one in `acting(request.user)`; an
answer of 4xx or 5xx takes back what was written. Sessions, messages and throttles live outside.
A view that does not say who may enter lets nobody in.
"""

from contextlib import nullcontext, suppress

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from jianxi.history import acting
from jianxi.tenancy import scope

READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
# What comes from libraries that guard their own views.
GUARDED_ELSEWHERE = ("allauth.", "drf_spectacular.", "django.views.static", "whitenoise.")


def access(rule):
    """Say who may enter a view.

    `rule(request, **address)` raises Http404 or PermissionDenied, or answers in the view's place
    (a redirect to sign in).
    """

    def mark(view):
        view.access = rule
        return view

    return mark


def everyone(request, **address):
    """Open to all, signed in or not; a region that is none has no pages."""
    if "region" in address and request.region is None:
        raise Http404


def office(permission: str):
    """Pages of the office: for those who hold the permission somewhere in the region; the view
    then finds what they hold as `request.access`.

    `settings.OFFICE_RULE` judges: accounts know who that is, and stand above some of these pages.
    """

    def rule(request, **address):
        return import_string(settings.OFFICE_RULE)(request, permission)

    rule.permission = permission
    return access(rule)


def api(permission: str):
    """Views (functions and classes) of the API, for tokens whose office holds the permission in
    the region; the view then finds what it holds as `request.access`. `settings.API_RULE` judges.
    """

    def rule(request, **address):
        return import_string(settings.API_RULE)(request, permission)

    rule.permission = permission
    return access(rule)


def freezing(view):
    """The view's writes wait until nobody else writes in the region (see history.acting)."""
    view.freezing = True
    return view


class RegionMiddleware:
    """Finds the region named by the address and enters its scope; an unknown one is not found."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.region = None
        try:
            slug = resolve(request.path_info).kwargs.get("region")
        except Resolver404:
            slug = None
        if slug is not None:
            request.region = apps.get_model("regions", "Region").objects.filter(slug=slug).first()
        with scope(region=request.region) if request.region else nullcontext():
            return self.get_response(request)


class WayBackMiddleware:
    """An address that only takes what is sent, opened by hand (as the address bar does after a
    refusal), leads to the page it belongs to."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "GET" and isinstance(response, HttpResponseNotAllowed):
            return redirect(page_above(request.path_info))
        return response


def page_above(path: str) -> str:
    """The nearest address above that is one."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        with suppress(Resolver404):
            resolve(path)
            return path
    return path


class GateMiddleware:
    """Lets in whom the view's rule lets in, and nobody where there is no rule."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        rule = rule_of(view)
        if rule is not None:
            return rule(request, **kwargs)
        if not view.__module__.startswith(GUARDED_ELSEWHERE):
            raise PermissionDenied(f"{view.__module__} says nothing of who may enter")
        return None

    def process_exception(self, request, exception):
        """A constraint stopped what a check let through: somebody was faster. Told as a page,
        once the transaction is over."""
        if isinstance(exception, IntegrityError):
            request.lost_a_race = True
            return HttpResponse(status=409)
        return None


def rule_of(view):
    """A view's access rule: on the function, or on the class behind it."""
    behind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return getattr(view, "access", None) or getattr(behind, "access", None)


class TransactionMiddleware:
    """The innermost one: what the view does, gate included, is one transaction."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        view = self._view(request)
        if getattr(view, "_non_atomic_requests", None):  # must answer without a database
            return self.get_response(request)
        if request.method in READING:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                return self.get_response(request)
        with acting(getattr(request, "user", None), freezing=getattr(view, "freezing", False)):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if getattr(request, "lost_a_race", False):
            return render(request, "409.html", status=409)
        return response

    def _view(self, request):
        try:
            return resolve(request.path_info).func
        except Resolver404:
            return None
