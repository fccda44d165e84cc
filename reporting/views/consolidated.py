"""What a unit above looks at: its own computation beside what the units below reported, and the
year by units, as reported or on today's map."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.tabs import tab
from reporting.compiling import NoSuchForm, form_for
from reporting.conditions import words_of
from reporting.consolidating import Row, consolidated, seen_twice
from reporting.drawing import cell_url as line_url
from reporting.drawing import month_url
from reporting.figures import signed, span, to_wan
from reporting.periods import Period
from reporting.sheet import Sheet, sheet_of
from reporting.standing import word_of
from reporting.views.address import Month, month_at
from reporting.views.changes import cell_url
from reporting.yearly import year_of

SHOWN = 200  # differences; more are told by their number
PERSONS = 50


@office("view_counts")
@require_GET
def month(request, region, form, period, unit):
    at, sheet = sheet_above(request, form, period, unit)
    found = consolidated(sheet)
    may_see = request.access.may("view_records", at.unit)
    return render(
        request,
        "reporting/consolidated.html",
        {
            "month": at,
            "month_url": month_url("month", at.form, period, at.unit),
            "year_url": reverse(
                "office:months_year", args=[region, form, period.start.year, at.unit.key]
            ),
            "units": len(sheet.below),
            "submitted": len(found.submitted),
            "approved": len(found.approved),
            "missing": [
                (line.unit.name, month_url("month", at.form, period, line.unit))
                for line in sheet.missing
            ],
            "rows": [_row(row) for row in found.rows],
            "differences": [
                {
                    "unit": one.line.unit,
                    "indicator": one.indicator,
                    "submitted": shown(one.indicator, one.submitted),
                    "now": shown(one.indicator, one.now),
                    "amount": signed(one.amount),
                    "url": cell_url(at, one.line.unit, one.line.version.number, one.indicator.code),
                }
                for one in found.differences[:SHOWN]
            ],
            "number": len(found.differences),
            **_seen(request, sheet, may_see=may_see),
        },
    )


@office("view_counts")
@require_GET
def cell_units(request, region, form, period, unit, code):
    """A figure of the month as shown, unit by unit, each leading to its records; and what it is by
    the records as they are."""
    at, sheet = sheet_above(request, form, period, unit)
    indicator = sheet.form.parsed.by_code.get(code)
    if indicator is None:
        raise Http404
    return render(
        request,
        "reporting/cell_units.html",
        {
            "month": at,
            "sheet": sheet,
            "indicator": indicator,
            "definition": words_of(indicator),
            "month_url": month_url("month", at.form, period, at.unit),
            "consolidated_url": month_url("month_consolidated", at.form, period, at.unit),
            "lines": [
                {
                    "line": line,
                    "figure": shown(indicator, line.figures.get(code)),
                    "now": shown(indicator, line.now[code]) if code in line.drifted else None,
                    "how": word_of(line.report)[0],
                    "url": line_url(line, period, code),
                }
                for line in sheet.below
            ],
            "total": shown(indicator, sheet.total.get(code)),
            "now": shown(indicator, sheet.own.now[code]),
            "now_url": month_url("cell", at.form, period, at.unit, code),
            "differs": code in sheet.recomputed,
            "own_version": sheet.own.version if sheet.own.stands else None,
        },
    )


def sheet_above(request, form: str, period: Period, unit: str) -> tuple[Month, Sheet]:
    """The month of a unit that has others below it. Raises Http404."""
    at = month_at(request, form, period, unit)
    sheet = sheet_of(at.form, period, at.unit)
    if not sheet.below:
        raise Http404
    return at, sheet


def _row(row: Row) -> dict:
    return {
        "indicator": row.indicator,
        "total": shown(row.indicator, row.total),
        "own": shown(row.indicator, row.own),
        "now": shown(row.indicator, row.now),
        "submitted": shown(row.indicator, row.submitted),
        "approved": shown(row.indicator, row.approved),
        "since": signed(row.since),
        "is_entered": row.own != row.now,
    }


def shown(indicator, value):
    return to_wan(value) if indicator.is_money and value is not None else value


def _seen(request, sheet, *, may_see: bool) -> dict:
    """`seen`: in the same item for two units; `moved`: in different ones. Each person with name and
    what counts; None for who may not see records."""
    if not may_see:
        return {"seen": None, "moved": None}
    slug = request.region.slug

    def drawn(persons) -> list[dict]:
        return [
            {
                "name": person.name,
                "counted": [
                    (one, reverse("office:agreement", args=[slug, one.agreement.pk]))
                    for one in person.counted
                ],
            }
            for person in persons
        ]

    twice, moved = seen_twice(sheet, PERSONS)
    return {"seen": drawn(twice), "moved": drawn(moved)}


@office("view_counts")
@require_GET
def year(request, region, form, year, unit):
    """One indicator (`code`, the form's first unless named) of the units below, month by month;
    `map=today`: what units that ended reported is added to who succeeds them."""
    today = timezone.localdate()
    if not 2000 <= year <= today.year:
        raise Http404
    above = get_object_or_404(request.access.districts("view_counts"), key=unit)
    try:
        used = form_for(request.region, Period.parse(f"{min(today, _end(year)):%Y-%m}"), form)
    except NoSuchForm as error:
        raise Http404 from error
    if not above.has_children:
        raise Http404
    code = request.GET.get("code") or used.parsed.indicators[0].code
    if code not in used.parsed.by_code:
        raise Http404
    on_todays_map = request.GET.get("map") == "today"
    indicator = used.parsed.by_code[code]
    table = year_of(form, year, above, indicator, today if on_todays_map else None)
    return render(
        request,
        "reporting/year_map.html",
        {
            "form": used,
            "unit": above,
            "year": year,
            "today": today,
            "is_running": year == today.year,
            "indicators": used.parsed.indicators,
            "indicator": indicator,
            "on_todays_map": on_todays_map,
            "tabs": [
                tab("按当时的单位", f"?code={code}", not on_todays_map),
                tab("按今天的区划", f"?code={code}&map=today", on_todays_map),
            ],
            "table": table,
            "covered": span([period.start.month for period in table.periods]),
            "board_url": f"{reverse('office:months', args=[region])}?form={form}&year={year}",
        },
    )


def _end(year: int):
    return timezone.localdate().replace(year=year, month=12, day=1)
