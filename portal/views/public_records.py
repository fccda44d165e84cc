"""Positions and bases on the public site: what is open now, and nobody's personal data."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from bases.models import Base
from jianxi.lists import page_of, total_of
from jianxi.web import access, everyone
from portal.public_forms import OpenBaseFilter, OpenPositionFilter
from portal.views.public import page
from positions.models import Position
from regions.models import District
from regions.policy import policy_at

SIMILAR = 3  # other positions beneath one
SHOWN = 50  # positions of a base; the rest are in the search


@access(everyone)
@require_safe
def positions(request, region):
    today = timezone.localdate()
    policy = policy_at(today)
    asked = OpenPositionFilter(
        request.GET,
        Position.objects.recruiting(today),
        districts=_districts(today),
        today=today,
        policy=policy,
    )
    return _list(request, asked, "published_on", "public/positions.html", "positions", _cards)


@access(everyone)
@require_safe
def position(request, region, pk):
    """One that recruits no more says so, and what else there is."""
    today = timezone.localdate()
    published = Position.objects.published().filter(pk=pk)
    row = _cards(Position.objects.recruiting(today).filter(pk=pk)).first()
    known = row or published.select_related("base").first()
    if known is None:
        raise Http404
    others = Position.objects.recruiting(today).filter(category=known.category).exclude(pk=pk)
    similar = others.filter(base__district=known.base.district_id).order_by("-published_on", "-pk")
    context = {"position": row, "similar": _cards(similar)[:SIMILAR]}
    if row is None:
        return page(request, "public/position_over.html", "positions", context, status=410)
    return page(request, "public/position.html", "positions", context)


@access(everyone)
@require_safe
def bases(request, region):
    today = timezone.localdate()
    asked = OpenBaseFilter(
        request.GET, Base.objects.existing(today), districts=_districts(today), today=today
    )

    def shown(rows):
        recruiting = Position.objects.recruiting(today).filter(base=OuterRef("pk")).order_by()
        counted = recruiting.values("base").annotate(posts=Count("pk")).values("posts")
        rows = rows.annotate(recruiting=Coalesce(Subquery(counted), 0))
        return rows.select_related("profile", "district")

    return _list(request, asked, "recognised_on", "public/bases.html", "bases", shown)


@access(everyone)
@require_safe
def base(request, region, pk):
    today = timezone.localdate()
    found = Base.objects.existing(today).select_related("profile__employer", "district")
    row = found.filter(pk=pk).first()
    if row is None:
        raise Http404
    recruiting = Position.objects.recruiting(today).filter(base=row)
    context = {
        "base": row,
        "positions": _cards(recruiting.order_by("-published_on", "-pk"))[:SHOWN],
    }
    return page(request, "public/base.html", "bases", context)


def _cards(rows):
    """With what a card shows of each."""
    return rows.with_places().select_related("base__profile", "base__district").defer("search")


def _list(request, asked, order, template, here, shown):
    valid = asked.is_valid()
    found = asked.qs if valid else asked.queryset.none()
    others = {name: value for name, value in asked.form.cleaned_data.items() if name != "q"}
    context = {
        "form": asked.form,
        "narrowed": not valid or asked.is_narrowed,
        "more": not valid or any(others.values()),  # what is chosen below the words is in sight
        "total": total_of(found),
        "page": page_of(shown(found), order, request.GET),
    }
    return page(request, template, here, context, status=200 if valid else 422)


def _districts(today):
    return District.objects.valid_on(today).exclude(parent=None)
