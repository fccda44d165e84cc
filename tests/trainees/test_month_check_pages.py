"""月末核对 on pages: the employer's, the work list, the district's; over once that submitted."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message
from bases.models import Base
from portal.reminders import remind
from reporting.models import Report
from tests import months
from tests.factories import district, in_region, make_base, make_position
from tests.records import names_in
from tests.trainees.months import (
    ARRIVED,
    FEBRUARY,
    LAST_YEAR,
    MARCH,
    TODAY,
    address,
    agreement,
    change,
    confirmed,
    history_of,
    inside,
    make_scene,
    shown,
    submit_march,
)
from trainees.models import MonthCheck
from trainees.month_checks import recent, record
from trainees.month_sheet import sheet_of
from trainees.months import closed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(on):
    on(TODAY)
    return on


@pytest.fixture
def at(on):
    return make_scene()


# --- The employer's page


def test_confirmed_anew_it_is_one_row_with_its_history(client, at):
    row = agreement(at)
    confirmed(at, actor=at.helper)
    change(row, ended_on=TODAY, end_kind="terminated")
    page = shown(client, at.owner)
    text = page.content.decode()
    assert "核对之后又有 1 处变动" in text
    assert "在岗，2025-12-01 到岗" in text  # when it was confirmed
    assert "2026-03-27 非正常结束" in text
    columns = [column for part in page.context["parts"] for column in part["listing"].columns]
    assert [column.label for column in columns if column.minor] == []  # none hidden on a phone
    sent = {"seen": page.context["sheet"].digest}
    assert client.post(address(), sent).status_code == 302
    with inside(at):
        check = MonthCheck.objects.get()
        assert (check.confirmed_by, check.on_post, check.ended) == (at.owner, 0, 1)
    assert history_of(at) == 2
    assert shown(client, at.owner).context["form"] is None


def test_one_button_confirms_what_was_looked_at(client, at):
    row = agreement(at)
    page = shown(client, at.owner)
    assert page.context["form"] is not None
    assert "为什么还没有补记" not in page.content.decode()
    seen = page.context["sheet"].digest
    change(row, arrived_on=ARRIVED)
    late = client.post(address(), {"seen": seen})
    assert late.status_code == 422
    assert "请再看一遍" in late.content.decode()
    assert history_of(at) == 0
    assert late.context["form"]["seen"].value() == late.context["sheet"].digest
    sent = {"seen": late.context["sheet"].digest}
    assert client.post(address(), sent)["Location"] == address()
    assert client.post(address(), sent).status_code == 302  # pressed again
    assert history_of(at) == 1


def test_what_is_overdue_wants_a_word_and_leads_to_where_it_is_mended(client, at):
    for facts in (
        {"planned_end": date(2026, 3, 20)},
        {"planned_end": date(2026, 3, 20), "ended_on": TODAY, "end_kind": "completed"},
        {"arrived_on": None, "planned_start": ARRIVED},
    ):
        agreement(at, **facts)
    page = shown(client, at.owner)
    urls = [one["url"] for one in page.context["gaps"]]
    assert len(urls) == 3
    assert {client.get(url).status_code for url in urls} == {200}
    seen = page.context["sheet"].digest
    refused = client.post(address(), {"seen": seen})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["note"]
    kept = client.post(address(), {"seen": seen, "note": "字" * 301})
    assert kept.status_code == 422
    assert "字" * 301 in kept.content.decode()
    assert "先补记，再核对" in kept.content.decode()
    assert client.post(address(), {"seen": seen, "note": "本人请假"}).status_code == 302
    done = shown(client, at.owner)
    assert len(done.context["gaps"]) == 3
    assert "先补记，再核对" not in done.content.decode()


def test_a_month_confirmed_with_nobody_there_tells_who_did_not_come(client, at):
    agreement(at, arrived_on=None)
    confirmed(at, note="本人请假")
    own = shown(client, at.owner)
    client.force_login(at.clerk)
    for page in (own, client.get(bases_page(at))):
        assert "0 人，另有没有到岗的 1 人" in page.content.decode()


def test_a_note_outlives_records_that_changed_meanwhile(client, at):
    row = agreement(at)
    agreement(at, arrived_on=None, planned_start=ARRIVED)
    seen = shown(client, at.owner).context["sheet"].digest
    change(row, arrived_on=ARRIVED)
    late = client.post(address(), {"seen": seen, "note": "本人请假"})
    form = late.context["form"]
    assert (late.status_code, form["note"].value()) == (422, "本人请假")
    again = {name: form[name].value() for name in ("seen", "note")}
    assert client.post(address(), again).status_code == 302
    with inside(at):
        assert MonthCheck.objects.get().note == "本人请假"


def test_a_page_holds_nothing_of_others(client, at):
    own = agreement(at)
    with in_region("chongqing"):
        others = agreement(at, make_position(at.other))
    page = shown(client, at.stranger).content.decode()
    assert others.trainee.name in page
    assert own.trainee.name not in page
    assert client.post(address(), {"seen": "x", "note": "x"}).status_code == 422
    assert history_of(at) == 0


@pytest.mark.parametrize("month", ["2026-04", "2099-01", "2026-13", "", "März", "2026-3"])
def test_a_month_that_is_none_or_lies_ahead_is_not_found(client, at, month):
    agreement(at)
    client.force_login(at.owner)
    assert client.get(address(month)).status_code == 404
    assert client.post(address(month), {}).status_code == 404


def test_the_month_to_be_confirmed_is_shown_first_then_the_running_one(client, at, on):
    agreement(at)
    client.force_login(at.owner)
    bare = reverse("employer:month_check", args=["chongqing"])
    on(date(2026, 3, 20))
    assert client.get(bare).context["month"] == FEBRUARY
    confirmed(at, FEBRUARY)
    early = client.get(bare)
    assert early.context["month"] == MARCH
    assert early.context["form"] is None
    assert "3月25日起可以核对这个月。" in early.content.decode()
    alone = shown(client, at.stranger)
    assert "3月25日起可以核对这个月，现在还没有人见习。" in alone.content.decode()
    assert nobody_there(alone)


def test_a_base_that_came_back_confirms_both(client, at):
    with in_region("chongqing"):
        earlier = at.base
        earlier.exited_on = ARRIVED
        earlier.save()
        again = Base.objects.create(
            region=at.region,
            profile=earlier.profile,
            district=earlier.district,
            recognised_on=ARRIVED,
        )
        agreement(at, make_position(again))
    gone = agreement(at, ended_on=ARRIVED, end_kind="terminated")

    def confirms(base):
        sheet = shown(client, at.owner).context["sheet"]
        assert sheet.base == base
        assert client.post(address(), {"seen": sheet.digest}).status_code == 302

    confirms(again)
    confirms(earlier)
    assert history_of(at) == 2
    change(gone, end_kind="completed", outcome="retained")
    assert [item.url for item in waiting(client, at.owner)] == [address()]
    confirms(earlier)
    assert (history_of(at), waiting(client, at.owner)) == (3, [])
    assert shown(client, at.owner).context["sheet"].base == again


def test_who_has_no_base_is_told_so(client, at):
    with in_region("chongqing"):
        at.base.voided_at = timezone.now()
        at.base.save()
    client.force_login(at.owner)
    page = client.get(reverse("employer:month_check", args=["chongqing"]))
    assert (page.status_code, page.context["sheet"]) == (200, None)
    assert client.get(address()).status_code == 404
    assert client.post(address(), {}).status_code == 404


def nobody_there(page) -> bool:
    """It says so once: without noughts, and without lists that say it again."""
    text = page.content.decode()
    return not [words for words in ("tiles", "没有人在岗", "公布着的岗位") if words in text]


def test_only_months_in_which_it_was_a_base_exist(client, at):
    with in_region("chongqing"):
        at.base.recognised_on, at.base.exited_on = date(2026, 2, 20), date(2026, 3, 2)
        at.base.save()
    submit_march(at)
    page = shown(client, at.owner)
    assert "这个月没有人见习，不用核对。" in page.content.decode()
    assert "已经报送" not in page.content.decode()
    assert nobody_there(page)
    assert shown(client, at.owner, FEBRUARY).context["before"] == ""
    january = FEBRUARY.previous
    assert shown(client, at.owner, january).status_code == 404
    at_once = reverse("employer:month_check", args=["chongqing"])
    assert client.get(at_once).context["month"] == MARCH
    agreement(at)
    assert shown(client, at.owner, january).status_code == 200  # somebody was there all the same


# --- Work list and reminders


def waiting(client, user) -> list:
    client.force_login(user)
    rows = client.get(reverse("employer:home", args=["chongqing"])).context["rows"]
    return [row["item"] for row in rows if row["item"].kind == "月末核对"]


def test_it_waits_in_the_work_list_until_it_is_done_or_over(client, at, on):
    row = agreement(at)
    (item,) = waiting(client, at.helper)
    assert (item.url, item.due_on) == (address(), date(2026, 4, 1))
    assert waiting(client, at.stranger) == []
    confirmed(at)
    assert waiting(client, at.owner) == []
    done = client.get(reverse("employer:home", args=["chongqing"]), {"tab": "done"})
    deeds = [(one["deed"].title, one["deed"].what, one["url"]) for one in done.context["deeds"]]
    assert deeds == [("甲公司 2026-03", "月末核对", address())]
    change(row, arrived_on=ARRIVED)
    (again,) = waiting(client, at.owner)
    assert again.subtitle == "核对之后又有 1 处变动"
    submit_march(at)
    assert waiting(client, at.owner) == []


@pytest.mark.parametrize("void", ["people", "base"])
def test_what_is_void_does_not_wait_to_be_confirmed_anew(client, at, void):
    row = agreement(at)
    confirmed(at)
    change(row, arrived_on=ARRIVED)
    assert len(waiting(client, at.owner)) == 1
    change(at.base if void == "base" else row, voided_at=timezone.now())
    assert waiting(client, at.owner) == []


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 3, 30), "1 件月末核对2 个工作日后到期"),
        (date(2026, 4, 1), "1 件月末核对今天到期"),
        (date(2026, 4, 2), "1 件月末核对已超期"),
        (date(2026, 3, 27), ""),
    ],
)
def test_who_acts_for_the_base_is_reminded(at, on, day, told):
    agreement(at)
    on(day)
    with inside(at):
        remind(at.region, day)
        texts = dict(Message.objects.values_list("user__name", "text"))
    assert texts == (dict.fromkeys(["钱负责", "冯同事"], told) if told else {})


# --- The district


def asked(client, user, **query):
    client.force_login(user)
    url = reverse("office:month_checks", args=["chongqing"], query={"month": "2026-03"} | query)
    return client.get(url)


def listed(client, user, **query):
    return names_in(asked(client, user, **query))


def tells(client, user) -> list[str]:
    page = asked(client, user)
    (state,) = (one for one in page.context["listing"].columns if one.label == "状态")
    return [state.of(row).label for row in page.context["listing"].rows]


def test_the_district_sees_who_confirmed_and_who_did_not(client, at):
    with in_region("chongqing"):
        late = make_base("渝中区", name="丙公司")
        make_base("渝中区", name="无人公司")
        agreement(at, make_position(late))
        agreement(at, make_position(at.other))
    own = agreement(at)
    confirmed(at)
    assert sorted(listed(client, at.clerk)) == ["丙公司", "甲公司"]
    assert listed(client, at.clerk, state="confirmed") == ["甲公司"]
    assert listed(client, at.clerk, state="waiting") == ["丙公司"]
    assert listed(client, at.elsewhere) == ["乙公司"]
    assert sorted(listed(client, at.root, state="waiting")) == ["丙公司", "乙公司"]
    change(own, arrived_on=ARRIVED)
    assert listed(client, at.clerk, state="confirmed") == []
    assert listed(client, at.clerk, state="corrected") == ["甲公司"]
    assert "核对后有变动" in tells(client, at.clerk)
    none = asked(client, at.clerk, month="2025-11").context["listing"]
    assert (none.title, none.rows) == ("月末核对 2025-11", [])
    assert none.empty["title"] == "还没有月末核对"
    assert listed(client, at.clerk, month="2019-05") == []
    bad = reverse("office:month_checks", args=["chongqing"], query={"month": "2099-13"})
    assert client.get(bad).status_code == 400


def test_the_months_page_tells_how_many_confirmed(client, at):
    with in_region("chongqing"):
        for where in ("渝中区", "江北区"):  # the second is part of 两江新区 since
            agreement(at, make_position(make_base(where)))
        agreement(at, make_position(at.other))
    own = agreement(at)
    confirmed(at)
    places = (
        (at.clerk, "渝中区", (1, 2)),
        (at.root, "两江新区", (0, 1)),
        (at.root, "重庆市", (1, 4)),
        (at.clerk, "渝中区", (1, 2)),
    )
    words = []
    for user, unit, told in places:
        client.force_login(user)
        with inside(at):
            url = months.address("month", unit=unit, period=MARCH)
        page = client.get(url)
        found = page.context["base_checks"]
        assert (found["checked"], found["there"]) == told
        words.append("1/2，其中 1 家核对后有变动" in page.content.decode())
        if unit == "重庆市":
            change(own, arrived_on=ARRIVED)
        assert client.get(found["url"]).status_code == 200
    assert words == [False, False, False, True]


def cells_of(table) -> list[tuple]:
    return [tuple(column.of(row) for column in table.columns) for row in table.rows]


def bases_page(at) -> str:
    return reverse("office:base", args=["chongqing", at.base.pk])


def test_the_names_confirmed_can_be_read_as_they_were(client, at):
    row = agreement(at)
    check = confirmed(at)
    change(row, ended_on=TODAY, end_kind="terminated")
    new = agreement(at, arrived_on=ARRIVED)
    url = reverse("office:month_check", args=["chongqing", check.pk])
    client.force_login(at.clerk)
    page = client.get(url)
    assert cells_of(page.context["listing"]) == [
        (row.number, row.trainee.masked("name"), "见习助理", LAST_YEAR, None, "", "", "有变动")
    ]
    since = page.context["since"]
    assert cells_of(since) == [
        (row.trainee.masked("name"), "在岗，2025-12-01 到岗", "2026-03-27 非正常结束"),
        (new.trainee.masked("name"), "不在名单上", "在岗，2026-03-09 到岗"),
    ]
    assert {client.get(since.row_url(one)).status_code for one in since.rows} == {200}
    text = page.content.decode()
    assert "不在名单上" in text
    names = (row.trainee.name, new.trainee.name)  # masked, as is who acts for the employer
    assert [name in text for name in names] == [False, False]
    told = [page, *(client.get(one) for one in (bases_page(at), page.context["listed"]))]
    assert ["钱负责" in one.content.decode() for one in told] == [False] * 3
    assert ["钱**" in one.content.decode() for one in told] == [True] * 3
    client.force_login(at.elsewhere)
    assert client.get(url).status_code == 404
    client.force_login(at.owner)
    assert client.get(url).status_code == 404


def test_what_is_brought_in_later_is_told_of_its_own_moment(client, at):
    agreement(at)
    agreement(at, arrived_on=None)
    moment = datetime(2026, 3, 1, 2, 20, tzinfo=UTC)
    with inside(at):
        sheet = sheet_of(at.base, FEBRUARY, TODAY)
        check = record(sheet, actor=at.owner, note="", at=moment)
    client.force_login(at.clerk)
    page = client.get(reverse("office:month_check", args=["chongqing", check.pk]))
    assert [entry.at for entry in page.context["entries"]] == [moment]
    assert page.context["counted"] == "1 人，另有没有到岗的 1 人"


def test_a_bases_page_tells_its_months(client, at):
    row = agreement(at)
    confirmed(at, FEBRUARY)
    change(row, arrived_on=ARRIVED)
    with inside(at):
        months = [(str(one.month), one.people, one.changes) for one in recent(at.base, TODAY)]
    assert months == [("2026-03", 1, 0), ("2026-02", 0, 1)]
    client.force_login(at.clerk)
    page = client.get(bases_page(at))
    (table,) = [part.table for part in page.context["related"] if part.title == "月末核对"]
    assert [one.state.label for one in table.rows] == ["未核对", "核对后有变动"]


# --- When the district submits


@pytest.mark.parametrize(
    ("state", "over"),
    [
        ("open", False),
        ("compiled", False),
        ("confirming", False),
        ("returned", False),
        ("correcting", False),
        ("submitted", True),
        ("approved", True),
        ("locked", True),
    ],
)
def test_a_month_is_over_once_the_district_submitted_it(client, at, state, over):
    agreement(at)
    submit_march(at, state)
    page = shown(client, at.owner)
    assert (page.context["form"] is None) == over
    assert ("已经报送" in page.content.decode()) == over
    assert client.post(address(), {"seen": page.context["sheet"].digest}).status_code == (
        422 if over else 302
    )


@pytest.mark.parametrize(("form", "over"), [("progress", True), ("national14", False)])
def test_it_is_over_with_the_form_that_counts_people(at, form, over):
    agreement(at)
    submit_march(at)
    with in_region("chongqing"):
        Report.objects.filter(form_key=form).update(state="compiled")
        assert closed_in(MARCH).filter(pk=at.base.district_id).exists() == over


def test_another_districts_submission_says_nothing(at):
    agreement(at)
    with in_region("chongqing"):
        at.position.base.district = at.other.district
        submit_march(SimpleNamespace(base=at.position.base))
    assert confirmed(at).confirmed_by == at.owner


def test_a_district_that_ended_goes_with_the_one_it_became_part_of(at):
    with in_region("chongqing"):
        submit_march(SimpleNamespace(base=SimpleNamespace(district=district("两江新区"))))
        closed = {unit.name for unit in closed_in(MARCH)}
    assert closed == {"两江新区", "江北区", "渝北区"}
