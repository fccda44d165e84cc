"""What a month's page says of its figures, reasons and course, in so many words."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from accounts.models import Role
from jianxi.history import acting
from reporting.corrections import COURSE, ask
from reporting.workflow import WORKFLOW
from tests.factories import make_agreement, make_payment
from tests.months import (
    MARCH,
    address,
    compiled,
    decide,
    officers,
    records,
    report_of,
    submitted,
)
from tests.people import make_member

HERE, ABOVE = "渝中区", "重庆市"
REASON = "补录了2月到岗的一份协议，已核对到岗材料。"
STEPS = (  # once through, and back
    ("hand_up", (HERE, "clerk")),
    ("confirm", (HERE, "reviewer")),
    ("return", (ABOVE, "reviewer")),
)


@pytest.fixture
def month(chongqing):
    made = records(HERE)
    compiled(chongqing, MARCH.previous)
    return made


@pytest.fixture
def clerk(client, month, chongqing):
    client.people = officers(HERE, ABOVE)
    submitted(HERE, client.people[HERE, "clerk"], MARCH.previous)
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 2, 10))
    compiled(chongqing)
    client.force_login(client.people[HERE, "clerk"])
    return client


def explain(client, text, sides="3/2"):
    typed = {"S1": text, "S1-reason": "late_entry", "S1-sides": sides}
    return client.post(address("month_explanations"), typed)


def marked(response) -> set[str]:
    (row,) = response.context["figures"]["rows"]
    return {str(place) for place, cell in enumerate(row["cells"], 1) if cell["mark"]}


def badge(response) -> tuple:
    (finding,) = response.context["findings"]
    return finding["code"], finding["label"]


def labels(response) -> dict:
    return {tile["label"]: tile["value"] for tile in response.context["tiles"]}


def test_a_rule_that_was_explained_is_told_and_marked_so(clerk):
    before = clerk.get(address("month"))
    assert (badge(before), marked(before)) == (("S1", "需说明"), {"6", "8", "12", "13"})
    explain(clerk, REASON)
    after = clerk.get(address("month"))
    assert (badge(after), marked(after)) == (("S1", "已说明"), set())
    assert REASON in after.content.decode()
    submitted(HERE, clerk.people[HERE, "clerk"])
    submitted_ = clerk.get(address("month"))
    assert (badge(submitted_), marked(submitted_)) == (("S1", "已说明"), set())
    clerk.force_login(clerk.people[ABOVE, "viewer"])
    rows = clerk.get(address("month", unit=ABOVE)).context["figures"]["rows"]
    (tail,) = (row["tail"]["label"] for row in rows if row["label"] == HERE)
    assert tail == "已报送 · 1 项已说明"


def test_a_figure_is_called_what_it_is(clerk, month):
    assert labels(clerk.get(address("cell", "13"))) == {
        "表上的数（人）": 3,
        "背后的记录（份协议）": 3,
    }
    explain(clerk, REASON)
    submitted(HERE, clerk.people[HERE, "clerk"])
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 3, 9))
        make_payment(month[0], amount="10000.00")
    assert labels(clerk.get(address("cell", "13"))) == {
        "按现在的记录（人）": 4,
        "第1版报送的数（人）": 3,
        "背后的记录（份协议）": 4,
    }
    assert labels(clerk.get(address("cell", "14"))) == {
        "按现在的记录（万元）": Decimal("1.21"),
        "第1版报送的数（万元）": Decimal("0.21"),
        "背后的记录（笔拨付）": 2,
    }
    then = clerk.get(address("cell", "13"), {"version": "1"})
    assert labels(then) == {"第1版报送的数（人）": 3, "背后的记录（份协议）": 3}
    assert {str(row.member.contribution) for row, _ in then.context["rows"]} == {"1"}
    assert "1.00" not in then.content.decode()


def test_while_a_month_is_corrected_it_is_said_what_the_rules_speak_of(clerk, month):
    explain(clerk, REASON)
    report = submitted(HERE, clerk.people[HERE, "clerk"])
    assert clerk.get(address("month")).context["judged_on"] == "按第1版报送的数"
    reviewer = clerk.people[ABOVE, "reviewer"]
    report = WORKFLOW.move(report, "approve", actor=reviewer)
    asked = ask(report, actor=clerk.people[HERE, "clerk"], reason=REASON)
    COURSE.move(asked, "approve_correction", actor=reviewer)
    shown = clerk.get(address("month"))
    assert shown.context["judged_on"] == "按现在的记录，不是第1版报送的数"
    assert "表上是第1版报送的数，在更正重报之前不变" in shown.content.decode()


def test_the_course_names_rules_and_tells_every_plan(clerk):
    explain(clerk, REASON)
    explain(clerk, f"{REASON}材料在档。")
    for plan in ("4", "2000000", ""):
        clerk.post(address("month_plan"), {"plan": plan})
    entries = clerk.get(address("month")).context["entries"]
    told = {}
    for entry in entries:
        changes = [(change.label, change.before, change.after) for change in entry.changes]
        told.setdefault(entry.what, []).extend(changes)
    said = f"补录以前的记录：{REASON}"
    plan = "本期计划组织见习人数"
    assert told["填报计划数"] == [(plan, 2000000, None), (plan, 4, 2000000), (plan, None, 4)]
    assert told["填写说明"] == [
        ("规则 S1 的说明", said, f"{said}材料在档。"),
        ("规则 S1 的说明", "", said),
    ]
    assert [entry.what for entry in entries if not entry.changes] == ["编制"]


def test_of_a_long_course_the_last_entries_stand_open(clerk):
    for number in range(6):
        explain(clerk, f"{REASON}第{number}次核对。")
    shown = clerk.get(address("month"))
    assert len(shown.context["entries"]) == 7  # compiled, and six reasons
    assert "全部经过（还有 3 条）" in shown.content.decode()


def test_too_long_a_reason_for_a_correction_is_told_as_that(clerk):
    report = report_of(HERE)
    explain(clerk, REASON)
    report = submitted(HERE, clerk.people[HERE, "clerk"])
    WORKFLOW.move(report, "approve", actor=clerk.people[ABOVE, "reviewer"])
    for length in (501, 1001):
        typed = "甲乙丙丁戊己庚辛" * 200
        answer = clerk.post(
            address("month_correction"), {"action": "ask", "comment": typed[:length]}
        )
        told = answer.context["correction_fault"]
        assert (answer.status_code, told) == (422, "更正事由最多 500 个字，请删减。")


def test_what_was_changed_in_a_record_is_told_from_old_to_new(clerk, month):
    explain(clerk, REASON)
    submitted(HERE, clerk.people[HERE, "clerk"])
    agreement = month[1].agreements.get(arrived_on=date(2026, 3, 2))
    with acting("test"):
        agreement.arrived_on = date(2026, 4, 2)
        agreement.planned_end = date(2027, 1, 1)  # no condition reads it
        agreement.save()
    page = clerk.get(address("month_changes", 1), {"cell": "13"})
    (one,) = page.context["records"]["rows"]
    assert [(c.label, c.before, c.after) for c in one["changes"]] == [
        ("到岗日期", date(2026, 3, 2), date(2026, 4, 2))
    ]
    assert "2026-03-02 → 2026-04-02" in page.content.decode()


def test_who_submitted_a_month_is_not_asked_to_decide_on_it(clerk, chongqing):
    """Neither on the month nor on its reasons."""
    explain(clerk, REASON)
    both = clerk.people[ABOVE, "reviewer"]
    role = clerk.people[ABOVE, "clerk"].memberships.get().office_role
    both.memberships.create(region=chongqing, office_role=role)
    other = make_member(both.memberships.first().office_role.office, Role.REVIEWER)
    submitted(HERE, both)
    offered = {}
    for user in (both, other):
        clerk.force_login(user)
        page = clerk.get(address("month"))
        (finding,) = page.context["findings"]
        offered[user] = (
            [action["name"] for action in page.context["actions"]],
            [one.name for one in finding["explanation"]["decisions"]],
        )
    assert offered == {
        both: ([], []),
        other: (["approve", "return"], ["accept_explanation", "send_back_explanation"]),
    }


def test_a_month_handed_up_that_cannot_be_submitted_leads_back(clerk, month, chongqing):
    chongqing.two_person_submission = True
    chongqing.save()
    explain(clerk, REASON)
    decide(clerk, "hand_up")
    with acting("test"):
        make_agreement(month[1], arrived_on=date(2026, 2, 11))
    told = {}
    for role in ("clerk", "reviewer", "viewer"):
        clerk.force_login(clerk.people[HERE, role])
        page = clerk.get(address("month")).context
        offered = {one["name"]: one["tone"] for one in page["actions"]}, page["may_compile"]
        told[role] = page["blocks"], page["blocks_helped"], *offered
    missing, back = ["规则 S1 需要说明"], {"send_back": "primary", "confirm": "plain"}
    ask = f"已提交复核：请联系{HERE}复核（{HERE}）退回经办，改好后重新提交。"
    assert told == {
        "clerk": (missing, ask, {}, False),
        "reviewer": (missing, "请退回经办，改好后重新提交。", back, False),
        "viewer": ([], "", {}, False),
    }
    assert [*told["reviewer"][2]] == [*back]  # in this order
    clerk.force_login(clerk.people[HERE, "reviewer"])
    refused = decide(clerk, "confirm")
    assert (refused.status_code, refused.context["blocks"]) == (422, [])  # not twice
    assert refused.context["fault"] == "还不能报送：规则 S1 需要说明。"


def test_that_the_stamped_scan_is_missing_is_said_and_stops_nothing(clerk, chongqing):
    chongqing.two_person_submission = True
    chongqing.save()
    explain(clerk, REASON)

    def told(who):
        clerk.force_login(clerk.people[who])
        return clerk.get(address("month")).context["unstamped"]

    def course():
        found = []
        for name, who in STEPS:
            found.append(told(who))
            assert decide(clerk, name, "请核对").status_code == 302
        return found

    assert course() == [
        "还没有上传盖章扫描件。要盖章的，先上传再报。",
        "还没有上传盖章扫描件。要盖章的，请退回经办上传。",
        "第1版没有盖章扫描件。",
    ]
    assert told((HERE, "viewer")) == ""
    clerk.force_login(clerk.people[HERE, "clerk"])
    clerk.post(address("month_scan"), {"scan": ContentFile(b"%PDF-1.4 stamped", "盖章.pdf")})
    assert course() == ["", "", ""]
