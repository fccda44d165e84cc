"""Figures that stand beside one another agree: one total on every page and paper, rules judged on
the very numbers shown, one way to count who is late."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import tokens
from jianxi.history import acting
from reporting.compiling import form_for
from reporting.models import Explanation, Version
from reporting.sheet import sheet_of
from reporting.year.pictures import months_picture
from reporting.yearly import year_of
from tests.factories import district, make_agreement
from tests.months import (
    MARCH,
    address,
    api,
    compiled,
    officers,
    records,
    report_of,
    severity_of,
    submitted,
)

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


@pytest.fixture
def drifted(chongqing, people):
    """Two districts with a month each, submitted by one, where somebody was entered late since."""
    made = {where: records(where) for where in (HERE, THERE)}
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    with acting("test"):
        make_agreement(made[HERE][1], arrived_on=date(2026, 3, 30))
    compiled(chongqing)
    return made


@pytest.fixture
def above(client, people):
    client.force_login(people[ABOVE, "reviewer"])
    return client


def shown(response) -> dict[str, dict[str, str]]:
    drawn = response.context["figures"]
    rows = [*drawn["rows"], *filter(None, [drawn["total"]]), *drawn["beside"]]
    return {
        row["label"]: dict(
            zip(drawn["numbers"], (cell["text"] for cell in row["cells"]), strict=True)
        )
        for row in rows
    }


def on_paper(response) -> dict[str, list]:
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return {row[0]: row[1:] for row in rows if row[0]}


def test_one_total_on_page_paper_workbook_year_chart_and_api(above, drifted, chongqing, people):
    page = above.get(address("month", unit=ABOVE))
    rows = shown(page)
    assert (rows[HERE]["6"], rows[THERE]["6"]) == ("1", "1")
    assert (rows["合计"]["6"], rows["合计"]["13"]) == ("2", "4")
    assert "各单位相加" not in rows
    paper = on_paper(above.get(address("month_xlsx", unit=ABOVE)))
    assert (paper["合计"][5], paper["合计"][12]) == (2, 4)
    printed = above.get(address("month_print", unit=ABOVE))
    assert shown(printed)["合计"] == rows["合计"]
    url = reverse(
        "office:months_year_xlsx", args=["chongqing", "national14", 2026, district(ABOVE).key]
    )
    book = load_workbook(BytesIO(b"".join(above.get(url).streaming_content)))
    last = [[cell.value for cell in row] for row in book["3月"].iter_rows()]
    assert [row[6] for row in last if row[0] == "合计"] == [2]
    form, root = form_for(chongqing, MARCH), district(ABOVE)
    year = year_of(form.key, 2026, root, form.parsed.by_code["6"], None)
    assert [cell.value for cell in year.total.cells] == [2]
    picture = months_picture(form, form.parsed.by_code["6"], root, 2026)
    assert picture.series[0].values[2] == 2
    token = tokens.issue(
        people[ABOVE, "clerk"].memberships.get().office_role.office,
        name="取数",
        expires_on=timezone.localdate() + timedelta(days=30),
    )[1]
    asked = Client(headers={"Authorization": f"Bearer {token}"})
    answer = asked.get(api("unit_month", unit=ABOVE)).json()
    assert (answer["figures"]["6"], answer["figures_now"]["6"]) == (2, 3)


@pytest.mark.parametrize("code", ["5", "6"])
@pytest.mark.parametrize("where", [THERE, ABOVE])
def test_a_month_that_is_not_in_is_the_same_everywhere_before_it_is_compiled_anew(
    above, drifted, chongqing, where, code
):
    """Somebody came since, and a plan was entered."""
    with acting("test"):
        make_agreement(drifted[THERE][1], arrived_on=date(2026, 3, 30))
        report = report_of(THERE)
        report.plan = 7
        report.save()
    page = above.get(address("month", unit=where))
    total = shown(page)[where if where == THERE else "合计"][code]
    assert total == {"5": {THERE: "7", ABOVE: "8"}, "6": {THERE: "2", ABOVE: "3"}}[code][where]
    indicator, unit = form_for(chongqing, MARCH).parsed.by_code[code], district(where)
    picture = months_picture(form_for(chongqing, MARCH), indicator, unit, 2026)
    assert picture.rows[2]["cells"] == [f"{total}*"]
    year = year_of("national14", 2026, district(ABOVE), indicator, None)
    names = [line.name for line in year.lines]
    line = year.lines[names.index(THERE)] if where == THERE else year.total
    assert [(str(cell.value), cell.is_open) for cell in line.cells] == [(total, True)]


def test_what_the_records_give_now_is_one_row_that_leads_to_the_check(above, drifted):
    page = above.get(address("month", unit=ABOVE))
    (now,) = page.context["figures"]["beside"]
    assert now["label"] == "按现在的记录重新计算"
    assert now["url"] == address("month_consolidated", unit=ABOVE)
    marked = [n for n, cell in enumerate(now["cells"], 1) if cell["mark"] == "warn"]
    assert marked == [5, 6, 7, 13]
    whole = above.get(address("month_consolidated", unit=ABOVE))
    totals = {row["indicator"].code: (row["total"], row["own"]) for row in whole.context["rows"]}
    assert (totals["6"], totals["13"]) == ((2, 3), (4, 5))


def test_a_total_opens_to_what_it_was_added_up_from(above, drifted):
    page = above.get(address("month", unit=ABOVE))
    url = page.context["figures"]["total"]["cells"][5]["url"]
    opened = above.get(url)
    lines = {one["line"].unit.name: one for one in opened.context["lines"]}
    assert sum(one["figure"] for one in lines.values()) == opened.context["total"] == 2
    assert (lines[HERE]["figure"], lines[HERE]["now"]) == (1, 2)
    assert lines[HERE]["url"] == f"{address('cell', '6')}?version=1"
    assert lines[THERE]["url"] == address("cell", "6", unit=THERE)
    assert (opened.context["now"], opened.context["differs"]) == (3, True)
    assert "现在是" in opened.content.decode()
    assert above.get(address("cell_units", "6")).status_code == 404
    assert above.get(address("cell_units", "99", unit=ABOVE)).status_code == 404


def test_nothing_submitted_opens_to_the_records(above, chongqing):
    records(HERE)
    compiled(chongqing)
    page = above.get(address("month", unit=ABOVE))
    assert page.context["figures"]["total"]["cells"][5]["url"] == address("cell", "6", unit=ABOVE)
    assert page.context["figures"]["beside"] == []


# --- Rules


def test_last_month_is_the_one_the_rules_look_back_to(above, drifted, chongqing, people):
    """March was submitted with two on post in the one district, a third came late: April is judged
    against the two."""
    april = MARCH.next
    compiled(chongqing, april)
    page = above.get(address("month", unit=ABOVE, period="2026-04"))
    assert shown(page)["上月"]["13"] == "4"
    sheet = sheet_of(form_for(chongqing, april), april, district(ABOVE))
    assert sheet.compiled.previous[district(ABOVE).pk]["13"] == 4


def test_rules_of_a_whole_are_judged_on_the_figures_shown(above, drifted, people):
    """As submitted two arrived of two planned for; by the records of now a third came there, and
    the district that did not submit plans for none."""
    page = above.get(address("month", unit=ABOVE))
    assert (page.context["findings"], page.context["findings_now"]) == ([], None)
    assert page.context["judged_on"] == "按上表的合计"
    with acting("test"):
        report = report_of(HERE)
        report.plan = 1
        report.save()
    page = above.get(address("month", unit=ABOVE))
    assert page.context["findings"] == []
    assert [one["code"] for one in page.context["findings_now"]] == ["R3.1"]
    rule = above.get(address("month_rule", "R3.1", unit=ABOVE))
    assert (rule.context["words"][-4:], rule.context["as_shown"]) == ("相差 1", "这条规则成立。")
    assert page.context["failing_below"] == []
    with acting("test"):
        report = report_of(THERE)
        report.plan = 0
        report.save()
    page = above.get(address("month", unit=ABOVE))
    assert [(one["code"], one["words"][-4:]) for one in page.context["findings"]] == [
        ("R3.1", "相差 1")
    ]
    (failing,) = page.context["failing_below"]
    assert (failing["unit"].name, failing["codes"]) == (THERE, ["R3.1"])
    assert failing["url"] == f"{address('month', unit=THERE)}#rules"
    assert "下级：1 个单位有未通过的规则" in page.content.decode()


def test_a_reason_for_what_the_records_give_now_is_none_for_the_total_shown(
    above, drifted, chongqing
):
    """The list and the cells say so alike: three came where one was planned, the table says two."""
    severity_of("R3", "explain")
    for where, plan in ((HERE, 1), (THERE, 0)):
        report = report_of(where)
        report.plan = plan
        with acting("test"):
            report.save()
    with acting("test"):
        Explanation.objects.create(
            region=chongqing, report=report_of(ABOVE), rule="R3.1", left=1, right=3, text="说明。"
        )
    page = above.get(address("month", unit=ABOVE))
    told = page.context
    assert [(one["code"], one["state"]) for one in told["findings"]] == [("R3.1", "explain")]
    assert [(one["code"], one["state"]) for one in told["findings_now"]] == [("R3.1", "explained")]
    marks = [cell["mark"] for cell in told["figures"]["total"]["cells"]]
    assert [code for code, mark in enumerate(marks, 1) if mark] == [5, 6]


# --- Paper


def texts(content: bytes) -> list[str]:
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def download(client, **at) -> bytes:
    return b"".join(client.get(address("month_xlsx", **at)).streaming_content)


def test_an_unfinished_month_says_so_on_the_paper_itself(above, drifted):
    content = download(above, unit=ABOVE)
    (note,) = [text for text in texts(content) if "未报送" in text]
    assert note.startswith("截至")
    assert "，38 个单位未报送：万州区、" in note
    assert HERE not in note
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    ground = {row[0].value: row[1].fill.fgColor.rgb for row in sheet.iter_rows() if row[0].value}
    assert (ground[HERE], ground[THERE]) == ("00000000", "00D9D9D9")
    printed = above.get(address("month_print", unit=ABOVE))
    assert printed.context["note"] == note
    assert f'<p class="official-unfinished">{note}</p>' in printed.content.decode()
    tones = {row["label"]: row["tone"] for row in printed.context["figures"]["rows"]}
    assert (tones[HERE], tones[THERE]) == ("", "open")


def test_a_draft_is_signed_by_who_prints_it_and_a_submitted_month_by_who_submitted(
    client, drifted, people
):
    """Two downloads of one version are the same file, whoever asks for it and when."""
    clerk, viewer = people[HERE, "clerk"], people[HERE, "viewer"]
    clerk.name, viewer.name = "经办甲", "查阅乙"
    clerk.save()
    viewer.save()
    submitted_on = timezone.make_aware(datetime(2026, 4, 2, 9))  # noqa: DTZ001
    Version.objects.update(submitted_at=submitted_on)
    client.force_login(viewer)
    first = download(client)
    said = texts(first)
    assert "填报人：经办甲" in said
    assert "填报时间：2026年4月2日" in said
    assert not any("草稿" in text for text in said)
    client.force_login(clerk)
    assert download(client) == first
    client.force_login(people[ABOVE, "viewer"])
    draft = texts(download(client, unit=THERE))
    assert any(text.startswith("草稿：截至") for text in draft)
    assert f"填报人：{people[ABOVE, 'viewer']}" in draft


@pytest.mark.parametrize("asked", [("month",), ("cell_units", "6")], ids=str)
def test_pages_of_a_whole_ask_as_much_for_many_units_in_as_for_few(
    above, drifted, people, django_assert_max_num_queries, asked
):
    url = address(*asked, unit=ABOVE)
    above.get(url)
    with django_assert_max_num_queries(100) as few:
        above.get(url)
    submitted(THERE, people[ABOVE, "clerk"])
    with acting("test"):
        make_agreement(drifted[THERE][1], arrived_on=date(2026, 3, 30))
    with django_assert_max_num_queries(len(few)):
        above.get(url)
