"""The public site: what anyone sees without signing in, and what nobody does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Office
from jianxi.history import acting
from positions.models import Position
from regions.models import Region
from tests.factories import make_agreement, make_base, make_position
from tests.people import make_office, make_person
from tests.positions.conftest import inside, make_filing

pytestmark = pytest.mark.django_db
State = Position.State
TODAY = timezone.localdate()


def at(name, *args, region="chongqing", **query):
    return reverse(f"public:{name}", args=[region, *args], query=query or None)


def read(client, *args, **kwargs):
    return client.get(at(*args, **kwargs)).content.decode()


def checked(client, **answers):
    return client.post(at("check"), answers).content.decode()


def open_position(base, **facts):
    return make_filing(base, State.PUBLISHED, **facts)


# --- Positions


def test_positions_are_found_by_words_and_filters(client, world):
    with inside(world):
        open_position(world.base, title="前端开发见习生", education="本科及以上", allowance=2600)
        open_position(world.base, title="社区助理", category="social_service", education="")
        open_position(world.other, title="会计助理", category="management", education="大专及以上")
    asked = {
        "": "前端开发见习生 社区助理 会计助理",
        "q=开发": "前端开发见习生",
        "q=乙公司": "会计助理",
        "q=助理": "社区助理 会计助理",
        "category=management": "会计助理",
        "district=500103": "前端开发见习生 社区助理",
        "education=1": "社区助理",
        "education=2": "社区助理 会计助理",
        "education=3": "前端开发见习生 社区助理 会计助理",
        "allowance=2500": "前端开发见习生",
        "q=助理&district=500101": "会计助理",
        "q=宇航员": "",
    }
    titles = ["前端开发见习生", "社区助理", "会计助理"]
    for query, found in asked.items():
        page = client.get(f"{at('positions')}?{query}").content.decode()
        assert [t for t in titles if f"<strong>{t}<" in page] == found.split(), query


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("不限", 0),
        ("", 0),
        ("见职责", 0),
        ("初中及以上", 0),
        ("中专（高中）以上", 1),
        ("大专", 2),
        ("专科、本科", 2),
        ("本科及以上，硕士优先", 3),
        ("学士", 3),
        ("硕士研究生", 4),
        ("研究生", 4),
        ("博士研究生", 5),
    ],
)
def test_the_education_asked_for_is_read_from_its_words(client, world, written, level):
    with inside(world):
        open_position(world.base, education=written)
    shown = [n for n in range(1, 6) if "<strong>" in read(client, "positions", education=str(n))]
    assert shown == [n for n in range(1, 6) if n >= level]


def test_newest_come_first_and_pages_are_turned_by_key(client, world):
    with inside(world):
        for n in range(25):
            day = TODAY - timedelta(days=n)
            open_position(world.base, title=f"岗{n:02}", published_on=day)
    first = client.get(at("positions")).content.decode()
    assert "共 25 个岗位" in first.replace('<span class="tabular">25</span>', "25")
    assert [n for n in range(25) if f"岗{n:02}<" in first] == list(range(20))
    onward = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = client.get(at("positions") + onward.replace("&amp;", "&")).content.decode()
    assert [n for n in range(25) if f"岗{n:02}<" in second] == list(range(20, 25))


def test_a_position_says_what_a_youth_wants_to_know_and_nothing_personal(client, world):
    with inside(world):
        world.base.profile.contact_name = "赵联系"
        world.base.profile.contact_phone = "13912340000"
        world.base.profile.save()
        position = open_position(
            world.base, mentor="王带教", contact="人力资源部 023-6000 0000", hazards=True
        )
        make_agreement(position, mentor="王带教")
    page = read(client, "position", position.pk)
    told = ["2,400 元/月", "招 2 人，还有 1 个", "示例大道1号", "023-6000 0000", "未满 18 周岁"]
    assert [words for words in told if words not in page] == []
    assert [w for w in ("王带教", "赵联系", "13912340000", "139*") if w in page] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.PAUSED},
        {"closed_on": TODAY},
        {"valid_until": TODAY - timedelta(days=1)},
    ],
)
def test_a_position_that_recruits_no_more_says_so_and_tells_nothing_else(client, world, facts):
    with inside(world):
        facts = {"state": State.PUBLISHED, "title": "已停岗位"} | facts
        position = make_filing(world.base, **facts)
        open_position(world.base, title="同类岗位")
    response = client.get(at("position", position.pk))
    page = response.content.decode()
    assert (response.status_code, "这个岗位已停止招募" in page) == (410, True)
    assert ("已停岗位" in page, "同类岗位" in page) == (False, True)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.RETURNED, State.REJECTED])
def test_what_was_never_published_is_not_found(client, world, state):
    with inside(world):
        position = make_filing(world.base, state, title="没发布")
    assert client.get(at("position", position.pk)).status_code == 404
    assert "没发布" not in read(client, "positions")


def test_another_regions_records_are_not_found(client, world, changsha):
    with inside(changsha):
        position = open_position(changsha.base)
    assert client.get(at("position", position.pk)).status_code == 404
    assert client.get(at("base", changsha.base.pk)).status_code == 404
    assert client.get(at("home", region="atlantis")).status_code == 404


def test_where_gates_are_forbidden_none_is_shown_or_asked_for(client, ningxia):
    with inside(ningxia):
        position = make_position(ningxia.base, title="老岗位", education="本科", major="会计")
    pages = [
        read(client, "positions", region="ningxia"),
        read(client, "position", position.pk, region="ningxia"),
    ]
    assert ["老岗位" in page for page in pages] == [True, True]
    assert [word for word in ("本科", "会计", "我的学历") for page in pages if word in page] == []


@pytest.mark.parametrize(
    "query",
    [
        {"district": "000000"},
        {"category": "x"},
        {"education": "9"},
        {"allowance": "many"},
        {"q": "x" * 101},
    ],
)
def test_a_filter_that_makes_no_sense_is_told(client, world, query):
    response = client.get(at("positions"), query)
    assert response.status_code == 422


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": "1.2026-01-01.0"}, {"before": "1"}])
def test_a_page_that_is_none_is_told(client, world, query):
    assert client.get(at("positions"), query).status_code == 400


@pytest.mark.parametrize("query", ["\x00", "%", "'; DROP", "的", "𠮷·"])
def test_whatever_is_sought_gets_an_answer(client, world, query):
    response = client.get(at("positions"), {"q": query})
    assert response.status_code in (200, 422)


@pytest.mark.parametrize("name", ["positions", "bases", "home"])
@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    client,
    world,
    name,
    number,
    django_assert_num_queries,
):
    with inside(world):
        for n in range(number):
            open_position(make_base("渝中区", name=f"丙{n}"))
    with django_assert_num_queries({"positions": 9, "bases": 8, "home": 7}[name]):
        client.get(at(name))


# --- Bases, offices, policies


def test_bases_of_today_are_listed_with_what_they_offer(client, world):
    with inside(world):
        open_position(world.base)
        make_base("渝中区", name="退出的", exited_on=TODAY)
        make_base("渝中区", name="过期的", valid_until=TODAY - timedelta(days=1))
    page = read(client, "bases")
    assert [name for name in ("甲公司", "乙公司", "退出的", "过期的") if name in page] == [
        "甲公司",
        "乙公司",
    ]
    assert page.count("1 个岗位在招") == 1
    assert "乙公司" not in read(client, "bases", q="甲")
    own = read(client, "base", world.base.pk)
    assert ("前端开发见习生" in own, "139" in own) == (True, False)


def test_service_offices_are_listed_with_their_phones(client, world):
    with inside(world):
        office = make_office("渝中区", name="渝中区服务中心")
        office.phone = "023-6000 0000"
        office.save()
        make_office("重庆市", kind=Office.Kind.DEPARTMENT, name="别的部门")
    page = read(client, "offices")
    assert 'href="tel:023-60000000">023-6000 0000</a>' in page
    assert "别的部门" not in page


@pytest.mark.parametrize(
    ("slug", "told", "untold"),
    [
        (
            "changsha",
            ["不低于当地最低工资的 100%", "长人社规〔2024〕4号三（一）", "每年至少提供 10 个"],
            ["不用面试"],
        ),
        ("ningxia", ["不用面试", "宁人社函〔2020〕272号二", "安排到单位"], ["自己挑岗位"]),
        ("chongqing", ["3 个工作日内调查", "渝人社〔2023〕311号"], ["不用面试"]),
    ],
)
def test_the_policy_is_told_in_plain_words_with_its_clauses(client, world, slug, told, untold):
    page = read(client, "policies", region=slug)
    assert [words for words in told if words not in page] == []
    assert [words for words in untold if words in page] == []
    documents = Region.objects.get(slug=slug).documents
    assert [document["title"] for document in documents if document["title"] not in page] == []


# --- Who may take part

ANSWERS = {
    "birth_date": "2003-05-01",
    "schooling": "college",
    "graduated_on": str(TODAY - timedelta(days=365)),
    "studying": "no",
    "employed": "no",
}


def test_who_may_take_part_is_told_at_once(client, world):
    assert "可以以" not in read(client, "check")
    page = checked(client, **ANSWERS)
    assert "可以以“离校2年内未就业高校毕业生”参加" in page
    assert "可以以“16-24岁失业青年”参加" in page


def test_who_may_not_is_told_why_with_the_clause(client, world):
    page = checked(client, **ANSWERS | {"graduated_on": "2020-06-30", "employed": "yes"})
    assert "不能以“离校2年内未就业高校毕业生”参加" in page
    assert "2020-06-30 毕业，到 2022-06-30 满 2 年" in page
    assert "渝人社〔2023〕311号附件4" in page


def test_what_is_left_open_is_said(client, world):
    page = checked(client, birth_date="2003-05-01", studying="no")
    assert "能不能以“16-24岁失业青年”参加，还缺 1 项才能确定" in page


def test_who_may_not_is_not_sent_to_apply(client, world):
    page = checked(client, **ANSWERS | {"employed": "yes"})
    assert ("点进去报名" in page, "现在还不能报名" in page) == (False, True)


def test_a_guardian_helps_nobody_below_sixteen(client, world):
    for years, helps in ((15, False), (17, True)):
        page = checked(client, birth_date=str(TODAY - timedelta(days=years * 366)), studying="no")
        assert ("监护人同意" in page) is helps


def test_what_is_answered_stands_in_no_address(client, world):
    assert 'method="get"' not in read(client, "check")
    assert "可以以" not in read(client, "check", **ANSWERS)
    forging = Client(enforce_csrf_checks=True)
    assert forging.post(at("check"), ANSWERS).status_code == 403


def test_registration_is_asked_where_it_matters(client, world):
    assert 'name="registered"' not in read(client, "check")
    assert 'name="registered"' in read(client, "check", region="changsha")


@pytest.mark.parametrize("birth", ["2099-01-01", "1800-01-01", "x", "2003-02-30"])
def test_a_date_that_cannot_be_is_told(client, world, birth):
    response = client.post(at("check"), ANSWERS | {"birth_date": birth})
    assert response.status_code == 422


# --- On the way


def test_pages_may_be_kept_for_a_while_and_answers_about_a_person_not(client, world):
    for name in ("home", "positions", "bases", "offices", "policies"):
        response = client.get(at(name))
        assert "public" in response["Cache-Control"], name
        assert response.cookies == {}, name
    assert client.post(at("check"), ANSWERS)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("who", "label", "url", "bar"),
    [
        ("employer", "单位工作台", "/employer/", False),
        ("clerk", "工作台", "/office/chongqing/", False),
        ("youth", "我的", "/me/", True),
    ],
)
def test_who_is_signed_in_finds_the_way_back(client, world, who, label, url, bar):
    with acting("test"):
        world.youth = make_person("何小雨", side="youth")
    assert ">登录</a>" in read(client, "positions")
    client.force_login(getattr(world, who))
    for name in ("home", "positions", "check"):
        response = client.get(at(name))
        page = response.content.decode()
        assert f'href="{url}">{label}</a>' in page
        assert ">登录</a>" not in page
        assert ('class="youth-bar"' in page) is bar
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]


def test_the_way_in_leads_to_every_region(client, world):
    page = client.get("/").content.decode()
    for slug in ("chongqing", "changsha", "ningxia"):
        assert f'href="{at("home", region=slug)}"' in page
    client.force_login(world.clerk)
    assert 'href="/office/chongqing/"' in client.get("/").content.decode()


# --- Open data


def test_open_positions_by_api(client, world):
    with inside(world):
        position = open_position(world.base, mentor="王带教")
        open_position(world.other, title="会计助理", allowance=1800)
        make_filing(world.base, State.SUBMITTED, title="没发布")
    url = "/api/v1/chongqing/public/positions/"
    rows = client.get(url).json()["results"]
    assert [row["title"] for row in rows] == ["前端开发见习生", "会计助理"]
    assert "mentor" not in rows[0]
    assert (rows[0]["left"], rows[0]["allowance"]) == (2, "2400.00")
    asked = {
        "q=会计": ["会计助理"],
        "district=500103": ["前端开发见习生"],
        "allowance_from=2000": ["前端开发见习生"],
        f"base={world.other.pk}": ["会计助理"],
        f"published_from={TODAY}": [],
    }
    for query, titles in asked.items():
        found = client.get(f"{url}?{query}").json()["results"]
        assert [row["title"] for row in found] == titles, query
    assert client.get(f"{url}{position.pk}/").json()["number"] == position.number


def test_open_data_is_paged_by_cursor(client, world):
    with inside(world):
        for n in range(3):
            open_position(world.base, title=f"岗{n}")
    first = client.get("/api/v1/chongqing/public/positions/?size=2").json()
    second = client.get(first["next"]).json()
    assert [row["title"] for page in (first, second) for row in page["results"]] == [
        "岗0",
        "岗1",
        "岗2",
    ]
    assert second["next"] is None


def test_open_bases_by_api(client, world):
    rows = client.get("/api/v1/chongqing/public/bases/?name=甲").json()["results"]
    assert [(row["name"], row["uscc"]) for row in rows] == [
        ("甲公司", world.base.profile.employer.uscc)
    ]
    assert sorted(rows[0]) == [
        "district",
        "district_name",
        "id",
        "industry",
        "kind",
        "name",
        "recognised_on",
        "uscc",
        "valid_until",
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [("district=x", "district"), ("category=x", "category"), ("education=7", "education")],
)
def test_a_filter_that_makes_no_sense_is_refused_with_its_name(client, world, query, field):
    response = client.get(f"/api/v1/chongqing/public/positions/?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_open_data_of_a_region_that_is_none(client, world):
    response = client.get("/api/v1/atlantis/public/positions/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


# --- What is not there


def test_what_is_not_found_is_told_to_who_looks_for_it(client, world):
    told = {
        "/chongqing/certificates/nothing/": "查不到这份证书",
        "/chongqing/positions/999999/": "从首页或“我的”重新打开",
        "/nowhere/": "从首页或“我的”重新打开",
        "/office/nowhere/": "不在您负责的范围内",
    }
    client.force_login(world.clerk)
    for address, words in told.items():
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 404
        assert [one in page for one in sorted(set(told.values()))] == [
            one == words for one in sorted(set(told.values()))
        ], address


def test_a_position_leads_to_the_row_of_its_own_office(client, world):
    with inside(world):
        position = open_position(world.base)
        office = Office.objects.get(district=world.base.district)
        office.phone = "400-000-0001"
        with acting("test"):
            office.save()
    part = "district-500103"
    assert f'href="{at("offices")}#{part}"' in read(client, "position", position.pk)
    row = read(client, "offices").partition(f'id="{part}"')[2].partition("</li>")[0]
    assert 'href="tel:400-000-0001"' in row
