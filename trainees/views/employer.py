"""Applications as the base they were passed to sees them: to be answered, taken in, over."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from bases.access import employer
from jianxi.cases import comment_of
from jianxi.clocks import Clock
from jianxi.findings import blocking, for_page
from jianxi.lists import Column, Table, clock_badge, page_of, total_of
from jianxi.tabs import chosen_of, counted, tabs
from jianxi.workflow import TransitionRefused
from positions.rules import GATES, INTERVIEWS
from regions.calendar import working_days
from regions.policy import policy_at
from trainees import presenting
from trainees.applying import COURSE
from trainees.models import Application
from trainees.placing import place_findings, with_places

State = Application.State
TABS = {
    "": ("待答复", Q(state=State.REFERRED)),
    "accepted": ("已接收", Q(state__in=[State.ACCEPTED, State.DISPATCHED, State.SIGNED])),
    "over": ("未接收", Q(state__in=[State.DECLINED, State.WITHDRAWN])),
}
TONES = {"accept": "good", "decline": "late", "put_back": "late"}
# Why a base declines, a click each; the second where gates may be set.
REASONS = ["岗位已经招满", "联系不上本人", "本人表示不来"]
OF_GATES = ["专业与岗位不合", "技能与岗位要求不合"]


@employer()
@require_GET
def applications(request, region):
    tab = chosen_of(request, TABS)
    mine = _mine(request)
    counts = counted(mine, {name: within for name, (_, within) in TABS.items()})
    found = mine.filter(TABS[tab][1]).select_related("trainee", "position")
    page = page_of(found, "" if tab else "due_on", request.GET, oldest_first=not tab)
    listing = Table(
        _columns(tab),
        page.rows,
        lambda row: reverse("employer:application", args=[region, row.pk]),
        page.start,
        (),
        total_of(found),
    )
    context = {
        "listing": listing,
        "page": page,
        "tabs": tabs(request, TABS, tab, counts),
        "tab": tab,
    }
    return render(request, "trainees/received.html", context)


def _columns(tab):
    today, calendar = timezone.localdate(), working_days()
    name = Column("姓名", presenting.name_at_base)
    position = Column("报名岗位", "position.title")
    state = Column("状态", lambda row: State(row.state), badge=True)
    since = Column("推送时间", "referred_at", minor=True)
    if tab:
        return [name, position, state, since]
    education = Column("学历", "trainee.education")
    clock = Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar)))
    return [name, position, education, since, clock]


@employer()
def application(request, region, pk):
    row, fault, comment = _find(request, pk), "", ""
    if request.method == "POST":
        name, comment = request.POST.get("action", ""), request.POST.get("comment", "")
        if name not in TONES:
            raise Http404
        try:
            COURSE.move(row, name, actor=request.user, comment=comment_of(request))
        except TransitionRefused as refused:
            fault, row = str(refused), _find(request, pk)
        else:
            return _next(request, row, COURSE.transitions[name])
    return _page(request, row, fault, comment)


def _page(request, row, fault, comment):
    region, today = request.region.slug, timezone.localdate()
    answering, policy = row.state == State.REFERRED, policy_at(today)
    position = with_places(row.position)
    found = place_findings(position, today) if answering else []
    actions = _actions(request, row, can_accept=not blocking(found))
    forbidden = policy.get(INTERVIEWS)
    context = {
        "case": {
            "title": f"{presenting.name_at_base(row)}：{row}",
            "number": "",
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, today, working_days()),
            "crumbs": [{"label": "报名", "url": reverse("employer:applications", args=[region])}],
            "url_before": "",
            "url_after": "",
        },
        "application": row,
        "findings": for_page(found),
        "left": max(position.left, 0),
        "taken_in": row.state in (State.ACCEPTED, State.DISPATCHED),
        "interviews": forbidden if forbidden and forbidden.value else None,
        "sections": presenting.for_base(row, today),
        "entries": presenting.happened_at_base(row),
        "actions": actions,
        "actions_url": request.path,
        "reasons": _reasons(policy) if actions else [],
        "fault": fault,
        "comment": comment,
    }
    status = 422 if fault else 200
    return render(request, "trainees/received_application.html", context, status=status)


def _actions(request, row, *, can_accept):
    return [
        {
            "name": one.name,
            "label": one.label,
            "comment_required": one.comment_required,
            "tone": TONES[one.name],
            "url": "",
            "confirm": "" if row.state == State.REFERRED else "确定不再接收？本人会收到通知。",
        }
        for one in COURSE.open_to(request.user, row)
        if one.name in TONES and (can_accept or one.name != "accept")
    ]


def _reasons(policy) -> list[str]:
    gates = GATES in policy and policy[GATES].value
    return REASONS if gates else [*REASONS, *OF_GATES]


def _next(request, row, done):
    """The next one to be answered opens by itself; after the last one, the list."""
    region = request.region.slug
    then = "接下来请在“协议签订”里拟定协议。" if done.target == State.ACCEPTED else ""
    messages.success(request, f"{row.trainee.name}：已{done.label}。{then}")
    waiting = _mine(request).filter(state=State.REFERRED).exclude(pk=row.pk)
    if following := waiting.order_by("due_on", "pk").first():
        return redirect("employer:application", region, following.pk)
    return redirect("employer:applications", region)


def _mine(request):
    """Passed to the employer's positions, whatever became of them."""
    rows = Application.objects.standing().filter(referred_at__isnull=False)
    return rows.filter(position__base__profile=request.profile)


def _find(request, pk) -> Application:
    rows = _mine(request).select_related(
        "trainee", "region", "position__base__profile", "position__base__district"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
