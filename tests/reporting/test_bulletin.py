"""The month's bulletin: what it compares, how it is drafted, edited and published."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from accounts.models import Message, Role
from jianxi.history import acting
from jianxi.jobs import JobRefused
from jianxi.models import Job
from jianxi.workflow import TransitionRefused
from reporting.compiling import form_for
from reporting.figures import written_out
from reporting.models import Bulletin, Report
from reporting.units import Units
from reporting.workflow import WORKFLOW as COURSE
from reporting.year.bulletin import WORKFLOW, draft, drafted_text
from reporting.year.bulletin_files import JUDGED, as_docx, basis_of
from reporting.year.meanwhile import version_of
from reporting.year.measures import MEASURES, meant, measured, reviews
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_position,
)
from tests.months import MARCH, compiled, officers, records, report_of, submitted

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"


@pytest.fixture
def people(chongqing):
    return officers(HERE, THERE, ABOVE)


@pytest.fixture
def march(chongqing, people):
    """Both have submitted March, the one with a base less in February."""
    records(HERE)
    records(THERE)
    compiled(chongqing, MARCH.previous)
    for name in (HERE, THERE):
        submitted(name, people[name, "clerk"], MARCH.previous)
    make_base(HERE, recognised_on=date(2026, 3, 9))
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    submitted(THERE, people[THERE, "clerk"])
    return form_for(chongqing, MARCH)


def at(name, *more):
    return reverse(f"office:{name}", args=["chongqing", *more])


def of(figures, name) -> dict:
    return next(unit for unit in figures["units"] if unit["name"] == name)


def moved_on(place, action, actor):
    COURSE.move(report_of(place), action, actor=actor, comment="请核对")


def submitted_by(place, region):
    """A month of which nothing is asked but that it is in."""
    Report.objects.create(
        region=region,
        form_key="national14",
        period=MARCH.start,
        ends_on=MARCH.end,
        district=district(place),
        state="submitted",
        first_submitted_at=timezone.now(),
    )


def drafted(form) -> Bulletin:
    with acting("test"):
        return draft(form, MARCH)


@pytest.mark.parametrize(
    ("region", "key", "codes"),
    [
        ("chongqing", "bases", ["1"]),
        ("chongqing", "graduates", ["7"]),
        ("chongqing", "otherwise", ["11"]),
        ("ningxia", "graduates", ["7", "8"]),
        ("ningxia", "retained", ["10"]),
        ("ningxia", "events", []),
    ],
)
def test_figures_are_found_by_what_they_mean(db, region, key, codes):
    with in_region(region) as here:
        assert [i.code for i in meant(form_for(here, MARCH), key)] == codes


def test_units_are_compared_by_what_they_submitted(march, chongqing):
    make_base(HERE)  # after the submission
    figures = measured(chongqing, march, MARCH)
    one, other, silent = (of(figures, name) for name in (HERE, THERE, "江津区"))
    assert [one["values"][k] for k in ("bases", "bases_change", "arrived", "graduates")] == [
        2,
        1,
        1,
        1,
    ]
    assert (one["values"]["retention"], one["values"]["employment"]) == (100.0, 100.0)
    assert (one["ranks"]["bases"], other["ranks"]["bases"]) == (1, 2)
    assert (one["ranks"]["retention"], other["ranks"]["retention"]) == (1, 1)
    nothing = (silent["submission"], set(silent["values"].values()), silent["ranks"])
    assert nothing == ("超期未报", {None}, {})
    assert (one["submission"], figures["total"]["values"]["bases"]) == ("迟报", 3)
    assert figures["total"]["values"]["bases_change"] == 1


def test_positions_are_judged_as_they_stand(march, chongqing, people):
    submitted("江津区", people[ABOVE, "clerk"])
    base = make_base("江津区")
    make_position(base, headcount=3, is_model=True, allowance="2000")
    make_position(base, headcount=1, valid_until=date(2026, 1, 1), allowance="3000")
    full = make_position(base, headcount=1)
    make_agreement(full, arrived_on=date(2026, 5, 1))
    make_position(base, headcount=1, closed_on=date(2026, 3, 1))
    values = of(measured(chongqing, march, MARCH), "江津区")["values"]
    assert (values["model_share"], values["allowance"], values["accuracy"]) == (60.0, 2500, 33.3)


def test_events_are_counted_from_records_where_no_form_tells_them(db):
    with in_region("ningxia") as region:
        make_activity("兴庆区")
        make_activity("兴庆区", kind="policy_talk")
        form = compiled(region, form="ningxia15").form
        with acting("test"):
            Report.objects.filter(district=district("银川市")).update(
                state="approved", first_submitted_at=timezone.now()
            )
        figures = measured(region, form, MARCH)
        assert of(figures, "银川市")["values"]["events"] == 2


def test_reviews_are_measured_by_the_clock_that_ran(chongqing):
    today = timezone.localdate()
    period = type(MARCH).month_of(today)
    base = make_base(HERE)

    def filed(due, decided=True, where=base):
        facts = {"state": "submitted", "published_on": None, "submitted_at": timezone.now()}
        row = make_position(where, due_on=due, **facts)
        if decided:
            row.state, row.due_on, row.published_on = "published", None, today
            row.save()

    filed(today)
    filed(period.start if period.start < today else today)
    filed(today, where=make_base(THERE))
    filed(today.replace(year=2099), decided=False)
    found = reviews(chongqing, period, Units(today))
    within = 1 if period.start < today else 2
    assert (found[district(HERE).pk], found[district(THERE).pk]) == ((2, within), (1, 1))
    assert found[district(ABOVE).pk] == (3, within + 1)


def test_the_text_names_who_is_late_and_who_leads(march):
    row = drafted(march)
    first, *_ = row.text.splitlines()
    assert first.startswith(
        f"一、报送情况。应报送 39 个单位，按时报送 0 个，迟报 2 个（{THERE}、{HERE}），超期未报 37 个（"
    )
    assert first.endswith("）。以下各项只含已报送的 2 个单位，请其他单位尽快报送。")
    assert row.text.splitlines()[1:] == [
        "二、见习基地。期末实有见习基地 3 家，两个月都已报送的 2 个单位比上月增加 1 家。",
        "三、岗位质量。起草时招募中的岗位信息准确率 100%。",
        "四、服务情况。本月到岗 2 人，其中高校毕业生 2 人。",
        "五、留用和就业。本月完成见习 2 人；留用率 100%；就业率（含留用）100%。",
    ]
    assert row.title == "2026年3月重庆市就业见习工作情况通报"


def figures_of(*units, **total) -> dict:
    """Figures of a month: units as (name, submission, bases), and what the whole has."""
    nothing = {"bases": None, "bases_change": None} | {measure.key: None for measure in MEASURES}
    return {
        "units": [
            {
                "key": name,
                "name": name,
                "submission": came,
                "values": nothing | {"bases": bases},
                "ranks": {} if bases is None else {"bases": 1},
            }
            for name, came, bases in units
        ],
        "total": {"name": "合计", "values": nothing | total},
        "compared": len([came for _, came, _ in units if came in ("按时", "迟报")]),
    }


IN_TIME = [("甲区", "按时", 1), ("乙区", "按时", 2)]


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (figures_of(*IN_TIME), ["一、报送情况。应报送 2 个单位，全部按时报送。"]),
        (
            figures_of(
                ("甲区", "超期未报", None), ("乙区", "退回未重报", None), ("丙区", "迟报", 1)
            ),
            [
                "一、报送情况。应报送 3 个单位，按时报送 0 个，迟报 1 个（丙区），"
                "退回未重报 1 个（乙区），超期未报 1 个（甲区）。"
                "以下各项只含已报送的 1 个单位，请其他单位尽快报送。"
            ],
        ),
        (
            figures_of(
                *IN_TIME,
                bases=3,
                bases_change=0,
                model_share=0.0,
                arrived=0,
                graduates=0,
                events=0,
                completed=0,
                reviews=100.0,
            ),
            [
                "一、报送情况。应报送 2 个单位，全部按时报送。",
                "二、见习单位。期末实有见习单位 3 家，与上月持平。",
                "三、服务情况。本月没有新到岗的见习人员；没有举办供需对接和政策宣讲活动。",
                "四、留用和就业。本月没有完成见习的人员，不计算留用率和就业率。",
                "五、审核办理。本月办结和到期的基地申报、岗位审核、报名审核全部按期办理。",
            ],
        ),
        (
            figures_of(*IN_TIME, completed=5),
            [
                "一、报送情况。应报送 2 个单位，全部按时报送。",
                "二、留用和就业。本月完成见习 5 人。",
            ],
        ),
        (
            figures_of(*IN_TIME, bases=3, bases_change=-2, reviews=97.5),
            [
                "一、报送情况。应报送 2 个单位，全部按时报送。",
                "二、见习单位。期末实有见习单位 3 家，比上月减少 2 家。",
                "三、审核办理。本月办结和到期的基地申报、岗位审核、报名审核，按期办理的占 97.5%。",
            ],
        ),
    ],
)
def test_what_is_missing_is_told_or_left_out_and_no_sentence_is_empty(figures, said):
    form = SimpleNamespace(region=SimpleNamespace(base_term="见习单位"))
    assert drafted_text(form, MARCH, figures).splitlines() == said


def test_a_unit_whose_month_does_not_stand_is_in_no_column_and_named(client, march, people):
    base = make_base("江津区")  # never submitted, with positions and a review of its own
    make_position(base, headcount=9, allowance="9000", is_model=True)
    before = measured(march.region, march, MARCH)["total"]["values"]
    assert (before["allowance"], before["bases_change"]) == (None, 1)
    moved_on(HERE, "return", people[ABOVE, "reviewer"])
    figures = measured(march.region, march, MARCH)
    total, (out, within) = figures["total"]["values"], (of(figures, n) for n in (HERE, THERE))
    assert (out["submission"], set(out["values"].values()), out["ranks"]) == (
        "退回未重报",
        {None},
        {},
    )
    assert {key: total[key] for key in total} == within["values"]
    assert figures["compared"] == 1
    row = drafted(march)
    assert basis_of(row).startswith("各列和合计都不含：")
    assert f"退回未重报 1 个（{HERE}）" in basis_of(row)
    today = timezone.localdate()
    compared, judged = (
        "合计的“比上月”只比两个月都已报送的 1 个单位。",
        JUDGED.format(day=written_out(today)),
    )
    assert basis_of(row).endswith(f"{compared}{judged}")
    client.force_login(people[ABOVE, "clerk"])
    page = client.get(at("bulletin", row.pk))
    assert basis_of(row) in page.content.decode()
    assert f"岗位准确率（{today.month}月{today.day}日）（%）" in page.content.decode()
    notes = [paragraph.text for paragraph in Document(as_docx(row)).paragraphs]
    assert f"注：数字后面是名次。{basis_of(row)}" in notes


def test_drafting_again_brings_figures_up_to_date_and_keeps_words(march, chongqing, people):
    row = drafted(march)
    with acting("test"):
        Bulletin.objects.filter(pk=row.pk).update(text="我写的")
    assert (drafted(march).text, Bulletin.objects.count()) == ("我写的", 1)
    WORKFLOW.move(row, "publish", actor=people[ABOVE, Role.REVIEWER])
    with pytest.raises(JobRefused):
        drafted(march)


def test_a_clerk_drafts_edits_and_a_reviewer_publishes(
    client, march, people, django_capture_on_commit_callbacks
):
    client.force_login(people[ABOVE, "clerk"])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(at("bulletins_draft"), {"period": "2026-03"}).status_code == 302
    row, job = Bulletin.objects.get(), Job.objects.get(kind="draft_bulletin")
    assert (job.state, job.message, row.state) == ("done", "", "draft")
    finished = client.get(at("job", job.pk)).context["job"]
    assert finished["results"] == [{"label": "打开通报", "url": at("bulletin", row.pk)}]
    page = client.get(at("bulletin", row.pk))
    assert [(e.what, e.note, e.changes) for e in page.context["entries"]] == [("起草通报", "", [])]
    sent = page.context["form"].initial | {"text": "改过的正文"}
    assert client.post(at("bulletin", row.pk), sent).status_code == 302
    stale = client.post(at("bulletin", row.pk), sent | {"text": "晚了的"})
    assert (stale.status_code, "晚了的" in stale.content.decode()) == (422, True)
    assert client.post(at("bulletin_move", row.pk), {"action": "publish"}).status_code == 403
    client.force_login(people[HERE, "viewer"])
    assert client.get(at("bulletin", row.pk)).status_code == 404
    assert list(client.get(at("bulletins")).context["rows"]) == []
    client.force_login(people[ABOVE, "reviewer"])
    publish = {"action": "publish", "seen": client.get(at("bulletin", row.pk)).context["seen"]}
    assert client.post(at("bulletin_move", row.pk), publish).status_code == 302
    told = {m.user for m in Message.objects.filter(kind="bulletin")}
    assert told == {people[name, role] for name in (HERE, THERE) for role in Role.values}
    client.force_login(people[HERE, "viewer"])
    shown = client.get(at("bulletin", row.pk))
    assert (shown.context["paragraphs"], shown.context["form"], shown.context["actions"]) == (
        ["改过的正文"],
        None,
        [],
    )
    assert client.post(at("bulletin", row.pk), sent).status_code == 403


def test_nobody_publishes_what_they_have_not_read(client, march, people):
    row = drafted(march)
    client.force_login(people[ABOVE, "reviewer"])
    old = {"action": "publish", "seen": client.get(at("bulletin", row.pk)).context["seen"]}
    client.force_login(people[ABOVE, "clerk"])
    words = client.get(at("bulletin", row.pk)).context["form"].initial
    assert client.post(at("bulletin", row.pk), words | {"text": "换了。"}).status_code == 302
    over = client.post(at("bulletin", row.pk), words | {"text": "我的。"})
    assert (over.status_code, over.context["meanwhile"]) == (422, [("正文", "换了。")])
    assert "我的。" in over.content.decode()
    client.force_login(people[ABOVE, "reviewer"])
    refused = client.post(at("bulletin_move", row.pk), old)
    name = people[ABOVE, "clerk"].get_full_name()
    assert (refused.status_code, refused.context["meanwhile"]) == (422, [("正文", "换了。")])
    assert refused.context["fault"].startswith(f"您打开以后，{name}于 ")
    assert refused.context["fault"].endswith(" 改过正文。这次没有发布，请看过现在的内容再发布。")
    row.refresh_from_db()
    assert (row.state, Message.objects.filter(kind="bulletin").count()) == ("draft", 0)
    again = old | {"seen": refused.context["seen"]}
    assert client.post(at("bulletin_move", row.pk), again).status_code == 302


def test_figures_brought_up_to_date_are_to_be_read_before_they_are_published(client, march, people):
    row = drafted(march)
    seen = version_of(row)
    submitted("江津区", people[ABOVE, "clerk"])
    drafted(march)
    client.force_login(people[ABOVE, "reviewer"])
    refused = client.post(at("bulletin_move", row.pk), {"action": "publish", "seen": seen})
    assert (refused.status_code, "汇总的数字" in refused.context["fault"]) == (422, True)


STATES, MOVES = ("draft", "published"), {"publish": "draft", "withdraw": "published"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("place", [HERE, ABOVE])
@pytest.mark.parametrize("role", Role.values)
def test_who_moves_a_bulletin_when(chongqing, people, state, move, place, role):
    published = state == "published"
    submitted_by(HERE, chongqing)
    row = Bulletin.objects.create(
        region=chongqing,
        form_key="national14",
        period=MARCH.start,
        title="通报",
        text="正文",
        drafted_at=timezone.now(),
        state=state,
        published_at=timezone.now() if published else None,
        published_by=people[ABOVE, "reviewer"] if published else None,
    )
    actor, is_reviewer = people[place, role], (place, role) == (ABOVE, "reviewer")
    possible = [name for name, source in MOVES.items() if is_reviewer and source == state]
    assert [t.name for t in WORKFLOW.open_to(actor, row)] == possible
    if move in possible:
        assert WORKFLOW.move(row, move, actor=actor, comment="有误").state != state
    else:
        with pytest.raises(TransitionRefused if is_reviewer else PermissionDenied):
            WORKFLOW.move(row, move, actor=actor, comment="有误")


@pytest.mark.parametrize("period", ["", "2026-13", "2099-01", "x" * 7, "\x00"])
def test_a_month_that_cannot_be_drafted_is_told(client, people, period):
    client.force_login(people[ABOVE, "clerk"])
    answer = client.post(at("bulletins_draft"), {"period": period})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["period"])
    assert not Job.objects.exists()


def test_a_month_nobody_reported_or_that_is_published_is_refused_at_once(client, march, people):
    client.force_login(people[ABOVE, "clerk"])
    row = drafted(march)
    WORKFLOW.move(row, "publish", actor=people[ABOVE, "reviewer"])
    for period, words in [
        ("2026-03", "已经发布"),
        ("2026-01", "还没有单位报送"),
        ("2026-10", "还没有单位报送"),
    ]:
        refused = client.post(at("bulletins_draft"), {"period": period})
        told = refused.context["form"].errors.get("period", [""])[0]
        assert (refused.status_code, words in told) == (422, True), period
    assert (Job.objects.count(), Bulletin.objects.count()) == (0, 1)
    draft = WORKFLOW.move(row, "withdraw", actor=people[ABOVE, "reviewer"], comment="有误")
    for place in (HERE, THERE):
        moved_on(place, "return", people[ABOVE, "reviewer"])
    with pytest.raises(TransitionRefused, match="还没有单位报送"):
        WORKFLOW.move(draft, "publish", actor=people[ABOVE, "reviewer"])


def test_a_district_drafts_nothing(client, people):
    client.force_login(people[HERE, "clerk"])
    assert client.post(at("bulletins_draft"), {"period": "2026-03"}).status_code == 403


def test_the_files_say_what_the_page_says(client, march, people):
    row = drafted(march)
    with acting("test"):
        Bulletin.objects.filter(pk=row.pk).update(text="一、<b>&甲。\n二、乙。")
    client.force_login(people[ABOVE, "viewer"])
    assert client.get(at("bulletin_docx", row.pk)).status_code == 404
    client.force_login(people[ABOVE, "clerk"])
    document = Document(
        BytesIO(b"".join(client.get(at("bulletin_docx", row.pk)).streaming_content))
    )
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert (lines[0], lines[2:4]) == (row.title, ["一、<b>&甲。", "二、乙。"])
    head, *others = document.tables[0].rows
    repeats, whole = (
        [len(row._tr.xpath(f"./w:trPr/w:{name}")) for row in (head, *others)]
        for name in ("tblHeader", "cantSplit")
    )
    assert (repeats, whole) == ([1, *[0] * 40], [1] * 41)
    section = document.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [297, 210]
    table = [[cell.text for cell in line.cells] for line in document.tables[0].rows]
    assert (len(table), table[0][:3]) == (41, ["单位", "报送", "期末见习基地\n（家）"])
    written = next(line for line in table if line[0] == HERE)
    assert written[1:3] == ["迟报", "2 第1"]
    page = client.get(at("bulletin", row.pk)).context["lines"]
    told = next(line["cells"] for line in page if line["name"] == HERE)
    assert written[2:] == [f"{cell['text']} {cell['place']}".strip() for cell in told]
    assert "100 第1" in written
    book = load_workbook(
        BytesIO(b"".join(client.get(at("bulletin_xlsx", row.pk)).streaming_content))
    )
    sheet = book.active
    assert sheet["A1"].value == row.title
    assert [sheet.cell(3, at).value for at in (1, 2, 3, 5)] == [
        "单位",
        "报送",
        "期末见习基地\n（家）",
        "比上月\n（家）",
    ]
    assert [sheet.cell(4, at).value for at in (3, 4, 5)] == ["数值", "名次", None]
    assert {"A3:A4", "C3:D3", "E3:E4"} <= {str(one) for one in sheet.merged_cells.ranges}
    shown = {line[0].value: [cell.value for cell in line[1:6]] for line in sheet.iter_rows(5)}
    assert shown[HERE] == ["迟报", 2, 1, 1, 0]
    assert shown["合计"] == [None, 3, None, 1, 0]
    assert sheet.cell(sheet.max_row, 1).value.endswith(basis_of(row))
    ranked = sum(measure.ranked for measure in MEASURES)
    assert (sheet.max_row, sheet.max_column) == (45, 2 + len(MEASURES) + ranked)
    setup = sheet.page_setup
    assert (setup.orientation, setup.fitToWidth, sheet.print_title_rows) == (
        "landscape",
        1,
        "$3:$4",
    )


def test_nobody_leads_where_all_have_nothing(march, chongqing):
    figures = measured(chongqing, march, MARCH)
    assert [unit["ranks"].get("model_share") for unit in figures["units"]] == [None] * 39


def test_what_came_in_after_it_was_drafted_is_told(client, people, march):
    row = drafted(march)
    client.force_login(people[ABOVE, "clerk"])
    assert client.get(at("bulletin", row.pk)).context["since"] == []
    moved_on(HERE, "return", people[ABOVE, "reviewer"])
    again = submitted(HERE, people[HERE, "clerk"])
    page = client.get(at("bulletin", row.pk))
    assert page.context["since"] == [again.versions.first()]
    assert "要用新的数字，请重新起草" in page.content.decode()
