"""Who acts for an employer, and who may enter the employer's pages."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import page_of
from bases.models import Authority, EmployerProfile
from jianxi.web import access

CHOSEN = "unit"  # in the address, and in the session afterwards


def employer(*, unconfirmed: bool = False):
    """Pages of the employer's side: for who acts for an employer in the region. The view finds
    `request.authority` and `request.profile`.

    Who acts for several chooses by ?unit=<profile's number>, and keeps it for the session. Whose
    authority is not confirmed is told so, unless the page is open to them (`unconfirmed`).
    """

    def rule(request, **address):
        return enter_employer(request, unconfirmed)

    return access(rule)


def enter_employer(request, unconfirmed: bool = False):
    if request.region is None:
        raise Http404
    if not request.user.is_authenticated:
        return redirect_to_login(page_of(request))
    if request.user.must_change_password:
        return redirect("account_change_password")
    request.authorities = authorities_of(request.user)
    request.authority = _chosen(request)
    request.profile = request.authority.profile
    if request.authority.state != Authority.State.CONFIRMED and not unconfirmed:
        return render(request, "bases/unconfirmed.html", status=403)
    return None


def authorities_of(user) -> list[Authority]:
    """For whom the user acts or asks to act in the region in scope, confirmed ones first."""
    current = Authority.objects.current(timezone.localdate()).filter(user=user)
    found = list(current.select_related("profile__employer"))
    return sorted(found, key=lambda row: row.state != Authority.State.CONFIRMED)


def acts_for(user, profile: EmployerProfile) -> bool:
    """Whether the user is confirmed to act for the employer now."""
    acting = Authority.objects.acting(timezone.localdate())
    return user.is_authenticated and acting.filter(user=user, profile=profile).exists()


def _chosen(request) -> Authority:
    """The one asked for, kept in the session, or the first. Raises Http404 where there is none."""
    mine = {str(row.profile_id): row for row in request.authorities}
    asked = request.GET.get(CHOSEN)
    if asked is not None:
        if asked not in mine:
            raise Http404
        request.session[CHOSEN] = asked
        return mine[asked]
    if not mine:
        raise Http404
    return mine.get(request.session.get(CHOSEN)) or next(iter(mine.values()))
