"""A month that was approved is corrected: asked for, agreed to by another, submitted anew."""

from copy import deepcopy
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.access import Access
from accounts.models import Message
from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from jianxi.worklist import waiting_for
from reporting.comparing import earlier
from reporting.compiling import compute, form_for
from reporting.corrections import COURSE, ask, decisions, open_correction
from reporting.drift import drifted
from reporting.models import Correction, Report, Version
from reporting.past import Past
from reporting.sheet import sheet_of
from reporting.standing import came_in
from reporting.workflow import WORKFLOW
from tests.factories import district, in_region, make_agreement, make_payment
from tests.months import MARCH, address, compiled, decide, officers, records, report_of, submitted

State, Step = Report.State, Correction.State
HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
REASON = "漏报了三月二日到岗的一份协议"


@pytest.fixture(scope="module")
def approved(shared_db):
    """March of a district, approved."""
    with in_region("chongqing") as region:
        people = officers(HERE, THERE, ABOVE)
        made = records(HERE)
        compiled(region)
        submitted(HERE, people[HERE, "clerk"])
        WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
        return made, people


@pytest.fixture
def month(approved, chongqing):
    return deepcopy(approved[0])


@pytest.fixture
def people(approved, month):
    return deepcopy(approved[1])


def attempt(action) -> str:
    """What becomes of it, taken back afterwards: the state, 403, or the words of the refusal."""
    with transaction.atomic():
        try:
            return action().state
        except PermissionDenied:
            return "403"
        except TransitionRefused as refusal:
            return str(refusal)
        finally:
            transaction.set_rollback(True)


def asked(people):
    return ask(report_of(HERE), actor=people[HERE, "clerk"], reason=REASON)


def agreed(people):
    return COURSE.move(asked(people), "approve_correction", actor=people[ABOVE, "reviewer"])


# --- The course

MAY = {
    "ask": {(HERE, "clerk"), (ABOVE, "clerk")},
    "approve_correction": {(ABOVE, "reviewer")},
    "refuse_correction": {(ABOVE, "reviewer")},
    "withdraw_correction": {(HERE, "clerk"), (ABOVE, "clerk")},
}


def test_the_table_is_complete():
    assert {name: (set(t.sources), t.target) for name, t in COURSE.transitions.items()} == {
        "approve_correction": ({"asked"}, "approved"),
        "refuse_correction": ({"asked"}, "refused"),
        "withdraw_correction": ({"asked"}, "withdrawn"),
    }
    assert {n for n, t in COURSE.transitions.items() if t.comment_required} == {"refuse_correction"}


def test_who_may_ask_and_of_which_months(month, people):
    for state in State:
        Report.objects.filter(pk=report_of(HERE).pk).update(state=state)
        for who, actor in people.items():
            if who not in MAY["ask"]:
                expected = "403"
            elif state in (State.APPROVED, State.LOCKED):
                expected = "asked"
            else:
                expected = f"现在是“{state.label}”，审定后的月报才需要申请更正。"
            came = attempt(lambda actor=actor: ask(report_of(HERE), actor=actor, reason=REASON))
            assert came == expected, (state, who)


@pytest.mark.parametrize("name", COURSE.transitions)
def test_who_may_decide_and_in_which_state(month, people, name):
    correction = asked(people)
    transition = COURSE.transitions[name]
    version = Version.objects.get()
    for step in Step:
        Correction.objects.filter(pk=correction.pk).update(
            state=step, version=version if step == Step.DONE else None
        )
        for who, actor in people.items():
            if who not in MAY[name]:
                expected = "403"
            elif step == Step.ASKED:
                expected = transition.target
            else:
                expected = f"现在是“{step.label}”，不能{transition.label}。"
            came = attempt(
                lambda actor=actor: COURSE.move(correction, name, actor=actor, comment="请核对")
            )
            assert came == expected, (step, who)


def test_another_than_who_asked_decides(month, people, chongqing):
    both = people[ABOVE, "reviewer"]
    both.memberships.create(
        region=chongqing, office_role=people[ABOVE, "clerk"].memberships.get().office_role
    )
    own = ask(report_of(HERE), actor=both, reason=REASON)
    for name in ("approve_correction", "refuse_correction"):
        came = attempt(lambda name=name: COURSE.move(own, name, actor=both, comment="同意"))
        assert came == "403"
    assert [one.name for one in COURSE.open_to(both, own)] == ["withdraw_correction"]


def test_one_at_a_time(month, people):
    asked(people)
    assert attempt(lambda: asked(people)) == "这份月报已有更正在办理。"


def test_nobody_corrects_the_regions_own_month(month, people):
    Report.objects.filter(pk=report_of(ABOVE).pk).update(state=State.LOCKED)
    for actor in people.values():
        whole = report_of(ABOVE)
        assert attempt(lambda a=actor, w=whole: ask(w, actor=a, reason=REASON)) == "403"


# --- What it makes


def test_a_new_version_stands_beside_the_old_one(month, people):
    correction = agreed(people)
    assert report_of(HERE).state == State.CORRECTING
    make_agreement(month[1], arrived_on=date(2026, 3, 2))
    report = submitted(HERE, people[HERE, "clerk"])
    assert report.state == State.SUBMITTED
    new, old = Version.objects.all()
    correction.refresh_from_db()
    assert (correction.state, correction.corrected, correction.version) == (Step.DONE, old, new)
    assert (new.number, new.figures["6"], old.figures["6"]) == (2, 2, 1)
    assert not new.is_late or old.is_late
    WORKFLOW.move(report, "approve", actor=people[ABOVE, "reviewer"])
    assert report_of(HERE).state == State.APPROVED
    assert attempt(lambda: asked(people)) == "asked"


def test_a_refused_one_changes_nothing_and_who_asked_is_told(month, people):
    correction = asked(people)
    Message.objects.all().delete()
    with acting(people[ABOVE, "reviewer"]):
        COURSE.move(
            correction, "refuse_correction", actor=people[ABOVE, "reviewer"], comment="已核对"
        )
    assert (report_of(HERE).state, Version.objects.count()) == (State.APPROVED, 1)
    assert [(m.user, m.title) for m in Message.objects.all()] == [
        (people[HERE, "clerk"], "2026-03 月报更正申请未获同意")
    ]


def test_a_withdrawn_one_changes_nothing_and_another_can_be_asked_for(month, people):
    first = asked(people)
    Message.objects.all().delete()
    COURSE.move(first, "withdraw_correction", actor=people[ABOVE, "clerk"])
    first.refresh_from_db()
    assert (first.state, first.decided_by, open_correction(report_of(HERE))) == (
        Step.WITHDRAWN,
        None,
        None,
    )
    assert (report_of(HERE).state, Version.objects.count()) == (State.APPROVED, 1)
    assert not Message.objects.exists()
    assert decisions([first])[first.pk].by == people[ABOVE, "clerk"].name
    assert asked(people).state == Step.ASKED


def test_the_old_figures_stand_until_the_new_ones_are_in(month, people, chongqing):
    agreed(people)
    make_agreement(month[1], arrived_on=date(2026, 3, 2))

    def line():
        sheet = sheet_of(form_for(chongqing, MARCH), MARCH, district(ABOVE))
        return next(line for line in sheet.below if line.unit.name == HERE)

    assert (line().figures["6"], line().now["6"], line().is_reopened) == (1, 2, True)
    chongqing.two_person_submission = True
    chongqing.save()
    WORKFLOW.move(report_of(HERE), "hand_up", actor=people[HERE, "clerk"])
    assert (line().figures["6"], line().report.state) == (1, State.CONFIRMING)
    reviewer = people[HERE, "reviewer"]
    sent_back = WORKFLOW.move(report_of(HERE), "send_back", actor=reviewer, comment="请核对")
    assert sent_back.state == State.CORRECTING
    WORKFLOW.move(report_of(HERE), "hand_up", actor=people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE), "confirm", actor=reviewer)
    assert (line().figures["6"], line().is_reopened) == (2, False)


@pytest.mark.parametrize(
    ("name", "who"), [("withdraw", (HERE, "clerk")), ("return", (ABOVE, "reviewer"))]
)
def test_a_correction_that_comes_back_goes_on(client, month, people, chongqing, name, who):
    """The version it corrects stands again, and the next one is compared with that."""
    correction, whole = agreed(people), form_for(chongqing, MARCH)
    make_agreement(month[1], arrived_on=date(2026, 3, 2))
    submitted(HERE, people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE), name, actor=people[who], comment="还漏了一份")

    def stands():
        line = next(
            line for line in sheet_of(whole, MARCH, district(ABOVE)).below if line.unit.name == HERE
        )
        (drift,) = drifted("national14", 2026, [district(HERE)]) or [None]
        return (
            (line.version.number, line.figures["6"], line.is_reopened, came_in(line.report)),
            earlier("national14", MARCH, district(HERE))["6"],
            compute(form_for(chongqing, MARCH.next), MARCH.next).previous[district(HERE).pk]["6"],
            drift and drift.version.number,
        )

    correction.refresh_from_db()
    assert (report_of(HERE).state, correction.state, correction.version) == (
        State.CORRECTING,
        Step.APPROVED,
        None,
    )
    before = came_in(report_of(HERE))
    assert before.is_in
    assert stands() == ((1, 1, True, before), 1, 1, 1)
    client.force_login(people[HERE, "clerk"])
    shown = client.get(address("month")).context
    assert (shown["correction"], shown["mended"]) == (correction, [])
    assert shown["given_back"].note == "还漏了一份"

    make_agreement(month[1], arrived_on=date(2026, 3, 3))
    submitted(HERE, people[HERE, "clerk"])
    correction.refresh_from_db()
    assert (correction.state, correction.version.number) == (Step.DONE, 3)
    assert stands() == ((3, 3, False, before), 3, 3, None)
    WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
    (mended,) = client.get(address("month")).context["mended"]
    assert (mended["old"], mended["new"]) == (1, 3)
    bridge = client.get(mended["url"]).context["rows"]
    assert [(r["old"], r["new"]) for r in bridge if r["indicator"].code == "6"] == [(1, 3)]
    past = Past(Version.objects.get(number=3).upto).submitted(
        "national14", MARCH.start, timezone.now()
    )
    assert [version.number for version in past] == [1]  # the moment before it was in itself


def test_a_locked_month_is_locked_again(month, people):
    others = Report.objects.exclude(district=report_of(HERE).district)
    others.update(state=State.LOCKED)
    Report.objects.filter(pk=report_of(HERE).pk).update(state=State.LOCKED)
    agreed(people)
    submitted(HERE, people[HERE, "clerk"])
    WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
    assert set(Report.objects.values_list("state", flat=True)) == {State.LOCKED}


def test_flows_are_restated_in_their_own_month_and_the_year_follows(month, people, chongqing):
    """Somebody of March is entered late and March is corrected: April's stock then agrees with
    March's, its own flows stay, and what was paid this year has grown."""
    april = MARCH.next
    form = form_for(chongqing, april)
    before = compute(form, april).figures[district(HERE).pk]
    make_agreement(month[1], arrived_on=date(2026, 3, 2))
    make_payment(month[0], paid_on=date(2026, 3, 12), amount="500.00")

    def found():
        unit = district(HERE).pk
        now = compute(form, april)
        changed = {c: now.figures[unit][c] - v for c, v in before.items()}
        return {c: by for c, by in changed.items() if by}, [f.rule for f in now.findings[unit]]

    restated = {"13": 1, "14": 500}
    assert found() == (restated, ["S1"])
    agreed(people)
    submitted(HERE, people[HERE, "clerk"])
    assert found() == (restated, [])


# --- The pages


@pytest.fixture
def clerk(client, people, month):
    client.force_login(people[HERE, "clerk"])
    return client


def test_asked_for_decided_and_submitted_by_the_pages(clerk, people, month):
    url = address("month_correction")
    assert clerk.get(address("month")).context["may_correct"]
    for poor in ("", "错了", "同上同上同上同上", "很长" * 300):
        refused = clerk.post(url, {"action": "ask", "comment": poor})
        assert (refused.status_code, Correction.objects.count()) == (422, 0)
        assert poor in refused.content.decode()
    assert clerk.post(url, {"action": "ask", "comment": REASON}).status_code == 302
    shown = clerk.get(address("month"))
    assert (shown.context["may_correct"], shown.context["correction"].reason) == (False, REASON)
    assert shown.context["actions"] == []
    assert clerk.post(url, {"action": "approve_correction"}).status_code == 403
    assert clerk.post(url, {"action": "x"}).status_code == 404

    clerk.force_login(people[ABOVE, "reviewer"])
    shown = clerk.get(address("month"))
    assert [action["label"] for action in shown.context["actions"]] == ["同意更正", "不同意更正"]
    assert clerk.post(url, {"action": "refuse_correction"}).status_code == 422
    assert clerk.post(url, {"action": "approve_correction"}).status_code == 302
    assert clerk.post(url, {"action": "approve_correction"}).status_code == 422

    clerk.force_login(people[HERE, "clerk"])
    make_agreement(month[1], arrived_on=date(2026, 3, 2))
    assert decide(clerk, "submit").status_code == 302
    bridge = clerk.get(address("month_changes", 1), {"to": "2"})
    assert {row["indicator"].code: [row["old"], row["new"]] for row in bridge.context["rows"]} == {
        "5": [1, 2],
        "6": [1, 2],
        "7": [1, 2],
        "13": [2, 3],
    }
    version = clerk.get(address("month_version", 2))
    assert REASON in version.content.decode()
    told = [entry.what for entry in clerk.get(address("month")).context["entries"]]
    assert sorted(what for what in told if "更正" in what) == ["同意更正", "申请更正"]


def test_asked_for_and_withdrawn_by_the_pages(clerk, people):
    url, told = address("month_correction"), "撤回更正申请"
    clerk.post(url, {"action": "ask", "comment": REASON})
    shown = clerk.get(address("month"))
    assert (told in shown.content.decode(), shown.context["actions"]) == (True, [])
    for who in ((HERE, "viewer"), (ABOVE, "reviewer")):
        clerk.force_login(people[who])
        assert told not in clerk.get(address("month")).content.decode(), who
        assert clerk.post(url, {"action": "withdraw_correction"}).status_code == 403
    clerk.force_login(people[HERE, "clerk"])
    assert clerk.post(url, {"action": "withdraw_correction"}).status_code == 302
    assert Correction.objects.get().state == Step.WITHDRAWN
    shown = clerk.get(address("month"))
    assert (shown.context["correction"], shown.context["may_correct"]) == (None, True)
    assert next(entry.what for entry in shown.context["entries"]) == told
    assert clerk.post(url, {"action": "withdraw_correction"}).status_code == 422


def test_it_waits_on_the_work_list_of_who_decides_and_then_of_who_corrects(
    rf, month, people, chongqing
):
    def waiting(who):
        request = rf.get("/")
        request.region, request.user, request.access = chongqing, people[who], Access(people[who])
        items = (item for item in waiting_for(request) if item.kind == "月报")
        return [(item.subtitle, item.action, item.due_on) for item in items]

    withdrawn = asked(people)
    assert (f"{HERE} · 申请更正", "去决定", None) in waiting((ABOVE, "reviewer"))
    COURSE.move(withdrawn, "withdraw_correction", actor=people[HERE, "clerk"])
    assert "去决定" not in [action for _, action, _ in waiting((ABOVE, "reviewer"))]
    correction = asked(people)
    assert (f"{HERE} · 申请更正", "去决定", None) in waiting((ABOVE, "reviewer"))
    COURSE.move(correction, "approve_correction", actor=people[ABOVE, "reviewer"])
    assert (f"{HERE} · 更正中", "去更正", None) in waiting((HERE, "clerk"))
    assert "去决定" not in [action for _, action, _ in waiting((ABOVE, "reviewer"))]
