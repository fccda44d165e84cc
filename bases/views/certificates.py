"""The certificate of a base: to print, and to have confirmed by whoever holds it."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from bases import certificates
from bases.access import employer
from bases.models import Base
from bases.queries import BaseState
from jianxi import cases
from jianxi.web import access, everyone, office


@office("view_records")
@require_GET
def base_certificate(request, region, pk):
    return _sheet(request, cases.find(request, _bases(), pk))


@employer()
@require_GET
def own_certificate(request, region):
    base = _bases().filter(profile=request.profile).order_by("-pk").first()
    if base is None:
        raise Http404
    return _sheet(request, base)


def _bases():
    rows = Base.objects.standing().with_state(timezone.localdate())
    return rows.select_related("profile__employer", "district", "region")


def _sheet(request, base):
    """Only for a base of today: one that ended has none."""
    if base.state != BaseState.ACTIVE:
        raise Http404
    context = {
        "base": base,
        "number": certificates.number_of(base),
        "code": (code := certificates.code_of(base)),
        "address": request.build_absolute_uri(
            reverse("public:certificate", args=[request.region.slug, code])
        ),
    }
    return render(request, "bases/certificate.html", context)


@access(everyone)
@require_safe
def certificate(request, region, code):
    """What the code on a certificate confirms: how the base stands today."""
    base = _confirmed(code)
    state = BaseState(Base.objects.with_state(timezone.localdate()).get(pk=base.pk).state)
    context = {
        "region": request.region,
        "base": base,
        "number": certificates.number_of(base),
        "state": state,
        "stands": state == BaseState.ACTIVE,
        "today": timezone.localdate(),
    }
    return render(request, "bases/certificate_confirmed.html", context)


@access(everyone)
@require_safe
def certificate_qr(request, region, code):
    _confirmed(code)
    url = request.build_absolute_uri(reverse("public:certificate", args=[region, code]))
    response = HttpResponse(certificates.qr_code(url), content_type="image/svg+xml")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _confirmed(code) -> Base:
    base = certificates.confirmed(code)
    if base is None:
        raise Http404
    return base
