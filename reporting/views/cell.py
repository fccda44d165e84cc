"""A figure opened to its records, as they are or as they were submitted."""

from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.access import office
from jianxi.jobs import enqueue
from jianxi.lists import SIZES, Column, Cursor, Page
from jianxi.tabs import tab
from reporting.bridging import bridges
from reporting.cells import model_of
from reporting.conditions import SOURCES, words_of
from reporting.drawing import month_url
from reporting.drilldown import OPENS, Cell, CellNow, CellThen, Row
from reporting.figures import signed, to_wan
from reporting.models import FrozenCell, Version
from reporting.sheet import figures_of
from reporting.views.address import Month, month_at


@office("view_counts")
@require_GET
def cell(request, region, form, period, unit, code):
    """The figure for who may see counts; the records besides for who may see records."""
    at = month_at(request, form, period, unit)
    version = version_at(at, request.GET.get("version"))
    opened = cell_at(at, code, version)
    newest = _newest(at)
    may_see = request.access.may("view_records", at.unit)
    shown = _page(opened, request.GET) if may_see else None
    export = month_url("cell_export", at.form, period, at.unit, code)
    return render(
        request,
        "reporting/cell.html",
        {
            "month": at,
            "cell": opened,
            "month_url": month_url("month", at.form, period, at.unit),
            "tiles": _tiles(opened, code, version, newest),
            "definition": words_of(opened.indicator),
            "counted": SOURCES[opened.indicator.of].counted,
            "version": version,
            "drift": _drift(at, code, newest),
            "tabs": tabs(at, month_url("cell", at.form, period, at.unit, code), version),
            "may_see": may_see,
            "columns": _columns(opened, at),
            "added": "计入（元）" if opened.indicator.is_money else "计入",
            "page": shown,
            "rows": opening(request, opened.indicator.of, shown.rows) if shown else [],
            "export_url": f"{export}?version={version.number}" if version else export,
            "may_export": request.access.may("export_records", at.unit),
        },
    )


@office("export_records")
@require_POST
def export(request, region, form, period, unit, code):
    """Ask for the cell's records as xlsx."""
    at = month_at(request, form, period, unit, "export_records")
    version = version_at(at, request.GET.get("version"))
    cell_at(at, code, version)
    job = enqueue(
        "export_cell",
        region=request.region,
        owner=request.user,
        form=at.form.key,
        period=str(period),
        unit=at.unit.key,
        code=code,
        version=version and version.number,
    )
    return redirect("office:job", region, job.pk)


def version_at(at: Month, number: str | None) -> Version | None:
    """The version an address asks for, None for the records as they are. Raises Http404."""
    if not number:
        return None
    found = Version.objects.filter(
        report__form_key=at.form.key,
        report__period=at.period.start,
        report__district=at.unit,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0,
    )
    version = found.select_related("form", "submitted_by", "report").first()
    if version is None:
        raise Http404
    return version


def cell_at(at: Month, code: str, version: Version | None) -> Cell:
    """Raises Http404 for an indicator the form does not have."""
    try:
        if version is not None:
            return CellThen(version, code)
        return CellNow(at.form, at.period, at.unit, code)
    except (KeyError, FrozenCell.DoesNotExist) as error:
        raise Http404 from error


def _page(opened: Cell, params) -> Page:
    """As jianxi.lists pages a list, by the number of the record; oldest first, as they were
    entered."""
    size = int(params["size"]) if params.get("size") in map(str, SIZES) else SIZES[0]
    backward = "before" in params
    text = params.get("before" if backward else "after")
    cursor = Cursor.read(text) if text else None
    if backward and cursor is None:
        raise BadRequest
    if backward:
        members = opened.members(limit=size + 1, before=cursor.pk)
        more, members = len(members) > size, members[-size:]
        start = max(1, cursor.start - len(members)) if more else 1
    else:
        members = opened.members(limit=size + 1, after=cursor.pk if cursor else 0)
        more, members = len(members) > size, members[:size]
        start = cursor.start if cursor else 1
    before, after = (more, True) if backward else (cursor is not None, more)
    first, last = (members[0].record, members[-1].record) if members else (0, 0)
    return Page(
        opened.rows(members),
        start,
        str(Cursor(start, None, first)) if members and before else "",
        str(Cursor(start + len(members), None, last)) if members and after else "",
        size,
    )


def tabs(at: Month, url: str, shown: Version | None) -> list[dict]:
    """An address of the month as the records are now, and as they were in each version."""
    numbers = Version.objects.filter(
        report__form_key=at.form.key, report__period=at.period.start, report__district=at.unit
    ).values_list("number", flat=True)
    chosen = shown and shown.number
    return [tab("现在的记录", url, chosen is None)] + [
        tab(f"第{number}版报送时", f"{url}?version={number}", number == chosen)
        for number in numbers
    ]


def _newest(at: Month) -> Version | None:
    """What was last submitted."""
    newest = Version.objects.newest(at.form.key, at.period.start).filter(report__district=at.unit)
    version = newest.select_related("form", "report").first()
    if version:
        version.report.district = at.unit
    return version


def _drift(at: Month, code: str, version: Version | None) -> dict | None:
    """How the figure came from what was last submitted to what it is now, if it changed."""
    if version is None or code not in at.form.parsed.by_code:
        return None
    bridge = bridges(at.form, version, None, {code}).get(code)
    if bridge is None or not bridge.is_changed:
        return None
    url = month_url("month_changes", at.form, at.period, at.unit, version.number)
    return {
        "version": version,
        "bridge": bridge,
        "parts": [f"{why.label} {signed(amount) or 0}" for why, amount in bridge.amounts.items()],
        "url": f"{url}?cell={code}#records",
    }


def _tiles(opened: Cell, code: str, shown: Version | None, newest: Version | None) -> list[dict]:
    """The figure by what it is; of what was submitted, also what was."""
    unit, counted = opened.indicator.unit, SOURCES[opened.indicator.of].counted
    label = f"第{shown.number}版报送的数" if shown else "按现在的记录" if newest else "表上的数"
    figures = [(label, opened.figure)]
    if shown is None and newest and code in (submitted := figures_of(newest)):
        figures.append((f"第{newest.number}版报送的数", submitted[code]))
    tiles = [
        (f"{label}（{unit}）", to_wan(figure) if opened.indicator.is_money else figure)
        for label, figure in figures
    ]
    tiles.append((f"背后的记录（{counted}）", opened.totals.records))
    return [{"label": label, "value": value, "tone": "", "url": ""} for label, value in tiles]


def _columns(opened: Cell, at: Month) -> list[Column]:
    """On the page; where the records lie is told of a unit that has others below."""
    return [
        column
        for column in opened.columns
        if column.on_page and (at.unit.has_children or column.label != "所属区县")
    ]


def opening(request, source: str, rows: list[Row]) -> list[tuple[Row, str]]:
    """Each with the address of its record's page; opening balances have none, nor have records
    that lie in another's district by now."""
    districts = request.access.districts("view_records")
    found = model_of(source).objects.in_districts(districts)
    seen = set(found.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    slug = request.region.slug
    return [
        (
            row,
            reverse(OPENS[source], args=[slug, row.pk])
            if row.pk in seen and getattr(row.record, "kind", "") != "opening"
            else "",
        )
        for row in rows
    ]
