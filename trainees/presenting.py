"""How an application is told: to the district that reviews it, and to the base that answers."""

from datetime import date

from django.urls import reverse

from jianxi import cases
from jianxi.cases import Fact, Section, facts
from jianxi.history import Entry
from trainees.applying import BEGUN, COURSE
from trainees.chasing import CHASED
from trainees.exports import document_label
from trainees.groups import group_words
from trainees.models import Application

State = Application.State
GIVEN_UP = (State.DECLINED, State.WITHDRAWN)
# What a base may read in the history: nothing of what was between the youth and the district.
PASSED_ON = {COURSE.transitions[name].label for name in ("refer", "dispatch")}
BASES_STEPS = {CHASED, *PASSED_ON} | {
    COURSE.transitions[name].label
    for name in ("accept", "decline", "put_back", "withdraw", "close", "sign")
}


def happened(row: Application) -> list[Entry]:
    return cases.happened(COURSE, row, also=[BEGUN, CHASED])


def happened_at_base(row: Application) -> list[Entry]:
    """Since it was last passed to the base."""
    found = []
    for entry in happened(row):
        if entry.what in BASES_STEPS:
            found.append(entry)
        if entry.what in PASSED_ON:
            break
    return found


def sought(row: Application) -> str:
    """What is applied for, in a few words."""
    return row.position.title if row.position else f"人才库 · {row.wish or '没有写意向'}"


def position_facts(row: Application, name: str = "office:position") -> list[Fact]:
    """Of the position, with a way to its page; of the pool, what is wished for."""
    wish = [Fact("想做的工作", row.wish)] if row.wish else []
    if row.position is None:
        return [Fact("报名方式", "人才库，由区县安排"), *wish]
    position, base = row.position, row.position.base
    url = reverse(name, args=[row.region.slug, position.pk])
    return [
        Fact("岗位名称", position.title, url=url),
        Fact("单位名称", base.profile.name),
        Fact("所属区县", base.district),
        *facts(position, "headcount", "education", "major", "allowance", "months", "hazards"),
        *wish,
    ]


def for_office(row: Application, today: date, reveal: dict[str, str]) -> list[Section]:
    """All that is known; the youth's personal data masked, `reveal` says where to ask for it."""
    youth, trainee = reverse("office:trainee", args=[row.region.slug, row.trainee_id]), row.trainee
    identity = [
        Fact("姓名", trainee.masked("name"), reveal_url=reveal.get("name", "")),
        Fact("登记", "查看完整登记", url=youth),
        Fact("证件类型", document_label(trainee)),
        *facts(trainee, "document_number", "birth_date", reveal=reveal),
        Fact("年龄", f"{trainee.age_on(today)} 岁"),
        *facts(trainee, "sex", "phone", "home_district", reveal=reveal),
    ]
    group = [
        Fact("人员类别", group_words(today)[trainee.group]),
        *facts(trainee, "schooling", "education", "school", "major", "graduated_on", "studying"),
        *facts(trainee, "employed", "unemployed_since", "hardship", "skills"),
    ]
    return [
        Section("本人", identity),
        Section("类别与学历", group),
        Section("报名", [*position_facts(row), *facts(row, "submitted_at", "note")]),
    ]


def name_at_base(row: Application) -> str:
    """In full while the base deals with it."""
    return row.trainee.masked("name") if row.state in GIVEN_UP else row.trainee.name


def for_base(row: Application, today: date) -> list[Section]:
    """What the base needs to answer, the phone too, as the youth was told when applying; no more
    than a masked name when nothing came of it."""
    trainee = row.trainee
    position = Section("岗位", position_facts(row, "employer:position"))
    if row.state in GIVEN_UP:
        return [Section("本人", [Fact("姓名", name_at_base(row))]), position]
    person = [
        Fact("姓名", trainee.name),
        *facts(trainee, "sex"),
        Fact("年龄", f"{trainee.age_on(today)} 岁"),
        *facts(trainee, "education", "school", "major", "graduated_on", "skills"),
        Fact("手机号", trainee.phone),
    ]
    return [Section("本人", [*person, *facts(row, "note")]), position]
