"""Applications that wait for the district or the base, and those a base leaves unanswered."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jianxi.worklist import EMPLOYER, Item, clocked, opens, source
from trainees.applying import REVIEW
from trainees.models import Application
from trainees.presenting import sought

State = Application.State
SHOWN = 100  # more are in their own list
# What an item tells: a youth's record is long, and sealed in parts.
TOLD = (
    "state",
    "from_pool",
    "wish",
    "due_on",
    "due_is_provisional",
    "region",
    "trainee__name",
    "position__title",
    "position__base__profile__name",
    "district__name",
)

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
def to_decide(request):
    """To be reviewed; from who left the choice to the district, to be placed; and what a base left
    unanswered past its clock. Only of one's own units: whoever may act from above is not asked to."""
    region, today = request.region.slug, timezone.localdate()
    rows = Application.objects.standing().filter(
        Q(state=State.SUBMITTED) | Q(state=State.REFERRED, due_on__lt=today),
        district__path__in=request.access.grants.get(REVIEW, []),
    )
    rows = rows.select_related("trainee", "position__base__profile", "district").only(*TOLD)
    for row in rows.order_by("due_on", "pk")[:SHOWN]:
        kind, action, listing = _what(row)
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


def _what(row) -> tuple[str, str, str]:
    if row.state == State.REFERRED:
        return "单位逾期未答复", "催办", "office:applications"
    if row.from_pool:
        return "人才库", "找岗位", "office:pool"
    return "报名审核", "去审核", "office:applications"


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
