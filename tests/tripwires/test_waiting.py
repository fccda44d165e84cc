"""What a browser shows is asked for until it is there: a page read once, on a busy machine, is read
while it is still being drawn.

Looked at are the assertions themselves. A value that is read first and asserted afterwards, or read
by a helper such as the story of the journeys, has to wait for its page by itself."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
READS_ONCE = {
    "all_inner_texts",
    "all_text_contents",
    "count",
    "get_attribute",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "text_content",
}


def read_once(source: str) -> list[str]:
    """The assertions that read a page only once; a count of stored records is none."""
    calls = (
        call
        for statement in ast.walk(ast.parse(source))
        if isinstance(statement, ast.Assert)
        for call in ast.walk(statement.test)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in READS_ONCE
    )
    return [said for call in calls if ".objects." not in (said := ast.unparse(call))]


def in_a_browser() -> list[Path]:
    return [
        path
        for path in sorted(TESTS.rglob("test_*.py"))
        if "pytest.mark.browser" in path.read_text(encoding="utf-8") and path != Path(__file__)
    ]


def test_no_assertion_reads_a_page_only_once():
    files = in_a_browser()
    assert len(files) > 10
    found = {path.name: read_once(path.read_text(encoding="utf-8")) for path in files}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("assert screen.get_by_text('已保存').count() == 1", 1),
        ("assert (one.input_value(), two.is_checked()) == ('3', True)", 2),
        ("assert Agreement.objects.count() == 2", 0),
        ("expect(screen.get_by_text('已保存')).to_have_count(1)", 0),
    ],
)
def test_what_reads_once_is_known(line, found):
    assert len(read_once(line)) == found
