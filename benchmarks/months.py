"""Closing months of a region, and opening the cells of what was closed. All of it is taken back."""

import time
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from statistics import median, quantiles

from django.db import connection, transaction
from django.db.models import F
from django.test import Client

from accounts.members import appoint, register
from accounts.models import Office, Role, User
from benchmarks.table import Measure
from jianxi.history import acting
from jianxi.tenancy import scope
from regions.models import District, Region
from reporting.compiling import compile_month
from reporting.consolidating import consolidated, seen_twice
from reporting.drawing import month_url
from reporting.drift import drifted
from reporting.explaining import explain
from reporting.models import Compilation, Explanation, Form, FrozenCell, Report, Version
from reporting.official import write_official
from reporting.periods import Period
from reporting.recomputing import recompute
from reporting.sheet import sheet_of
from reporting.views.address import Month
from reporting.views.cell import cell_at
from reporting.workflow import WORKFLOW, month_of
from trainees.models import Agreement

CLOSING_SECONDS, PAGE_MS = 10, 300
MONTHS = 12
CHANGED = 10_000
REASON = "已逐条核对，差异来自记录更正和基地跨区划转。"


class DoesNotAddUp(AssertionError):
    """A cell's records do not add up to its figure, or are not what they were."""


def measure(region: Region, last: Period) -> list[Measure]:
    """A year of months that ends with `last`, its versions recomputed and its cells opened."""
    _tidy("VACUUM")
    with scope(region=region), transaction.atomic(), acting("benchmark"):
        people = _people(region)
        months = [last]
        while len(months) < MONTHS:
            months.insert(0, months[0].previous)
        for period in months[:-1]:
            _close(region, period, people)
            _tidy()
        seconds = _close(region, last, people)
        measures = [
            Measure(
                f"closing {last}: {_units(last)} units, {len(_forms(last))} forms",
                f"{sum(seconds.values()):.1f} s",
                ", ".join(f"{name} {taken:.1f} s" for name, taken in seconds.items()),
                goal=f"< {CLOSING_SECONDS} s",
                met=sum(seconds.values()) < CLOSING_SECONDS,
            ),
            _opened("cells now and as submitted", region, months, people),
        ]
        _change_records(last)
        measures += [
            _opened(f"the same after {CHANGED:,} changes", region, months, people),
            *_recomputed(region, months),
        ]
        transaction.set_rollback(True)
    return measures


def _tidy(*first: str):
    """What the server does by itself in the course of months: count the rows, forget dead ones."""
    tables = ", ".join(
        connection.ops.quote_name(model._meta.db_table)
        for model in (Report, Compilation, Version, FrozenCell, Explanation)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{' '.join(first)} ANALYZE {tables}")


# --- Closing


def _close(region: Region, period: Period, people: dict[str, User]) -> dict[str, float]:
    """From compiling to the files, as its people do it; seconds by step."""
    seconds: dict[str, float] = {}
    for form in _forms(period):
        with _taking(seconds, "compiled"):
            compile_month(form, period)
        for report in _reports(form, period):
            with _taking(seconds, "submitted"):
                _explain(report)
                report = WORKFLOW.move(report, "hand_up", actor=people["clerk"])
                report = WORKFLOW.move(report, "confirm", actor=people["reviewer"])
        for report in _reports(form, period):
            with _taking(seconds, "approved"):
                WORKFLOW.move(report, "approve", actor=people["other reviewer"])
        root = District.objects.root()
        with _taking(seconds, "consolidated"):
            sheet = sheet_of(form, period, root)
            consolidated(sheet)
            seen_twice(sheet, 100)
        with _taking(seconds, "exported"):
            write_official(form, period, root, BytesIO())
    return seconds


def _explain(report: Report):
    for finding in month_of(report).findings[report.district_id]:
        if finding.severity == "explain":
            explain(report, finding, Explanation.Reason.LATE, REASON)


def _people(region: Region) -> dict[str, User]:
    """Who prepares, who confirms, and another who approves, all for the whole region."""
    office = Office.objects.filter(
        district__parent=None, kind=Office.Kind.HUMAN_RESOURCES
    ).earliest("pk")
    people = {}
    for name, role in [
        ("clerk", Role.CLERK),
        ("reviewer", Role.REVIEWER),
        ("other reviewer", Role.REVIEWER),
    ]:
        people[name], _ = register(username=f"benchmark-{len(people)}", name=name)
        people[name].must_change_password = False
        people[name].save(update_fields=["must_change_password"])
        appoint(people[name], office, role)
    return people


def _forms(period: Period) -> list[Form]:
    return list(Form.objects.in_force(period.end).select_related("region"))


def _reports(form: Form, period: Period):
    """Of all units that report, those below first."""
    reports = Report.objects.of_month(form.key, period.start).exclude(district__parent=None)
    return reports.select_related("region", "district__parent").order_by("-district__path")


def _units(period: Period) -> int:
    return District.objects.lowest().valid_on(period.end).exclude(parent=None).count()


# --- Cells


def _opened(what: str, region: Region, months: list[Period], people) -> Measure:
    """Each indicator of each month: of the whole from the records, of the unit with the most
    records besides as submitted."""
    client, seconds = Client(headers={"host": "127.0.0.1"}), []
    client.force_login(people["clerk"])
    for period in months:
        for form in _forms(period):
            newest = Version.objects.newest(form.key, period.start)
            largest = max(newest.select_related("form", "report__district"), key=_counted)
            unit = largest.report.district
            for indicator in form.parsed.indicators:
                for month, version in [
                    (Month(form, period, District.objects.root()), None),
                    (Month(form, period, unit), None),
                    (Month(form, period, unit), largest),
                ]:
                    seconds.append(_open(client, month, indicator.code, version))
    return Measure(
        f"{what}: {len(seconds):,} pages of {len(months)} months",
        f"{1000 * median(seconds):.0f} ms (p95 {1000 * quantiles(seconds, n=20)[-1]:.0f})",
        goal=f"< {PAGE_MS} ms at the median",
        met=1000 * median(seconds) < PAGE_MS,
    )


def _open(client: Client, month: Month, code: str, version: Version | None) -> float:
    """Seconds. Raises DoesNotAddUp."""
    address = month_url("cell", month.form, month.period, month.unit, code)
    start = time.perf_counter()
    response = client.get(address, {"version": version.number} if version else {})
    taken = time.perf_counter() - start
    cell = cell_at(month, code, version)
    added = sum(member.contribution for member in cell.members(limit=10**7))
    if response.status_code != 200 or added != cell.figure:
        raise DoesNotAddUp(f"{address}: {response.status_code}, {added} in records, {cell.figure}")
    return taken


def _counted(version: Version) -> int:
    """The sum of the frozen figures that are counts."""
    return sum(value for value in version.figures.values() if isinstance(value, int))


def _change_records(last: Period):
    """As corrections would: ends a day later, so that much of what was counted is otherwise now."""
    ended = Agreement.objects.standing().filter(ended_on__lt=last.end).order_by("-ended_on", "pk")
    chosen = list(ended.values_list("pk", flat=True)[:CHANGED])
    Agreement.objects.filter(pk__in=chosen).update(ended_on=F("ended_on") + timedelta(days=1))


def _recomputed(region: Region, months: list[Period]) -> list[Measure]:
    seconds: dict[str, float] = {}
    versions = Version.objects.filter(report__period=months[-1].start).select_related("report")
    for version in versions:
        with _taking(seconds, "recomputed"):
            cells = recompute(version)
        if other := [cell.code for cell in cells if not cell.is_same]:
            raise DoesNotAddUp(f"{version}: {other} came out otherwise")
    with _taking(seconds, "drift"):
        found = drifted(_forms(months[-1])[0].key, months[-1].start.year, _below())
    return [
        Measure(
            f"{len(versions)} versions recomputed from history, all the same",
            f"{1000 * seconds['recomputed'] / len(versions):.0f} ms each",
        ),
        Measure(f"drift of a year, {len(found)} months changed", f"{seconds['drift']:.2f} s"),
    ]


def _below() -> list[District]:
    return list(District.objects.root().children.all())


@contextmanager
def _taking(seconds: dict[str, float], step: str):
    start = time.perf_counter()
    yield
    seconds[step] = seconds.get(step, 0) + time.perf_counter() - start
