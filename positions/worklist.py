"""Filings that wait for the district, and what came back to the employer."""

from django.urls import reverse

from bases.access import existing_base
from jianxi.worklist import EMPLOYER, Item, clocked, opens, source
from positions.models import Position
from positions.workflow import REVIEW

State = Position.State
SHOWN = 100  # of each kind; more are in their own list

opens(Position, office="position_review", employer="position")
clocked(
    "岗位审核",
    lambda: Position.objects.standing().filter(state=State.SUBMITTED),
    "base__district",
    listing="office:position_reviews",
    right=REVIEW,
)


@source
def to_review(request):
    """Only those of one's own units: whoever may act from above is not asked to."""
    paths = request.access.grants.get(REVIEW, [])
    rows = Position.objects.standing().filter(state=State.SUBMITTED, base__district__path__in=paths)
    rows = rows.select_related("base__profile", "base__district").order_by("due_on", "pk")
    for row in rows[:SHOWN]:
        yield Item(
            kind="岗位审核",
            title=row.title,
            subtitle=f"{row.base.profile.name} · {row.headcount} 人 · {row.base.district}",
            url=reverse("office:position_review", args=[request.region.slug, row.pk]),
            action="去审核",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
            listing=reverse("office:position_reviews", args=[request.region.slug]),
        )


@source(side=EMPLOYER)
def first_position(request):
    """What a new base does next."""
    base = existing_base(request.profile)
    if base and not Position.objects.filter(base=base).exists():
        yield Item(
            kind="岗位",
            title="填报见习岗位",
            subtitle="还没有岗位；区县审核发布后，青年就能报名",
            url=reverse("employer:positions", args=[request.region.slug]),
            action="去填报",
        )


@source(side=EMPLOYER)
def sent_back(request):
    """To be mended and submitted again."""
    for row in _own(request).filter(state=State.RETURNED).order_by("pk")[:SHOWN]:
        yield Item(
            kind="岗位",
            title=row.title,
            subtitle="区县退回修改",
            url=reverse("employer:position", args=[request.region.slug, row.pk]),
            action="去修改",
        )


@source(side=EMPLOYER, under_way=True)
def in_review(request):
    """With the district, and until when."""
    for row in _own(request).filter(state=State.SUBMITTED).order_by("due_on", "pk")[:SHOWN]:
        yield Item(
            kind="岗位",
            title=row.title,
            subtitle=f"{row.base.district}审核中",
            url=reverse("employer:position", args=[request.region.slug, row.pk]),
            action="查看",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            state=State.SUBMITTED,
        )


def _own(request):
    rows = Position.objects.standing().filter(base__profile=request.profile)
    return rows.select_related("base__district")
