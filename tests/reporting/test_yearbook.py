"""A year of months in one workbook, and a month as a sheet of paper."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Office
from reporting.models import Form
from tests.factories import district, make_agreement
from tests.months import address, compiled, officers, records, submitted

HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def position(chongqing):
    return records(HERE)[1]


def year(client, unit=HERE, form="national14", of=2026):
    url = reverse("office:months_year_xlsx", args=["chongqing", form, of, district(unit).key])
    return client.get(url)


def book(response):
    return load_workbook(BytesIO(b"".join(response)))


def line(sheet, name) -> list:
    return next([c.value for c in row[1:]] for row in sheet.iter_rows() if row[0].value == name)


def test_a_sheet_a_month_and_what_they_come_to(client, chongqing, position):
    make_agreement(position, arrived_on=date(2026, 5, 4))
    client.force_login(officers(HERE)[HERE, "viewer"])
    found = book(year(client))
    assert found.sheetnames == [*(f"{month}月" for month in range(1, 12)), "合计"]
    march = line(found["3月"], HERE)
    assert (march[5], march[7], march[12], march[13]) == (1, 1, 2, 0.21)
    whole = line(found["合计"], HERE)
    assert (whole[5], whole[7], whole[8], whole[12], whole[13]) == (4, 1, 1, 3, 0.21)
    assert found["合计"]["A3"].value == "统计期：2026年1月至11月"


def test_the_whole_by_its_units_with_a_total_that_adds_up(client, chongqing, position):
    records("万州区")
    client.force_login(officers(ABOVE)[ABOVE, "viewer"])
    whole = book(year(client, ABOVE))["合计"]
    assert line(whole, "合计") == [
        sum(pair) for pair in zip(line(whole, HERE), line(whole, "万州区"), strict=True)
    ]
    assert line(whole, "合计")[5] == 6


def test_what_the_sum_is_made_of_is_told_on_it(client, chongqing, position):
    people = officers(HERE, ABOVE)

    def of(unit):
        client.force_login(people[unit, "viewer"])
        return book(year(client, unit))

    def notes(found):
        cells = (c.value for row in found["合计"].iter_rows() for c in row)
        return [value for value in cells if str(value).startswith("各月相加")]

    here, above = of(HERE), of(ABOVE)
    whole = "各月相加：1月至11月没有报送。没有报送的按现在的记录。"
    assert (notes(here), notes(above)) == ([whole], [whole])
    march = str([c.value for row in above["3月"].iter_rows() for c in row])
    assert "各单位都没有报送；数字按现在的记录。" in march
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    others = "1月至2月、4月至11月没有报送。没有报送的按现在的记录。"
    assert notes(of(HERE)) == [f"各月相加：3月已报送；{others}"]
    assert notes(of(ABOVE)) == [f"各月相加：3月（1/39 个单位已报送）；{others}"]


def test_what_was_counted_otherwise_in_a_month_is_left_empty(client, chongqing, position):
    old = Form.objects.get(key="national14")
    definition = {**old.definition, "indicators": [dict(i) for i in old.definition["indicators"]]}
    definition["indicators"][7]["where"] = ["completed_in_period", "retained"]
    Form.objects.create(
        region=chongqing,
        key=old.key,
        title=old.title,
        effective_from=date(2026, 6, 1),
        definition=definition,
    )
    client.force_login(officers(HERE)[HERE, "viewer"])
    whole = line(book(year(client))["合计"], HERE)
    assert (whole[5], whole[7], whole[8]) == (3, None, 1)


def test_years_and_units_that_are_not_there(client, chongqing, position):
    client.force_login(officers(HERE)[HERE, "viewer"])
    for asked in [{"of": 2027}, {"of": 1999}, {"form": "other"}, {"unit": "万州区"}]:
        assert year(client, **asked).status_code == 404


def test_a_month_on_paper(client, chongqing, position):
    people = officers(HERE, ABOVE)
    compiled(chongqing)
    client.force_login(people[HERE, "clerk"])
    shown = client.get(address("month_print"))
    assert shown.context["note"].startswith("草稿：截至")
    submitted(HERE, people[HERE, "clerk"])
    shown = client.get(address("month_print"))
    (row,) = shown.context["figures"]["rows"]
    texts = " ".join(cell["text"] for cell in row["cells"])
    assert texts == "1 0 4 0 1 1 1 1 1 1 0 0 2 0.21"
    assert (shown.context["note"], shown.context["figures"]["total"]) == ("", None)
    today = timezone.localdate()
    assert shown.context["footer"] == [
        ("填报单位（盖章）", Office.objects.get(district=district(HERE)).name),
        ("填报时间", f"{today.year}年{today.month}月{today.day}日"),
        ("填报人", HERE),
        ("联系电话", ""),
    ]
    client.force_login(people[ABOVE, "viewer"])
    above = client.get(address("month_print", unit=ABOVE))
    rows = above.context["figures"]["rows"]
    assert sum(row["tone"] == "open" for row in rows) == len(rows) - 1


def test_paper_asks_as_much_for_many_units_as_for_few(client, chongqing, position):
    client.force_login(officers(ABOVE)[ABOVE, "viewer"])

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address("month_print", unit=ABOVE)).status_code == 200
        return len(found)

    asked()
    few = asked()
    records("万州区")
    assert asked() == few
