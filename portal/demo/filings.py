"""Employers that ask to become a base, and how far they have come: one of them to come in as.
Everything is done by those whose work it is."""

from datetime import timedelta
from io import BytesIO
from itertools import count

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import Role, User
from bases.employers import identify
from bases.models import Authority, BaseApplication, EmployerProfile, Visit
from bases.recognition import COURSE, begin
from jianxi.attachments import attach, thumbnail
from jianxi.history import acting
from portal.demo import words
from portal.demo.applications import BY_CODE, new_account
from portal.demo.identities import Identities
from portal.demo.offices import Account, Offices
from portal.demo.year import seeded
from regions.models import District, Region

# What happened to each; the first one is the account to look around with.
COURSES = [
    ["submit", "return"],
    [],
    ["submit"],
    ["submit", "visit"],
    ["submit", "visit", "recognise"],
    ["submit", "visit", "reject"],
]
COMMENTS = {
    "return": "见习计划写得太笼统，请写明岗位、内容和考核",
    "reject": "计划的岗位与单位主营业务不符，调整后可以再申报。",
}
FIRST = 500_000  # of their codes: no other made-up employer has one so high
TEXTS = {
    "introduction": "主营业务稳定，近三年营业收入逐年增长，用工规范。",
    "safety_rules": "上岗前培训并签字；配发劳动保护用品；出现意外先救治、再报告。",
    "internship_plan": "第一个月熟悉业务，第二个月起跟岗实习，期满由带教老师考核。",
    "duties": "综合部牵头，人事部管考勤和保险，财务部按月发放生活费。",
}
SEEN = {
    "premises": "办公楼三层，工位和消防设施齐全。",
    "business": "正常经营，在职员工与参保人数一致。",
    "need": "可以提供测试、运维等岗位，带教老师已经落实。",
}


def make(region: Region, unit: District, offices: Offices, seed: int) -> list[Account]:
    """In one unit; the account that signs in by phone."""
    rng = seeded(seed, region.slug, unit.key, "filings")
    identities = Identities(region.code[:2])
    identities.employers = count(FIRST)
    clerk = offices.staff[unit.pk][Role.CLERK]
    accounts = []
    for (name, trade), steps in zip(
        words.employers(rng, unit.name, len(COURSES)), COURSES, strict=True
    ):
        name = name.replace("某某", "某甲")  # no base is called so
        person = new_account(rng, words.person_name(rng, rng.random() < 0.5), "employer")
        profile = EmployerProfile.objects.create(
            region=region, employer=identify(identities.uscc(trade["kind"]), name), name=name
        )
        _authority(profile, unit, person)
        with acting(person):
            row = _filing(begin(profile, unit), trade, person, rng)
        _course(row, steps, person, clerk, rng)
        accounts.append(Account(person.phone, BY_CODE, person.name, name, "单位（申报基地）"))
    return accounts[:1]


def _authority(profile, unit, person):
    Authority.objects.create(
        region=profile.region,
        district=unit,
        user=person,
        uscc=profile.employer.uscc,
        name=profile.name,
        profile=profile,
        state=Authority.State.CONFIRMED,
        is_owner=True,
    )


def _filing(row: BaseApplication, trade, person: User, rng) -> BaseApplication:
    today = timezone.localdate()
    facts = TEXTS | {
        "employer_kind": trade["kind"],
        "industry": trade["industry"],
        "founded_on": today - timedelta(days=rng.randint(1500, 6000)),
        "insured": rng.randint(40, 300),
        "insured_as_of": today.replace(day=1) - timedelta(days=1),
        "contact_name": person.name,
        "contact_phone": person.phone,
        "address": f"{row.district.name}示例大道{rng.randint(1, 300)}号",
        "places_a_year": rng.randint(10, 30),
        "mentors": "\n".join(
            f"{words.person_name(rng, rng.random() < 0.5)}，工程师，{rng.randint(5, 20)}年"
            for _ in range(3)
        ),
    }
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    for kind, name in (("licence", "营业执照"), ("insured", "参保证明"), ("site", "见习场所")):
        _attach(row.papers, f"{name}.jpg", person, rng, kind=kind)
    return row


def _course(row, steps, person, clerk, rng):
    for step in steps:
        facts = {"visit": _visit(row, clerk)} if step == "visit" else {}
        actor = person if step == "submit" else clerk
        row = COURSE.move(row, step, actor=actor, comment=COMMENTS.get(step, ""), **facts)
        if step == "visit":
            for number in (1, 2):
                _attach(row.visits.get().photos, f"现场{number}.jpg", clerk, rng)


def _visit(row, clerk) -> Visit:
    return Visit(
        visited_on=timezone.localdate(),
        place=row.address,
        people=clerk.name,
        finding=Visit.Finding.SUITABLE,
        **SEEN,
    )


def _attach(rows, name: str, owner, rng, **facts):
    file = _picture(rng)
    file.name = name
    attach(rows, file, "image/jpeg", thumbnail(file), owner=owner, **facts)


def _picture(rng) -> BytesIO:
    """Some coloured blocks: what is made up shows nothing."""
    picture = Image.new("RGB", (480, 320), (236, 240, 246))
    draw = ImageDraw.Draw(picture)
    for _ in range(6):
        left, top = rng.randint(0, 400), rng.randint(0, 260)
        colour = tuple(rng.randint(90, 220) for _ in range(3))
        draw.rectangle((left, top, left + 80, top + 60), fill=colour)
    out = BytesIO()
    picture.save(out, "JPEG", quality=70)
    return out
