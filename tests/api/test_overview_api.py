"""What is looked at from above, by programs: the same as the pages show."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jianxi.history import acting
from reporting.compiling import form_for
from reporting.models import Bulletin, Target
from reporting.year.bulletin import WORKFLOW, draft
from reporting.year.measures import MEASURES
from reporting.year.targets import Year
from tests.api.callers import Caller
from tests.factories import district, in_region, make_agreement, make_payment
from tests.months import MARCH, address, at_three_stages, officers, records
from tests.people import make_member, make_office

HERE, THERE, THIRD, ABOVE = "渝中区", "万州区", "巴南区", "重庆市"


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


@pytest.fixture
def above(people):
    return Caller(people[ABOVE, "viewer"])


@pytest.fixture
def here(people):
    return Caller(people[HERE, "viewer"])


@pytest.fixture
def month(chongqing, people):
    """Of three districts with records one is approved, one submitted and changed since, one not."""
    made = at_three_stages(chongqing, people)
    with acting("test"):
        make_agreement(made[THERE][1], arrived_on=date(2026, 3, 2))
        make_payment(made[THERE][0], paid_on=date(2026, 3, 12), amount="0.50")
    return made


def of_march(name, unit=ABOVE):
    return name, "national14", "2026-03", district(unit).key


# --- Consolidated


def test_a_month_beside_what_was_submitted_and_approved(above, month, people, client):
    told = above.get(*of_march("consolidated")).json()
    stand = {u["district_name"]: (u["state"], u["submitted"], u["approved"]) for u in told["units"]}
    assert (stand[HERE], stand[THERE], stand[THIRD], len(stand)) == (
        ("approved", 1, 1),
        ("submitted", 1, None),
        ("compiled", None, None),
        39,
    )
    rows = {row["code"]: row for row in told["rows"]}
    assert rows["6"] == {
        "code": "6",
        "label": rows["6"]["label"],
        "unit": "人",
        "total": 3,
        "own": 4,
        "now": 4,
        "submitted": 2,
        "approved": 1,
        "since": 1,
    }
    money = ("total", "own", "now", "submitted", "approved", "since")
    assert [rows["14"][name] for name in money] == [
        "0.63",
        "0.63",
        "0.63",
        "0.42",
        "0.21",
        "0.000050",
    ]
    (arrived,) = [one for one in told["differences"] if one["code"] == "6"]
    assert arrived == {
        "district": district(THERE).key,
        "code": "6",
        "version": 1,
        "submitted": 1,
        "now": 2,
        "amount": 1,
    }
    client.force_login(people[ABOVE, "viewer"])
    page = client.get(address("month_consolidated", unit=ABOVE)).context
    assert [str(row["own"]) for row in page["rows"]] == [str(row["own"]) for row in told["rows"]]
    assert page["number"] == len(told["differences"])


def test_a_unit_without_others_below_it_and_one_out_of_sight_have_none(above, here, month):
    assert above.get(*of_march("consolidated", HERE)).status_code == 404
    assert here.get(*of_march("consolidated")).status_code == 404


# --- Targets


def test_how_far_the_targets_are(above, here, chongqing):
    Target.objects.all().delete()
    for name, value in ((HERE, 4), (THERE, 10)):
        Target.objects.create(
            region=chongqing, year=2026, district=district(name), key="trainees", value=value
        )
    records(HERE)
    told = above.get("progress", year=2026).json()
    year = Year(chongqing, 2026, timezone.localdate())
    assert (told["year"], told["until"], told["gone"]) == (2026, str(year.until), year.gone)
    assert [goal["key"] for goal in told["goals"]][:4] == [
        "new_bases",
        "new_bases_key_enterprises",
        "positions",
        "trainees",
    ]
    marks = {unit["district_name"]: unit["goals"]["trainees"] for unit in told["units"]}
    assert marks[HERE] == {"target": 4, "implied": False, "done": 3, "percent": 75}
    assert marks[THERE] == {"target": 10, "implied": False, "done": 0, "percent": 0}
    assert (marks[ABOVE]["target"], marks[ABOVE]["done"]) == (14, 3)
    assert marks[THIRD] == {"target": None, "implied": False, "done": 0, "percent": None}
    (own,) = here.get("progress", year=2026).json()["units"]
    assert (own["district_name"], own["is_total"], own["goals"]["trainees"]) == (
        HERE,
        False,
        marks[HERE],
    )
    assert own["served"] == {"wished": 3, "served": 3, "percent": 100}
    for year in ("1999", "x", "9" * 30, "2026\0"):
        assert above.get("progress", year=year).status_code == 404, year


def test_a_row_is_a_total_where_its_parts_are_beside_it(client, db):
    with in_region("ningxia"):
        viewer = make_member(make_office("宁夏回族自治区"), "viewer")
        key = Caller(viewer).secret
        client.force_login(viewer)
        page = client.get(reverse("office:targets", args=["ningxia"])).context["rows"]
        told = Client(headers={"Authorization": f"Bearer {key}"}).get(
            reverse("api:progress", args=["ningxia"])
        )
        totals = [one["district_name"] for one in told.json()["units"] if one["is_total"]]
    assert [row["unit"].name for row in page if row["is_total"]] == totals
    assert totals == ["宁夏回族自治区"]  # its cities are shown without their counties


# --- Bulletins


def test_bulletins_once_they_are_published(above, here, month, people, chongqing):
    with acting("test"):
        row = draft(form_for(chongqing, MARCH), MARCH)
    for caller in (here, above, Caller(people[ABOVE, "clerk"])):
        assert caller.get("bulletins").json()["results"] == []
        assert caller.get("bulletin", row.pk).status_code == 404
    WORKFLOW.move(row, "publish", actor=people[ABOVE, "reviewer"])
    row = Bulletin.objects.get()
    told = here.get("bulletin", row.pk).json()
    assert here.get("bulletins").json()["results"] == [
        {name: told[name] for name in ("id", "form", "period", "title", "published_at")}
    ]
    assert (told["form"], told["period"], told["published_by"]) == ("national14", "2026-03", ABOVE)
    assert told["text"] == row.text
    assert [measure["key"] for measure in told["measures"]] == [one.key for one in MEASURES]
    drafted = timezone.localdate(row.drafted_at)
    dated = [one["label"] for one in told["measures"] if "月" in one["label"].partition("（")[2]]
    assert dated == [f"岗位准确率（{drafted.month}月{drafted.day}日）"]
    by_name = {unit["district_name"]: unit for unit in told["units"]}
    assert by_name[HERE]["district"] == district(HERE).key
    assert (by_name[HERE]["submission"], by_name[HERE]["values"]["arrived"]) == ("迟报", 1)
    assert by_name[HERE]["ranks"]["arrived"] == 1
    total = told["units"][-1]
    assert (total["district"], total["district_name"], total["ranks"]) == (None, "合计", {})
    assert total["values"]["arrived"] == 2
    assert here.get("bulletins", x="1").status_code == 400
    assert here.get("bulletin", 10**30).status_code == 404


def test_many_ask_as_much_as_few(above, month, chongqing):
    def counted():
        numbers = []
        for asked in (("bulletins",), ("progress",), of_march("consolidated")):
            with CaptureQueriesContext(connection) as found:
                assert above.get(*asked).status_code == 200
            numbers.append(len(found))
        return numbers

    def add(number):
        now = timezone.now()
        Bulletin.objects.create(
            region=chongqing,
            form_key="national14",
            period=date(2026, number, 1),
            title="通报",
            drafted_at=now,
            state="published",
            published_at=now,
            published_by=above.user,
        )
        Target.objects.update_or_create(
            region=chongqing,
            year=2026,
            district=district(THERE),
            key="trainees",
            defaults={"value": number},
        )
        make_agreement(month[THERE][1], arrived_on=date(2026, 3, 3))

    with acting("test"):
        add(1)
        counted()
        few = counted()
        add(2)
        add(3)
    assert counted() == few
