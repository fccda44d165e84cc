"""Made-up records: lifelike, harmless, the same for the same seed, and never among real ones."""

import stat
from collections import Counter
from datetime import date, timedelta
from tempfile import TemporaryFile

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.phones import account_of
from bases.models import Base, BaseApplication, Employer, EmployerProfile
from benchmarks import compiling, importing
from jianxi import embedded
from jianxi.crypto import decrypt
from jianxi.identifiers import parse_bank_card, parse_id_number, parse_phone, parse_uscc
from jianxi.ledger.book import load as load_ledger
from jianxi.models import VoidRequest
from jianxi.tenancy import scope
from portal.demo import nation
from portal.demo.loading import load_demo
from portal.demo.months import returned_for, rules_over_money
from portal.demo.scales import SCALES, Scale, apportion, shares
from portal.demo.sheet import TABLES
from positions.models import Position
from regions.models import District, Region
from reporting.compiling import compute
from reporting.definitions import form_data
from reporting.models import Bulletin, Form, Report, Target, Version
from reporting.periods import Period
from subsidies.models import Payment
from tests.factories import in_region, make_base
from trainees.models import Agreement, Application, Contract, MonthCheck, Trainee
from trainees.month_checks import changed_since, unchecked
from trainees.months import to_check

TODAY = date(2026, 11, 20)
RECORDS = Scale(bases=30, positions=80, places=400, agreements=300, payment_months=1)

pytestmark = pytest.mark.django_db


def load(slug: str, seed: int = 1):
    return load_demo(Region.objects.get(slug=slug), RECORDS, seed, TODAY)


@pytest.fixture
def changsha():
    load("changsha")
    with scope(region=Region.objects.get(slug="changsha")) as region:
        yield region


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("JIANXI_HOME", str(tmp_path))
    return tmp_path


def told_of_records(slug: str, seed: int) -> list:
    """What a load stores, without keys; taken back."""
    with transaction.atomic():
        load(slug, seed)
        with scope(region=Region.objects.get(slug=slug)):
            told = [
                list(Base.objects.order_by("pk").values_list("profile__name", "recognised_on")),
                list(Position.objects.order_by("pk").values_list("number", "title", "headcount")),
                list(Trainee.objects.order_by("pk").values_list("name", "document_number", "bank")),
                list(
                    Agreement.objects.order_by("pk").values_list("number", "signed_on", "outcome")
                ),
                list(Payment.objects.order_by("pk").values_list("number", "paid_on", "amount")),
            ]
        transaction.set_rollback(True)
    return told


def test_the_same_seed_gives_the_same_records():
    first = told_of_records("chongqing", 1)
    assert told_of_records("chongqing", 1) == first
    assert told_of_records("chongqing", 2) != first


def test_every_row_is_known_to_history_and_every_constraint_holds(changsha):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in TABLES:
        if hasattr(model, "pgh_event_model"):
            keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
            events = model.pgh_event_model.objects.order_by("pgh_obj_id")
            assert list(events.values_list("pgh_obj_id", flat=True)) == keys
            contexts = {event.pgh_context.metadata["job"] for event in events[:5]}
            assert contexts == {"load_demo"}


def test_numbers_check_out_and_belong_to_nobody(changsha):
    for trainee in Trainee.objects.all():
        identity = parse_id_number(trainee.document_number)
        assert identity.number.startswith("4399")  # prefecture 99 exists nowhere
        assert identity.birth_date == trainee.birth_date
        assert identity.sex == {"M": "male", "F": "female"}[trainee.sex]
        assert parse_phone(trainee.phone, mobile_only=True).startswith("154")
        assert parse_bank_card(trainee.bank_card).luhn
    for employer in Employer.objects.all():
        assert parse_uscc(employer.uscc)[2:6] == "4399"
        assert "某某" in employer.name
    assert Trainee.objects.values("person").distinct().count() == Trainee.objects.count()


def test_positions_can_be_found_by_their_words(changsha):
    assert not Position.objects.filter(search=None).exists()


def test_positions_say_what_youths_ask_for(changsha):
    rows = Position.objects.all()
    assert {row.months for row in rows} == {3, 6, 12}
    assert len({row.benefits for row in rows}) == 4
    assert {row.hazards for row in rows if row.category == "technical"} == {True, False}
    assert not [row for row in rows if row.hazards and row.category != "technical"]


def test_an_employer_named_after_a_unit_lies_there_today(db):
    """Also where units ended: Chongqing's of the end of 2025."""
    load("chongqing")
    with scope(region=Region.objects.get(slug="chongqing")):
        names = [unit.name for unit in District.objects.exclude(parent=None)]
        bases = Base.objects.select_related("profile", "district")
        stray = [
            (base.profile.name, base.district.name)
            for base in bases
            for name in names
            if base.profile.name.startswith(name) and name != base.district.name
        ]
        assert stray == []
        ended = [base for base in bases if base.district.valid_to]
        assert ended
        assert {base.profile.name[:2] for base in ended} == {"重庆"}


def test_personal_data_is_encrypted_at_rest(changsha):
    trainee, profile = Trainee.objects.first(), EmployerProfile.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_number, phone, bank_card FROM trainees_trainee WHERE id = %s",
            [trainee.pk],
        )
        stored = [bytes(value) for value in cursor.fetchone()]
        cursor.execute(
            "SELECT contact_phone FROM bases_employerprofile WHERE id = %s", [profile.pk]
        )
        contact = bytes(cursor.fetchone()[0])
    plain = [trainee.document_number, trainee.phone, trainee.bank_card]
    for ciphertext, text in zip(stored, plain, strict=True):
        assert text.encode() not in ciphertext
    assert decrypt(stored[0], "trainee.document") == trainee.document_number
    assert decrypt(contact, "employer.phone") == profile.contact_phone


def test_a_year_has_its_seasons_and_every_stage_of_an_internship(changsha):
    agreements = list(Agreement.objects.standing())
    assert len(agreements) == RECORDS.agreements
    summer = sum(row.signed_on.month in (7, 8, 9) for row in agreements)
    assert summer > RECORDS.agreements * 0.3
    for row in agreements:
        assert timedelta(80) <= row.planned_end - row.planned_start <= timedelta(366)
        assert row.allowance >= 2100
        assert all(day is None or day <= TODAY for day in (row.arrived_on, row.ended_on))
    stages = Counter(
        "waiting" if not row.arrived_on and not row.end_kind else row.end_kind or "on post"
        for row in agreements
    )
    assert stages.keys() == {
        "waiting",
        "on post",
        "completed",
        "retained_early",
        "terminated",
        "cancelled",
    }
    over = [row for row in agreements if row.end_kind in ("completed", "retained_early")]
    assert 0.3 < sum(row.outcome == "retained" for row in over) / len(over) < 0.6


def test_a_city_is_sized_by_its_targets():
    with scope(region=Region.objects.get(slug="chongqing")):
        units = list(District.objects.lowest().exclude(parent=None))
        targets: dict = {}
        for target in Target.objects.filter(year=2023):
            targets.setdefault(target.district_id, {})[target.key] = target.value
    parts = shares(SCALES["city"], units, targets)
    assert [part.bases for part in parts] == [targets[u.pk]["new_bases"] for u in units]
    assert sum(part.places for part in parts) == 70_000


@pytest.mark.parametrize("month", ["2025-12", "2026-01", "2026-10"])
def test_the_benchmark_compares_like_with_like(month):
    """Before units merged, after, and later; bases moved, records voided."""
    load("chongqing")
    period = Period.parse(month)
    with in_region("chongqing") as region:
        expected = compiling.handwritten(region, period)
        months = [compute(form, period) for form in Form.objects.in_force(period.end)]
        compiling.compare(months, expected)
        root = District.objects.root()
    assert expected[root.pk]["13"] == months[0].figures[root.pk]["13"] > 0


def test_a_ledger_of_made_up_records_loads_without_a_fault():
    region = Region.objects.get(slug="changsha")
    with TemporaryFile() as file:
        rows = importing.write(region, TODAY, file, RECORDS)
        outcome = load_ledger(file, region=region, actor="test", name="ledger.xlsx")
    assert outcome.refused_rows == 0
    assert sum(counts["created"] for counts in outcome.counts.values()) == rows


@given(st.integers(0, 5000), st.lists(st.integers(1, 2000), min_size=1, max_size=60))
def test_shares_add_up(total, weights):
    parts = apportion(total + len(weights), weights, least=1)
    assert sum(parts) == total + len(weights)
    assert min(parts) >= 1


def test_a_region_with_real_records_is_refused(own_home):
    with in_region("changsha"):
        base = make_base("芙蓉区")
    with pytest.raises(CommandError, match="真实记录"):
        call_command("load_demo", region="changsha")
    with scope(region=base.region):
        assert list(Base.objects.all()) == [base]
    assert not Region.objects.get(slug="changsha").is_demonstration
    assert not (own_home / "demo-accounts.txt").exists()


def test_a_real_region_is_no_nation_and_an_unknown_one_no_region():
    with pytest.raises(CommandError, match="不是演示统筹区"):
        call_command("load_demo", region="chongqing", scale="nation")
    with pytest.raises(CommandError, match="没有统筹区 atlantis"):
        call_command("load_demo", region="atlantis")


def test_a_nation_that_was_not_loaded_to_its_end_is_not_there(monkeypatch):
    monkeypatch.setattr(nation, "STEMS", nation.STEMS[0])  # of one province
    monkeypatch.setattr(nation, "BRANCHES", nation.BRANCHES[0])
    with pytest.raises(ValueError, match="out of range"):  # there is no year before the first
        call_command("load_demo", region="somewhere", scale="nation", today=date.min)
    assert not Region.objects.filter(slug="somewhere").exists()


def test_a_nation_has_three_thousand_districts():
    facts = nation.facts("somewhere")
    above = {unit.parent for unit in facts.districts}
    assert sum(unit.key not in above for unit in facts.districts) == 3000
    assert len({unit.key for unit in facts.districts}) == len(facts.districts) == 3331
    assert len({unit.name for unit in facts.districts}) == len(facts.districts)


def test_what_is_said_of_money_is_said_of_the_column_that_counts_it():
    forms = [Form(key=key, definition=form_data(key)) for key in ("national14", "ningxia15")]
    assert [returned_for(form.parsed)[:4] for form in forms] == ["第14项", "第15项"]
    told = [{rule for rule in rules_over_money(form) if rule[0] in "RS"} for form in forms]
    assert told == [{"S2", "S3.14"}, {"S2", "S3.15"}]


def _tell_of_the_days_they_pretend():
    """Board, version, course and bulletin agree, each step after the one before; by region, where
    there are deadlines."""
    dated = Version.objects.exclude(report__due_on=None).select_related("report")
    assert dated
    for version in dated:
        report = version.report
        assert version.submitted_at == report.first_submitted_at
        assert version.is_late == (timezone.localdate(version.submitted_at) > report.due_on)
        course = Report.pgh_event_model.objects.filter(pgh_obj=report.pk).order_by("pgh_id")
        told = [(event.state, event.pgh_created_at) for event in course]
        assert [at for _, at in told] == sorted(at for _, at in told)
        assert dict(told)["submitted"] == version.submitted_at
    (bulletin,) = Bulletin.objects.all()
    month = dated.filter(report__form_key=bulletin.form_key, report__period=bulletin.period)
    assert max(version.submitted_at for version in month) < bulletin.drafted_at
    assert bulletin.drafted_at < bulletin.published_at <= timezone.now()


def test_the_small_demonstration_shows_months_in_every_state_and_is_loaded_once(own_home, capsys):
    call_command("load_demo", region="changsha")
    shown = capsys.readouterr().out
    kept = own_home / "demo-accounts.txt"
    assert shown.endswith(kept.read_text())
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for line in kept.read_text().splitlines():
        username, password, *_ = line.split()
        if account := account_of(username):  # comes in by a code to the phone
            assert (account.phone_verified_at is None, password.startswith("短信")) == (False, True)
        else:
            assert authenticate(username=username, password=password).username == username

    with scope(region=Region.objects.get(slug="changsha")):
        states = set(Report.objects.values_list("state", flat=True))
        assert states == set(Report.State.values)
        assert {row.report.state for row in Version.objects.select_related("report")} >= {"locked"}
        states = set(BaseApplication.objects.values_list("state", flat=True))
        assert states == set(BaseApplication.State.values)
        states = set(Application.objects.values_list("state", flat=True))
        assert states == set(Application.State.values) - {"dispatched"}
        states = set(Contract.objects.values_list("state", flat=True))
        assert states == set(Contract.State.values) - {"cancelled"}
        checks = MonthCheck.objects.select_related("base")
        assert {bool(changes) for changes in changed_since(checks).values()} == {True, False}
        assert all(timezone.localdate(one.confirmed_at) > one.period.end for one in checks)
        assert unchecked(to_check(timezone.localdate())).exists()
        assert set(VoidRequest.objects.values_list("state", flat=True)) == {"asked", "agreed"}
        _tell_of_the_days_they_pretend()
        severities = {
            finding["severity"]
            for report in Report.objects.select_related("compilation")
            for finding in report.compilation.findings
        }
        assert severities == {"block", "explain"}
        assert [row.state for row in Bulletin.objects.all()] == ["published"]
        assert set(Target.objects.values_list("year", flat=True)) == {timezone.localdate().year}

        def everything():
            return [model.objects.count() for model in (*TABLES, Report, Version)]

        before = everything()
        call_command("load_demo", region="changsha", seed=2)
        assert capsys.readouterr().out == "长沙市已有演示数据，没有改动。\n"
        assert everything() == before
    assert shown.endswith(kept.read_text())
    assert embedded.home() == own_home
