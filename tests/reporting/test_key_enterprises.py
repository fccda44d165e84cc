"""Lists of key enterprises: taken in, matched, counted."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from jianxi.history import acting
from jianxi.identifiers import make_uscc
from reporting.models import KeyEnterprise
from reporting.units import Units
from reporting.year import targets
from reporting.year.enterprises import coverage, match_again, plain
from reporting.year.forms import told
from reporting.year.tables import Faulty
from reporting.year.targets import Mark, Year
from tests.factories import district, in_region, make_base, make_key_enterprise
from tests.months import officers

HERE, THERE, ABOVE = "渝中区", "万州区", "重庆市"
HEAD = ["名称", "统一社会信用代码", "区县"]
LIST = "2022年国家级专精特新“小巨人”企业"


@pytest.fixture
def people(chongqing):
    return officers(HERE, ABOVE)


@pytest.fixture
def admin(client, people):
    client.force_login(people[ABOVE, "admin"])
    return client


def at(name, *more):
    return reverse(f"office:{name}", args=["chongqing", *more])


def send(client, *rows, name=LIST):
    workbook, file = Workbook(), BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    sent = {"list_name": name, "file": SimpleUploadedFile("list.xlsx", file.getvalue())}
    return client.post(at("key_enterprises_load"), sent)


def matched() -> dict:
    rows = KeyEnterprise.objects.select_related("employer")
    return {row.name: (row.matched_by, row.employer and row.employer.name) for row in rows}


def test_the_empty_list_is_loaded_once_it_is_filled_in(admin):
    given = BytesIO(b"".join(admin.get(at("key_enterprises_blank")).streaming_content))
    workbook = load_workbook(given)
    workbook.active.append([1, "甲机械有限公司", make_uscc(99_998), HERE])
    file = BytesIO()
    workbook.save(file)
    sent = {"list_name": LIST, "file": SimpleUploadedFile("list.xlsx", file.getvalue())}
    assert admin.post(at("key_enterprises_load"), sent).status_code == 302
    rows = KeyEnterprise.objects.values_list("name", "uscc", "district__name")
    assert list(rows) == [("甲机械有限公司", make_uscc(99_998), HERE)]


def test_lines_are_matched_by_code_then_by_name_written_anyhow(admin):
    by_code = make_base(HERE, name="甲机械有限公司")
    make_base(HERE, name="乙（重庆）软件有限公司")
    for _ in range(2):
        make_base(THERE, name="丙实业有限公司")
    uscc = by_code.profile.employer.uscc
    rows = [
        ["甲机械集团", uscc, HERE],
        ["乙(重庆)软件 有限公司", None, HERE],
        ["丙实业有限公司", None, None],
        ["丁公司", None, THERE],
        ["甲机械有限公司", make_uscc(99_999), HERE],
    ]
    assert send(admin, HEAD, *rows).status_code == 302
    assert matched() == {
        "甲机械集团": ("code", "甲机械有限公司"),
        "乙(重庆)软件 有限公司": ("name", "乙（重庆）软件有限公司"),
        "丙实业有限公司": ("", None),
        "丁公司": ("", None),
        "甲机械有限公司": ("", None),
    }


@pytest.mark.parametrize(
    ("one", "other"), [("甲（重庆）公司", "甲(重庆) 公司"), ("Ａ股份·公司", "a股份公司")]
)
def test_how_a_name_is_written_does_not_matter(one, other):
    assert plain(one) == plain(other)


def test_a_list_sent_again_updates_by_name_and_keeps_what_was_matched_by_hand(admin):
    base = make_base(HERE, name="甲机械有限公司")
    send(admin, HEAD, ["甲厂", None, None])
    row = KeyEnterprise.objects.get()
    url = at("key_enterprise", row.pk)
    assert admin.post(url, {"uscc": base.profile.employer.uscc}).status_code == 302
    send(admin, HEAD, ["甲厂", None, HERE], ["乙厂", None, HERE])
    assert matched() == {"甲厂": ("hand", "甲机械有限公司"), "乙厂": ("", None)}
    assert KeyEnterprise.objects.get(name="甲厂").district.name == HERE
    assert admin.post(url, {"uscc": ""}).status_code == 302
    assert matched()["甲厂"] == ("", None)


@pytest.mark.parametrize("text", ["没有这家", "丙实业有限公司", "\x00", "91500000"])
def test_who_is_not_known_or_not_alone_is_told(admin, text):
    for _ in range(2):
        make_base(THERE, name="丙实业有限公司")
    with in_region("ningxia"):
        make_base("兴庆区", name="没有这家")
    send(admin, HEAD, ["甲厂", None, None])
    answer = admin.post(at("key_enterprise", KeyEnterprise.objects.get().pk), {"uscc": text})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["uscc"])
    assert matched() == {"甲厂": ("", None)}


def test_who_registers_later_is_found_later(admin, chongqing):
    send(admin, HEAD, ["甲机械有限公司", None, HERE])
    make_base(HERE, name="甲机械有限公司")
    assert match_again(chongqing, actor="test") == 1
    assert matched() == {"甲机械有限公司": ("name", "甲机械有限公司")}
    assert match_again(chongqing, actor="test") == 0


def test_every_fault_is_told_by_its_cell_and_nothing_is_kept(admin):
    answer = send(
        admin,
        HEAD,
        ["甲厂", "1234", HERE],
        [None, None, HERE],
        ["乙厂", None, "不存在区"],
        ["丙厂", None, None],
        ["丙厂", None, None],
        ["长" * 121, None, None],
    )
    head, *faults = answer.context["form"].errors["file"]
    assert (answer.status_code, [fault.partition("：")[0] for fault in faults]) == (
        422,
        ["B2", "A3", "C4", "A6", "A7"],
    )
    assert head == "表里有 5 处需要改正，逐处列在文件这一项下面。"
    assert answer.content.decode().count(head) == 2  # above the form, and at the field
    assert not KeyEnterprise.objects.exists()


@pytest.mark.parametrize(("number", "listed"), [(1, 1), (2, 3), (25, 21)])
def test_so_many_faults_as_anybody_reads_are_listed(number, listed):
    said = told(Faulty([f"A{at}：不对" for at in range(number)])).messages
    assert (len(said), said[0].startswith(f"表里有 {number} 处")) == (listed, number > 1)


def test_coverage_counts_bases_of_today(chongqing):
    base, gone = make_base(HERE), make_base(HERE, exited_on=date(2026, 1, 1))
    for name, one in (("甲", base), ("乙", gone)):
        with acting("test"):
            make_key_enterprise(
                name, district(HERE), employer=one.profile.employer, matched_by="code"
            )
    make_key_enterprise("丙", district(HERE))
    make_key_enterprise("丁", district(THERE), list_name="另一份")
    found = coverage(KeyEnterprise.objects.all(), Units(date(2026, 6, 1)))
    assert [(c.list_name, c.district.name, c.lines, c.matched, c.bases) for c in found] == [
        ("另一份", THERE, 1, 0, 0),
        ("示例名单", HERE, 3, 2, 1),
    ]


def test_a_base_elsewhere_and_a_district_that_ended_are_told(admin):
    here, there = make_base(HERE), make_base(THERE)
    heir = make_base("两江新区")
    lines = {"甲": (HERE, here), "乙": (HERE, there), "丙": ("渝北区", heir)}
    for name, (place, base) in lines.items():
        make_key_enterprise(
            name,
            district(place),
            employer=base.profile.employer,
            matched_by="code",
        )
    page = admin.get(at("key_enterprises"))
    found = [(c.place, c.lines, c.bases, c.elsewhere) for c in page.context["covered"]]
    assert found == [(HERE, 2, 2, 1), ("渝北区（现两江新区）", 1, 1, 0)]
    where = {
        column.label: [column.of(row) for row in page.context["listing"].rows]
        for column in page.context["listing"].columns
    }
    assert where["所属区县"] == ["渝北区（现两江新区）", HERE, HERE]
    assert where["基地在别处"] == ["", f"基地在{THERE}", ""]
    one = admin.get(at("key_enterprise", KeyEnterprise.objects.get(name="乙").pk))
    assert f"基地在{THERE}" in one.content.decode()


def test_a_base_of_a_key_enterprise_reaches_its_target_once(chongqing):
    base = make_base(HERE, recognised_on=date(2026, 2, 1))
    make_base(HERE, recognised_on=date(2026, 2, 1))
    for name in ("甲", "乙"):
        make_key_enterprise(
            name,
            district(HERE),
            list_name=name,
            employer=base.profile.employer,
            matched_by="code",
        )
    where = (district(HERE).pk, "new_bases_key_enterprises")
    targets.enter(chongqing, 2026, {where: 5}, actor="test", reason="")
    year = Year(chongqing, 2026, date(2026, 6, 30))
    assert year.mark(district(HERE), "new_bases_key_enterprises") == Mark(5, 1)
    assert year.mark(district(HERE), "new_bases").done == 2


def test_a_district_sees_its_own_lines_and_those_of_no_district_are_the_citys(client, people):
    send_as = people[ABOVE, "admin"]
    client.force_login(send_as)
    send(client, HEAD, ["本区厂", None, HERE], ["别区厂", None, THERE], ["无区厂", None, None])

    def seen(user):
        client.force_login(user)
        page = client.get(at("key_enterprises"))
        return [row.name for row in page.context["listing"].rows], len(page.context["covered"])

    assert seen(people[ABOVE, "viewer"]) == (["无区厂", "别区厂", "本区厂"], 3)
    assert seen(people[HERE, "viewer"]) == (["本区厂"], 1)
    other = KeyEnterprise.objects.get(name="别区厂")
    assert client.get(at("key_enterprise", other.pk)).status_code == 404
    client.force_login(people[HERE, "admin"])
    assert client.get(at("key_enterprises_load")).status_code == 403


@pytest.mark.parametrize("state", ["active", "known", "unknown"])
def test_the_list_is_narrowed_by_state(admin, chongqing, state):
    base, gone = make_base(HERE), make_base(HERE, exited_on=date(2026, 1, 1))
    known = {"matched_by": "code"}
    make_key_enterprise("active", district(HERE), employer=base.profile.employer, **known)
    make_key_enterprise("known", district(HERE), employer=gone.profile.employer, **known)
    make_key_enterprise("unknown", district(HERE))
    page = admin.get(at("key_enterprises"), {"state": state})
    assert [row.name for row in page.context["listing"].rows] == [state]
