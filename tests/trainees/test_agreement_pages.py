"""The list and the pages of agreements."""

from datetime import date

import pytest
from django.db import IntegrityError

from tests.factories import in_region, make_agreement, make_base, make_position
from tests.records import (
    ID_NUMBER,
    OTHER_ID_NUMBER,
    at,
    correction,
    fresh,
    known_trainee,
    names_in,
    sign_in,
)
from trainees.forms import AgreementForm
from trainees.models import Agreement
from trainees.queries import AgreementState

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def youth():
    with in_region("chongqing") as region:
        return known_trainee(region, phone="13812341234")


@pytest.fixture
def agreement(youth):
    """Of 何小雨, signed on 2026-01-05, on post since the next day, due to end on 2026-07-05."""
    with in_region("chongqing"):
        position = make_position(
            make_base("渝中区", name="重庆星海公司"), number="GW-1", title="助理"
        )
        return make_agreement(position, youth, number="XY-1", arrived_on=date(2026, 1, 6))


def test_states_are_asked_of_dates():
    arrived = {"arrived_on": date(2026, 1, 6)}
    ended = arrived | {"ended_on": TODAY, "end_kind": "completed"}
    with in_region("chongqing"):
        position = make_position(make_base("渝中区"), headcount=9)
        for state, facts in {
            "in_progress": arrived | {"planned_end": TODAY},
            "overdue": arrived | {"planned_end": date(2026, 11, 19)},
            "signed": {},
            "ended": ended,
        }.items():
            make_agreement(position, number=state, **facts)
        for row in Agreement.objects.with_state(TODAY):
            assert row.state == row.number
        found = {
            state.value: {row.number for row in Agreement.objects.in_state(state, TODAY)}
            for state in AgreementState
        }
        on_post = {row.number for row in Agreement.objects.on_post(TODAY)}
    assert found == {
        "in_progress": {"in_progress", "overdue"},
        "overdue": {"overdue"},
        "signed": {"signed"},
        "ended": {"ended"},
    }
    assert found["in_progress"] == on_post


def test_an_agreement_is_found_by_whatever_names_it(client, agreement):
    with in_region("chongqing") as region:
        other = known_trainee(region, OTHER_ID_NUMBER, name="王大山")
        make_agreement(make_position(make_base("渝中区", name="润泽学校")), other, number="XY-2")
        code = agreement.position.base.profile.employer.uscc
    sign_in(client, "渝中区")
    for words in ("XY-1", "何小雨", "何", ID_NUMBER, "13812341234", "星海", code, "GW-1"):
        assert names_in(client.get(at("agreements", q=words))) == ["XY-1"], words
    assert names_in(client.get(at("agreements", q="XY-"))) == []


def test_a_case_names_the_parties_and_how_long_it_is_overdue(client, agreement):
    sign_in(client, "渝中区")
    page = client.get(at("agreement", agreement.pk))
    for shown in ("何**", "重庆星海公司", "助理", "逾期未结束", "请补记结束"):
        assert shown in page.text, shown
    assert "何小雨" not in page.text


# --- Correcting


def correct(client, row, **changes):
    address = at("agreement_edit", row.pk)
    return client.post(address, correction(client.get(address), **changes))


def faults(page):
    assert page.status_code == 422
    return {
        name: errors for sheet in page.context["sheets"] for name, errors in sheet.errors.items()
    }


def test_an_end_is_recorded(client, agreement):
    sign_in(client, "渝中区")
    ended = {"ended_on": "2026-05-01", "end_kind": "retained_early"}
    assert correct(client, agreement, **ended).status_code == 302
    row = fresh(agreement)
    assert (row.ended_on, row.end_kind, row.outcome) == (
        date(2026, 5, 1),
        "retained_early",
        "retained",
    )
    assert names_in(client.get(at("agreements", state="ended"))) == ["XY-1"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"planned_end": "2026-01-05"}, "planned_end", "约定结束不能早于约定开始"),
        ({"arrived_on": "2026-01-04"}, "arrived_on", "到岗日期不能早于签订日期"),
        ({"arrived_on": "2099-01-04"}, "arrived_on", "不能晚于今天"),
        ({"ended_on": "2099-01-04", "end_kind": "completed"}, "ended_on", "不能晚于今天"),
        ({"ended_on": "2026-01-05", "end_kind": "completed"}, "ended_on", "结束日期不能早于到岗"),
        ({"ended_on": "2026-03-01"}, "end_kind", "要么都填"),
        ({"end_kind": "completed"}, "end_kind", "要么都填"),
        (
            {"ended_on": "2026-03-01", "end_kind": "cancelled"},
            "arrived_on",
            "未到岗取消的不填到岗日期",
        ),
        (
            {"ended_on": "2026-03-01", "end_kind": "completed", "arrived_on": ""},
            "arrived_on",
            "须有到岗日期",
        ),
        (
            {"ended_on": "2026-03-01", "end_kind": "retained_early", "outcome": "not_employed"},
            "outcome",
            "须为留用",
        ),
        (
            {"ended_on": "2026-03-01", "end_kind": "terminated", "outcome": "retained"},
            "outcome",
            "不能是留用",
        ),
        ({"signed_on": ""}, "signed_on", "请填写"),
        ({"position_number": "GW-?"}, "position_number", "没有这个编号的岗位"),
        ({"number": "XY-2"}, "number", "已经用过"),
        ({"group": "x"}, "group", ""),
        ({"allowance": "99999999999"}, "allowance", ""),
        ({"allowance": "-5"}, "allowance", "不能为负数"),
        ({"signed_on": "0001-01-01"}, "signed_on", "年份不对"),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_stored(
    client, agreement, changes, field, words
):
    with in_region("chongqing"):
        make_agreement(make_position(make_base("万州区"), number="GW-?"), number="XY-2")
    sign_in(client, "渝中区")
    found = faults(correct(client, agreement, insurer="某公司", **changes))
    assert list(found) == [field]
    assert words in found[field][0]
    assert fresh(agreement).insurer == ""


def test_faults_that_belong_together_are_told_together(client, agreement):
    sign_in(client, "渝中区")
    found = faults(correct(client, agreement, planned_end="2026-01-01", arrived_on="2026-01-01"))
    assert sorted(found) == ["arrived_on", "planned_end"]


def test_the_position_can_be_corrected_within_the_districts_held(client, agreement):
    with in_region("chongqing"):
        other = make_position(make_base("渝中区"), number="GW-2")
    sign_in(client, "渝中区")
    assert correct(client, agreement, position_number="GW-2").status_code == 302
    assert fresh(agreement).position_id == other.pk


def another(youth, where, region="chongqing", **facts):
    """An agreement of the same person, from 2025-06-01 to 2025-12-01."""
    facts = {
        "signed_on": date(2025, 6, 1),
        "planned_start": date(2025, 6, 1),
        "planned_end": date(2025, 12, 1),
        "arrived_on": date(2025, 6, 1),
        "ended_on": date(2025, 12, 1),
        "end_kind": "completed",
    } | facts
    with in_region(region) as row:
        if region != "chongqing":
            youth = known_trainee(row, ID_NUMBER)
        return make_agreement(make_position(make_base(where)), youth, **facts)


@pytest.mark.parametrize(
    ("where", "region", "words"),
    [
        ("渝中区", "chongqing", "此人另有协议 不可外泄（2025-06-01 至 2025-12-01），时间重叠。"),
        ("万州区", "chongqing", "此人在本区其他区县有同期的见习协议，时间重叠。"),
        ("兴庆区", "ningxia", "此人在其他统筹区有同期的见习协议，时间重叠。"),
    ],
)
def test_a_clash_is_told_in_full_only_where_it_may_be_seen(
    client, agreement, youth, where, region, words
):
    another(youth, where, region, number="不可外泄")
    sign_in(client, "渝中区")
    page = correct(client, agreement, signed_on="2025-11-30")
    assert faults(page) == {"signed_on": [words]}
    assert ("不可外泄" in page.text) is (where == "渝中区")
    assert correct(client, agreement, signed_on="2025-12-01").status_code == 302


def test_what_only_the_database_sees_is_told_in_the_same_words(
    client, agreement, youth, monkeypatch
):
    """As in a race: another agreement is stored after the form looked."""
    another(youth, "兴庆区", "ningxia")
    monkeypatch.setattr(AgreementForm, "judge", lambda self: None)
    sign_in(client, "渝中区")
    page = correct(client, agreement, signed_on="2025-11-30", insurer="某公司")
    assert faults(page) == {"signed_on": ["此人在这段时间里已有另一份见习协议。"]}
    assert fresh(agreement).insurer == ""


def test_the_database_itself_refuses_the_overlap(agreement, youth):
    with pytest.raises(IntegrityError, match="agreement_one_running_per_person"):
        another(youth, "兴庆区", "ningxia", ended_on=date(2026, 1, 6))
