"""A form that changes takes effect from a month on; that month shows both series."""

from datetime import date

import pytest

from jianxi.history import acting
from reporting.compiling import compute, form_for
from reporting.gaps import gap_of
from reporting.models import Explanation, Form, Version
from tests.factories import district, make_agreement
from tests.months import (
    MARCH,
    address,
    compiled,
    officers,
    records,
    report_of,
    severity_of,
    submitted,
)

HERE, ABOVE = "渝中区", "重庆市"
FEBRUARY, APRIL = MARCH.previous, MARCH.next


@pytest.fixture
def changed(chongqing):
    """From April on, 13 counts graduates alone; somebody else is on post too since January."""
    _, position = records(HERE)
    make_agreement(position, arrived_on=date(2026, 1, 8), group="unemployed_youth")
    old = form_for(chongqing, MARCH, "national14")
    new = Form.objects.get(pk=old.pk)
    new.pk, new.effective_from = None, APRIL.start
    stock = next(one for one in new.definition["indicators"] if one["code"] == "13")
    stock["where"] = [*stock["where"], "graduate"]
    new.definition["indicators"].append(
        {
            "code": "20",
            "label": "在册基地",
            "unit": "家",
            "kind": "stock",
            "of": "bases",
            "where": ["existing"],
        }
    )
    new.save()
    return old, new


def test_it_takes_effect_from_its_month_on(chongqing, changed):
    old, new = changed
    found = [form_for(chongqing, period, "national14").pk for period in (FEBRUARY, MARCH, APRIL)]
    assert found == [old.pk, old.pk, new.pk]
    figures = compute(form_for(chongqing, APRIL, "national14"), APRIL).figures
    assert figures[district(HERE).pk]["13"] == 2


def test_a_rule_that_looks_back_counts_the_month_before_in_the_new_way(chongqing, changed):
    """March was submitted with three on post; by the new definition there were two."""
    compiled(chongqing)
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    assert Version.objects.get().figures["13"] == 3
    form = form_for(chongqing, APRIL, "national14")
    unit = district(HERE)
    found = compute(form, APRIL).findings[unit.pk]
    assert [finding.rule for finding in found] == []
    (rule,) = (rule for rule in form.rules if rule.code == "S1")
    assert gap_of(form, APRIL, unit, rule).records == []


def test_what_was_submitted_is_told_by_the_rules_it_was_judged_by(client, chongqing):
    """A form brought in with its region from a month on that was submitted already: without R3,
    which had failed."""
    records(HERE)
    severity_of("R3", "explain")
    compiled(chongqing)
    with acting("test"):
        report = report_of(HERE)
        report.plan = 0
        report.save()
        Explanation.objects.create(
            region=chongqing, report=report, rule="R3.1", left=0, right=1, text="说明。"
        )
    clerk = officers(HERE)[HERE, "clerk"]
    submitted(HERE, clerk)
    new = Form.objects.get(key="national14")
    new.pk, new.effective_from = None, MARCH.start
    new.definition["rules"] = [one for one in new.definition["rules"] if one["code"] != "R3"]
    new.save()
    client.force_login(clerk)
    for page in (client.get(address("month_version", 1)), client.get(address("month"))):
        (told,) = page.context["findings"]
        assert (told["code"], told["state"]) == ("R3.1", "explained")
        rule = client.get(told["records_url"])
        assert rule.context["words"] == told["words"]


def test_the_first_month_shows_both_series(client, chongqing, changed):
    client.force_login(officers(HERE)[HERE, "clerk"])
    first = client.get(address("month", period="2026-04"))
    (row,) = first.context["former"]["rows"]
    assert [cell["text"] for cell in row["cells"]][12] == "3"
    assert len(row["cells"]) == 14
    (own,) = first.context["figures"]["rows"]
    assert [cell["text"] for cell in own["cells"]][12] == "2"
    for period in ("2026-03", "2026-05"):
        assert client.get(address("month", period=period)).context["former"] is None
