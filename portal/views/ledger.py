"""Loading a ledger on a page: upload, what would happen, load; each by its uploader alone."""

from io import BytesIO

from django import forms
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from jianxi import files
from jianxi.jobs import enqueue
from jianxi.ledger.book import inspect
from jianxi.ledger.outcome import VERDICTS
from jianxi.ledger.package import Unreadable
from jianxi.ledger.sheets import registered
from jianxi.ledger.template import write_template
from jianxi.models import Job
from jianxi.web import office
from portal.tasks import LEDGER_DAYS, ledger_districts
from portal.views.jobs import told

KIND = "import_ledger"
MEGABYTES = 50
LOOKED_INTO = 5 * files.MEGABYTE  # of larger files the job says what is missing
SHOWN = 20  # earlier imports
FIRST = 50  # faults and hints on the page


class LedgerForm(forms.Form):
    file = forms.FileField(
        label="台账文件",
        help_text=f"xlsx 格式，最大 {MEGABYTES} MB。先检查，不会写入任何数据。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择台账文件。", "empty": "文件是空的。"},
    )

    def __init__(self, *args, region, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region

    def clean_file(self):
        file = self.cleaned_data["file"]
        files.check(file, types={files.XLSX}, megabytes=MEGABYTES)
        if file.size <= LOOKED_INTO:
            try:
                inspect(file, self.region)
            except Unreadable as fault:
                raise ValidationError(f"{fault}。") from None
        return file


@office("import_ledger")
@require_http_methods(["GET", "POST"])
def ledger(request, region):
    form = LedgerForm(request.POST or None, request.FILES or None, region=request.region)
    if request.method == "POST" and form.is_valid():
        row = _upload(request, form.cleaned_data["file"])
        if request.htmx:
            return HttpResponseClientRedirect(_address(request, row))
        return redirect(_address(request, row))
    earlier = _own(request).select_related("source")[:SHOWN]
    return render(
        request,
        "ledger/import.html",
        {"form": form, "earlier": [_line(request, row) for row in earlier]},
        status=422 if form.errors else 200,
    )


@office("import_ledger")
@require_GET
def ledger_template(request, region):
    file = BytesIO()
    write_template(request.region, file, ledger_districts(request.access))
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"台账模板-{request.region.name}.xlsx",
        content_type=files.XLSX,
    )


@office("import_ledger")
@require_GET
def ledger_job(request, region, pk):
    """The page, and by htmx the part that asks for itself until the job is over."""
    row = get_object_or_404(_own(request).select_related("source", "output"), pk=pk)
    loaded = _loading(row).first() if row.params["dry_run"] else None
    template = "ledger/outcome.html" if request.htmx else "ledger/job.html"
    return render(request, template, _outcome(request, row) | {"loaded": loaded})


@office("import_ledger")
@require_POST
def ledger_load(request, region, pk):
    """Load what was checked. A second click finds the first one's job."""
    row = get_object_or_404(_own(request).select_for_update(), pk=pk)
    if not row.params["dry_run"] or row.state != Job.State.DONE or row.source_id is None:
        raise Http404
    loading = _loading(row).first() or enqueue(
        KIND, region=request.region, owner=request.user, source=row.source, dry_run=False
    )
    return redirect(_address(request, loading))


def _own(request):
    return Job.objects.filter(kind=KIND, owner=request.user)


def _loading(row):
    """The job that loads, or has loaded, the file that this one checked."""
    return Job.objects.filter(
        kind=KIND, source=row.source_id, owner=row.owner, params__dry_run=False
    ).exclude(state=Job.State.FAILED)


def _upload(request, file) -> Job:
    stored = files.store(
        request.region,
        file,
        name=file.name,
        content_type=files.XLSX,
        owner=request.user,
        keep_days=LEDGER_DAYS,
    )
    return enqueue(KIND, region=request.region, owner=request.user, source=stored, dry_run=True)


def _address(request, row) -> str:
    return told(request, row)["url"]


# ---------------------------------------------------------------- what the pages show


def _line(request, row) -> dict:
    """An earlier import in the list of them."""
    sheets = row.result.get("sheets", {}).values()
    totals = {verdict: sum(sheet[verdict] for sheet in sheets) for verdict in VERDICTS}
    told_of = [f"{VERDICTS[verdict]} {number:,} 行" for verdict, number in totals.items() if number]
    return told(request, row) | {
        "title": row.source.name if row.source else "文件已过保留期",
        "what": "检查" if row.params["dry_run"] else "导入",
        "note": row.message or "，".join(told_of),
    }


def _outcome(request, row) -> dict:
    result = row.result
    counts = result.get("sheets", {})  # as JSON is kept: in no order
    sheets = [
        {"name": sheet.name} | counts[sheet.name] for sheet in registered() if sheet.name in counts
    ]
    totals = {name: sum(sheet[name] for sheet in sheets) for name in ("rows", *VERDICTS, "hints")}
    job = told(request, row)
    is_done = row.state == Job.State.DONE
    return {
        "job": job | {"title": "检查结果" if row.params["dry_run"] else "导入结果", "results": []},
        "dry_run": row.params["dry_run"],
        "is_done": is_done,
        "name": row.source.name if row.source else "",
        "sheets": sheets,
        "totals": totals,
        "changes": totals["created"] + totals["updated"],
        "refused": _first(result.get("refused", []), totals["refused"]),
        "hints": _first(result.get("hints", []), totals["hints"]),
        "notes": result.get("notes", []),
        "annotated": job["results"][0]["url"] if is_done and job["results"] else "",
        "source_kept": row.source is not None
        and (row.source.expires_at is None or row.source.expires_at > timezone.now()),
    }


def _first(remarks, rows) -> dict:
    """The remarks that fit on the page, by row; `rows` have one in all."""
    lines = []
    for remark in remarks:
        place = remark["sheet"], remark["row"]
        if not lines or lines[-1]["place"] != place:
            if len(lines) == FIRST:
                break
            lines.append({"place": place, "remarks": []})
        lines[-1]["remarks"].append(remark)
    return {"lines": lines, "rows": rows, "more": rows > len(lines)}
