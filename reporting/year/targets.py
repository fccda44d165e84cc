"""Annual targets and how far the units are, by the records as they are now.

Which targets there are the region's policy says (`annual_targets`); where it is silent, USUAL.
What is reached is counted from 1 January to today (of a year that is over: to its end) by the same
conditions as the months, in one statement per source table. What no record tells (典型人物,
国家级示范基地) is entered beside the target, under the goal's key with DONE after it. What may not
fall below last year's is measured by the figure at that year's end: as submitted, else as entered
(the key with BEFORE after it), else by the records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Max

from jianxi.history import acting
from jianxi.locks import Lock, hold
from regions.models import District, Region
from regions.policy import policy_at
from regions.wording import ANNUAL_TARGETS
from reporting.computing import Window, count
from reporting.conditions import words_of
from reporting.definitions import Indicator
from reporting.models import Form, Target
from reporting.periods import Period
from reporting.units import Units
from reporting.year.measures import own_words, submitted

DONE, BEFORE = "_done", "_before"
LARGEST = 10_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Goal:
    """A column of the target table; `of` is empty where no record tells what is reached.
    `kept`: what is there at the end, not what came in the year; `not_below`: it may not fall below
    last year's."""

    key: str
    unit: str
    of: str = ""
    where: tuple[str, ...] = ()
    sum: str | None = None
    kept: bool = False
    not_below: bool = False
    label: str = ""  # see goals_of

    @property
    def indicator(self) -> Indicator:
        kind = "stock" if self.kept else "flow"
        return Indicator(self.key, self.label, self.unit, kind, self.of, self.where, self.sum)

    @property
    def is_counted(self) -> bool:
        return bool(self.of)

    @property
    def words(self) -> str:
        """What is counted."""
        if not self.is_counted:
            return "没有对应的记录，完成数由管理员填写"
        floor = "；没有下达的，不低于上年末的数" if self.not_below else ""
        return f"{words_of(self.indicator)}{floor}"


NEW_BASES = ("existing", "recognised_in_period")
GOALS = (
    Goal("new_bases", "家", "bases", NEW_BASES),
    Goal(
        "new_bases_key_enterprises",
        "家",
        "bases",
        (*NEW_BASES, "key_enterprise"),
    ),
    Goal("positions", "个", "positions", ("published_in_period",), "headcount"),
    Goal(
        "positions_total", "个", "positions", ("existing",), "headcount", kept=True, not_below=True
    ),
    Goal("trainees", "人", "agreements", ("arrived_in_period",)),
    Goal("policy_talks", "场", "activities", ("held_in_period", "policy_talk")),
    Goal("matching_events", "场", "activities", ("held_in_period", "matching")),
    Goal("role_models", "名"),
    Goal("national_model_bases", "家"),
)
USUAL = tuple(goal.key for goal in GOALS if not goal.kept)
# The policy's parameter by which the total of positions may not fall below last year's.
NOT_BELOW = "positions_not_below_last_year"


def goals_of(region: Region) -> dict[str, Goal]:
    """All there can be, by key, in the region's words."""
    labels = {key: own_words(label, region) for key, label in ANNUAL_TARGETS.items()}
    return {goal.key: replace(goal, label=labels[goal.key]) for goal in GOALS}


def goals_on(region: Region, day: date) -> tuple[Goal, ...]:
    """Those of the region in scope, in its order: what its policy names, and what it says may not
    fall."""
    policy, goals = policy_at(day), goals_of(region)
    keys = policy.value("annual_targets", USUAL)
    if not policy.value(NOT_BELOW):
        return tuple(replace(goals[key], not_below=False) for key in keys)
    unnamed = (goal.key for goal in GOALS if goal.not_below and goal.key not in keys)
    return tuple(goals[key] for key in (*keys, *unnamed))


@dataclass(frozen=True)
class Column:
    """Something to be entered: a target, what was reached where no record tells, or what there was
    a year before."""

    key: str
    label: str


def columns_of(goals: Iterable[Goal]) -> tuple[Column, ...]:
    goals = tuple(goals)
    return (
        *(Column(goal.key, f"{goal.label}（{goal.unit}）") for goal in goals),
        *(
            Column(goal.key + DONE, f"已完成{goal.label}（{goal.unit}）")
            for goal in goals
            if not goal.is_counted
        ),
        *(
            Column(goal.key + BEFORE, f"上年末{goal.label}（{goal.unit}）")
            for goal in goals
            if goal.not_below
        ),
    )


# By a goal's key, what gives the same figure in the months (see measures.MEANT).
SAME_AS = {"positions_total": "positions"}


@dataclass(frozen=True)
class Mark:
    """A target and what is reached of it; None: not set, not known. `implied`: nobody entered it,
    it follows from last year's figure, which `basis` says where it comes from."""

    target: int | None
    done: int | None
    implied: bool = False
    basis: str = ""

    @property
    def percent(self) -> int | None:
        """Rounded down: 100 is reached only by all."""
        return self.done * 100 // self.target if self.target and self.done is not None else None

    def tone(self, gone: int) -> str:
        """Measured by the part of the year that is gone, in percent."""
        if self.percent is None:
            return ""
        if self.percent >= 100 or self.percent >= gone:
            return "good"
        return "due" if self.percent * 2 >= gone else "late"


def last_day(year: int, today: date) -> date:
    """Up to which a year is counted."""
    return max(date(year, 1, 1), min(today, date(year, 12, 31)))


@dataclass
class Year:
    """The targets of the region in scope in a year, and what is reached by `until`.

    `wanted` and `done` hold, by the unit's pk, a value for each goal's key; a unit above has what
    was entered for itself, else the sum of those below.
    """

    region: Region
    year: int
    today: date
    until: date = field(init=False)
    units: Units = field(init=False)
    goals: tuple[Goal, ...] = field(init=False)

    def __post_init__(self):
        self.until = last_day(self.year, self.today)
        self.goals = goals_on(self.region, self.until)
        self.units = Units(self.until)
        rows = list(Target.objects.filter(year=self.year).values_list("district", "key", "value"))
        self.is_set = bool(rows)
        entered: dict[str, dict[int, int]] = {}
        for district, key, value in rows:
            of_key, unit = entered.setdefault(key, {}), self.units.unit_of[district]
            of_key[unit] = of_key.get(unit, 0) + value
        self.entered = entered
        self.wanted = {goal.key: self._rolled_up(entered.get(goal.key, {})) for goal in self.goals}
        self.before: dict[str, dict[int, tuple[int, str]]] = {}
        self.done = self._count()

    @property
    def gone(self) -> int:
        """The part of the year that is gone, in percent."""
        if self.today < date(self.year, 1, 1):
            return 0
        whole = (date(self.year, 12, 31) - date(self.year, 1, 1)).days + 1
        return ((self.until - date(self.year, 1, 1)).days + 1) * 100 // whole

    def mark(self, unit: District, key: str) -> Mark:
        target, done = self.wanted[key].get(unit.pk), self.done[key].get(unit.pk)
        if target is None and unit.pk in self.before.get(key, {}):
            before, basis = self.before[key][unit.pk]
            return Mark(before, done, implied=True, basis=basis)
        return Mark(target, done)

    def marks(self, unit: District) -> dict[str, Mark]:
        return {goal.key: self.mark(unit, goal.key) for goal in self.goals}

    def tone(self, goal: Goal, mark: Mark) -> str:
        return mark.tone(100 if goal.kept else self.gone)

    def _count(self) -> dict[str, dict[int, int]]:
        counted = tuple(goal.indicator for goal in self.goals if goal.is_counted)
        windows = [Window(Period(date(self.year, 1, 1), self.until), self.units, counted)]
        kept = [goal for goal in self.goals if goal.not_below]
        if kept:
            december = Period.month_of(date(self.year - 1, 12, 31))
            then = self.units.on(december.end)
            windows.append(Window(december, then, tuple(goal.indicator for goal in kept)))
        now, *before = count(windows, self.region.pk)
        if kept:
            forms = list(Form.objects.in_force(december.end))
            months = submitted(forms, december.start, december.start, then.valid)
            as_submitted = months.get(december.start, {})
            for goal in kept:
                self.before[goal.key] = self._a_year_before(goal, before[0], as_submitted)
        told = {
            goal.key: self._rolled_up(self.entered.get(goal.key + DONE, {}))
            for goal in self.goals
            if not goal.is_counted
        }
        return {
            indicator.code: {unit: figures[indicator.code] for unit, figures in now.items()}
            for indicator in counted
        } | told

    def _a_year_before(self, goal: Goal, counted, as_submitted) -> dict[int, tuple[int, str]]:
        """By unit, what there was at last year's end and where that is known from; a unit above
        has the sum of those below where it handed in none of its own."""
        entered = self.entered.get(goal.key + BEFORE, {})
        then: dict[int, list[int]] = {}  # units that went into one count together
        for unit in counted:
            then.setdefault(self.units.unit_of[unit], []).append(unit)
        found: dict[int, tuple[int, str]] = {}

        def settle(unit):
            below = [settle(child) for child in self.units.children(unit)]
            known = [
                as_submitted[one].get(SAME_AS[goal.key])
                for one in then.get(unit.pk, ())
                if one in as_submitted
            ]
            if known and len(known) == len(then[unit.pk]) and None not in known:
                found[unit.pk] = sum(known), "上年末报送数"
            elif unit.pk in entered:
                found[unit.pk] = entered[unit.pk], "填写的上年末数"
            elif below:
                bases = {basis for _, basis in below}
                basis = bases.pop() if len(bases) == 1 else "各单位相加"
                found[unit.pk] = sum(value for value, _ in below), basis
            else:
                value = sum(counted[one][goal.key] for one in then.get(unit.pk, ()))
                found[unit.pk] = value, "上年末的记录"
            return found[unit.pk]

        settle(self.units.root)
        return found

    def _rolled_up(self, own: Mapping[int, int]) -> dict[int, int]:
        found: dict[int, int] = {}

        def settle(unit) -> int | None:
            below = [settle(child) for child in self.units.children(unit)]
            known = [value for value in below if value is not None]
            value = own.get(unit.pk, sum(known) if known else None)
            if value is not None:
                found[unit.pk] = value
            return value

        settle(self.units.root)
        return found


def years(today: date) -> list[int]:
    """Those with targets, this one and, towards its end, the next; newest first."""
    known = set(Target.objects.order_by().values_list("year", flat=True).distinct())
    return sorted(known | {today.year} | ({today.year + 1} if today.month > 9 else set()))[::-1]


def version_of(year: int) -> str:
    """The state of a year's targets: travels with the form, so that nobody overwrites unseen."""
    events = Target.pgh_event_model.objects.filter(year=year)
    return str(events.aggregate(at=Max("pgh_id"))["at"] or 0)


class MovedOn(Exception):
    """Somebody else has changed the targets in the meantime."""


class ReasonMissing(Exception):
    """What was set before changes only with a reason."""


def enter(
    region: Region,
    year: int,
    values: Mapping[tuple[int, str], int | None],
    *,
    actor,
    reason: str,
    seen: str | None = None,
) -> int:
    """Set targets by (district pk, key); None takes one back. Returns how many changed.

    Raises MovedOn where `seen` is not the year's version, ReasonMissing where something that was
    set before would change without a reason.
    """
    with acting(actor, reason):
        hold(Lock.YEAR, region.pk)
        if seen is not None and seen != version_of(year):
            raise MovedOn
        kept = {
            (row.district_id, row.key): row
            for row in Target.objects.filter(year=year).select_for_update()
        }
        changed = {
            where: value
            for where, value in values.items()
            if value != (kept[where].value if where in kept else None)
        }
        if not reason.strip() and any(where in kept for where in changed):
            raise ReasonMissing
        gone = [kept[where].pk for where, value in changed.items() if value is None]
        Target.objects.filter(pk__in=gone).delete()
        Target.objects.bulk_create(
            [
                Target(region=region, year=year, district_id=district, key=key, value=value)
                for (district, key), value in changed.items()
                if value is not None
            ],
            update_conflicts=True,
            unique_fields=["region", "year", "district", "key"],
            update_fields=["value"],
        )
    return len(changed)
