"""Positions sought by words: how words are cut, and that what is sought is what stands there."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bases.moves import move
from jianxi.tenancy import scopes_disabled
from positions import search
from positions.models import Position
from positions.search import holding, index_stale, words_of, words_sought
from positions.tasks import index
from tests.factories import district, make_agreement, make_base, make_position
from tests.positions.conftest import inside, make_filing

DAY = timezone.localdate()


def found(query):
    filters = [one for one in [holding(query)] if one is not None]
    return sorted(Position.objects.filter(*filters).values_list("title", flat=True))


# --- Cutting


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("前端开发工程师", ["前端", "开发", "前端开发", "工程", "工程师"]),
        ("Java、C++ 的开发", ["java", "c++", "开发"]),
        ("的，。 ！", []),
        ("", []),
    ],
)
def test_text_is_cut_into_long_words_and_short_ones(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("前端开发", ["前端", "开发"]),  # a long word is sought as the short ones it is made of
        ("工程师", ["工程师"]),
        ("JAVA 开发", ["java", "开发"]),
        ("渝中区的岗位", ["渝中区", "岗位"]),
    ],
)
def test_a_query_is_cut_so_that_all_its_words_must_be_there(query, words):
    assert words_sought(query) == words


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_sought(text):
    assert len(words_sought(text)) <= search.LONGEST


@given(st.text(alphabet="数据标注质检前端开发工程师社区助理会计岗位", min_size=1, max_size=12))
def test_a_text_is_found_by_its_own_words(text):
    assert set(words_sought(text)) <= set(words_of(text))


# --- Finding


@pytest.mark.django_db
def test_positions_are_found_by_title_duties_place_and_unit(world):
    with inside(world):
        make_position(world.base, title="数据标注员", duties="标注图像", workplace="南滨路8号")
        make_position(world.base, title="社区助理", category="social_service")
        make_position(world.other, title="会计助理", major="会计")
        assert found("数据标注") == ["数据标注员"]
        assert found("图像 标注") == ["数据标注员"]
        assert found("助理") == ["会计助理", "社区助理"]
        assert found("社会服务类") == ["社区助理"]
        assert found("甲公司") == ["数据标注员", "社区助理"]
        assert found("南滨路") == ["数据标注员"]
        assert found("厨师") == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["'", "\\", "a & b", "x:*", "!", "()", "𠮷", "a'b\\c", "\ud800"])
def test_signs_that_mean_something_to_the_database_are_words_like_others(world, query):
    with inside(world):
        make_position(world.base, title="x 与 a'b 岗")
        found(query.encode("utf-8", "ignore").decode())


@pytest.mark.django_db
def test_a_word_longer_than_any_is_no_word(world):
    with inside(world):
        make_position(world.base, title="试", duties="x" * 3900)
        assert found("试") == ["试"]


@pytest.mark.django_db
def test_words_follow_the_text_whatever_way_it_was_changed(world):
    with inside(world):
        position = make_position(world.base, title="厨师")
        position.title = "会计"
        position.save()
        assert (found("厨师"), found("会计")) == ([], ["会计"])
        Position.objects.filter(pk=position.pk).update(title="司机")
        assert found("会计") == []
        assert index_stale() == 1
        assert found("司机") == ["司机"]


@pytest.mark.django_db
def test_a_unit_that_is_renamed_is_sought_by_its_new_name(world):
    with inside(world):
        make_position(world.base, title="厨师")
        world.base.profile.name = "新名集团"
        world.base.profile.save()
        index_stale()
        assert (found("甲公司"), found("新名集团")) == ([], ["厨师"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("unit", "asked"),
    [
        ("渝中区", "渝中 渝中区 重庆 重庆市 渝中厨师"),
        ("璧山区", "璧山 璧山区"),
        ("潼南区", "潼南 潼南区"),
        ("石柱县", "石柱 石柱县 石柱土家族自治县"),
        ("忠县", "忠县"),
        ("两江新区", "两江 两江新区"),
        ("高新区", "高新区 高新 重庆高新技术产业开发区"),
        ("万盛经开区", "万盛 万盛经开区"),
    ],
)
def test_a_position_is_found_by_where_it_is(world, unit, asked):
    with inside(world):
        make_position(make_base(unit), title="厨师")
        make_position(world.other, title="会计")
        everywhere = ["会计", "厨师"]
        for query in asked.split():
            assert found(query) == (
                everywhere if "重庆" in query[:2] and len(query) < 4 else ["厨师"]
            )
        assert found("巫溪") == []


@pytest.mark.django_db
def test_units_above_count_too(ningxia):
    with inside(ningxia):
        make_position(ningxia.base, title="厨师")
        make_position(make_base("利通区"), title="会计")
        assert (found("银川"), found("兴庆"), found("吴忠")) == (["厨师"], ["厨师"], ["会计"])
        assert found("宁夏") == ["会计", "厨师"]


@pytest.mark.django_db
def test_a_base_that_moves_is_sought_where_it_is_now(world):
    with inside(world):
        make_position(world.base, title="厨师")
        move([world.base], district("璧山区"), DAY, actor=world.clerk, reason="搬迁", today=DAY)
        assert index_stale() == 1
        assert (found("渝中"), found("璧山")) == ([], ["厨师"])


@pytest.mark.django_db
def test_a_unit_that_gets_another_name_is_sought_by_it(world):
    with inside(world):
        make_position(world.base, title="厨师")
        make_position(world.other, title="会计")
        unit = district("渝中区")
        unit.name = unit.official_name = "母城区"
        unit.save()
        assert index_stale() == 1
        assert (found("渝中"), found("母城"), found("万州")) == ([], ["厨师"], ["会计"])


@pytest.mark.django_db
def test_cutting_words_is_no_change_of_the_record(world):
    with inside(world):
        position = make_position(world.base, title="厨师")
        Position.objects.update(search=None)
        index_stale()
        assert position.pgh_event_model.objects.filter(pgh_obj=position.pk).count() == 1


@pytest.mark.django_db
def test_what_came_in_bulk_is_cut_in_all_regions(world, changsha, capsys):
    for one in (world, changsha):
        with inside(one):
            make_position(one.base, title="厨师")
    with scopes_disabled():
        Position.objects.update(search=None)
        index()
        assert Position.objects.filter(search=None).count() == 0
        call_command("index_positions", "--all")
        assert Position.objects.filter(search=None).count() == 0
    assert capsys.readouterr().out == "2\n"


# --- Who is shown


@pytest.mark.django_db
def test_only_positions_that_recruit_are_shown(world):
    yesterday = DAY - timedelta(days=1)
    with inside(world):
        for state in Position.State:
            make_filing(world.base, state, title=str(state))
        published = {"state": "published"}
        make_filing(world.base, title="不限期", valid_until=None, **published)
        make_filing(world.base, title="今天到期", valid_until=DAY, **published)
        make_filing(world.base, title="过期", valid_until=yesterday, **published)
        make_filing(world.base, title="关闭", closed_on=DAY, **published)
        make_filing(world.base, title="明天发布", published_on=DAY + timedelta(days=1), **published)
        make_filing(world.base, title="作废", voided_at=timezone.now(), **published)
        full = make_filing(world.base, title="招满", headcount=1, **published)
        make_agreement(full)
        half = make_filing(world.base, title="还有一个", headcount=2, **published)
        make_agreement(half)
        ended = make_filing(world.base, title="又空了", headcount=1, **published)
        make_agreement(ended, ended_on=DAY, end_kind="cancelled")
        for facts in (
            {"exited_on": DAY},
            {"valid_until": yesterday},
            {"voided_at": timezone.now()},
        ):
            make_filing(make_base("渝中区", **facts), title="不是基地", **published)
        shown = Position.objects.recruiting(DAY).with_places()
        assert sorted(shown.values_list("title", "left")) == [
            ("published", 2),
            ("不限期", 2),
            ("今天到期", 2),
            ("又空了", 1),
            ("还有一个", 1),
        ]


@pytest.mark.django_db
def test_the_partial_index_serves_what_is_shown(world):
    with inside(world), connection.cursor() as cursor:
        # The few rows here would be sorted whatever the index: only its fitness is asked.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        rows = Position.objects.recruiting(DAY).order_by("-published_on", "-pk")[:20]
        assert "position_open" in rows.explain()
