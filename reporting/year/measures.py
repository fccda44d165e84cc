"""What a month's bulletin compares the reporting units by.

Counts come from the figures as submitted, so that the bulletin says what the units themselves
reported. A unit whose month does not stand (see standing.CameIn) is left out of every column and of
the total, and is set against last month only where both months stand. Positions are those of the
month's end by the records at drafting, open ones those of the day itself; reviews are looked at
through the history of what was filed. The number of statements does not grow with the units.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Avg, Count, F, Q, Sum
from django.utils import timezone

from bases.models import BaseApplication
from bases.queries import existing_on
from positions.models import Position
from positions.places import taken
from regions.models import District, Region
from reporting.computing import Window, count, from_json
from reporting.conditions import widest
from reporting.definitions import Indicator
from reporting.models import Bulletin, Form, Report, Version
from reporting.periods import Period
from reporting.standing import CameIn, came_in
from reporting.units import Units
from trainees.models import Application

Number = int | float | None


@dataclass(frozen=True)
class Measure:
    """`ranked`: more is better, and the units are told their place; `of_the_day`: as of the day of
    drafting, not of the month's end."""

    key: str
    label: str
    unit: str
    words: str
    ranked: bool = True
    of_the_day: bool = False


MEASURES = (
    Measure("bases", "期末见习基地", "家", "报送的期末实有数"),
    Measure(
        "bases_change",
        "比上月",
        "家",
        "报送数与上月报送数之差；合计只比两个月都已报送的单位",
        ranked=False,
    ),
    Measure("model_share", "示范岗位", "%", "在册岗位中示范岗位的人数占比"),
    Measure("allowance", "月生活费", "元", "在册岗位月基本生活费的平均数，没有填写的不算"),
    Measure("arrived", "到岗", "人", "报送的本月实际到岗人数"),
    Measure("graduates", "其中毕业生", "人", "报送的到岗人数中的高校毕业生", ranked=False),
    Measure("retention", "留用率", "%", "报送的留用人数占完成见习人数"),
    Measure("employment", "就业率", "%", "报送的留用和其他方式就业人数占完成见习人数"),
    Measure(
        "accuracy",
        "岗位准确率",
        "%",
        "起草当日（不是当月月末）招募中的岗位里，没有过有效期、没有招满的占比",
        of_the_day=True,
    ),
    Measure("events", "活动", "场", "报送（没有推进表的按记录）的供需对接和政策宣讲场次"),
    Measure(
        "reviews", "按期办理率", "%", "本月办理的基地申报、岗位审核、报名审核中在期限内办理的占比"
    ),
)


def own_words(text: str, region: Region) -> str:
    """As the region calls its bases."""
    return text.replace("见习基地", region.base_term)


def measures_of(row: Bulletin) -> list[Measure]:
    """MEASURES in the words of the bulletin's region; those of the day of drafting with that day."""
    drafted = timezone.localdate(row.drafted_at)
    day = f"（{drafted.month}月{drafted.day}日）"
    return [
        replace(m, label=own_words(m.label, row.region) + (day if m.of_the_day else ""))
        for m in MEASURES
    ]


# What is taken from the forms: source, conditions, and what is added up (None: records).
MEANT = {
    "bases": ("bases", {"existing"}, None),
    "new_bases": ("bases", {"existing", "recognised_in_period"}, None),
    "positions": ("positions", {"existing"}, "headcount"),
    "arrived": ("agreements", {"arrived_in_period"}, None),
    "graduates": ("agreements", {"arrived_in_period", "graduate"}, None),
    "completed": ("agreements", {"completed_in_period"}, None),
    "retained": ("agreements", {"completed_in_period", "retained"}, None),
    "otherwise": ("agreements", {"completed_in_period", "otherwise_employed"}, None),
    "on_post": ("agreements", {"on_post"}, None),
    "events": ("activities", {"held_in_period"}, None),
}
EVENTS = Indicator("events", "活动", "场", "flow", "activities", ("held_in_period",))


def meant(form: Form, key: str) -> list[Indicator]:
    """The indicators that give a figure together: the one that says just that, else its parts."""
    of, wanted, added = MEANT[key]
    of_source = [i for i in form.parsed.indicators if i.of == of and i.sum == added]
    exact = [i for i in of_source if set(i.where) == wanted]
    return exact[:1] or widest([i for i in of_source if set(i.where) > wanted])


def submitted(
    forms: Iterable[Form], first: date, last: date, units: Iterable[District]
) -> dict[date, dict[int, dict[str, int]]]:
    """By the month's first day and unit pk, the figures of MEANT as they were submitted; nothing
    for a month that has not been. One statement for each form."""
    found: dict[date, dict[int, dict[str, int]]] = {}
    for form in forms:
        standing = Report.objects.filter(
            form_key=form.key, period__range=(first, last), district__in=units
        ).standing()
        newest = (
            Version.objects.filter(report__in=standing).one_each().select_related("report", "form")
        )
        asked: dict[int, tuple] = {}  # a version of the form: its definition is read once
        for version in newest:
            if version.form_id not in asked:
                keys = {
                    key: indicators for key in MEANT if (indicators := meant(version.form, key))
                }
                asked[version.form_id] = version.form.parsed, keys
            definition, by_key = asked[version.form_id]
            figures = from_json(definition, version.figures)
            month = found.setdefault(version.report.period, {})
            own = month.setdefault(version.report.district_id, {})
            for key, indicators in by_key.items():
                if key not in own and all(i.code in figures for i in indicators):
                    own[key] = sum(figures[i.code] for i in indicators)
    return found


def submissions(form: Form, period: Period, units: Iterable[District]) -> dict[int, CameIn]:
    """How each unit's month came in; one statement."""
    rows = Report.objects.of_month(form.key, period.start).filter(district__in=units)
    known = {row.district_id: row for row in rows.with_corrections()}
    return {unit.pk: came_in(known.get(unit.pk)) for unit in units}


# --- Positions, as they stand


def positions_now(units: Units) -> dict[int, dict[str, Number]]:
    """By unit pk: places (and of them at model positions), allowances, open positions and how many
    of those mislead: past their validity, or full. Two statements."""
    today = timezone.localdate()
    existing = (
        Position.objects.existing(units.day)
        .order_by()
        .values("base__district")
        .annotate(
            places=Sum("headcount"),
            model=Sum("headcount", filter=Q(is_model=True)),
            paid=Count("allowance"),
            mean=Avg("allowance"),
        )
    )
    open_now = (
        Position.objects.filter(
            existing_on(today, "base__"),
            state=Position.State.PUBLISHED,
            closed_on=None,
            voided_at=None,
            base__voided_at=None,
            published_on__lte=today,
        )
        .annotate(taken_places=taken())
        .order_by()
        .values("base__district")
        .annotate(
            open=Count("pk"),
            misleading=Count(
                "pk", filter=Q(valid_until__lt=today) | Q(taken_places__gte=F("headcount"))
            ),
        )
    )
    found = {unit.pk: dict.fromkeys(_POSITIONS, 0) for unit in units.valid}
    for row in existing:
        own = {"places": row["places"], "model": row["model"] or 0, "paid": row["paid"]}
        own["allowances"] = float(row["mean"] or 0) * row["paid"]
        _add(found, units, row["base__district"], own)
    for row in open_now:
        own = {"open": row["open"], "misleading": row["misleading"]}
        _add(found, units, row["base__district"], own)
    return found


_POSITIONS = ("places", "model", "paid", "allowances", "open", "misleading")


def _add(found, units: Units, district: int, own: Mapping[str, Number]):
    for unit in units.above[units.unit_of[district]]:
        for key, value in own.items():
            found[unit][key] += value


# --- Reviews, by the history

# Model, the states in which the district's clock runs, what it decides, where the row lies.
REVIEWED = (
    (Position, ["submitted"], ["published", "returned", "rejected"], "base.district_id"),
    (
        BaseApplication,
        ["submitted", "visited"],
        ["recognised", "returned", "rejected"],
        "reviewed.district_id",
    ),
    (
        Application,
        ["submitted"],
        ["referred", "returned", "rejected", "accepted", "dispatched"],
        "reviewed.district_id",
    ),
)


def reviews(region: Region, period: Period, units: Units) -> dict[int, tuple[int, int]]:
    """By unit pk: filings decided in the period, or due in it and waiting still; and of them those
    decided within their clock. One statement for each kind."""
    found = {unit.pk: [0, 0] for unit in units.valid}
    asked = {
        "region": region.pk,
        "start": period.start,
        "end": period.end,
        "zone": settings.TIME_ZONE,
    }
    for model, waiting, decided, district in REVIEWED:
        with connection.cursor() as cursor:
            cursor.execute(
                _statement(model, district), asked | {"waiting": waiting, "decided": decided}
            )
            rows = cursor.fetchall()
        for place, dealt_with, in_time in rows:
            for unit in units.above[units.unit_of[place]]:
                found[unit][0] += dealt_with
                found[unit][1] += in_time
    return {unit: tuple(numbers) for unit, numbers in found.items()}


def _statement(model, district: str) -> str:
    quote = connection.ops.quote_name
    table, events = quote(model._meta.db_table), quote(model.pgh_event_model._meta.db_table)
    base = "JOIN bases_base base ON base.id = reviewed.base_id" if "base." in district else ""
    day = "(pgh_created_at AT TIME ZONE %(zone)s)::date"
    return f"""
        WITH touched AS (
            SELECT DISTINCT pgh_obj_id FROM {events}
            WHERE region_id = %(region)s AND state = ANY(%(decided)s)
              AND {day} BETWEEN %(start)s AND %(end)s
        ), moved AS (
            SELECT pgh_obj_id, state, {day} AS day,
                   lag(state) OVER course AS state_before, lag(due_on) OVER course AS due
            FROM {events} WHERE pgh_obj_id IN (SELECT pgh_obj_id FROM touched)
            WINDOW course AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
        ), dealt_with AS (
            SELECT pgh_obj_id AS id, day <= due AS in_time FROM moved
            WHERE state = ANY(%(decided)s) AND state_before = ANY(%(waiting)s)
              AND due IS NOT NULL AND day BETWEEN %(start)s AND %(end)s
            UNION ALL
            SELECT id, false FROM {table}
            WHERE region_id = %(region)s AND state = ANY(%(waiting)s)
              AND due_on BETWEEN %(start)s AND %(end)s AND due_on < CURRENT_DATE
        )
        SELECT {district}, count(*), count(*) FILTER (WHERE in_time)
        FROM dealt_with JOIN {table} reviewed ON reviewed.id = dealt_with.id {base}
        WHERE reviewed.voided_at IS NULL GROUP BY 1
    """  # noqa: S608


# --- All of it


def measured(region: Region, form: Form, period: Period) -> dict:
    """What a bulletin is drafted from, as it is kept with it: {units: [{key, name, submission,
    values, ranks}], total: {values, …}, compared}; values and ranks by a measure's key, those of a
    unit that is left out None; `compared`: how many units' bases are set against last month's."""
    units = Units(period.end)
    shown = units.children(units.root) or [units.root]
    forms = [form, *(f for f in Form.objects.in_force(period.end) if f.key != form.key)]
    months = submitted(forms, period.previous.start, period.start, shown)
    now, before = (months.get(one.start, {}) for one in (period, period.previous))
    came = submissions(form, period, shown)
    within = [unit.pk for unit in shown if came[unit.pk].is_in]
    positions, reviewed = positions_now(units), reviews(region, period, units)
    if not any(meant(one, "events") for one in forms):
        events = count([Window(period, units, (EVENTS,))], region.pk)[0]
        for unit in shown:
            now.setdefault(unit.pk, {})["events"] = events[unit.pk]["events"]
    rows = [
        {
            "key": unit.key,
            "name": unit.name,
            "submission": came[unit.pk].label,
            "values": _values(
                now.get(unit.pk, {}), before.get(unit.pk, {}), positions[unit.pk], reviewed[unit.pk]
            )
            if unit.pk in within
            else dict.fromkeys(VALUES),
        }
        for unit in shown
    ]
    for row in rows:
        row["ranks"] = {}
    for measure in MEASURES:
        if measure.ranked:
            _rank(rows, measure.key)
    changes = [row["values"]["bases_change"] for row in rows]
    changes = [change for change in changes if change is not None]
    total = _values(
        _sum(now.get(unit, {}) for unit in within),
        {},
        _sum([dict.fromkeys(_POSITIONS, 0), *(positions[unit] for unit in within)]),
        tuple(map(sum, zip((0, 0), *(reviewed[unit] for unit in within), strict=True))),
    )
    total["bases_change"] = sum(changes) if changes else None
    whole = {"name": "合计", "values": total}
    return {"units": rows, "total": whole, "compared": len(changes)}


VALUES = (*(measure.key for measure in MEASURES), "completed")  # the last told in the text alone


def _values(now: Mapping, before: Mapping, positions: Mapping, reviewed: tuple) -> dict:
    employed = None
    if "retained" in now and "otherwise" in now:
        employed = now["retained"] + now["otherwise"]
    change = now["bases"] - before["bases"] if "bases" in now and "bases" in before else None
    mean = positions["allowances"] / positions["paid"] if positions["paid"] else None
    return {
        "bases": now.get("bases"),
        "bases_change": change,
        "model_share": percent(positions["model"], positions["places"]),
        "allowance": None if mean is None else round(mean),
        "arrived": now.get("arrived"),
        "graduates": now.get("graduates"),
        "completed": now.get("completed"),
        "retention": percent(now.get("retained"), now.get("completed")),
        "employment": percent(employed, now.get("completed")),
        "accuracy": percent(positions["open"] - positions["misleading"], positions["open"]),
        "events": now.get("events"),
        "reviews": percent(reviewed[1], reviewed[0]),
    }


def percent(part: int | None, whole: int | None) -> float | None:
    """With one decimal; nothing where there is no whole."""
    return round(part * 100 / whole, 1) if whole and part is not None else None


def _sum(figures: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for own in figures:
        for key, value in own.items():
            total[key] = total.get(key, 0) + value
    return total


def _rank(rows: list[dict], key: str):
    """Equal values share a place; who has none, or nothing, has no place."""
    known = sorted(row["values"][key] for row in rows if row["values"][key] is not None)[::-1]
    for row in rows:
        if row["values"][key]:
            row["ranks"][key] = known.index(row["values"][key]) + 1
