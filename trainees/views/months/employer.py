"""月末核对: who interned at the base in a month, confirmed with one button."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from bases.access import employer
from jianxi.clocks import Clock
from jianxi.lists import Column, Table
from jianxi.periods import InvalidPeriod, Period
from jianxi.workflow import TransitionRefused
from regions.calendar import working_days
from trainees.models import MonthCheck
from trainees.month_checks import (
    base_of,
    check_of,
    confirm,
    differences,
    month_shown,
    not_now,
    recent,
    state_of,
)
from trainees.month_presenting import recent_table, since_table
from trainees.month_sheet import MonthSheet, sheet_of
from trainees.months import due


class ConfirmForm(forms.Form):
    """`seen`: which records were looked at (MonthSheet.digest)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="为什么还没有补记",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@employer()
def month_check(request, region):
    today = timezone.localdate()
    month = _asked(request, today)
    base = base_of(request.profile, month)
    if base is None:
        if request.method == "POST" or "month" in request.GET:
            raise Http404
        return render(request, "trainees/month_check.html", {"month": month, "sheet": None})
    form = ConfirmForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            check = confirm(base, month, actor=request.user, **form.cleaned_data)
        except ValidationError as faults:
            form.add_error(None, faults)
        except TransitionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _done(request, check))
            return redirect(_address(region, month))
    return _page(request, sheet_of(base, month, today), form)


def _asked(request, today) -> Period:
    """Raises Http404 for a month that is none, or lies ahead."""
    if (text := request.GET.get("month")) is None:
        return month_shown(request.profile, today)
    try:
        month = Period.parse(text)
    except InvalidPeriod as fault:
        raise Http404 from fault
    if month.start > today:
        raise Http404
    return month


def _done(request, check: MonthCheck) -> str:
    by = check.confirmed_by
    if by != request.user:
        return f"{check.period.words}已由{by}核对过，不用再核对。"
    return f"已核对 {check.period.words}。"


def _page(request, sheet: MonthSheet, sent: ConfirmForm | None):
    region, month = request.region.slug, sheet.month
    check = check_of(sheet.base, month)
    changes = differences(check) if check else []
    waits = not_now(sheet)
    form = None
    if not waits and (check is None or changes):
        form = sent or ConfirmForm(initial={"note": check.note if check else ""})
        # whatever was sent, it is this that is looked at from here on
        form.data, form.initial["seen"] = form.data.copy(), sheet.digest
        form.data["seen"] = sheet.digest
    context = {
        "month": month,
        "sheet": sheet,
        "check": check,
        "state": state_of(check, len(changes)),
        "changes": len(changes),
        "waits": waits,
        "form": form,
        "fault": sent.non_field_errors() if sent else "",
        "clock": _clock(sheet) if form else None,
        "tiles": _tiles(sheet),
        "gaps": [{"gap": gap, "url": _mends(region, gap)} for gap in sheet.gaps],
        "parts": _parts(region, sheet, changes),
        "before": _around(request, month.previous),
        "after": _around(request, month.next) if month.next.start <= sheet.today else "",
        "past": recent_table(
            recent(sheet.base, sheet.today), lambda row: _address(region, row.month), str
        ),
    }
    status = 422 if sent and sent.errors else 200
    return render(request, "trainees/month_check.html", context, status=status)


def _address(region: str, month: Period) -> str:
    return reverse("employer:month_check", args=[region], query={"month": str(month)})


def _around(request, month: Period) -> str:
    """Only months in which there was a base."""
    return _address(request.region.slug, month) if base_of(request.profile, month) else ""


def _clock(sheet) -> Clock:
    day = due(sheet.month)
    return Clock.at(sheet.today, day.date, working_days(), provisional=day.provisional)


def _tiles(sheet) -> list[dict]:
    numbers = [
        ("在岗", len(sheet.on_post), ""),
        ("本月到岗", len(sheet.arrived), ""),
        ("本月结束", sheet.left, ""),
        ("没有补记", len(sheet.gaps), "late" if sheet.gaps else ""),
    ]
    return [{"label": label, "value": n, "tone": tone, "url": ""} for label, n, tone in numbers]


def _mends(region, gap) -> str:
    """Where it is recorded: who did not come may be cancelled as well."""
    if gap.move:
        return reverse("employer:agreement_move", args=[region, gap.row.pk, gap.move])
    return reverse("employer:agreement", args=[region, gap.row.pk])


def _parts(region, sheet, changes) -> list[dict]:
    """`changes`: what differs since the month was confirmed. Who confirms reads all of it on a
    phone too: no column is left out there."""
    arrived, listed = {row.pk for row in sheet.arrived}, {row.pk for row in sheet.rows}
    changed = {one.row.pk for one in changes}

    def name(row):
        return f"{row.trainee.name}（有变动）" if row.pk in changed else row.trainee.name

    def page(row):
        return reverse("employer:agreement", args=[region, row.pk])

    since = since_table(
        changes,
        lambda row: row.trainee.name,
        lambda row: page(row) if row.pk in listed else "",
    )
    who = [Column("姓名", name), Column("岗位", "position.title")]
    on_post = Table(
        [
            *who,
            Column("到岗日期", "arrived_on"),
            Column("约定结束", "planned_end"),
            Column("本月", lambda row: "新到岗" if row.pk in arrived else "一直在岗"),
        ],
        sheet.on_post,
        page,
    )
    ended = Table(
        [
            *who,
            Column("结束日期", "ended_on"),
            Column("结束方式", "get_end_kind_display"),
            Column("就业去向", "get_outcome_display"),
        ],
        sheet.ended,
        page,
    )
    coming = Table(
        [
            Column("姓名", "row.trainee.name"),
            Column("岗位", "row.position.title"),
            Column("接下来", "words"),
            Column("日期", "day"),
        ],
        sheet.coming,
        lambda one: page(one.row),
    )
    positions = Table(
        [
            Column("岗位", "title"),
            Column("人数", "headcount", numeric=True),
            Column("现在空缺", lambda row: max(row.left, 0), numeric=True),
            Column("有效期至", "valid_until"),
        ],
        sheet.positions,
        lambda row: reverse("employer:position", args=[region, row.pk]),
    )
    return [
        {"title": "核对之后的变动", "listing": since, "nothing": ""},
        {"title": "在岗", "listing": on_post, "nothing": "没有人在岗。"},
        {"title": "本月结束", "listing": ended, "nothing": "本月没有人结束。"},
        {"title": "月底前还会有", "listing": coming, "nothing": ""},
        {"title": "公布着的岗位", "listing": positions, "nothing": "没有公布着的岗位。"},
    ]
