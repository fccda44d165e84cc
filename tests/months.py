"""A region in the middle of its months: officers, a few records, and the addresses of a month."""

from datetime import date

from django.urls import reverse

from accounts.models import Role
from jianxi.history import acting
from reporting.compiling import compile_month, form_for
from reporting.loading import check
from reporting.models import Form, Report
from reporting.periods import Period
from reporting.workflow import WORKFLOW
from tests.factories import district, make_agreement, make_base, make_payment, make_position
from tests.people import make_members, make_office

MARCH = Period.parse("2026-03")


def officers(*places) -> dict:
    """A member of each role in an office of each place: (place, role) → user."""
    found = {}
    for place in places:
        held = make_members(make_office(place), Role.values, name=place)
        found |= {(place, role): user for role, user in held.items()}
    return found


def records(where="渝中区"):
    """A base with four places and a payment, someone on post since January, who arrived in March,
    and who ended then: figures 1, 3, 5 to 9, 13 and 14 are 1, 4, 1, 1, 1, 1, 1, 2 and 0.21."""
    base = make_base(where)
    position = make_position(base, headcount=4)
    make_agreement(position, arrived_on=date(2026, 1, 7))
    make_agreement(position, arrived_on=date(2026, 3, 2))
    make_agreement(
        position,
        arrived_on=date(2026, 1, 7),
        ended_on=date(2026, 3, 20),
        end_kind="retained_early",
        outcome="retained",
    )
    make_payment(base, amount="2100.50")
    return base, position


def compiled(region, period=MARCH, form="national14"):
    with acting("test"):
        return compile_month(form_for(region, period, form), period)


def define(code, form="national14", **facts):
    """Say otherwise what an indicator is, in the form as it is stored."""
    stored = Form.objects.get(key=form)
    for indicator in stored.definition["indicators"]:
        if indicator["code"] == code:
            indicator.update(facts)
    check(stored.key, stored.definition)
    stored.save()


def severity_of(code, severity, form="national14"):
    """Say otherwise what a rule asks for, in the form as it is stored."""
    stored = Form.objects.get(key=form)
    for rule in stored.definition["rules"]:
        if rule["code"] == code:
            rule["severity"] = severity
    stored.save()


def report_of(where="渝中区", period=MARCH, form="national14") -> Report:
    return Report.objects.get(form_key=form, period=period.start, district__in=[district(where).pk])


def at_three_stages(region, people) -> dict:
    """March of three districts with records: 渝中区 approved, 万州区 submitted,
    巴南区 neither. `people` holds the officers of 重庆市."""
    made = {where: records(where) for where in ("渝中区", "万州区", "巴南区")}
    compiled(region)
    for where in ("渝中区", "万州区"):
        submitted(where, people["重庆市", "clerk"])
    WORKFLOW.move(report_of("渝中区"), "approve", actor=people["重庆市", "reviewer"])
    return made


def submitted(where, by, period=MARCH) -> Report:
    return WORKFLOW.move(report_of(where, period), "submit", actor=by)


def decide(client, action, comment="", **where):
    """A decision as the page of a month sends it, looked at just now."""
    looked_at = client.get(address("month", **where)).context["seen"]
    name = "month_submit" if WORKFLOW.transitions[action].freezing else "month_course"
    sent = {"action": action, "comment": comment, "seen": looked_at}
    return client.post(address(name, **where), sent)


def address(name, *more, unit="渝中区", period="2026-03", form="national14", region="chongqing"):
    return reverse(f"office:{name}", args=[region, form, period, district(unit).key, *more])


def api(name, *more, unit="渝中区", period="2026-03", form="national14", region="chongqing"):
    return reverse(f"api:{name}", args=[region, form, period, district(unit).key, *more])
