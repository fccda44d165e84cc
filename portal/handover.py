"""Handing a waiting case over: it leaves the others' lists, not their rights; once overdue it is
everybody's again."""

from types import SimpleNamespace

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from accounts.models import Membership, Role, User
from jianxi.models import Assignment
from jianxi.worklist import Item, is_anothers, waiting_for, with_assignments

KIND = "assignment"  # of messages
DECIDING = (Role.CLERK, Role.REVIEWER)  # who looks on or keeps the accounts takes no case


def mine(request) -> list[Item]:
    """What waits for the user, without what was handed over to others. Who covers a colleague has
    what was handed over to the colleague."""
    today, own = timezone.localdate(), {m.user_id for m in request.access.memberships}
    items = with_assignments(waiting_for(request))
    return [item for item in items if not is_anothers(item, own | {request.user.pk}, today)]


def colleagues(access: Access, item: Item):
    """Who decides in one of the user's offices now, each with the memberships `held`; the user too,
    to take back what was given."""
    offices = [m.office_role.office_id for m in access.memberships]
    held = Membership.objects.current(timezone.localdate()).of_people()
    held = held.filter(office_role__office__in=offices, office_role__role__in=DECIDING)
    found = User.objects.filter(is_active=True, memberships__in=held).distinct().order_by("name")
    shown = held.select_related("office_role").order_by("office_role__role")
    found = found.prefetch_related(Prefetch("memberships", shown, to_attr="held"))
    if item.assignment is None:
        found = found.filter(~Q(pk=access.user.pk))
    return found


def may_take(region, colleague: User, item: Item) -> bool:
    """Whether the case waits for the colleague as well."""
    theirs = SimpleNamespace(user=colleague, region=region, access=Access(colleague))
    return any(other.key == item.key for other in waiting_for(theirs))


def hand_over(item: Item, *, to: User, actor: User, note: str = ""):
    """The last one who hands it over decides; the colleague is told."""
    table, pk = item.key
    Assignment.objects.update_or_create(
        region=item.about.region,
        table=table,
        row_id=pk,
        defaults={
            "kind": item.kind,
            "title": item.title[:120],
            "assignee": to,
            "assigned_by": actor,
            "note": note,
        },
    )
    if to.pk != actor.pk:
        messages.notify(
            [to],
            KIND,
            region=item.about.region,
            title=f"{actor}把一件{item.kind}交给您办理",
            text=note,
            url=reverse("office:home", args=[item.about.region.slug]),
        )
