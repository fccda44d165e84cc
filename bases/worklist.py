"""What waits for officers and employers about who acts for an employer."""

from django.urls import reverse

from bases.authorities import RIGHT, State
from bases.models import Authority
from jianxi.worklist import Item, clocked, opens, source

SHOWN = 100  # more are worked off in their own list

opens(Authority, office="authority", employer="filing")
clocked(
    "单位认证",
    lambda: Authority.objects.filter(state=State.SUBMITTED),
    "district",
    listing="office:authorities",
    right=RIGHT,
)


@source
def filings(request):
    """Filings the user may confirm, or send back."""
    if not request.access.holds(RIGHT):
        return
    waiting = Authority.objects.filter(state=State.SUBMITTED)
    waiting = waiting.in_districts(request.access.districts(RIGHT)).select_related("district")
    for row in waiting.order_by("due_on", "pk")[:SHOWN]:
        yield Item(
            kind="单位认证",
            title=row.name,
            subtitle=f"{row.district} · {row.uscc}",
            url=reverse("office:authority", args=[request.region.slug, row.pk]),
            action="审核",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
        )
