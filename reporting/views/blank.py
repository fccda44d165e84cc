"""A region's own blank workbook of a form: uploaded, its places put right and looked at, then used
for the official xlsx."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from openpyxl import load_workbook

from accounts.access import office
from jianxi.files import XLSX, respond, store
from jianxi.ledger.package import Unreadable
from regions.models import District
from reporting.blank.filling import moved, seats
from reporting.blank.forms import BlankFileForm, PlacesForm
from reporting.blank.places import Places, bare, faults, guess
from reporting.blank.reading import MOST_COLUMNS, MOST_ROWS, open_blank, sheet_of
from reporting.blank.showing import drawn
from reporting.models import Form, FormWorkbook
from reporting.official import contents_of, fill_blank, rows_of
from reporting.periods import Period
from reporting.sheet import Sheet
from reporting.sheet import sheet_of as month_sheet
from reporting.units import Units


@office("manage_region")
def blank(request, region, pk):
    """Upload (`part=file`), look at (`part=look`) or use (`part=use`) a blank workbook."""
    form = _form(request, pk)
    match request.POST.get("part") if request.method == "POST" else None:
        case None if request.method != "POST":
            return _show(request, form)
        case "file":
            return _upload(request, form)
        case "look" | "use":
            return _place(request, form)
    raise Http404


@office("manage_region")
@require_GET
def file(request, region, pk):
    """As it was uploaded."""
    return respond(_own(_form(request, pk)).file)


@office("manage_region")
@require_POST
def remove(request, region, pk):
    """The official xlsx is drawn from the form's own data again."""
    form = _form(request, pk)
    _own(form).delete()
    messages.success(request, "已停用空白表，官方表格改按系统版式导出。")
    return redirect("office:form", region, form.pk)


def _upload(request, form: Form):
    entered = BlankFileForm(request.POST, request.FILES, definition=form.parsed)
    if not entered.is_valid():
        return _show(request, form, file_form=entered, status=422)
    given = entered.cleaned_data["file"]
    kept = store(request.region, given, name=given.name, content_type=XLSX, owner=request.user)
    FormWorkbook.objects.update_or_create(
        region=request.region,
        form=form,
        defaults={
            "file": kept,
            "sheet": entered.sheet,
            "cells": {},
        },
    )
    messages.success(request, "空白表已上传。核对填写位置并启用以后，官方表格才用它。")
    return redirect("office:form_blank", request.region.slug, form.pk)


def _place(request, form: Form):
    """The places as typed; what is looked at is not kept."""
    own = get_object_or_404(FormWorkbook.objects.select_for_update(of=("self",)), form=form)
    name = request.POST.get("sheet", "")
    if request.POST.get("file") != str(own.file_id):
        fault = "空白表刚刚换过，没有保存。请按下面的新表重新核对。"
        return _show(request, form, fault=fault, status=409)
    try:
        entered = PlacesForm(
            request.POST,
            content=contents_of(own),
            sheet=name,
            form=form.parsed,
            names=_names(),
        )
    except Unreadable as error:
        return _show(request, form, fault=f"{error}。", status=422)
    own.sheet = name
    if not entered.is_valid():
        return _show(request, form, own=own, places_form=entered, status=422)
    places = entered.places()
    if request.POST["part"] == "look":
        return _show(request, form, own=own, places_form=entered, places=places)
    own.cells = places.as_json()
    own.save()
    messages.success(request, "已启用。以后下载的官方表格都填在这张表里。")
    return redirect("office:form_blank", request.region.slug, form.pk)


def _show(request, form: Form, *, own=None, places_form=None, places=None, status=200, **more):
    own = own or FormWorkbook.objects.filter(form=form).select_related("file").first()
    context = {
        "form": form,
        "own": own,
        "file_form": BlankFileForm(definition=form.parsed),
        "fault": "",
    } | more
    if own:
        content = contents_of(own)
        workbook = open_blank(content)
        tabs = [
            s.title
            for s in workbook.worksheets
            if s.max_row <= MOST_ROWS and s.max_column <= MOST_COLUMNS
        ]
        asked = request.GET.get("sheet")
        if asked in tabs:
            own.sheet = asked
        content.seek(0)
        if places_form is None:
            known = Places(**own.cells) if own.cells and asked is None else None
            names = _names()
            places = known or guess(sheet_of(workbook, own.sheet), form.parsed, names)
            places_form = PlacesForm(
                initial=PlacesForm.initial_of(places, form.parsed),
                content=content,
                sheet=own.sheet,
                form=form.parsed,
                names=names,
            )
        may_look = (
            places
            and all(places.columns.values())
            and not faults(sheet_of(workbook, own.sheet), places)
        )
        context |= {
            "places_form": places_form,
            "columns": [places_form[name] for name in places_form.codes],
            "details": [places_form["period"], *(places_form[n] for n in places_form.labels)],
            "sheets": tabs,
            "look": _look(form, own, places, workbook) if may_look else None,
            "is_used": bool(own.cells),
        }
    return render(request, "reporting/form_blank.html", context, status=status)


def _look(form: Form, own: FormWorkbook, places: Places, blank) -> dict:
    """The sheet with the last month's figures in these places, and whom it has no line for."""
    month = _last_month(form)
    sheet = sheet_of(blank, own.sheet)
    at, added = seats(sheet, places, rows_of(month))
    strangers = [
        bare(sheet[f"{places.unit}{row}"].value)
        for row in range(places.first_row, places.last_row + 1)
        if row not in at.values() and bare(sheet[f"{places.unit}{row}"].value)
    ]
    out = BytesIO()
    fill_blank(own, places, month, out)
    out.seek(0)
    filled = drawn(load_workbook(out)[own.sheet], moved(places, len(added)))
    return filled | {
        "period": month.period,
        "added": [row.name for row in added],
        "strangers": strangers,
    }


def _names() -> list[str]:
    """Of the units whose lines a sheet may have."""
    units = Units(timezone.localdate())
    return [unit.name for unit in units.children(units.root)]


def _last_month(form: Form) -> Sheet:
    period = Period.month_of(timezone.localdate()).previous
    return month_sheet(form, period, District.objects.root())


def _form(request, pk) -> Form:
    """Raises PermissionDenied for who does not manage the whole region."""
    if not request.access.may("manage_region", District.objects.root()):
        raise PermissionDenied
    form = get_object_or_404(Form, pk=pk)
    form.region = request.region
    return form


def _own(form: Form) -> FormWorkbook:
    return get_object_or_404(FormWorkbook.objects.select_related("file"), form=form)
