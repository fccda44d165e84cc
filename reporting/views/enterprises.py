"""Key enterprises: the lists handed in, who of them is a base, and who is who."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import office
from jianxi import cases
from jianxi.files import XLSX
from jianxi.history import timeline
from jianxi.ledger.package import Unreadable
from jianxi.lists import Listing
from regions.models import District
from reporting.models import KeyEnterprise
from reporting.units import Units
from reporting.views.bulletins import file_answer
from reporting.year import enterprises
from reporting.year.enterprises import place_of
from reporting.year.exports import write_blank_list
from reporting.year.forms import EnterprisesForm, MatchForm, told
from reporting.year.lists import KeyEnterpriseList, state_of, told_elsewhere
from reporting.year.tables import Faulty


def _may_manage(request) -> bool:
    return request.access.may("manage_region", District.objects.root())


def _manages(request):
    if not _may_manage(request):
        raise PermissionDenied


@office("view_records")
@require_safe
def listing(request, region):
    """The lines one may see, above them how many of each list and district are bases."""
    shown = Listing(KeyEnterpriseList(request.region), request)
    rows = KeyEnterprise.objects.in_districts(request.access.districts("view_records"))
    context = {
        "listing": shown,
        "covered": enterprises.coverage(rows, Units(timezone.localdate())),
        "may_manage": _may_manage(request),
    }
    status = 200 if shown.is_valid else 400
    return render(request, "reporting/enterprises.html", context, status=status)


@office("manage_region")
def load(request, region):
    """A list as xlsx; what it holds is matched at once."""
    _manages(request)
    names = KeyEnterprise.objects.order_by("list_name").values_list("list_name", flat=True)
    form = EnterprisesForm(request.POST or None, request.FILES or None, names=names.distinct())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _loaded(request, form):
            return redirect("office:key_enterprises", region)
    return render(request, "reporting/enterprises_load.html", {"form": form}, status=status)


def _loaded(request, form) -> bool:
    name, file = form.cleaned_data["list_name"], form.cleaned_data["file"]
    try:
        lines = enterprises.read_lines(file, Units(timezone.localdate()).all)
    except Unreadable as error:
        form.add_error("file", f"{error}。")
        return False
    except Faulty as error:
        form.add_error("file", told(error))
        return False
    total, matched = enterprises.take_in(request.region, name, lines, actor=request.user)
    messages.success(
        request, f"“{name}”共 {total} 家，对应上 {matched} 家；其余可以在列表里人工对应。"
    )
    return True


@office("manage_region")
@require_safe
def blank(request, region):
    """An empty list, to be filled in and loaded."""
    _manages(request)
    return file_answer(write_blank_list(), "重点企业名单.xlsx", XLSX)


@office("manage_region")
@require_POST
def match_again(request, region):
    _manages(request)
    found = enterprises.match_again(request.region, actor=request.user)
    messages.success(request, f"重新匹配完成，新对应上 {found} 家。")
    return redirect("office:key_enterprises", region)


@office("view_records")
def one(request, region, pk):
    """A line; who manages the region says by hand who it is."""
    rows = KeyEnterpriseList(request.region).rows()
    row = cases.find(request, rows, pk)
    form, status = MatchForm(), 200
    if request.method == "POST":
        _manages(request)
        form, status = MatchForm(request.POST), 422
        if form.is_valid():
            try:
                enterprises.match_by_hand(row, form.cleaned_data["uscc"], actor=request.user)
            except enterprises.NotFound as error:
                form.add_error("uscc", str(error))
            else:
                messages.success(request, f"{row.name}：对应关系已保存。")
                return redirect("office:key_enterprises", region)
    units = Units(timezone.localdate())
    context = {
        "row": row,
        "place": place_of(row.district_id, units),
        "elsewhere": told_elsewhere(row, units),
        "state": state_of(row),
        "form": form,
        "may_manage": _may_manage(request),
        "entries": timeline(row),
    }
    return render(request, "reporting/enterprise.html", context, status=status)
