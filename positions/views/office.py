"""Positions, as staff see them."""

from django.urls import reverse
from django.utils import timezone

from accounts.access import office
from jianxi import cases, corrections, lists
from jianxi.cases import Fact, Related, Section, facts
from positions.exports import PositionList
from positions.forms import PositionForm
from positions.models import Position
from positions.queries import PositionState


@office("view_records")
def positions(request, region):
    return lists.show(request, PositionList)


@office("view_records")
def position(request, region, pk):
    rows = Position.objects.with_state(timezone.localdate())
    row = cases.find(request, rows.select_related("base__profile__employer", "base__district"), pk)
    base = row.base
    at = [
        Fact("单位名称", base.profile.name, url=reverse("office:base", args=[region, base.pk])),
        Fact("统一社会信用代码", base.profile.employer.uscc),
        Fact("所属区县", base.district),
    ]
    post = facts(row, "title", "number", "category", "headcount", "is_model", "allowance")
    term = facts(row, "published_on", "valid_until", "closed_on")
    wanted = facts(row, "education", "major", "workplace", "duties")
    return cases.show(
        request,
        row,
        crumb="office:positions",
        edit="office:position_edit",
        number=row.number,
        state=PositionState(row.state_now),
        sections=[Section("岗位", post + term), Section("要求", wanted), Section("基地", at)],
    )


@office("edit_records")
def position_edit(request, region, pk):
    rows = Position.objects.standing().select_related("base__district")
    row = cases.find(request, rows, pk, "edit_records")
    return corrections.correct(
        request,
        [(PositionForm, row)],
        title=f"更正：{row.title}",
        back=reverse("office:position", args=[region, pk]),
    )


@cases.hangs_on("base")
def positions_of(request, base) -> Related:
    listed = PositionList(request.region)
    found = listed.rows().filter(base=base).order_by("-published_on", "-pk")
    return Related.first(
        "见习岗位",
        listed.some("岗位名称", "状态", "招募人数", "发布日期"),
        found,
        row_url=listed.url_of,
        url=listed.sought(base.profile.employer.uscc),
    )
