"""The district reviews, places and chases; the base answers."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from jianxi.history import timeline
from jianxi.tenancy import scope
from tests.factories import make_agreement
from tests.positions.conftest import inside, make_filing
from tests.trainees.applications import State, make_application, make_youth
from tests.trainees.test_application_course import now
from trainees.models import Application
from trainees.tasks import chase_late

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SECRETS = ("document_number", "phone", "bank_card")


def at(scene, name, *args, side="office", **query):
    return reverse(f"{side}:{name}", args=[scene.region.slug, *args], query=query or None)


def signed_in(scene, person="clerk"):
    client = Client()
    client.force_login(getattr(scene, person))
    return client


def text(response):
    return response.content.decode()


def three_waiting(scene):
    """Due in order, here; one of another district; one in the pool."""
    with inside(scene):
        rows = [
            make_application(
                scene,
                trainee=make_youth(scene.region, f"青年{n}"),
                position=make_filing(scene.base, "published", title=f"岗{n}"),
                due_on=TODAY + timedelta(days=n),
            )
            for n in (3, 1, 2)
        ]
        other = make_filing(scene.other, "published", title="岗乙的")
        row = make_application(scene, trainee=make_youth(scene.region), position=other)
        row.district = scene.other.district
        row.save()
        make_application(scene, from_pool=True, wish="岗意向")
    return rows


def late(scene, **facts):
    facts = {"due_on": TODAY - timedelta(days=3)} | facts
    return make_application(scene, State.REFERRED, make_youth(scene.region), **facts)


# --- The district


def test_applications_wait_in_the_order_they_are_due(scene):
    three_waiting(scene)
    page = text(signed_in(scene).get(at(scene, "applications")))
    places = [page.index(f"岗{n}") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert [word for word in ("岗乙的", "岗意向", "青年1") if word in page] == []
    everywhere = text(signed_in(scene, "root").get(at(scene, "applications")))
    assert ("岗乙的" in everywhere, "岗意向" in everywhere) == (True, False)
    pool = text(signed_in(scene).get(at(scene, "pool")))
    assert ("岗意向" in pool, "岗1" in pool) == (True, False)


@pytest.mark.parametrize(
    ("tab", "states"),
    [
        ("referred", {State.REFERRED}),
        ("returned", {State.RETURNED}),
        ("placed", {State.ACCEPTED, State.DISPATCHED}),
        ("over", {State.SIGNED, State.DECLINED, State.REJECTED, State.WITHDRAWN}),
    ],
)
def test_each_tab_has_its_states(scene, tab, states):
    with inside(scene):
        for state in State:
            make_application(scene, state, make_youth(scene.region))
    page = signed_in(scene).get(at(scene, "applications", tab=tab))
    assert {row.state for row in page.context["listing"].rows} == states
    assert len(page.context["listing"].rows) == len(states)


@pytest.mark.parametrize("tab", ["pool", "x"])
def test_no_other_tab_is_found(scene, tab):
    assert signed_in(scene).get(at(scene, "applications", tab=tab)).status_code == 404


def test_a_case_shows_checks_and_masks_the_youth(scene):
    with inside(scene):
        scene.trainee.graduated_on = date(2020, 6, 30)
        scene.trainee.save()
        row = make_application(scene)
        make_application(
            scene, State.REJECTED, position=make_filing(scene.base, "published", title="从前的")
        )
        make_application(scene, State.REJECTED, make_youth(scene.region), note="旁人的自我介绍")
    page = text(signed_in(scene).get(at(scene, "application", row.pk)))
    assert "2020-06-30 毕业" in page
    assert "1 项不符合" in page
    assert ("从前的" in page, "旁人的自我介绍" in page) == (True, False)
    assert [name for name in SECRETS if (getattr(scene.trainee, name) or "-无-") in page] == []
    assert scene.trainee.name not in page
    reveal = at(scene, "reveal", "trainee", scene.trainee.pk, "phone")
    assert reveal in page
    shown = signed_in(scene).post(reveal, {"reason": "联系本人"})
    assert scene.trainee.phone in text(shown)


def test_the_youths_record_is_seen_while_the_application_is_open(scene):
    with inside(scene):
        row = make_application(scene)
    record = at(scene, "trainee", scene.trainee.pk)
    assert signed_in(scene).get(record).status_code == 200
    assert signed_in(scene, "elsewhere").get(record).status_code == 404
    with inside(scene):
        row.state, row.due_on = State.REJECTED, None
        row.save()
    assert signed_in(scene).get(record).status_code == 404


def test_the_next_one_opens_by_itself(scene):
    third, first, second = three_waiting(scene)
    client = signed_in(scene)
    answer = client.post(at(scene, "application", first.pk), {"action": "refer"})
    assert answer["Location"] == at(scene, "application", second.pk)
    client.post(at(scene, "application", second.pk), {"action": "return", "comment": "改"})
    answer = client.post(at(scene, "application", third.pk), {"action": "reject", "comment": "否"})
    assert answer["Location"] == at(scene, "applications")
    states = [now(row).state for row in (first, second, third)]
    assert states == [State.REFERRED, State.RETURNED, State.REJECTED]


@pytest.mark.parametrize(
    "data",
    [
        {"action": "return", "comment": " "},
        {"action": "reject"},
        {"action": "reject", "comment": "有\0字符"},
    ],
)
def test_sending_back_needs_words_that_can_be_kept(scene, data):
    with inside(scene):
        row = make_application(scene)
    answer = signed_in(scene).post(at(scene, "application", row.pk), data)
    assert (answer.status_code, now(row).state) == (422, State.SUBMITTED)


@pytest.mark.parametrize("action", ["accept", "withdraw", "sign", "close", "", "x"])
def test_what_is_not_the_districts_is_not_found(scene, action):
    with inside(scene):
        row = make_application(scene, State.REFERRED)
    answer = signed_in(scene).post(at(scene, "application", row.pk), {"action": action})
    assert (answer.status_code, now(row).state) == (404, State.REFERRED)


def test_who_is_not_fit_is_not_passed_on(scene):
    with inside(scene):
        scene.trainee.employed = True
        scene.trainee.save()
        row = make_application(scene)
    answer = signed_in(scene).post(at(scene, "application", row.pk), {"action": "refer"})
    assert (answer.status_code, "不符合规定：现在没有就业" in text(answer)) == (422, True)
    assert now(row).state == State.SUBMITTED


def test_many_are_passed_on_at_once_and_those_refused_are_named(scene):
    rows = three_waiting(scene)
    with inside(scene):
        rows[0].trainee.employed = True
        rows[0].trainee.save()
    client, address = signed_in(scene), at(scene, "applications_decide", decision="refer")
    ids = {"ids": [row.pk for row in rows]}
    assert text(client.post(address, ids)).count("form-check-input") == 3
    answer = client.post(address, ids | {"decide": "1"}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told[0] == "2 份报名已通过并推送。"
    assert told[1].startswith(f"{rows[0].trainee.title}没有办理：不符合规定：")
    assert [now(row).state for row in rows] == [State.SUBMITTED, State.REFERRED, State.REFERRED]


def test_nobody_is_passed_on_to_a_full_position(scene):
    with inside(scene):
        row = make_application(scene)
        for _ in range(scene.position.headcount):
            make_agreement(scene.position, make_youth(scene.region))
    client = signed_in(scene)
    case = at(scene, "application", row.pk)
    answer = client.post(case, {"action": "refer"})
    assert (answer.status_code, "岗位已满：招募 2 人，已占 2 人" in text(answer)) == (422, True)
    assert "岗位已满，请另报其他岗位" in text(answer)
    many = at(scene, "applications_decide", decision="refer")
    answer = client.post(many, {"ids": row.pk, "decide": "1"}, follow=True)
    assert "岗位已满" in text(answer)
    assert now(row).state == State.SUBMITTED


def test_the_list_the_case_and_the_batch_count_the_same_checks(scene):
    with inside(scene):
        row = make_application(scene)
        for _ in range(scene.position.headcount):
            make_agreement(scene.position, make_youth(scene.region))
    client = signed_in(scene)
    summary = client.get(at(scene, "application", row.pk)).context["summary"]
    assert summary.startswith("1 项不符合")
    assert summary in text(client.get(at(scene, "applications")))
    many = client.post(at(scene, "applications_decide", decision="refer"), {"ids": row.pk})
    assert summary in text(many)


def test_what_is_over_is_not_checked_again(scene):
    with inside(scene):
        row = make_application(scene, State.SIGNED)
        scene.trainee.employed = True
        scene.trainee.save()
    page = text(signed_in(scene).get(at(scene, "application", row.pk)))
    assert ("已办结，不再重新核验" in page, "不符合" in page) == (True, False)


def test_another_districts_are_not_decided(scene):
    three_waiting(scene)
    with inside(scene):
        row = Application.objects.get(district=scene.other.district)
    address = at(scene, "applications_decide", decision="reject")
    data = {"ids": row.pk, "decide": "1", "comment": "否"}
    assert signed_in(scene).post(address, data).status_code == 302
    assert now(row).state == State.SUBMITTED


def test_the_pages_of_a_position_and_a_youth_show_their_applications(scene):
    with inside(scene):
        row = make_application(scene)
        other = make_filing(scene.other, "published", title="乙的岗位")
        there = make_application(scene, position=other)
        there.district = scene.other.district
        there.save()
    client, link = signed_in(scene), at(scene, "application", row.pk)
    for page in (at(scene, "position", scene.position.pk), at(scene, "trainee", row.trainee_id)):
        shown = text(client.get(page))
        assert (link in shown, "乙的岗位" in shown) == (True, False)
        assert scene.trainee.name not in shown


# --- The pool


def test_one_from_the_pool_is_dispatched_to_a_place_that_is_left(ningxia):
    with inside(ningxia):
        row = make_application(ningxia, from_pool=True, wish="前端")
        make_agreement(make_filing(ningxia.base, "published", title="满员岗", headcount=1))
        elsewhere = make_filing(ningxia.other, "published", title="金凤岗")
        make_filing(ningxia.base, "published", title="仓库管理")
    client, address = signed_in(ningxia), at(ningxia, "application", row.pk)
    page = text(client.get(address))
    assert [t for t in ("前端开发见习生", "仓库管理", "满员岗", "金凤岗") if t in page] == [
        "前端开发见习生",
        "仓库管理",
    ]
    found = text(client.get(address, {"q": "仓库"}))
    assert ("仓库管理" in found, "前端开发见习生" in found) == (True, False)
    assert "含有不能保存的字符" in text(client.get(address, {"q": "\0"}))
    for bad in (elsewhere.pk, "x", "", 10**18, "9" * 40):
        answer = client.post(address, {"action": "dispatch", "position": bad})
        assert (answer.status_code, now(row).state) == (422, State.SUBMITTED)
    data = {"action": "dispatch", "position": ningxia.position.pk}
    assert client.post(address, data)["Location"] == at(ningxia, "pool")
    placed = now(row)
    assert (placed.state, placed.position) == (State.DISPATCHED, ningxia.position)


def test_a_youth_under_18_is_offered_no_hazardous_post(ningxia):
    with inside(ningxia):
        make_filing(ningxia.base, "published", title="高空作业", hazards=True)
        young = make_youth(ningxia.region, birth_date=TODAY.replace(year=TODAY.year - 17, day=1))
        row = make_application(ningxia, trainee=young, from_pool=True)
    assert "高空作业" not in text(signed_in(ningxia).get(at(ningxia, "application", row.pk)))


def test_who_only_looks_places_nobody(ningxia):
    with inside(ningxia):
        row = make_application(ningxia, from_pool=True)
    client, address = signed_in(ningxia, "viewer"), at(ningxia, "application", row.pk)
    assert "选择岗位" not in text(client.get(address))
    data = {"action": "dispatch", "position": ningxia.position.pk}
    assert client.post(address, data).status_code == 403


# --- Chasing


def titles_of(user):
    return list(Message.objects.filter(user=user).values_list("title", flat=True))


def test_a_base_that_is_late_is_shown_and_chased_once_a_day(scene):
    with inside(scene):
        row, in_time = late(scene), make_application(scene, State.REFERRED)
    client, chasing = signed_in(scene), at(scene, "applications_chase")
    assert "单位逾期未答复" in text(client.get(at(scene, "application", row.pk)))
    assert "单位逾期未答复" not in text(client.get(at(scene, "application", in_time.pk)))
    for _ in range(2):
        client.post(chasing, {"ids": [row.pk, in_time.pk]})
    assert titles_of(scene.employer) == ["有 1 份报名超过答复期限，请尽快答复"]
    assert titles_of(scene.stranger) == []
    assert (now(row).chased_on, now(in_time).chased_on) == (TODAY, None)
    page = text(client.get(at(scene, "application", row.pk)))
    assert f'name="ids" value="{row.pk}"' not in page
    with scope(region=scene.region):
        assert timeline(row)[0].actor == scene.clerk.name


def test_nobody_of_another_district_chases(scene):
    with inside(scene):
        row = late(scene)
    signed_in(scene, "elsewhere").post(at(scene, "applications_chase"), {"ids": row.pk})
    assert (titles_of(scene.employer), now(row).chased_on) == ([], None)


def test_it_chases_by_itself_on_working_days_one_message_an_employer(scene, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 20))
    with inside(scene):
        for _ in range(2):
            late(scene, due_on=date(2026, 11, 18))
        make_application(scene, State.REFERRED, due_on=date(2026, 11, 20))
    for _ in range(2):
        chase_late()
    assert titles_of(scene.employer) == ["有 2 份报名超过答复期限，请尽快答复"]
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 21))  # a Saturday
    chase_late()
    assert len(titles_of(scene.employer)) == 1
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 11, 23))
    chase_late()
    assert titles_of(scene.employer)[0] == "有 3 份报名超过答复期限，请尽快答复"


# --- The base


def received(scene, *args, **query):
    name = "application" if args else "applications"
    return at(scene, name, *args, side="employer", **query)


def test_the_base_reads_what_it_needs_to_answer_and_the_phone(scene):
    with inside(scene):
        scene.trainee.school, scene.trainee.skills = "示例大学", "会写网页"
        scene.trainee.save()
        row = make_application(scene, State.REFERRED, note="想学前端")
    client = signed_in(scene, "employer")
    page = text(client.get(received(scene, row.pk)))
    assert [w for w in ("何小雨", "示例大学", "会写网页", "想学前端") if w not in page] == []
    secrets = ("document_number", "bank_card")
    assert [name for name in secrets if (getattr(scene.trainee, name) or "-无-") in page] == []
    assert scene.trainee.phone in page
    client.post(received(scene, row.pk), {"action": "accept"})
    page = text(client.get(received(scene, row.pk)))
    assert (scene.trainee.phone in page, scene.trainee.document_number in page) == (True, False)


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_when_nothing_came_of_it_the_base_keeps_no_more_than_a_masked_name(scene, state):
    with inside(scene):
        row = make_application(scene, state, note="想学前端", referred_at=timezone.now())
    client = signed_in(scene, "employer")
    for page in (received(scene, row.pk), received(scene, tab="over")):
        shown = text(client.get(page))
        assert [w for w in ("何小雨", "想学前端", scene.trainee.phone) if w in shown] == []
        assert "何**" in shown or "何*" in shown


def test_the_base_reads_nothing_of_what_was_before(scene):
    with inside(scene):
        row = make_application(scene)
    office, address = signed_in(scene), at(scene, "application", row.pk)
    employer = signed_in(scene, "employer")
    office.post(address, {"action": "return", "comment": "学历存疑"})
    assert employer.get(received(scene, row.pk)).status_code == 404
    with inside(scene):
        row = make_application(scene, trainee=make_youth(scene.region))
    office.post(at(scene, "application", row.pk), {"action": "refer", "comment": "请尽快"})
    page = text(employer.get(received(scene, row.pk)))
    assert ("请尽快" in page, "学历存疑" in page, ">报名<" in page) == (True, False, True)


def test_a_full_position_is_told_and_cannot_accept(scene):
    with inside(scene):
        row = make_application(scene, State.REFERRED)
        for _ in range(2):
            make_agreement(scene.position)
    client = signed_in(scene, "employer")
    assert "岗位已经招满" in text(client.get(received(scene, row.pk)))
    answer = client.post(received(scene, row.pk), {"action": "accept"})
    assert (answer.status_code, "岗位已满：招募 2 人" in text(answer)) == (422, True)
    assert now(row).state == State.REFERRED


def test_declining_needs_a_reason_and_the_youth_is_told(scene):
    with inside(scene):
        row = make_application(scene, State.REFERRED)
    client = signed_in(scene, "employer")
    answer = client.post(received(scene, row.pk), {"action": "decline", "comment": ""})
    assert answer.status_code == 422
    client.post(received(scene, row.pk), {"action": "decline", "comment": "岗位已经招满"})
    assert now(row).state == State.DECLINED
    assert titles_of(scene.youth) == ["单位没有接收您报名的“前端开发见习生”，可以再报别的岗位"]


@pytest.mark.parametrize("person", ["stranger", "unconfirmed", "youth"])
def test_anothers_applications_are_not_found(scene, person):
    with inside(scene):
        row = make_application(scene, State.REFERRED)
    client = signed_in(scene, person)
    answers = [client.get(received(scene, row.pk)), client.post(received(scene, row.pk), {})]
    found = {answer.status_code for answer in answers}
    assert found == ({302} if person == "unconfirmed" else {404})


def test_where_interviews_are_forbidden_it_is_said(ningxia):
    with inside(ningxia):
        row = make_application(ningxia, State.REFERRED, from_pool=True)
    page = text(signed_in(ningxia, "employer").get(received(ningxia, row.pk)))
    assert ("宁人社函〔2020〕272号二" in page, "专业与岗位不合" in page) == (True, False)


def test_tabs_count_what_is_in_them(scene):
    with inside(scene):
        for state in State:
            make_application(scene, state, make_youth(scene.region))
    page = signed_in(scene, "employer").get(received(scene))
    counts = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
    assert counts == {"待答复": 1, "已接收": 3, "未接收": 1}  # withdrawn before it was passed on


# --- Work lists


def test_the_work_lists_have_what_waits(scene):
    three_waiting(scene)
    with inside(scene):
        row = late(scene)
    mine = text(signed_in(scene).get(at(scene, "home")))
    assert [w for w in ("岗1<", "岗意向", "单位逾期未答复") if w not in mine] == []
    assert "岗乙的" not in mine
    for person in ("viewer", "root"):
        others = text(signed_in(scene, person).get(at(scene, "home")))
        assert [w for w in ("岗1<", "岗意向", "单位逾期未答复") if w in others] == []
    home = text(signed_in(scene, "employer").get(at(scene, "home", side="employer")))
    assert (row.trainee.name in home, "去答复" in home) == (True, True)
    strangers = text(signed_in(scene, "stranger").get(at(scene, "home", side="employer")))
    assert row.trainee.name not in strangers


def test_the_base_is_told_how_late_its_answer_is(scene):
    with inside(scene):
        row = make_application(scene, State.REFERRED, due_on=date(2026, 11, 13))
    page = text(signed_in(scene, "employer").get(received(scene, row.pk)))
    assert ("请尽快答复接不接收" in page, "请在 2026-11-13 前答复" in page) == (True, False)
