"""How often the changes of figures would have asked for a reason: the months that were submitted,
beside the month before and the same month last year.

An estimate: units that went into another since, and sums over the units below one that submitted
nothing of its own, are compared by the rules (see compiling) and left out here.
"""

from dataclasses import dataclass

from django.db import connection

from reporting.compiling import counted_alike
from reporting.models import Form, Report, Version
from reporting.periods import Period

MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """Of `compared` figures of an indicator `asked` differ by more than they may: from the month
    before, and from a year ago."""

    month_asked: int = 0
    month_compared: int = 0
    year_asked: int = 0
    year_compared: int = 0


def asked(form: Form, until: Period) -> dict[str, Asked]:
    """By code, over the figures that stand as submitted of all units in the twelve months up to
    `until`; figures that older versions of the form counted otherwise are left out. One grouped
    statement for all units and months."""
    versions = Form.objects.filter(key=form.key).values_list("pk", flat=True)
    alike = [
        (version, code)
        for version, codes in counted_alike(form, list(versions)).items()
        for code in codes
    ]
    limits = form.parsed.indicators
    first = until.start.year * 12 + until.start.month - MONTHS  # the month after it, from 0
    since = until.start.replace(year=first // 12, month=first % 12 + 1)
    a_year_before = since.replace(year=since.year - 1)
    reports = Report.objects.filter(form_key=form.key, period__range=(a_year_before, until.start))
    submitted = Version.objects.filter(report__in=reports.standing()).one_each()
    values = {
        "submitted": list(submitted.values_list("pk", flat=True)),
        "since": since,
        "forms": [version for version, _ in alike],
        "codes": [code for _, code in alike],
        "limited": [indicator.code for indicator in limits],
        "month": [indicator.change_month for indicator in limits],
        "year": [indicator.change_year for indicator in limits],
        "least": [indicator.change_least for indicator in limits],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        return {code: Asked(*counts) for code, *counts in cursor.fetchall()}


def _beyond(before: str, percent: str) -> str:
    """As `checks.ChangeRule.holds`, the other way round."""
    gap = f"abs(now.value - {before}.value)"
    return f"{gap} > lim.least AND {gap} * 100 > abs({before}.value) * lim.{percent}"


_STATEMENT = f"""
WITH newest AS (
  SELECT report.district_id AS unit, report.period, version.form_id, version.figures
  FROM reporting_version version JOIN reporting_report report ON report.id = version.report_id
  WHERE version.id = ANY(%(submitted)s)
), figure AS (
  SELECT newest.unit, newest.period, kept.code, kept.value::numeric AS value
  FROM newest CROSS JOIN jsonb_each_text(newest.figures) AS kept(code, value)
    JOIN unnest(%(forms)s::bigint[], %(codes)s::text[]) AS alike(form, code)
      ON alike.form = newest.form_id AND alike.code = kept.code
)
SELECT now.code,
  count(*) FILTER (WHERE {_beyond("before", "month")}), count(before.value),
  count(*) FILTER (WHERE {_beyond("ago", "year")}), count(ago.value)
FROM figure now
  JOIN unnest(%(limited)s::text[], %(month)s::numeric[], %(year)s::numeric[], %(least)s::numeric[])
    AS lim(code, month, year, least) ON lim.code = now.code
  LEFT JOIN figure before ON before.unit = now.unit AND before.code = now.code
    AND before.period = (now.period - interval '1 month')::date
  LEFT JOIN figure ago ON ago.unit = now.unit AND ago.code = now.code
    AND ago.period = (now.period - interval '1 year')::date
WHERE now.period >= %(since)s
GROUP BY now.code
"""  # noqa: S608
