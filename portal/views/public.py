"""The first page: which region."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.members import regions_of
from jianxi.web import access, everyone
from regions.models import Region


@access(everyone)
@require_safe
def choose_region(request):
    own = regions_of(request.user) if request.user.is_authenticated else []
    others = [region for region in Region.objects.all() if region not in own]
    return render(request, "portal/choose_region.html", {"own": own, "others": others})
