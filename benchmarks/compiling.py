"""Compiling a month for every unit, against the same figures in SQL written by hand."""

import re
import time
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.table import Measure
from jianxi.history import acting
from jianxi.tenancy import scope
from regions.models import Region
from reporting.compiling import Compiled, compile_month, windows
from reporting.computing import count
from reporting.models import Form
from reporting.periods import Period

HANDWRITTEN = Path(__file__).with_name("handwritten.sql")
ROUNDS = 5
LIMIT = 1.3


class Disagreement(AssertionError):
    """The compilation and the handwritten statements do not give the same figures."""


def measure(region: Region, period: Period, *, promised: bool) -> list[Measure]:
    """Seconds are medians of rounds, the two taken in turn; what is written is taken back.

    `promised`: the ratio is held to its limit. In a small region it tells little: reading the
    forms and writing the reports takes longer than the figures.
    """
    with scope(region=region), transaction.atomic(), acting("benchmark"):
        forms = list(Form.objects.in_force(period.end))
        opening, compiled, counted, alike, by_hand = [], [], [], [], []
        with _taking(opening):
            months = [compile_month(form, period) for form in forms]
        compare(months, handwritten(region, period))
        for _ in range(ROUNDS):
            with _taking(compiled):
                for form in forms:
                    compile_month(form, period)
            with _taking(counted):
                for form in forms:
                    count(list(windows(form, period)), region.pk)
            with _taking(alike):
                for form in forms:
                    count([windows(form, period)[0]], region.pk)
            with _taking(by_hand):
                handwritten(region, period)
        with CaptureQueriesContext(connection) as statements:
            for form in forms:
                compile_month(form, period)
        transaction.set_rollback(True)
    units = f"{len(months[0].units.valid):,} units"
    ratio = median(compiled) / median(by_hand)
    return [
        Measure(
            f"compiling {period}, {len(forms)} forms, {units}",
            f"{median(compiled):.2f} s",
            f"by hand {median(by_hand):.2f} s, same figures",
            f"{ratio:.2f}",
            f"≤ {LIMIT}" if promised else "",
            ratio <= LIMIT if promised else None,
        ),
        *(
            Measure(
                f"{what}, {units}",
                f"{median(taken):.2f} s",
                f"by hand {median(by_hand):.2f} s",
                f"{median(taken) / median(by_hand):.2f}",
            )
            for what, taken in [
                ("its figures and those of the month before that rules look back to", counted),
                ("its figures alone, which is what is written by hand", alike),
            ]
        ),
        Measure(f"compiling it first, every report made, {units}", f"{opening[0]:.2f} s"),
        Measure(f"statements to compile {units}", f"{len(statements)}"),
    ]


def handwritten(region: Region, period: Period) -> dict[int, dict[str, int | Decimal]]:
    """Figures by unit pk; units without records are left out."""
    days = {
        "region": region.pk,
        "first": period.start,
        "last": period.end,
        "year": date(period.end.year, 1, 1),
    }
    figures: dict[int, dict] = {}
    units, *sources = re.split(r"^-- name: .*\n", HANDWRITTEN.read_text(), flags=re.M)[1:]
    with connection.cursor() as cursor:
        for source in sources:
            cursor.execute(units + source, days)
            codes = [column.name for column in cursor.description[1:]]
            for unit, *values in cursor.fetchall():
                figures.setdefault(unit, {}).update(zip(codes, values))
    return figures


def compare(months: list[Compiled], expected: dict[int, dict]):
    """Raises Disagreement unless every figure of every unit is the same."""
    for month in months:
        for unit in month.units.valid:
            for code, figure in month.figures[unit.pk].items():
                if figure != (by_hand := expected.get(unit.pk, {}).get(code) or 0):
                    raise Disagreement(
                        f"{month.period} {unit} [{code}]: compiled {figure}, by hand {by_hand}"
                    )


@contextmanager
def _taking(times: list[float]):
    start = time.perf_counter()
    yield
    times.append(time.perf_counter() - start)
