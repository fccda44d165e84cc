"""The table of minimum wages, kept by staff."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jianxi.web import office
from regions.forms import NewWageForm, WageForm
from regions.models import MinimumWage
from regions.policy import policy_at
from regions.wages import LEAST, PUBLIC_FUNDS


@office("view_counts")
@require_GET
def wages(request, region):
    """Every rate, newest first, and whether it is the one its unit follows today."""
    today, kept = timezone.localdate(), _kept(request)
    followed, rows = set(), []
    for rate in MinimumWage.objects.select_related("district"):
        ahead = rate.effective_from > today
        rows.append(
            {
                "rate": rate,
                "ahead": ahead,
                "current": not ahead and rate.district_id not in followed,
                "may_edit": rate.district_id in kept,
            }
        )
        if not ahead:
            followed.add(rate.district_id)
    policy = policy_at(today)
    rule = policy.get(LEAST) or policy.get(PUBLIC_FUNDS)
    context = {"rows": rows, "may_enter": bool(kept), "rule": rule}
    return render(request, "regions/wages.html", context)


@office("manage_wages")
def wage_new(request, region):
    form = NewWageForm(request.POST or None, districts=request.access.districts("manage_wages"))
    if form.is_valid():
        entered = form.save_all(request.region)
        messages.success(request, f"已录入 {len(entered)} 个区县的标准。")
        return redirect("office:wages", region)
    return _page(request, form)


@office("manage_wages")
def wage_edit(request, region, pk):
    rate = _find(request, pk)
    form = WageForm(request.POST or None, instance=rate, districts=[rate.district])
    if form.is_valid():
        form.save()
        messages.success(request, "已保存。")
        return redirect("office:wages", region)
    return _page(request, form, rate)


@office("manage_wages")
@require_POST
def wage_delete(request, region, pk):
    _find(request, pk).delete()
    messages.success(request, "已删除。")
    return redirect("office:wages", region)


def _page(request, form, rate=None):
    context = {"form": form, "rate": rate}
    return render(request, "regions/wage.html", context, status=422 if form.errors else 200)


def _find(request, pk) -> MinimumWage:
    """A rate is everybody's to read, and to change for who keeps its unit's."""
    rate = MinimumWage.objects.select_related("district").filter(pk=pk).first()
    if rate is None:
        raise Http404
    if rate.district_id not in _kept(request):
        raise PermissionDenied
    return rate


def _kept(request) -> set[int]:
    return set(request.access.districts("manage_wages").values_list("pk", flat=True))
