"""What a region shows over its year: targets within reach or not, a list of key enterprises, the
bulletin of the newest month that is locked."""

from datetime import date
from itertools import cycle

from accounts.models import Role
from bases.models import Base
from jianxi.history import acting
from portal.demo import dates
from portal.demo.offices import Offices
from regions.models import District, Region
from reporting.compiling import form_for
from reporting.periods import Period
from reporting.year import bulletin, targets
from reporting.year.enterprises import Line, take_in

PERCENT_REACHED = [105, 88, 71, 94, 60, 112, 38]  # by the end of today, one unit after the other
LIST = "示范性重点工业企业名单"
EVERY = 25  # base in so many is a key enterprise
NOT_YET = ["某某精密仪器有限公司", "某某新材料有限公司", "某某智能装备有限公司"]


def make(region: Region, offices: Offices, today: date):
    root = District.objects.root()
    staff = offices.staff[root.pk]
    take_in(region, LIST, _enterprises(root), actor=staff[Role.ADMIN])
    _targets(region, today, staff[Role.ADMIN])
    period = Period.month_of(today).previous.previous
    with acting(staff[Role.CLERK]):
        drafted = bulletin.draft(form_for(region, period), period)
    dates.of_bulletin(bulletin.WORKFLOW.move(drafted, "publish", actor=staff[Role.REVIEWER]))


def _enterprises(root: District) -> list[Line]:
    bases = Base.objects.standing().select_related("profile__employer", "district")
    some = list(bases.order_by("pk")[::EVERY])
    known = {base.profile.name: base for base in some}
    lines = [Line(name, base.profile.employer.uscc, base.district) for name, base in known.items()]
    return lines + [Line(name, "", None) for name in NOT_YET]


def _targets(region: Region, today: date, actor):
    """So that what the records have reached is the share that PERCENT_REACHED says."""
    year = targets.Year(region, today.year, today)
    values = {}
    for unit, percent in zip(year.units.children(year.units.root), cycle(PERCENT_REACHED)):
        for key, mark in year.marks(unit).items():
            if mark.done and not mark.implied:
                values[unit.pk, key] = max(1, round(mark.done * 100 / percent))
    targets.enter(region, today.year, values, actor=actor, reason="演示数据")
