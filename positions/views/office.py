"""Published positions, as staff see them. Those under review: see review.py."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.reveal import reveal_urls
from jianxi import cases, corrections, lists
from jianxi.cases import Fact, Related
from jianxi.history import acting
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from positions import presenting
from positions.exports import PositionList
from positions.forms import PositionForm
from positions.models import Position
from positions.workflow import COURSE, REVIEW
from regions.policy import policy_at
from regions.wording import percent


@office("view_records")
@require_GET
def positions(request, region):
    return lists.show(request, PositionList)


@office("view_records")
@require_GET
def position(request, region, pk):
    return _page(request, _find(request, pk))


def _page(request, row, fault="", comment=""):
    region = request.region.slug
    reveal = reveal_urls(request, "position", row)
    actions = [] if row.voided_at else COURSE.open_to(request.user, row)
    return cases.show(
        request,
        row,
        crumb="office:positions",
        edit="office:position_edit",
        number=row.number,
        state=presenting.state_of(row),
        sections=presenting.sections(
            row,
            mentor=Fact("带教老师", row.masked("mentor"), reveal_url=reveal.get("mentor", "")),
            at=presenting.of_base(row, region),
        ),
        template="positions/position.html",
        entries=cases.happened(COURSE, row),
        actions=actions,
        actions_url=reverse("office:position_act", args=[region, row.pk]),
        model=_model(request, row),
        fault=fault,
        comment=comment,
        status=422 if fault else 200,
    )


@office(REVIEW)
@require_POST
def position_act(request, region, pk):
    """Pause, resume or close."""
    row = _find(request, pk, REVIEW)
    name, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    if name not in COURSE.transitions:
        raise Http404
    try:
        COURSE.move(row, name, actor=request.user, comment=comment)
    except TransitionRefused as refused:
        return _page(request, row, str(refused), comment)
    messages.success(request, f"已{COURSE.transitions[name].label}。")
    return redirect("office:position", region, pk)


@office(REVIEW)
@require_POST
def position_model(request, region, pk):
    """Mark as a model for others, or take the mark back."""
    row = _find(request, pk, REVIEW)
    row = Position.objects.select_for_update(of=("self",)).get(pk=row.pk)
    row.is_model = "unmark" not in request.POST
    with acting(request.user, "标为示范岗位" if row.is_model else "取消示范岗位"):
        row.save(update_fields=["is_model"])
    messages.success(request, "已标为示范岗位。" if row.is_model else "已取消示范岗位。")
    return redirect("office:position", region, pk)


@office("edit_records")
def position_edit(request, region, pk):
    rows = Position.objects.published().select_related("base__district")
    row = cases.find(request, rows, pk, "edit_records")
    return corrections.correct(
        request,
        [(PositionForm, row)],
        title=f"更正：{row.title}",
        back=reverse("office:position", args=[region, pk]),
    )


def _find(request, pk, permission="view_records"):
    rows = Position.objects.filter(published_on__isnull=False).with_state(timezone.localdate())
    return cases.find(
        request, rows.select_related("base__profile__employer", "base__district"), pk, permission
    )


def _model(request, row) -> dict:
    """How many of the district's positions are models, against the least share there should be."""
    if row.voided_at or not cases.may(request, row, REVIEW):
        return {}
    told = {
        "url": reverse("office:position_model", args=[request.region.slug, row.pk]),
        "share": "",
    }
    rule = policy_at(timezone.localdate()).get("model_positions_min_share")
    if rule:
        here = Position.objects.existing(timezone.localdate()).filter(
            base__district=row.base.district_id
        )
        models, total = here.filter(is_model=True).count(), here.count()
        told["share"] = (
            f"{row.base.district}现有 {total} 个岗位，示范岗位 {models} 个；"
            f"应不少于 {percent(rule.value)}（{rule.source}）。"
        )
    return told


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
