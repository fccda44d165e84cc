"""Bases, as staff see them."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import office
from accounts.reveal import reveal_urls
from bases import moves
from bases.exports import BaseList
from bases.forms import BaseForm, EmployerForm, MoveForm
from bases.models import Base, BaseApplication
from bases.queries import BaseState
from jianxi import cases, corrections, lists
from jianxi.cases import Fact, Related, Section, facts
from jianxi.lists import Column


@office("view_records")
def bases(request, region):
    actions = []
    if request.access.holds("move_bases"):
        url = reverse("office:bases_move", args=[region])
        actions = [{"label": "划转到其他区县", "url": url, "tone": "", "confirm": ""}]
    return lists.show(request, BaseList, actions=actions)


@office("view_records")
def base(request, region, pk):
    rows = Base.objects.with_state(timezone.localdate())
    row = cases.find(request, rows.select_related("profile__employer", "district"), pk)
    profile = row.profile
    insured = profile.insured_headcounts.first()
    links = []
    if cases.may(request, row, "move_bases"):
        move = reverse("office:bases_move", args=[region])
        links = [{"label": "划转到其他区县", "url": f"{move}?ids={row.pk}"}]
    links.append(
        {"label": "单位账号", "url": reverse("office:base_accounts", args=[region, row.pk])}
    )
    if row.state == BaseState.ACTIVE:
        url = reverse("office:base_certificate", args=[region, row.pk])
        links.append({"label": "打印认定证书", "url": url})
    reveal = reveal_urls(request, "employer", profile)
    unit = [
        *facts(profile, "name"),
        Fact("统一社会信用代码", profile.employer.uscc),
        *facts(profile, "kind", "industry", "founded_on", "key_enterprise", "recommended_by"),
        Fact(
            "参保人数", insured and insured.count, note=f"截至 {insured.as_of}" if insured else ""
        ),
        *facts(profile, "contact_name", "contact_phone", reveal=reveal),
    ]
    term = facts(row, "district", "recognised_on", "valid_until", "exited_on", "exit_reason")
    placed = [Column("区县", "district.name"), Column("自", "since"), Column("至（不含）", "until")]
    placements = Related.first("所在区县", placed, row.placements.select_related("district"))
    applied = Related.first(
        "申报",
        [
            Column("申报类型", lambda one: one.get_kind_display()),
            Column("状态", lambda one: BaseApplication.State(one.state), badge=True),
            Column("提交时间", "submitted_at"),
        ],
        row.applications.in_districts(request.access.districts("view_records")).order_by("-pk"),
        row_url=lambda one: reverse("office:base_application", args=[region, one.pk]),
    )
    related = [
        one for one, least in ((placements, 2), (applied, 1)) if len(one.table.rows) >= least
    ]
    return cases.show(
        request,
        row,
        crumb="office:bases",
        edit="office:base_edit",
        number=profile.employer.uscc,
        state=BaseState(row.state),
        sections=[Section("单位", unit), Section("基地", term)],
        related=related,
        others=[profile],
        links=links,
    )


@office("edit_records")
def base_edit(request, region, pk):
    rows = Base.objects.standing().select_related("profile", "district")
    row = cases.find(request, rows, pk, "edit_records")
    return corrections.correct(
        request,
        [(EmployerForm, row.profile), (BaseForm, row)],
        title=f"更正：{row.title}",
        back=reverse("office:base", args=[region, pk]),
    )


@office("move_bases")
def bases_move(request, region):
    """Asks where to, for the bases chosen in the list or on a case; then moves them together."""
    districts = request.access.districts("move_bases")
    chosen = _chosen(request)
    form = MoveForm(
        request.POST if "to" in request.POST else None,
        districts=districts,
        initial={"on": moves.usual_day(chosen) or timezone.localdate()},
    )
    if form.is_valid():
        asked = form.cleaned_data
        try:
            moves.move(
                chosen,
                asked["to"],
                asked["on"],
                actor=request.user,
                reason=asked["reason"],
                today=timezone.localdate(),
            )
        except ValidationError as faults:
            form.add_error(None, faults)
        else:
            messages.success(request, f"已划转 {len(chosen)} 家到{asked['to']}。")
            return redirect("office:bases", region)
    context = {"form": form, "chosen": chosen, "back": reverse("office:bases", args=[region])}
    return render(request, "bases/move.html", context, status=422 if form.errors else 200)


def _chosen(request) -> list[Base]:
    """The bases whose numbers were sent; all must be seen, and movable, by the user."""
    sent = request.POST.getlist("ids") or request.GET.getlist("ids")
    numbers = {int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 19}
    if not numbers or len(sent) > max(lists.SIZES):
        raise BadRequest("没有选中基地，请回到列表勾选。")
    rows = Base.objects.standing().select_related("profile__employer", "district")
    seen = rows.in_districts(request.access.districts("view_records")).filter(pk__in=numbers)
    movable = seen.in_districts(request.access.districts("move_bases"))
    chosen, count = list(movable.order_by("pk")), seen.count()
    if count < len(numbers):
        raise Http404
    if len(chosen) < count:
        raise PermissionDenied
    return chosen
