"""What waits for a user beside the apps' own work: others' consent, and jobs that run."""

from django.urls import reverse

from jianxi.jobs import KINDS
from jianxi.models import Assignment, Job, VoidRequest
from jianxi.worklist import OFFICE, Item, opens, page_of, source
from portal.reminders import passed_up

SHOWN = 100  # of each kind; more are worked off in their own list

opens(VoidRequest, office="void_request")
source(passed_up)


@source
def void_requests(request):
    """Requests to void a record that await a second person."""
    if not request.access.holds("void_records"):
        return
    asked = (
        VoidRequest.objects.filter(
            state=VoidRequest.State.ASKED, district__in=request.access.districts("void_records")
        )
        .exclude(asked_by=request.user)
        .select_related("asked_by", "district")
    )
    for row in asked.order_by("asked_at")[:SHOWN]:
        yield Item(
            kind="作废申请",
            title=row.title,
            subtitle=f"{row.district} · {row.asked_by} 申请：{row.reason}",
            url=reverse("office:void_request", args=[request.region.slug, row.pk]),
            action="办理",
            about=row,
        )


@source(under_way=True)
def own_void_requests(request):
    """Asked by oneself, and awaiting somebody else."""
    asked = VoidRequest.objects.filter(state=VoidRequest.State.ASKED, asked_by=request.user)
    for row in asked.select_related("district").order_by("asked_at")[:SHOWN]:
        yield Item(
            kind="作废申请",
            title=row.title,
            subtitle=f"{row.district} · {row.reason}",
            url=reverse("office:void_request", args=[request.region.slug, row.pk]),
            action="查看",
            state=VoidRequest.State(row.state),
            about=row,
        )


@source(under_way=True)
def handed_over(request):
    """Cases given to colleagues."""
    given = Assignment.objects.filter(assigned_by=request.user).exclude(assignee=request.user)
    for row in given.select_related("assignee").order_by("-assigned_at")[:SHOWN]:
        yield Item(
            kind=row.kind,
            title=row.title,
            subtitle=f"交给{row.assignee}" + (f"：{row.note}" if row.note else ""),
            url=page_of(OFFICE, row.table, request.region.slug, row.row_id),
            action="查看",
        )


@source(under_way=True)
def own_jobs(request):
    """Long work of one's own that is not over."""
    jobs = Job.objects.filter(owner=request.user).exclude(
        state__in=[Job.State.DONE, Job.State.FAILED]
    )
    for job in jobs[:SHOWN]:
        yield Item(
            kind="后台任务",
            title=KINDS[job.kind].label,
            subtitle=job.get_state_display(),
            url=reverse(f"office:{KINDS[job.kind].page}", args=[request.region.slug, job.pk]),
            action="查看进度",
        )
