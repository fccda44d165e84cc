"""Where a user may do what, and who may enter a page.

`districts_where` answers for every page, task and API call. What lies in another region, or in a
district where the user holds nothing, is not found; what one sees but may not do is forbidden.
"""

from functools import cached_property
from urllib.parse import urlsplit, urlunsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from accounts.holders import Holders
from accounts.models import DistrictGrant, Membership
from jianxi.web import office
from regions.models import District

__all__ = ["Access", "districts_where", "enter_office", "office"]

EXPIRED = "登录已过期，刚才的内容没有提交，但填的还在：登录后回到原来的页面，会自动恢复。"


class Access:
    """What one user holds in the region in scope; asked of the database once a request."""

    def __init__(self, user):
        self.user = user
        self._districts = {}
        self._holders = {}

    @cached_property
    def memberships(self):
        """Current ones, covered ones included, with office and district."""
        if not (self.user.is_authenticated and self.user.is_active):
            return []
        return list(
            Membership.objects.held_by(self.user, timezone.localdate()).select_related(
                "office_role__office__district"
            )
        )

    @cached_property
    def grants(self) -> dict[str, list[str]]:
        """Per permission, the paths of the districts it was granted on."""
        granted = DistrictGrant.objects.filter(
            group__office_role__memberships__in=[m.pk for m in self.memberships],
            content_object__region__in={m.region_id for m in self.memberships},
        ).values_list("permission__codename", "content_object__path")
        grants = {}
        for permission, path in granted:
            grants.setdefault(permission, []).append(path)
        return grants

    def holds(self, permission: str) -> bool:
        """Anywhere in the region."""
        return permission in self.grants

    def districts(self, permission: str):
        """The districts where the permission holds: those granted, what is below them, and units
        that ended and were succeeded by one of these."""
        if permission not in self._districts:
            below = Q()
            for path in self.grants.get(permission, []):
                below |= Q(path__startswith=path)
                below |= Q(successor__path__startswith=path)
                below |= Q(successor__successor__path__startswith=path)
            found = District.objects.filter(below) if below else District.objects.none()
            # known without asking: only the root's path has one step
            found.is_whole = any(path.count("/") == 1 for path in self.grants.get(permission, []))
            self._districts[permission] = found
        return self._districts[permission]

    def may(self, permission: str, district) -> bool:
        return self.districts(permission).filter(pk=district.pk).exists()

    def may_above(self, permission: str, district, *, without: int | None = None) -> bool:
        """For decisions taken a level up: by the unit directly above this one."""
        return not district.is_root and self.has_turn(permission, district.parent, without=without)

    def decides(self, permission: str, above, *, without: int | None = None) -> bool:
        """Whether it is this user's to decide for a unit on those directly below it: in an office
        of that very unit, or of the nearest further up where nobody is able to there. `without`:
        the pk of somebody who may not in this case."""
        own = self.grants.get(permission)
        if not own:
            return False
        if permission not in self._holders:
            self._holders[permission] = Holders([permission], has_children=True)
        return self._holders[permission].nearest(permission, above.path, without) in own

    def has_turn(self, permission: str, above, *, without: int | None) -> bool:
        """Whether it waits for this user: it is theirs to decide, and they may in this case."""
        return without != self.user.pk and self.decides(permission, above, without=without)

    def require(self, permission: str, district):
        if not self.may(permission, district):
            raise PermissionDenied


def districts_where(user, permission: str):
    """The districts of the region in scope where the user holds the permission."""
    return Access(user).districts(permission)


def enter_office(request, permission: str):
    """The rule behind `office`: in with who holds the permission somewhere in the region."""
    if request.region is None:
        raise Http404
    user = request.user
    if not user.is_authenticated:
        return to_sign_in(request)
    if user.must_change_password:
        return redirect("account_change_password")
    if settings.STAFF_TOTP_REQUIRED and not has_second_factor(user):
        return redirect("mfa_activate_totp")
    request.access = Access(user)
    if not request.access.memberships:
        raise Http404
    if not request.access.holds(permission):
        raise PermissionDenied
    return None


def to_sign_in(request):
    """To the sign-in page, and back afterwards. Who was sending something had been signed in, and is
    told that nothing typed is lost (static/js/keep.js)."""
    if request.method == "POST":
        messages.warning(request, EXPIRED)
    return redirect_to_login(page_of(request))


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def page_of(request) -> str:
    """Where to come back to after signing in: the page the user was on, and not what it posted."""
    if request.method == "GET" and not request.htmx:
        return request.get_full_path()
    page = urlsplit(request.htmx.current_url or request.headers.get("Referer", ""))
    if page.netloc == request.get_host():
        return urlunsplit(("", "", page.path, page.query, ""))
    return request.path
