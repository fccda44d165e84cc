"""Paging by key, totals, filters: what every list of records does alike."""

from datetime import date

import pytest
from django.core.exceptions import BadRequest

from activities.models import Activity
from jianxi.lists import Cursor, page_of, total_of
from tests.factories import district, in_region, make_activity, make_base
from tests.records import at, names_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    with in_region("chongqing") as region:
        yield region


def fill(number: int, held_on=date(2026, 3, 1)):
    """So many activities, the later the number the newer."""
    unit = district("渝中区")
    Activity.objects.bulk_create(
        Activity(
            region=unit.region, district=unit, number=f"{i:04}", held_on=held_on, kind="policy_talk"
        )
        for i in range(number)
    )


def numbers(page):
    return [row.number for row in page.rows]


def walk(params):
    """All pages from a place on, forward or backward."""
    pages = [page_of(Activity.objects.all(), "held_on", params)]
    step = "previous" if "before" in params else "next"
    word = "before" if "before" in params else "after"
    while mark := getattr(pages[-1], step):
        pages.append(page_of(Activity.objects.all(), "held_on", {word: mark, "size": "20"}))
    return pages


def test_pages_forward_and_back_show_every_row_once_also_when_all_are_of_one_day(region):
    fill(45)
    forward = walk({"size": "20"})
    assert [len(page.rows) for page in forward] == [20, 20, 5]
    assert [number for page in forward for number in numbers(page)] == [
        f"{i:04}" for i in range(44, -1, -1)
    ]
    assert [page.start for page in forward] == [1, 21, 41]
    assert (forward[0].previous, forward[2].next) == ("", "")

    back = walk({"before": forward[2].previous, "size": "20"})
    assert [numbers(page) for page in back] == [numbers(forward[1]), numbers(forward[0])]
    assert [page.start for page in back] == [21, 1]
    assert back[1].previous == ""
    assert back[1].next == forward[0].next


def test_the_newest_day_comes_first(region):
    for day in (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 5)):
        make_activity("渝中区", number=f"{day:%d}", held_on=day)
    assert numbers(page_of(Activity.objects.all(), "held_on", {})) == ["09", "05", "02"]


def test_rows_that_come_in_between_neither_repeat_nor_hide_others(region):
    fill(30)
    first = page_of(Activity.objects.all(), "held_on", {"size": "20"})
    make_activity("渝中区", number="new", held_on=date(2026, 9, 1))
    second = page_of(Activity.objects.all(), "held_on", {"after": first.next, "size": "20"})
    assert numbers(first) + numbers(second) == [f"{i:04}" for i in range(29, -1, -1)]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1.2",
        "0.2026-01-01.5",
        "1.2026-13-01.5",
        "1..5",
        "-1.2026-01-01.5",
        f"1.2026-01-01.{2**63}",
    ],
)
def test_a_place_that_is_none_is_bad_input(region, text):
    with pytest.raises(BadRequest):
        page_of(Activity.objects.all(), "held_on", {"after": text})


def test_a_place_reads_back_as_it_was_written():
    for cursor in (Cursor(21, date(2026, 1, 31), 7), Cursor(1, None, 9)):
        assert Cursor.read(str(cursor)) == cursor


@pytest.mark.parametrize(
    ("size", "taken"), [("50", 50), ("20", 20), ("1000", 20), ("x", 20), (None, 20)]
)
def test_only_the_sizes_offered_are_taken(region, size, taken):
    assert page_of(Activity.objects.all(), "held_on", {"size": size} if size else {}).size == taken


@pytest.mark.parametrize(
    ("rows", "total"), [(0, "0"), (1000, "1,000"), (1001, "1,000+"), (1200, "1,000+")]
)
def test_a_total_is_exact_to_a_thousand(region, rows, total):
    fill(rows)
    assert total_of(Activity.objects.all()) == total


# --- On the page


def test_the_filter_stands_in_the_address_and_the_page_shows_it(client):
    with in_region("chongqing"):
        make_activity("渝中区", number="A1", kind="policy_talk")
        make_activity("渝中区", number="A2", kind="online_matching")
    sign_in(client, "渝中区")
    page = client.get(at("activities", kind="policy_talk"))
    assert names_in(page) == ["A1"]
    assert page.context["listing"].filtered is True
    assert page.context["listing"].total_label == "1"
    assert '<option value="policy_talk" selected>' in page.text


def test_bad_filters_name_their_field_and_show_no_rows(client):
    with in_region("chongqing"):
        make_activity("渝中区", number="A1")
    sign_in(client, "渝中区")
    for wrong in (
        {"held_since": "2026-02-30"},
        {"kind": "x"},
        {"district": "500101"},
        {"q": "x" * 101},
    ):
        page = client.get(at("activities", **wrong))
        wanted = 200 if "district" in wrong else 400  # one unit: there is no such filter
        assert page.status_code == wanted, wrong
        if wanted == 400:
            assert list(page.context["listing"].filter.form.errors) == list(wrong)
            assert names_in(page) == []


@pytest.mark.parametrize("words", ["\x00", "𠮷", "%", "_", "'", "\\", "“", "😀", "1" * 100])
def test_any_words_can_be_sought(client, words):
    with in_region("chongqing"):
        make_activity("渝中区", number="A1", title="宣讲")
        make_base("渝中区", name="甲公司")
    sign_in(client, "渝中区")
    for name in ("bases", "positions", "trainees", "agreements", "payments", "activities"):
        page = client.get(at(name, q=words))
        assert page.status_code in (200, 400), name
        assert names_in(page) == []


def test_districts_offered_are_those_held_and_no_other_is_taken(client):
    with in_region("ningxia"):
        for name in ("兴庆区", "金凤区", "大武口区"):
            make_activity(name, number=name)
    sign_in(client, "银川市", region="ningxia")
    page = client.get(at("activities", region="ningxia"))
    assert sorted(names_in(page)) == ["兴庆区", "金凤区"]
    offered = dict(page.context["listing"].filter.form.fields["district"].choices)
    with in_region("ningxia"):
        yinchuan, xingqing, dawukou = map(district, ("银川市", "兴庆区", "大武口区"))
    assert yinchuan.key in offered
    assert xingqing.key in offered
    assert dawukou.key not in offered

    assert names_in(client.get(at("activities", region="ningxia", district=xingqing.key))) == [
        "兴庆区"
    ]
    refused = client.get(at("activities", region="ningxia", district=dawukou.key))
    assert refused.status_code == 400
    assert names_in(refused) == []


def test_a_district_above_others_finds_what_lies_below_it(client):
    with in_region("ningxia"):
        for name in ("兴庆区", "大武口区"):
            make_activity(name, number=name)
        city = district("银川市")
    sign_in(client, "宁夏回族自治区", region="ningxia")
    assert sorted(names_in(client.get(at("activities", region="ningxia")))) == [
        "兴庆区",
        "大武口区",
    ]
    assert names_in(client.get(at("activities", region="ningxia", district=city.key))) == ["兴庆区"]


def test_an_empty_list_says_what_to_do_next(client):
    sign_in(client, "渝中区")
    page = client.get(at("bases"))
    assert "还没有见习基地" in page.text
    assert "台账" in page.text
