"""Long work: asked for, watched and fetched by its owner alone."""

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jianxi import files
from jianxi.jobs import KINDS, Progress, enqueue
from jianxi.lists import LISTS
from jianxi.models import Job
from jianxi.web import office

SHOWN = 50


@office("view_counts")
@require_GET
def jobs(request, region):
    rows = Job.objects.filter(owner=request.user).select_related("output")[:SHOWN]
    return render(request, "portal/jobs.html", {"jobs": [told(request, row) for row in rows]})


@office("view_counts")
@require_GET
def job(request, region, pk):
    """The page, and by htmx the part that asks for itself until the job is over."""
    template = "parts/job.html" if request.htmx else "portal/job.html"
    return render(request, template, {"job": told(request, own(request, pk))})


@office("view_counts")
@require_GET
def job_file(request, region, pk):
    row = own(request, pk)
    if not _is_kept(row.output):
        raise Http404
    return files.respond(row.output)


@office("export_records")
@require_POST
def exports(request, region, name):
    """Ask for what a list shows under the filter in the address."""
    if name not in LISTS:
        raise Http404
    districts = request.access.districts("export_records")
    if not LISTS[name](request.region).filtered(request.GET, districts).is_valid():
        raise BadRequest("筛选条件有误，请回到列表改正后再导出。")
    filters = request.GET.urlencode()
    row = enqueue(
        "export_records", region=request.region, owner=request.user, list=name, filters=filters
    )
    return redirect("office:job", region, row.pk)


def own(request, pk) -> Job:
    return get_object_or_404(Job.objects.select_related("output"), owner=request.user, pk=pk)


def _is_kept(output) -> bool:
    return output is not None and not (output.expires_at and output.expires_at < timezone.now())


def told(request, row: Job) -> dict:
    """A job as templates/parts/job.html shows it."""
    address = [request.region.slug, row.pk]
    progress = Progress(row.pk).read()
    results = []
    if _is_kept(row.output):
        results = [{"label": "下载结果", "url": reverse("office:job_file", args=address)}]
    elif (leads := KINDS[row.kind].leads) and row.state == Job.State.DONE:
        label, url = leads(row)
        results = [{"label": label, "url": url}]
    counts = {name: number for name, number in row.result.items() if isinstance(number, int)}
    return {
        "title": KINDS[row.kind].label,
        "state": row.state,
        "state_label": row.get_state_display(),
        "done": progress["done"],
        "total": progress["total"],
        "counts": [(name, number) for name, number in counts.items() if not name.isascii()],
        "note": row.message or _note(row, progress),
        "pk": row.pk,
        "url": reverse(f"office:{KINDS[row.kind].page}", args=address),
        "created_at": row.created_at,
        "results": results,
    }


def _note(row: Job, progress: dict) -> str:
    if row.state == Job.State.RUNNING:
        return progress["text"]
    if row.state != Job.State.DONE or row.output is None or row.output.expires_at is None:
        return ""
    until = f"{timezone.localtime(row.output.expires_at):%Y-%m-%d %H:%M}"
    kept = _is_kept(row.output)
    return f"文件保留到 {until}，只有您可以下载。" if kept else "文件已过保留期，请重新导出。"
