"""Pages of an office's 管理员: members, offices below, tokens, who looked at what."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import members, reveal
from accounts import tokens as api_tokens
from accounts.access import Access
from accounts.forms import (
    CoverForm,
    MemberForm,
    OfficeFactsForm,
    OfficeForm,
    ResetForm,
    RevealForm,
    RoleForm,
    TokenForm,
)
from accounts.models import ApiToken, Cover, Membership, Office, Reveal, Role
from jianxi.lists import page_of
from jianxi.web import office

HANDOVER = "handover"  # in the session: what is shown once


# --- Offices


@office("manage_members")
@require_GET
def offices(request, region):
    managed = members.with_headcount(members.offices_managed(request.access))
    may_found = any(
        members.districts_to_found_in(request.access, kind).exists() for kind in Office.Kind.values
    )
    return render(
        request,
        "accounts/offices.html",
        {"offices": managed.order_by("district__order", "pk"), "may_found": may_found},
    )


@office("manage_members")
def office_new(request, region):
    form = OfficeForm(_sent(request), access=request.access)
    if request.method == "POST" and form.is_valid():
        made = members.create_office(region=request.region, **form.cleaned_data)
        messages.success(request, f"已新建单位“{made}”。请任命它的管理员。")
        return redirect("office:member_new", region, made.pk)
    return _form(request, form, "新建单位", "保存")


@office("manage_members")
def office_edit(request, region, pk):
    managed = _managed(request, pk)
    form = OfficeFactsForm(_sent(request), instance=managed)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "已保存单位信息。")
        return redirect("office:office", region, pk)
    return _form(request, form, f"修改{managed}", "保存", back=managed)


def _managed(request, pk) -> Office:
    """An office the user manages: one that is out of sight is not found, others are refused."""
    in_sight = Q(district__in=request.access.districts("view_counts"))
    found = get_object_or_404(
        Office.objects.select_related("district").filter(in_sight | members.reach(request.access)),
        pk=pk,
    )
    if not members.manages(request.access, found):
        raise PermissionDenied
    return found


# --- Members


@office("manage_members")
@require_GET
def own_office(request, region):
    """The members of the office one is 管理员 of."""
    administered = members.administered(request.access)
    if not administered:
        raise PermissionDenied
    return redirect("office:office", region, administered[0].pk)


@office("manage_members")
@require_GET
def office_page(request, region, pk):
    managed = _managed(request, pk)
    today = timezone.localdate()
    held = (
        Membership.objects.current(today)
        .of_people()
        .filter(office_role__office=managed)
        .select_related("user", "office_role")
        .order_by("user__name", "user_id", "office_role_id")
    )
    people = {}
    for membership in held:
        people.setdefault(membership.user, []).append(membership)
    resettable = members.resettable(request.access, people)
    covers = (
        Cover.objects.filter(membership__in=held, ends_on__gte=today)
        .select_related("deputy", "membership__user", "membership__office_role")
        .order_by("starts_on")
    )
    return render(
        request,
        "accounts/office.html",
        {
            "office": managed,
            "people": [
                {
                    "user": user,
                    "memberships": roles,
                    "missing": [r for r in Role if r not in {m.office_role.role for m in roles}],
                    "may_reset": user.pk in resettable,
                }
                for user, roles in people.items()
            ],
            "covers": covers,
            "has_admin": members.has_admin(managed),
            "may_issue_tokens": request.access.may("manage_region", managed.district),
        },
    )


@office("manage_members")
def member_new(request, region, pk):
    managed = _managed(request, pk)
    initial = {"role": Role.CLERK if members.has_admin(managed) else Role.ADMIN}
    form = MemberForm(_sent(request), access=request.access, initial=initial)
    if request.method == "POST" and form.is_valid():
        user, password = form.known, None
        if user is None:
            user, password = members.register(
                username=form.cleaned_data["username"], name=form.cleaned_data["name"]
            )
        try:
            members.appoint(user, managed, form.cleaned_data["role"])
        except members.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if password is None:
                messages.success(request, f"已把{user}加入{managed}，用户名和密码不变。")
                return redirect("office:office", region, pk)
            return _hand_over(request, managed, "一次性密码", password, account=user)
    return _form(request, form, "添加同事", "添加", back=managed)


@office("manage_members")
@require_POST
def role_add(request, region, pk, user):
    managed = _managed(request, pk)
    colleague = get_object_or_404(members.colleagues(managed), pk=user)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有这个角色，请重新选择。")
    else:
        _attempt(
            request,
            lambda: members.appoint(colleague, managed, form.cleaned_data["role"]),
            f"已任命{colleague}为{Role(form.cleaned_data['role']).label}。",
        )
    return redirect("office:office", region, pk)


@office("manage_members")
@require_POST
def role_end(request, region, pk):
    membership = _membership(request, pk)
    role, managed = membership.office_role, membership.office_role.office
    _attempt(
        request,
        lambda: members.end_membership(membership),
        f"{membership.user}不再担任{role.get_role_display()}。",
    )
    if not members.has_admin(managed):
        messages.warning(request, f"{managed}现在没有管理员，由上级单位的管理员代管。")
    if not members.manages(Access(request.user), managed):
        return redirect("office:home", region)
    return redirect("office:office", region, managed.pk)


@office("manage_members")
def password_reset(request, region, pk, user):
    managed = _managed(request, pk)
    colleague = get_object_or_404(members.colleagues(managed), pk=user)
    if not members.resettable(request.access, [colleague]):
        raise PermissionDenied
    form = ResetForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        password = members.reset_password(colleague, **form.cleaned_data)
        return _hand_over(request, managed, "一次性密码", password, account=colleague)
    text = f"重置后，{colleague}（{colleague.username}）现在的密码和登录立即失效。"
    return _form(request, form, f"重置{colleague}的密码", "重置密码", back=managed, text=text)


def _membership(request, pk) -> Membership:
    membership = get_object_or_404(
        Membership.objects.current(timezone.localdate())
        .of_people()
        .select_related("user", "office_role__office"),
        pk=pk,
    )
    _managed(request, membership.office_role.office_id)
    return membership


def _attempt(request, change, success: str):
    try:
        change()
    except members.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)


# --- Leave cover


@office("manage_members")
def cover_new(request, region, pk):
    membership = _membership(request, pk)
    managed, role = membership.office_role.office, membership.office_role.get_role_display()
    form = CoverForm(_sent(request), membership=membership)
    if request.method == "POST" and form.is_valid():
        try:
            row = members.cover(membership, **form.cleaned_data)
        except members.Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"已安排{row.deputy}代{membership.user}办理{role}事项。")
            return redirect("office:office", region, managed.pk)
    text = f"在起止日期内，代办人同时持有{membership.user}的“{role}”角色，到期自动收回。"
    return _form(request, form, f"为{membership.user}安排代办", "保存", back=managed, text=text)


@office("manage_members")
@require_POST
def cover_end(request, region, pk):
    row = get_object_or_404(Cover.objects.select_related("deputy"), pk=pk)
    managed = _membership(request, row.membership_id).office_role.office
    members.end_cover(row)
    messages.success(request, f"{row.deputy}的代办已结束。")
    return redirect("office:office", region, managed.pk)


# --- What is shown once


def _hand_over(request, managed, label, secret, account=None):
    request.session[HANDOVER] = {
        "office": managed.pk,
        "label": label,
        "secret": secret,
        "name": account.name if account else "",
        "username": account.username if account else "",
    }
    return redirect("office:handover", request.region.slug)


@office("manage_members")
@require_GET
def handover(request, region):
    """A new password or token, once."""
    shown = request.session.pop(HANDOVER, None)
    if shown is None:
        raise Http404
    return render(request, "accounts/handover.html", shown)


# --- Tokens


@office("manage_region")
@require_GET
def tokens(request, region):
    rows = list(
        ApiToken.objects.filter(office__in=_issuers(request))
        .select_related("office")
        .order_by("revoked_at", "-created_at")
    )
    today = timezone.localdate()
    for row in rows:
        row.last_used = api_tokens.last_used(row)
        row.has_run_out = row.expires_on is not None and row.expires_on < today
    return render(request, "accounts/tokens.html", {"tokens": rows, "offices": _issuers(request)})


@office("manage_region")
def token_new(request, region, pk):
    managed = _managed(request, pk)
    request.access.require("manage_region", managed.district)
    form = TokenForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        token, secret = api_tokens.issue(managed, **form.cleaned_data)
        return _hand_over(request, managed, f"令牌“{token}”", secret)
    text = f"令牌以{managed}的“查阅”角色读取数据接口，只能看本单位看得到的数据。"
    return _form(request, form, "新建接口令牌", "生成令牌", text=text)


@office("manage_region")
@require_POST
def token_revoke(request, region, pk):
    token = get_object_or_404(
        ApiToken.objects.select_related("user").filter(revoked_at=None), pk=pk
    )
    managed = _managed(request, token.office_id)
    request.access.require("manage_region", managed.district)
    api_tokens.revoke(token)
    messages.success(request, f"令牌“{token}”已吊销，立即失效。")
    return redirect("office:tokens", region)


def _issuers(request):
    return members.offices_managed(request.access).filter(
        district__in=request.access.districts("manage_region")
    )


# --- Personal data shown in full


@office("view_records")
@require_POST
def reveal_value(request, region, table, row, column):
    """The value itself, as a part of the page that asked; noted with the reason."""
    revealable = reveal.TABLES.get(table)
    if revealable is None or column not in revealable.columns:
        raise Http404
    row = get_object_or_404(revealable.rows(request.access.districts("view_records")), pk=row)
    if not reveal.may_reveal(request.access, table, row):
        raise PermissionDenied
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "parts/masked.html",
            {
                "text": "请写明事由，至少两个字。",
                "reveal_url": request.path,
                "label": revealable.columns[column],
            },
            status=422,
        )
    value = reveal.log(request.access, table, row, column, form.cleaned_data["reason"])
    return render(request, "parts/revealed.html", {"text": value})


@office("manage_region")
@require_GET
def reveals(request, region):
    """Who looked at what in the units the user is 管理员 of."""
    rows = Reveal.objects.filter(
        district__in=request.access.districts("manage_region")
    ).select_related("actor", "district")
    page = page_of(rows, "", request.GET)
    for row in page.rows:
        row.label = reveal.label_of(row)
    return render(request, "accounts/reveals.html", {"page": page})


# --- Forms


def _sent(request):
    return request.POST if request.method == "POST" else None


def _form(request, form, title, action, *, back=None, text=""):
    """One form on a page of its own; with faults it is an answer of 422, and nothing is stored."""
    return render(
        request,
        "accounts/form.html",
        {"form": form, "title": title, "action": action, "back": back, "text": text},
        status=422 if form.is_bound else 200,
    )
