"""Corrections by programs: asked for, decided, withdrawn; what became of a version, cell by cell."""

from copy import deepcopy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Office
from jianxi.history import acting
from reporting.models import Correction, Report
from reporting.workflow import WORKFLOW
from tests.api.callers import Caller
from tests.factories import district, in_region, make_agreement, make_payment
from tests.months import compiled, officers, records, report_of, submitted
from tests.people import make_member, make_office

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
REASON = "漏报了三月二日到岗的一份协议"


class Offices:
    """Programs of officers; March is approved here and submitted there."""

    def __init__(self, region):
        self.base, self.position = records(HERE)
        records(THERE)
        compiled(region)
        self.people = officers(HERE, THERE, ABOVE)
        for place in (HERE, THERE):
            submitted(place, self.people[place, "clerk"])
        WORKFLOW.move(report_of(HERE), "approve", actor=self.people[ABOVE, "reviewer"])
        self.clerk = Caller(self.people[HERE, "clerk"])
        self.viewer = Caller(self.people[HERE, "viewer"])
        self.above = Caller(self.people[ABOVE, "reviewer"])
        self.other = Caller(self.people[THERE, "clerk"])

    def department(self):
        """May see counts here, and no records."""
        return Caller(make_member(make_office(HERE, Office.Kind.DEPARTMENT), "viewer"))


@pytest.fixture(scope="module")
def offices(shared_db):
    with in_region("chongqing") as region:
        return Offices(region)


@pytest.fixture
def at(offices, chongqing):
    return deepcopy(offices)


def month(name, *more, unit=HERE):
    return name, "national14", "2026-03", district(unit).key, *more


def asked(at, reason=REASON):
    return at.clerk.post(*month("corrections"), reason=reason)


def moved(caller, pk, move, **more):
    return caller.post(*month("correction_moves", pk), move=move, **more)


# --- Corrections


def test_a_correction_is_asked_for_decided_and_made_by_programs(at):
    told = asked(at)
    assert told.status_code == 201
    pk = told.json()["id"]
    assert told.json() == {
        "id": pk,
        "state": "asked",
        "state_label": "待批准",
        "reason": REASON,
        "asked_by": HERE,
        "asked_at": told.json()["asked_at"],
        "decision": None,
        "corrected": 1,
        "version": None,
    }
    assert at.viewer.get(*month("corrections")).json() == [told.json()]
    standing = at.above.get(*month("correction_moves", pk)).json()
    assert [(m["move"], m["comment_required"]) for m in standing["moves"]] == [
        ("approve_correction", False),
        ("refuse_correction", True),
    ]
    assert moved(at.above, pk, "refuse_correction").status_code == 400
    agreed = moved(at.above, pk, "approve_correction", comment="同意，请核对")
    assert agreed.json() == {"state": "approved", "state_label": "已批准，待重报", "moves": []}
    assert moved(at.above, pk, "approve_correction").status_code == 409
    assert moved(at.clerk, pk, "withdraw_correction").status_code == 409
    assert at.clerk.as_seen(*month("submission"), move="submit").status_code == 200
    (row,) = at.viewer.get(*month("corrections")).json()
    decision = row["decision"]
    assert (decision["by"], decision["comment"]) == (ABOVE, "同意，请核对")
    assert (row["state"], row["corrected"], row["version"]) == ("done", 1, 2)


def test_one_that_was_withdrawn_or_refused_says_by_whom(at):
    first = asked(at).json()["id"]
    assert [
        one["move"] for one in at.clerk.get(*month("correction_moves", first)).json()["moves"]
    ] == ["withdraw_correction"]
    assert moved(at.clerk, first, "withdraw_correction").json()["state"] == "withdrawn"
    second = asked(at).json()["id"]
    moved(at.above, second, "refuse_correction", comment="数字没有错")
    told = [
        (row["id"], row["state"], row["decision"]["by"], row["decision"]["comment"])
        for row in at.clerk.get(*month("corrections")).json()
    ]
    assert told == [(second, "refused", ABOVE, "数字没有错"), (first, "withdrawn", HERE, "")]


def test_a_reason_that_will_not_do(at):
    for poor in (None, "", "无", "很长" * 300, REASON + "\0", [REASON], {"a": 1}):
        told = asked(at, reason=poor)
        assert (told.status_code, told["Content-Type"]) == (400, "application/problem+json")
        assert {fault["field"] for fault in told.json()["errors"]} == {"reason"}, poor
    assert at.clerk.post(*month("corrections")).status_code == 400
    assert not Correction.objects.exists()


def test_who_may_not_ask_or_decide_is_refused(at):
    for caller in (at.viewer, at.above, at.department()):
        assert caller.post(*month("corrections"), reason=REASON).status_code == 403
    pk = asked(at).json()["id"]
    for caller in (at.clerk, at.viewer, at.department()):
        assert moved(caller, pk, "approve_correction").status_code == 403
    for caller in (at.above, at.viewer):
        assert moved(caller, pk, "withdraw_correction").status_code == 403
    assert moved(at.clerk, pk, "x").status_code == 400
    assert Correction.objects.get().state == "asked"


def test_what_is_another_districts_or_months_is_not_found(at):
    pk = asked(at).json()["id"]
    assert at.other.get(*month("corrections")).status_code == 404
    assert at.other.post(*month("corrections"), reason=REASON).status_code == 404
    assert moved(at.other, pk, "withdraw_correction").status_code == 404
    assert at.other.get(*month("correction_moves", pk, unit=THERE)).status_code == 404
    assert at.clerk.get(*month("correction_moves", 10**30)).status_code == 404
    assert at.other.get(*month("corrections", unit=THERE)).json() == []


def test_a_month_that_is_not_approved_or_under_correction_conflicts(at):
    told = at.other.post(*month("corrections", unit=THERE), reason=REASON)
    assert (told.status_code, "审定后的月报才需要申请更正" in told.json()["detail"]) == (409, True)
    asked(at)
    told = asked(at)
    assert (told.status_code, told.json()["detail"]) == (409, "这份月报已有更正在办理。")


def test_reasons_and_comments_are_for_who_may_see_records(at):
    moved(at.above, asked(at).json()["id"], "refuse_correction", comment="数字没有错")
    (row,) = at.department().get(*month("corrections")).json()
    assert (row["state"], row["reason"], row["decision"]["comment"]) == ("refused", None, None)


# --- What became of a version


@pytest.fixture
def changed(at):
    """Since the submission somebody was entered late, a payment was made and another voided."""
    with acting(at.people[HERE, "clerk"], "三月漏登"):
        late = make_agreement(at.position, arrived_on=date(2026, 3, 2))
        payment = make_payment(at.base, paid_on=date(2026, 3, 12), amount="500.00")
    return late, payment


def bridged(caller, **query) -> dict[str, dict]:
    return {c["code"]: c for c in caller.get(*month("version_changes", 1), **query).json()}


def test_each_cell_from_a_version_to_now(at, changed):
    found = bridged(at.viewer)
    assert list(found) == [str(number) for number in range(1, 15)]
    assert found["6"] == {
        "code": "6",
        "label": found["6"]["label"],
        "unit": "人",
        "old": 1,
        "late": 1,
        "voided": 0,
        "changed": 0,
        "moved": 0,
        "entered": 0,
        "new": 2,
        "records": 1,
    }
    assert {name: found["14"][name] for name in ("unit", "old", "late", "voided", "new")} == {
        "unit": "元",
        "old": "2100.50",
        "late": "500.00",
        "voided": "0.00",
        "new": "2600.50",
    }
    assert [code for code, cell in found.items() if cell["records"]] == ["5", "6", "7", "13", "14"]


def test_the_records_of_a_cell_say_why_and_whose_act(at, changed):
    late, payment = changed
    told = at.viewer.get(*month("cell_changes", 1, "6")).json()
    assert (told["table"], told["next"]) == ("agreements", None)
    assert told["results"] == [
        {
            "record": late.pk,
            "why": "late",
            "before": None,
            "after": 1,
            "amount": 1,
            "at": told["results"][0]["at"],
            "by": HERE,
            "note": "三月漏登",
        }
    ]
    (paid,) = at.viewer.get(*month("cell_changes", 1, "14")).json()["results"]
    assert (paid["record"], paid["after"], paid["amount"]) == (payment.pk, "500.00", "500.00")
    assert at.viewer.get(*month("cell_changes", 1, "1")).json()["results"] == []


def test_the_records_of_a_cell_are_read_page_by_page(at, changed):
    with acting("test"):
        for _ in range(2):
            make_agreement(at.position, arrived_on=date(2026, 3, 5))
    page, seen = at.viewer.get(*month("cell_changes", 1, "6"), size=2).json(), []
    seen += page["results"]
    page = at.viewer.client.get(page["next"]).json()
    seen += page["results"]
    assert (len(seen), page["next"]) == (3, None)
    assert seen == at.viewer.get(*month("cell_changes", 1, "6")).json()["results"]
    assert at.viewer.get(*month("cell_changes", 1, "6"), cursor="x").status_code == 400


def test_from_a_version_to_a_later_one(at, changed):
    moved(at.above, asked(at).json()["id"], "approve_correction")
    at.clerk.as_seen(*month("submission"), move="submit")
    with acting("test"):
        make_agreement(at.position, arrived_on=date(2026, 3, 9))
    assert (bridged(at.viewer, to=2)["6"]["new"], bridged(at.viewer)["6"]["new"]) == (2, 3)
    between = at.viewer.get(*month("cell_changes", 1, "6"), to=2).json()["results"]
    assert [one["record"] for one in between] == [changed[0].pk]
    for query in ({"to": 1}, {"to": 3}, {"to": "x"}, {"to": "9" * 30}):
        assert at.viewer.get(*month("version_changes", 1), **query).status_code == 404, query


def test_who_may_not_see_what_became_of_a_version(at, changed):
    narrow = at.department()
    assert narrow.get(*month("version_changes", 1)).status_code == 200
    assert narrow.get(*month("cell_changes", 1, "6")).status_code == 403
    for name, more in (("version_changes", [1]), ("cell_changes", [1, "6"])):
        assert at.other.get(*month(name, *more)).status_code == 404
    assert at.viewer.get(*month("cell_changes", 1, "99")).status_code == 404
    assert at.viewer.get(*month("version_changes", 7)).status_code == 404


# --- The months of a year that drifted


def test_the_months_of_a_year_that_drifted(at, changed):
    found = [
        {
            "district": district(HERE).key,
            "district_name": HERE,
            "period": "2026-03",
            "version": 1,
            "codes": ["5", "6", "7", "13", "14"],
        }
    ]
    for caller in (at.viewer, at.above):
        assert caller.get("months_changed", form="national14", year=2026).json() == found
    assert at.other.get("months_changed", year=2026).json() == []
    moved(at.above, asked(at).json()["id"], "approve_correction")
    with acting("test"):  # handed up to be confirmed, where two submit
        Report.objects.filter(district=district(HERE)).update(state="confirming")
    assert at.viewer.get("months_changed", form="national14", year=2026).json() == found
    for query in ({"form": "x"}, {"year": "1999"}, {"year": "x"}):
        assert at.viewer.get("months_changed", **query).status_code == 404, query


def test_many_corrections_and_changes_ask_as_much_as_few(at, changed):
    def counted():
        numbers = []
        for name, more in (
            ("corrections", []),
            ("version_changes", [1]),
            ("cell_changes", [1, "6"]),
        ):
            with CaptureQueriesContext(connection) as found:
                at.viewer.get(*month(name, *more))
            numbers.append(len(found))
        return numbers

    moved(at.clerk, asked(at).json()["id"], "withdraw_correction")
    counted()
    few = counted()
    for _ in range(2):
        moved(at.clerk, asked(at).json()["id"], "withdraw_correction")
    with acting("test"):
        make_agreement(at.position, arrived_on=date(2026, 3, 5))
    assert counted() == few
