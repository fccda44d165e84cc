"""The public site: the way in, a region's home page, its offices, its policy, who is entitled.

Nobody signs in here and nothing is written. The pages are the same for everybody who is not signed
in, so that they may be kept for a while on the way; who is signed in finds the own side above.
"""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members import regions_of
from accounts.models import Office
from jianxi.web import access, everyone
from portal.plain import told
from portal.public_forms import CheckForm
from positions.models import Position
from positions.rules import GATES
from regions.models import District, Region
from regions.policy import policy_at
from regions.wages import minimum_wage
from trainees.groups import group_words
from trainees.rules import by_group
from trainees.verdicts import REFUSED, verdicts

SECONDS = 60  # a page may be so old
NEWEST = 6  # positions on the home page
DISPATCH = "dispatch"


def page(request, template: str, here: str, context: dict, *, status=200, seconds=SECONDS):
    """A public page of the region in the address; `here`: the entry of the navigation it is under.
    Templates find `gates`: whether positions may ask for education and major."""
    word = request.region.base_word
    entries = [
        ("岗位", "positions"),
        ("见习单位" if word == "单位" else "基地", "bases"),
        ("查资格", "check"),
        ("政策", "policies"),
        ("服务机构", "offices"),
    ]
    policy = policy_at(timezone.localdate())
    context |= {
        "region": request.region,
        "word": word,
        "gates": not (GATES in policy and policy[GATES].value),
        "is_dispatch": policy.value("selection") == DISPATCH,
        "public_nav": [
            {
                "label": label,
                "url": reverse(f"public:{name}", args=[request.region.slug]),
                "active": name == here,
            }
            for label, name in entries
        ],
    }
    response = render(request, template, context, status=status)
    if status == 200 and seconds and not request.user.is_authenticated:
        patch_cache_control(response, public=True, max_age=seconds)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


@access(everyone)
@require_safe
def choose_region(request):
    own = regions_of(request.user) if request.user.is_authenticated else []
    return render(request, "public/regions.html", {"own": own, "regions": Region.objects.all()})


@access(everyone)
@require_safe
def home(request, region):
    today = timezone.localdate()
    newest = Position.objects.recruiting(today).order_by("-published_on", "-pk").with_places()
    context = {
        "newest": newest.defer("search", "duties").select_related(
            "base__profile", "base__district"
        )[:NEWEST],
        "categories": Position.Category.choices,
        "groups": group_words(today).values(),
    }
    return page(request, "public/home.html", "", context)


@access(everyone)
@require_safe
def offices(request, region):
    """Who answers questions, by district."""
    today = timezone.localdate()
    units = District.objects.valid_on(today)
    found = Office.objects.filter(kind=Office.Kind.HUMAN_RESOURCES, district__in=units)
    found = found.select_related("district").order_by("district__order", "pk")
    return page(request, "public/offices.html", "offices", {"offices": found}, seconds=600)


@access(everyone)
@require_safe
def policies(request, region):
    today = timezone.localdate()
    context = {
        "topics": told(policy_at(today)),
        "documents": request.region.documents,
        "wage": minimum_wage(District.objects.root(), today),
    }
    return page(request, "public/policies.html", "policies", context, seconds=600)


@access(everyone)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request, region):
    """Whether one may take part, from a few facts that are kept nowhere: they are posted, as an
    address is written down on the way. The only public page with a cookie, against forgery."""
    today = timezone.localdate()
    policy = policy_at(today)
    form = CheckForm(request.POST if request.method == "POST" else None, policy=policy)
    groups = []
    if form.is_valid():
        groups = verdicts(by_group(form.facts(), policy, today), group_words(today))
    may = any(group["tone"] != REFUSED for group in groups)
    context = {"form": form, "groups": groups, "may": may}
    status = 422 if form.errors else 200
    return page(request, "public/check.html", "check", context, status=status, seconds=0)
