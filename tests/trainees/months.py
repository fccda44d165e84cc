"""A base with a month to confirm, whoever acts for it, and the districts' officers. It is a day in
March."""

from datetime import date
from types import SimpleNamespace

from django.urls import reverse
from django.utils import timezone

from bases.models import Base
from jianxi.periods import Period
from jianxi.tenancy import scope
from reporting.models import Report
from tests.factories import in_region, make_agreement, make_base, make_position
from tests.people import make_authority, make_member, make_office, make_person
from trainees.models import Agreement, MonthCheck
from trainees.month_checks import confirm
from trainees.month_sheet import sheet_of

MARCH, FEBRUARY = Period.parse("2026-03"), Period.parse("2026-02")
TODAY, ARRIVED = date(2026, 3, 27), date(2026, 3, 9)
LAST_YEAR = date(2025, 12, 1)


def make_scene() -> SimpleNamespace:
    with in_region("chongqing") as region:
        base, other = make_base("渝中区", name="甲公司"), make_base("万州区", name="乙公司")
        owner, helper, stranger = (
            make_person("钱负责"),
            make_person("冯同事"),
            make_person("孙旁人"),
        )
        make_authority(owner, base)
        make_authority(helper, base, is_owner=False)
        make_authority(stranger, other)
        office = make_office("渝中区")
        return SimpleNamespace(
            region=region,
            base=base,
            other=other,
            position=make_position(base, headcount=20),
            owner=owner,
            helper=helper,
            stranger=stranger,
            youth=make_person("周青年", side="youth"),
            clerk=make_member(office, "clerk"),
            elsewhere=make_member(make_office("万州区"), "clerk"),
            root=make_member(make_office("重庆市"), "clerk"),
        )


def agreement(at, position=None, **facts) -> Agreement:
    """On post since last year, to the end of the next month."""
    usual = {
        "signed_on": LAST_YEAR,
        "planned_start": LAST_YEAR,
        "arrived_on": LAST_YEAR,
        "planned_end": date(2026, 4, 30),
    }
    with in_region("chongqing"):
        return make_agreement(position or at.position, **usual | facts)


def change(row, **facts):
    with in_region("chongqing"):
        for name, value in facts.items():
            setattr(row, name, value)
        row.save()


def inside(at):
    return scope(region=at.region)


def confirmed(at, month=MARCH, actor=None, **facts) -> MonthCheck:
    with inside(at):
        base = Base.objects.get(pk=at.base.pk)
        seen = sheet_of(base, month, timezone.localdate()).digest
        return confirm(base, month, actor=actor or at.owner, **{"seen": seen} | facts)


def address(month=MARCH) -> str:
    return reverse("employer:month_check", args=["chongqing"], query={"month": str(month)})


def shown(client, user, month=MARCH):
    client.force_login(user)
    return client.get(address(month))


def submit_march(at, state="submitted"):
    with in_region("chongqing") as region:
        for key in ("national14", "progress"):
            Report.objects.create(
                region=region,
                district=at.base.district,
                form_key=key,
                period=MARCH.start,
                ends_on=MARCH.end,
                state=state,
            )


def history_of(at) -> int:
    with inside(at):
        return MonthCheck.pgh_event_model.objects.count()
