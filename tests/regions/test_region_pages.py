"""Calendar, policy and units on their pages."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jianxi.tenancy import scope
from regions.calendar import days_of, working_days
from regions.models import CalendarDay, CalendarYear, PolicyVersion, Region
from regions.signals import calendar_changed
from regions.wording import PARAMETERS, in_words
from tests.factories import in_region
from tests.people import make_member, make_office

pytestmark = pytest.mark.django_db
NOTICE = {
    "year": "2027",
    "notice": "国办发明电〔2026〕7号",
    "days": "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n二、春节：2月5日至11日放假调休，共7天。1月31日、2月20日上班。",
}


def at(name, *args):
    return reverse(f"office:{name}", args=["chongqing", *args])


@pytest.fixture
def region():
    return Region.objects.get(slug="chongqing")


@pytest.fixture
def admin(client, region):
    with in_region("chongqing"):
        client.force_login(make_member(make_office("重庆市"), "admin"))
    return client


@pytest.fixture
def told(region):
    """What whoever keeps due dates was told of."""
    heard = []

    def hear(**kwargs):
        heard.append(working_days().is_announced(date(2027, 1, 4)))

    calendar_changed.connect(hear)
    yield heard
    calendar_changed.disconnect(hear)


def entered(region):
    with scope(region=region):
        return [(str(one.day), one.is_working, one.name) for one in days_of(2027)]


def test_a_year_not_announced_is_pointed_out(admin):
    page = admin.get(at("calendar")).content.decode()
    assert "2027 年的放假安排还没有录入" in page


def test_what_was_read_is_shown_and_nothing_saved_yet(admin, region, told):
    response = admin.post(at("calendar_new"), NOTICE | {"preview": "1"})
    page = response.content.decode()
    assert (response.status_code, "读到 12 天" in page) == (200, True)
    assert "没有读到：清明、劳动、端午、中秋、国庆" in page
    assert (entered(region), told) == ([], [])


def test_a_confirmed_notice_is_entered_and_told_on(admin, region, told):
    response = admin.post(at("calendar_new"), NOTICE | {"save": "1"})
    assert response["Location"] == at("calendar_year", 2027)
    assert entered(region)[0] == ("2027-01-01", False, "元旦")
    assert len(entered(region)) == 12
    assert told == [True]
    with scope(region=region):
        assert CalendarYear.objects.get(year=2027).notice == "国办发明电〔2026〕7号"
        assert working_days().is_working_day(date(2027, 1, 31))
    assert "2027-02-20" in admin.get(response["Location"]).content.decode()


def test_an_entry_is_of_its_region_alone(admin):
    admin.post(at("calendar_new"), NOTICE | {"save": "1"})
    with in_region("ningxia"):
        assert not CalendarYear.objects.filter(year=2027).exists()
        assert not CalendarDay.objects.filter(day__year=2027).exists()


def test_a_corrected_notice_takes_the_place_of_the_first(admin, region):
    admin.post(at("calendar_new"), NOTICE | {"save": "1"})
    form = admin.get(at("calendar_edit", 2027)).context["form"]
    assert form.initial["notice"] == "国办发明电〔2026〕7号"
    corrected = form.initial["days"].replace("春节调休 2027-02-20 上班", "春节调休 2027-02-21 上班")
    facts = NOTICE | {"days": corrected}
    page = admin.post(at("calendar_edit", 2027), facts | {"preview": "1"}).content.decode()
    assert "将删去" in page
    admin.post(at("calendar_edit", 2027), facts | {"save": "1"})
    days = [day for day, _, _ in entered(region)]
    assert ("2027-02-20" in days, "2027-02-21" in days, len(days)) == (False, True, 12)


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"days": "元旦：1月1日（周四）放假"}, "days", "2027-01-01 是周五"),
        ({"days": ""}, "days", "请填写"),
        ({"days": "没有日期"}, "days", "没有读到日期"),
        ({"days": "x" * 4001}, "days", "4000"),
        ({"year": "2099"}, "year", "最多填到"),
        ({"year": "1999"}, "year", "2004"),
        ({"year": "明年"}, "year", "整数"),
        ({"notice": ""}, "notice", "请填写"),
    ],
)
def test_a_faulty_notice_is_told_at_its_field_and_not_saved(
    admin, region, told, facts, field, words
):
    response = admin.post(at("calendar_new"), NOTICE | facts | {"save": "1"})
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert words in "".join(errors[field])
    assert (entered(region), told) == ([], [])


def test_a_districts_admin_does_not_move_the_regions_deadlines(client, region):
    with in_region("chongqing"):
        client.force_login(make_member(make_office("渝中区"), "admin"))
    assert client.post(at("calendar_new"), NOTICE | {"save": "1"}).status_code == 403
    assert entered(region) == []
    assert "录入放假安排" not in client.get(at("calendar")).content.decode()


# --- Policy


@pytest.mark.parametrize("slug", ["chongqing", "changsha", "ningxia"])
def test_every_parameter_reads_in_plain_words(slug):
    with in_region(slug):
        for version in PolicyVersion.objects.prefetch_related("parameters"):
            for row in version.parameters.all():
                assert row.key in PARAMETERS, row.key
                label, value = in_words(row.key, row.value)
                for words in (label, value):
                    assert words
                    assert not any(sign in words for sign in "{}[]_"), (row.key, words)
                    assert not words.isascii() or words.endswith("%"), (row.key, words)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("report_deadline", {"kind": "working_day", "n": 2}, "次月第 2 个工作日"),
        (
            "report_deadline",
            {"kind": "day_of_month", "n": 2, "roll": "next_working_day"},
            "次月 2 日，遇休息日顺延到下一个工作日",
        ),
        ("trainees_to_insured", 0.3, "参保人数的 30%"),
        ("allowance_min_to_min_wage", 1.0, "当地最低工资的 100%"),
        ("model_positions_min_share", 0.01, "1%"),
        ("youth_age", [16, 24], "16—24 岁"),
        ("selection", "dispatch", "由区县派遣"),
        ("annual_report_due", "12-10", "每年 12 月 10 日前"),
    ],
)
def test_values_in_words(key, value, words):
    assert in_words(key, value)[1] == words


def test_policy_shows_what_is_overridden_and_what_has_run_out(client, region, monkeypatch):
    with in_region("changsha"):
        client.force_login(make_member(make_office("长沙市"), "viewer"))
    address = reverse("office:policies", args=["changsha"])
    page = client.get(address).content.decode()
    assert "长人社规〔2024〕4号" in page
    assert "已过有效期" not in page
    monkeypatch.setattr(timezone, "localdate", lambda: date(2027, 5, 1))
    assert "已过有效期" in client.get(address).content.decode()
    with in_region("changsha") as changsha:
        version = PolicyVersion.objects.create(
            region=changsha, effective_from=date(2027, 1, 1), document="长人社规〔2027〕1号"
        )
        version.parameters.create(
            region=changsha, key="youth_age", value=[16, 29], source="长人社规〔2027〕1号一"
        )
    page = client.get(address).content.decode()
    assert "现按长人社规〔2027〕1号" in page
    assert "16—29 岁" in page


def test_units_show_when_they_ended_and_who_took_over(admin):
    page = admin.get(at("districts")).content.decode()
    assert "由两江新区承接" in page
    assert "2025-12-31 止" in page
