"""Who acts for an employer, and who may enter the employer's pages."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from accounts.access import to_sign_in
from accounts.api import known, problem
from accounts.models import User
from bases.models import Authority, Base, EmployerProfile
from jianxi.web import access

CHOSEN = "unit"  # in the address, and in the session afterwards


def employer(*, unconfirmed: bool = False):
    """Pages of the employer's side: for who acts for an employer in the region. The view finds
    `request.authorities` (all confirmed ones), `request.authority` and `request.profile`.

    Who acts for several chooses by ?unit=<profile's number>, and keeps it for the session. Who
    asked for it and is not confirmed yet is sent to the filing, unless the page is open to them
    (`unconfirmed`; authority and profile are None then). All others find nothing.
    """

    def rule(request, **address):
        return enter_employer(request, unconfirmed)

    return access(rule)


def comer(request, **address):
    """A rule: whoever came in by phone may ask to act for an employer of the region."""
    if "region" in address and request.region is None:
        raise Http404
    if answer := sent_to_sign_in(request):
        return answer
    if not request.user.phone_hash:
        raise Http404
    return None


def enter_employer(request, unconfirmed: bool = False):
    if request.region is None:
        raise Http404
    if answer := sent_to_sign_in(request):
        return answer
    held = Authority.objects.held_by(request.user)
    request.authorities = list(held.select_related("profile__employer", "user"))
    request.authority = _chosen(request)
    request.profile = request.authority and request.authority.profile
    if request.authority or unconfirmed:
        return None
    if Authority.objects.under_way().filter(user=request.user).exists():
        return redirect("employer:filings", request.region.slug)
    raise Http404


def employer_api(request, **address):
    """A rule: the API for who acts for an employer in the region; the view finds `request.profile`.
    Who acts for several names one by ?unit=<profile's number>."""
    if refused := known(request):
        return refused
    mine = {str(row.pk): row for row in acting_profiles(request.user)}
    asked = request.GET.get(CHOSEN, next(iter(mine), ""))
    if asked not in mine:
        return problem(404, "您不是这家单位在本区的经办人。")
    request.profile = mine[asked]
    return None


def acting_profiles(user):
    """The employers in the region in scope the user acts for."""
    held = Authority.objects.held_by(user).values("profile")
    return EmployerProfile.objects.filter(pk__in=held).order_by("pk")


def existing_base(profile: EmployerProfile) -> Base | None:
    """The employer's base, if it is one today."""
    existing = Base.objects.existing(timezone.localdate()).filter(profile=profile)
    return existing.select_related("profile", "district").first()


def sent_to_sign_in(request):
    """The answer to who is signed out; None for all others."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if request.user.must_change_password:
        return redirect("account_change_password")
    return None


def acts_for(user, profile: EmployerProfile) -> bool:
    """Whether the user is confirmed to act for the employer now."""
    return (
        user.is_authenticated and Authority.objects.held_by(user).filter(profile=profile).exists()
    )


def people_of(profile: EmployerProfile) -> list[User]:
    """Whoever is confirmed to act for the employer now: whom to tell."""
    acting = Authority.objects.filter(profile=profile, state=Authority.State.CONFIRMED)
    return [authority.user for authority in acting.select_related("user")]


def _chosen(request) -> Authority | None:
    """The one asked for, kept in the session, or the first. Raises Http404 for another's."""
    mine = {str(row.profile_id): row for row in request.authorities}
    asked = request.GET.get(CHOSEN)
    if asked is not None:
        if asked not in mine:
            raise Http404
        request.session[CHOSEN] = asked
        return mine[asked]
    return mine.get(request.session.get(CHOSEN)) or next(iter(mine.values()), None)
