from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.definitions import FormDefinition, read_form
from reporting.figures import printed, to_wan
from reporting.layout import header_grid, number_row

# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("yuan", "wan"),
    [
        ("0", "0.00"),
        ("49.99", "0.00"),
        ("50", "0.01"),
        ("150", "0.02"),
        ("249.99", "0.02"),
        ("250", "0.03"),
        ("2164000.00", "216.40"),
        ("-49.99", "0.00"),
        ("-50", "-0.01"),
        ("-2164050", "-216.41"),
        ("98765432109876543.21", "9876543210987.65"),
    ],
)
def test_yuan_become_wan_rounded_half_away_from_zero_without_minus_zero(yuan, wan):
    assert str(to_wan(Decimal(yuan))) == wan


@given(st.decimals(-(10**12), 10**12, places=2))
def test_rounding_is_never_off_by_more_than_half_a_cent_of_wan(yuan):
    assert abs(to_wan(yuan) * 10000 - yuan) <= 50
    assert to_wan(-yuan) == -to_wan(yuan)


def test_a_total_is_rounded_from_its_own_sum_not_from_rounded_parts():
    parts = [Decimal("40.00"), Decimal("40.00"), Decimal("40.00")]
    assert ([to_wan(p) for p in parts], to_wan(sum(parts))) == (
        [Decimal("0.00")] * 3,
        Decimal("0.01"),
    )


def test_a_form_is_printed_in_its_order_and_what_is_missing_stays_missing():
    form = read_form("national14")
    shown = printed(form, {"14": Decimal("-120050"), "1": 0, "2": None})
    assert list(shown) == list(form.by_code)
    assert {code: value for code, value in shown.items() if value is not None} == {
        "1": 0,
        "14": Decimal("-12.01"),
    }


# ---------------------------------------------------------------- headers


def drawn(form) -> list[str]:
    """The header as a spreadsheet shows it: labels where cells begin, · where they run on."""
    grid = header_grid(form)
    picture = [["?"] * (1 + len(form.indicators)) for _ in grid]
    for row in grid:
        for cell in row:
            for r in range(cell.row, cell.row + cell.rowspan):
                for c in range(cell.col, cell.col + cell.colspan):
                    assert picture[r][c] == "?"
                    picture[r][c] = "·"
            name = "" if not cell.label else cell.code or cell.label
            picture[cell.row][cell.col] = name
    return ["|".join(row) for row in picture]


def test_the_header_of_the_national_form_is_merged_as_printed():
    assert drawn(read_form("national14")) == [
        "项目|1|·|3|·|5|6|·|8|·|·|·|12|13|14",
        "·||2||4|·||7||9|·|11|·|·|·",
        "·|·|·|·|·|·|·|·|·||10|·|·|·|·",
    ]


def test_the_header_of_the_ningxia_form_is_merged_as_printed():
    assert drawn(read_form("ningxia15")) == [
        "项目|1|·|3|·|5|6|·|·|9|·|·|·|13|14|15",
        "·||2||4|·||7|8||10|·|12|·|·|·",
        "·|·|·|·|·|·|·|·|·|·||11|·|·|·|·",
    ]


def test_the_header_of_the_progress_form_has_its_groups():
    assert drawn(read_form("progress")) == [
        "区县|见习供需对接活动开展情况|·|·|·|·|·|·|见习政策宣讲活动开展情况|·|·",
        "·|a1|a2|a3|a4|参与青年（人）|·|a7|b1|b2|b3",
        "·|·|·|·|·|a5|a6|·|·|·|·",
    ]


def test_a_blank_cell_below_a_label_still_belongs_to_its_column():
    blanks = [c for row in header_grid(read_form("national14")) for c in row if not c.label]
    assert [(c.code, c.row, c.col, c.rowspan) for c in blanks] == [
        ("1", 1, 1, 2),
        ("3", 1, 3, 2),
        ("6", 1, 6, 2),
        ("8", 1, 8, 2),
        ("9", 2, 9, 1),
    ]


def test_only_a_summary_form_has_a_row_of_numbers():
    assert number_row(read_form("national14")) == ["", *map(str, range(1, 15))]
    assert number_row(read_form("progress")) == []


@st.composite
def forms(draw):
    """Forms that nest at random, up to a dozen columns."""
    indicators, above = [], []
    for n in range(draw(st.integers(1, 12))):
        above = above[: draw(st.integers(0, len(above)))]
        indicators.append(
            {
                "code": str(n),
                "label": f"指标{n}",
                "unit": "人",
                "kind": "flow",
                "of": "agreements",
                "where": ["arrived_in_period"],
                "parent": above[-1] if above else None,
                "group": None if above else draw(st.sampled_from([None, "甲", "乙"])),
            }
        )
        above.append(str(n))
    return FormDefinition.from_dict(
        "x", {"title": "某表", "unit_heading": "项目", "indicators": indicators}
    )


@given(forms())
def test_however_a_form_nests_its_header_covers_each_place_once(form):
    assert "?" not in "".join(drawn(form))
