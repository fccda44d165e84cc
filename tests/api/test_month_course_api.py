"""A month closed by programs: rules read, reasons given, submitted, approved, followed by the feed."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jianxi.history import acting
from reporting import corrections
from reporting.explaining import COURSE as EXPLAINING
from reporting.models import Explanation, Version
from reporting.workflow import WORKFLOW
from tests.api.callers import Caller, Office
from tests.factories import district, in_region, make_agreement
from tests.months import MARCH, officers, report_of, submitted

HERE, ABOVE = "渝中区", "重庆市"
REASON = "上月漏报一人，本月补录进来"


@pytest.fixture(scope="module")
def office(shared_db):
    with in_region("chongqing") as region:
        return Office(region)


@pytest.fixture
def at(office, chongqing):
    return deepcopy(office)


def month(name, *more, period="2026-03", unit=HERE):
    return name, "national14", period, district(unit).key, *more


def judged(caller) -> dict[str, dict]:
    return {one["code"]: one for one in caller.get(*month("rules")).json()}


def given(at, **sent):
    rule = judged(at.clerk)["S1"]
    facts = {"rule": "S1", "left": rule["left"], "right": rule["right"], "text": REASON}
    facts["reason"] = "late_entry"
    return at.clerk.post(*month("explanations"), **facts | sent)


# --- Rules and reasons


def test_each_rule_with_its_outcome_and_the_records_behind_it(at):
    rules = judged(at.viewer)
    assert rules["R1"] == {
        "code": "R1",
        "expression": "1≥2",
        "official": "1≥2",
        "severity": "block",
        "outcome": "pass",
        "left": None,
        "right": None,
    }
    assert (rules["S1"]["outcome"], rules["S1"]["severity"]) == ("fail", "explain")
    assert (rules["S1"]["left"], rules["S1"]["right"]) == (3, 2)
    opened = at.viewer.get(*month("rule", "S1")).json()
    assert (opened["table"], len(opened["records"])) == ("agreements", 1)
    (behind,) = opened["records"]
    assert (behind["contribution"], behind["why"]) == ("1", "late")
    assert behind["words"] == "日期在上月或更早，上月报送的数里没有它"
    assert at.viewer.get(*month("rule", "R1")).json()["records"] is None
    unknown = at.viewer.get(*month("rule", "R99"))
    asked = (
        f"region=chongqing，form=national14，period=2026-03，unit={district(HERE).key}，rule=R99"
    )
    told = (404, f"找不到 {asked}：没有，或令牌看不到。")
    assert (unknown.status_code, unknown.json()["detail"]) == told


def test_a_reason_is_given_for_the_sides_as_they_are(at):
    told = given(at)
    assert told.status_code == 200
    assert told.json() == {
        "rule": "S1",
        "left": "3",
        "right": "2",
        "reason": "late_entry",
        "text": REASON,
        "state": "given",
        "state_label": "待认可",
        "decided_note": "",
        "lapsed": False,
    }
    assert at.viewer.get(*month("explanations")).json() == [told.json()]
    with acting("test"):
        make_agreement(at.position, arrived_on=date(2026, 2, 5))
    assert [row["lapsed"] for row in at.viewer.get(*month("explanations")).json()] == [True]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": "无"}, 400),
        ({"text": "同上" * 300}, 400),
        ({"text": "\0" * 20}, 400),
        ({"text": None}, 400),
        ({"reason": "because"}, 400),
        ({"reason": None}, 400),
        ({"rule": "R1"}, 400),
        ({"rule": ["S1"]}, 400),
        ({"left": "9"}, 409),
        ({"left": None}, 409),
    ],
)
def test_a_reason_that_will_not_do(at, sent, status):
    told = given(at, **sent)
    assert (told.status_code, told["Content-Type"]) == (status, "application/problem+json")
    assert not Explanation.objects.exists()


def test_who_may_not_prepare_gives_no_reason(at):
    facts = {"rule": "S1", "left": "3", "right": "2", "reason": "event", "text": REASON}
    refused = at.viewer.post(*month("explanations"), **facts)
    assert (refused.status_code, "没有权限这样办：region=" in refused.json()["detail"]) == (
        403,
        True,
    )
    assert at.above.post(*month("explanations"), **facts).status_code == 403
    assert not Explanation.objects.exists()


# --- Decisions


def test_a_month_is_submitted_and_approved_by_programs(at):
    refused = at.clerk.as_seen(*month("submission"), move="submit")
    assert refused.status_code == 409
    assert "规则 S1 需要说明" in refused.json()["detail"]
    given(at)
    assert [m["move"] for m in at.clerk.get(*month("submission")).json()["moves"]] == ["submit"]
    assert at.clerk.get(*month("month_moves")).json()["moves"] == []
    assert at.viewer.post(*month("submission"), move="submit").status_code == 403
    assert at.clerk.post(*month("month_moves"), move="submit").status_code == 400
    done = at.clerk.as_seen(*month("submission"), move="submit")
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    assert given(at).status_code == 409
    assert at.clerk.as_seen(*month("submission"), move="submit").status_code == 409
    names = [m["move"] for m in at.above.get(*month("month_moves")).json()["moves"]]
    assert names == ["return", "approve"]
    assert at.clerk.post(*month("month_moves"), move="approve").status_code == 403
    assert at.above.post(*month("month_moves"), move="return").status_code == 400
    done = at.above.as_seen(*month("month_moves"), move="approve")
    assert done.json()["state"] == "approved"


def test_what_is_in_the_way_and_whose_turn_it_is_are_told_before_anything_is_sent(at, chongqing):
    chongqing.two_person_submission = True
    chongqing.save()

    def told(caller, name):
        read = caller.get(*month(name)).json()
        return [one["move"] for one in read["moves"]], read["blocked_by"], read["next"]

    unexplained = [{"rule": "S1", "words": "规则 S1 需要说明"}]
    clerks, reviewers = f"{HERE}经办（{HERE}）", f"{HERE}复核（{HERE}）"
    assert told(at.clerk, "month_moves") == (["hand_up"], unexplained, clerks)
    assert told(at.viewer, "submission") == ([], unexplained, clerks)
    unread = at.clerk.post(*month("month_moves"), move="hand_up", seen="x")
    assert (unread.status_code, "S1" in unread.json()["detail"]) == (409, False)
    given(at)
    assert told(at.clerk, "month_moves") == (["hand_up"], [], clerks)
    at.clerk.as_seen(*month("month_moves"), move="hand_up")
    with acting("test"):
        make_agreement(at.position, arrived_on=date(2026, 2, 5))
    assert told(at.clerk, "month_moves") == ([], unexplained, reviewers)
    with acting("test"):
        at.position.agreements.filter(arrived_on=date(2026, 2, 5)).delete()
    WORKFLOW.move(report_of(HERE), "confirm", actor=at.people[HERE, "reviewer"])
    above = f"{ABOVE}复核（{ABOVE}）"
    assert told(at.viewer, "submission") == ([], [], above)
    row = Explanation.objects.get()
    EXPLAINING.move(
        row, "send_back_explanation", actor=at.people[ABOVE, "reviewer"], comment="请写明是谁"
    )
    back = [{"rule": "S1", "words": "规则 S1 的说明已退回"}]
    assert told(at.above, "month_moves") == (["return", "approve"], back, above)
    WORKFLOW.move(report_of(HERE), "return", actor=at.people[ABOVE, "reviewer"], comment="请重写")
    assert told(at.above, "month_moves") == ([], unexplained, clerks)


def test_what_moved_on_since_it_was_read_is_not_submitted(at):
    given(at)
    seen = at.clerk.get(*month("submission")).json()["seen"]
    bare = at.clerk.post(*month("submission"), move="submit")
    assert (bare.status_code, [e["field"] for e in bare.json()["errors"]]) == (400, ["seen"])
    with acting("test"):
        at.position.agreements.filter(arrived_on=date(2026, 3, 2)).update(
            arrived_on=date(2026, 4, 2)
        )
    refused = at.clerk.post(*month("submission"), move="submit", seen=seen)
    assert refused.status_code == 409
    assert "数字在您查看后有变动：" in refused.json()["detail"]
    assert "6 本期实际到岗人数 1 → 0" in refused.json()["detail"]
    for poor, status in (("x", 409), ("", 400), ("\0", 400)):
        told = at.clerk.post(*month("submission"), move="submit", seen=poor)
        assert told.status_code == status, repr(poor)
    assert Version.objects.count() == 1  # February's


def test_only_who_can_decide_is_given_what_a_decision_needs(at):
    def seen(caller, name):
        told = caller.get(*month(name)).json()
        return [one["move"] for one in told["moves"]], bool(told["seen"])

    given(at)
    assert seen(at.clerk, "submission") == (["submit"], True)
    assert seen(at.clerk, "month_moves") == ([], False)
    assert seen(at.viewer, "submission") == ([], False)
    assert at.viewer.as_seen(*month("submission"), move="submit").status_code == 403
    done = at.clerk.as_seen(*month("submission"), move="submit")
    assert (done.json()["moves"], done.json()["seen"]) == ([], "")
    assert seen(at.clerk, "month_moves") == (["withdraw"], False)
    assert seen(at.above, "month_moves") == (["return", "approve"], True)
    done = at.above.as_seen(*month("month_moves"), move="approve")
    assert (done.json()["state"], done.json()["seen"]) == ("approved", "")
    late = at.above.as_seen(*month("month_moves"), move="approve")
    assert (late.status_code, "现在是" in late.json()["detail"]) == (409, True)


def test_a_month_that_was_taken_back_is_called_so(at):
    given(at)
    at.clerk.as_seen(*month("submission"), move="submit")
    back = at.clerk.post(*month("month_moves"), move="withdraw", comment="漏报一人")
    assert (back.json()["state"], back.json()["state_label"]) == ("returned", "已撤回")
    assert at.viewer.get(*month("submission")).json()["state_label"] == "已撤回"
    at.clerk.as_seen(*month("submission"), move="submit")
    sent = at.above.post(*month("month_moves"), move="return", comment="请核对")
    assert (sent.json()["state"], sent.json()["state_label"]) == ("returned", "已退回")


def test_a_version_with_what_stands_behind_its_cells(at):
    given(at)
    at.clerk.as_seen(*month("submission"), move="submit")
    told = at.viewer.get(*month("version", 1)).json()
    cells = {cell["code"]: (cell["figure"], cell["records"]) for cell in told["cells"]}
    assert (cells["13"], cells["14"], cells["3"]) == ((3, 3), ("0.21", 1), (4, 1))
    assert {code: figure for code, (figure, _) in cells.items()} == told["figures"]
    (listed,) = at.viewer.get(*month("versions")).json()
    assert listed == {name: told[name] for name in listed}
    assert at.viewer.get(*month("version", 2)).status_code == 404
    assert at.viewer.get(*month("version", 10**30)).status_code == 404


# --- The feed


def feed(caller, **query):
    return caller.get("feed", **query).json()


def test_a_correction_shows_as_one_and_another_district_sees_nothing(at, chongqing):
    reviewer, clerk = at.people[ABOVE, "reviewer"], at.people[HERE, "clerk"]
    WORKFLOW.move(report_of(HERE, MARCH.previous), "approve", actor=reviewer)
    february = report_of(HERE, MARCH.previous)
    asked = corrections.ask(february, actor=clerk, reason=REASON)
    corrections.COURSE.move(asked, "approve_correction", actor=reviewer)
    submitted(HERE, clerk, MARCH.previous)
    assert Version.objects.count() == 2
    entries = feed(at.viewer)["entries"]
    assert {entry["updated"][-6:] for entry in entries} == {"+08:00"}
    kinds = [(entry["kind"], entry["version"]) for entry in entries]
    assert kinds == [("submitted", 1), ("approved", 1), ("corrected", 2)]
    WORKFLOW.move(report_of(HERE, MARCH.previous), "return", actor=reviewer, comment="请核对")
    assert feed(at.viewer)["entries"] == entries  # what was told stays told
    submitted(HERE, clerk, MARCH.previous)
    assert [(e["kind"], e["version"]) for e in feed(at.viewer)["entries"][3:]] == [("corrected", 3)]
    other = Caller(officers("万州区")["万州区", "viewer"])
    assert feed(other)["entries"] == []


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"cursor": "9" * 30}, {"size": "5000"}])
def test_a_place_in_the_feed_that_is_none(at, query):
    assert at.above.get("feed", **query).status_code == 400


def test_the_feed_asks_as_much_for_many_as_for_few(at):
    def asked():
        with CaptureQueriesContext(connection) as found:
            feed(at.above)
        return len(found)

    asked()
    few = asked()
    WORKFLOW.move(report_of(HERE, MARCH.previous), "approve", actor=at.people[ABOVE, "reviewer"])
    assert asked() == few
