"""What was submitted comes out again from history, whatever happened to the records since."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from threading import Event

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from activities.models import Activity
from bases.models import Base, Placement
from jianxi.history import acting
from jianxi.tenancy import scope
from positions.models import Position
from regions.models import Region
from reporting import conditions
from reporting.compiling import form_for
from reporting.models import Form, FrozenCell, Version
from reporting.past import RECORDS
from reporting.recomputing import recompute
from subsidies.models import Payment
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_base,
    make_payment,
    move_base,
)
from tests.months import MARCH, compiled, officers, records, report_of, submitted
from trainees.models import Agreement, Trainee

HERE, THERE = "渝中区", "万州区"
JANUARY = MARCH.previous.previous


def all_same(version) -> bool:
    return all(cell.is_same for cell in recompute(version))


def command(*options):
    out = StringIO()
    call_command(
        "recompute_version", "--region=chongqing", "--period=2026-03", *options, stdout=out
    )
    return out.getvalue()


def test_every_table_that_definitions_name_can_be_read_as_it_was():
    sql = [f"FROM {source.tables}" for source in conditions.SOURCES.values()]
    sql += [c.sql + c.day for named in conditions.CONDITIONS.values() for c in named.values()]
    named = set(re.findall(r"(?:FROM|JOIN) ([a-z]+_\w+)", " ".join(sql)))
    assert named == {apps.get_model(label)._meta.db_table for label in RECORDS}


def test_a_version_names_what_it_was_made_with(chongqing):
    records(HERE)
    compiled(chongqing)
    people = officers(HERE)
    submitted(HERE, people[HERE, "clerk"])
    version = Version.objects.get()
    assert (
        version.form_event
        == Form.pgh_event_model.objects.filter(pgh_obj=version.form_id).latest("pgh_id").pgh_id
    )
    assert [d["since"] <= "2026-03-31" for d in version.documents] == [True] * len(
        version.documents
    )
    assert version.documents
    newest = Agreement.pgh_event_model.objects.latest("pgh_id").pgh_id
    assert version.upto["trainees.agreement"] == newest


# --- Ten thousand changes

MANY = 400


@pytest.fixture
def crowd(chongqing):
    """A month with many records in two districts, submitted by both."""
    for where in (HERE, THERE):
        base, position = records(where)
        Payment.objects.bulk_create(
            Payment(
                region=chongqing,
                base=base,
                number=f"{where}-{n}",
                amount=100 + n,
                paid_on=date(2026, 1, 1) + timedelta(days=n % 62),
            )
            for n in range(3 * MANY)
        )
        Position.objects.bulk_create(
            Position(
                region=chongqing,
                base=base,
                number=f"{where}-{n}",
                title="助理",
                headcount=1 + n % 3,
                category="technical",
                published_on=date(2026, 1, 1) + timedelta(days=n % 62),
            )
            for n in range(3 * MANY)
        )
        for n in range(20):
            make_agreement(position, arrived_on=date(2026, 3, 1 + n))
    compiled(chongqing)
    people = officers(HERE, THERE)
    return [submitted(where, people[where, "clerk"]) for where in (HERE, THERE)]


def change_everything(region):
    """Changes of every kind: days, amounts, groups, voids, moves, the tree, the plan."""
    for step in (7, 11, 13):
        Payment.objects.update(amount=F("amount") + step)
    Payment.objects.filter(pk__in=Payment.objects.filter(number__endswith="3").values("pk")).update(
        voided_at=timezone.now()
    )
    Position.objects.update(headcount=F("headcount") + 1)
    Position.objects.filter(number__endswith="5").update(closed_on=date(2026, 3, 30))
    Agreement.objects.filter(arrived_on__gte=date(2026, 3, 5)).update(arrived_on=date(2026, 4, 1))
    Agreement.objects.update(mentor="赵师傅")
    Trainee.objects.update(graduated_on=date(2026, 6, 30))
    Base.objects.update(recognised_on=date(2026, 3, 3))
    for base in Base.objects.all():
        move_base(base, "巴南区", date(2026, 3, 2))
    unit = district(HERE)
    unit.valid_to, unit.successor = date(2026, 2, 28), district("巴南区")
    unit.save()
    for where in (HERE, THERE):
        report = report_of(where)
        report.plan = 99
        report.save()


def test_ten_thousand_later_changes_leave_the_cells_as_they_were(crowd, chongqing):
    before = sum(m.pgh_event_model.objects.count() for m in (Payment, Position, Agreement, Trainee))
    change_everything(chongqing)
    base = make_base(HERE)
    Payment.objects.bulk_create(
        Payment(region=chongqing, base=base, number=f"late-{n}", amount=1, paid_on=date(2026, 3, 1))
        for n in range(1000)
    )
    after = sum(m.pgh_event_model.objects.count() for m in (Payment, Position, Agreement, Trainee))
    assert after - before > 10_000
    for version in Version.objects.all():
        assert all_same(version)
    assert "14 项的数字和记录都与报送时一致" in command()


def test_a_form_that_was_changed_since_is_read_as_it_was(chongqing):
    records(HERE)
    compiled(chongqing)
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    form = form_for(chongqing, MARCH, "national14")
    form.definition["indicators"][0]["where"] = ["recognised_in_period"]
    form.save()
    assert all_same(Version.objects.get())


def test_rows_deleted_since_are_still_there(chongqing):
    """Placements go with their base when one entered by mistake is taken away."""
    base, _ = records(HERE)
    compiled(chongqing)
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    Placement.objects.filter(base=base).delete()
    assert all_same(Version.objects.get())


def test_rows_deleted_before_are_gone(chongqing):
    records(HERE)
    Placement.objects.filter(base=make_base(HERE)).delete()
    compiled(chongqing)
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    assert Version.objects.get().figures["1"] == 1
    assert all_same(Version.objects.get())


def test_bases_reassigned_when_their_unit_ended(chongqing):
    """江北区 ended with 2025; one of its bases went elsewhere than to the successor."""
    stays, goes = make_base("江北区"), make_base("江北区")
    move_base(stays, "两江新区", date(2026, 1, 1))
    move_base(goes, HERE, date(2026, 1, 1))
    for base in (stays, goes):
        make_payment(base, paid_on=date(2025, 12, 5))
        make_payment(base, paid_on=date(2026, 1, 5))
        make_activity("江北区", held_on=date(2025, 12, 5))
    compiled(chongqing, JANUARY)
    people = officers("两江新区", HERE)
    for where in ("两江新区", HERE):
        submitted(where, people[where, "clerk"], JANUARY)
    for base in (stays, goes):
        move_base(base, THERE, date(2026, 1, 2))
    assert [all_same(version) for version in Version.objects.all()] == [True, True]


def test_an_entered_plan_is_part_of_it(chongqing):
    records(HERE)
    compiled(chongqing)
    report = report_of(HERE)
    report.plan = 7
    report.save()
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    report.refresh_from_db()
    report.plan = 8
    report.save()
    (plan,) = (cell for cell in recompute(Version.objects.get()) if cell.code == "5")
    assert (plan.then, plan.again, plan.is_same) == (7, 7, True)


def test_the_command_says_where_history_was_tampered_with(chongqing):
    records(HERE)
    compiled(chongqing)
    submitted(HERE, officers(HERE)[HERE, "clerk"])
    cell = FrozenCell.objects.get(code="13")
    FrozenCell.objects.filter(pk=cell.pk).update(
        records=cell.records[1:],
        events=cell.events[1:],
        contributions=cell.contributions[1:],
        figure=1,
    )
    with pytest.raises(CommandError, match="1 个版本中有 1 个与报送时不一致"):
        command("--unit", HERE)
    with pytest.raises(CommandError, match="没有这样的报送版本"):
        command("--number", "2")


# --- An import at the same time


def test_an_import_running_across_the_moment_of_freezing(transactional_db):
    """What it wrote before is in the version with all its events, what it writes after is not."""
    with in_region("chongqing") as region:
        base, position = records(HERE)
        compiled(region)
        people = officers(HERE)
    under_way, asked = Event(), Event()

    def bring_in():
        try:
            with scope(region=Region.objects.get(pk=region.pk)):
                with acting("load"):
                    make_payment(base, amount="1.00")
                    under_way.set()
                    asked.wait(10)
                    connection.cursor().execute("SELECT pg_sleep(0.3)")
                    make_payment(base, amount="2.00")
                for _ in range(30):
                    with acting("load"):
                        make_agreement(position, arrived_on=date(2026, 3, 2))
                        Payment.objects.update(amount=F("amount") + 1)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, scope(region=region):
        bringing = pool.submit(bring_in)
        under_way.wait(10)
        asked.set()
        submitted(HERE, people[HERE, "clerk"])
        bringing.result()
        version = Version.objects.get()
        assert version.figures["14"] >= "2103.50"
        assert Agreement.objects.count() == 33
        assert all_same(version)
        assert Activity.objects.count() == 0
