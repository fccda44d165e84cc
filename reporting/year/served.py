"""Graduates who wish to intern, and who of them was served: as far as the records tell.

A wish is an application made in the year (for a position or to the pool), an agreement signed in
it, or a 见习意向 on the register of someone who graduated in the year or in the two before and is
neither studying nor employed. Served is who was, in the year, put forward to a base, taken in or
dispatched, or signed an agreement. Each person counts once, in the district that reviewed the
latest application, else where the agreement is, else where he or she lives.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from reporting.units import Units

WORDS = (
    "有意愿：本年报过名（含人才库）、本年签订过协议，或登记了见习意向且毕业两年内、未就读、未就业的"
    "毕业生。已服务：其中本年被推送给单位、被接收或派遣、签订了协议的。每人计一次，算在最近一次报名的"
    "审核区县；没有报名的算在协议所在区县、常住区县。"
)

SQL = """
WITH applied AS (
    SELECT DISTINCT ON (trainee_id) trainee_id, district_id
    FROM trainees_application
    WHERE region_id = %(region)s AND voided_at IS NULL
      AND submitted_at >= %(start)s::date AND submitted_at < %(end)s::date + 1
    ORDER BY trainee_id, submitted_at DESC, id DESC
), reached AS (
    SELECT DISTINCT trainee_id FROM trainees_application
    WHERE region_id = %(region)s AND voided_at IS NULL
      AND submitted_at >= %(start)s::date AND submitted_at < %(end)s::date + 1
      AND (referred_at IS NOT NULL OR state IN ('referred', 'accepted', 'dispatched', 'signed'))
), signed AS (
    SELECT DISTINCT ON (agreement.trainee_id) agreement.trainee_id, base.district_id
    FROM trainees_agreement agreement
    JOIN positions_position position ON position.id = agreement.position_id
    JOIN bases_base base ON base.id = position.base_id
    WHERE agreement.region_id = %(region)s AND agreement.voided_at IS NULL
      AND agreement.signed_on BETWEEN %(start)s AND %(end)s
    ORDER BY agreement.trainee_id, agreement.signed_on DESC, agreement.id DESC
)
SELECT coalesce(applied.district_id, signed.district_id, trainee.home_district_id),
       count(*),
       count(*) FILTER (WHERE reached.trainee_id IS NOT NULL OR signed.trainee_id IS NOT NULL)
FROM trainees_trainee trainee
LEFT JOIN applied ON applied.trainee_id = trainee.id
LEFT JOIN reached ON reached.trainee_id = trainee.id
LEFT JOIN signed ON signed.trainee_id = trainee.id
WHERE trainee.region_id = %(region)s AND trainee.voided_at IS NULL
  AND trainee."group" = 'graduate'
  AND (applied.trainee_id IS NOT NULL OR signed.trainee_id IS NOT NULL
       OR (trainee.wish <> '' AND trainee.graduated_on BETWEEN %(graduated)s AND %(end)s
           AND trainee.studying IS NOT TRUE AND trainee.employed IS NOT TRUE))
GROUP BY 1
"""


@dataclass(frozen=True)
class Served:
    wished: int = 0
    served: int = 0

    @property
    def percent(self) -> int | None:
        return self.served * 100 // self.wished if self.wished else None


def served(units: Units, region_id: int, year: int, until: date) -> dict[int, Served]:
    """By the pk of every unit, those above others included; one statement."""
    days = {
        "region": region_id,
        "start": date(year, 1, 1),
        "end": until,
        "graduated": date(year - 2, 1, 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(SQL, days)
        rows = cursor.fetchall()
    found = {unit.pk: [0, 0] for unit in units.valid}
    for district, wished, reached in rows:
        lowest = units.unit_of[district] if district else units.root.pk
        for unit in units.above[lowest]:
            found[unit][0] += wished
            found[unit][1] += reached
    return {unit: Served(*numbers) for unit, numbers in found.items()}
