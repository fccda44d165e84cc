"""A month that was wrong, from the mark that it changed to the version that mends it, in a browser."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jianxi.history import acting
from jianxi.tenancy import scope
from reporting.workflow import WORKFLOW
from tests.browser import is_well, sign_in
from tests.factories import district, in_region, make_agreement, make_payment, make_trainee
from tests.months import address, compiled, officers, records, report_of, submitted

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
REASON = "漏报一份三月九日到岗的协议，一份协议重复登记"


@pytest.fixture
def people(db):
    """March is approved; then one agreement is entered late, one voided, and money paid."""
    with in_region("chongqing") as region:
        people = officers(HERE, ABOVE)
        base, position = records(HERE)
        _, other = records(THERE)
        compiled(region)
        for where in (HERE, THERE):
            submitted(where, people[ABOVE, "clerk"])
        WORKFLOW.move(report_of(HERE), "approve", actor=people[ABOVE, "reviewer"])
        with acting(people[HERE, "clerk"], "补录"):
            twice = make_trainee(region, name="孙行者")
            make_agreement(
                position,
                twice,
                arrived_on=date(2026, 3, 9),
                ended_on=date(2026, 3, 12),
                end_kind="terminated",
            )
            make_agreement(other, twice, signed_on=date(2026, 3, 13), arrived_on=date(2026, 3, 16))
            wrong = position.agreements.get(arrived_on=date(2026, 3, 2))
            wrong.voided_at = timezone.now()
            wrong.save()
            make_payment(base, amount="2100.00")
    with scope(region=region):
        yield people


def test_from_the_mark_that_it_changed_to_the_version_that_mends_it(screen, live_server, people):
    sign_in(screen, live_server, people[HERE, "clerk"])
    screen.goto(address("month"))
    screen.locator("#drift").scroll_into_view_if_needed()
    screen.locator("#drift #bridge table").wait_for()
    is_well(screen)
    screen.locator("#bridge").get_by_role("link", name="6 ").click()
    screen.locator("#records").get_by_text("作废", exact=True).wait_for()
    is_well(screen)
    screen.goto(address("cell", "13"))
    screen.get_by_text("按现在的记录是").wait_for()
    is_well(screen)
    screen.goto(address("month"))
    screen.locator("#correction summary").click()
    screen.get_by_label("更正事由").fill(REASON)
    screen.get_by_role("button", name="申请更正").click()
    screen.get_by_text("等上级决定").first.wait_for()

    sign_in(screen, live_server, people[ABOVE, "reviewer"])
    screen.goto(address("month_consolidated", unit=ABOVE))
    screen.locator("#seen").get_by_text("孙**").wait_for()
    is_well(screen)
    screen.goto(reverse("office:months", args=["chongqing"]))
    screen.get_by_text("报送之后有变动").scroll_into_view_if_needed()
    screen.locator("#changed tbody tr").first.wait_for()
    is_well(screen)
    key = district(ABOVE).key
    screen.goto(reverse("office:months_year", args=["chongqing", "national14", 2026, key]))
    is_well(screen)
    screen.goto(address("month"))
    is_well(screen)
    screen.get_by_role("button", name="同意更正", exact=True).click()
    screen.get_by_text("已同意更正").first.wait_for()

    sign_in(screen, live_server, people[HERE, "clerk"])
    screen.goto(address("month"))
    screen.locator("#act").get_by_role("button", name="报送").click()
    screen.locator("#confirm").get_by_role("button", name="确定").click()
    screen.get_by_text("已报送，本月数字和记录已固定").wait_for()
    screen.get_by_role("link", name="第2版").click()
    screen.get_by_text(REASON).wait_for()
    is_well(screen)
    screen.goto(f"{address('month_changes', 1)}?to=2&cell=13")
    screen.locator("#records tbody tr").first.wait_for()
    is_well(screen)
