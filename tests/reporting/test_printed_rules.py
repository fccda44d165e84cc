"""Every printed rule of every form in use, broken by data: a faulty definition, or records the
form as printed cannot take.

A way to break a rule is found by the rule's own code. A rule that a form gets has to get its way
here, or these tests fail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pytest

from regions.folders import read_region, region_slugs
from regions.models import District
from reporting.checks import SETS
from reporting.compiling import form_for
from reporting.definitions import FormDefinition, form_data, form_keys
from reporting.gaps import gap_of
from reporting.loading import in_words_of_region
from reporting.models import Compilation
from reporting.rules import Rule, parse_rules
from reporting.units import Units
from tests.factories import (
    district,
    in_region,
    make_agreement,
    make_base,
    make_position,
    make_trainee,
)
from tests.months import MARCH, compiled, define

END = date(2026, 3, 20)
OVER = {"arrived_on": date(2026, 1, 7), "ended_on": END, "end_kind": "completed"}
BEGUN = {"arrived_on": date(2026, 3, 2)}
PLACES = {  # two lowest units of each region, in Ningxia of different cities
    "chongqing": ("渝中区", "南岸区"),
    "changsha": ("岳麓区", "浏阳市"),
    "ningxia": ("兴庆区", "平罗县"),
}

# --- Records


def bases(**stray):
    """A base that is as it should be, and one that is not."""
    return lambda where: make_base(where, **stray), make_base


def positions(**stray):
    def of(**facts):
        return lambda where: make_position(make_base(where), **facts)

    return of(**stray), of()


def youths(stray, whole):
    """Agreements: facts of the one that is not as it should be, and of one that is."""

    def of(group="graduate", graduated_on=date(2025, 6, 30), **facts):
        def make(where):
            position = make_position(make_base(where))
            own = {"graduated_on": graduated_on if group == "graduate" else None}
            return make_agreement(
                position, make_trainee(position.region, group=group, **own), **facts
            )

        return make

    return of(**stray), of(**whole)


OTHER = {"group": "unemployed_youth"}  # not a graduate


@dataclass(frozen=True)
class Way:
    """`records`: two makers of a record in a place: of one in the part alone (or in two parts at
    once), and of one in the whole alone, which makes the counts agree again. `part`, `where`: the
    indicator that a faulty definition asks otherwise; none for a rule that true records break.
    `too`: rules that cannot hold where this one does not."""

    records: tuple[Callable, Callable]
    part: str = ""
    where: tuple[str, ...] = ()
    too: frozenset[str] = frozenset()


NEW_BASE_THAT_LEFT = bases(recognised_on=date(2026, 3, 5), exited_on=END)
NEW_POSITION_THAT_CLOSED = positions(published_on=date(2026, 3, 5), closed_on=END)
ARRIVED_UNPLANNED = youths(OTHER | BEGUN, {})
BOTH_KEPT_AND_EMPLOYED = youths(OTHER | OVER | {"outcome": "retained"}, OVER)
COMPLETED = ("completed_in_period",)

WAYS = {
    "national14": {
        "R1": Way(NEW_BASE_THAT_LEFT, "2", ("recognised_in_period",)),
        "R2": Way(NEW_POSITION_THAT_CLOSED, "4", ("published_in_period",)),
        "R3.1": Way(ARRIVED_UNPLANNED, "5", ("planned", "graduate")),
        "R3.2": Way(youths(OVER, OTHER | BEGUN), "7", (*COMPLETED, "graduate")),
        "R4": Way(BOTH_KEPT_AND_EMPLOYED, "11", (*COMPLETED, "retained")),
        "R5": Way(youths(OVER, OTHER | OVER | {"outcome": "retained"}), "10", (*COMPLETED, "graduate")),
    },
    "ningxia15": {
        "R1": Way(NEW_BASE_THAT_LEFT, "2", ("recognised_in_period",)),
        "R2": Way(NEW_POSITION_THAT_CLOSED, "4", ("published_in_period",)),
        "R3": Way(ARRIVED_UNPLANNED, "5", ("planned", "graduate")),
        "R4": Way(
            youths(BEGUN | {"graduated_on": date(2026, 1, 10)}, OTHER | BEGUN),
            "7",
            ("arrived_in_period", "graduate", "graduated_this_year"),
        ),
        "R5": Way(youths(OVER | {"outcome": "retained"}, OVER)),
        "R6": Way(youths(OVER, OTHER | OVER | {"outcome": "retained"}), "11", (*COMPLETED, "graduate")),
        "S0": Way(BOTH_KEPT_AND_EMPLOYED, "12", (*COMPLETED, "retained"), too=frozenset({"R5"})),
    },
}  # fmt: skip

# --- The rules


class Use(NamedTuple):
    """A form as a region uses it."""

    slug: str
    form: FormDefinition


def uses() -> list[Use]:
    found = []
    for slug in region_slugs():
        facts = read_region(slug)
        for entry in facts.forms:
            key = entry["key"]
            data = in_words_of_region(facts.form_data.get(key) or form_data(key), entry)
            found.append(Use(slug, FormDefinition.from_dict(key, data)))
    return found


def proven(form: FormDefinition) -> list[Rule]:
    """What the form prints, and what stops a month."""
    return [rule for rule in parse_rules(form) if rule.official or rule.severity == "block"]


CASES = [(use.slug, use.form.key, rule) for use in uses() for rule in proven(use.form)]


def test_there_is_a_way_to_break_each_rule_and_no_way_without_a_rule():
    rules = {(key, rule.code) for _, key, rule in CASES}
    assert rules == {(key, code) for key, ways in WAYS.items() for code in ways}
    assert {slug for slug, _, _ in CASES} == set(PLACES)
    assert {use.form.key for use in uses()} == set(form_keys())


def findings_of(unit) -> dict[str, tuple]:
    kept = Compilation.objects.get(report__district=unit, report__period=MARCH.start)
    return {f["rule"]: (f["outcome"], f["severity"]) for f in kept.findings}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "key", "rule"), [pytest.param(*case, id=f"{case[0]}-{case[2].code}") for case in CASES]
)
def test_a_broken_rule_is_caught_and_names_the_very_records(slug, key, rule):
    """In one unit the counts tell, in another they agree and the sets alone do; the units above
    add up what is below them. A hint's sets are not asked."""
    way = WAYS[key][rule.code]
    stray, whole = way.records
    with in_region(slug) as region:
        here, there = map(district, PLACES[slug])
        strays = {here.pk: stray(here), there.pk: stray(there)}
        whole(there)
        if way.part:
            define(way.part, form=key, where=list(way.where))
        compiled(region, MARCH, key)
        form, above = form_for(region, MARCH, key), Units(MARCH.end).above
        asked = {known.code: known for known in form.rules}
        fails = ("fail", rule.severity)
        sets = {} if rule.severity == "hint" else {f"{rule.code}{SETS}": fails}
        counts = {rule.code: fails} | dict.fromkeys(way.too, ("fail", "hint"))
        for unit in District.objects.filter(pk__in=above[here.pk] + above[there.pk]):
            failing = (counts if unit.pk in above[here.pk] else {}) | sets
            assert findings_of(unit) == failing, unit
            named = [(r.pk, -1) for place, r in strays.items() if unit.pk in above[place]]
            for code in failing.keys() - way.too:
                records = gap_of(form, MARCH, unit, asked[code]).records
                assert [(m.record, m.contribution) for m in records] == named, (unit, code)
