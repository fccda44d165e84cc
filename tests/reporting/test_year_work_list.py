"""What the year puts on the work list: bulletins to be told, reports to be drawn up by their day."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.access import Access
from jianxi.worklist import waiting_for
from regions.models import PolicyParameter
from reporting.corrections import COURSE, ask
from reporting.models import AnnualReport, Bulletin, Report
from reporting.year.worklist import DUE
from tests.factories import district
from tests.months import MARCH, compiled, officers, records, report_of, submitted

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
FEBRUARY, APRIL = MARCH.previous, MARCH.next


@pytest.fixture
def people(chongqing):
    return officers(HERE, THERE, ABOVE)


@pytest.fixture
def waiting(rf, people, chongqing):
    def of(*who, kind):
        request = rf.get("/")
        request.region, request.user = chongqing, people[who]
        request.access = Access(people[who])
        return [item for item in waiting_for(request) if item.kind == kind]

    return of


def everybody_but(*names):
    return Report.objects.exclude(district__name__in=names)


# --- Bulletins


def close(*periods):
    for period in periods:
        rows = Report.objects.filter(period=period.start)
        rows.exclude(district__parent=None).update(state="approved")


def bulletin(region, period, state="draft"):
    published = state == "published"
    return Bulletin.objects.create(
        region=region,
        form_key="national14",
        period=period.start,
        title="通报",
        state=state,
        drafted_at=timezone.now(),
        published_at=timezone.now() if published else None,
        published_by_id=officers("江津区")["江津区", "clerk"].pk if published else None,
    )


def asked(waiting, *who):
    return [(item.title, item.action) for item in waiting(*who, kind="通报")]


def test_a_month_that_is_closed_is_to_be_told(waiting, chongqing, client, people):
    for period in (FEBRUARY, MARCH, APRIL):
        compiled(chongqing, period)
    everybody_but(HERE).filter(period=MARCH.start).update(state="approved")
    clerk, reviewer = (ABOVE, "clerk"), (ABOVE, "reviewer")
    assert asked(waiting, *clerk) == []
    close(FEBRUARY, MARCH)
    assert asked(waiting, *clerk) == [("2026年3月通报", "去起草")]
    (item,) = waiting(*clerk, kind="通报")
    client.force_login(people[clerk])
    assert client.get(item.url).context["form"].initial == {"period": "2026-03"}
    assert asked(waiting, *reviewer) == []
    drafted = bulletin(chongqing, MARCH)
    assert asked(waiting, *clerk) == [("2026年3月通报", "去修改")]
    assert asked(waiting, *reviewer) == [("2026年3月通报", "去发布")]
    for who in ((HERE, "clerk"), (HERE, "reviewer"), (ABOVE, "viewer"), (ABOVE, "admin")):
        assert asked(waiting, *who) == [], who
    (item,) = waiting(*reviewer, kind="通报")
    client.force_login(people[reviewer])
    assert client.get(item.url).status_code == 200
    drafted.delete()
    bulletin(chongqing, FEBRUARY, "published")
    close(APRIL)
    told = asked(waiting, *clerk)
    assert told == [("2026年3月通报", "去起草"), ("2026年4月通报", "去起草")]
    bulletin(chongqing, APRIL, "published")
    assert asked(waiting, *clerk) == []  # a month that was passed over is not asked for


def test_a_month_under_correction_is_not_closed(waiting, chongqing, people):
    records(HERE)
    compiled(chongqing)
    submitted(HERE, people[HERE, "clerk"])
    close(MARCH)
    correction = ask(report_of(HERE), actor=people[HERE, "clerk"], reason="漏报一份三月到岗的协议")
    assert asked(waiting, ABOVE, "clerk") == [("2026年3月通报", "去起草")]
    COURSE.move(correction, "approve_correction", actor=people[ABOVE, "reviewer"])
    assert asked(waiting, ABOVE, "clerk") == []


# --- The report at the year's end


@pytest.fixture
def reported(chongqing, people):
    """Two districts have submitted a month."""
    compiled(chongqing)
    rows = Report.objects.filter(district__name__in=[HERE, THERE])
    rows.update(first_submitted_at=timezone.now())


def yearly(waiting, *who):
    return [
        (item.title, item.subtitle, item.action, item.due_on)
        for item in waiting(*who, kind="年度报告")
    ]


def own(name, begun=False, action="去编写", due=date(2026, 12, 31)):
    words = "还没有定稿" if begun else "还没有编写"
    return ("2026年年度报告", f"{name} · {words}", action, due)


def test_the_report_is_asked_for_from_a_month_before_its_day(waiting, reported, on):
    clerk, reviewer = (HERE, "clerk"), (HERE, "reviewer")
    on(date(2026, 11, 30))
    assert yearly(waiting, *clerk) == []
    on(date(2026, 12, 1))
    assert yearly(waiting, *clerk) == [own(HERE)]
    assert yearly(waiting, ABOVE, "clerk") == [own(ABOVE)]
    for who in (reviewer, (HERE, "viewer"), (HERE, "admin"), (ABOVE, "reviewer")):
        assert yearly(waiting, *who) == [], who


def test_who_confirms_sees_it_once_it_is_begun_and_nobody_when_it_is_final(
    waiting, reported, on, chongqing, client, people
):
    on(date(2026, 12, 20))
    row = AnnualReport.objects.create(region=chongqing, year=2026, district=district(HERE))
    assert yearly(waiting, HERE, "clerk") == [own(HERE, begun=True)]
    assert yearly(waiting, HERE, "reviewer") == [own(HERE, begun=True, action="去定稿")]
    (item,) = waiting(HERE, "reviewer", kind="年度报告")
    client.force_login(people[HERE, "reviewer"])
    assert client.get(item.url).status_code == 200
    row.state = AnnualReport.State.FINAL
    row.save()
    assert yearly(waiting, HERE, "clerk") == yearly(waiting, HERE, "reviewer") == []
    assert yearly(waiting, THERE, "clerk") == [own(THERE)]


def test_the_unit_above_is_told_how_many_are_late(waiting, reported, on, client, people):
    on(date(2026, 12, 31))
    assert yearly(waiting, ABOVE, "reviewer") == []
    on(date(2027, 1, 4))
    told = ("2026年年度报告", f"{ABOVE} · 2 个单位还没有定稿", "去查看", date(2026, 12, 31))
    assert yearly(waiting, ABOVE, "reviewer") == [told]
    assert yearly(waiting, HERE, "reviewer") == []
    (item,) = waiting(ABOVE, "reviewer", kind="年度报告")
    client.force_login(people[ABOVE, "reviewer"])
    assert client.get(item.url).status_code == 200


def test_the_day_is_the_documents_and_where_they_are_silent_nothing_is_asked(waiting, reported, on):
    day = PolicyParameter.objects.filter(key=DUE)
    on(date(2026, 12, 11))
    day.update(value="12-10")
    assert yearly(waiting, HERE, "clerk") == [own(HERE, due=date(2026, 12, 10))]
    day.delete()
    assert yearly(waiting, HERE, "clerk") == []


def test_many_ask_as_much_as_few(waiting, reported, on, chongqing):
    on(date(2027, 1, 4))

    def counted():
        with CaptureQueriesContext(connection) as found:
            yearly(waiting, ABOVE, "reviewer")
            yearly(waiting, ABOVE, "clerk")
        return len(found)

    counted()
    few = counted()
    Report.objects.update(first_submitted_at=timezone.now())
    for name in (HERE, THERE):
        AnnualReport.objects.create(region=chongqing, year=2026, district=district(name))
    assert counted() == few
