"""What waits for officers and employers about who acts for an employer, and who becomes a base."""

from django.urls import reverse
from django.utils import timezone

from bases import recognition
from bases.authorities import RIGHT, State
from bases.models import Authority, BaseApplication
from bases.recognition import REVIEW
from bases.review import in_review
from jianxi.worklist import EMPLOYER, Item, clocked, opens, source

SHOWN = 100  # more are worked off in their own list

opens(Authority, office="authority", employer="filing")
clocked(
    "单位认证",
    lambda: Authority.objects.filter(state=State.SUBMITTED),
    "district",
    listing="office:authorities",
    right=RIGHT,
)
opens(BaseApplication, office="base_application", employer="base_filing")
clocked("基地申报", in_review, "district", listing="office:base_applications", right=REVIEW)


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


@source
def base_applications(request):
    """Only those of one's own units: whoever may act from above is not asked to."""
    paths = request.access.grants.get(REVIEW, [])
    rows = in_review().filter(district__path__in=paths).order_by("due_on", "pk")
    for row in rows[:SHOWN]:
        visited = row.state == BaseApplication.State.VISITED
        yield Item(
            kind="基地申报",
            title=row.title,
            subtitle=f"{row.get_kind_display()} · {row.district}",
            url=reverse("office:base_application", args=[request.region.slug, row.pk]),
            action="去认定" if visited else "去审核",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            about=row,
        )


@source(side=EMPLOYER)
def own_application(request):
    """Begun and not submitted, or sent back; else the next step towards a base, if there is one."""
    row, slug = recognition.under_way(request.profile), request.region.slug
    if row:
        if row.state in recognition.OPEN:
            returned = row.state == BaseApplication.State.RETURNED
            yield Item(
                kind="基地",
                title=f"{row.get_kind_display()}见习{request.region.base_word}",
                subtitle="区县退回修改" if returned else "还没有提交",
                url=reverse("employer:base_filing", args=[slug, row.pk]),
                action="去修改" if returned else "继续填写",
            )
        return
    base = recognition.current_base(request.profile)
    if base is None:
        yield Item(
            kind="基地",
            title=f"申报见习{request.region.base_word}",
            subtitle="认定以后，就能发布见习岗位",
            url=reverse("employer:base_application", args=[slug]),
            action="去申报",
        )
    elif not recognition.too_early(base, timezone.localdate()):
        yield Item(
            kind="基地",
            title=f"有效期至 {base.valid_until}",
            subtitle="期满前申请续认，见习不中断",
            url=reverse("employer:base_application", args=[slug]),
            action="申请续认",
            due_on=base.valid_until,
        )


@source(side=EMPLOYER, under_way=True)
def application_in_review(request):
    """With the district, and until when."""
    rows = in_review().filter(profile=request.profile)
    for row in rows[:SHOWN]:
        yield Item(
            kind="基地",
            title=f"{row.get_kind_display()}见习{request.region.base_word}",
            subtitle=f"{row.district}办理中",
            url=reverse("employer:base_filing", args=[request.region.slug, row.pk]),
            action="查看",
            due_on=row.due_on,
            provisional=row.due_is_provisional,
            state=BaseApplication.State(row.state),
            about=row,
        )
