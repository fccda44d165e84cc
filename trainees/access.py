"""Who may enter a youth's pages."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from accounts.access import page_of, to_sign_in
from accounts.api import known, problem
from accounts.models import User
from jianxi.tenancy import scopes_disabled
from jianxi.web import access
from trainees.models import Trainee


def youth(*, registered: bool = False):
    """Pages below /me/: for whoever came in by phone. In a region the view finds the youth's own
    `request.trainee`, None where there is none; who is not `registered` then registers first and
    comes back. Across regions it is None."""

    def rule(request, **address):
        return enter_me(request, registered, "region" in address)

    return access(rule)


def youth_api(request, **address):
    """A rule: the API for who is registered as a youth in the region; the view finds
    `request.trainee`."""
    if refused := known(request):
        return refused
    request.trainee = trainee_of(request.user)
    return None if request.trainee else problem(404, "您在本区还没有登记，请先在网页上登记。")


def enter_me(request, registered: bool, in_region: bool):
    if in_region and request.region is None:
        raise Http404
    if not request.user.is_authenticated:
        return to_sign_in(request)
    if not request.user.phone_hash:  # staff
        raise Http404
    request.trainee = trainee_of(request.user) if in_region else None
    if registered and request.trainee is None:
        return redirect(register_address(request.region.slug, page_of(request)))
    return None


def register_address(region: str, back: str) -> str:
    """Where one registers, to come `back` to a page afterwards."""
    return reverse("me:register", args=[region], query={"next": back})


def way_back(request) -> str:
    """Where the youth was on the way to (?next=), if that is a youth's page of the region; "" """
    wanted = request.GET.get("next", "")
    return wanted if wanted.startswith(reverse("me:region", args=[request.region.slug])) else ""


def trainee_of(user: User) -> Trainee | None:
    """The user's record in the region in scope."""
    return Trainee.objects.standing().filter(user=user).first()


def trainees_of(user: User) -> list[Trainee]:
    """The user's records in all regions, with their regions."""
    with scopes_disabled():
        own = Trainee.objects.standing().filter(user=user)
        return list(own.select_related("region").order_by("region"))
