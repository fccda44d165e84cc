"""An employer's positions: filing them, following them, stopping them."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bases.access import employer, existing_base
from bases.models import Base
from jianxi import cases, files
from jianxi.cases import Fact
from jianxi.clocks import Clock
from jianxi.filing import Filing
from jianxi.findings import for_page, summary
from jianxi.lists import Column, Table, chosen, clock_badge, page_of, total_of
from jianxi.tabs import counted, tabs
from jianxi.workflow import TransitionRefused
from positions import batch, presenting
from positions.drafts import begin, copy
from positions.facts import check
from positions.forms import FilingForm, SheetForm
from positions.models import Position
from positions.queries import PositionState
from positions.review import move_many
from positions.rules import GATES
from positions.workflow import COURSE
from regions.calendar import working_days
from regions.policy import policy_at

State = Position.State
EDITABLE = (State.DRAFT, State.RETURNED)
OPEN = [PositionState.RECRUITING, PositionState.PAUSED, PositionState.PENDING]
PAST = [PositionState.CLOSED, PositionState.STOPPED]
TABS = {
    "": ("填报中", Q(state__in=[State.DRAFT, State.RETURNED])),
    "review": ("审核中", Q(state=State.SUBMITTED)),
    "open": ("招募中", Q(state_now__in=OPEN)),
    "past": ("已结束", Q(state=State.REJECTED) | Q(state_now__in=PAST)),
}


@employer()
@require_GET
def positions(request, region):
    asked = request.GET.get("tab")
    if asked not in {None, *TABS}:
        raise Http404
    mine = _mine(request)
    counts = counted(mine, {name: within for name, (_, within) in TABS.items()})
    # Where none is asked for, the first that has something in it.
    filled = (key for key in TABS if counts[key])
    tab = next(filled, "") if asked is None else asked
    found = mine.with_places().filter(TABS[tab][1])
    page = page_of(found, "", request.GET)
    listing = Table(
        _columns(tab),
        page.rows,
        lambda row: reverse("employer:position", args=[region, row.pk]),
        page.start,
        _batch(region, tab),
        total_of(found),
    )
    context = {
        "listing": listing,
        "page": page,
        "tabs": tabs(request, TABS, tab, counts),
        "tab": tab,
        "base": existing_base(request.profile),
    }
    return render(request, "positions/own.html", context)


def _columns(tab):
    today, calendar = timezone.localdate(), working_days()
    title, state = Column("岗位名称", str), Column("状态", presenting.state_of, badge=True)
    places = Column("招募人数", "headcount", numeric=True)
    clock = Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar)))
    until = Column("有效期至", "valid_until")
    if tab == "review":
        return [title, state, places, Column("提交时间", "submitted_at", minor=True), clock]
    if tab == "open":
        return [title, state, places, Column("还有名额", "left", numeric=True), until]
    return [title, state, places, until]


def _batch(region, tab):
    address = {"": ("提交审核", "positions_submit"), "past": ("照抄为新岗位", "positions_copy")}
    address["open"] = address["past"]
    if tab not in address:
        return ()
    label, name = address[tab]
    url = reverse(f"employer:{name}", args=[region])
    return ({"label": label, "url": url, "tone": "", "confirm": ""},)


@employer()
@require_GET
def position(request, region, pk):
    return _page(request, _find(request, pk))


def _page(request, row, fault="", comment=""):
    region = request.region.slug
    address = [region, row.pk]
    entries = cases.happened(COURSE, row)
    under_way = row.state in (State.DRAFT, State.RETURNED, State.SUBMITTED)
    found = check(row) if under_way else []
    state = presenting.state_of(row)
    base = [Fact("单位名称", row.base.profile.name), Fact("所属区县", row.base.district)]
    context = {
        "case": {
            "title": row.title or str(row),
            "number": row.number,
            "state": state.value,
            "state_label": state.label,
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "crumbs": [{"label": "岗位", "url": reverse("employer:positions", args=[region])}],
            "url_before": "",
            "url_after": "",
        },
        "position": row,
        "may_edit": row.state in EDITABLE,
        "decision": cases.sent_back(COURSE, row, entries),
        "findings": for_page(found),
        "summary": summary(found),
        "sections": presenting.sections(row, mentor=Fact("带教老师", row.mentor), at=base),
        "entries": entries,
        "actions": [one for one in COURSE.open_to(request.user, row) if one.name != "submit"],
        "actions_url": reverse("employer:position_act", args=address),
        "fault": fault,
        "comment": comment,
    }
    return render(request, "positions/own_position.html", context, status=422 if fault else 200)


@employer()
@require_POST
def position_act(request, region, pk):
    """Withdraw, pause, resume or close."""
    row = _find(request, pk)
    name, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
    if name not in COURSE.transitions:
        raise Http404
    try:
        COURSE.move(row, name, actor=request.user, comment=comment)
    except TransitionRefused as refused:
        return _page(request, _find(request, pk), str(refused), comment)
    messages.success(request, f"已{COURSE.transitions[name].label}。")
    return redirect("employer:position", region, pk)


# --- Filing


@employer()
@require_POST
def position_new(request, region):
    return redirect("employer:position_edit", region, begin(_required_base(request)).pk)


@employer()
def position_edit(request, region, pk):
    return FILING.typed(request, pk)


@employer()
@require_POST
def position_save(request, region, pk):
    return FILING.kept(request, pk)


@employer()
@require_POST
def position_discard(request, region, pk):
    row = _locked(request, pk)
    if row is None or row.submitted_at:
        raise BadRequest("提交过的岗位不能删除。")
    row.delete()
    messages.success(request, "草稿已删除。")
    return redirect("employer:positions", region)


def _form_of(row):
    policy = policy_at(timezone.localdate())
    return lambda *args, **kwargs: FilingForm(*args, policy=policy, **kwargs)


def _around(request, row) -> dict:
    entries = cases.happened(COURSE, row) if row.state == State.RETURNED else []
    return {
        "position": row,
        "gates": policy_at(timezone.localdate()).get(GATES),
        "decision": cases.sent_back(COURSE, row, entries),
    }


def _hand_in(request, draft):
    try:
        COURSE.move(draft.row, "submit", actor=request.user)
    except TransitionRefused as refused:
        draft.form.add_error(None, str(refused))
        return None
    messages.success(request, "已提交，由所属区县审核。")
    return redirect("employer:position", request.region.slug, draft.row.pk)


# --- Many


@employer()
@require_POST
def positions_submit(request, region):
    rows = _chosen(request).filter(state__in=EDITABLE)
    done, refused = move_many(rows, "submit", actor=request.user)
    if done:
        messages.success(request, f"{len(done)} 个岗位已提交，由所属区县审核。")
    for row, reason in refused:
        messages.warning(request, f"{row}没有提交：{reason}")
    return redirect("employer:positions", region)


@employer()
@require_POST
def positions_copy(request, region):
    """Last year's once more: copies as drafts, to be completed."""
    _required_base(request)
    policy = policy_at(timezone.localdate())
    gates = not (GATES in policy and policy[GATES].value)
    copies = [copy(row, gates=gates) for row in _chosen(request)]
    if not copies:
        messages.warning(request, "选中的岗位找不到了，没有照抄。")
        return redirect("employer:positions", region)
    messages.success(request, f"已照抄 {len(copies)} 个岗位，请补上有效期，核对后提交。")
    if len(copies) == 1:
        return redirect("employer:position_edit", region, copies[0].pk)
    return redirect("employer:positions", region)


@employer()
def positions_sheet(request, region):
    """Many positions from a spreadsheet, as drafts."""
    base, outcome = _required_base(request), None
    form = SheetForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            outcome = batch.load(form.cleaned_data["file"], base=base, actor=request.user)
        except batch.NotLoaded as fault:
            form.add_error("file", f"{fault}。")
        else:
            if outcome.kept:
                messages.success(request, f"已存为草稿 {outcome.kept} 个岗位，核对后提交。")
            if not outcome.refused:
                return redirect("employer:positions", region)
    context = {"form": form, "outcome": outcome}
    return render(request, "positions/sheet.html", context, status=422 if form.errors else 200)


@employer()
@require_GET
def positions_template(request, region):
    response = HttpResponse(content_type=files.XLSX)
    response["Content-Disposition"] = "attachment; filename*=utf-8''%E5%B2%97%E4%BD%8D.xlsx"
    batch.write_template(_required_base(request), response)
    return response


# --- Whose


def _mine(request):
    rows = Position.objects.standing().filter(base__profile=request.profile)
    return rows.with_state(timezone.localdate()).select_related("base__profile", "base__district")


def _find(request, pk) -> Position:
    row = _mine(request).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _locked(request, pk) -> Position | None:
    """The filing, kept from others until it is written; None where it can no longer be changed."""
    _find(request, pk)
    rows = Position.objects.select_for_update(of=("self",)).select_related(
        "base__profile", "base__district"
    )
    row = rows.get(pk=pk)
    return row if row.state in EDITABLE else None


def _chosen(request):
    return _mine(request).filter(pk__in=chosen(request, "岗位")).order_by("pk")


def _required_base(request) -> Base:
    base = existing_base(request.profile)
    if base is None:
        word = request.region.base_word
        raise BadRequest(f"单位现在不是在册的见习{word}，不能填报岗位。")
    return base


FILING = Filing(
    find=_find,
    locked=_locked,
    is_open=lambda row: row.state in EDITABLE,
    form_of=_form_of,
    check=check,
    hand_in=_hand_in,
    around=_around,
    template="positions/edit.html",
    page="employer:position",
    edit="employer:position_edit",
    save="employer:position_save",
    closed="这个岗位已经提交，不能再改。",
)
