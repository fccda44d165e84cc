"""Applications that wait for the district or the base, and those a base leaves unanswered."""

from django.urls import reverse
from django.utils import timezone

from jianxi.worklist import EMPLOYER, Item, clocked, opens, source
from trainees.applying import REVIEW
from trainees.models import Application
from trainees.presenting import sought

State = Application.State
SHOWN = 100  # of each kind; more are in their own list

opens(Application, office="application", employer="application")
clocked(
    "报名审核",
    lambda: Application.objects.standing().filter(state=State.SUBMITTED),
    "district",
    listing="office:applications",
    right=REVIEW,
)
clocked(
    "报名",
    lambda: Application.objects.standing().filter(state=State.REFERRED),
    "position__base__profile",
    listing="employer:applications",
    side=EMPLOYER,
)


@source
def to_review(request):
    rows = _own(request).filter(state=State.SUBMITTED, from_pool=False)
    yield from _items(request, rows, "报名审核", "去审核", "office:applications")


@source
def to_place(request):
    """Who left the choice to the district."""
    rows = _own(request).filter(state=State.SUBMITTED, from_pool=True)
    yield from _items(request, rows, "人才库", "找岗位", "office:pool")


@source
def unanswered(request):
    """By the base, past its clock."""
    rows = _own(request).unanswered(timezone.localdate())
    yield from _items(request, rows, "单位逾期未答复", "催办", "office:applications")


def _own(request):
    """Only those of one's own units: whoever may act from above is not asked to."""
    paths = request.access.grants.get(REVIEW, [])
    rows = Application.objects.standing().filter(district__path__in=paths)
    return rows.select_related("trainee", "position__base__profile", "district")


def _items(request, rows, kind, action, listing):
    region = request.region.slug
    for row in rows.order_by("due_on", "pk")[:SHOWN]:
        who = [row.trainee.title, row.position and row.position.base.profile.name]
        yield Item(
            kind=kind,
            title=sought(row),
            subtitle=" · ".join(filter(None, [*who, str(row.district)])),
            url=reverse("office:application", args=[region, row.pk]),
            action=action,
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
            listing=reverse(listing, args=[region]),
        )


@source(side=EMPLOYER)
def to_answer(request):
    """Passed to the employer's positions, and until when it answers."""
    rows = Application.objects.standing().filter(
        state=State.REFERRED, position__base__profile=request.profile
    )
    for row in rows.select_related("trainee", "position").order_by("due_on", "pk")[:SHOWN]:
        yield Item(
            kind="报名",
            title=row.position.title,
            subtitle=row.trainee.name,
            url=reverse("employer:application", args=[request.region.slug, row.pk]),
            action="去答复",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
        )
