"""What has been reported since: for the level above, which asks again and again.

Entries come from the history of the reports. Submissions of a region wait for all its writers
(freezing) and its approvals are made one at a time (Lock.APPROVE), so the numbers of these events
are in the order in which they were committed, and a reader that goes on from the last one it saw
misses none.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from reporting.models import Correction, Report, Version

SUBMITTED, CORRECTED, APPROVED = "submitted", "corrected", "approved"
WORDS = {SUBMITTED: "已报送", CORRECTED: "已更正", APPROVED: "已审定"}


@dataclass(frozen=True)
class Entry:
    """`number`: of the event, the place to go on from."""

    number: int
    at: datetime
    kind: str
    form: str
    period: date
    district: int
    version: int


def entries(region_id: int, districts: list[int], *, after: int, limit: int) -> list[Entry]:
    """Versions submitted, corrected and approved, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {"region": region_id, "districts": districts, "after": after, "limit": limit},
        )
        return [Entry(*row) for row in cursor.fetchall()]


_EVENTS = Report.pgh_event_model._meta.db_table
_CORRECTIONS = Correction.pgh_event_model._meta.db_table  # also of what came back since
_INTO = "state = 'submitted' AND before IS DISTINCT FROM 'submitted'"
_SQL = f"""
WITH changed AS (
    SELECT pgh_id, pgh_created_at, pgh_obj_id, district_id, form_key, period, state,
        lag(state) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS before
    FROM {_EVENTS}
    WHERE region_id = %(region)s AND district_id = ANY(%(districts)s) AND pgh_obj_id IN (
        SELECT pgh_obj_id FROM {_EVENTS} WHERE region_id = %(region)s AND pgh_id > %(after)s
    )
), numbered AS (
    SELECT *, count(*) FILTER (WHERE {_INTO})
        OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS version
    FROM changed
)
SELECT numbered.pgh_id, numbered.pgh_created_at,
    CASE WHEN NOT ({_INTO}) THEN 'approved'
        WHEN EXISTS (SELECT FROM {_CORRECTIONS} WHERE version_id = kept.id) THEN 'corrected'
        ELSE 'submitted' END,
    form_key, period, district_id, numbered.version
FROM numbered
LEFT JOIN {Version._meta.db_table} kept
    ON kept.report_id = numbered.pgh_obj_id AND kept.number = numbered.version
WHERE pgh_id > %(after)s
    AND (({_INTO}) OR (state IN ('approved', 'locked') AND before = 'submitted'))
ORDER BY pgh_id LIMIT %(limit)s
"""  # noqa: S608
