"""Why a record makes a rule fail: its base moved, or what was submitted for the month before it was
entered, voided or changed since; else by which of the rule's figures it is in."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import models

from bases.models import Placement
from jianxi.history import Change
from reporting.cells import Member, among, model_of
from reporting.computing import Window
from reporting.conditions import SOURCES
from reporting.differences import differences, rows_at
from reporting.gaps import Gap
from reporting.models import Form
from reporting.past import Past
from reporting.periods import Period
from reporting.rules import LAST_YEAR, NOW, PREVIOUS, Number, Rule, Term
from reporting.units import Units

MOST = 2000  # records that are looked into; what is beyond is told by its number
_MONTHS = {NOW: "本月", PREVIOUS: "上月", LAST_YEAR: "去年同月"}
_BASE_OF = {"positions": "base", "agreements": "position__base", "payments": "base"}


class Why(models.TextChoices):
    VOIDED = "voided", "上月报送之后作废"
    MOVED_OUT = "moved_out", "基地划出"
    MOVED_IN = "moved_in", "基地划入"
    LATE = "late", "上月报送之后补录"
    CHANGED = "changed", "上月报送之后改过"
    APART = "apart", "按各项的口径"


class Place(NamedTuple):
    """Where a base was, and since when."""

    district: int
    since: date | None


@dataclass
class Group:
    """Records with one reason; `changes`: by record, what was changed, old → new."""

    why: Why
    words: str
    records: list[Member] = field(default_factory=list)
    changes: dict[int, list[Change]] = field(default_factory=dict)

    @property
    def total(self) -> Number:
        return sum(member.contribution for member in self.records)


def reasons(form: Form, period: Period, unit, rule: Rule, gap: Gap) -> list[Group]:
    """The gap's first `MOST` records by reason, the reason of most records first; as of when the
    gap is. The number of statements does not grow with the records."""
    members = (gap.records or [])[:MOST]
    if not members:
        return []
    told = dict.fromkeys((member.record for member in members), (Why.APART, ""))
    changed: dict[int, list[Change]] = {}
    if rule.uses_previous:
        since, changed = _since(form, period, unit, rule, gap, list(told))
        told |= since
    found: dict[tuple, Group] = {}
    for member in members:
        why, words = told[member.record]
        if why == Why.APART:
            words = _apart(rule, gap.counts.get(member.record, []))
        group = found.setdefault((why, words), Group(why, words))
        group.records.append(member)
        if why == Why.CHANGED:
            group.changes[member.record] = changed[member.record]
    return sorted(found.values(), key=lambda group: -len(group.records))


def others(gap: Gap) -> list[Group]:
    """What the gap's reasons leave out: with them they add up to it."""
    groups = [
        Group(Why.APART, f"排在前 {MOST:,} 之后，没有归类", (gap.records or [])[MOST:]),
        Group(Why.APART, "其余，方向相反，抵回一部分", gap.rest),
    ]
    return [group for group in groups if group.records]


def _since(form, period, unit, rule, gap: Gap, records: list[int]):
    """By record, what became of it since the month before was submitted, for those of which that
    tells; and what was changed in them."""
    source, units, now = gap.source, gap.units, gap.units.past
    then = gap.last and Past(gap.last.upto)
    before = {t.code: form.parsed.by_code[t.code] for t in rule.terms if t.of == PREVIOUS}
    window = Window(period.previous, units.on(period.previous.end), tuple(before.values()))
    current = {t.code: form.parsed.by_code[t.code] for t in rule.terms if t.of == NOW}
    anywhere = {
        PREVIOUS: _anywhere(form, window, source, records),
        NOW: _anywhere(form, Window(period, units, tuple(current.values())), source, records),
    }
    counting = set().union(*anywhere[PREVIOUS].values())
    balanced = [
        record
        for record in _balanced(rule, anywhere)
        if record in counting or all(term.of != PREVIOUS for term in gap.counts[record])
    ]
    found: dict[int, tuple[Why, str]] = _moved(source, balanced, period, unit, units, then)
    if then is None:
        return found, {}
    rows, known = rows_at(model_of(source), records, now), rows_at(model_of(source), records, then)
    read = [form.parsed.by_code[term.code] for term in rule.terms if term.code]
    changed = differences(source, records, read, then, now)
    for record in records:
        terms = gap.counts[record]
        counted = any(term.of == PREVIOUS for term in terms)
        in_both = counted and any(term.of == NOW and term.code in before for term in terms)
        if record in rows and rows[record].voided_at:
            found[record] = Why.VOIDED, "作废的记录不再计入；上月报送的数里还有它"
        elif record in found or (counted == (record in counting) and not in_both):
            continue
        elif record not in known:
            found[record] = Why.LATE, "日期在上月或更早，上月报送的数里没有它"
        elif record in changed:
            found[record] = Why.CHANGED, "改动见各行，上月报送的数按改动之前算"
    return found, changed


def _anywhere(form, window: Window, source: str, records: Collection[int]) -> dict[str, set[int]]:
    """By code, those of the records that count in a window, for whatever unit."""
    return among(window, form.region_id, {source: records})


def _balanced(rule: Rule, anywhere: dict[str, dict[str, set[int]]]) -> set[int]:
    """The records that count for both sides alike, each wherever it is: what makes a gap of them is
    that their figures are of different units."""
    shares = Counter()
    for sign, terms in ((1, rule.left), (-1, rule.right)):
        for term in terms:
            for record in anywhere.get(term.of, {}).get(term.code, ()):
                shares[record] += sign * term.sign
    return {record for record, share in shares.items() if share == 0}


def _moved(source, records, period, unit, units: Units, then: Past | None) -> dict:
    """By record, from where to where its base moved, if that was into the unit or out of it."""
    if not SOURCES[source].placed:
        return {}
    bases = _bases(source, records)
    was = _places(set(bases.values()), period.previous.end, then or units.past)
    is_ = _places(set(bases.values()), period.end, units.past)
    found = {}
    for record, base in bases.items():
        if base not in was or base not in is_:
            continue
        left, lies = was[base].district, is_[base].district
        here, there = (unit.pk in units.above[units.unit_of[one]] for one in (left, lies))
        if here != there:
            names = f"{units.by_pk[left].name}划到{units.by_pk[lies].name}"
            day = f"{is_[base].since:%Y-%m-%d} 起" if is_[base].since else ""
            why, follows = (
                (Why.MOVED_OUT, "之后的记录计入那边")
                if here
                else (Why.MOVED_IN, "以前的记录计在那边")
            )
            found[record] = why, f"{day}从{names}，{follows}"
    return found


def _bases(source: str, records: Collection[int]) -> dict[int, int]:
    """By record, its base; none for what names its district itself."""
    if source == "bases":
        return {record: record for record in records}
    rows = model_of(source).objects.filter(pk__in=records)
    pairs = rows.values_list("pk", _BASE_OF[source])
    return {record: base for record, base in pairs if base}


def _places(bases: set[int], day: date, past: Past | None) -> dict[int, Place]:
    events = Placement.pgh_event_model.objects.filter(base__in=bases).values("pgh_obj")
    rows = past.events(Placement, events) if past else Placement.objects.all()
    starts = models.Q(since=None) | models.Q(since__lte=day)
    ends = models.Q(until=None) | models.Q(until__gt=day)
    found = rows.filter(starts, ends, base__in=bases)
    return {row.base_id: Place(row.district_id, row.since) for row in found}


def _apart(rule: Rule, counts: list[Term]) -> str:
    """In which of the rule's figures a record is, and in which not."""
    terms = [term for term in rule.terms if term.code]
    if len({term.code for term in terms}) == 1 and {term.of for term in terms} <= _MONTHS.keys():
        inside = "、".join(_MONTHS[term.of] for term in terms if term in counts)
        outside = "、".join(_MONTHS[term.of] for term in terms if term not in counts)
        return f"{inside}有，{outside}没有" if outside else "两个月都有，计入的数不同"
    inside = "、".join(str(term) for term in terms if term in counts)
    outside = "、".join(str(term) for term in terms if term not in counts)
    return f"计入 {inside}，没有计入 {outside}" if outside else f"同时计入 {inside}"
