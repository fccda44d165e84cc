"""What the template library makes of values, and how forms and error pages come out."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Of

import pytest
from django import forms
from django.conf import settings
from django.template import RequestContext, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from jianxi.clocks import Clock
from jianxi.templatetags import ui
from regions.workdays import WorkCalendar

CALENDAR = WorkCalendar(announced_years={2026}, exceptions={})


def rendered(text, address="/", **context) -> str:
    request = RequestFactory().get(address)
    page = engines["django"].from_string("{% load ui %}" + text).template
    return " ".join(page.render(RequestContext(request, context)).split())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("2100.5"), "2,100.50 元"),
        (Decimal(0), "0.00 元"),
        (Decimal("-1000000"), "-1,000,000.00 元"),
        (None, "—"),
    ],
)
def test_money_has_two_decimals_and_its_unit(value, shown):
    assert ui.money(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1204, "1,204"), (Decimal("9614.3"), "9,614.30"), (None, "—")]
)
def test_numbers_have_thousands_and_zero_is_a_number(value, shown):
    assert ui.count(value) == shown


def test_a_moment_is_told_in_the_time_of_shanghai():
    late_evening = datetime(2026, 10, 8, 17, 30, tzinfo=UTC)
    assert ui.moment(late_evening) == "2026-10-09 01:30"
    assert ui.day(late_evening) == "2026-10-09"
    assert ui.day(None) == "—"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        ("", "—"),
        (0, "0"),
        (False, "否"),
        (date(2026, 10, 9), "2026-10-09"),
        ("<b>", "&lt;b&gt;"),
        (mark_safe("<b>好</b>"), "<b>好</b>"),
    ],
)
def test_words_of_any_value(value, shown):
    assert rendered("{{ value|words }}", value=value) == shown


@pytest.mark.parametrize(
    ("due_on", "words", "tone"),
    [
        (date(2026, 11, 25), "剩 3 个工作日", "good"),
        (date(2026, 11, 24), "剩 2 个工作日", "due"),
        (date(2026, 11, 20), "今天到期", "due"),
        (date(2026, 11, 19), "超期 1 个工作日", "late"),
    ],
)
def test_a_clock_counts_working_days(due_on, words, tone):
    clock = Clock.at(date(2026, 11, 20), due_on, CALENDAR)
    assert (clock.words, clock.tone) == (words, tone)


def test_a_clock_that_ran_out_on_friday_is_late_on_saturday():
    clock = Clock.at(date(2026, 11, 21), date(2026, 11, 20), CALENDAR)
    assert (clock.words, clock.tone) == ("已超期", "late")


def test_a_clock_that_stands_still_shows_its_date():
    clock = Clock(date(2026, 11, 20), None)
    assert (clock.words, clock.tone) == ("截止", "neutral")


def test_a_provisional_clock_says_so():
    shown = rendered("{% clock clock %}", clock=Clock(date(2027, 1, 5), 9, provisional=True))
    assert "剩 9 个工作日 · <time" in shown
    assert "暂定" in shown
    assert rendered("{% clock clock %}", clock=None) == ""


@pytest.mark.parametrize(
    ("state", "tone"),
    [("approved", "good"), ("returned", "due"), ("voided", "late"), ("?", "neutral")],
)
def test_a_state_is_told_in_words_with_a_colour_beside(state, tone):
    assert (
        rendered("{% status_badge state '说法' %}", state=state)
        == f'<span class="badge tone-{tone}">说法</span>'
    )


def test_no_state_has_two_colours():
    states = " ".join(ui.TONES.values()).split()
    assert sorted(set(states)) == sorted(states)


def test_a_masked_value_has_no_button_for_who_may_not_see_it():
    assert "form" not in rendered('{% masked "138****2211" %}')
    assert "form" not in rendered('{% masked "" "/reveal" %}')
    assert 'hx-post="/reveal"' in rendered('{% masked "138****2211" "/reveal" "手机号" %}')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        ("<x>", "&lt;x&gt;"),
        (date(2026, 3, 1), '<span class="day tabular">2026-03-01</span>'),
    ],
)
def test_a_cell_shows_what_its_column_gives(value, shown):
    column = Of(render=lambda row: row.value)
    assert rendered("{% cell column row %}", column=column, row=Of(value=value)) == shown


def test_the_pager_keeps_the_filter_and_leaves_the_other_cursor():
    page = Of(previous="", next="n1", size=20, sizes=[20, 50])
    shown = rendered("{% pager page %}", address="/x?q=1&before=b0", page=page)
    assert re.findall(r'href="([^"]*)"', shown) == [
        "?q=1&amp;size=20",
        "?q=1&amp;size=50",
        "?q=1&amp;after=n1",
    ]


class SampleForm(forms.Form):
    day = forms.DateField(label="日期", initial=date(2026, 10, 9), help_text="报到的那天")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"class": "own"}))
    agreed = forms.BooleanField(label="已核对")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_widgets_carry_bootstraps_classes_beside_their_own():
    classes = {field.name: re.findall(r' class="([^"]*)"', str(field)) for field in SampleForm()}
    assert classes == {
        "day": ["form-control"],
        "kind": ["form-select"],
        "note": ["form-control own"],
        "agreed": ["form-check-input"],
        "secret": [],
    }


def test_a_date_field_is_the_browsers_own():
    assert 'type="date" name="day" value="2026-10-09"' in " ".join(str(SampleForm()["day"]).split())


@pytest.mark.parametrize("typed", ["2026-10-09", "2026/10/9", "2026.10.09", "2026年10月9日"])
def test_a_date_is_read_however_it_is_written(typed):
    form = SampleForm({"day": typed})
    assert "day" not in form.errors
    assert form.cleaned_data["day"] == date(2026, 10, 9)


def test_a_fault_stands_at_its_field_and_in_the_summary():
    shown = str(SampleForm({"day": "2026-13-40", "kind": "a", "note": "x", "agreed": "on"}))
    assert "有 1 处需要改正" in shown
    assert '<a href="#id_day">日期</a>' in shown
    assert 'id="id_day_error"' in shown
    assert 'aria-describedby="id_day_helptext id_day_error"' in shown


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_needs_nothing_to_be_drawn(name):
    assert "返回上一页" in render_to_string(f"{name}.html")


def test_no_template_holds_a_script_or_a_style():
    inline = re.compile(r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)""")
    found = [
        f"{path.name}: {hit}"
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for hit in inline.findall(path.read_text(encoding="utf-8"))
    ]
    assert found == []
