"""The way to the province's sign-in and back."""

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from requests import RequestException

from accounts.adapters import AccountAdapter
from accounts.provincial import FAILED, turned_away
from jianxi.web import access


def known(request, provider_id, **address):
    """A rule: the service the installation names, and no other."""
    if provider_id != settings.OIDC_ID:
        raise Http404


@access(known)
@require_POST
def leave(request, provider_id):
    if request.user.is_authenticated:
        return redirect(AccountAdapter(request).get_login_redirect_url(request))
    try:
        return views.login(request, provider_id)
    except RequestException:
        return turned_away(request, FAILED)


@access(known)
@require_http_methods(["GET", "POST"])
def come_back(request, provider_id):
    """The service sends the browser here by GET; a page that is read writes nothing, so this one
    sends itself on."""
    if request.method == "GET":
        return render(request, "accounts/returning.html", {"url": request.get_full_path()})
    return views.callback(request, provider_id)
