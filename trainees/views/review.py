"""Applications as the district reviews them: the lists, one, and many at once; the pool."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.reveal import reveal_urls
from jianxi import cases, tabs
from jianxi.cases import Related, comment_of
from jianxi.clocks import Clock
from jianxi.findings import for_page, summary
from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.lists import Column, Table, chosen, clock_badge, page_of, total_of
from jianxi.records import TooMany
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from jianxi.worklist import assignment_of
from positions.forms import DecisionForm
from positions.models import Position
from positions.review import move_many
from regions.calendar import working_days
from trainees import presenting
from trainees.applying import COURSE, REVIEW
from trainees.chasing import chase
from trainees.models import Application
from trainees.review import REASONS, judged, neighbours, placing, waiting
from trainees.rules import ADULT

State = Application.State
POOL = "pool"
TABS = {
    "": ("待审核", Q(state=State.SUBMITTED, from_pool=False)),
    POOL: ("人才库", Q(state=State.SUBMITTED, from_pool=True)),
    "referred": ("等单位答复", Q(state=State.REFERRED)),
    "returned": ("退回补正", Q(state=State.RETURNED)),
    "placed": ("待签协议", Q(state__in=[State.ACCEPTED, State.DISPATCHED])),
    "over": (
        "已办结",
        Q(state__in=[State.SIGNED, State.DECLINED, State.REJECTED, State.WITHDRAWN]),
    ),
}
BY_CLOCK = {"", POOL, "referred"}
DECISIONS = {"refer": "good", "return": "", "reject": "late"}
TONES = DECISIONS | {"put_back": "plain", "return": "plain"}
OFFERED = 20  # positions to place somebody in; more are found by words


@office("view_records")
@require_GET
def applications(request, region):
    """What waits, first due first; the others newest first."""
    return _list(request, tabs.chosen_of(request, TABS.keys() - {POOL}))


@office("view_records")
@require_GET
def pool(request, region):
    """Who left the choice of a position to the district."""
    return _list(request, POOL)


def _list(request, tab):
    region, access = request.region.slug, request.access
    seen = Application.objects.standing().in_districts(access.districts("view_records"))
    found = seen.filter(TABS[tab][1]).select_related(
        "trainee", "position__base__profile", "district"
    )
    by_clock = tab in BY_CLOCK
    page = page_of(found, "due_on" if by_clock else "", request.GET, oldest_first=by_clock)
    listing = Table(
        _columns(page.rows, tab),
        page.rows,
        lambda row: reverse("office:application", args=[region, row.pk]),
        page.start,
        _batch(region, tab) if access.holds(REVIEW) else (),
        total_of(found),
    )
    context = {"listing": listing, "page": page, "tabs": _tabs(region, tab), "tab": tab}
    return render(request, "trainees/applications.html", context)


def _tabs(region, active):
    here = reverse("office:applications", args=[region])
    address = {"": here, POOL: reverse("office:pool", args=[region])}
    return [
        tabs.tab(label, address.get(name, f"{here}?tab={name}"), name == active)
        for name, (label, _) in TABS.items()
    ]


def _columns(rows, tab):
    today, calendar = timezone.localdate(), working_days()
    columns = [
        Column("姓名", lambda row: row.trainee.masked("name")),
        Column("报名岗位", presenting.sought),
        Column("单位名称", "position.base.profile.name", minor=tab == POOL),
        Column("审核区县", "district.name", minor=True),
    ]
    clock = Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar)))
    if tab in ("", POOL):
        found = judged(rows, today)
        return [*columns, Column("自动核验", lambda row: summary(found[row.pk])), clock]
    if tab == "referred":
        return [*columns, Column("推送时间", "referred_at", minor=True), clock]
    state = Column("状态", lambda row: State(row.state), badge=True)
    return [*columns, state, Column("报名时间", "submitted_at", minor=True)]


def _batch(region, tab):
    decide = reverse("office:applications_decide", args=[region])
    chasing = reverse("office:applications_chase", args=[region])
    if tab == "":
        offered = [
            (COURSE.transitions[name].label, f"{decide}?decision={name}", tone)
            for name, tone in DECISIONS.items()
        ]
    else:
        offered = [("催办", chasing, "")] if tab == "referred" else []
    return tuple(
        {"label": label, "url": url, "tone": tone, "confirm": ""} for label, url, tone in offered
    )


# --- One


@office("view_records")
def application(request, region, pk):
    row, fault, comment = _find(request, pk), "", ""
    if request.method == "POST":
        cases.find(request, Application.objects.standing(), pk, REVIEW)
        name = request.POST.get("action", "")
        if name not in {*DECISIONS, "put_back", "dispatch"}:
            raise Http404
        comment = request.POST.get("comment", "")
        try:
            moved = _move(request, row, name)
        except TransitionRefused as refused:
            fault, row = str(refused), _find(request, pk)
        else:
            return _next(request, moved, COURSE.transitions[name].label)
    return _page(request, row, fault, comment)


def _move(request, row, name):
    """Carry out a decision; one from the pool is given the position that was chosen."""
    facts = {}
    if row.from_pool and name == placing(timezone.localdate()):
        facts["position"] = _asked_for(request)
    return COURSE.move(row, name, actor=request.user, comment=comment_of(request), **facts)


def _asked_for(request) -> Position | None:
    number = request.POST.get("position", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    rows = _offered(request).select_related("base__profile", "base__district")
    return rows.filter(pk=number).first()


def _page(request, row, fault, comment):
    region, today, calendar = request.region.slug, timezone.localdate(), working_days()
    before, after = neighbours(request.access, row)
    open_now = COURSE.open_to(request.user, row)
    found = judged([row], today).get(row.pk, [])
    context = {
        "case": {
            "title": f"{row.trainee.title}：{presenting.sought(row)}",
            "number": "",
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, today, calendar),
            "assignment": assignment_of(row),
            "crumbs": [_crumb(region, POOL if row.from_pool else "")],
            "url_before": before and reverse("office:application", args=[region, before.pk]),
            "url_after": after and reverse("office:application", args=[region, after.pk]),
        },
        "application": row,
        "findings": for_page(found),
        "summary": summary(found),
        "sections": presenting.for_office(row, today, reveal_urls(request, "trainee", row.trainee)),
        "others": _related(request, {"trainee": row.trainee_id}, but=row),
        "entries": presenting.happened(row),
        "actions": _actions(row, open_now),
        "actions_url": request.path,
        "reasons": REASONS if row.state == State.SUBMITTED else [],
        "fault": fault,
        "comment": comment,
        "late": row.state == State.REFERRED and row.due_on < today,
        "may_chase": row.chased_on != today and cases.may(request, row, REVIEW),
        "places": _places(request, row, open_now, today),
    }
    return render(request, "trainees/application.html", context, status=422 if fault else 200)


def _actions(row, transitions):
    """What is decided with a comment alone: for one from the pool a position is chosen first."""
    return [
        {
            "name": one.name,
            "label": one.label,
            "comment_required": one.comment_required,
            "tone": TONES[one.name],
            "url": "",
            "confirm": "",
        }
        for one in transitions
        if one.name in TONES and not (row.from_pool and one.name == "refer")
    ]


def _places(request, row, open_now, today):
    """The positions one from the pool can be brought to, for who may do so; else None."""
    name = placing(today)
    if not row.from_pool or name not in {one.name for one in open_now}:
        return None
    fault = ""
    try:
        words = clean_text(request.GET.get("q", ""))[:80]
    except InvalidIdentifier as reason:
        words, fault = "", f"查找的词{reason}。"
    rows = _offered(request).recruiting(today)
    if row.trainee.age_on(today) < ADULT:
        rows = rows.filter(hazards=False)
    if words:
        try:
            rows = rows.search(words, request.access.districts(REVIEW))
        except TooMany as reason:
            rows, fault = rows.none(), str(reason)
    found = rows.with_places().select_related("base__profile", "base__district")
    return {
        "words": words,
        "fault": fault,
        "action": name,
        "label": COURSE.transitions[name].label if name == "dispatch" else "推送",
        "rows": list(found.order_by("-published_on", "-pk")[:OFFERED]),
    }


def _offered(request):
    return Position.objects.standing().in_districts(request.access.districts(REVIEW))


@cases.hangs_on("position")
def applications_of_position(request, position) -> Related:
    return _related(request, {"position": position})


@cases.hangs_on("trainee")
def applications_of_trainee(request, trainee) -> Related:
    return _related(request, {"trainee": trainee})


def _related(request, found, but=None) -> Related:
    """Those in the districts the user sees, newest first."""
    region, seen = request.region.slug, request.access.districts("view_records")
    rows = Application.objects.standing().filter(**found).exclude(pk=but and but.pk)
    columns = [
        Column("姓名", lambda row: row.trainee.masked("name")),
        Column("报名岗位", presenting.sought),
        Column("单位名称", "position.base.profile.name"),
        Column("状态", lambda row: State(row.state), badge=True),
        Column("报名时间", "submitted_at"),
    ]
    return Related.first(
        "报名",
        columns,
        rows.in_districts(seen)
        .select_related("trainee", "position__base__profile")
        .order_by("-pk"),
        row_url=lambda row: reverse("office:application", args=[region, row.pk]),
    )


def _crumb(region, tab):
    address = reverse("office:pool" if tab == POOL else "office:applications", args=[region])
    return {"label": "人才库" if tab == POOL else "报名审核", "url": address}


def _next(request, row, label):
    """The next one opens by itself; after the last one, the list."""
    region = request.region.slug
    messages.success(request, f"{row.trainee.title}：已{label}。")
    following = waiting(request.access, from_pool=row.from_pool).exclude(pk=row.pk).first()
    if following:
        return redirect("office:application", region, following.pk)
    return redirect("office:pool" if row.from_pool else "office:applications", region)


# --- Many


@office(REVIEW)
@require_POST
def applications_decide(request, region):
    """Shows what was chosen, with the checks; decides when it comes back with a comment."""
    name = request.GET.get("decision", "")
    if name not in DECISIONS:
        raise Http404
    transition, back = COURSE.transitions[name], _crumb(region, "")
    rows = _chosen(request, State.SUBMITTED).filter(from_pool=False)
    if not rows:
        messages.warning(request, "选中的报名刚刚已由同事办理，或由本人撤回。")
        return redirect(back["url"])
    form = DecisionForm(request.POST if "decide" in request.POST else None)
    form.fields["comment"].help_text = "退回、不予通过必须写明，本人看得到。"
    if form.is_valid():
        comment = form.cleaned_data["comment"].strip()
        if transition.comment_required and not comment:
            form.add_error("comment", f"{transition.label}需要写明意见。")
        else:
            done, refused = move_many(
                rows, name, actor=request.user, comment=comment, course=COURSE
            )
            if done:
                messages.success(request, f"{len(done)} 份报名已{transition.label}。")
            for row, reason in refused:
                messages.warning(request, f"{row.trainee.title}没有办理：{reason}")
            return redirect(back["url"])
    found = judged(rows, timezone.localdate())
    context = {
        "decision": transition,
        "form": form,
        "rows": [
            {
                "pk": row.pk,
                "title": row.trainee.title,
                "about": f"{row.position.title} · {row.position.base.profile.name}",
                "summary": summary(found[row.pk]),
                "notes": [f for f in for_page(found[row.pk]) if f["outcome"] != "pass"],
            }
            for row in rows
        ],
        "reasons": REASONS if transition.comment_required else [],
        "crumb": back,
        "what": "份报名",
    }
    return render(request, "cases/decide.html", context, status=422 if form.errors else 200)


@office(REVIEW)
@require_POST
def applications_chase(request, region):
    """Remind the bases that are late, of the chosen ones."""
    number = chase(_chosen(request, State.REFERRED), actor=request.user)
    if number:
        messages.success(request, f"已就 {number} 份报名提醒单位答复。")
    else:
        messages.warning(request, "选中的报名没有超过答复期限，或者今天已经催办过。")
    return redirect(f"{reverse('office:applications', args=[region])}?tab=referred")


def _chosen(request, state):
    """Those whose numbers were sent, of districts where the user reviews."""
    rows = Application.objects.standing().filter(state=state, pk__in=chosen(request, "报名"))
    rows = rows.in_districts(request.access.districts(REVIEW))
    return rows.select_related("trainee", "position__base__profile").order_by("due_on", "pk")


def _find(request, pk) -> Application:
    rows = Application.objects.standing().select_related(
        "trainee__home_district", "position__base__profile", "position__base__district", "district"
    )
    return cases.find(request, rows, pk)
