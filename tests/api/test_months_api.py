"""The months by API: the same figures as the command, the page and the xlsx; their records, versions."""

import json
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts import tokens
from accounts.models import Office
from jianxi.history import acting
from reporting.models import Target
from tests.factories import district, make_activity, make_agreement, move_base
from tests.months import MARCH, address, api, compiled, officers, records, submitted
from tests.people import make_office

HERE, ABOVE = "渝中区", "重庆市"


@pytest.fixture
def month(chongqing):
    made = records(HERE)
    records("万州区")
    compiled(chongqing)
    return made


def holder(where, kind=Office.Kind.HUMAN_RESOURCES) -> Client:
    """A client with a token of an office there."""
    day = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    _, secret = tokens.issue(make_office(where, kind), name="取数", expires_on=day)
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def here(month):
    return holder(HERE)


@pytest.fixture
def above(month):
    return holder(ABOVE)


def whole(name="month", form="national14", period="2026-03"):
    return reverse(f"api:{name}", args=["chongqing", form, period])


def shown_on_page(unit, form) -> list[str]:
    """What the page of a unit's month shows."""
    client = Client()
    client.force_login(officers(ABOVE)[ABOVE, "viewer"])
    drawn = client.get(address("month", unit=unit, form=form)).context["figures"]
    row = drawn["total"] or drawn["rows"][0]
    return [cell["text"].replace(",", "") for cell in row["cells"]]


def in_workbook(answer, label) -> list[Decimal]:
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == label)
    return [Decimal(str(value)) for value in row[1:]]


@pytest.mark.parametrize("form", ["national14", "progress"])
def test_page_command_api_and_xlsx_agree(above, month, chongqing, form):
    make_activity(HERE, held_on=date(2026, 3, 5), bases=3, positions=20, graduates=12)
    move_base(month[0], "南岸区", date(2026, 3, 15))
    out = StringIO()
    call_command(
        "compile_reports", region="chongqing", period="2026-03", form=form, json=True, stdout=out
    )
    told = json.loads(out.getvalue())
    assert above.get(whole(form=form)).json() == told
    client = Client()
    client.force_login(officers("两江新区", ABOVE)[ABOVE, "viewer"])
    for name in (HERE, "南岸区", "万州区", ABOVE):
        figures = told["total"] if name == ABOVE else told["districts"][name]
        by_unit = above.get(api("unit_month", unit=name, form=form)).json()
        assert by_unit["figures"] == by_unit["figures_now"] == figures
        assert shown_on_page(name, form) == [str(value) for value in figures.values()]
        answer = client.get(address("month_xlsx", unit=name, form=form))
        label = "合计" if name == ABOVE else name
        assert in_workbook(answer, label) == [Decimal(value) for value in figures.values()]


def test_every_cells_members_add_up_to_the_figure_everywhere(above, here, month):
    told = above.get(whole()).json()
    for client, name in ((here, HERE), (above, ABOVE)):
        figures = told["total"] if name == ABOVE else told["districts"][name]
        for code, figure in figures.items():
            cell = client.get(api("cell", code, unit=name)).json()
            members = client.get(api("members", code, unit=name)).json()["results"]
            added = sum(Decimal(member["contribution"]) for member in members)
            assert (cell["figure"], cell["records"]) == (figure, len(members)), code
            assert Decimal(cell["added"]) == added, code


def test_a_districts_token_gets_its_own_and_no_total(here):
    told = here.get(whole()).json()
    assert (list(told["districts"]), told["total"]) == ([HERE], None)
    assert here.get(api("unit_month", unit="万州区")).status_code == 404
    assert here.get(api("unit_month", unit=ABOVE)).status_code == 404


def test_members_are_read_page_by_page(here, month):
    with acting("test"):
        for _ in range(4):
            make_agreement(month[1], arrived_on=date(2026, 3, 5))
    url, seen = f"{api('members', '6')}?size=2", []
    while url:
        answer = here.get(url).json()
        seen.append([member["record"] for member in answer["results"]])
        url = answer["next"]
    assert [len(page) for page in seen] == [2, 2, 1]
    records = [record for page in seen for record in page]
    assert records == sorted(records)


def test_a_version_keeps_its_figures_and_members(here, month):
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    with acting("test"):
        late = make_agreement(month[1], arrived_on=date(2026, 3, 30))
    told = here.get(api("unit_month")).json()
    assert (told["state"], told["version"]) == ("submitted", 1)
    assert (told["figures"]["6"], told["figures_now"]["6"]) == (1, 2)
    (version,) = here.get(api("versions")).json()
    assert (version["number"], version["figures"]["6"], version["is_late"]) == (1, 1, True)
    assert version["submitted_at"].endswith("+08:00")
    now = [m["record"] for m in here.get(api("members", "6")).json()["results"]]
    then = [m["record"] for m in here.get(api("members", "6"), {"version": 1}).json()["results"]]
    assert now == [*then, late.pk]
    assert here.get(api("cell", "6"), {"version": 2}).status_code == 404


def test_another_departments_token_gets_counts_and_no_records(month, chongqing):
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    narrow = holder(HERE, Office.Kind.DEPARTMENT)
    assert narrow.get(api("cell", "13")).json()["figure"] == 2
    assert narrow.get(api("versions")).json()[0]["explanations"] == {}
    assert narrow.get(api("members", "13")).status_code == 403


def test_reports_are_found_by_form_state_month_and_unit(above, here, chongqing):
    compiled(chongqing, MARCH.next)
    url = reverse("api:reports", args=["chongqing"])

    def found(client, **asked):
        return [(r["district_name"], r["period"]) for r in client.get(url, asked).json()["results"]]

    assert found(here) == [(HERE, "2026-03"), (HERE, "2026-04")]
    assert found(here, period_from="2026-04-01") == [(HERE, "2026-04")]
    assert found(above, district=district(HERE).key, period_to="2026-03-31") == [(HERE, "2026-03")]
    assert found(above, state="submitted") == found(above, form="progress") == []


def test_forms_and_targets(here, chongqing):
    forms = here.get(reverse("api:forms", args=["chongqing"])).json()["results"]
    first = next(form for form in forms if form["key"] == "national14")
    assert [i["code"] for i in first["indicators"]] == [str(n) for n in range(1, 15)]
    assert first["rules"][2] == {
        "code": "R3.1",
        "expression": "5≥6",
        "official": "5≥6≥7",
        "severity": "block",
    }
    Target.objects.all().delete()
    for name in (HERE, "万州区"):
        Target.objects.create(
            region=chongqing, year=2026, district=district(name), key="posts", value=9
        )
    targets = here.get(reverse("api:targets", args=["chongqing"]), {"year": 2026}).json()["results"]
    assert [(t["district_name"], t["key"], t["value"]) for t in targets] == [(HERE, "posts", 9)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "gone"}, "state"),
        ({"period_from": "März"}, "period_from"),
        ({"district": "500101"}, "district"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told_at_its_parameter(here, asked, field):
    answer = here.get(reverse("api:reports", args=["chongqing"]), asked)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    "asked", [{"size": "0x"}, {"size": "5000"}, {"cursor": "-1"}, {"cursor": "9" * 30}]
)
def test_a_page_that_is_none_is_told(here, asked):
    answer = here.get(api("members", "6"), asked)
    assert (answer.status_code, [f["field"] for f in answer.json()["errors"]]) == (400, list(asked))


@pytest.mark.parametrize(
    "gone",
    [("2026-13", "national14"), ("2099-01", "national14"), ("2026-03", "ningxia15")],
    ids=str,
)
def test_a_month_that_does_not_exist_is_a_problem_too(here, gone):
    period, form = gone
    url = whole().replace("2026-03", period).replace("national14", form)
    answer = here.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
