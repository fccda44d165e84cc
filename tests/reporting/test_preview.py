"""月底预览: the running month's end as agreements say it will come, and what is missing before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from jianxi.history import acting
from reporting.compiling import compute, form_for
from reporting.models import Explanation, Report
from reporting.periods import Period
from tests.factories import district, make_agreement, make_base, make_position
from tests.months import MARCH, address, compiled, officers, report_of, severity_of

HERE, THERE, ABOVE = "渝中区", "南岸区", "重庆市"
LONG_AGO = date(2025, 1, 6)


@pytest.fixture
def running() -> Period:
    return Period.month_of(timezone.localdate())


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


def agreement(position, **facts):
    known = {"signed_on": LONG_AGO, "planned_start": LONG_AGO, "arrived_on": LONG_AGO}
    return make_agreement(position, **known | facts)


def records(running, where=HERE) -> dict:
    """Ends on the last day, begins then, goes on, is overdue to begin and to end, ended without an
    outcome; a position past its validity."""
    before, after = running.start - timedelta(1), running.end + timedelta(30)
    position = make_position(make_base(where), headcount=9)
    return {
        "ending": agreement(position, planned_end=running.end),
        "starting": agreement(
            position, planned_start=running.end, planned_end=after, arrived_on=None
        ),
        "going on": agreement(position, planned_end=after),
        "not arrived": agreement(
            position, planned_start=before, planned_end=after, arrived_on=None
        ),
        "not ended": agreement(position, planned_end=before),
        "outcome": agreement(
            position, planned_end=before, ended_on=running.start, end_kind="completed"
        ),
        "position": make_position(position.base, headcount=2, valid_until=before),
    }


def preview(client, user, running, unit=HERE):
    client.force_login(user)
    return client.get(address("month_preview", unit=unit, period=running))


def row(response, number) -> dict[str, str]:
    cells = response.context["figures"]["rows"][number]["cells"]
    return {str(code): cell["text"] for code, cell in enumerate(cells, 1)}


@pytest.mark.parametrize("unit", [HERE, ABOVE])
def test_the_months_end_is_told_from_the_dates_agreed_on(client, people, running, unit):
    records(running)
    shown = preview(client, people[unit, "viewer"], running, unit)
    now, then = row(shown, 0), row(shown, 1)
    wanted = ("6", "7", "8", "12", "13")
    assert [now[code] for code in wanted] == ["0", "0", "1", "0", "3"]
    assert [then[code] for code in wanted] == ["1", "1", "2", "0", "3"]
    assert then["5"] == "2"


def test_nothing_is_written_and_the_month_itself_stays(client, chongqing, people, running):
    made = records(running)
    preview(client, people[HERE, "clerk"], running)
    made["starting"].refresh_from_db()
    assert made["starting"].arrived_on is None
    figures = compute(form_for(chongqing, running), running).figures[district(HERE).pk]
    assert (figures["6"], figures["8"], figures["13"]) == (0, 1, 3)


def test_rules_that_will_fail_by_then_are_told(client, chongqing, people, running):
    records(running)
    compiled(chongqing, running)
    Report.objects.filter(district=district(HERE)).update(plan=0)
    shown = preview(client, people[HERE, "viewer"], running)
    assert [(f["code"], f["state"]) for f in shown.context["findings"]] == [("R3.1", "block")]
    month = client.get(address("month", period=running))
    assert month.context["findings"] == []
    assert month.context["preview_url"] == address("month_preview", period=running)


@pytest.mark.parametrize("role", ["viewer", "clerk", "reviewer"])
def test_what_is_missing_of_a_month_that_is_over_is_offered_to_who_takes_part(
    client, chongqing, people, role
):
    compiled(chongqing)
    client.force_login(people[HERE, role])
    offered = client.get(address("month")).context["preview_url"]
    assert offered == ("" if role == "viewer" else address("month_preview"))


def test_a_reason_for_todays_figures_is_none_for_those_of_the_months_end(
    client, chongqing, people, running
):
    """One arrived where none was planned for, which is explained; by the end they will be two."""
    severity_of("R3", "explain")
    made = records(running)
    begun = {"planned_start": running.start, "arrived_on": running.start}
    agreement(made["position"], **begun, planned_end=running.end + timedelta(30))
    compiled(chongqing, running)
    with acting("test"):
        report = report_of(HERE, running)
        report.plan = 0
        report.save()
        Explanation.objects.create(
            region=chongqing, report=report, rule="R3.1", left=0, right=1, text="说明。"
        )
    shown = preview(client, people[HERE, "clerk"], running)
    assert [(f["code"], f["state"]) for f in shown.context["findings"]] == [("R3.1", "explain")]
    today = client.get(address("month", period=running)).context["findings"]
    assert [(f["code"], f["state"]) for f in today] == [("R3.1", "explained")]
    with acting("test"):
        Explanation.objects.update(right=2)
    shown = preview(client, people[HERE, "clerk"], running)
    assert [(f["code"], f["state"]) for f in shown.context["findings"]] == [("R3.1", "explained")]


def test_what_is_missing_leads_to_where_it_is_mended(client, people, running):
    made = records(running)
    elsewhere = records(running, THERE)
    shown = preview(client, people[HERE, "clerk"], running)
    found = {
        one["title"]: [each["row"].pk for each in one["rows"]] for one in shown.context["missing"]
    }
    assert found == {
        "约定已开始，没有到岗": [made["not arrived"].pk],
        "约定已期满，没有结束": [made["not ended"].pk],
        "本月期满，去向不明": [made["outcome"].pk],
        "岗位过了有效期，没有关闭": [made["position"].pk],
        "单位还没有核对的基地": [made["position"].base_id],
    }
    urls = [each["url"] for one in shown.context["missing"] for each in one["rows"]]
    lists = [one["all_url"] for one in shown.context["missing"]]
    assert {client.get(url).status_code for url in [*urls, *lists]} == {200}
    assert elsewhere["not arrived"].number not in shown.content.decode()
    whole = preview(client, people[ABOVE, "clerk"], running, ABOVE)
    assert [one["number"] for one in whole.context["missing"]] == [2, 2, 2, 2, 2]


def test_who_sees_counts_alone_is_told_no_records(client, people, running):
    made = records(running)
    shown = preview(client, people[HERE, "viewer"], running)
    may_see = shown.context["may_see"]
    assert (shown.context["missing"] != []) == may_see
    assert (made["not ended"].number in shown.content.decode()) == may_see


def test_a_month_that_is_over_has_one_until_it_is_submitted(client, chongqing, people):
    """As of its end: what fell due later is another month's."""
    made = records(MARCH)
    april = date(2026, 4, 2)
    later = agreement(made["position"], planned_start=april, arrived_on=None)
    lapsing = make_position(made["position"].base, valid_until=april)
    compiled(chongqing, MARCH)
    shown = preview(client, people[HERE, "clerk"], MARCH)
    drawn = shown.context["figures"]["rows"]
    assert [line["label"] for line in drawn] == ["按现在的记录"]
    figures = compute(form_for(chongqing, MARCH), MARCH).figures[district(HERE).pk]
    assert [cell["text"] for cell in drawn[0]["cells"]][:13] == [
        str(figures[str(code)]) for code in range(1, 14)
    ]
    listed = {
        one["title"]: {each["row"] for each in one["rows"]} for one in shown.context["missing"]
    }
    assert listed["约定已开始，没有到岗"] == {made["starting"], made["not arrived"]}
    assert listed["约定已期满，没有结束"] == {made["ending"], made["not ended"]}
    assert listed["岗位过了有效期，没有关闭"] == {made["position"]}
    assert not {later, lapsing} & set().union(*listed.values())
    month = client.get(address("month"))
    assert month.context["preview_url"] == address("month_preview")
    assert "报送前检查" in month.content.decode()
    Report.objects.filter(district=district(HERE)).update(state="submitted")
    assert preview(client, people[HERE, "clerk"], MARCH).status_code == 404
    assert client.get(address("month")).context["preview_url"] == ""


@pytest.mark.parametrize("state", ["open", "compiled", "confirming", "returned", "correcting"])
def test_it_stays_until_the_month_is_in(client, chongqing, people, state):
    compiled(chongqing, MARCH)
    Report.objects.filter(district=district(HERE)).update(state=state)
    assert preview(client, people[HERE, "viewer"], MARCH).status_code == 200


def test_a_month_that_runs_is_told_by_one_word_and_by_one_plan(client, chongqing, people, running):
    """The plan is the whole month's: whoever is to begin on its last day is in it today."""
    records(running)
    compiled(chongqing, running)
    today = row(preview(client, people[HERE, "clerk"], running), 0)
    month = client.get(address("month", period=running))
    assert today["5"] == month.context["figures"]["rows"][0]["cells"][4]["text"] == "2"
    page = month.content.decode()
    told = {word: word in page for word in ("未到期", "试编于", "未编制", "重新编制")}
    assert told == {"未到期": True, "试编于": True, "未编制": False, "重新编制": False}


def test_it_takes_as_many_statements_for_many_records_as_for_few(
    client, people, running, django_assert_num_queries, django_assert_max_num_queries
):
    url = address("month_preview", unit=ABOVE, period=running)
    for _ in range(3):
        records(running)
    client.force_login(people[ABOVE, "clerk"])
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        client.get(url)
    for where in (HERE, THERE, "北碚区"):
        records(running, where)
    with django_assert_num_queries(len(few)):
        client.get(url)
