"""The list and the pages of bases."""

from datetime import date

import pytest

from bases.models import Base, EmployerProfile
from bases.queries import BaseState
from tests.factories import in_region, make_agreement, make_base, make_payment, make_position
from tests.records import at, correction, fresh, names_in, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def test_states_are_asked_of_dates_and_each_base_is_in_one():
    with in_region("chongqing"):
        made = {
            "active": make_base("渝中区"),
            "expired": make_base("渝中区", valid_until=date(2026, 11, 19)),
            "exited": make_base("渝中区", valid_until=date(2026, 1, 1), exited_on=TODAY),
            "pending": make_base("渝中区", recognised_on=date(2026, 11, 21)),
        }
        last_day = make_base("渝中区", valid_until=TODAY)
        told = {row.pk: row.state for row in Base.objects.with_state(TODAY)}
        assert told == {row.pk: state for state, row in made.items()} | {last_day.pk: "active"}
        for state in BaseState:
            found = {row.pk for row in Base.objects.in_state(state, TODAY)}
            assert found == {pk for pk, named in told.items() if named == state}


def test_a_base_is_found_by_part_of_its_name_and_by_its_code(client):
    with in_region("chongqing"):
        wanted = make_base("渝中区", name="重庆星海科技有限公司")
        make_base("渝中区", name="重庆润泽学校")
        make_base("万州区", name="万州星海公司")
        code = wanted.profile.employer.uscc
    sign_in(client, "渝中区")
    for words in ("星海", "星海科技", code, code.lower(), f" {code[:8]} {code[8:]} "):
        assert names_in(client.get(at("bases", q=words))) == ["重庆星海科技有限公司"], words
    assert names_in(client.get(at("bases", q=code[:17]))) == []


def test_only_standing_bases_of_the_districts_held_are_listed(client):
    with in_region("chongqing"):
        make_base("渝中区", name="本区")
        make_base("万州区", name="外区")
        make_base("渝中区", name="作废的", voided_at="2026-01-01T00:00Z")
    sign_in(client, "渝中区")
    page = client.get(at("bases"))
    assert names_in(page) == ["本区"]
    assert "外区" not in page.text
    assert "作废的" not in page.text


def test_a_successor_sees_the_bases_of_the_unit_that_ended(client):
    with in_region("chongqing"):
        make_base("江北区", name="江北的基地")
    sign_in(client, "两江新区")
    page = client.get(at("bases"))
    assert names_in(page) == ["江北的基地"]
    choices = dict(page.context["listing"].filter.form.fields["district"].choices)
    assert "江北区（2025-12-31 止）" in choices.values()


def test_a_case_shows_facts_masked_and_what_hangs_on_it(client):
    with in_region("chongqing"):
        base = make_base("渝中区", name="甲公司")
        EmployerProfile.objects.update(contact_name="刘小洋", contact_phone="13812341234")
        position = make_position(base, title="助理")
        make_agreement(position, number="XY-1")
        make_payment(base, number="BT-1")
        other = make_position(make_base("万州区"), title="不可外泄")
        make_agreement(other, number="XY-不可外泄")
    sign_in(client, "渝中区", "clerk")
    page = client.get(at("base", base.pk))
    assert page.status_code == 200
    for shown in (
        "刘**",
        "138****1234",
        "助理",
        "XY-1",
        "BT-1",
        "查看",
        "更正",
        "申请作废",
        "登记",
    ):
        assert shown in page.text, shown
    for hidden in ("刘小洋", "13812341234", "不可外泄"):
        assert hidden not in page.text


def test_who_may_only_look_is_offered_nothing(client):
    with in_region("chongqing"):
        base = make_base("渝中区")
        EmployerProfile.objects.update(contact_name="刘小洋")
    sign_in(client, "渝中区", "viewer")
    page = client.get(at("base", base.pk))
    assert not {"更正", "申请作废"} & {link["label"] for link in page.context["links"]}
    assert "/reveal/" not in page.text
    assert client.get(at("base_edit", base.pk)).status_code == 403


@pytest.fixture
def base(client):
    with in_region("chongqing"):
        row = make_base("渝中区", name="甲公司", recognised_on=date(2025, 1, 1))
        EmployerProfile.objects.update(contact_name="刘小洋", contact_phone="13812341234")
    return row


def test_a_correction_is_kept_with_its_reason(client, base):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    data = correction(
        client.get(address), name="甲公司（新）", exited_on="2026-05-01", exit_reason="停业"
    )
    assert client.post(address, data).url == at("base", base.pk)
    assert (fresh(base).exited_on, fresh(base).exit_reason) == (date(2026, 5, 1), "停业")
    page = client.get(at("base", base.pk))
    entry = page.context["entries"][0]
    assert entry.note == "更正：台账录入有误"
    told = {change.label: (change.before, change.after) for change in entry.changes}
    assert told == {
        "退出日期": (None, date(2026, 5, 1)),
        "退出原因": ("", "停业"),
        "单位名称": ("甲公司", "甲公司（新）"),
    }


def test_masked_fields_stay_when_blank_change_when_typed_and_are_told_as_changed_only(client, base):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    page = client.get(address)
    assert "138****1234" in page.text
    assert "13812341234" not in page.text

    client.post(address, correction(page, kind="企业"))
    profile = fresh(base.profile)
    assert (profile.contact_name, profile.contact_phone, profile.kind) == (
        "刘小洋",
        "13812341234",
        "企业",
    )

    data = correction(client.get(address), contact_phone="023-67890123", contact_name="无")
    assert client.post(address, data).status_code == 302
    assert (fresh(profile).contact_name, fresh(profile).contact_phone) == ("", "023-67890123")
    page = client.get(at("base", base.pk))
    changes = page.context["entries"][0].changes
    assert sorted((change.label, change.before, change.after) for change in changes) == [
        ("联系人", "", ""),
        ("联系电话", "", ""),
    ]
    assert "67890123" not in page.text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"exited_on": "2024-12-31"}, "exited_on", "退出日期不能早于认定日期。"),
        ({"exited_on": "2099-01-01"}, "exited_on", "不能晚于今天"),
        ({"recognised_on": ""}, "recognised_on", "请填写"),
        ({"recognised_on": "2025-02-30"}, "recognised_on", "没有这一天"),
        ({"contact_phone": "12345"}, "contact_phone", "电话号码"),
        ({"insured": "30"}, "insured_on", "一起填写"),
        ({"insured": "-1", "insured_on": "2026-01-01"}, "insured", "0"),
        ({"insured": "99999999999", "insured_on": "2026-01-01"}, "insured", "10000000"),
        ({"name": "x" * 121}, "name", "120"),
        ({"name": "甲\x01"}, "name", "不能保存的字符"),
        ({"reason": ""}, "reason", "请填写"),
        ({"reason": "x"}, "reason", "2"),
        ({"version": "x"}, "version", "有效"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(client, base, changes, field, words):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    data = correction(client.get(address), kind="企业") | changes
    page = client.post(address, data)
    assert page.status_code == 422
    faults = {
        name: errors for sheet in page.context["sheets"] for name, errors in sheet.errors.items()
    }
    assert list(faults) == [field]
    assert words in faults[field][0]
    assert fresh(base.profile).kind == ""


def test_the_insured_headcount_is_kept_with_its_date(client, base):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    for count, day in ((30, "2025-12-31"), (45, "2026-06-30"), (46, "2026-06-30")):
        data = correction(client.get(address), insured=count, insured_on=day)
        assert client.post(address, data).status_code == 302
    with in_region("chongqing"):
        kept = list(base.profile.insured_headcounts.values_list("as_of", "count"))
    assert kept == [(date(2026, 6, 30), 46), (date(2025, 12, 31), 30)]
    assert client.get(at("bases")).context["listing"].rows[0].insured == 46


def test_who_was_overtaken_is_told_and_loses_nothing(client, base):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    mine = correction(client.get(address), industry="制造业")
    theirs = correction(client.get(address), kind="企业", exit_reason="说明", contact_name="王小明")
    assert client.post(address, theirs).status_code == 302

    page = client.post(address, mine)
    assert page.status_code == 409
    assert fresh(base.profile).industry == ""
    told = "；".join(page.context["overtaken"])
    assert "单位类型：— → 企业" in told
    assert "退出原因：— → 说明" in told
    assert "联系人" in told
    assert "王小明" not in page.text
    shown = correction(page)
    assert (shown["industry"], shown["kind"], shown["exit_reason"]) == ("制造业", "企业", "说明")

    assert client.post(address, shown).status_code == 302
    profile = fresh(base.profile)
    assert (profile.industry, profile.kind, profile.contact_name) == ("制造业", "企业", "王小明")
    assert fresh(base).exit_reason == "说明"


def test_nothing_changed_is_said_and_leaves_no_version(client, base):
    sign_in(client, "渝中区", "clerk")
    address = at("base_edit", base.pk)
    before = len(client.get(at("base", base.pk)).context["entries"])
    page = client.post(address, correction(client.get(address)), follow=True)
    assert "没有改动" in page.text
    assert len(page.context["entries"]) == before


def test_a_voided_base_is_gone_from_the_list_and_cannot_be_corrected(client, base):
    with in_region("chongqing"):
        Base.objects.update(voided_at="2026-11-01T00:00Z")
    sign_in(client, "渝中区", "clerk")
    assert names_in(client.get(at("bases"))) == []
    page = client.get(at("base", base.pk))
    assert page.context["case"]["state_label"] == "已作废"
    assert page.context["links"] == []
    assert client.get(at("base_edit", base.pk)).status_code == 404


def test_another_district_and_another_region_find_nothing(client, base):
    for where, region in (("万州区", "chongqing"), ("银川市", "ningxia")):
        sign_in(client, where, "clerk", "reviewer", region=region)
        for address in (at("base", base.pk), at("base_edit", base.pk), at("void", "base", base.pk)):
            assert client.get(address).status_code == 404
            assert client.post(address, {"reason": "试试看"}).status_code == 404
