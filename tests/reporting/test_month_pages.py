"""The pages of the month as officers use them: the form, its records, entries, decisions, versions."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Office
from jianxi.files import open_stored
from jianxi.history import acting
from jianxi.models import Job, StoredFile
from reporting.models import Explanation, Report, Version
from reporting.workflow import WORKFLOW
from tests.factories import district, make_agreement, move_base
from tests.months import MARCH, address, compiled, decide, officers, records, report_of, submitted
from tests.people import make_member, make_office

HERE, ABOVE = "渝中区", "重庆市"
PDF = b"%PDF-1.4 stamped"


@pytest.fixture
def clerk(client, people):
    client.force_login(people[HERE, "clerk"])
    return client


@pytest.fixture
def above(client, people):
    client.force_login(people[ABOVE, "reviewer"])
    return client


def figures(response) -> dict[str, list[str]]:
    """What each row of the page's table shows, by its label."""
    drawn = response.context["figures"]
    rows = [*drawn["rows"], *filter(None, [drawn["total"]]), *drawn["beside"]]
    return {row["label"]: [cell["text"] for cell in row["cells"]] for row in rows}


def marked(response, label) -> dict[str, str]:
    """Of one row, the cells with a mark, by the place of their column."""
    drawn = response.context["figures"]
    row = next(row for row in [*drawn["rows"], *drawn["beside"]] if row["label"] == label)
    return {str(place): cell["mark"] for place, cell in enumerate(row["cells"], 1) if cell["mark"]}


# --- The form


def test_a_units_month_in_the_forms_layout(clerk):
    shown = clerk.get(address("month"))
    assert figures(shown) == {
        HERE: ["1", "0", "4", "0", "1", "1", "1", "1", "1", "1", "0", "0", "2", "0.21"]
    }
    assert shown.context["figures"]["numbers"] == [str(n) for n in range(1, 15)]
    opens = shown.context["figures"]["rows"][0]["cells"][12]["url"]
    assert opens == address("cell", "13")


def test_the_region_sees_its_units_their_total_and_who_is_missing(above, people):
    submitted(HERE, people[HERE, "clerk"])
    shown = above.get(address("month", unit=ABOVE))
    rows = figures(shown)
    assert len(rows) == 39 + 1
    assert rows["合计"] == rows[HERE]
    assert shown.context["standing"] == [
        {"label": "38 超期未报", "tone": "late"},
        {"label": "1 待审定", "tone": "brand"},
        {"label": "1 迟报", "tone": "due"},
    ]
    tails = {row["label"]: row["tail"]["label"] for row in shown.context["figures"]["rows"]}
    assert (tails[HERE], tails["万州区"]) == ("已报送", "超期未报")


def test_what_changed_since_submission_stands_beside_it(above, clerk, people, month):
    submitted(HERE, people[HERE, "clerk"])
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 3, 30))
    clerk.force_login(people[HERE, "clerk"])
    shown = clerk.get(address("month"))
    assert (figures(shown)[HERE][5], figures(shown)["按现在的记录"][5]) == ("1", "2")
    assert marked(shown, "按现在的记录") == dict.fromkeys(("5", "6", "7", "13"), "warn")
    above.force_login(people[ABOVE, "reviewer"])
    whole = above.get(address("month", unit=ABOVE))
    rows = figures(whole)
    assert (rows["合计"][5], rows["按现在的记录重新计算"][5]) == ("1", "2")


def test_the_month_before_stands_below(clerk, chongqing):
    compiled(chongqing, MARCH.previous)
    assert figures(clerk.get(address("month")))["上月"][12] == "2"


@pytest.mark.parametrize(
    "gone",
    [
        {"period": "2026-13"},
        {"period": "2027-01"},
        {"form": "ningxia15"},
        {"unit": "江北区", "period": "2026-03"},
        {"unit": "万州区"},
    ],
    ids=str,
)
def test_what_does_not_exist_or_is_not_ones_own_is_not_found(clerk, gone):
    url = address("month").replace("2026-03", gone.get("period", "2026-03"))
    url = url.replace("national14", gone.get("form", "national14"))
    url = url.replace(district(HERE).key, district(gone.get("unit", HERE)).key)
    assert clerk.get(url).status_code == 404


def test_a_month_before_the_merger_keeps_its_unit_for_the_successor(client, chongqing):
    records("江北区")
    client.force_login(officers("两江新区")["两江新区", "viewer"])
    assert (
        figures(client.get(address("month", unit="江北区", period="2025-12")))["江北区"][0] == "1"
    )
    assert figures(client.get(address("month", unit="两江新区")))["两江新区"][0] == "1"


def test_another_department_sees_figures_and_no_records(client, month, chongqing):
    office = make_office(HERE, kind=Office.Kind.DEPARTMENT)
    client.force_login(make_member(office, "viewer"))
    assert figures(client.get(address("month")))[HERE][12] == "2"
    opened = client.get(address("cell", "13"))
    assert (opened.context["cell"].figure, opened.context["rows"]) == (2, [])
    assert month[0].profile.name not in opened.content.decode()
    assert client.get(address("month_rule", "S1")).status_code == 403


def test_the_page_takes_as_many_statements_for_many_units_as_for_one(
    above, people, chongqing, django_assert_max_num_queries
):
    url = address("month", unit=ABOVE)
    submitted(HERE, people[ABOVE, "clerk"])
    above.get(url)
    with django_assert_max_num_queries(100) as few:
        above.get(url)
    for name in ("南岸区", "北碚区", "巴南区"):
        records(name)
    compiled(chongqing)
    for name in ("南岸区", "北碚区"):
        submitted(name, people[ABOVE, "clerk"])
    with django_assert_max_num_queries(len(few)):
        above.get(url)


# --- The xlsx


def test_the_xlsx_is_what_the_page_shows(clerk):
    answer = clerk.get(address("month_xlsx"))
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == HERE)
    assert row[1:] == (1, 0, 4, 0, 1, 1, 1, 1, 1, 1, 0, 0, 2, 0.21)
    assert "filename*=utf-8''" in answer["Content-Disposition"]


# --- A figure opened


def test_a_cell_adds_up_and_leads_to_its_records(clerk):
    opened = clerk.get(address("cell", "13"))
    rows = opened.context["rows"]
    assert [row.member.contribution for row, _ in rows] == [1, 1]
    assert [url for _, url in rows] == [
        reverse("office:agreement", args=["chongqing", row.pk]) for row, _ in rows
    ]
    assert opened.context["cell"].totals.figure == opened.context["cell"].figure == 2
    assert {row.record.trainee.name for row, _ in rows} & set(
        opened.content.decode().split()
    ) == set()


def test_money_adds_up_in_yuan_and_is_printed_in_wan(clerk):
    opened = clerk.get(address("cell", "14"))
    assert [tile["value"] for tile in opened.context["tiles"]] == [Decimal("0.21"), 1]
    assert "2,100.50 元" in opened.content.decode()


def test_a_long_cell_is_read_page_by_page_both_ways(clerk, month):
    with acting("test"):
        for _ in range(21):
            make_agreement(month[1], arrived_on=date(2026, 3, 5))

    def pks(response):
        return [row.pk for row, _ in response.context["rows"]]

    first = clerk.get(address("cell", "6"))
    second = clerk.get(address("cell", "6"), {"after": first.context["page"].next})
    back = clerk.get(address("cell", "6"), {"before": second.context["page"].previous})
    assert (len(pks(first)), len(pks(second)), second.context["page"].start) == (20, 2, 21)
    assert sorted({*pks(first), *pks(second)}) == pks(first) + pks(second)
    assert (pks(back), back.context["page"].start) == (pks(first), 1)
    assert clerk.get(address("cell", "6"), {"after": "x"}).status_code == 400


def test_a_figure_that_was_entered_says_so(clerk, people):
    clerk.post(address("month_plan"), {"plan": "7"})
    opened = clerk.get(address("cell", "5"))
    assert (opened.context["cell"].figure, opened.context["cell"].totals.figure) == (7, 1)
    assert "填报的计划数" in opened.content.decode()


def test_a_frozen_cell_opens_to_the_records_as_they_were(clerk, people, month):
    submitted(HERE, people[HERE, "clerk"])
    with acting("test"):
        agreement = month[1].agreements.get(arrived_on=date(2026, 3, 2))
        agreement.arrived_on = date(2026, 4, 2)
        agreement.save()
    then = clerk.get(address("cell", "6"), {"version": "1"})
    ((row, _),) = then.context["rows"]
    assert (row.record.arrived_on, row.since) == (date(2026, 3, 2), "之后有变动")
    assert clerk.get(address("cell", "6")).context["rows"] == []
    assert clerk.get(address("cell", "6"), {"version": "2"}).status_code == 404


def test_a_cells_records_are_exported(clerk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        clerk.post(address("cell_export", "13"))
    job = Job.objects.get(kind="export_cell")
    assert (job.state, job.result) == ("done", {"导出行数": 2})
    with open_stored(job.output) as file:
        sheet = load_workbook(file).active
    assert [row[-1] for row in sheet.iter_rows(values_only=True)] == ["计入", 1, 1]


# --- Rules


def test_a_broken_rule_marks_its_cells_and_names_both_sides(clerk, people):
    clerk.post(address("month_plan"), {"plan": "0"})
    shown = clerk.get(address("month"))
    assert marked(shown, HERE) == {"5": "fail", "6": "fail"}
    (finding,) = shown.context["findings"]
    assert finding["words"] == (
        "5 本期计划组织见习人数（0）应不小于 6 本期实际到岗人数（1），相差 1"
    )
    assert shown.context["blocks"] == ["规则 R3.1 不成立"]


def behind(response) -> list[tuple]:
    """The records that a rule's page names: each with its balance and where it opens."""
    return [
        (row.pk, row.member.contribution, url)
        for group in response.context["groups"]
        for row, url in group["rows"]
    ]


def test_the_records_behind_a_gap_are_the_very_ones(clerk, people, month, chongqing):
    """Somebody who arrived in February is entered after February was submitted."""
    compiled(chongqing, MARCH.previous)
    submitted(HERE, people[HERE, "clerk"], MARCH.previous)
    with acting("test"):
        late = make_agreement(month[1], arrived_on=date(2026, 2, 10))
    shown = clerk.get(address("month_rule", "S1"))
    assert behind(shown) == [(late.pk, 1, reverse("office:agreement", args=["chongqing", late.pk]))]


def test_a_base_that_moved_away_shows_in_the_gap_without_a_way_to_it(
    clerk, people, month, chongqing
):
    compiled(chongqing, MARCH.previous)
    submitted(HERE, people[HERE, "clerk"], MARCH.previous)
    with acting("test"):
        move_base(month[0], "万州区", date(2026, 3, 1))
    shown = clerk.get(address("month_rule", "S1"))
    assert [found[1:] for found in behind(shown)] == [(-1, "")] * 2


# --- Entries


def test_the_plan_is_entered_and_taken_back(clerk):
    assert clerk.post(address("month_plan"), {"plan": "7"}).status_code == 302
    assert figures(clerk.get(address("month")))[HERE][4] == "7"
    clerk.post(address("month_plan"), {"plan": ""})
    assert figures(clerk.get(address("month")))[HERE][4] == "1"


@pytest.mark.parametrize("plan", ["-1", "1.5", "十", "99999999999"])
def test_a_plan_that_is_none_is_told_at_its_field(clerk, plan):
    answer = clerk.post(address("month_plan"), {"plan": plan})
    assert (answer.status_code, list(answer.context["plan_form"].errors)) == (422, ["plan"])
    assert report_of(HERE).plan is None


@pytest.fixture
def unexplained(clerk, people, month, chongqing):
    """S1 asks for a reason: somebody of February was entered late."""
    compiled(chongqing, MARCH.previous)
    submitted(HERE, people[HERE, "clerk"], MARCH.previous)
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 2, 10))
    return clerk


def explain(client, text, sides="3/2"):
    typed = {"S1": text, "S1-reason": "late_entry", "S1-sides": sides}
    return client.post(address("month_explanations"), typed)


REASON = "补录了2月到岗的一份协议，已核对到岗材料。"


def test_a_reason_of_substance_lets_the_month_go(unexplained):
    assert unexplained.get(address("month")).context["blocks"] == ["规则 S1 需要说明"]
    assert explain(unexplained, REASON).status_code == 302
    assert unexplained.get(address("month")).context["blocks"] == []
    decide(unexplained, "submit")
    kept = Version.objects.get(report__period=MARCH.start).explanations["S1"]
    assert (kept["reason"], kept["text"]) == ("late_entry", REASON)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("无", "请写明原因：涉及哪些记录、为什么不一致（至少 8 个字）。"),
        ("同上。。。。。。。。", "请写明原因：涉及哪些记录、为什么不一致（至少 8 个字）。"),
        ("x" * 500, "内容重复，请写明原因：涉及哪些记录、为什么不一致。"),
        ("补录了三月到岗" * 100, "说明最多 500 个字，现在 700 个，请删减。"),
    ],
)
def test_a_reason_that_says_nothing_is_not_taken(unexplained, text, told):
    answer = explain(unexplained, text)
    form = answer.context["explanations_form"]
    assert (answer.status_code, form.errors) == (422, {"S1": [told]})
    assert "maxlength" not in str(form["S1"])  # which would cut off what is pasted, unsaid
    assert "最多 500 个字。" in form["S1"].help_text
    assert f"{text}</textarea>" in answer.content.decode()
    assert not Explanation.objects.exists()


def test_a_reason_lapses_when_its_figures_change(unexplained, month):
    explain(unexplained, REASON)
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 2, 11))
    shown = unexplained.get(address("month"))
    assert shown.context["blocks"] == ["规则 S1 需要说明"]
    assert "原来的说明已失效" in shown.content.decode()


def test_a_reason_about_other_figures_than_those_shown_is_not_taken(unexplained):
    answer = explain(unexplained, REASON, sides="9/2")
    assert answer.status_code == 422
    assert f"{REASON}</textarea>" in answer.content.decode()
    assert explain(unexplained, REASON).status_code == 302


def test_who_confirms_reads_the_reasons(unexplained, people, chongqing):
    explain(unexplained, REASON)
    chongqing.two_person_submission = True
    chongqing.save()
    WORKFLOW.move(report_of(HERE), "hand_up", actor=people[HERE, "clerk"])
    unexplained.force_login(people[HERE, "reviewer"])
    (finding,) = unexplained.get(address("month")).context["findings"]
    assert finding["explanation"]["text"] == REASON


def upload(client, content=PDF, name="盖章.pdf"):
    file = BytesIO(content)
    file.name = name
    return client.post(address("month_scan"), {"scan": file})


def test_the_stamped_scan_goes_with_the_submission(clerk, people):
    assert upload(clerk).status_code == 302
    assert b"".join(clerk.get(address("month_scan"))) == PDF
    decide(clerk, "submit")
    version = Version.objects.get()
    assert (version.scan.name, report_of(HERE).scan) == ("盖章.pdf", None)
    assert b"".join(clerk.get(address("month_version_scan", 1))) == PDF


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"PK\x03\x04 a workbook"], ids=["empty", "html", "xlsx"]
)
def test_a_scan_of_another_kind_is_refused_at_its_field(clerk, content):
    answer = upload(clerk, content)
    assert (answer.status_code, list(answer.context["scan_form"].errors)) == (422, ["scan"])
    assert not StoredFile.objects.exists()


def test_nothing_is_entered_in_a_month_that_was_submitted(clerk, people):
    submitted(HERE, people[HERE, "clerk"])
    for answer in (
        clerk.post(address("month_plan"), {"plan": "7"}),
        upload(clerk),
        explain(clerk, REASON),
    ):
        assert answer.status_code == 409
        assert "现在是“已报送”，不能再填写" in answer.content.decode()
    assert report_of(HERE).plan is None


# --- Decisions


def test_a_month_that_cannot_go_says_why_and_keeps_the_comment(clerk):
    clerk.post(address("month_plan"), {"plan": "0"})
    answer = decide(clerk, "submit", "请查收")
    assert answer.status_code == 422
    assert answer.context["fault"] == "还不能报送：规则 R3.1 不成立。"
    assert "请查收</textarea>" in answer.content.decode()
    assert report_of(HERE).state == Report.State.COMPILED


def test_only_what_is_open_to_one_is_offered(client, people):
    def offered(who):
        client.force_login(people[who])
        return [a["name"] for a in client.get(address("month")).context["actions"]]

    assert offered((HERE, "clerk")) == ["submit"]
    assert offered((HERE, "viewer")) == offered((ABOVE, "reviewer")) == []
    submitted(HERE, people[HERE, "clerk"])
    assert offered((HERE, "clerk")) == []  # what takes it back stands apart
    assert offered((ABOVE, "reviewer")) == ["approve", "return"]


def test_a_decision_that_comes_too_late_is_told(above, people):
    submitted(HERE, people[HERE, "clerk"])
    above.post(address("month_course"), {"action": "return", "comment": "14项请核对"})
    answer = above.post(address("month_course"), {"action": "approve"})
    assert (answer.status_code, answer.context["fault"]) == (409, "现在是“已退回”，不能审定。")


def test_units_are_approved_together_and_who_cannot_be_is_told(above, people, chongqing):
    for name in (HERE, "万州区"):
        submitted(name, people[ABOVE, "clerk"])
    keys = [district(name).key for name in (HERE, "万州区", "南岸区")]
    waiting = above.get(address("month", unit=ABOVE)).context["waiting"]
    looked_at = {f"seen-{row['line'].unit.key}": row["seen"] for row in waiting}
    url = address("month_approve_below", unit=ABOVE)
    answer = above.post(url, {"ids": keys} | looked_at, follow=True)
    states = {name: report_of(name).state for name in (HERE, "万州区", "南岸区")}
    assert states == {HERE: "approved", "万州区": "approved", "南岸区": "compiled"}
    assert sorted(str(message) for message in answer.context["messages"]) == [
        "南岸区：现在是“已编制”，不能审定。",
        "已审定 2 个单位：万州区、渝中区。",
    ]


# --- Versions


def test_every_version_can_be_opened_as_it_was(clerk, people, month):
    submitted(HERE, people[HERE, "clerk"])
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 3, 30))
    shown = clerk.get(address("month_version", 1))
    assert (figures(shown)["第1版"][5], figures(shown)["按现在的记录"][5]) == ("1", "2")
    assert shown.context["version"].is_late
    assert clerk.get(address("month_version", 2)).status_code == 404


# --- Compiling


def test_compiling_is_asked_for_once_and_shows_how_far_it_is(clerk, people, chongqing):
    clerk.post(address("month_compile"))
    clerk.post(address("month_compile"))
    (job,) = Job.objects.filter(kind="compile_month")
    assert clerk.get(address("month")).context["job"]["state"] == "queued"
    assert clerk.get(address("month_compiling")).status_code == 200
    job.state = Job.State.DONE
    job.save()
    over = clerk.get(address("month_compiling"), headers={"HX-Request": "true"})
    assert over.headers["HX-Refresh"] == "true"


def test_records_that_changed_since_compiling_are_pointed_out(clerk, month):
    assert not clerk.get(address("month")).context["own"].changed_since_compiled
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 3, 30))
    shown = clerk.get(address("month"))
    assert shown.context["own"].changed_since_compiled == ["5", "6", "7", "13"]
    assert "之后有变动" in shown.content.decode()


@pytest.mark.parametrize(
    ("period", "starts", "offered"),
    [
        ("2020-01", None, False),  # a mistyped year
        ("2026-01", None, True),
        ("2026-01", date(2026, 2, 1), False),
        ("2026-02", date(2026, 2, 1), True),
    ],
)
def test_months_before_any_was_owed_are_not_begun(clerk, chongqing, period, starts, offered):
    with acting("test"):
        chongqing.reporting_starts = starts
        chongqing.save()
    assert clerk.get(address("month", period=period)).context["may_compile"] == offered
    answer = clerk.post(address("month_compile", period=period))
    assert (answer.status_code, Job.objects.exists()) == (302 if offered else 422, offered)
