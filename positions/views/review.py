"""The review of filings by the district: the list, one, and many at once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.reveal import reveal_urls
from jianxi import cases
from jianxi.cases import Fact
from jianxi.clocks import Clock
from jianxi.findings import for_page, summary
from jianxi.lists import Column, Table, chosen, clock_badge, page_of, total_of
from jianxi.tabs import chosen_of, tabs
from jianxi.web import office
from jianxi.workflow import TransitionRefused
from jianxi.worklist import assignment_of
from positions import presenting
from positions.facts import check, findings_of
from positions.forms import DecisionForm
from positions.models import Position
from positions.review import DECISIONS, REASONS, move_many, neighbours, waiting
from positions.workflow import COURSE, REVIEW
from regions.calendar import working_days

State = Position.State
TABS = {"": State.SUBMITTED, "returned": State.RETURNED, "rejected": State.REJECTED}


@office("view_records")
@require_GET
def position_reviews(request, region):
    """What waits, first due first; what was sent back or refused, newest first."""
    tab = chosen_of(request, TABS)
    seen = Position.objects.filed().in_districts(request.access.districts("view_records"))
    found = seen.filter(state=TABS[tab]).select_related("base__profile", "base__district")
    page = page_of(found, "" if tab else "due_on", request.GET, oldest_first=not tab)
    decide = not tab and request.access.holds(REVIEW)
    listing = Table(
        _columns(page.rows, waiting=not tab),
        page.rows,
        lambda row: reverse("office:position_review", args=[region, row.pk]),
        page.start,
        _batch(region) if decide else (),
        total_of(found),
    )
    labels = {name: state.label for name, state in TABS.items()}
    context = {"listing": listing, "page": page, "tabs": tabs(request, labels, tab)}
    return render(request, "positions/reviews.html", context)


def _columns(rows, *, waiting):
    today, calendar, findings = timezone.localdate(), working_days(), findings_of(rows)
    columns = [
        Column("岗位名称", "title"),
        Column("单位名称", "base.profile.name"),
        Column("所属区县", "base.district.name", minor=True),
        Column("招募人数", "headcount", numeric=True),
    ]
    if not waiting:
        return [*columns, Column("提交时间", "submitted_at")]
    return [
        *columns,
        Column("自动核验", lambda row: summary(findings[row.pk])),
        Column("时限", lambda row: clock_badge(Clock.of(row, today, calendar))),
    ]


def _batch(region):
    url = reverse("office:positions_decide", args=[region])
    return tuple(
        {
            "label": COURSE.transitions[name].label,
            "url": f"{url}?decision={name}",
            "tone": tone,
            "confirm": "",
        }
        for name, tone in zip(DECISIONS, ("good", "", "late"))
    )


# --- One


@office("view_records")
def position_review(request, region, pk):
    row = _find(request, pk)
    if row.published_on:
        return redirect("office:position", region, pk)
    fault = comment = ""
    if request.method == "POST":
        cases.find(request, Position.objects.standing(), pk, REVIEW)
        name, comment = request.POST.get("action", ""), request.POST.get("comment", "").strip()
        if name not in DECISIONS:
            raise Http404
        try:
            COURSE.move(row, name, actor=request.user, comment=comment)
        except TransitionRefused as refused:
            fault, row = str(refused), _find(request, pk)
        else:
            return _next(request, row, COURSE.transitions[name].label)
    before, after = neighbours(request.access, row)
    reveal = reveal_urls(request, "position", row)
    context = {
        "case": {
            "title": row.title,
            "number": row.number,
            "state": row.state,
            "state_label": row.get_state_display(),
            "clock": Clock.of(row, timezone.localdate(), working_days()),
            "assignment": assignment_of(row),
            "crumbs": [
                {"label": "岗位审核", "url": reverse("office:position_reviews", args=[region])}
            ],
            "url_before": before and reverse("office:position_review", args=[region, before.pk]),
            "url_after": after and reverse("office:position_review", args=[region, after.pk]),
        },
        "findings": for_page(found := [] if row.state == State.REJECTED else check(row)),
        "summary": summary(found),
        "sections": presenting.sections(
            row,
            mentor=Fact("带教老师", row.masked("mentor"), reveal_url=reveal.get("mentor", "")),
            at=presenting.of_base(row, region),
        ),
        "entries": cases.happened(COURSE, row),
        "actions": _toned(COURSE.open_to(request.user, row)),
        "actions_url": request.path,
        "reasons": REASONS,
        "fault": fault,
        "comment": comment,
    }
    return render(request, "positions/review.html", context, status=422 if fault else 200)


def _toned(transitions):
    tones = {"publish": "good", "return": "plain", "reject": "late"}
    return [
        {
            "name": one.name,
            "label": one.label,
            "comment_required": one.comment_required,
            "tone": tones[one.name],
            "url": "",
            "confirm": "",
        }
        for one in transitions
        if one.name in tones
    ]


def _next(request, row, label):
    """The next filing opens by itself; after the last one, the list."""
    region = request.region.slug
    messages.success(request, f"{row.title}：已{label}。")
    if following := waiting(request.access).first():
        return redirect("office:position_review", region, following.pk)
    return redirect("office:position_reviews", region)


# --- Many


@office(REVIEW)
@require_POST
def positions_decide(request, region):
    """Shows what was chosen, with the checks; decides when it comes back with a comment."""
    name = request.GET.get("decision", "")
    if name not in DECISIONS:
        raise Http404
    transition = COURSE.transitions[name]
    rows = _chosen(request)
    if not rows:
        messages.warning(request, "选中的岗位刚刚已由同事办理。")
        return redirect("office:position_reviews", region)
    form = DecisionForm(request.POST if "decide" in request.POST else None)
    if form.is_valid():
        comment = form.cleaned_data["comment"].strip()
        if transition.comment_required and not comment:
            form.add_error("comment", f"{transition.label}需要写明意见。")
        else:
            done, refused = move_many(rows, name, actor=request.user, comment=comment)
            if done:
                messages.success(request, f"{len(done)} 个岗位已{transition.label}。")
            for row, reason in refused:
                messages.warning(request, f"{row.title}没有办理：{reason}")
            return redirect("office:position_reviews", region)
    findings = findings_of(rows)
    context = {
        "decision": transition,
        "form": form,
        "rows": [
            {
                "pk": row.pk,
                "title": row.title,
                "about": f"{row.base.profile.name} · {row.headcount} 人",
                "summary": summary(findings[row.pk]),
                "notes": [f for f in for_page(findings[row.pk]) if f["outcome"] != "pass"],
            }
            for row in rows
        ],
        "reasons": REASONS if transition.comment_required else [],
        "crumb": {"label": "岗位审核", "url": reverse("office:position_reviews", args=[region])},
        "what": "个岗位",
    }
    return render(request, "cases/decide.html", context, status=422 if form.errors else 200)


def _chosen(request) -> list[Position]:
    """Filings whose numbers were sent, of districts where the user reviews."""
    rows = Position.objects.standing().filter(state=State.SUBMITTED, pk__in=chosen(request, "岗位"))
    rows = rows.in_districts(request.access.districts(REVIEW))
    return list(rows.select_related("base__profile", "base__district").order_by("due_on", "pk"))


def _find(request, pk) -> Position:
    rows = Position.objects.standing()
    return cases.find(request, rows.select_related("base__profile__employer", "base__district"), pk)
