"""An employer files positions: drafts that are kept while typed, copies, spreadsheets."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from bases.models import Authority
from jianxi.tenancy import scope
from positions.models import Position
from tests.factories import make_agreement, make_position
from tests.positions.conftest import SOUND, employer_of, inside, make_filing, now

pytestmark = pytest.mark.django_db
State = Position.State
NEXT_YEAR = timezone.localdate() + timedelta(days=90)
TYPED = {name: str(value) for name, value in SOUND.items()} | {
    "education": "不限",
    "major": "",
    "benefits": "包午餐",
    "valid_until": str(NEXT_YEAR),
    "contact": "",
}


def at(world, name, *args):
    return reverse(f"employer:{name}", args=[world.region.slug, *args])


def signed_in(world, person="employer"):
    client = Client()
    client.force_login(getattr(world, person))
    return client


def drafts(world):
    with scope(region=world.region):
        return list(Position.objects.filter(state=State.DRAFT).order_by("pk"))


def text(response):
    return response.content.decode()


def version_in(response):
    """What the page says it knows of the row."""
    return text(response).split('name="version" value="')[1].split('"')[0]


# --- One


def test_a_position_is_begun_kept_and_submitted(world):
    client = signed_in(world)
    begun = client.post(at(world, "position_new"))
    (draft,) = drafts(world)
    edit = at(world, "position_edit", draft.pk)
    assert begun["Location"] == edit
    page = client.get(edit)
    assert "还缺 8 项" in text(page)
    kept = client.post(edit, {"title": "前端开发见习生", "keep": "1", "version": version_in(page)})
    assert (kept["Location"], now(draft).title) == (edit, "前端开发见习生")
    sent = client.post(edit, TYPED | {"submit": "1"})
    assert sent["Location"] == at(world, "position", draft.pk)
    filed = now(draft)
    assert (filed.state, filed.benefits, filed.months) == (State.SUBMITTED, "包午餐", 6)
    assert filed.number == f"GW{timezone.localdate():%Y}-{draft.pk:08d}"
    assert "待审核" in text(client.get(at(world, "position", draft.pk)))


def test_an_empty_draft_serves_again(world):
    client = signed_in(world)
    client.post(at(world, "position_new"))
    client.post(at(world, "position_new"))
    assert len(drafts(world)) == 1


def test_what_is_typed_is_kept_field_by_field_and_faults_are_told(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT, title="", duties="", allowance=None)
    client, save = signed_in(world), at(world, "position_save", draft.pk)
    answer = client.post(save, {"title": "会计助理", "allowance": "两千", "headcount": ""})
    assert answer.status_code == 202
    assert "月基本生活费（元）</a>：请填写数字。" in text(answer)
    row = now(draft)
    assert (row.title, row.allowance, row.headcount) == ("会计助理", None, 2)
    answer = client.post(save, {"title": "", "allowance": "2400"})
    assert answer.status_code == 200
    assert (now(draft).title, str(now(draft).allowance)) == ("", "2400.00")
    assert "岗位名称</a>" in text(answer)


def test_two_windows_do_not_undo_each_other(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    client, save = signed_in(world), at(world, "position_save", draft.pk)
    opened = version_in(client.get(at(world, "position_edit", draft.pk)))
    client.post(save, TYPED | {"version": opened, "workplace": "南滨路8号"})
    other = client.post(save, TYPED | {"version": opened, "mentor": "李某某"})
    assert (now(draft).workplace, now(draft).mentor) == ("南滨路8号", "李某某")
    assert "刚在别处改成了" not in text(other)
    clash = client.post(save, TYPED | {"version": opened, "workplace": "北滨路9号"})
    assert now(draft).workplace == "北滨路9号"
    assert "“工作地点”刚在别处改成了“南滨路8号”，现以这里填写的为准" in text(clash)


def test_a_page_sent_again_does_not_undo_what_was_kept_since(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    client, edit = signed_in(world), at(world, "position_edit", draft.pk)
    first = TYPED | {"workplace": "旧地址", "headcount": "0", "submit": "1"}
    first["version"] = version_in(client.get(edit))
    refused = client.post(edit, first)
    assert (refused.status_code, "可以提交" in text(refused)) == (422, False)
    mended = TYPED | {"workplace": "新地址1号", "version": version_in(refused)}
    assert "可以提交" in text(client.post(at(world, "position_save", draft.pk), mended))
    again = client.post(edit, first, follow=True)
    assert "“工作地点”刚在别处改成了“新地址1号”" in text(again)
    assert (now(draft).workplace, now(draft).state) == ("新地址1号", State.DRAFT)


def test_what_is_missing_is_listed_and_not_submitted(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    answer = signed_in(world).post(
        at(world, "position_edit", draft.pk), TYPED | {"mentor": "", "submit": "1"}
    )
    page = text(answer)
    assert (answer.status_code, now(draft).state) == (422, State.DRAFT)
    assert '<a href="#id_mentor">带教老师</a>：请填写这一项。' in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"headcount": "0"}, "不能小于 1"),
        ({"valid_until": "2020-01-01"}, "不能早于今天"),
        ({"valid_until": "2027-02-30"}, "没有这一天，或者写法不对"),
        ({"allowance": "-1"}, "不能小于 0"),
        ({"allowance": "1e999"}, "最多 10 位数字"),
        ({"category": "research2"}, "请从列出的选项里选"),
        ({"title": "x" * 81}, "最多 80 个字"),
        ({"duties": "\x07坏"}, "含有不能保存的字符"),
        ({"months": "99999999999999999999"}, "不能大于 36"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(world, changed, told):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    client = signed_in(world)
    for url, status in [("position_edit", 422), ("position_save", 202)]:
        answer = client.post(at(world, url, draft.pk), TYPED | changed | {"submit": "1"})
        assert (answer.status_code, told in text(answer)) == (status, True), url
    assert now(draft).state == State.DRAFT


def test_what_breaks_a_rule_is_not_submitted_and_told_with_the_clause(changsha):
    with inside(changsha):
        draft = make_filing(changsha.base, State.DRAFT)
    answer = signed_in(changsha).post(
        at(changsha, "position_edit", draft.pk), TYPED | {"allowance": "2000", "submit": "1"}
    )
    assert (answer.status_code, now(draft).state) == (422, State.DRAFT)
    assert "2,000.00 元 &lt; 2,330.00 元" in text(answer)


def test_ningxia_does_not_even_ask_for_education_and_major(ningxia):
    with inside(ningxia):
        draft = make_filing(ningxia.base, State.DRAFT)
    client, edit = signed_in(ningxia), at(ningxia, "position_edit", draft.pk)
    page = text(client.get(edit))
    assert 'name="education"' not in page
    assert "宁人社函〔2020〕272号二" in page
    client.post(edit, TYPED | {"education": "本科及以上", "major": "会计", "submit": "1"})
    row = now(draft)
    assert (row.state, row.education, row.major) == (State.SUBMITTED, "", "")


def test_what_was_submitted_is_not_changed_any_more(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
    client = signed_in(world)
    edit = at(world, "position_edit", filed.pk)
    assert client.get(edit)["Location"] == at(world, "position", filed.pk)
    client.post(edit, TYPED | {"title": "改名", "submit": "1"})
    assert client.post(at(world, "position_save", filed.pk), {"title": "改名"}).status_code == 409
    assert client.post(at(world, "position_discard", filed.pk)).status_code == 400
    assert now(filed).title == SOUND["title"]


def test_a_returned_position_says_why_and_is_mended(world):
    with inside(world):
        filed = make_filing(world.base, State.SUBMITTED)
        from positions.workflow import COURSE

        COURSE.move(filed, "return", actor=world.clerk, comment="工作地点写到门牌")
    client = signed_in(world)
    for name in ("position", "position_edit"):
        assert "工作地点写到门牌" in text(client.get(at(world, name, filed.pk)))
    client.post(at(world, "position_edit", filed.pk), TYPED | {"submit": "1"})
    assert now(filed).state == State.SUBMITTED


def test_a_draft_is_given_up_and_one_that_was_submitted_is_not(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
        returned = make_filing(world.base, State.RETURNED, submitted_at=timezone.now())
    client = signed_in(world)
    client.post(at(world, "position_discard", draft.pk))
    client.post(at(world, "position_discard", returned.pk))
    with scope(region=world.region):
        assert list(Position.objects.all()) == [returned]


def test_a_published_position_is_paused_resumed_and_closed(world):
    with inside(world):
        position = make_filing(world.base, State.PUBLISHED)
    client, act = signed_in(world), at(world, "position_act", position.pk)
    client.post(act, {"action": "pause"})
    assert now(position).state == State.PAUSED
    client.post(act, {"action": "resume"})
    assert now(position).state == State.PUBLISHED
    refused = client.post(act, {"action": "close"})
    assert (refused.status_code, "需要写明意见" in text(refused)) == (422, True)
    client.post(act, {"action": "close", "comment": "已招满"})
    assert now(position).closed_on == timezone.localdate()
    assert client.post(act, {"action": "dance"}).status_code == 404


def test_the_timeline_leaves_out_what_was_only_typed(world):
    with inside(world):
        draft = make_filing(world.base, State.DRAFT)
    client = signed_in(world)
    client.post(at(world, "position_save", draft.pk), TYPED | {"title": "改名"})
    assert "填写草稿" not in text(client.get(at(world, "position", draft.pk)))


# --- Lists and many at once


def test_the_list_has_a_tab_for_each_stage(world):
    with inside(world):
        for state in State:
            make_filing(world.base, state, title=f"岗-{state}")
        make_filing(world.base, State.PUBLISHED, title="岗-closed", closed_on=timezone.localdate())
        make_filing(world.other, State.PUBLISHED, title="岗-乙的")
    client = signed_in(world)
    expected = {
        "": {"draft", "returned"},
        "review": {"submitted"},
        "open": {"published", "paused"},
        "past": {"rejected", "closed"},
    }
    titles = [*State, "closed", "乙的"]
    for tab, shown in expected.items():
        page = text(client.get(at(world, "positions"), {"tab": tab}))
        assert {title for title in titles if f"岗-{title}<" in page} == shown
    assert client.get(at(world, "positions"), {"tab": "x"}).status_code == 404


def test_drafts_are_submitted_together_and_each_stands_for_itself(world):
    with inside(world):
        good = [make_filing(world.base, State.DRAFT, title=f"好{n}") for n in range(2)]
        bad = make_filing(world.base, State.DRAFT, title="缺", mentor="")
        others = make_filing(world.other, State.DRAFT)
    ids = [row.pk for row in [*good, bad, others]]
    answer = signed_in(world).post(at(world, "positions_submit"), {"ids": ids}, follow=True)
    assert [now(row).state for row in [*good, bad, others]] == [
        State.SUBMITTED,
        State.SUBMITTED,
        State.DRAFT,
        State.DRAFT,
    ]
    assert "2 个岗位已提交" in text(answer)
    assert "缺没有提交：还没有填写：带教老师。" in text(answer)


def test_last_years_positions_are_copied_without_their_dates(world):
    with inside(world):
        old = make_filing(
            world.base, State.PUBLISHED, closed_on=timezone.localdate(), is_model=True
        )
        make_agreement(old, ended_on=timezone.localdate(), end_kind="cancelled")
        others = make_filing(world.other, State.PUBLISHED)
    client = signed_in(world)
    client.post(at(world, "positions_copy"), {"ids": [old.pk, others.pk]})
    (draft,) = drafts(world)
    assert (draft.base_id, draft.title, draft.mentor) == (world.base.pk, old.title, old.mentor)
    assert (draft.valid_until, draft.published_on, draft.is_model) == (None, None, False)
    assert draft.number != old.number


def test_a_copy_leaves_forbidden_gates_behind(ningxia):
    with inside(ningxia):
        old = make_position(ningxia.base, education="本科", major="会计")
    signed_in(ningxia).post(at(ningxia, "positions_copy"), {"ids": [old.pk]})
    (draft,) = drafts(ningxia)
    assert (draft.education, draft.major) == ("", "")


def test_a_number_a_ledger_used_already_is_passed_over(world):
    with inside(world):
        ahead = make_position(world.base).pk + 1
        make_position(world.base, pk=10**6, number=f"GW{timezone.localdate():%Y}-{ahead:08d}")
    signed_in(world).post(at(world, "position_new"))
    (draft,) = drafts(world)
    assert draft.pk > ahead


@pytest.mark.parametrize("ids", [[], ["x"], [str(n) for n in range(101)], ["9" * 19]])
def test_choosing_nothing_or_nonsense_is_told(world, ids):
    client = signed_in(world)
    for name in ("positions_submit", "positions_copy"):
        assert client.post(at(world, name), {"ids": ids}).status_code == 400


def test_whose_base_is_none_files_nothing(world):
    with inside(world):
        world.base.exited_on = timezone.localdate()
        world.base.save()
    client = signed_in(world)
    page = text(client.get(at(world, "positions")))
    assert ("填报岗位</button>" in page, "不能填报新岗位" in page) == (False, True)
    assert client.post(at(world, "position_new")).status_code == 400
    assert client.get(at(world, "positions_sheet")).status_code == 400


# --- Whose


def test_another_employers_positions_are_not_found(world):
    with inside(world):
        position = make_filing(world.base, State.DRAFT)
    client = signed_in(world, "stranger")
    assert client.get(at(world, "position", position.pk)).status_code == 404
    assert client.get(at(world, "position_edit", position.pk)).status_code == 404
    for name in ("position_edit", "position_save", "position_act", "position_discard"):
        assert client.post(at(world, name, position.pk), TYPED).status_code == 404, name
    assert now(position).title == SOUND["title"]


def test_whose_authority_ended_gets_in_no_more(world):
    with inside(world):
        person = employer_of(world.base)
        authority = Authority.objects.get(user=person)
        authority.state, authority.ended_on = Authority.State.ENDED, timezone.localdate()
        authority.save()
    client = Client()
    client.force_login(person)
    assert client.get(at(world, "positions")).status_code == 404


# --- A spreadsheet


def workbook(*rows, heads=None):
    heads = heads or ["岗位名称*", "岗位类别*", "招募人数*", "工作地点", "月基本生活费", "有效期至"]
    made = Workbook()
    made.active.title = "岗位申报"
    for row in [heads, *rows]:
        made.active.append(row)
    file = BytesIO()
    made.save(file)
    return SimpleUploadedFile("岗位.xlsx", file.getvalue())


def test_a_spreadsheets_rows_become_drafts_and_faults_are_told_by_row(world):
    client, url = signed_in(world), at(world, "positions_sheet")
    file = workbook(
        ["会计助理", "管理类", 2, "示例路1号", 2400, str(NEXT_YEAR)],
        ["标注员", "技术类", 3, "", "", ""],
        ["质检员", "技术技能类", 0, "", "", "2020-01-01"],
        ["会计助理", "管理类", 1, "", "", ""],
    )
    page = text(client.post(url, {"file": file}))
    assert [(d.title, d.headcount, str(d.allowance)) for d in drafts(world)] == [
        ("会计助理", 2, "2400.00")
    ]
    assert "“技术类”不在可选范围内" in page
    assert "应为1或以上的整数" in page
    assert "与第2行重复" in page
    mended = workbook(
        ["会计助理", "管理类", 4, "示例路1号", 2400, str(NEXT_YEAR)],
        ["标注员", "技术技能类", 3, "", "", ""],
    )
    answer = client.post(url, {"file": mended})
    assert answer["Location"] == at(world, "positions")
    assert [(d.title, d.headcount) for d in drafts(world)] == [("会计助理", 4), ("标注员", 3)]
    assert len({d.number for d in drafts(world)}) == 2


def test_a_spreadsheet_with_gates_is_refused_where_they_are_forbidden(ningxia):
    file = workbook(
        ["会计助理", "管理类", 2, "本科及以上"],
        ["标注员", "技术技能类", 2, "不限"],
        heads=["岗位名称", "岗位类别", "招募人数", "学历要求"],
    )
    page = text(signed_in(ningxia).post(at(ningxia, "positions_sheet"), {"file": file}))
    assert "宁人社函〔2020〕272号二" in page
    assert [draft.title for draft in drafts(ningxia)] == ["标注员"]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.4 nothing", "文件内容不是要求的类型"),
        (b"PK\x03\x04broken", "文件已损坏"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_told(world, file, told):
    answer = signed_in(world).post(
        at(world, "positions_sheet"), {"file": SimpleUploadedFile("a.xlsx", file)}
    )
    assert (answer.status_code, told in text(answer)) == (422, True)
    assert drafts(world) == []


def test_the_template_can_be_filled_in(world):
    answer = signed_in(world).get(at(world, "positions_template"))
    sheet = load_workbook(BytesIO(answer.content))["岗位申报"]
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["岗位名称*", "岗位类别*", "招募人数*"]


def test_the_list_opens_where_something_is(world):
    client, here = signed_in(world), at(world, "positions")
    assert client.get(here).context["tab"] == ""
    with inside(world):
        make_filing(world.base, State.PUBLISHED)
    assert client.get(here).context["tab"] == "open"
    page = client.get(f"{here}?tab=")  # asked for
    assert (page.context["tab"], f'href="{here}?tab="' in text(page)) == ("", True)
