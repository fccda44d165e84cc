"""Which of many agreements can stand, where a person may have one running at a time.

Pure: days in, findings out. A span is [start, end), its end None while it runs; one that ends on
the day it starts is empty and in nobody's way.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, eq=False, slots=True)
class Span:
    """An agreement of a person; `of` is whatever the caller knows it by."""

    person: Hashable
    start: date
    end: date | None = None
    of: object = None

    @property
    def last(self) -> date:
        return self.end or date.max

    @property
    def is_empty(self) -> bool:
        return self.last <= self.start


@dataclass(eq=False, slots=True)
class Claim:
    """An agreement as a row wants it; `stored` is what it is now, None for a new one."""

    span: Span
    stored: Span | None = None
    clash: Span | None = field(default=None, init=False)


class Timeline:
    """Spans of several persons, none of one person overlapping another."""

    def __init__(self, spans: Iterable[Span] = ()):
        self._spans: dict[Hashable, list[Span]] = defaultdict(list)
        for span in spans:
            self.add(span)

    def clash(self, span: Span) -> Span | None:
        """The first span that runs at the same time."""
        if span.is_empty:
            return None
        spans = self._spans[span.person]
        at = bisect_left(spans, span.start, key=lambda other: other.start)
        before = spans[at - 1 : at] if at and spans[at - 1].last > span.start else []
        after = spans[at : at + 1] if at < len(spans) and spans[at].start < span.last else []
        return next(iter(before + after), None)

    def add(self, span: Span):
        if not span.is_empty:
            spans = self._spans[span.person]
            spans.insert(bisect_left(spans, span.start, key=lambda other: other.start), span)

    def remove(self, span: Span):
        if not span.is_empty:
            self._spans[span.person].remove(span)


def judge(claims: list[Claim], standing: list[Span]):
    """Mark each claim that cannot stand with what it clashes with.

    Earlier claims go before later ones. `standing` are agreements that no claim changes. One that
    is refused its change stays as it is stored, and may then stand in another's way; one that is
    refused altogether stands in nobody's.
    """
    back: set[Claim] = set()
    while True:
        timeline = Timeline([*standing, *(claim.stored for claim in back)])
        again = False
        for claim in claims:
            if claim in back:
                continue
            claim.clash = timeline.clash(claim.span)
            if claim.clash is None:
                timeline.add(claim.span)
            elif claim.stored:
                back.add(claim)
                again = True
                break
        if not again:
            break
    while _let_in(claims, back, timeline):
        pass


def _let_in(claims, back, timeline) -> bool:
    """What clashed only with claims that were refused later on can stand after all."""
    changed = False
    for claim in claims:
        if claim.clash is None:
            continue
        if claim in back:
            timeline.remove(claim.stored)
        claim.clash = timeline.clash(claim.span)
        if claim.clash is None:
            back.discard(claim)
            timeline.add(claim.span)
            changed = True
        elif claim in back:
            timeline.add(claim.stored)
    return changed


def groups(claims: list[Claim]) -> list[list[Claim]]:
    """Claims that can touch each other: of one person, or of two that a row moves between."""
    leader = {}

    def lead(person):
        while (above := leader.setdefault(person, person)) != person:
            person = above
        return person

    for claim in claims:
        one = lead(claim.span.person)
        if claim.stored:
            leader[lead(claim.stored.person)] = one
    found = defaultdict(list)
    for claim in claims:
        found[lead(claim.span.person)].append(claim)
    return list(found.values())
