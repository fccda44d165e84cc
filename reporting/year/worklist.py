"""What the months and the year leave to be told: a bulletin of each month that is closed, and the
report at the year's end by its day."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from jianxi.worklist import Item, source
from regions.models import District
from regions.policy import policy_at
from reporting.corrections import SETTLED
from reporting.models import AnnualReport, Bulletin, Form, Report
from reporting.year.targets import last_day

DUE = "annual_report_due"  # the policy's parameter, MM-DD
LEAD = timedelta(days=30)  # so long before its day the report is on the list


def _held(request, permission: str) -> set[str]:
    """The paths of the very units it was granted on: who acts from above is not asked to."""
    return set(request.access.grants.get(permission, []))


# --- Bulletins


@source
def bulletins(request):
    """Of months whose every unit is approved, those after the last one told, and any that is still
    a draft; of a region that has told none yet, the newest alone."""
    root = {path for path in _held(request, "view_counts") if path.count("/") == 1}
    drafts = bool(root & _held(request, "prepare_reports"))
    publishes = bool(root & _held(request, "confirm_reports"))
    form = (drafts or publishes) and Form.objects.in_force(timezone.localdate()).first()
    if not form:
        return
    known = {
        row.period: row
        for row in Bulletin.objects.filter(form_key=form.key).only("period", "state", "region")
    }
    told = [row.period for row in known.values() if row.state == Bulletin.State.PUBLISHED]
    closed = _closed(form)
    wanted = [period for period in closed if period > max(told)] if told else closed[-1:]
    for period in closed:
        row = known.get(period)
        if row is None and drafts and period in wanted:
            url = reverse("office:bulletins", args=[request.region.slug])
            url += f"?period={period:%Y-%m}"
            yield _bulletin(period, "各单位已全部审定，还没有起草", "去起草", url)
        elif row is not None and row.state == Bulletin.State.DRAFT:
            url = reverse("office:bulletin", args=[request.region.slug, row.pk])
            yield _bulletin(period, "还没有发布", "去发布" if publishes else "去修改", url)


def _closed(form: Form) -> list[date]:
    """The months of which every unit that reports is approved, oldest first."""
    rows = Report.objects.filter(form_key=form.key).exclude(district__parent=None)
    months = rows.order_by("period").values("period")
    open_ones = Count("pk", filter=~Q(state__in=SETTLED))
    return [row["period"] for row in months.annotate(waiting=open_ones).filter(waiting=0)]


def _bulletin(period: date, subtitle: str, action: str, url: str) -> Item:
    title = f"{period.year}年{period.month}月通报"
    return Item(kind="通报", title=title, subtitle=subtitle, url=url, action=action)


# --- The report at the year's end


@source
def annual_reports(request):
    """Of the years whose day is near or past, for units that reported in them: one's own that is
    not final; and for the unit above, once the day is past, how many there are still."""
    prepares, confirms = _held(request, "prepare_reports"), _held(request, "confirm_reports")
    reviews = _held(request, "review_reports")
    today = timezone.localdate()
    due_on = policy_at(today).value(DUE) if prepares | confirms | reviews else None
    if due_on is None:
        return
    days = {year: date.fromisoformat(f"{year}-{due_on}") for year in (today.year - 1, today.year)}
    days = {year: day for year, day in days.items() if today >= day - LEAD}
    found = _unfinished(list(days), today)
    for year, unit, is_begun in found:
        if unit.path in prepares or (unit.path in confirms and is_begun):
            yield Item(
                kind="年度报告",
                title=f"{year}年年度报告",
                subtitle=f"{unit.name} · {'还没有定稿' if is_begun else '还没有编写'}",
                url=reverse("office:annual_report", args=[request.region.slug, year, unit.key]),
                action="去编写" if unit.path in prepares else "去定稿",
                due_on=days[year],
            )
    for year, day in days.items():
        below = [u for y, u, _ in found if y == year and u.parent_id and u.parent.path in reviews]
        if below and today > day:
            url = reverse("office:annual_reports", args=[request.region.slug])
            yield Item(
                kind="年度报告",
                title=f"{year}年年度报告",
                subtitle=f"{below[0].parent.name} · {len(below)} 个单位还没有定稿",
                url=f"{url}?year={year}",
                action="去查看",
                due_on=day,
            )


def _unfinished(years: list[int], today: date) -> list[tuple[int, District, bool]]:
    """The years and units, the region among them, that have submitted months and no final report;
    each with whether it is begun. Three statements."""
    units = list(
        District.objects.filter(Q(parent=None) | Q(parent__parent=None)).select_related("parent")
    )
    begun, final = set(), set()
    for row in AnnualReport.objects.filter(year__in=years).only("year", "district", "state"):
        (final if row.state == AnnualReport.State.FINAL else begun).add((row.year, row.district_id))
    reported = set(
        Report.objects.filter(period__year__in=years, first_submitted_at__isnull=False)
        .order_by()
        .values_list("period__year", "district__path")
        .distinct()
    )
    return [
        (year, unit, (year, unit.pk) in begun)
        for year in years
        for unit in units
        if (year, unit.pk) not in final
        and unit.is_valid_on(last_day(year, today))
        and any(y == year and path.startswith(unit.path) for y, path in reported)
    ]
