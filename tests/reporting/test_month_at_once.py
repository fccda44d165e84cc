"""Two who decide on a month at the same moment, or one while another writes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from jianxi.history import acting
from jianxi.tenancy import scope
from reporting.corrections import COURSE as CORRECTING
from reporting.corrections import ask
from reporting.models import Correction, Report, Version
from reporting.workflow import WORKFLOW
from tests.at_once import at_once, within
from tests.factories import district, in_region
from tests.months import compiled, officers, records, report_of, submitted

State = Report.State
HERE, ABOVE = "渝中区", "重庆市"
REASON = "漏报了三月二日到岗的一份协议"


@pytest.fixture
def committed(transactional_db):
    with in_region("chongqing") as region:
        records(HERE)
        compiled(region)
        people = officers(HERE, ABOVE)
    return region, people


def decided(region, name, actor, where=HERE):
    """The state a unit's month, read beforehand, comes to when somebody decides."""
    report = report_of(where)
    return within(region, lambda: WORKFLOW.move(report, name, actor=actor, comment="请核对").state)


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(committed):
    region, people = committed
    with scope(region=region):
        submitted(HERE, people[HERE, "clerk"])
        reviewer = people[ABOVE, "reviewer"]
        came = at_once(decided(region, "approve", reviewer), decided(region, "return", reviewer))
        state = report_of(HERE).state
    assert came in (
        ["approved", "现在是“已审定”，不能退回。"],
        ["现在是“已退回”，不能审定。", "returned"],
    )
    assert state == next(one for one in came if one in State.values)


def test_of_two_who_approve_the_last_two_units_the_later_locks_the_month(committed):
    region, people = committed
    reviewer = people[ABOVE, "reviewer"]
    with scope(region=region):
        for name in (HERE, "万州区"):
            with acting("test"):
                submitted(name, people[ABOVE, "clerk"])
        units = Report.objects.exclude(district__parent=None)
        with acting("test"):
            units.exclude(state=State.SUBMITTED).update(state=State.APPROVED)
        moves = [decided(region, "approve", reviewer, name) for name in (HERE, "万州区")]
        came = at_once(*moves)
        assert sorted(came) == ["approved", "locked"]
        assert set(Report.objects.values_list("state", flat=True)) == {State.LOCKED}


def test_a_double_click_submits_once(committed):
    region, people = committed
    clerk = people[HERE, "clerk"]
    with scope(region=region):
        came = at_once(*[decided(region, "submit", clerk) for _ in range(2)])
        assert sorted(came) == ["submitted", "现在是“已报送”，不能报送。"]
        assert [version.number for version in Version.objects.all()] == [1]


def test_freezing_waits_for_whoever_is_writing(committed):
    """A record committed while the month is being submitted is either in the version or the
    submission came before it: never counted and not frozen."""
    region, people = committed
    ready = Barrier(2)

    def write():
        try:
            with in_region("chongqing"):
                ready.wait()
                records(HERE)
                connection.cursor().execute("SELECT pg_sleep(0.3)")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, scope(region=region):
        writing = pool.submit(write)
        ready.wait()
        submitted(HERE, people[HERE, "clerk"])
        writing.result()
        assert Version.objects.get().figures["1"] == 2
        assert district(HERE).bases.count() == 2


def test_of_two_who_decide_on_a_correction_one_is_told(committed):
    region, people = committed
    clerk, reviewer = people[HERE, "clerk"], people[ABOVE, "reviewer"]
    with scope(region=region):
        with acting("test"):
            submitted(HERE, people[ABOVE, "clerk"])
        WORKFLOW.move(report_of(HERE), "approve", actor=reviewer)
    asks = within(region, lambda: ask(report_of(HERE), actor=clerk, reason=REASON).state)
    assert sorted(at_once(asks, asks)) == ["asked", "这份月报已有更正在办理。"]
    with scope(region=region):
        row = Correction.objects.get()
    withdrawn, agreed_to = at_once(
        within(region, lambda: CORRECTING.move(row, "withdraw_correction", actor=clerk).state),
        within(region, lambda: CORRECTING.move(row, "approve_correction", actor=reviewer).state),
    )
    with scope(region=region):
        assert (withdrawn, agreed_to, report_of(HERE).state) in {
            ("withdrawn", "现在是“已撤回”，不能同意更正。", "approved"),
            ("现在是“已批准，待重报”，不能撤回更正申请。", "approved", "correcting"),
        }
