"""The months that bases confirmed, as the district sees them."""

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import office
from jianxi import cases, lists
from jianxi.cases import Fact, Section
from jianxi.history import timeline
from jianxi.lists import Column, Table
from trainees.models import Agreement, MonthCheck
from trainees.month_checks import LABEL, confirmed, differences, state_of
from trainees.month_list import MonthCheckList
from trainees.month_presenting import counted, since_table
from trainees.month_sheet import told


@office("view_records")
@require_safe
def month_checks(request, region):
    return lists.show(request, MonthCheckList)


@office("view_records")
@require_safe
def month_check(request, region, pk):
    """Whom the base confirmed, as the records were then; and what they say otherwise now."""
    rows = MonthCheck.objects.select_related("base__profile", "base__district", "confirmed_by")
    check = cases.find(request, rows, pk)
    changes = differences(check)
    listed = reverse("office:month_checks", args=[region], query={"month": str(check.period)})
    return render(
        request,
        "trainees/month_check_read.html",
        {
            "check": check,
            "listed": listed,
            "label": LABEL,
            "sections": [Section("核对情况", _facts(request, check, changes))],
            "state": state_of(check, len(changes)),
            "listing": (listing := _people(region, check, changes)),
            "counted": _counted(listing.rows, check.period),
            "since": since_table(
                changes,
                lambda row: row.trainee.masked("name"),
                lambda row: _agreement(region, row.pk),
            ),
            "entries": timeline(check),
        },
    )


def _facts(request, check, changes) -> list[Fact]:
    args = [request.region.slug, check.base_id]
    base, accounts = reverse("office:base", args=args), reverse("office:base_accounts", args=args)
    return [
        Fact("单位名称", check.base.profile.name, url=base),
        Fact("所属区县", check.base.district),
        *cases.facts(check, "confirmed_at", "on_post", "arrived", "ended"),
        Fact("核对人", check.confirmed_by.get_full_name(), url=accounts),
        Fact("核对之后变动", len(changes), note="与核对时不同的人数"),
        Fact("说明", check.note, wide=True),
    ]


def _counted(events, month) -> str:
    there = sum(told(event, month).arrived_on is not None for event in events)
    return counted(there, len(events) - there)


def _agreement(region, pk) -> str:
    return reverse("office:agreement", args=[region, pk])


def _people(region, check, changes) -> Table:
    month, changed = check.period, {one.row.pk for one in changes}
    kinds, outcomes = dict(Agreement.EndKind.choices), dict(Agreement.Outcome.choices)
    return Table(
        [
            Column("协议编号", "number"),
            Column("姓名", lambda event: event.trainee.masked("name")),
            Column("岗位名称", "position.title", minor=True),
            Column("到岗日期", lambda event: told(event, month).arrived_on),
            Column("结束日期", lambda event: told(event, month).ended_on),
            Column("结束方式", lambda event: kinds.get(told(event, month).end_kind, "")),
            Column("就业去向", lambda event: outcomes.get(told(event, month).outcome, "")),
            Column("现在", lambda event: "有变动" if event.pgh_obj_id in changed else "相同"),
        ],
        confirmed(check),
        lambda event: _agreement(region, event.pgh_obj_id),
    )
