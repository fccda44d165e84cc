"""What became of a submitted version: each cell from then to a later version, or to now."""

from django.db.models import Max, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import office
from jianxi.history import JOBS
from jianxi.tabs import tab
from regions.models import District
from reporting.board import tops
from reporting.bridging import Bridge, Why, bridges
from reporting.cells import Member, model_of
from reporting.conditions import SOURCES
from reporting.differences import differences
from reporting.drawing import month_url
from reporting.drift import Drifted, drifted
from reporting.drilldown import BRIEF, COLUMNS, rows_now
from reporting.figures import signed
from reporting.models import Form, Version
from reporting.past import Past
from reporting.views.address import Month, month_at
from reporting.views.board import chosen as chosen_on_board
from reporting.views.cell import opening, version_at

SHOWN = 200  # records of a cell; more are told by their number
ENTERED = "填报的计划"


@office("view_counts")
@require_GET
def changes(request, region, form, period, unit, number):
    """`to`: the later version; the records as they are unless named. `cell`: the one whose records
    are shown, for who may see them."""
    at = month_at(request, form, period, unit)
    old, new = versions_between(at, number, request.GET.get("to"))
    found = bridges(at.form, old, new)
    changed = [bridge for bridge in found.values() if bridge.is_changed]
    may_see = request.access.may("view_records", at.unit)
    chosen = found.get(request.GET.get("cell", ""))
    if request.GET.get("cell") and chosen is None:
        raise Http404
    url = month_url("month_changes", at.form, at.period, at.unit, number)
    asked = f"{url}?to={new.number}&cell=" if new else f"{url}?cell="
    return render(
        request,
        "reporting/changes.html",
        {
            "month": at,
            "old": old,
            "new": new,
            "tabs": _tabs(at, old, new, url),
            "month_url": month_url("month", at.form, at.period, at.unit),
            "parts": parts_of(changed),
            "rows": [_row(bridge, changed, asked if may_see else "") for bridge in changed],
            "unchanged": len(found) - len(changed),
            "chosen": chosen,
            "records": _records(request, chosen, old, new) if chosen and may_see else None,
        },
    )


def versions_between(at: Month, number: int, to: str | None) -> tuple[Version, Version | None]:
    """A version, and the later one asked for; None: the records as they are. Raises Http404."""
    old, new = version_at(at, str(number)), version_at(at, to)
    if old is None or (new is not None and new.number <= old.number):
        raise Http404
    old.report.district = at.unit
    return old, new


def bridges_to(at: Month, version: Version) -> list[dict]:
    """What leads to a version: from the one it corrects, and from the one just before it."""
    before = {version.number - 1}
    if version.is_correction:
        before.add(version.correction.corrected.number)
    return [
        {
            "label": f"从第{number}版到第{version.number}版的变动",
            "url": bridge_url(at, number, version),
        }
        for number in sorted(before)
        if number > 0
    ]


def bridge_url(at: Month, number: int, version: Version) -> str:
    """Each cell from one version to a later one."""
    url = month_url("month_changes", at.form, at.period, at.unit, number)
    return f"{url}?to={version.number}"


def cell_url(at: Month, unit, number: int, code: str) -> str:
    """The records of a unit's cell that changed since its version."""
    url = month_url("month_changes", at.form, at.period, unit, number)
    return f"{url}?cell={code}#records"


@office("view_counts")
@require_GET
def months_changed(request, region):
    form, year, found = drifted_months(request)
    return render(
        request,
        "reporting/months_changed.html",
        {
            "form": form,
            "year": year,
            "board_url": f"{reverse('office:months', args=[region])}?form={form.key}&year={year}",
            "rows": [
                {
                    "drifted": one,
                    "url": month_url(
                        "month_changes", form, one.period, one.unit, one.version.number
                    ),
                }
                for one in found
            ],
        },
    )


def drifted_months(request) -> tuple[Form, int, list[Drifted]]:
    """The submitted months of a year (`form`, `year`, as on the board) that the records now give
    otherwise: of the units one looks at, and of those directly below. Raises Http404."""
    form, year = chosen_on_board(request)
    seen = tops(request.access)
    units = District.objects.filter(Q(pk__in=[unit.pk for unit in seen]) | Q(parent__in=seen))
    return form, year, drifted(form.key, year, list(units))


def _tabs(at: Month, old: Version, new: Version | None, url: str) -> list[dict]:
    """To the records now, and to each later version."""
    later = old.report.versions.filter(number__gt=old.number).order_by("number")
    numbers = [None, *later.values_list("number", flat=True)]
    chosen = new and new.number
    return [
        tab(f"到第{number}版", f"{url}?to={number}", number == chosen)
        if number
        else tab("到现在", url, chosen is None)
        for number in numbers
    ]


def parts_of(changed: list[Bridge]) -> list[str]:
    """The heads of the parts between old and new; the entered plan only where it plays a role."""
    entered = any(bridge.entered for bridge in changed)
    return [*Why.labels, ENTERED] if entered else Why.labels


def _row(bridge: Bridge, changed: list[Bridge], asked: str) -> dict:
    amounts = [bridge.amounts.get(why, 0) for why in Why]
    if len(parts_of(changed)) > len(amounts):
        amounts.append(bridge.entered)
    return {
        "indicator": bridge.indicator,
        "url": f"{asked}{bridge.indicator.code}#records" if asked else "",
        "old": bridge.old,
        "new": bridge.new,
        "parts": list(zip(parts_of(changed), map(signed, amounts), strict=True)),
        "unit": "元" if bridge.indicator.is_money else bridge.indicator.unit,
    }


def _records(request, bridge: Bridge, old: Version, new: Version | None) -> dict:
    """The records of a cell that count otherwise, each with why, by how much, what of it was
    changed, and whose act the last change was."""
    source = bridge.indicator.of
    shown = bridge.changes[:SHOWN]
    rows = rows_now(source, [Member(change.record, change.amount) for change in shown])
    acts = acts_since(source, [change.record for change in shown], old)
    changed = [change.record for change in shown if change.why == Why.CHANGED]
    moments = Past(old.upto), new and Past(new.upto)
    how = differences(source, changed, [bridge.indicator], *moments) if changed else {}
    return {
        "number": len(bridge.changes),
        "shown": len(shown),
        "counted": SOURCES[source].counted,
        "columns": COLUMNS[source][:BRIEF],
        "rows": [
            {
                "row": row,
                "url": url,
                "change": change,
                "amount": signed(change.amount),
                "act": acts.get(change.record),
                "changes": how.get(change.record, ()),
            }
            for (row, url), change in zip(opening(request, source, rows), shown, strict=True)
        ],
    }


def acts_since(source: str, records: list[int], old: Version) -> dict[int, dict]:
    """By record, its newest version since the submission: when, by whom, why; one statement."""
    events = model_of(source).pgh_event_model.objects
    label = model_of(source)._meta.label_lower
    since = events.filter(pgh_obj__in=records, pgh_id__gt=old.upto.get(label, 0)).order_by()
    newest = since.values("pgh_obj").annotate(last=Max("pgh_id")).values("last")
    found = {}
    for event in events.filter(pgh_id__in=newest).select_related("pgh_context"):
        facts = event.pgh_context.metadata
        job = facts.get("job", "")
        found[event.pgh_obj_id] = {
            "at": event.pgh_created_at,
            "actor": facts.get("name") or JOBS.get(job, job),
            "note": facts.get("note", ""),
        }
    return found
