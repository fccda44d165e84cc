"""A form's draft edited on pages: its head, the indicators, the rules, how far figures may change."""

import re
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from django.utils.html import strip_tags

from jianxi.history import acting
from regions.models import District
from reporting import drafting, editing
from reporting.asking import Asked, asked
from reporting.compiling import compute
from reporting.definitions import (
    Indicator,
    RuleSource,
    form_data,
    form_keys,
)
from reporting.draft_part_forms import ChangesForm, IndicatorForm, RuleForm, initial_of
from reporting.loading import faults
from reporting.models import Form, FormDraft, Report, Version
from reporting.periods import Period
from reporting.views.draft_page import DraftPage
from tests.drafts import FIGURES, TWELVE, go, typed
from tests.factories import district
from tests.months import MARCH, records
from tests.people import make_member, make_office

HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def admin(client, chongqing):
    client.force_login(make_member(make_office(ABOVE), "admin", "viewer", name="何管理"))
    return client


@pytest.fixture
def draft(admin, chongqing):
    """Of the twelve figures, not in force."""
    made = admin.post(go("form_draft_new"), typed())
    assert made.status_code == 302
    return FormDraft.objects.get()


def table(draft) -> dict:
    draft.refresh_from_db()
    return drafting.read(draft.text)


def filled(form) -> dict:
    """What a browser sends of a form as it is shown."""
    values = {field.html_name: field.value() for field in form}
    for field in form:
        if hasattr(field.field, "prepare_value"):
            values[field.html_name] = field.field.prepare_value(values[field.html_name])
    return {
        name: value for name, value in values.items() if value is not None and value is not False
    }


def send(admin, step, draft, *code, **facts):
    """A page's form as it is shown, with some fields typed anew."""
    url = go(f"form_draft_{step}", draft.pk, *code)
    page = admin.get(url)
    shown = filled(page.context["form"]) if "form" in page.context else {}
    return admin.post(url, shown | {"seen": page.context["seen"]} | facts)


def cells(page, *labels) -> list[list[str]]:
    """What a table says under these headings, row by row."""
    rows = page.content.decode().split("<tr")[2:]
    found = [dict(re.findall(r'data-label="(.*?)">(.*?)</td>', row, re.DOTALL)) for row in rows]
    return [[strip_tags(row[label]).strip() for label in labels] for row in found]


def test_a_form_of_twelve_figures_is_made_on_pages_alone(admin, chongqing):
    records(HERE)
    wanted = drafting.read(TWELVE)
    begun = admin.get(go("form_draft_start")).context["form"]
    head = {"key": "quick12", "title": wanted["title"], "unit_heading": "单位", "unit_note": ""}
    head |= {"number_row": "on", "footer": "填报单位（盖章）\r\n\r\n 填报人"}
    made = admin.post(go("form_draft_start"), filled(begun) | head)
    draft = FormDraft.objects.get()
    assert made["Location"] == go("form_draft_indicators", draft.pk)

    def kept(step, *code, **facts):
        draft.refresh_from_db()
        sent = facts | {"seen": drafting.version_of(draft)}
        assert admin.post(go(f"form_draft_{step}", draft.pk, *code), sent).status_code == 302

    for number, indicator in enumerate(wanted["indicators"]):
        step = ("indicator", indicator["code"]) if number < 2 else ("indicator_new",)
        kept(*step, **indicator)
    kept("rules", delete="R1")
    for rule in wanted["rules"]:
        kept("rule_new", **{"scope": "each", **rule})
    made = drafting.judged("quick12", drafting.written(table(draft)))
    assert made == drafting.judged("quick12", TWELVE)
    trial = admin.get(go("form_draft", draft.pk))
    used = admin.post(go("form_draft_use", draft.pk), {"seen": trial.context["seen"]})
    form = Form.objects.get(key="quick12")
    assert used["Location"] == go("form", form.pk)
    Form.objects.filter(pk=form.pk).update(effective_from=date(2026, 1, 1))
    found = compute(form, MARCH)
    assert found.figures[District.objects.root().pk] == FIGURES


# --- The text is the one store


@pytest.mark.parametrize("key", form_keys())
def test_what_is_saved_as_it_was_shown_stays_as_it_was_written(key):
    known = form_data(key)
    known["indicators"][0] |= {"change_month": 30, "change_year": 0, "change_least": 5}
    common = {"table": known}

    def resent(form, kind):
        sent = form(filled(kind(None)))
        assert sent.is_valid(), sent.errors
        return sent.definition

    for row in known["indicators"]:

        def of_indicator(data, row=row):
            initial = initial_of(Indicator, row)
            return IndicatorForm(data, initial=initial, was=row["code"], **common)

        assert resent(of_indicator, of_indicator) == known
    for row in known.get("rules", []):

        def of_rule(data, row=row):
            return RuleForm(data, initial=initial_of(RuleSource, row), was=row["code"], **common)

        assert resent(of_rule, of_rule) == known
    changes = ChangesForm(filled(ChangesForm(**common)), **common)
    assert changes.is_valid()
    assert changes.definition == known


def test_the_text_page_and_the_others_agree(admin, draft):
    known = table(draft)
    assert send(admin, "head", draft).status_code == 302
    assert table(draft) == known
    assert send(admin, "indicator", draft, "12", label="宣讲服务的青年").status_code == 302
    text = admin.get(go("form_draft_text", draft.pk)).context["form"]["text"].value()
    assert drafting.read(text) == drafting.read(TWELVE.replace("宣讲服务青年", "宣讲服务的青年"))
    assert send(admin, "text", draft, text=text.replace("月度快报", "季度快报")).status_code == 302
    page = admin.get(go("form_draft_head", draft.pk))
    assert page.context["form"]["title"].value() == "见习工作季度快报"
    assert page.context["title"] == "见习工作季度快报"


# --- Faults


FAULTS = [
    ("indicator", "9", {"code": "8"}, "code"),
    ("indicator", "9", {"code": "9/"}, "code"),
    ("indicator", "9", {"code": "9" * 30}, "code"),
    ("indicator", "9", {"label": " "}, "label"),
    ("indicator", "9", {"label": "长" * 121}, "label"),
    ("indicator", "9", {"label": "a\u200b"}, "label"),
    ("indicator", "9", {"unit": "万元"}, "unit"),
    ("indicator", "10", {"unit": "元"}, "unit"),
    ("indicator", "9", {"kind": "moon"}, "kind"),
    ("indicator", "7", {"kind": "stock"}, "kind"),
    ("indicator", "5", {"kind": "flow"}, "kind"),
    ("indicator", "7", {"kind": "cumulative"}, "kind"),
    ("indicator", "10", {"kind": "flow"}, "kind"),
    ("indicator", "11", {"unit": "人"}, "unit"),
    ("indicator", "3", {"unit": "人"}, "unit"),
    ("indicator", "8", {"parent": "9"}, "parent"),
    ("indicator", "8", {"parent": "8"}, "parent"),
    ("indicator", "9", {"where": []}, "where"),
    ("indicator", "9", {"where": ["retained"]}, "where"),
    ("indicator", "9", {"where": ["completed_in_period", "existing"]}, "where"),
    ("indicator", "9", {"sum": "headcount"}, "sum"),
    ("indicator", "12", {"of": "salaries"}, "of sum where"),
    ("rule", "Q3", {"code": "Q2"}, "code"),
    ("rule", "Q3", {"code": "3"}, "code"),
    ("rule", "Q3", {"expr": "[8]>=[99]"}, "expr"),
    ("rule", "Q3", {"expr": "8 大于 9"}, "expr"),
    ("rule", "Q3", {"expr": "[8]>=[10]"}, "expr"),
    ("rule", "Q3", {"expr": "[7]=[7]@new"}, "expr"),
    ("rule", "Q3", {"expr": ""}, "expr"),
    ("rule", "Q3", {"severity": "loud"}, "severity"),
    ("rule", "Q3", {"scope": "moon"}, "scope"),
    ("rule", "Q3", {"not_in_month": "13"}, "not_in_month"),
    ("head", None, {"title": ""}, "title"),
    ("head", None, {"title": "长" * 61}, "title"),
    ("head", None, {"notes": "长" * 1001}, "notes"),
    ("head", None, {"footer": "a\x07b"}, "footer"),
    ("head", None, {"effective_from": "2020-01"}, "effective_from"),
    ("changes", None, {"change_month_9": "-1"}, "change_month_9"),
    ("changes", None, {"change_year_9": "much"}, "change_year_9"),
    ("changes", None, {"change_least_9": "9" * 30}, "change_least_9"),
]


INSIDER = re.compile("amount|quick12|stock|flow|字段")  # names of the program's, nobody's else


def test_a_fault_is_told_at_its_field_and_nothing_is_lost(admin, draft):
    shown = {}
    for step, code, facts, faulty in FAULTS:
        url = go(f"form_draft_{step}", draft.pk, *([code] if code else []))
        shown[url] = shown.get(url) or admin.get(url).context
        sent = filled(shown[url]["form"]) | {"seen": shown[url]["seen"]} | facts
        refused = admin.post(url, sent)
        form = refused.context["form"]
        assert (refused.status_code, set(form.errors)) == (422, set(faulty.split())), facts
        assert {name: form[name].value() for name in facts} == facts
        assert not INSIDER.search(form.errors.as_text().split("* ", 2)[-1]), form.errors
    assert table(draft) == drafting.read(TWELVE)


def test_a_fault_says_what_is_wrong_in_words_of_the_page(admin, draft):
    for step, code, facts, words in (
        (
            "indicator",
            ["7"],
            {"kind": "stock"},
            "指标7是期末时点数，条件里没有一条说明期末的情形，请加上“期末在岗”，或改选另一种数。",
        ),
        (
            "indicator",
            ["10"],
            {"kind": "stock"},
            "指标10是期末时点数，条件里没有一条说明期末的情形，这种记录也没有这样的条件，请改选另一种数。",
        ),
        ("indicator", ["11"], {"unit": "人"}, "指标11数出来的不是人数，计量单位不能写“人”。"),
        ("indicator", ["10"], {"unit": "元"}, "指标10把金额相加，计量单位要写“万元”。"),
        ("indicator", ["9"], {"code": "8"}, "指标编号8重复，每项要有自己的编号。"),
        (
            "head",
            [],
            {"effective_from": "9999-12"},
            "月份应写成 2026-09 的样子，从 1990-01 到 2100-12，不是“9999-12”。",
        ),
    ):
        errors = send(admin, step, draft, *code, **facts).context["form"].errors
        assert [list(told) for told in errors.values()] == [[words]]
    begun = admin.get(go("form_draft_start")).context["form"]
    refused = admin.post(go("form_draft_start"), filled(begun) | {"key": "月 报"})
    assert refused.context["form"].errors["key"] == [
        "标识只能用字母、数字、下划线和短横线，不能有空格和汉字。"
    ]


def test_a_draft_of_before_a_check_opens_at_every_step_and_is_not_put_in_force(admin, draft):
    with acting("test"):
        draft.text = draft.text.replace(
            'kind = "flow", of = "agreements"', 'kind = "stock", of = "agreements"', 1
        )
        draft.save()
    for step in ("head", "indicators", "rules", "changes", "text"):
        assert admin.get(go(f"form_draft_{step}", draft.pk)).status_code == 200
    seen = admin.get(go("form_draft", draft.pk)).context["seen"]
    refused = admin.post(go("form_draft_use", draft.pk), {"seen": seen}, follow=True)
    assert "指标7是期末时点数，条件里没有一条说明期末的情形" in refused.content.decode()
    assert not Form.objects.filter(key=draft.key).exists()


def test_what_a_change_spoils_elsewhere_is_told_with_its_name(admin, draft):
    send(admin, "rule_new", draft, code="Q7", expr="[1]=[1]@-1+[1]@new-[1]@gone")
    known = table(draft)
    refused = send(
        admin, "indicator", draft, "1", kind="flow", where=["existing", "recognised_in_period"]
    )
    assert refused.status_code == 422
    assert refused.context["form"].non_field_errors() == ["规则Q7里1不是期末数，没有新增和减少。"]
    for code, words in (
        ("9", "规则 Q3 用到指标 9，请先改或删掉那条规则。"),
        ("5", "规则 Q4 用到指标 5，请先改或删掉那条规则。"),
    ):
        refused = send(admin, "indicators", draft, delete=code)
        assert (refused.status_code, refused.context["fault"]) == (422, words)
    assert table(draft) == known
    assert send(admin, "indicators", draft, delete="12").status_code == 302
    assert [row["code"] for row in table(draft)["indicators"]][-1] == "11"
    with pytest.raises(editing.InUse, match="至少要有一项"):
        editing.without_indicator({"indicators": known["indicators"][:1]}, "1")
    with pytest.raises(editing.InUse, match="指标 6 挂在指标 5 下面"):
        editing.without_indicator({"indicators": known["indicators"]}, "5")


def test_what_was_unfit_before_is_mended_part_by_part(admin, draft):
    with acting("test"):  # of before a check: two indicators and a rule
        text = draft.text
        for was, now in (
            ('kind = "flow", of = "agreements"', 'kind = "stock", of = "agreements"'),  # 7, 8
            ('expr = "[7]<=0"', 'expr = "[7]<=[10]"'),
        ):
            assert was in text
            text = text.replace(was, now)
        draft.text = text
        draft.save()
    assert len(faults(table(draft))) == 3
    for step, code, facts, field in (
        ("indicator", ["7"], {"unit": "万元"}, "unit"),  # its own, no other's
        ("rule", ["Q3"], {"expr": "[8]>=[10]"}, "expr"),
        ("head", [], {"title": " "}, "title"),
    ):
        refused = send(admin, step, draft, *code, **facts)
        assert (refused.status_code, set(refused.context["form"].errors)) == (422, {field})
    for step, code, facts, left in (
        ("indicator", ["7"], {"kind": "flow"}, 2),
        ("head", [], {"title": "见习快报"}, 2),
        ("indicators", [], {"down": "3"}, 2),
        ("rule", ["Q5"], {"expr": "[7]<=0"}, 1),
        ("changes", [], {"change_month_8": "30"}, 1),
        ("indicator", ["8"], {"kind": "flow"}, 0),
    ):
        assert send(admin, step, draft, *code, **facts).status_code == 302, (step, code)
        assert len(faults(table(draft))) == left


def test_no_change_is_kept_that_spoils_the_definition(admin, draft):
    url, seen = go("form_draft_indicators", draft.pk), drafting.version_of(draft)
    request = admin.post(url, {"seen": seen}).wsgi_request
    page = DraftPage(request, draft.pk, "indicators")
    assert page.does(lambda table: table | {"indicators": table["indicators"][1:]}) is False
    assert (page.status, page.fault) == (422, "指标2应紧跟在上级指标1之后。")
    assert table(draft) == drafting.read(TWELVE)


def test_what_is_not_there_is_not_found(admin, draft):
    for step, code in (("indicator", "99"), ("rule", "Q99")):
        assert admin.get(go(f"form_draft_{step}", draft.pk, code)).status_code == 404
    for step in ("indicators", "rules"):
        for facts in ({"delete": "99"}, {"up": "\0"}, {}):
            assert send(admin, step, draft, **facts).status_code == 404
    assert table(draft) == drafting.read(TWELVE)


# --- Order and numbers


def order(draft) -> list[str]:
    return [row["code"] for row in table(draft)["indicators"]]


def test_indicators_are_moved_with_what_hangs_on_them(admin, draft):
    assert send(admin, "indicators", draft, down="5").status_code == 302
    assert order(draft) == ["1", "2", "3", "4", "7", "5", "6", "8", "9", "10", "11", "12"]
    send(admin, "indicators", draft, up="7")
    assert order(draft) == ["1", "2", "3", "7", "4", "5", "6", "8", "9", "10", "11", "12"]
    for facts in ({"up": "1"}, {"down": "12"}, {"up": "6"}, {"down": "6"}):  # nowhere to go
        send(admin, "indicators", draft, **facts)
    assert order(draft) == ["1", "2", "3", "7", "4", "5", "6", "8", "9", "10", "11", "12"]
    send(admin, "indicator", draft, "3", parent="9")
    assert order(draft) == ["1", "2", "7", "4", "5", "6", "8", "9", "3", "10", "11", "12"]
    send(admin, "indicator", draft, "8", parent="5")
    assert order(draft) == ["1", "2", "7", "4", "5", "6", "8", "9", "3", "10", "11", "12"]
    send(admin, "indicator", draft, "9", parent="")
    assert order(draft) == ["1", "2", "7", "4", "5", "6", "8", "10", "11", "12", "9", "3"]


def test_a_new_number_is_carried_along(admin, draft):
    sent = send(admin, "indicator", draft, "8", code="a8")
    assert sent.status_code == 302
    now = table(draft)
    assert editing.indicator_of(now, "9")["parent"] == "a8"
    assert {rule["code"]: rule["expr"] for rule in editing.rules_with(now, "a8")} == {
        "Q3": "[a8]>=[9]",
        "Q4": "[5]=[5]@-1+[7]-[a8]",
    }
    listed = admin.get(sent["Location"])
    assert "规则 Q3、Q4 里的编号已跟着改" in listed.content.decode()


# --- Looking before saving


def test_another_source_shows_its_own_conditions_and_keeps_what_was_typed(admin, draft):
    url = go("form_draft_indicator_new", draft.pk)
    seen = admin.get(url).context["seen"]
    sent = {"code": "13", "label": "新岗位", "unit": "个", "kind": "flow", "parent": "3"}
    sent |= {"of": "positions", "where": ["on_post", "existing"], "look": "source", "seen": seen}
    records(HERE)
    looked = admin.post(url, sent)
    form = looked.context["form"]
    assert (looked.status_code, form.errors) == (200, {})
    assert {name: form[name].value() for name in ("code", "label", "parent", "of")} == {
        "code": "13",
        "label": "新岗位",
        "parent": "3",
        "of": "positions",
    }
    offered = {name for _, group in form.fields["where"].choices for name, _ in group}
    assert offered == {"existing", "published_in_period"}
    assert (looked.context["counts"]["figure"], looked.context["counts"]["source"]) == (
        1,
        "见习岗位",
    )
    summed = admin.post(url, sent | {"sum": "headcount"})
    assert summed.context["counts"]["figure"] == 4
    unknown = admin.post(url, {"look": "source", "of": "\0", "kind": "x", "where": "y"})
    assert (unknown.status_code, unknown.context["counts"]) == (200, None)
    assert table(draft) == drafting.read(TWELVE)


# --- How far figures may change


def test_limits_of_a_form_in_use_are_set_on_one_page(admin, chongqing):
    old = Form.objects.get(key="national14")
    begun = admin.post(go("form_draft_begin", old.pk), {"step": "changes"})
    draft = FormDraft.objects.get()
    assert begun["Location"] == go("form_draft_changes", draft.pk)
    sent = send(
        admin,
        "changes",
        draft,
        change_month_13="40",
        change_year_13="",
        change_least_13="5",
        change_month_6="0",
    )
    assert sent["Location"] == go("form_draft", draft.pk)
    now = {row["code"]: row for row in table(draft)["indicators"]}
    assert (now["13"]["change_month"], now["13"]["change_least"]) == (40, 5)
    assert ("change_year" in now["13"], now["6"]["change_month"]) == (False, 0)
    said = [str(message) for message in get_messages(sent.wsgi_request)]
    assert "指标 6 写了 0%，一有变动就要写原因；不想比的请留空。" in said
    shown = admin.get(go("form_draft_changes", draft.pk))
    (of_six,) = cells(shown, "比上月会问")[5]
    assert "一有变动就问" in of_six
    floors = [cell.split()[-1] for (cell,) in cells(shown, "相差不超过…不问")]
    assert floors == [i["unit"].replace("万元", "元") for i in now.values()]
    trial = admin.get(sent["Location"]).context["trial"]
    assert [words for words in trial["changes"] if "指标 13" in words] == [
        "指标 13 本期末实有在岗见习人数 的变动幅度改为：环比超过 40%，相差不超过 5 人不问"
    ]


def test_how_often_a_reason_would_have_been_asked_for(admin, chongqing):
    form = Form.objects.get(key="national14")
    last = Period.month_of(timezone.localdate()).previous
    clerk = make_member(make_office(HERE))

    def submitted(where, period, number, value, state="submitted"):
        with acting("test"):
            report, _ = Report.objects.get_or_create(
                region=chongqing,
                district=district(where),
                form_key=form.key,
                period=period.start,
                ends_on=period.end,
                state=state,
            )
            Version.objects.create(
                region=chongqing,
                report=report,
                number=number,
                form=form,
                figures={"13": value, "14": "20000.00"},
                submitted_by=clerk,
                submitted_at=timezone.now(),
            )

    submitted(HERE, last, 1, 900)  # an older version does not count
    submitted(HERE, last, 2, 130)
    submitted(HERE, last.previous, 1, 100)
    submitted(HERE, last.previous.previous.previous, 1, 1)
    submitted(HERE, last.year_ago, 1, 65)
    submitted("万州区", last, 1, 8)
    submitted("万州区", last.previous, 1, 4)
    submitted("黔江区", last, 1, 800, state="returned")  # is submitted anew first
    submitted("黔江区", last.previous, 1, 1)
    submitted("涪陵区", last, 1, 800)
    submitted("涪陵区", last.previous, 1, 1, state="returned")

    def found(**limits):
        changed = editing.with_changes(
            form.definition, {"13": dict.fromkeys(editing.CHANGES) | limits}
        )
        changed = Form(region=chongqing, key=form.key, definition=changed)
        return asked(changed, last)["13"]

    assert found(change_month=30, change_year=100) == Asked(1, 2, 0, 1)
    assert found(change_month=29, change_year=99) == Asked(2, 2, 1, 1)
    assert found(change_month=29, change_least=4) == Asked(1, 2, 0, 1)
    draft = drafting.draft_of(form, by=clerk)
    sent = {"change_month_13": "29", "change_year_13": "", "change_least_13": ""}
    looked = send(admin, "changes", draft, look="asked", **sent)
    row = looked.context["rows"][12]
    assert (looked.status_code, row["asked"]) == (
        200,
        [("比上月会问", 29, 2, 2), ("比去年会问", None, 0, 1)],
    )
    assert ["不比" in cell for cell in cells(looked, "比上月会问", "比去年会问")[12]] == [
        False,
        True,
    ]
    assert table(draft) == form.definition


# --- Two at once


def test_what_somebody_changed_in_between_is_told_and_not_written_over(admin, draft, client):
    url = go("form_draft_indicator", draft.pk, "9")
    page = admin.get(url)
    typed_here = filled(page.context["form"]) | {"label": "留下来的"}
    other = make_member(make_office(ABOVE), "admin", name="卢同事")
    admin.force_login(other)
    assert send(admin, "indicator", draft, "12", label="宣讲人数").status_code == 302
    late = admin.post(url, typed_here | {"seen": page.context["seen"]})
    assert late.status_code == 409
    assert late.context["fault"] == "卢同事刚刚改过这份草稿，这次没有保存。请核对后再做一次。"
    assert late.context["meanwhile"] == ["指标 12 改名为“宣讲人数”"]
    assert late.context["form"]["label"].value() == "留下来的"
    again = admin.post(url, typed_here | {"seen": late.context["seen"]})
    assert again.status_code == 302
    now = table(draft)
    assert [editing.indicator_of(now, code)["label"] for code in ("9", "12")] == [
        "留下来的",
        "宣讲人数",
    ]
    for step, code in (("head", ()), ("text", ()), ("changes", ()), ("rule", ("Q1",))):
        late = send(admin, step, draft, *code, seen=page.context["seen"])
        assert (late.status_code, bool(late.context["meanwhile"])) == (409, True), step
    late = send(admin, "indicators", draft, delete="12", seen=page.context["seen"])
    assert late.status_code == 409
    assert send(admin, "rules", draft, delete="Q1").status_code == 302
    late = send(admin, "rules", draft, delete="Q2", seen="")
    assert (late.status_code, late.context["meanwhile"]) == (409, [])
    assert [rule["code"] for rule in table(draft)["rules"]] == ["Q2", "Q3", "Q4", "Q5", "Q6"]


def test_what_was_taken_out_in_between_leads_to_the_list(admin, draft):
    url = go("form_draft_indicator", draft.pk, "12")
    page = admin.get(url)
    send(admin, "indicators", draft, delete="12")
    late = admin.post(url, filled(page.context["form"]) | {"seen": page.context["seen"]})
    assert late["Location"] == go("form_draft_indicators", draft.pk)
    assert order(draft)[-1] == "11"


def test_the_row_decides_when_two_save_in_one_moment(admin, draft):
    seen, stale = drafting.version_of(draft), FormDraft.objects.get()
    with acting("test"):
        draft.text = draft.text.replace("快报", "简报")
        drafting.store(draft, seen=seen)
        with pytest.raises(drafting.MovedOn):
            drafting.store(stale, seen=seen)
        draft.delete()
        with pytest.raises(drafting.MovedOn):
            drafting.store(stale, seen=drafting.version_of(stale))
