"""An employer that is no base yet, one that is, and whoever files and decides."""

from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from bases.employers import identify
from bases.models import BaseApplication, EmployerProfile
from jianxi import files
from jianxi.attachments import attach
from jianxi.history import acting
from jianxi.identifiers import make_uscc
from jianxi.tenancy import scope
from regions.models import Region
from tests.factories import district, in_region, make_base
from tests.people import make_authority, make_member, make_office, make_person

State = BaseApplication.State
SOUND = {
    "employer_kind": "企业",
    "industry": "软件和信息服务业",
    "founded_on": date(2015, 3, 1),
    "insured": 120,
    "insured_as_of": date(2026, 10, 31),
    "introduction": "开发财务软件。",
    "contact_name": "周经办",
    "contact_phone": "13812345678",
    "address": "示例大道1号",
    "places_a_year": 12,
    "safety_rules": "岗前培训。",
    "internship_plan": "先学后做。",
    "duties": "人事部牵头。",
    "mentors": "王大山，高级工程师，12年\n李小海，工程师，6年",
}


def make_profile(region, number: int, name: str) -> EmployerProfile:
    employer = identify(make_uscc(number), name)
    return EmployerProfile.objects.create(region=region, employer=employer, name=name)


def add_paper(row, kind="licence", content=b"%PDF-1.7", name="材料.pdf", content_type=files.PDF):
    return attach(row.papers, upload(content, name), content_type, owner=None, kind=kind)


def upload(content: bytes, name: str):
    file = BytesIO(content)
    file.name = name
    return file


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), (30, 90, 160)).save(out, "JPEG")
    return out.getvalue()


def make_application(profile, where, state=State.SUBMITTED, *, papers=True, **facts):
    """In any state, complete and sound unless said otherwise; visited where the state says so."""
    today = timezone.localdate()
    if state in (State.SUBMITTED, State.VISITED):
        facts = {"submitted_at": timezone.now(), "due_on": today + timedelta(days=7)} | facts
    if state == State.RECOGNISED and "base" not in facts:
        facts["base"] = make_base(where)
    row = BaseApplication.objects.create(
        region=profile.region, profile=profile, district=where, state=state, **SOUND | facts
    )
    if papers:
        add_paper(row, "licence")
        add_paper(row, "insured")
    return row


def make_visit(row, recorded_by, **facts):
    usual = {
        "visited_on": timezone.localdate(),
        "place": row.address,
        "people": "张三、李四",
        "premises": "办公楼三层，工位充足。",
        "business": "经营正常。",
        "need": "测试、运维各五人。",
        "finding": "suitable",
    }
    return row.visits.create(region=row.region, recorded_by=recorded_by, **usual | facts)


def make_world(slug, where, elsewhere):
    """Of a region: an employer that is no base, who acts for it, its district's officers; and
    strangers to them all."""
    with in_region(slug) as region:
        here, there = district(where), district(elsewhere)
        profile = make_profile(region, 81, "甲软件公司")
        other = make_profile(region, 82, "乙制造公司")
        # an authority needs a base only in the factories: here there is none yet
        world = SimpleNamespace(region=region, here=here, there=there, profile=profile, other=other)
        world.employer = acts_for(profile, here)
        world.stranger = acts_for(other, there)
        world.unconfirmed = acts_for(profile, here, state="submitted")
        office = make_office(where)
        world.clerk = make_member(office, "clerk")
        world.viewer = make_member(office, "viewer")
        world.elsewhere = make_member(make_office(elsewhere), "clerk", "reviewer")
        world.root = make_member(make_office(region.name), "reviewer")
        return world


def acts_for(profile, where, **facts):
    user = make_person()
    make_authority(
        user, SimpleNamespace(region=profile.region, district=where, profile=profile), **facts
    )
    return user


@contextmanager
def inside(world):
    with scope(region=Region.objects.get(pk=world.region.pk)), acting("test"):
        yield


def now(row):
    with scope(region=row.region):
        return type(row).objects.get(pk=row.pk)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(world, name, *args, side="employer", **query):
    return reverse(f"{side}:{name}", args=[world.region.slug, *args], query=query or None)


def text(response) -> str:
    return response.content.decode()
