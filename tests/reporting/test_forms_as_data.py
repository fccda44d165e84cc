"""A form and a region brought in by data alone: drafted, tried, put in force; or read from a folder."""

import json
import re
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from jianxi.files import XLSX, store
from jianxi.history import acting
from jianxi.tenancy import scope
from regions.models import District, Region
from reporting import drafting, editing
from reporting.compiling import compile_month, compute, form_for
from reporting.definitions import form_data, form_keys
from reporting.models import Form, FormDraft, FormWorkbook
from reporting.official import write_official
from reporting.periods import Period
from tests.blanks import workbook
from tests.drafts import FIGURES, TWELVE, coming, go, typed
from tests.factories import (
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    make_position,
)
from tests.months import MARCH, officers, records
from tests.people import make_member, make_office

HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def admin(client, chongqing):
    client.force_login(make_member(make_office(ABOVE), "admin", "viewer"))
    return client


# --- On pages


def test_a_new_form_is_drafted_tried_put_in_force_and_compiled(admin, chongqing):
    records(HERE)
    known = set(Form.objects.values_list("pk", flat=True))
    made = admin.post(go("form_draft_new"), typed())
    assert made.status_code == 302
    draft = FormDraft.objects.get()
    assert set(Form.objects.values_list("pk", flat=True)) == known
    shown = admin.get(made["Location"])
    assert shown.status_code == 200
    trial = shown.context["trial"]
    assert trial["period"] == Period.month_of(timezone.localdate()).previous
    assert (len(trial["figures"]["rows"]), trial["old"]) == (39, None)
    used = admin.post(go("form_draft_use", draft.pk), {"seen": shown.context["seen"]})
    assert used.status_code == 302
    form = Form.objects.exclude(pk__in=known).get()
    assert (form.title, form.effective_from, FormDraft.objects.count()) == (
        "见习工作月度快报",
        coming().start,
        0,
    )
    assert form_for(chongqing, coming(), "quick12") == form
    assert [r.code for r in form.rules if r.code[:2] in ("Q1", "Q4")] == ["Q1", "Q4"]
    Form.objects.filter(pk=form.pk).update(effective_from=date(2026, 1, 1))
    found = compute(form, MARCH)
    assert found.figures[District.objects.named(HERE).get().pk] == FIGURES
    assert found.figures[District.objects.root().pk] == FIGURES


def test_a_changed_form_takes_effect_from_its_month_and_not_before(admin, chongqing):
    old = Form.objects.get(key="national14")
    begun = admin.post(go("form_draft_begin", old.pk))
    draft = FormDraft.objects.get()
    assert begun["Location"] == go("form_draft_head", draft.pk)
    shown = admin.get(go("form_draft_text", draft.pk))
    text = shown.context["form"]["text"].value()
    assert drafting.read(text) == old.definition
    text = text.replace("本期末实有在岗见习人数", "期末在岗人数")
    sent = typed(order=old.order, text=text, seen=shown.context["seen"])
    made = admin.post(go("form_draft_text", draft.pk), sent)
    page = admin.get(made["Location"])
    assert page.context["trial"]["changes"] == ["指标 13 改名为“期末在岗人数”"]
    admin.post(go("form_draft_begin", old.pk))
    assert FormDraft.objects.get() == draft
    admin.post(go("form_draft_use", draft.pk), {"seen": page.context["seen"]})
    this_month = Period.month_of(timezone.localdate())
    assert form_for(chongqing, this_month, "national14") == old
    new = form_for(chongqing, coming(), "national14")
    assert new.parsed.by_code["13"].label == "期末在岗人数"
    assert admin.post(go("form_withdraw", old.pk)).status_code == 302
    assert Form.objects.filter(key="national14").count() == 2
    back = admin.post(go("form_withdraw", new.pk))
    draft = FormDraft.objects.get()
    assert back["Location"] == go("form_draft_head", draft.pk)
    assert form_for(chongqing, coming(), "national14") == old
    assert drafting.read(draft.text) == new.definition
    assert (draft.order, draft.effective_from) == (old.order, coming().start)


def test_what_is_taken_back_is_a_draft_again_unless_there_is_one(admin, chongqing):
    admin.post(go("form_draft_new"), typed())
    first = FormDraft.objects.get()
    admin.post(go("form_draft_use", first.pk), {"seen": drafting.version_of(first)})
    form = Form.objects.get(key="quick12")
    admin.post(go("form_draft_begin", form.pk))
    refused = admin.post(go("form_withdraw", form.pk), follow=True)
    assert "这张表另有一份草稿" in refused.content.decode()
    assert Form.objects.filter(pk=form.pk).exists()
    FormDraft.objects.all().delete()
    page = admin.get(go("form", form.pk)).content.decode()
    assert "空白表和填写位置不保留" not in page
    own = store(chongqing, workbook(), name="空白表.xlsx", content_type=XLSX, owner=None)
    FormWorkbook.objects.create(region=chongqing, form=form, file=own, sheet="汇总")
    assert "空白表和填写位置不保留" in admin.get(go("form", form.pk)).content.decode()
    assert admin.post(go("form_withdraw", form.pk)).status_code == 302
    assert not Form.objects.filter(key="quick12").exists()
    draft = FormDraft.objects.get()
    assert drafting.read(draft.text) == drafting.read(TWELVE)
    for fact in ("key", "order", "effective_from", "reporting_level"):
        assert getattr(draft, fact) == getattr(first, fact)


def test_a_new_number_of_what_counts_alike_is_told_as_that(admin, chongqing):
    old = Form.objects.get(key="national14")
    draft = drafting.draft_of(old, by=make_member(make_office(HERE), "admin"))
    row = editing.indicator_of(old.definition, "14")
    draft.text = drafting.written(
        editing.with_indicator(old.definition, row | {"code": "99"}, was="14")
    )
    draft.save()
    page = admin.get(go("form_draft", draft.pk))
    trial = page.context["trial"]
    assert trial["changes"][0] == "指标 14 改为 99（算法相同）"
    assert not [words for words in trial["changes"] if "新增" in words or "去掉" in words]
    assert trial["looking_back"] == ["S2"]
    assert "规则 S2 的上期数从记录重新数出" in page.content.decode()
    (line,) = trial["figures"]["beside"]
    assert line["cells"][-1]["text"] == trial["figures"]["total"]["cells"][-1]["text"] == "0.00"


def test_a_changed_rule_is_told_as_it_was_and_is():
    changed = TWELVE.replace("[1]>=[2]", "[1]=[2]").replace(
        'expr = "[7]<=0", severity = "hint"', 'expr = "[7]<=0", severity = "block"'
    )
    changed = changed.replace('official = "4≥3"', 'official = "4≥3+0"')
    old, new = (drafting.judged("quick12", text) for text in (TWELVE, changed))
    assert drafting.differences(old, new) == [
        "规则 Q1 的判断式：“[1]>=[2]” → “[1]=[2]”",
        "规则 Q2 的表上印的式子：“4≥3” → “4≥3+0”",
        "规则 Q5 的不成立时：只作提示 → 不成立不能报送",
    ]
    assert drafting.differences(new, old)[0] == "规则 Q1 的判断式：“[1]=[2]” → “[1]>=[2]”"


def test_what_keeps_units_from_submitting_is_put_in_force_knowingly(admin, chongqing):
    records(HERE)
    admin.post(go("form_draft_new"), typed(text=TWELVE.replace("[4]>=[3]", "[4]=[3]+1")))
    draft = FormDraft.objects.get()
    page = admin.get(go("form_draft", draft.pk))
    trial = page.context["trial"]
    # 渝中区 has one position of four; the others have none at all: 0 = 0+1 does not hold either.
    assert (trial["blocked"], [(r.code, n) for r, n in trial["blocking"]]) == ("39", [("Q2", 39)])
    assert "39 个单位报不出去" in page.content.decode()
    sent = {"seen": page.context["seen"]}
    for ticked in ({}, {"blocked": "3"}):
        refused = admin.post(go("form_draft_use", draft.pk), sent | ticked)
        assert (refused.status_code, Form.objects.filter(key="quick12").count()) == (422, 0)
        assert "39 个单位报不出去" in refused.context["fault"]
    used = admin.post(go("form_draft_use", draft.pk), sent | {"blocked": "39"})
    assert (used.status_code, Form.objects.filter(key="quick12").count()) == (302, 1)


def test_what_was_not_looked_at_is_not_put_in_force(admin, chongqing):
    admin.post(go("form_draft_new"), typed())
    draft = FormDraft.objects.get()
    seen = admin.get(go("form_draft", draft.pk)).context["seen"]
    changed = typed(text=TWELVE.replace("快报", "简报"), seen=seen)
    assert admin.post(go("form_draft_text", draft.pk), changed).status_code == 302
    late = admin.post(go("form_draft_use", draft.pk), {"seen": seen})
    assert (late.status_code, Form.objects.filter(key="quick12").count()) == (409, 0)
    assert late.context["fault"].endswith("刚刚改过这份草稿，这次没有启用。请核对后再做一次。")
    assert late.context["meanwhile"] == ["表名改为“见习工作月度简报”"]
    FormDraft.objects.update(effective_from=date(2026, 1, 1))
    seen = admin.get(go("form_draft", draft.pk)).context["seen"]
    late = admin.post(go("form_draft_use", draft.pk), {"seen": seen})
    assert "已经开始" in late.context["fault"]
    assert not Form.objects.filter(key="quick12").exists()


def test_one_version_a_month_and_one_draft_a_form(admin, chongqing):
    for _ in range(2):
        admin.post(go("form_draft_new"), typed())
        draft = FormDraft.objects.get()
        seen = admin.get(go("form_draft", draft.pk)).context["seen"]
        done = admin.post(go("form_draft_use", draft.pk), {"seen": seen})
    assert (done.status_code, Form.objects.filter(key="quick12").count()) == (409, 1)
    second = admin.post(go("form_draft_new"), typed())
    assert (second.status_code, FormDraft.objects.count()) == (422, 1)
    assert "已有一份草稿" in str(second.context["form"].errors)


def test_what_was_not_looked_at_is_not_thrown_away(admin):
    admin.post(go("form_draft_new"), typed())
    draft = FormDraft.objects.get()
    seen = admin.get(go("form_draft", draft.pk)).context["seen"]
    changed = typed(text=TWELVE.replace("快报", "简报"), seen=seen)
    admin.post(go("form_draft_text", draft.pk), changed)
    for old in ({}, {"seen": seen}):
        late = admin.post(go("form_draft_discard", draft.pk), old)
        assert (late.status_code, FormDraft.objects.count()) == (409, 1)
        assert late.context["fault"].endswith("刚刚改过这份草稿，这次没有删除。请核对后再做一次。")
    assert late.context["meanwhile"] == ["表名改为“见习工作月度简报”"]
    shown = re.search(r'action="[^"]*/discard/">(.*?)</form>', late.content.decode(), re.DOTALL)[1]
    sent = {"seen": re.search(r'name="seen" value="(.*?)"', shown)[1]}
    gone = admin.post(go("form_draft_discard", draft.pk), sent)
    assert gone["Location"] == go("forms")
    assert not FormDraft.objects.exists()
    assert admin.post(go("form_draft_discard", draft.pk), sent).status_code == 404


def without(*words):
    return "\n".join(line for line in TWELVE.splitlines() if not any(w in line for w in words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "看不懂"),
        ("[]", "看不懂"),
        ('{"title": "x"', "看不懂"),
        ("{" * 5000, "看不懂"),
        ("title = 2026-01-01", "看不懂"),
        (without("title"), "缺少这些栏：title"),
        (TWELVE + "\ncolour = 1", "不认识的栏：colour"),
        (TWELVE.replace('title = "', 'title = ["a"]\nx = "'), "不认识的栏：x"),
        (TWELVE.replace("number_row = true", "number_row = 1"), "number_row写法不对"),
        ('title = "a"\nunit_heading = "b"\nindicators = 5', "应是一个列表"),
        ('title = "a"\nunit_heading = "b"\nindicators = [5]', "第1项指标"),
        ('title = "a"\nunit_heading = "b"\nindicators = []', "1到60项"),
        (TWELVE.replace('code = "12"', "code = 12"), "code写法不对"),
        (TWELVE.replace('code = "12"', 'code = "a/b"'), "编号应是数字"),
        (TWELVE.replace('code = "12"', 'code = "11"'), "编号11重复"),
        (TWELVE.replace('"on_post", "graduate"', '"on_post", "tall"'), "不认识的条件：tall"),
        (TWELVE.replace('where = ["on_post"]', 'where = ["graduate"]'), "缺少说明时间的条件"),
        (TWELVE.replace('of = "payments"', 'of = "salaries"'), "来源“salaries”不对"),
        (TWELVE.replace('sum = "youths_served"', 'sum = "headcount"'), "不能按“headcount”相加"),
        (TWELVE.replace('unit = "万元"', 'unit = "元"'), "计量单位要写“万元”"),
        (TWELVE.replace('parent = "8"', 'parent = "3"'), "应紧跟在上级指标3之后"),
        (TWELVE.replace("[8]>=[9]", "[8]>=[99]"), "99不在表"),
        (TWELVE.replace("[8]>=[9]", "[8]>>[9]"), "看不懂"),
        (TWELVE.replace("[8]>=[9]", "[8]>=[10]"), "金额和个数"),
        (TWELVE.replace('"hint"', '"loud"'), "等级“loud”不对"),
        (TWELVE.replace("见习工作月度快报", "长" * 61), "表名太长，最多60个字"),
        (TWELVE.replace("期末基地", "长" * 121), "太长"),
        (TWELVE.replace("cumulative", "flow"), "改选另一种数"),
        (TWELVE.replace("见习工作月度快报", "\\u0007"), "不能显示"),
        (json.dumps({"title": "\ud800", "\ud800": 1}), "不认识的栏：?"),
    ],
)
def test_a_fault_in_a_definition_is_told(text, words):
    with pytest.raises(ValidationError) as refused:
        drafting.judged("quick12", text)
    assert words in refused.value.messages[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('title = "a"\nunit b', "第 2 行第 6 个字处，名称后面应是等号“=”。"),
        ('title = "a', "在末尾处，引号没有配对。"),
        ("rules = [1 2]", "第 1 行第 12 个字处，方括号没有配对，或两项之间少了逗号。"),
        ("title = 表", "第 1 行第 9 个字处，等号后面的值看不懂，文字要加双引号。"),
        ("a = 1\na = 2\nb = 3", "第 2 行第 6 个字处，同一栏写了两次。"),
        ('{"title": "x"', "第 1 行第 14 个字处，括号、引号或逗号不对。"),
    ],
)
def test_what_cannot_be_read_is_told_in_words_with_its_place(admin, chongqing, text, words):
    refused = admin.post(go("form_draft_new"), typed(text=text))
    assert refused.context["form"].errors == {"text": [f"定义看不懂：{words}"]}
    assert "文件需要重新选择" not in refused.content.decode()


def test_a_fault_is_told_at_its_field_and_nothing_is_kept(admin, chongqing):
    for facts, field in [
        ({"text": ""}, "text"),
        ({"text": TWELVE.replace("[8]>=[9]", "[8]>=[99]")}, "text"),
        ({"text": json.dumps({"title": "\ud800", "\ud800": 1})}, "text"),
        ({"text": "\0"}, "text"),
        ({"key": "a b"}, "key"),
        ({"key": "x" * 60}, "key"),
        ({"effective_from": "2026-11"}, "effective_from"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"order": "9" * 30}, "order"),
        ({"order": "-1"}, "order"),
        ({"reporting_level": "moon"}, "reporting_level"),
    ]:
        refused = admin.post(go("form_draft_new"), typed(**facts))
        assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field}), facts
        assert refused.context["form"]["text"].value() == typed(**facts)["text"]
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (TWELVE.encode(), 302),
        (json.dumps(drafting.read(TWELVE)).encode(), 302),
        (b"\xff\xfe\x00", 422),
        (b"x" * 300_000, 422),
        (b"title = 1", 422),
    ],
)
def test_a_definition_comes_as_a_file(admin, chongqing, content, status):
    file = SimpleUploadedFile("form.toml", content)
    sent = admin.post(go("form_draft_new"), typed(text="", file=file))
    assert sent.status_code == status
    assert [drafting.read(d.text) for d in FormDraft.objects.all()] == (
        [drafting.read(TWELVE)] if status == 302 else []
    )


def test_a_districts_admin_drafts_nothing(client, chongqing):
    client.force_login(officers(HERE)[HERE, "admin"])
    assert client.post(go("form_draft_new"), typed()).status_code == 403
    assert client.get(go("forms")).context["may_change"] is False
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize("key", form_keys())
def test_what_comes_with_the_product_survives_being_written_as_text(key):
    assert drafting.read(drafting.written(form_data(key))) == form_data(key)


# --- From a folder


def folder(tmp_path, form=TWELVE):
    """A region that nobody has heard of, with a form of its own."""
    region = tmp_path / "newland"
    (region / "forms").mkdir(parents=True)
    (region / "forms" / "quick12.toml").write_text(form, encoding="utf-8")
    (region / "region.toml").write_text(
        'name = "新地市"\nlevel = "city"\ncode = "990000"\nprogramme = "hr"\n'
        'base_term = "见习基地"\nauthority = "新地市人力资源和社会保障局"\ndocuments = []\n\n'
        '[[forms]]\nkey = "quick12"\nlabels = { "5" = "月末在岗" }\n\n[[forms]]\nkey = "progress"\n',
        encoding="utf-8",
    )
    (region / "districts.toml").write_text(
        '[[districts]]\nkey = "990101"\nname = "东区"\nkind = "county"\n\n'
        '[[districts]]\nkey = "990102"\nname = "西区"\nkind = "county"\n',
        encoding="utf-8",
    )
    (region / "policy.toml").write_text("versions = []\n", encoding="utf-8")
    return tmp_path


def test_a_fourth_region_with_a_form_of_its_own(db, tmp_path):
    call_command("load_regions", data=folder(tmp_path), stdout=StringIO())
    region = Region.objects.get(slug="newland")
    assert Region.objects.count() == 4
    with scope(region=region), acting("test"):
        base = make_base("东区")
        position = make_position(base, headcount=4)
        make_agreement(position, arrived_on=date(2026, 3, 2))
        make_payment(base, amount="30000.00")
        make_activity("西区", kind="policy_talk", held_on=date(2026, 3, 9), youths_served=25)
        form = form_for(region, MARCH)
        found = compile_month(form, MARCH)
        by_name = {unit.name: found.figures[unit.pk] for unit in found.units.valid}
        rules = {one.rule for one in found.findings[found.units.root.pk]}
        out = BytesIO()
        write_official(form, MARCH, found.units.root, out)
    assert form.parsed.by_code["5"].label == "月末在岗"
    assert [by_name["东区"][code] for code in ("1", "4", "5", "7", "12")] == [1, 4, 1, 1, 0]
    assert (by_name["西区"]["12"], by_name["新地市"]["10"]) == (25, Decimal("30000.00"))
    assert "Q5" in rules
    sheet = load_workbook(out).active
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows()}
    assert rows["合计"] == [1, 0, 1, 4, 1, 1, 1, 0, 0, 3, 1, 25]


@pytest.mark.parametrize(
    ("form", "words"),
    [(TWELVE.replace("[8]>=[9]", "[8]>=[99]"), "99不在表"), ("title = ", "quick12.toml")],
)
def test_a_faulty_form_in_a_folder_is_told(db, tmp_path, form, words):
    with pytest.raises(CommandError, match=words):
        call_command("load_regions", data=folder(tmp_path, form), stdout=StringIO())


def test_a_folder_without_regions_is_told(db, tmp_path):
    with pytest.raises(CommandError, match="没有统筹区的数据"):
        call_command("load_regions", data=tmp_path)
    with pytest.raises(CommandError, match="没有 nowhere"):
        call_command("load_regions", region=["nowhere"])


def test_pages_ask_as_much_for_many_as_for_few(admin, chongqing):
    admin.post(go("form_draft_new"), typed())
    draft = FormDraft.objects.get()

    def asked(url):
        with CaptureQueriesContext(connection) as found:
            assert admin.get(url).status_code == 200
        return len(found)

    parts = ("", "_text", "_head", "_indicators", "_rules", "_changes")
    pages = [go("forms"), *(go(f"form_draft{part}", draft.pk) for part in parts)]
    pages += [go("form_draft_indicator", draft.pk, "5"), go("form_draft_rule", draft.pk, "Q1")]
    asked(pages[0])  # which tells what was done
    few = [asked(url) for url in pages]
    records(HERE)
    records("万州区")
    for month in (1, 2, 3):
        admin.post(go("form_draft_new"), typed(key=f"other{month}"))
        Form.objects.create(
            region=chongqing,
            key=f"older{month}",
            title="快报",
            effective_from=date(2020, month, 1),
            definition=drafting.read(TWELVE),
        )
    asked(pages[0])
    assert [asked(url) for url in pages] == few
