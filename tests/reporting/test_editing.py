"""A definition changed one part at a time: nothing of it is lost, whatever is moved where."""

from hypothesis import given
from hypothesis import strategies as st

from reporting import editing
from reporting.loading import check
from tests.drafts import indicator


def form(*indicators: dict) -> dict:
    return {"title": "某表", "unit_heading": "单位", "indicators": list(indicators)}


def codes(definition: dict) -> list[str]:
    return [row["code"] for row in definition["indicators"]]


ROOTS = form(indicator("1"), indicator("2", parent=""), indicator("99"))


def test_an_empty_parent_is_none():
    check("x", ROOTS)
    assert codes(editing.moved(ROOTS, "1", 1)) == ["2", "1", "99"]
    assert codes(editing.moved(ROOTS, "2", 1)) == ["1", "99", "2"]
    assert codes(editing.moved(ROOTS, "99", -1)) == ["1", "99", "2"]
    assert [row["code"] for row in editing.beside(ROOTS, "2")] == ["1", "2", "99"]


def test_a_row_with_an_empty_parent_stays_where_it_is_when_it_is_saved():
    saved = editing.with_indicator(ROOTS, indicator("2", label="改名", parent=""), was="2")
    assert codes(saved) == ["1", "2", "99"]
    assert editing.indicator_of(saved, "2")["label"] == "改名"


@st.composite
def nested(draw) -> dict:
    """Indicators that nest at random, up to a dozen; a root says so or says nothing."""
    rows, above = [], []
    for n in range(draw(st.integers(1, 12))):
        above = above[: draw(st.integers(0, len(above)))]
        said = {"parent": above[-1]} if above else draw(st.sampled_from([{}, {"parent": ""}]))
        rows.append(indicator(str(n), **said))
        above.append(str(n))
    return form(*rows)


@given(nested(), st.data())
def test_however_indicators_are_moved_each_is_there_once(definition, data):
    """Where they nest as they should, they do so afterwards; in any other order none is lost."""
    code, step = data.draw(st.sampled_from(codes(definition))), data.draw(st.sampled_from([-1, 1]))
    check("x", definition)
    moved = editing.moved(definition, code, step)
    check("x", moved)
    assert sorted(codes(moved)) == sorted(codes(definition))
    siblings = [row["code"] for row in editing.beside(definition, code)]
    place = siblings.index(code)
    if 0 <= place + step < len(siblings):
        siblings[place], siblings[place + step] = siblings[place + step], siblings[place]
    assert [row["code"] for row in editing.beside(moved, code)] == siblings
    rows = data.draw(st.permutations(definition["indicators"]))
    disordered = editing.moved(definition | {"indicators": rows}, code, step)
    assert sorted(codes(disordered)) == sorted(codes(definition))
