"""The forms' own data, and what a form is held to."""

import json

import pytest

from regions.folders import read_region
from reporting.definitions import FormDefinition, InvalidForm, form_data, form_keys, read_form
from tests.drafts import indicator


def indicators(key):
    return {i.code: i for i in read_form(key).indicators}


def test_the_forms_that_come_with_the_product():
    assert {key: len(read_form(key).indicators) for key in form_keys()} == {
        "national14": 14,
        "ningxia15": 15,
        "progress": 10,
    }


def test_every_region_uses_known_forms_and_its_words_fit_them():
    used = {
        slug: [(form["key"], form.get("reporting_level")) for form in read_region(slug).forms]
        for slug in ("chongqing", "changsha", "ningxia")
    }
    assert used == {
        "chongqing": [("national14", None), ("progress", None)],
        "changsha": [("national14", None)],
        "ningxia": [("ningxia15", "city")],
    }


def test_changsha_says_base_where_the_national_form_says_unit():
    (own,) = read_region("changsha").forms
    form = read_form("national14").adapted(title=own["title"], labels=own["labels"])
    national = read_form("national14")
    assert form.title == "就业见习岗位募集计划工作情况汇总表"
    changed = {
        i.code: i.label for i in form.indicators if i.label != national.by_code[i.code].label
    }
    assert changed == {
        "1": "本期末实有见习基地总数",
        "2": "本期新增见习基地数量",
        "9": "被见习基地留用人数",
    }
    assert [i.where for i in form.indicators] == [i.where for i in national.indicators]


def test_own_words_for_an_indicator_that_is_not_there_are_refused():
    with pytest.raises(InvalidForm, match="没有指标99"):
        read_form("national14").adapted(labels={"99": "某数"})


def test_how_the_two_summary_forms_differ():
    national, ningxia = indicators("national14"), indicators("ningxia15")
    assert (national["7"].where, ningxia["7"].where, ningxia["8"].where) == (
        ("arrived_in_period", "graduate"),
        ("arrived_in_period", "graduate", "graduated_before_this_year"),
        ("arrived_in_period", "graduate", "graduated_this_year"),
    )
    assert [i.code for i in national.values() if i.is_money] == ["14"]
    assert [i.code for i in ningxia.values() if i.is_money] == ["15"]
    assert [i.code for i in national.values() if i.kind == "plan"] == ["5"]


def test_which_figures_are_asked_about_when_they_jump():
    asked = {
        key: [(i.of, i.kind) for i in read_form(key).indicators if i.change_month and i.change_year]
        for key in form_keys()
    }
    figures = [
        ("bases", "stock"),
        ("positions", "stock"),
        ("agreements", "plan"),
        ("agreements", "flow"),
        ("agreements", "flow"),
        ("agreements", "stock"),
        ("payments", "cumulative"),
    ]
    assert asked == {"national14": figures, "ningxia15": figures, "progress": []}
    assert all(i.change_least >= 5 for i in read_form("national14").indicators if i.change_month)


def test_a_part_carries_the_conditions_of_its_whole():
    for key in ("national14", "ningxia15"):
        by_code = indicators(key)
        for part in by_code.values():
            if part.parent:
                assert set(by_code[part.parent].where) < set(part.where)


def test_a_form_reads_the_same_from_its_json():
    for key in form_keys():
        stored = json.loads(json.dumps(form_data(key)))
        assert FormDefinition.from_dict(key, stored) == read_form(key)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"indicators": [indicator("1"), indicator("1")]}, "指标编号1重复"),
        ({"indicators": [indicator("1", kind="rate")]}, "指标1的性质“rate”不对"),
        ({"indicators": [indicator("1", of="persons")]}, "指标1的来源“persons”不对"),
        ({"indicators": [indicator("1", where=[])]}, "指标1没有写条件"),
        ({"indicators": [indicator("1", parent="9")]}, "指标1应紧跟在上级指标9之后"),
        (
            {"indicators": [indicator("1"), indicator("2"), indicator("3", parent="1")]},
            "指标3应紧跟在上级指标1之后",
        ),
        ({"indicators": [indicator("1", colour="red")]}, "第1项指标有不认识的栏：colour"),
        ({"indicators": [{"code": "1"}]}, "第1项指标缺少这些栏：label、unit、kind、of、where"),
        ({"indicators": None}, "indicators应是一个列表"),
        ({"rules": [{"code": "R1", "expr": "[1]>=0", "severity": "stop"}]}, "等级“stop”不对"),
        (
            {"rules": [{"code": "R1", "expr": "[1]>=0", "severity": "hint", "scope": "all"}]},
            "范围“all”不对",
        ),
        ({"rules": [{"code": "R1", "expr": "[1]>=0", "severity": "hint"}] * 2}, "规则编号R1重复"),
    ],
)
def test_a_form_that_contradicts_itself_is_refused(changes, fault):
    data = {"title": "某表", "unit_heading": "项目", "indicators": [indicator("1")]} | changes
    with pytest.raises(InvalidForm, match=fault):
        FormDefinition.from_dict("x", data)
