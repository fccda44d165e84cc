"""The region's forms as they are, were and will be: indicators, rules, what they are filled into."""

from datetime import date

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.history import timeline
from regions.models import District
from reporting.conditions import words_of
from reporting.drafting import earliest
from reporting.models import Form, FormDraft, FormWorkbook


@office("manage_region")
@require_GET
def listing(request, region):
    """Every version of every form, and the drafts."""
    today = timezone.localdate()
    in_force = set(Form.objects.in_force(today).values_list("pk", flat=True))
    forms = Form.objects.order_by("order", "key", "-effective_from")
    return render(
        request,
        "reporting/forms.html",
        {
            "rows": [(form, _standing(form, in_force, today)) for form in forms],
            "drafts": FormDraft.objects.select_related("made_by"),
            "may_change": may_change(request),
        },
    )


@office("manage_region")
@require_GET
def one(request, region, pk):
    form = get_object_or_404(Form, pk=pk)
    today = timezone.localdate()
    in_force = set(Form.objects.in_force(today).values_list("pk", flat=True))
    return render(
        request,
        "reporting/form.html",
        {
            "form": form,
            "standing": _standing(form, in_force, today),
            "is_ahead": form.effective_from >= earliest(today).start,
            "indicators": [(i, words_of(i)) for i in form.parsed.indicators],
            "rules": form.rules,
            "workbook": FormWorkbook.objects.filter(form=form).select_related("file").first(),
            "may_change": may_change(request),
            "entries": timeline(form),
        },
    )


def may_change(request) -> bool:
    return request.access.may("manage_region", District.objects.root())


def _standing(form: Form, in_force: set[int], today: date) -> tuple[str, str]:
    """A word and its tone."""
    if form.effective_from > today:
        return "未启用", "due"
    return ("使用中", "good") if form.pk in in_force else ("已换新版", "neutral")
