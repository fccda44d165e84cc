"""A youth applies: for a position, or to the pool of a district; and follows how it stands."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Office
from jianxi.findings import for_page
from jianxi.history import acting
from jianxi.identifiers import InvalidIdentifier, clean_text
from jianxi.tenancy import scope
from jianxi.workflow import TransitionRefused
from positions.models import Position
from regions.calendar import working_days
from regions.models import District
from trainees import applying, consents, standing
from trainees.access import trainees_of, youth
from trainees.facts import findings_of, unfit
from trainees.models import Application
from trainees.placing import by_dispatch
from trainees.pool import answered
from trainees.presenting import happened
from trainees.suitable import suitable

State = Application.State
MENDED = "补正"


class NoteForm(forms.Form):
    """What a youth adds for the base to read."""

    note = forms.CharField(
        label="自我介绍（选填）",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="会什么、为什么想来，审核和接收的单位会看到。不用写证件号和电话。",
    )

    def _clean_fields(self):
        super()._clean_fields()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                try:
                    self.cleaned_data[name] = clean_text(value)
                except InvalidIdentifier as fault:
                    self.add_error(name, f"{fault}。")


class WishForm(NoteForm):
    """What a youth in the pool would like to do."""

    wish = forms.CharField(
        label="想做什么", max_length=200, help_text="如：软件测试、社区服务；也可以写想去的单位。"
    )
    field_order = ("wish", "note")


class AnsweredDistrict(forms.ModelChoiceField):
    """A unit, and who answers where that is none of its own."""

    offices: dict[District, Office]

    def label_from_instance(self, unit):
        office = self.offices[unit]
        return str(unit) if office.district_id == unit.pk else f"{unit}（由{office}办理）"


class PoolForm(WishForm):
    """Only units somebody answers for."""

    district = AnsweredDistrict(
        None,
        label="由哪个区县安排",
        empty_label="请选择",
        help_text="一般选您常住的区县。没有列出的，还没有单位在网上受理。",
    )
    field_order = ("district", "wish", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        field.offices = answered(applying.REVIEW, timezone.localdate())
        units = [unit.pk for unit in field.offices]
        field.queryset = District.objects.filter(pk__in=units)


# --- Applying


@youth(registered=True)
def apply(request, region, pk):
    """One page, one press: what it is, whether one may, and a few words if one likes."""
    today = timezone.localdate()
    rows = Position.objects.published().with_places().filter(pk=pk)
    position = rows.select_related("base__profile", "base__district").defer("search").first()
    if position is None:
        raise Http404
    if by_dispatch(today):
        wish = {"wish": position.title}
        return redirect(reverse("me:pool", args=[region], query=wish))
    if known := _open(request).filter(position=position).first():
        return _known(request, known, "这个岗位您已经报过了，正在办理。")
    if not Position.objects.recruiting(today).filter(pk=pk).exists():
        return redirect("public:position", region, pk)  # which says so, and what else there is
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        row = _applied(request, form, position=position, note=form.cleaned_data["note"])
        if row:
            return redirect("me:application", region, row.pk)
    return _page(request, "trainees/me_apply.html", form, position)


@youth(registered=True)
def pool(request, region):
    """Not for one position: the district finds one."""
    if known := _open(request).filter(from_pool=True).first():
        return _known(request, known, "您已经报到人才库，正在办理。")
    trainee = request.trainee
    wish = request.GET.get("wish", "")[:200].replace("\0", "") or trainee.wish
    initial = {"district": trainee.home_district_id, "wish": wish}
    form = PoolForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        row = _applied(request, form, **form.cleaned_data)
        if row:
            return redirect("me:application", region, row.pk)
    return _page(request, "trainees/me_pool.html", form, None)


def _applied(request, form, **facts) -> Application | None:
    try:
        row = applying.apply(request.trainee, actor=request.user, **facts)
    except TransitionRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, "已报名。办到哪一步，会发短信告诉您，这里也能看到。")
    return row


def _page(request, template, form, position):
    found = findings_of(request.trainee, position)
    context = {
        "form": form,
        "position": position,
        "trainee": request.trainee,
        "unfit": unfit(found),
        "findings": for_page(one for one in found if one.outcome != "pass"),
        "is_dispatch": by_dispatch(timezone.localdate()),
        "is_answered": bool(position or form.fields["district"].offices),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _known(request, row, words):
    messages.info(request, words)
    return redirect("me:application", request.region.slug, row.pk)


# --- Where it stands


@youth()
@require_safe
def applications(request):
    """All of the youth's, region by region, with the way each has gone."""
    today, places = timezone.localdate(), []
    for trainee in trainees_of(request.user):
        with scope(region=trainee.region):
            dispatch, calendar = by_dispatch(today), working_days()
            rows = _with_all(Application.objects.standing().filter(trainee=trainee))
            cards = [
                _told(row, dispatch, today, calendar)
                for row in rows.order_by("-submitted_at", "-pk")
            ]
            under_way = [card for card in cards if not card["is_over"]]
            offered = [] if dispatch or under_way else suitable(trainee, today)
        places.append(
            {
                "region": trainee.region,
                "is_dispatch": dispatch,
                "suitable": offered,
                "open": under_way,
                "over": [card for card in cards if card["is_over"]],
            }
        )
    return render(request, "trainees/me_applications.html", {"places": places})


@youth(registered=True)
def application(request, region, pk):
    """How it stands; a POST gives it up, or submits it again once mended."""
    row = _with_all(Application.objects.standing()).filter(trainee=request.trainee, pk=pk).first()
    if row is None:
        raise Http404
    form = _mending(row, None)
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in ("withdraw", "resubmit"):
            raise Http404
        form = _mending(row, request.POST if action == "resubmit" else None)
        if not form.is_bound or form.is_valid():
            try:
                _move(request, row, action, form)
            except TransitionRefused as refused:
                return _application(request, row, form, str(refused))
            done = {"withdraw": "报名已撤回。", "resubmit": "已重新提交。"}
            messages.success(request, done[action])
            return redirect("me:application", region, pk)
    return _application(request, row, form)


def _mending(row, data):
    """What can be said anew when it is submitted again."""
    kind = WishForm if row.from_pool else NoteForm
    return kind(data, initial={"note": row.note, "wish": row.wish})


def _move(request, row, action, form):
    if form.is_bound:
        held = Application.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
        if held.state == State.RETURNED:
            for name, value in form.cleaned_data.items():
                setattr(held, name, value)
            with acting(request.user, MENDED):
                held.save(update_fields=list(form.cleaned_data))
    applying.COURSE.move(row, action, actor=request.user)


def _application(request, row, form, fault=""):
    today = timezone.localdate()
    entries = happened(row)
    open_to = {one.name for one in applying.COURSE.open_to(request.user, row)}
    context = _told(row, by_dispatch(today), today, working_days()) | {
        "said": standing.said(row, entries),
        "since": standing.waits_since(row, entries),
        "entries": entries,
        "may_withdraw": "withdraw" in open_to,
        "may_resubmit": "resubmit" in open_to,
        "form": form,
        "fault": fault,
        "lacks_consent": consents.lacking(request.trainee),
        "is_open": not by_dispatch(today)
        and Position.objects.recruiting(today).filter(pk=row.position_id).exists(),
    }
    status = 422 if fault or form.errors else 200
    return render(request, "trainees/me_application.html", context, status=status)


def _told(row, dispatch, today, calendar) -> dict:
    return {
        "application": row,
        "steps": standing.steps(row, by_dispatch=dispatch),
        "holder": standing.holder(row),
        "task": standing.task(row),
        "clock": standing.clock_of(row, today, calendar),
        "is_over": row.state in standing.OVER,
        "since": None,
    }


def _open(request):
    return Application.objects.open().filter(trainee=request.trainee)


def _with_all(rows):
    around = ("region", "district", "position__base__profile", "position__base__district")
    return rows.select_related(*around).defer("position__search").with_contract()
