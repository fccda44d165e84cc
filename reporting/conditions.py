"""The named conditions that forms combine. Each is defined here, once.

From a condition come the figure (as a filter in one grouped statement per source table), the
records behind a cell, the check that sets nest, and the words of the help. SQL speaks of {S} and
{E}, the period's first and last day, and {Y}, the first of January of E's year.

A base's figures belong to the district it is in: a stock's by E, an event's by its day. `day` is
that day; a condition without one (a group, an outcome) leaves it to the others.
"""

import re
from dataclasses import dataclass

STOCK = "{E}"

SIGNED_AMOUNT = "CASE payment.kind WHEN 'recovery' THEN -payment.amount ELSE payment.amount END"


@dataclass(frozen=True)
class Source:
    """A table of records: how it is read, and where a record's district comes from.

    `placed`: through the base's dated placements; otherwise the row names its district itself.
    `counted`: what its records are counted in, put after a number.
    `people`: the sums that are numbers of people; "" where each record is one.
    """

    name: str
    counted: str
    row: str
    tables: str
    placed: bool
    district: str
    sums: dict[str, str]
    model: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """`begins`, `ends`: of what exists on a day, SQL of the first day it does and of the first it
    no longer does."""

    sql: str
    words: str
    day: str = ""
    begins: str = ""
    ends: str = ""

    @property
    def kind(self) -> str:
        """The kind of figure it makes; "" where it leaves that to the others."""
        if not self.day:
            return ""
        if self.begins:
            return "stock"
        return "cumulative" if "{Y}" in self.sql else "flow"

    @property
    def name(self) -> str:
        """The beginning of its words, which stands for all of them."""
        return re.split("[：（，]", self.words)[0]


@dataclass(frozen=True)
class Beside:
    """A number that is computed beside a form's figures: the rows of a source that meet `filter`,
    counted or `sum`med as an indicator's. `where`: as if it were one, for `widest`. `in_place`: it
    stays with the district of its placement, wherever bases went when a unit ended."""

    code: str
    of: str
    filter: str
    where: tuple[str, ...]
    sum: str | None = None
    in_place: bool = False
    kind: str = ""
    is_money: bool = False


BASE_EXISTING = (
    "base.recognised_on <= {E} AND (base.exited_on IS NULL OR base.exited_on > {E})"
    " AND (base.valid_until IS NULL OR base.valid_until >= {E})"
)

SOURCES = {
    "bases": Source(
        name="bases",
        counted="家基地",
        row="base",
        tables="bases_base base JOIN bases_placement place ON place.base_id = base.id",
        placed=True,
        district="place.district_id",
        sums={},
        model="bases.Base",
    ),
    "positions": Source(
        name="positions",
        counted="个岗位",
        row="position",
        tables=(
            "positions_position position"
            " JOIN bases_base base ON base.id = position.base_id AND base.voided_at IS NULL"
            " JOIN bases_placement place ON place.base_id = base.id"
        ),
        placed=True,
        district="place.district_id",
        sums={"headcount": "position.headcount"},
        model="positions.Position",
        people=("headcount",),
    ),
    "agreements": Source(
        name="agreements",
        counted="份协议",
        row="agreement",
        tables=(
            "trainees_agreement agreement"
            " JOIN positions_position position ON position.id = agreement.position_id"
            " JOIN bases_placement place ON place.base_id = position.base_id"
        ),
        placed=True,
        district="place.district_id",
        sums={},
        model="trainees.Agreement",
        people=("",),
    ),
    "payments": Source(
        name="payments",
        counted="笔拨付",
        row="payment",
        tables=(
            "subsidies_payment payment"
            " LEFT JOIN bases_placement place ON place.base_id = payment.base_id"
        ),
        placed=True,
        district="COALESCE(payment.district_id, place.district_id)",
        sums={"amount": SIGNED_AMOUNT},
        model="subsidies.Payment",
    ),
    "activities": Source(
        name="activities",
        counted="场活动",
        row="activity",
        tables="activities_activity activity",
        placed=False,
        district="activity.district_id",
        sums={
            name: f"activity.{name}"
            for name in (
                "bases",
                "positions",
                "unemployed_youths",
                "graduates",
                "placed",
                "employers_served",
                "youths_served",
            )
        },
        model="activities.Activity",
        people=("unemployed_youths", "graduates", "placed", "youths_served"),
    ),
}

ARRIVED_IN_PERIOD = "agreement.arrived_on BETWEEN {S} AND {E}"
GRADUATION_YEAR = (
    "(SELECT extract(year FROM trainee.graduated_on) FROM trainees_trainee trainee"
    " WHERE trainee.id = agreement.trainee_id)"
)

KEY_ENTERPRISE = (
    "EXISTS (SELECT 1 FROM reporting_keyenterprise enterprise"
    " JOIN bases_employerprofile profile ON profile.employer_id = enterprise.employer_id"
    " WHERE profile.id = base.profile_id AND enterprise.region_id = base.region_id)"
)

CONDITIONS: dict[str, dict[str, Condition]] = {
    "bases": {
        "existing": Condition(
            BASE_EXISTING,
            "期末在册：已认定、未退出、在有效期内",
            STOCK,
            begins="base.recognised_on",
            ends="least(base.exited_on, base.valid_until + 1)",
        ),
        "recognised_in_period": Condition(
            "base.recognised_on BETWEEN {S} AND {E}",
            "本期首次认定（续期不算）",
            "base.recognised_on",
        ),
        "key_enterprise": Condition(KEY_ENTERPRISE, "用人单位在重点企业名单里"),
    },
    "positions": {
        "existing": Condition(
            "position.published_on <= {E}"
            " AND (position.closed_on IS NULL OR position.closed_on > {E})"
            f" AND {BASE_EXISTING}",
            "期末在册：已发布、未关闭，所属基地期末在册；暂停招募的也算",
            STOCK,
            begins="CASE WHEN position.published_on IS NOT NULL"
            " THEN greatest(position.published_on, base.recognised_on) END",
            ends="least(position.closed_on, base.exited_on, base.valid_until + 1)",
        ),
        "published_in_period": Condition(
            "position.published_on BETWEEN {S} AND {E}", "本期发布", "position.published_on"
        ),
    },
    "agreements": {
        "arrived_in_period": Condition(ARRIVED_IN_PERIOD, "本期到岗", "agreement.arrived_on"),
        "planned": Condition(
            f"({ARRIVED_IN_PERIOD} OR (agreement.signed_on <= {{E}}"
            " AND agreement.planned_start <= {E}"
            " AND (agreement.arrived_on IS NULL OR agreement.arrived_on >= {S})"
            " AND NOT (agreement.arrived_on IS NULL AND agreement.ended_on IS NOT NULL"
            " AND agreement.ended_on < {S})))",
            "本期到岗，或期末前已签订、约定开始不晚于期末、本期之前没有到岗也没有取消；同一份只算一次",
            f"CASE WHEN {ARRIVED_IN_PERIOD} THEN agreement.arrived_on ELSE {{E}} END",
        ),
        "completed_in_period": Condition(
            "agreement.arrived_on IS NOT NULL AND agreement.ended_on BETWEEN {S} AND {E}"
            " AND agreement.end_kind IN ('completed', 'retained_early')",
            "本期期满，或本期提前留用",
            "agreement.ended_on",
        ),
        "broken_off_in_period": Condition(
            "agreement.arrived_on IS NOT NULL AND agreement.ended_on BETWEEN {S} AND {E}"
            " AND agreement.end_kind = 'terminated'",
            "本期非正常结束",
            "agreement.ended_on",
        ),
        "on_post": Condition(
            "agreement.arrived_on <= {E}"
            " AND (agreement.ended_on IS NULL OR agreement.ended_on > {E})",
            "期末在岗：已到岗、未结束，不看约定结束日",
            STOCK,
            begins="agreement.arrived_on",
            ends="agreement.ended_on",
        ),
        "retained": Condition("agreement.outcome = 'retained'", "去向为留用"),
        "otherwise_employed": Condition(
            "agreement.outcome = 'other_employment'", "去向为其他方式就业"
        ),
        "graduate": Condition("agreement.\"group\" = 'graduate'", "签订时属于高校毕业生一类"),
        "graduated_this_year": Condition(
            f"{GRADUATION_YEAR} = extract(year FROM {{E}})", "毕业年份就是本期所在年份"
        ),
        "graduated_before_this_year": Condition(
            f"{GRADUATION_YEAR} < extract(year FROM {{E}})", "毕业年份早于本期所在年份"
        ),
    },
    "payments": {
        "internship_subsidy": Condition(
            "payment.purpose = 'internship'", "用途为见习补贴，追回按负数"
        ),
        "paid_this_year": Condition(
            "payment.paid_on BETWEEN {Y} AND {E}", "本年1月1日至期末拨付", "payment.paid_on"
        ),
    },
    "activities": {
        "held_in_period": Condition(
            "activity.held_on BETWEEN {S} AND {E}", "本期举办", "activity.held_on"
        ),
        "online_matching": Condition("activity.kind = 'online_matching'", "线上对接"),
        "offline_matching": Condition("activity.kind = 'offline_matching'", "线下对接"),
        "matching": Condition(
            "activity.kind IN ('online_matching', 'offline_matching')", "供需对接，线上线下都算"
        ),
        "policy_talk": Condition("activity.kind = 'policy_talk'", "政策宣讲"),
    },
}


def conditions_of(indicator) -> list[Condition]:
    """Raises KeyError for a condition its source does not know."""
    return [CONDITIONS[indicator.of][name] for name in indicator.where]


def belongs_on(indicator) -> str:
    """SQL of the day whose placement decides the district: E as soon as a stock is asked for,
    so that a part lies where its whole does; otherwise the event's day."""
    days = [condition.day for condition in conditions_of(indicator) if condition.day]
    return STOCK if STOCK in days else days[0]


def meets(indicator) -> str:
    """SQL of what a record must meet."""
    if isinstance(indicator, Beside):
        return indicator.filter
    return " AND ".join(f"({condition.sql})" for condition in conditions_of(indicator))


def filter_of(indicator) -> str:
    """SQL of what a record, in one of its base's placements, must meet."""
    if isinstance(indicator, Beside):
        return indicator.filter
    if not SOURCES[indicator.of].placed:
        return meets(indicator)
    day = belongs_on(indicator)
    return (
        f"{meets(indicator)} AND (place.since IS NULL OR place.since <= {day})"
        f" AND (place.until IS NULL OR {day} < place.until)"
    )


def widest(indicators) -> list:
    """Those of the indicators in which all others are parts: a record in none of them is in none
    of the others."""
    wheres = [frozenset(indicator.where) for indicator in indicators]
    return [
        indicator
        for number, indicator in enumerate(indicators)
        if not any(
            other < wheres[number] or (other == wheres[number] and before < number)
            for before, other in enumerate(wheres)
        )
    ]


def contribution_of(indicator) -> str:
    """SQL of what one record adds to the figure."""
    return SOURCES[indicator.of].sums[indicator.sum] if indicator.sum else "1"


def words_of(indicator) -> str:
    """The definition in plain words, for the help text."""
    return "；".join(condition.words for condition in conditions_of(indicator))
