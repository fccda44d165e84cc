"""The report at the year's end: from the months as submitted, written, made final, downloaded."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.models import Role
from jianxi.workflow import TransitionRefused
from reporting.models import AnnualReport
from reporting.year import targets
from reporting.year.annual import SECTIONS, WORKFLOW, drafted, facts, lacking
from reporting.year.annual_file import as_docx
from tests.bases.applications import make_application
from tests.factories import district, make_base
from tests.months import compiled, officers, records, submitted

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
YEAR = 2026
WRITTEN = dict.fromkeys(SECTIONS, "写好了。\n第二段 <b>&。")


@pytest.fixture
def people(chongqing):
    return officers(HERE, THERE, ABOVE)


@pytest.fixture
def march(chongqing, people):
    """Two units have submitted March; afterwards one of them changes its records."""
    records(HERE)
    records(THERE)
    compiled(chongqing)
    for name in (HERE, THERE):
        submitted(name, people[name, "clerk"])
    records(HERE)


def at(name, *more, unit=HERE, year=YEAR):
    return reverse(f"office:{name}", args=["chongqing", year, district(unit).key, *more])


def table(document, head) -> list[list[str]]:
    found = next(t for t in document.tables if t.rows[0].cells[0].text == head)
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_the_region_has_the_sum_of_what_its_units_submitted(march, chongqing):
    whole, one = (facts(chongqing, district(name), YEAR) for name in (ABOVE, HERE))
    assert (whole.months[3]["arrived"], whole.submitted, whole.reporting) == (2, {3: 2}, 39)
    assert (one.months[3]["arrived"], one.months[3]["on_post"], one.reporting) == (1, 2, 1)
    assert list(one.months) == [3]


def test_bases_declared_and_recognised_are_those_of_the_year_and_unit(chongqing):
    here, now = district(HERE), timezone.now()
    base = make_base(HERE, name="新基地", recognised_on=date(2026, 2, 1))
    make_base(THERE, recognised_on=date(2026, 2, 1))
    for where, state, days in (
        (HERE, "submitted", 0),
        (HERE, "rejected", 0),
        (HERE, "rejected", 800),
        (HERE, "draft", 0),
        (THERE, "submitted", 0),
    ):
        row = make_application(make_base(where).profile, district(where), state)
        if state != "draft":
            row.submitted_at = now - timedelta(days=days)
            row.save()
    found = facts(chongqing, here, now.year)
    declared = found.declared
    assert (declared.declared, declared.recognised, declared.rejected, declared.under_way) == (
        2,
        0,
        1,
        1,
    )
    assert [one.pk for one in found.recognised] == [base.pk]


def test_a_report_is_begun_with_what_is_known_written_and_made_final(client, march, people):
    client.force_login(people[HERE, "clerk"])
    page = client.get(at("annual_report"))
    form = page.context["form"]
    assert form.initial["overview"].startswith(
        f"按报送的2026年3月月报，{HERE}累计到岗 1 人，完成见习 1 人，其中留用 1 人，留用率 100%。"
        "3月末实有见习基地 1 家、见习岗位 4 个，在岗见习 2 人。"
    )
    assert client.post(at("annual_report"), WRITTEN | {"seen": ""}).status_code == 302
    stale = client.post(at("annual_report"), WRITTEN | {"seen": "", "work": "晚了的"})
    assert (stale.status_code, "晚了的" in stale.content.decode()) == (422, True)
    assert client.post(at("annual_report_move"), {"action": "finish"}).status_code == 403
    client.force_login(people[ABOVE, "viewer"])
    assert client.get(at("annual_report")).status_code == 404
    client.force_login(people[HERE, "reviewer"])
    finish = {"action": "finish", "seen": client.get(at("annual_report")).context["seen"]}
    assert client.post(at("annual_report_move"), finish).status_code == 302
    row = AnnualReport.objects.get()
    assert (row.state, row.file.name) == ("final", f"{HERE}2026年青年就业见习工作年度报告.docx")
    records(HERE)
    client.force_login(people[ABOVE, "viewer"])
    document = Document(BytesIO(b"".join(client.get(at("annual_report_docx")).streaming_content)))
    assert [p.text for p in document.paragraphs if "写好了" in p.text] == ["写好了。"] * 5
    assert "第二段 <b>&。" in [p.text for p in document.paragraphs]
    assert table(document, "月份")[3] == ["3月", "1", "4", "1", "2", "1", "1", "已报"]
    assert table(document, "月份")[4] == ["4月", *["—"] * 6, "未报"]


@pytest.fixture
def written(client, chongqing, people):
    """A report that its clerk wrote."""
    client.force_login(people[HERE, "clerk"])
    assert client.post(at("annual_report"), WRITTEN | {"seen": ""}).status_code == 302
    return AnnualReport.objects.get()


def rewritten(client, people, **texts):
    """Its clerk saves other words, from the page as it is."""
    client.force_login(people[HERE, "clerk"])
    form = client.get(at("annual_report")).context["form"]
    assert client.post(at("annual_report"), form.initial | texts).status_code == 302


def test_nobody_makes_final_what_they_have_not_read(client, written, people):
    client.force_login(people[HERE, "reviewer"])
    old = {"action": "finish", "seen": client.get(at("annual_report")).context["seen"]}
    rewritten(client, people, work="换了一个说法。", plans="换了打算。")
    client.force_login(people[HERE, "reviewer"])
    refused = client.post(at("annual_report_move"), old)
    assert refused.status_code == 422
    who, what = refused.context["fault"].split(" 改过")
    assert who.startswith(f"您打开以后，{people[HERE, 'clerk'].get_full_name()}于 ")
    assert what == "主要做法、下一步打算。这次没有定稿，请看过现在的内容再定稿。"
    assert refused.context["meanwhile"] == [
        ("主要做法", "换了一个说法。"),
        ("下一步打算", "换了打算。"),
    ]
    assert "换了一个说法。" in refused.content.decode()
    assert AnnualReport.objects.get().state == "draft"
    for seen in ("", "x", "\x00", "9" * 99):
        assert client.post(at("annual_report_move"), old | {"seen": seen}).status_code == 422
    again = old | {"seen": refused.context["seen"]}
    assert client.post(at("annual_report_move"), again).status_code == 302


def test_nobody_saves_over_what_they_have_not_read(client, written, people):
    client.force_login(people[HERE, "clerk"])
    old = client.get(at("annual_report")).context["form"].initial
    rewritten(client, people, work="别人的。", plans="别人的打算。")
    refused = client.post(at("annual_report"), old | {"work": "我的。"})
    shown, form = refused.content.decode(), refused.context["form"]
    assert (refused.status_code, refused.context["meanwhile"]) == (
        422,
        [("主要做法", "别人的。"), ("下一步打算", "别人的打算。")],
    )
    assert "改过主要做法、下一步打算。这次没有保存" in form.errors["__all__"][0]
    assert ("我的。" in shown, "别人的。" in shown) == (True, True)
    again = {field.name: field.value() for field in form}
    assert client.post(at("annual_report"), again).status_code == 302
    now = AnnualReport.objects.get().sections  # where nothing was typed, the other's words stand
    assert (now["work"], now["plans"]) == ("我的。", "别人的打算。")


def test_the_course_of_a_report_names_its_sections(client, written, people):
    rewritten(client, people, work="换了。")
    entries = client.get(at("annual_report")).context["entries"]
    assert [(e.what, e.note, [c.label for c in e.changes]) for e in entries] == [
        ("变更", "编写年度报告", ["主要做法"]),
        ("编写年度报告", "", []),
    ]


def test_a_report_of_nothing_says_so_and_has_no_empty_tables(chongqing):
    here = district(HERE)
    found = facts(chongqing, here, 2025)
    texts = drafted(found)
    assert (texts["overview"], texts["bases"]) == (
        "2025年各月报表尚未报送，到岗、完成见习等数据暂缺。",
        "全年没有收到见习基地申报，也没有新认定的见习基地。",
    )
    row = AnnualReport(region=chongqing, year=2025, district=here, sections=texts)
    document = Document(as_docx(row, found))
    assert [t.rows[0].cells[0].text for t in document.tables] == ["月份"]
    assert {line[-1] for line in table(document, "月份")[1:]} == {"未报", "—"}
    today = timezone.localdate()
    signed = [paragraph.text for paragraph in document.paragraphs[-2:]]
    assert signed == [HERE, f"{today.year}年{today.month}月{today.day}日"]


def test_a_district_without_bases_says_so(chongqing, people):
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    assert drafted(facts(chongqing, district(HERE), YEAR))["overview"] == (
        f"按报送的2026年3月月报，{HERE}没有人员到岗，也没有人员完成见习。"
        "3月末没有在册的见习基地和在岗见习人员。"
    )


def test_months_that_not_all_have_submitted_are_marked(march, chongqing):
    root = district(ABOVE)
    found = facts(chongqing, root, YEAR)
    assert drafted(found)["overview"].startswith(
        "按报送的2026年3月月报，重庆市累计到岗 2 人，完成见习 2 人，其中留用 2 人，留用率 100%。"
        "3月末，已报送的 2 个单位实有见习基地 2 家、见习岗位 8 个，在岗见习 4 人。"
        "还有单位没有报送（3月 37 个），累计数不含这些单位。"
    )
    row = AnnualReport(region=chongqing, year=YEAR, district=root, sections={})
    document = Document(as_docx(row, found))
    assert table(document, "月份")[3][::7] == ["3月*", "2/39"]
    assert "标 * 的月份还有单位没有报送，各项是已报送单位的合计。" in [
        paragraph.text for paragraph in document.paragraphs
    ]


def test_who_makes_it_final_is_told_which_months_are_not_in(client, march, people, chongqing):
    root = district(ABOVE)
    AnnualReport.objects.create(region=chongqing, year=YEAR, district=root, sections=WRITTEN)
    AnnualReport.objects.create(
        region=chongqing, year=YEAR, district=district(HERE), sections=WRITTEN
    )
    whole = "3月还有 37 个单位没有报送；1月至2月、4月至12月还没有单位报送"
    for place, said in ((ABOVE, whole), (HERE, "1月至2月、4月至12月还没有报送")):
        client.force_login(people[place, "reviewer"])
        page = client.get(at("annual_report", unit=place))
        told = f"2026年的月报没有报齐：{said}。"
        assert page.context["actions"][0]["confirm"].startswith(told)
        assert f"{told}现在定稿" in page.content.decode()
    chongqing.reporting_starts = date(2026, 3, 1)
    begun = facts(chongqing, district(HERE), YEAR)
    assert lacking(begun) == "2026年的月报没有报齐：4月至12月还没有报送。"
    assert lacking(replace(begun, submitted=dict.fromkeys(range(3, 13), 1))) == ""


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"trainees": 2}, "1 项全部完成。"),
        ({"role_models": 3}, "1 项，完成数未填写 1 项（选树报送典型人物）。"),
        (
            {"trainees": 2, "role_models": 3},
            "2 项，已完成 1 项（组织参加见习人员），完成数未填写 1 项（选树报送典型人物）。",
        ),
        (
            {"trainees": 6, "role_models": 2, "role_models_done": 2},
            "2 项，已完成 1 项（选树报送典型人物），未完成 1 项（组织参加见习人员完成率 50%）。",
        ),
    ],
)
def test_targets_are_all_reached_only_when_that_is_known_of_each(chongqing, values, said):
    records(HERE)
    entered = {(district(HERE).pk, key): value for key, value in values.items()}
    targets.enter(chongqing, YEAR, entered, actor="test", reason="")
    told = drafted(facts(chongqing, district(HERE), YEAR))["overview"]
    assert said in told


def test_targets_stand_in_the_document_with_a_picture(client, march, people, chongqing):
    values = {(district(HERE).pk, "trainees"): 6}
    targets.enter(chongqing, YEAR, values, actor="test", reason="")
    client.force_login(people[HERE, "clerk"])
    document = Document(BytesIO(b"".join(client.get(at("annual_report_docx")).streaming_content)))
    line = next(row for row in table(document, "目标") if row[0] == "组织参加见习人员（人）")
    assert line == ["组织参加见习人员（人）", "6", "6", "100%", ""]
    parts = document.part.package.iter_parts()
    assert len([part for part in parts if "/media/" in part.partname]) == 2  # a bar and a column


STATES, MOVES = ("draft", "final"), {"finish": "draft", "reopen": "final"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("place", [HERE, THERE, ABOVE])
@pytest.mark.parametrize("role", Role.values)
def test_who_moves_a_report_when(chongqing, people, state, move, place, role):
    row = AnnualReport.objects.create(
        region=chongqing, year=2025, district=district(HERE), state=state, sections=WRITTEN
    )
    actor, confirms = people[place, role], role == "reviewer" and place != THERE
    possible = [name for name, source in MOVES.items() if confirms and source == state]
    assert [t.name for t in WORKFLOW.open_to(actor, row)] == possible
    if move in possible:
        assert WORKFLOW.move(row, move, actor=actor, comment="有误").state != state
    else:
        with pytest.raises(TransitionRefused if confirms else PermissionDenied):
            WORKFLOW.move(row, move, actor=actor, comment="有误")


def test_what_is_not_written_cannot_be_final(chongqing, people):
    row = AnnualReport.objects.create(
        region=chongqing, year=2025, district=district(HERE), sections={"overview": "写了"}
    )
    with pytest.raises(TransitionRefused, match="主要做法"):
        WORKFLOW.move(row, "finish", actor=people[HERE, "reviewer"])


def test_final_words_are_not_changed(client, chongqing, people):
    AnnualReport.objects.create(
        region=chongqing, year=2025, district=district(HERE), state="final", sections=WRITTEN
    )
    client.force_login(people[HERE, "clerk"])
    answer = client.post(at("annual_report", year=2025), WRITTEN | {"work": "改"})
    assert (answer.status_code, AnnualReport.objects.get().sections) == (422, WRITTEN)


@pytest.mark.parametrize(
    "address",
    [
        {"unit": THERE},
        {"year": 2099},
        {"year": 1},
    ],
)
def test_what_is_not_ones_own_or_not_there_is_not_found(client, people, address):
    client.force_login(people[HERE, "clerk"])
    assert client.get(at("annual_report", **address)).status_code == 404


def test_what_cannot_be_kept_is_told_at_its_field(client, people):
    client.force_login(people[HERE, "clerk"])
    for text in ("\x00", "长" * 20_001):
        answer = client.post(at("annual_report"), WRITTEN | {"seen": "", "work": text})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["work"])
    assert not AnnualReport.objects.exists()


def test_the_list_opens_what_one_may_read(client, chongqing, people):
    AnnualReport.objects.create(
        region=chongqing, year=2026, district=district(THERE), state="final", sections=WRITTEN
    )

    def opened(user):
        client.force_login(user)
        page = client.get(reverse("office:annual_reports", args=["chongqing"]), {"year": "2026"})
        return [(line["unit"].name, line["opens"]) for line in page.context["rows"]]

    assert opened(people[HERE, "viewer"]) == [(HERE, False)]
    assert opened(people[HERE, "clerk"]) == [(HERE, True)]
    seen = opened(people[ABOVE, "viewer"])
    assert (len(seen), [name for name, opens in seen if opens]) == (40, [THERE])
