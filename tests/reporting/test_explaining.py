"""Explanations judged by who reviews the month: accepted, or sent back and written anew."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from reporting import corrections
from reporting.explaining import COURSE
from reporting.models import Explanation, Report, Version
from reporting.workflow import WORKFLOW
from tests.api.callers import Caller
from tests.factories import district, in_region, make_agreement
from tests.months import MARCH, address, compiled, officers, records, report_of, submitted

HERE, ABOVE = "渝中区", "重庆市"
REASON = "补录了2月到岗的一份协议，已核对到岗材料。"
AGAIN = "2月10日到岗的一份协议三月才录入，到岗确认书已补交。"
State = Explanation.State


@pytest.fixture
def people(db):
    """March submitted with a reason: somebody of February was entered late."""
    with in_region("chongqing") as region:
        position = records(HERE)[1]
        people = officers(HERE, ABOVE)
        for month in (MARCH.previous, MARCH):
            compiled(region, month)
        submitted(HERE, people[HERE, "clerk"], MARCH.previous)
        with acting("test"):
            make_agreement(position, arrived_on=date(2026, 2, 10))
            explanation(report_of(HERE), REASON)
        submitted(HERE, people[HERE, "clerk"])
        yield people


def explanation(report, text) -> Explanation:
    return Explanation.objects.create(
        region=report.region, report=report, rule="S1", left=3, right=2, text=text
    )


def row() -> Explanation:
    return Explanation.objects.get()


def decide(client, user, action, comment="", rule="S1"):
    client.force_login(user)
    typed = {"rule": rule, "action": action, "comment": comment}
    return client.post(address("month_explaining"), typed)


def outcome(states: tuple[str, str], name: str, actor) -> str:
    """What becomes of a decision on an explanation and a month in these states."""
    with acting("test"):
        Explanation.objects.update(state=states[0])
        Report.objects.filter(period=MARCH.start).update(state=states[1])
    try:
        return COURSE.move(row(), name, actor=actor, comment="请写明").state
    except PermissionDenied:
        return "403"
    except TransitionRefused:
        return "refused"


COURSES = {
    "accept_explanation": ({State.GIVEN, State.SENT_BACK}, State.ACCEPTED),
    "send_back_explanation": ({State.GIVEN, State.ACCEPTED}, State.SENT_BACK),
}


def test_who_decides_when_and_to_what_end(people):
    wanted, found = {}, {}
    for who, user in people.items():
        for name, (sources, target) in COURSES.items():
            for state in State:
                for month in (Report.State.SUBMITTED, Report.State.RETURNED, Report.State.APPROVED):
                    case = (*who, name, state, month)
                    found[case] = outcome((state, month), name, user)
                    if who != (ABOVE, "reviewer"):
                        wanted[case] = "403"
                    elif month == Report.State.SUBMITTED and state in sources:
                        wanted[case] = target
                    else:
                        wanted[case] = "refused"
    assert found == wanted


def test_an_accepted_reason_is_shown_with_who_accepted_it(client, people):
    assert decide(client, people[ABOVE, "reviewer"], "accept_explanation").status_code == 302
    for url in (address("month"), address("month_version", 1)):
        shown = client.get(url)
        (finding,) = shown.context["findings"]
        assert finding["explanation"]["state"] == State.ACCEPTED
        assert f"其他：{REASON}" in shown.content.decode()
    assert row().decided_by == people[ABOVE, "reviewer"]


def test_a_reason_sent_back_holds_the_approval_until_it_is_written_anew(client, people):
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    answer = decide(client, reviewer, "send_back_explanation")
    assert (answer.status_code, row().state) == (422, State.GIVEN)  # without a word
    decide(client, reviewer, "send_back_explanation", "请写明是哪一份")
    with pytest.raises(TransitionRefused, match="规则 S1 的说明已退回"):
        WORKFLOW.move(report_of(HERE), "approve", actor=reviewer)
    WORKFLOW.move(report_of(HERE), "return", actor=reviewer, comment="说明需重写")

    client.force_login(clerk)
    shown = client.get(address("month"))
    assert shown.context["blocks"] == ["规则 S1 需要说明"]
    assert "说明被退回，请重写。意见：请写明是哪一份。" in shown.content.decode()

    def write(text):
        typed = {"S1": text, "S1-reason": "late_entry", "S1-sides": "3/2"}
        return client.post(address("month_explanations"), typed)

    assert write(REASON).status_code == 422
    assert write(AGAIN).status_code == 302
    again = row()
    assert (again.state, again.decided_by, again.decided_note) == (State.GIVEN, None, "")
    submitted(HERE, clerk)
    WORKFLOW.move(report_of(HERE), "approve", actor=reviewer)
    assert (row().state, row().decided_by) == (State.ACCEPTED, reviewer)
    client.force_login(clerk)
    assert {number: kept(client, number) for number in (1, 2)} == {
        1: ("other", REASON, State.SENT_BACK, ABOVE, "请写明是哪一份"),
        2: ("late_entry", AGAIN, State.ACCEPTED, ABOVE, ""),
    }


def kept(client, number) -> tuple:
    """What a version's page tells of its explanation; the API tells the same."""
    (finding,) = client.get(address("month_version", number)).context["findings"]
    told = finding["explanation"]
    names = ("reason", "text", "state", "by", "note")
    with_token = Caller(client.get("/").wsgi_request.user)
    month = ("national14", "2026-03", district(HERE).key)
    (by_api,) = with_token.get("version", *month, number).json()["explanations"].values()
    assert by_api == {name: told[name] for name in names}
    return tuple(told[name] for name in names)


def test_a_decision_stays_with_its_version_after_a_correction(client, people):
    """Accepted with the first version; written anew and sent back with the second."""
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    decide(client, reviewer, "accept_explanation", "情况属实")
    WORKFLOW.move(report_of(HERE), "approve", actor=reviewer)
    asked = corrections.ask(report_of(HERE), actor=clerk, reason="漏报了三月二日到岗的一份协议")
    corrections.COURSE.move(asked, "approve_correction", actor=reviewer)
    client.force_login(clerk)
    typed = {"S1": AGAIN, "S1-reason": "late_entry", "S1-sides": "3/2"}
    assert client.post(address("month_explanations"), typed).status_code == 302
    submitted(HERE, clerk)
    decide(client, reviewer, "send_back_explanation", "请写明是哪一份")
    assert {number: kept(client, number) for number in (1, 2)} == {
        1: ("other", REASON, State.ACCEPTED, ABOVE, "情况属实"),
        2: ("late_entry", AGAIN, State.SENT_BACK, ABOVE, "请写明是哪一份"),
    }


def test_many_explanations_take_as_many_statements_as_one(
    client, people, django_assert_max_num_queries
):
    client.force_login(people[ABOVE, "reviewer"])
    client.get(address("month"))
    with django_assert_max_num_queries(150) as one:
        client.get(address("month"))
    with acting("test"):
        report = row().report
        version = report.versions.get()
        for rule in ("R1", "R2.1", "R2.2"):
            Explanation.objects.create(
                region=report.region, report=report, rule=rule, left=1, right=2, text=REASON
            )
            version.explanations[rule] = version.explanations["S1"]
        version.save()
    with django_assert_max_num_queries(len(one) + 3):  # the history of each is told
        client.get(address("month"))


def test_approving_accepts_what_nobody_objected_to(people):
    WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
    assert (row().state, row().decided_by) == (State.ACCEPTED, people[ABOVE, "reviewer"])


def test_a_reason_without_its_kind_is_not_taken(client, people):
    WORKFLOW.move(report_of(HERE), "return", actor=people[ABOVE, "reviewer"], comment="请核对")
    client.force_login(people[HERE, "clerk"])
    cases = [
        ({"S1": AGAIN, "S1-reason": ""}, ["S1-reason"]),
        ({"S1": AGAIN}, ["S1-reason"]),
        ({"S1": AGAIN, "S1-reason": "nonsense"}, ["S1-reason"]),
        ({"S1": "无", "S1-reason": ""}, ["S1", "S1-reason"]),
        ({"S1": "", "S1-reason": "event"}, ["S1"]),
    ]
    for typed, faults in cases:
        answer = client.post(address("month_explanations"), typed | {"S1-sides": "3/2"})
        assert (answer.status_code, row().text) == (422, REASON)
        assert sorted(answer.context["explanations_form"].errors) == faults
        assert f"{typed['S1']}</textarea>" in answer.content.decode()
        if typed.get("S1-reason") == "event":
            assert '<option value="event" selected>' in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{"rule": "S9"}, {"rule": "S\0"}, {"action": "approve"}, {"action": ""}]
)
def test_what_is_no_decision_is_not_found(client, people, sent):
    client.force_login(people[ABOVE, "reviewer"])
    typed = {"rule": "S1", "action": "accept_explanation"} | sent
    assert client.post(address("month_explaining"), typed).status_code == 404


def test_what_is_submitted_again_after_the_deadline_is_marked(people, client):
    """February was late the first time; what comes after it adds to it."""
    reviewer, clerk = people[ABOVE, "reviewer"], people[HERE, "clerk"]
    WORKFLOW.move(report_of(HERE), "return", actor=reviewer, comment="请核对")
    submitted(HERE, clerk)
    marks = Version.objects.filter(report__period=MARCH.start).order_by("number")
    assert list(marks.values_list("is_late", "is_supplement")) == [(True, False), (True, True)]
    client.force_login(clerk)
    assert client.get(address("month")).content.decode().count("期限后补报") == 1
