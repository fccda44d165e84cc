"""图表: a year in pictures, each with its table."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import office
from reporting.board import tops, years
from reporting.models import Form
from reporting.units import Units
from reporting.views.targets import pictured, shown_units
from reporting.year.pictures import (
    board_picture,
    course_picture,
    months_picture,
    targets_picture,
)
from reporting.year.targets import Year


@office("view_counts")
@require_safe
def charts(request, region):
    """By `year`, `unit`, `goal`, `form` and `code`; each has a sensible first."""
    today = timezone.localdate()
    forms = {form.key: form for form in Form.objects.in_force(today)}
    upper = tops(request.access)
    if not forms or not upper:
        return render(request, "reporting/charts.html", {"pictures": [], "choices": []})
    form = _chosen(request, "form", forms)
    form.region = request.region
    year = _chosen(request, "year", {str(y): y for y in years(form.key)})
    shown = Year(request.region, year, today)
    units = {unit.key: unit for unit in upper} | {
        unit.key: unit for unit in shown_units(request, shown.units)
    }
    unit = _chosen(request, "unit", units)
    codes = {indicator.code: indicator for indicator in form.parsed.indicators}
    usual = next((i.code for i in codes.values() if "on_post" in i.where), next(iter(codes)))
    indicator = _chosen(request, "code", codes, usual)
    goals = {goal.key: goal for goal in shown.goals}
    goal = _chosen(request, "goal", goals, pictured(shown).key)
    return render(
        request,
        "reporting/charts.html",
        {
            "choices": [
                _choice("year", "年度", {str(y): f"{y}年" for y in years(form.key)}, str(year)),
                _choice("unit", "单位", {key: one.name for key, one in units.items()}, unit.key),
                _choice("goal", "目标", {one.key: one.label for one in shown.goals}, goal.key),
                _choice("form", "报表", {key: one.title for key, one in forms.items()}, form.key),
                _choice(
                    "code",
                    "指标",
                    {code: f"{code} {one.label}" for code, one in codes.items()},
                    indicator.code,
                ),
            ],
            "pictures": [
                targets_picture(shown, goal, below(shown.units, unit)),
                months_picture(form, indicator, unit, year),
                course_picture(unit, shown.units.districts_of(unit), year),
                board_picture(form, unit, year),
            ],
        },
    )


def below(units: Units, unit) -> list:
    """The units directly below, or a lowest one itself."""
    return units.children(unit) or [unit]


def _chosen(request, name: str, known: dict, usual: str | None = None):
    """What the address asks for. Raises Http404 for anything else than what is known."""
    asked = request.GET.get(name)
    if not asked:
        return known[usual] if usual else next(iter(known.values()))
    if asked not in known:
        raise Http404
    return known[asked]


def _choice(name: str, label: str, options: dict[str, str], chosen: str) -> dict:
    return {
        "name": name,
        "label": label,
        "options": [(key, text, key == chosen) for key, text in options.items()],
    }
