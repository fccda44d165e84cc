"""Who hears what became of a month: always the other side too."""

import pytest

from accounts.models import Message
from reporting.corrections import ask
from reporting.workflow import WORKFLOW
from tests.months import address, officers, report_of, submitted

HERE, ABOVE = "渝中区", "重庆市"
REASON = "漏报了三月九日发放的一笔补贴"


@pytest.fixture
def heard(month, people):
    """Those told since it was last asked: {(place, role): title}."""
    officers("万州区")
    names = {user: who for who, user in people.items()}

    def since():
        told = Message.objects.select_related("user")
        assert {message.url for message in told} <= {address("month")}
        found = {names[message.user]: message.title for message in told}
        Message.objects.all().delete()
        return found

    return since


def move(name, actor):
    WORKFLOW.move(report_of(HERE), name, actor=actor, comment="14项请核对")


def test_both_sides_hear_of_a_month_taken_back_and_of_one_approved(heard, people, chongqing):
    chongqing.two_person_submission = True
    chongqing.save()
    clerk, reviewer = people[HERE, "clerk"], people[HERE, "reviewer"]
    for name, actor in (("hand_up", clerk), ("confirm", reviewer), ("withdraw", reviewer)):
        move(name, actor)
    assert heard() == {
        (ABOVE, "reviewer"): f"{HERE} 2026-03 月报已由报送单位撤回",
        (HERE, "clerk"): f"{HERE} 2026-03 月报已由本单位撤回，请核对后重新报送",
    }
    for name, actor in (("hand_up", clerk), ("confirm", reviewer)):
        move(name, actor)
    assert heard() == {}
    move("approve", people[ABOVE, "reviewer"])
    assert heard() == dict.fromkeys(
        [(HERE, "clerk"), (HERE, "reviewer")], f"{HERE} 2026-03 月报已审定"
    )


def test_who_decides_above_hears_that_a_correction_is_asked_for(heard, people):
    submitted(HERE, people[HERE, "clerk"])
    move("approve", people[ABOVE, "reviewer"])
    assert heard() == {(HERE, "clerk"): f"{HERE} 2026-03 月报已审定"}
    ask(report_of(HERE), actor=people[HERE, "clerk"], reason=REASON)
    assert heard() == {(ABOVE, "reviewer"): f"{HERE} 2026-03 月报申请更正，请决定"}
