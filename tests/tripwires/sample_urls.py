"""Views that break the house's rules, or try them, for test_gate.py and the API's door."""

from django.http import HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response

from jianxi.urls import urlpatterns as portal
from jianxi.web import access, api, everyone, office
from regions.models import District, PolicyVersion, Region


def unruled(request):
    return HttpResponse("反正没人看")


class UnruledClass:
    @classmethod
    def as_view(cls):
        def view(request):
            return HttpResponse("也没人看")

        view.view_class = cls
        return view


@access(everyone)
def writes(request, region):
    """Writes whatever the method, and answers with the status asked for."""
    District.objects.filter(name="渝中区").update(order=9000)
    return HttpResponse(status=int(request.GET.get("status", 200)))


@access(everyone)
def twice(request, region):
    """Stores what a constraint allows once only, as the slower of two requests does."""
    District.objects.filter(name="渝中区").update(order=9000)
    PolicyVersion.objects.create(
        region=request.region,
        document="同日",
        effective_from=PolicyVersion.objects.first().effective_from,
    )


@office("view_counts")
def held(request, region):
    return HttpResponse("、".join(d.name for d in request.access.districts("view_counts")))


class Asked(serializers.Serializer):
    period = serializers.RegexField(r"^\d{4}-\d\d$")
    rows = serializers.ListField(child=serializers.IntegerField(), required=False)


@api("view_counts")
@api_view(["GET", "POST"])
def counts(request, region):
    if request.method == "POST":
        Asked(data=request.data).is_valid(raise_exception=True)
        Region.objects.filter(slug=region).update(reporting_starts="2026-01-01")
    units = request.access.districts("view_counts")
    return Response({"units": [unit.name for unit in units], "user": request.user.username})


@api("edit_records")
@api_view(["GET"])
def forbidden(request, region):
    return Response({})


urlpatterns = [
    path("unruled/", unruled),
    path("unruled-class/", UnruledClass.as_view()),
    path("writes/<slug:region>/", writes),
    path("twice/<slug:region>/", twice),
    path("office/<slug:region>/held/", held),
    path(
        "api/v1/",
        include(
            ([path("<slug:region>/counts/", counts), path("<slug:region>/no/", forbidden)], "x")
        ),
    ),
    *portal,
]
handler404 = "accounts.api.not_found"
