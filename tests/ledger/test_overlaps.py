"""Which agreements can stand where a person may have one at a time."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trainees.overlaps import Claim, Span, Timeline, groups, judge

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(12)]


def span(person, start, end=None) -> Span:
    return Span(person, DAYS[start], None if end is None else DAYS[end])


def collide(one: Span, other: Span) -> bool:
    return (
        one.person == other.person
        and not one.is_empty
        and not other.is_empty
        and one.start < other.last
        and other.start < one.last
    )


@st.composite
def spans(draw):
    start = draw(st.integers(0, 11))
    end = draw(st.none() | st.integers(start, 11))
    return span(draw(st.sampled_from("ab")), start, end)


@st.composite
def ledgers(draw):
    """Rows, and a database that holds what some of them change and some more, all disjoint."""
    database = []
    for candidate in draw(st.lists(spans(), max_size=6)):
        if not any(collide(candidate, held) for held in database):
            database.append(candidate)
    changed = draw(st.sets(st.sampled_from(database))) if database else set()
    stored = [*changed, *[None] * draw(st.integers(0, 4))]
    claims = [Claim(draw(spans()), held) for held in draw(st.permutations(stored))]
    return claims, [held for held in database if held not in changed]


def final_state(claims, standing) -> list[Span]:
    return [
        *standing,
        *(claim.stored if claim.clash else claim.span for claim in claims if _remains(claim)),
    ]


def _remains(claim):
    return claim.stored is not None or claim.clash is None


@given(ledgers())
def test_what_stands_in_the_end_never_overlaps(ledger):
    claims, standing = ledger
    judge(claims, standing)
    state = final_state(claims, standing)
    for index, one in enumerate(state):
        assert not any(collide(one, other) for other in state[index + 1 :])


@given(ledgers())
def test_a_refused_row_clashes_with_something_that_stands(ledger):
    claims, standing = ledger
    judge(claims, standing)
    for claim in claims:
        if claim.clash:
            others = [held for held in final_state(claims, standing) if held is not claim.stored]
            assert any(collide(claim.span, held) for held in others)
            assert claim.clash in others


@given(st.lists(spans(), max_size=6))
def test_of_new_rows_the_earlier_one_wins(wanted):
    claims = [Claim(one) for one in wanted]
    judge(claims, [])
    held = []
    for claim in claims:
        refused = any(collide(claim.span, other) for other in held)
        assert bool(claim.clash) == refused
        if not refused:
            held.append(claim.span)


@given(ledgers())
def test_people_who_share_no_row_are_judged_apart(ledger):
    claims, standing = ledger
    together = [Claim(claim.span, claim.stored) for claim in claims]
    judge(together, standing)
    for group in groups(claims):
        people = {held.person for claim in group for held in (claim.span, claim.stored) if held}
        judge(group, [held for held in standing if held.person in people])
    assert [bool(c.clash) for c in claims] == [bool(c.clash) for c in together]


def test_the_day_an_agreement_ends_is_free():
    claims = [Claim(span("a", 0, 5)), Claim(span("a", 5, 8)), Claim(span("a", 7))]
    judge(claims, [])
    assert [claim.clash for claim in claims] == [None, None, claims[1].span]


def test_one_that_ends_as_it_begins_is_in_nobodys_way():
    claims = [Claim(span("a", 0, 8)), Claim(span("a", 3, 3)), Claim(span("a", 8))]
    judge(claims, [])
    assert [claim.clash for claim in claims] == [None, None, None]


def test_an_edit_counts_in_its_new_form_wherever_it_stands_in_the_sheet():
    new, edit = Claim(span("a", 5)), Claim(span("a", 0, 5), stored=span("a", 0))
    judge([new, edit], [])
    assert (new.clash, edit.clash) == (None, None)


def test_two_agreements_may_exchange_their_days():
    one, other = span("a", 0, 4), span("a", 4, 8)
    claims = [Claim(span("a", 4, 8), stored=one), Claim(span("a", 0, 4), stored=other)]
    judge(claims, [])
    assert [claim.clash for claim in claims] == [None, None]


def test_a_refused_edit_stays_as_it_is_and_may_stand_in_anothers_way():
    stored = span("a", 0, 4)
    new, edit = Claim(span("a", 2, 6)), Claim(span("a", 4, 9), stored=stored)
    standing = [span("a", 8, 10)]
    judge([new, edit], standing)
    assert (new.clash, edit.clash) == (stored, standing[0])


def test_a_row_is_not_refused_for_one_that_is_refused_itself():
    """The edit gives way to the first row, which then gives way to what the edit was."""
    first, edit = Claim(span("a", 2, 6)), Claim(span("a", 4, 9), stored=span("a", 1, 3))
    judge([first, edit], [])
    assert (first.clash, edit.clash) == (edit.span, None)


def test_a_timeline_finds_the_first_of_many():
    line = Timeline(span("a", start, start + 1) for start in (8, 2, 5))
    assert line.clash(span("a", 3, 9)).start == DAYS[5]
    assert line.clash(span("a", 3, 5)) is None
    assert line.clash(span("b", 0)) is None
