-- A month's figures of all units of a region, written by hand: one statement for each table of
-- records. What the compilation gives is compared with this, in its numbers and in its time.
--
-- Parameters: region; first and last, the days of the period; year, the 1 January of its end.
-- Every statement begins with the units below, then adds up by district (`own`; what happened at
-- places a base has left is kept apart), and lastly by unit, up the tree.

-- name: units
WITH RECURSIVE heir AS (
    SELECT d.id AS district, d.id AS unit, d.valid_from, d.valid_to, d.successor_id, d.parent_id
    FROM regions_district d
    WHERE d.region_id = %(region)s
    UNION ALL
    SELECT h.district, d.id, d.valid_from, d.valid_to, d.successor_id, d.parent_id
    FROM heir h
    JOIN regions_district d
        ON d.id = CASE WHEN h.valid_to < %(last)s
            THEN coalesce(h.successor_id, h.parent_id) ELSE h.parent_id END
    WHERE h.valid_to < %(last)s OR h.valid_from > %(last)s
),
unit AS (
    SELECT district, unit, parent_id
    FROM heir
    WHERE (valid_from IS NULL OR valid_from <= %(last)s)
        AND (valid_to IS NULL OR valid_to >= %(last)s)
),
above AS (
    SELECT unit AS below, unit, parent_id FROM unit WHERE unit = district
    UNION ALL
    SELECT a.below, d.id, d.parent_id
    FROM above a JOIN regions_district d ON d.id = a.parent_id
),
-- a base that left when its unit ended goes with itself, not with the unit's successor
moved AS (
    SELECT here.id AS place, after.district_id
    FROM bases_placement here
    JOIN regions_district d ON d.id = here.district_id
        AND d.valid_to < %(last)s AND here.until = d.valid_to + 1
    JOIN bases_placement after ON after.base_id = here.base_id AND after.since = here.until
    WHERE here.region_id = %(region)s
),
-- where a base was, from a day to before another; `left` names the places it has left
span AS (
    SELECT base_id, district_id, coalesce(since, '-infinity') AS since,
        coalesce(until, 'infinity') AS until, CASE WHEN until IS NOT NULL THEN id END AS "left"
    FROM bases_placement
),

-- name: bases
own AS (
    SELECT p.district_id, p."left" AS place,
        count(*) AS f1,
        count(*) FILTER (WHERE b.recognised_on >= %(first)s) AS f2
    FROM bases_base b
    JOIN span p ON p.base_id = b.id AND %(last)s >= p.since AND %(last)s < p.until
    WHERE b.region_id = %(region)s AND b.voided_at IS NULL
        AND b.recognised_on <= %(last)s
        AND (b.exited_on IS NULL OR b.exited_on > %(last)s)
        AND (b.valid_until IS NULL OR b.valid_until >= %(last)s)
    GROUP BY 1, 2
)
SELECT a.unit, sum(f1) AS "1", sum(f2) AS "2"
FROM own
LEFT JOIN moved m ON m.place = own.place
JOIN unit u ON u.district = coalesce(m.district_id, own.district_id)
JOIN above a ON a.below = u.unit
GROUP BY a.unit

-- name: positions
own AS (
    SELECT p.district_id, p."left" AS place,
        sum(x.headcount) AS f3,
        coalesce(sum(x.headcount) FILTER (WHERE x.published_on >= %(first)s), 0) AS f4
    FROM positions_position x
    JOIN bases_base b ON b.id = x.base_id AND b.voided_at IS NULL
        AND b.recognised_on <= %(last)s
        AND (b.exited_on IS NULL OR b.exited_on > %(last)s)
        AND (b.valid_until IS NULL OR b.valid_until >= %(last)s)
    JOIN span p ON p.base_id = b.id AND %(last)s >= p.since AND %(last)s < p.until
    WHERE x.region_id = %(region)s AND x.voided_at IS NULL
        AND x.published_on <= %(last)s
        AND (x.closed_on IS NULL OR x.closed_on > %(last)s)
    GROUP BY 1, 2
)
SELECT a.unit, sum(f3) AS "3", sum(f4) AS "4"
FROM own
LEFT JOIN moved m ON m.place = own.place
JOIN unit u ON u.district = coalesce(m.district_id, own.district_id)
JOIN above a ON a.below = u.unit
GROUP BY a.unit

-- name: agreements
own AS (
    SELECT p.district_id, p."left" AS place,
        count(*) FILTER (WHERE x.arrived_on BETWEEN %(first)s AND %(last)s
            AND x.arrived_on >= p.since AND x.arrived_on < p.until
            OR (x.arrived_on IS NULL OR x.arrived_on > %(last)s) AND x.planned_start <= %(last)s
            AND %(last)s >= p.since AND %(last)s < p.until) AS f5,
        count(*) FILTER (WHERE x.arrived_on BETWEEN %(first)s AND %(last)s
            AND x.arrived_on >= p.since AND x.arrived_on < p.until) AS f6,
        count(*) FILTER (WHERE x.arrived_on BETWEEN %(first)s AND %(last)s
            AND x.arrived_on >= p.since AND x.arrived_on < p.until
            AND x."group" = 'graduate') AS f7,
        count(*) FILTER (WHERE x.ended_on <= %(last)s
            AND x.ended_on >= p.since AND x.ended_on < p.until
            AND x.end_kind IN ('completed', 'retained_early')) AS f8,
        count(*) FILTER (WHERE x.ended_on <= %(last)s
            AND x.ended_on >= p.since AND x.ended_on < p.until
            AND x.end_kind IN ('completed', 'retained_early')
            AND x.outcome = 'retained') AS f9,
        count(*) FILTER (WHERE x.ended_on <= %(last)s
            AND x.ended_on >= p.since AND x.ended_on < p.until
            AND x.end_kind IN ('completed', 'retained_early')
            AND x.outcome = 'retained' AND x."group" = 'graduate') AS f10,
        count(*) FILTER (WHERE x.ended_on <= %(last)s
            AND x.ended_on >= p.since AND x.ended_on < p.until
            AND x.end_kind IN ('completed', 'retained_early')
            AND x.outcome = 'other_employment') AS f11,
        count(*) FILTER (WHERE x.ended_on <= %(last)s
            AND x.ended_on >= p.since AND x.ended_on < p.until
            AND x.end_kind = 'terminated') AS f12,
        count(*) FILTER (WHERE x.arrived_on <= %(last)s
            AND (x.ended_on IS NULL OR x.ended_on > %(last)s)
            AND %(last)s >= p.since AND %(last)s < p.until) AS f13
    FROM trainees_agreement x
    JOIN positions_position o ON o.id = x.position_id
    JOIN span p ON p.base_id = o.base_id
    WHERE x.region_id = %(region)s AND x.voided_at IS NULL
        AND x.signed_on <= %(last)s
        AND (x.ended_on IS NULL OR x.ended_on >= %(first)s)
    GROUP BY 1, 2
)
SELECT a.unit, sum(f5) AS "5", sum(f6) AS "6", sum(f7) AS "7", sum(f8) AS "8", sum(f9) AS "9",
    sum(f10) AS "10", sum(f11) AS "11", sum(f12) AS "12", sum(f13) AS "13"
FROM own
LEFT JOIN moved m ON m.place = own.place
JOIN unit u ON u.district = coalesce(m.district_id, own.district_id)
JOIN above a ON a.below = u.unit
GROUP BY a.unit

-- name: payments
own AS (
    SELECT coalesce(x.district_id, p.district_id) AS district_id,
        p."left" AS place,
        sum(CASE x.kind WHEN 'recovery' THEN -x.amount ELSE x.amount END) AS f14
    FROM subsidies_payment x
    LEFT JOIN span p ON p.base_id = x.base_id AND x.paid_on >= p.since AND x.paid_on < p.until
    WHERE x.region_id = %(region)s AND x.voided_at IS NULL
        AND x.purpose = 'internship' AND x.paid_on BETWEEN %(year)s AND %(last)s
    GROUP BY 1, 2
)
SELECT a.unit, sum(f14) AS "14"
FROM own
LEFT JOIN moved m ON m.place = own.place
JOIN unit u ON u.district = coalesce(m.district_id, own.district_id)
JOIN above a ON a.below = u.unit
GROUP BY a.unit

-- name: activities
own AS (
    SELECT x.district_id,
        count(*) FILTER (WHERE x.kind = 'online_matching') AS a1,
        count(*) FILTER (WHERE x.kind = 'offline_matching') AS a2,
        sum(x.bases) FILTER (WHERE x.kind <> 'policy_talk') AS a3,
        sum(x.positions) FILTER (WHERE x.kind <> 'policy_talk') AS a4,
        sum(x.unemployed_youths) FILTER (WHERE x.kind <> 'policy_talk') AS a5,
        sum(x.graduates) FILTER (WHERE x.kind <> 'policy_talk') AS a6,
        sum(x.placed) FILTER (WHERE x.kind <> 'policy_talk') AS a7,
        count(*) FILTER (WHERE x.kind = 'policy_talk') AS b1,
        sum(x.employers_served) FILTER (WHERE x.kind = 'policy_talk') AS b2,
        sum(x.youths_served) FILTER (WHERE x.kind = 'policy_talk') AS b3
    FROM activities_activity x
    WHERE x.region_id = %(region)s AND x.voided_at IS NULL
        AND x.held_on BETWEEN %(first)s AND %(last)s
    GROUP BY 1
)
SELECT a.unit, sum(a1) AS a1, sum(a2) AS a2, sum(a3) AS a3, sum(a4) AS a4, sum(a5) AS a5,
    sum(a6) AS a6, sum(a7) AS a7, sum(b1) AS b1, sum(b2) AS b2, sum(b3) AS b3
FROM own
JOIN unit u ON u.district = own.district_id
JOIN above a ON a.below = u.unit
GROUP BY a.unit
