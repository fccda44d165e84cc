"""Targets of a year: set, revised, loaded, and how far the units are."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from bases.models import EmployerProfile
from jianxi.history import acting
from positions.models import Position
from regions.models import PolicyParameter
from reporting.models import Target
from reporting.periods import Period
from reporting.workflow import WORKFLOW
from reporting.year import targets
from reporting.year.served import Served, served
from reporting.year.targets import NOT_BELOW, Mark, Year, columns_of, goals_on
from tests.factories import (
    district,
    in_region,
    make_activity,
    make_agreement,
    make_application,
    make_base,
    make_position,
    make_trainee,
)
from tests.months import compiled, officers, report_of
from tests.people import make_member, make_office

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
YEAR, TODAY = 2026, date(2026, 6, 30)


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


@pytest.fixture
def admin(client, people):
    client.force_login(people[ABOVE, "admin"])
    return client


def at(name, *more):
    return reverse(f"office:{name}", args=["chongqing", *more])


def field(name, key):
    return f"{district(name).key}.{key}"


def book(*rows) -> SimpleUploadedFile:
    workbook, file = Workbook(), BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    return SimpleUploadedFile("targets.xlsx", file.getvalue())


def kept() -> dict:
    rows = Target.objects.filter(year=YEAR)
    return {(row.district.name, row.key): row.value for row in rows}


def of(year: Year, name: str, key: str) -> Mark:
    return year.mark(district(name), key)


def test_progress_counts_the_year_to_date_and_adds_up(chongqing):
    base = make_base(HERE, recognised_on=date(2026, 3, 1))
    make_base(HERE, recognised_on=date(2025, 12, 31))
    make_base(THERE, recognised_on=date(2026, 1, 1), exited_on=date(2026, 5, 1))
    make_base(THERE, recognised_on=date(2026, 7, 1))
    position = make_position(base, headcount=5, published_on=date(2026, 3, 2))
    make_position(base, headcount=2, published_on=date(2026, 3, 2), closed_on=date(2026, 4, 1))
    make_agreement(position, arrived_on=date(2026, 6, 30))
    make_agreement(position, arrived_on=date(2026, 7, 1))
    make_activity(HERE, kind="policy_talk")
    make_activity(HERE, kind="offline_matching")
    entered = {
        (HERE, "new_bases"): 2,
        (THERE, "new_bases"): 4,
        (HERE, "role_models"): 4,
        (HERE, "role_models_done"): 1,
    }
    by_pk = {(district(name).pk, key): value for (name, key), value in entered.items()}
    targets.enter(chongqing, YEAR, by_pk, actor="test", reason="")
    year = Year(chongqing, YEAR, TODAY)
    assert (of(year, HERE, "new_bases"), of(year, ABOVE, "new_bases")) == (Mark(2, 1), Mark(6, 1))
    assert of(year, THERE, "new_bases") == Mark(4, 0)
    assert (of(year, HERE, "positions"), of(year, HERE, "trainees")) == (
        Mark(None, 7),
        Mark(None, 1),
    )
    assert (of(year, HERE, "policy_talks").done, of(year, HERE, "matching_events").done) == (1, 1)
    assert (of(year, HERE, "role_models"), of(year, THERE, "role_models")) == (
        Mark(4, 1),
        Mark(None, None),
    )
    assert (year.gone, year.until) == (49, TODAY)


@pytest.mark.parametrize(
    ("mark", "gone", "tone"),
    [
        (Mark(10, 5), 50, "good"),
        (Mark(10, 4), 50, "due"),
        (Mark(10, 2), 50, "late"),
        (Mark(10, 10), 100, "good"),
        (Mark(0, 3), 50, ""),
        (Mark(None, 3), 50, ""),
    ],
)
def test_progress_is_measured_by_the_time_gone(mark, gone, tone):
    assert mark.tone(gone) == tone


def test_a_unit_that_ended_counts_for_its_successor(chongqing):
    gone, heir = (district(name) for name in ("江北区", "两江新区"))
    values = {(gone.pk, "new_bases"): 60, (heir.pk, "new_bases"): 50}
    targets.enter(chongqing, 2026, values, actor="test", reason="")
    year = Year(chongqing, 2026, TODAY)
    heir_now = year.units.by_pk[year.units.unit_of[gone.pk]]
    assert year.mark(heir_now, "new_bases").target >= 60
    assert of(year, ABOVE, "new_bases").target == 110


def test_the_year_printed_in_the_plan_adds_up_as_printed(chongqing):
    year = Year(chongqing, 2023, date(2024, 1, 1))
    totals = [of(year, ABOVE, goal.key).target for goal in year.goals]
    assert (totals, year.gone) == ([1000, 400, 70000, 10000, 164, 236, 89, 89], 100)


def test_ningxia_may_not_fall_below_last_year(client, db):
    with in_region("ningxia") as region:
        client.force_login(make_member(make_office("宁夏回族自治区"), "admin", "viewer"))
        base = make_base("兴庆区")
        gone = make_position(base, headcount=9, published_on=date(2025, 8, 1))
        with acting("test"):
            Position.objects.filter(pk=gone.pk).update(closed_on=date(2026, 1, 9))
        make_position(base, headcount=3, published_on=date(2026, 2, 1))
        page = client.get(reverse("office:targets", args=["ningxia"]), {"year": YEAR})
        heads = [goal.label for goal in page.context["goals"]]
        assert heads == ["见习岗位总量", "新增见习单位", "组织参加见习人员"]

        def marks(year):
            places = ("兴庆区", "银川市", "吴忠市", "宁夏回族自治区")
            return [of(year, name, "positions_total") for name in places]

        def mark(before, done, basis):
            return Mark(before, done, implied=True, basis=basis)

        year, records = Year(region, YEAR, TODAY), "上年末的记录"
        same = mark(9, 3, records)
        assert marks(year) == [same, same, mark(0, 0, records), same]
        assert year.tone(year.goals[0], same) == "late"
        assert year.mark(year.units.root, "new_bases").target is None

        entered = {(district("吴忠市").pk, "positions_total_before"): 20}
        targets.enter(region, YEAR, entered, actor="test", reason="")
        told = mark(20, 0, "填写的上年末数")
        assert marks(Year(region, YEAR, TODAY))[2:] == [told, mark(29, 3, "各单位相加")]

        december, clerk = Period.parse("2025-12"), make_member(make_office("兴庆区"), "clerk")
        compiled(region, december, "ningxia15")
        report = report_of("兴庆区", december, "ningxia15")
        WORKFLOW.move(report, "submit", actor=clerk)
        make_position(base, headcount=2, published_on=date(2025, 2, 1))  # entered too late
        mixed = "各单位相加"
        assert marks(Year(region, YEAR, TODAY)) == [
            mark(9, 5, "上年末报送数"),
            mark(9, 5, mixed),
            told,
            mark(29, 5, mixed),
        ]


def test_targets_speak_the_words_of_the_region(client, db):
    label = "新增见习单位（家）"
    with in_region("ningxia"):
        client.force_login(make_member(make_office("宁夏回族自治区"), "admin", "clerk"))

        def answer(name, *more, **query):
            return client.get(reverse(f"office:{name}", args=["ningxia", *more]), query)

        file = b"".join(answer("targets_xlsx", YEAR).streaming_content)
        workbook = load_workbook(BytesIO(file))
        assert label in [cell.value for cell in workbook.active[1]]
        workbook.active.cell(2, 4, 12)
        changed = BytesIO()
        workbook.save(changed)
        sent = {"file": SimpleUploadedFile("x.xlsx", changed.getvalue())}
        load = reverse("office:targets_load", args=["ningxia", YEAR])
        assert client.post(load, sent).status_code == 302
        assert [row.key for row in Target.objects.filter(year=YEAR)] == ["new_bases"]
        root = district("宁夏回族自治区").key
        pages = [
            answer("targets", year=YEAR),
            answer("targets_edit", YEAR),
            answer("annual_report", YEAR, root),
            answer("charts", year=YEAR, goal="new_bases"),
        ]
        told = [page.content.decode() for page in pages]
        assert ["新增见习单位" in one for one in told] == [True] * 4
        assert ["新增见习基地" in one for one in told] == [False] * 4


@pytest.mark.parametrize(
    ("named", "not_below", "keys", "floor"),
    [
        (["positions_total", "trainees"], True, ["positions_total", "trainees"], True),
        (["positions_total", "trainees"], False, ["positions_total", "trainees"], False),
        (["trainees"], True, ["trainees", "positions_total"], True),
        (["trainees"], False, ["trainees"], False),
    ],
)
def test_what_may_not_fall_is_what_the_policy_says(db, named, not_below, keys, floor):
    with in_region("ningxia") as region, acting("test"):
        PolicyParameter.objects.filter(key="annual_targets").update(value=named)
        PolicyParameter.objects.filter(key=NOT_BELOW).update(value=not_below)
        make_position(make_base("兴庆区"), headcount=9, published_on=date(2025, 8, 1))
        year = Year(region, YEAR, TODAY)
        assert [goal.key for goal in year.goals] == keys
        offered = [column.key for column in columns_of(year.goals)]
        assert offered == keys + (["positions_total_before"] if floor else [])
        assert any("不低于上年末" in goal.words for goal in year.goals) == floor
        implied = {key: mark.implied for key, mark in year.marks(year.units.root).items()}
        assert implied == {key: floor and key == "positions_total" for key in keys}


def test_graduates_who_wish_and_were_served(chongqing):
    position = make_position(make_base(HERE), headcount=9)
    now = timezone.make_aware(timezone.datetime(2026, 5, 1))
    there = {"home_district": district(THERE)}

    def applied(state, **facts):
        due = {"due_on": None} if state in ("accepted", "returned") else {}
        make_application(position, state=state, submitted_at=now, **due, **facts)

    applied("submitted")
    applied("referred")
    applied("accepted")
    applied("submitted", trainee=make_trainee(chongqing, group="unemployed_youth"))
    make_trainee(chongqing, wish="行政", **there)
    make_trainee(chongqing, wish="行政", employed=True, **there)
    make_trainee(chongqing, wish="行政", graduated_on=date(2020, 6, 30), **there)
    make_trainee(chongqing, **there)
    make_agreement(position, make_trainee(chongqing, **there))
    units = Year(chongqing, YEAR, TODAY).units
    found = served(units, chongqing.pk, YEAR, TODAY)
    assert (found[district(HERE).pk], found[district(THERE).pk], found[units.root.pk]) == (
        Served(4, 3),
        Served(1, 0),
        Served(5, 3),
    )


def test_setting_needs_no_reason_and_revising_does(admin):
    sent = {field(HERE, "new_bases"): "80", field(THERE, "positions"): "1800"}
    assert admin.post(at("targets_edit", YEAR), sent | {"seen": "0"}).status_code == 302
    assert kept() == {(HERE, "new_bases"): 80, (THERE, "positions"): 1800}
    seen = targets.version_of(YEAR)
    sent = {field(HERE, "new_bases"): "90", "seen": seen}
    answer = admin.post(at("targets_edit", YEAR), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert kept()[HERE, "new_bases"] == 80
    assert admin.post(at("targets_edit", YEAR), sent | {"reason": "年中调整"}).status_code == 302
    assert kept() == {(HERE, "new_bases"): 90}
    told = admin.get(at("targets"), {"year": YEAR}).content.decode()
    assert "年中调整" in told
    for words in (
        f"{HERE} 新增见习基地（家）： 80 → 90 ",
        f"{THERE} 见习岗位募集（个）： 1,800 → 取消目标 ",
    ):
        assert words in " ".join(told.split())
    again = {
        field(HERE, "new_bases"): "90",
        field(THERE, "positions"): "5",
        "seen": targets.version_of(YEAR),
    }
    assert admin.post(at("targets_edit", YEAR), again).status_code == 302
    told = admin.get(at("targets"), {"year": YEAR}).content.decode()
    assert f"{THERE} 见习岗位募集（个）： 5 " in " ".join(told.split())


def test_nobody_overwrites_what_was_not_seen(admin, chongqing):
    with acting("test"):
        Target.objects.create(
            region=chongqing, year=YEAR, district=district(THERE), key="new_bases", value=4
        )
    sent = {field(HERE, "new_bases"): "80", "seen": "0", "reason": "调整"}
    answer = admin.post(at("targets_edit", YEAR), sent)
    assert (answer.status_code, kept()) == (422, {(THERE, "new_bases"): 4})
    assert 'value="80"' in answer.content.decode()


@pytest.mark.parametrize("value", ["-1", "很多", "1.5", "9" * 30, "\x00"])
def test_a_target_that_is_none_is_told_at_its_field(admin, value):
    sent = {field(HERE, "new_bases"): value, field(THERE, "new_bases"): "4", "seen": "0"}
    answer = admin.post(at("targets_edit", YEAR), sent)
    assert (answer.status_code, list(answer.context["form"].errors), kept()) == (
        422,
        [field(HERE, "new_bases")],
        {},
    )


def test_what_is_downloaded_can_be_loaded_again(admin, chongqing):
    values = {(district(HERE).pk, "new_bases"): 80, (district(THERE).pk, "trainees"): 0}
    targets.enter(chongqing, YEAR, values, actor="test", reason="")
    answer = admin.get(at("targets_xlsx", YEAR))
    file = b"".join(answer.streaming_content)
    sheet, columns = load_workbook(BytesIO(file)).active, columns_of(goals_on(chongqing, TODAY))
    assert [cell.value for cell in sheet[1]] == ["序号", "区县", *(c.label for c in columns)]
    Target.objects.filter(year=YEAR).delete()
    sent = {"file": SimpleUploadedFile("x.xlsx", file)}
    assert (
        admin.post(at("targets_load", YEAR), sent).status_code == 302
    )  # the first needs no reason
    with acting("test"):
        Target.objects.filter(key="new_bases").update(value=70)
    sent = {"file": SimpleUploadedFile("x.xlsx", file)}
    refused = admin.post(at("targets_load", YEAR), sent)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    sent = {"file": SimpleUploadedFile("x.xlsx", file), "reason": "重新导入"}
    assert admin.post(at("targets_load", YEAR), sent).status_code == 302
    assert kept() == {(HERE, "new_bases"): 80, (THERE, "trainees"): 0}


def test_every_fault_of_a_workbook_is_told_by_its_cell_and_nothing_is_kept(admin):
    file = book(
        ["区县", "新增见习基地（家）", "政策宣讲（场）"],
        [HERE, 80, "四场"],
        ["不存在区", 1, 1],
        [THERE, 1.5, 4],
        [THERE, 1, 4],
        ["合计", "x", "x"],
    )
    answer = admin.post(at("targets_load", YEAR), {"file": file, "reason": "下达"})
    head, *faults = answer.context["form"].errors["file"]
    assert head.startswith("表里有 4 处需要改正")
    assert (answer.status_code, [fault.partition("：")[0] for fault in faults], kept()) == (
        422,
        ["C2", "A3", "B4", "A5"],
        {},
    )


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("x.xlsx", b"no workbook"),
        SimpleUploadedFile("x.xlsx", b"PK\x03\x04broken"),
        SimpleUploadedFile("x.xlsx", b""),
        book(["单位", "新增"], ["甲", 1]),
        book(["区县", "别的"], [HERE, 1]),
        book(),
    ],
    ids=["text", "broken", "empty", "no unit", "no column", "nothing"],
)
def test_a_file_that_is_none_is_told(admin, file):
    file.seek(0)
    answer = admin.post(at("targets_load", YEAR), {"file": file, "reason": "下达"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])


def test_a_district_sees_its_own_row_alone_and_sets_nothing(client, people, chongqing):
    values = {(district(HERE).pk, "new_bases"): 80, (district(THERE).pk, "new_bases"): 4321}
    targets.enter(chongqing, YEAR, values, actor="test", reason="")
    client.force_login(people[HERE, "admin"])
    page = client.get(at("targets"), {"year": YEAR})
    assert [row["unit"].name for row in page.context["rows"]] == [HERE]
    assert (page.context["may_set"], "4,321" in page.content.decode()) == (False, False)
    file = load_workbook(BytesIO(b"".join(client.get(at("targets_xlsx", YEAR)).streaming_content)))
    assert [row[1].value for row in file.active.iter_rows(min_row=2)] == [HERE]
    assert client.get(at("targets_edit", YEAR)).status_code == 403


@pytest.mark.parametrize("year", ["1800", "abc", "99999999999999999999"])
def test_a_year_that_is_none_is_not_found(admin, year):
    assert admin.get(at("targets"), {"year": year}).status_code == 404
    if year.isdigit():
        assert admin.get(at("targets_edit", int(year))).status_code == 404


def test_departments_see_what_came_through_them(admin, chongqing):
    base = make_base(HERE)
    EmployerProfile.objects.filter(pk=base.profile_id).update(recommended_by="市科技局")
    make_position(base, category="research", headcount=7, published_on=date(2026, 2, 1))
    make_position(make_base(HERE), category="research", headcount=5, published_on=date(2026, 2, 1))
    plan = admin.get(at("targets"), {"year": YEAR}).context["plan"]
    science = next(share for share in plan.shares if share.name == "市科技局")
    assert (science.brought, science.of_category, science.target, plan.raised) == (7, 12, 2000, 12)
