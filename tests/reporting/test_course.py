"""The course of a month: who may take it from where to where, and two who decide at once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import members
from accounts.models import Message
from jianxi.history import acting, timeline
from jianxi.workflow import TransitionRefused
from reporting.models import Report
from reporting.workflow import WORKFLOW
from tests.months import address, decide, officers, report_of, submitted
from tests.people import make_member

State = Report.State
HERE, ABOVE = "渝中区", "重庆市"

# From which states, to which one, and whose decision it is. A right covers the units below; what a
# unit submitted it takes back itself.
COURSE = {
    "submit": (
        {"compiled", "returned", "correcting"},
        "submitted",
        {(HERE, "clerk"), (ABOVE, "clerk")},
    ),
    "hand_up": (
        {"compiled", "returned", "correcting"},
        "confirming",
        {(HERE, "clerk"), (ABOVE, "clerk")},
    ),
    "confirm": ({"confirming"}, "submitted", {(HERE, "reviewer"), (ABOVE, "reviewer")}),
    "send_back": ({"confirming"}, "compiled", {(HERE, "reviewer"), (ABOVE, "reviewer")}),
    "withdraw": ({"submitted"}, "returned", {(HERE, "clerk")}),
    "return": ({"submitted"}, "returned", {(ABOVE, "reviewer")}),
    "approve": ({"submitted"}, "approved", {(ABOVE, "reviewer")}),
}
BY_TWO = {"hand_up"}  # needs the region to want a second person; submit needs it not to


@pytest.fixture
def month(month):
    return report_of(HERE)


def wants_two(region, two: bool):
    region.two_person_submission = two
    region.save()


def attempt(report, name, actor) -> str:
    """What becomes of it, in a transaction that is taken back: the new state, 403, or the words."""
    with transaction.atomic():
        try:
            return WORKFLOW.move(report, name, actor=actor, comment="数字不符，请核对").state
        except PermissionDenied:
            return "403"
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            transaction.set_rollback(True)


def test_the_table_is_complete():
    assert {name: (set(t.sources), t.target) for name, t in WORKFLOW.transitions.items()} == {
        name: (sources, target) for name, (sources, target, _) in COURSE.items()
    }
    assert {n for n, t in WORKFLOW.transitions.items() if t.comment_required} == {
        "send_back",
        "withdraw",
        "return",
    }
    assert {n for n, t in WORKFLOW.transitions.items() if t.freezing} == {"submit", "confirm"}


@pytest.mark.parametrize("name", COURSE)
def test_every_state_and_every_role(month, people, chongqing, name):
    sources, target, allowed = COURSE[name]
    wants_two(chongqing, name in BY_TWO)
    label = WORKFLOW.transitions[name].label
    for state in State:
        Report.objects.filter(pk=month.pk).update(state=state)
        for who, actor in people.items():
            if who not in allowed:
                expected = "403"
            elif state in sources:
                expected = target
            else:
                expected = f"现在是“{state.label}”，不能{label}。"
            assert attempt(report_of(HERE), name, actor) == expected, (state, who)


@pytest.mark.parametrize("name", ["submit", "hand_up"])
def test_one_person_or_two_as_the_region_wants(month, people, chongqing, name):
    wants_two(chongqing, name not in BY_TWO)
    assert attempt(report_of(HERE), name, people[HERE, "clerk"]) == "403"


def test_nobody_submits_for_the_region_itself(month, people):
    whole = report_of(ABOVE)
    for actor in people.values():
        assert attempt(whole, "submit", actor) == "403"
        assert WORKFLOW.open_to(actor, whole) == []


def test_another_than_who_handed_it_up_confirms(month, people, chongqing):
    wants_two(chongqing, True)
    both = people[HERE, "clerk"]
    reviewer = people[HERE, "reviewer"].memberships.get().office_role
    with acting("test"):
        both.memberships.create(region=chongqing, office_role=reviewer)
    handed_up = WORKFLOW.move(report_of(HERE), "hand_up", actor=both)
    assert attempt(handed_up, "confirm", both) == "403"
    assert attempt(handed_up, "confirm", people[HERE, "reviewer"]) == State.SUBMITTED


def test_another_than_who_submitted_approves(month, people, chongqing):
    both = people[ABOVE, "reviewer"]
    clerk = people[ABOVE, "clerk"].memberships.get().office_role
    with acting("test"):
        both.memberships.create(region=chongqing, office_role=clerk)
    report = WORKFLOW.move(report_of(HERE), "submit", actor=both)
    assert attempt(report, "approve", both) == attempt(report, "return", both) == "403"
    assert attempt(report, "withdraw", both) == "403"


def test_what_the_only_deputy_submitted_is_decided_by_who_is_on_leave(
    client, month, people, chongqing
):
    wants_two(chongqing, True)
    deputy = people[ABOVE, "reviewer"]
    WORKFLOW.move(report_of(HERE), "hand_up", actor=people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE), "confirm", actor=deputy)
    client.force_login(deputy)
    shown = client.get(address("month")).context
    assert shown["next"] == f"{ABOVE}复核（没有其他人员，请管理员任命）"
    assert (shown["actions"], shown["takes_back"]) == ([], None)

    office = deputy.memberships.get().office_role.office
    absent = make_member(office, "reviewer", name="周复核")
    today = timezone.localdate()
    members.cover(absent.memberships.get(), deputy, today, today)
    shown = client.get(address("month")).context
    assert shown["next"] == f"{ABOVE}复核（周复核）"
    assert (shown["actions"], shown["takes_back"]) == ([], None)
    client.force_login(absent)
    shown = client.get(address("month")).context
    assert [action["label"] for action in shown["actions"]] == ["审定", "退回"]
    assert shown["takes_back"] is None
    assert attempt(report_of(HERE), "withdraw", absent) == "403"
    assert attempt(report_of(HERE), "withdraw", people[HERE, "reviewer"]) == State.RETURNED
    assert decide(client, "approve").status_code == 302
    assert report_of(HERE).state == State.APPROVED


def test_where_two_submit_who_confirms_takes_back(client, month, people, chongqing):
    submitted(HERE, people[HERE, "clerk"])
    wants_two(chongqing, True)
    told = {}
    for who in ((HERE, "clerk"), (HERE, "reviewer"), (HERE, "viewer"), (ABOVE, "reviewer")):
        client.force_login(people[who])
        told[who] = client.get(address("month")).context["ask_back"]
    assert {who: words for who, words in told.items() if words} == {
        (HERE, "clerk"): f"{HERE}复核（{people[HERE, 'reviewer'].name}）"
    }
    found = {who: attempt(report_of(HERE), "withdraw", user) for who, user in people.items()}
    assert {who for who, came in found.items() if came != "403"} == {(HERE, "reviewer")}
    assert found[HERE, "reviewer"] == State.RETURNED


@pytest.mark.parametrize(
    ("name", "told", "title"),
    [
        ("return", (HERE, "clerk"), "已退回"),
        ("withdraw", (ABOVE, "reviewer"), "已由报送单位撤回"),
        ("send_back", (HERE, "clerk"), "没有通过复核，已退回经办"),
    ],
)
def test_who_is_next_is_told_why(month, people, name, told, title):
    """Nobody else is: not the colleagues, not another district's clerk."""
    officers("万州区")
    sources, _, allowed = COURSE[name]
    Report.objects.filter(pk=month.pk).update(state=min(sources))
    actor = people[ABOVE, "reviewer"] if name == "return" else people[min(allowed)]
    WORKFLOW.move(report_of(HERE), name, actor=actor, comment="14项请核对")
    (message,) = Message.objects.all()
    assert (message.user, message.title) == (people[told], f"{HERE} 2026-03 月报{title}")
    assert (message.text, message.url) == ("14项请核对", address("month"))


@pytest.mark.parametrize("name", ["send_back", "withdraw", "return"])
def test_what_is_given_back_says_why(month, people, name):
    Report.objects.filter(pk=month.pk).update(state=COURSE[name][0].copy().pop())
    actor = people[max(COURSE[name][2])]
    with pytest.raises(TransitionRefused, match="需要写明意见"):
        WORKFLOW.move(report_of(HERE), name, actor=actor, comment="  ")


def test_a_month_is_locked_when_the_last_unit_is_approved(month, people):
    others = Report.objects.exclude(district__in=[month.district_id, month.district.parent_id])
    others.filter(form_key=month.form_key, period=month.period).update(state=State.APPROVED)
    report = submitted(HERE, people[HERE, "clerk"])
    report = WORKFLOW.move(report, "approve", actor=people[ABOVE, "reviewer"])
    assert report.state == State.LOCKED
    whole = Report.objects.of_month(month.form_key, month.period)
    assert set(whole.values_list("state", flat=True)) == {State.LOCKED}


def test_the_course_is_told_with_actor_and_comment(month, people):
    submitted(HERE, people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE), "return", actor=people[ABOVE, "reviewer"], comment="14项请核对")
    newest = timeline(report_of(HERE))[0]
    assert (newest.actor, newest.note) == (ABOVE, "退回：14项请核对")
