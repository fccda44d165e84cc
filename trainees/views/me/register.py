"""A youth's record in a region: made, kept up to date, and what it means for taking part."""

import logging
from copy import copy

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jianxi.cases import Fact, Section
from jianxi.identifiers import DOCUMENT_KINDS
from regions.policy import policy_at
from trainees import consents, registering
from trainees.access import trainee_of, way_back, youth
from trainees.claiming import claim
from trainees.facts import eligibility_facts, findings_of
from trainees.groups import group_words
from trainees.models import Trainee
from trainees.placing import by_dispatch
from trainees.register_forms import CARD, CARD_LOOKS_WRONG, WISHES, RegisterForm
from trainees.rules import by_group
from trainees.verdicts import verdict, verdicts
from trainees.views.me.home import CLAIMS

KNOWN = (
    "这个证件号码在本区已经登记过。是您本人以前登记的，用当时的手机号登录就能看到；"
    "换过手机号，或不是您登记的，请带证件联系所在区县人社部门核实。填的内容没有保存。"
)
TOO_MANY = "核对次数过多，请过 15 分钟再试，或联系所在区县人社部门。填的内容没有保存。"
log = logging.getLogger(__name__)


@youth()
@require_safe
def region_page(request, region):
    """The own record, masked, and whether it is enough to take part; or the ways to one."""
    row = request.trainee
    if row is None:
        return render(request, "trainees/me_begin.html", {"trainee": None})
    today = timezone.localdate()
    words = group_words(today)
    found = findings_of(row)
    context = {
        "trainee": row,
        "sections": _sections(row, words),
        "verdict": verdict(words[row.group], found),
        "is_minor": consents.is_needed(row),
        "lacks_consent": consents.lacking(row),
        "is_dispatch": by_dispatch(today),
    }
    return render(request, "trainees/me_record.html", context)


@youth()
def register(request, region):
    """The form of the record; `next`: the page the youth was on the way to."""
    row = _locked(request) if request.method == "POST" else request.trainee
    form = _form(request, row or registering.begin(request.region))
    if not (form.is_bound and form.is_valid()):
        return _page(request, form)
    try:
        row = registering.store(form, request.user)
    except registering.Known:
        if request.trainee is None and trainee_of(request.user):
            messages.info(request, "您已经登记过了，请核对。")
            return redirect("me:register", region)
        row = _taken_up(request, form)
    if row is None:
        return _page(request, form)
    messages.success(request, "登记已保存。")
    if form.card_looks_wrong:
        messages.warning(request, CARD_LOOKS_WRONG)
    return redirect(way_back(request) or reverse("me:region", args=[region]))


def _taken_up(request, form: RegisterForm) -> Trainee | None:
    """The document is on record already. Where that is the youth's own record, by ledger, it is
    taken up and brought up to date; else the form says so, in the same words whoever has it."""
    user = request.user
    usage = ratelimit.consume(request, app="trainees", action="claim", config=CLAIMS, user=user)
    if not usage:
        form.add_error("document_number", TOO_MANY)
    elif request.trainee is None and (row := claim(user, form.document)):
        usage.rollback()
        again = _form(request, row)
        return registering.store(again, user) if again.is_valid() else row
    else:
        log.warning("document_known", extra={"user": user.pk})
        form.add_error("document_number", KNOWN)
    return None


@youth()
@require_POST
def register_check(request, region):
    """What the form says so far, asked of the region's groups; nothing is kept."""
    form = _form(request, request.trainee or registering.begin(request.region))
    form.is_valid()
    return render(request, "trainees/me_eligibility.html", {"groups": _told(form)})


def _page(request, form: RegisterForm):
    context = {
        "form": form,
        "trainee": request.trainee,
        "fixed": _identity(form.instance) if request.trainee else [],
        "is_fixed": "name" not in form.fields,
        "goes_on": way_back(request),
        "groups": _told(form) if request.trainee or form.is_bound else [],
    }
    status = 422 if form.errors else 200
    return render(request, "trainees/me_register.html", context, status=status)


def _form(request, row: Trainee) -> RegisterForm:
    data = request.POST if request.method == "POST" else None
    policy = policy_at(timezone.localdate())
    return RegisterForm(data, instance=copy(row), policy=policy, fixed=registering.is_fixed(row))


def _locked(request) -> Trainee | None:
    """The own record, kept from others until it is written."""
    return request.trainee and Trainee.objects.select_for_update(no_key=True).get(
        pk=request.trainee.pk
    )


def _told(form: RegisterForm) -> list[dict]:
    """The group that was chosen; the others, where they are the better choice."""
    row, today = form.instance, timezone.localdate()
    if not row.group:
        return []
    words = group_words(today)
    found = by_group(eligibility_facts(row), policy_at(today), today)
    own = verdict(words[row.group], found.pop(row.group))
    others = verdicts(found, words) if own["tone"] == "late" else []
    return [own, *(one for one in others if one["tone"] != "late")]


def _identity(row: Trainee) -> list[Fact]:
    return [
        Fact("姓名", row.name),
        Fact(_document_label(row), row.masked("document_number")),
        Fact("出生日期", row.masked("birth_date")),
        Fact("性别", row.get_sex_display()),
    ]


def _document_label(row: Trainee) -> str:
    kind = DOCUMENT_KINDS.get(row.document_type)
    return kind.label if kind else "证件号码"


def _sections(row: Trainee, words) -> list[Section]:
    told = [
        Fact("人员类别", words[row.group]),
        Fact("最后毕业的学校", row.get_schooling_display()),
        Fact("学历", row.education),
        Fact("毕业院校", row.school),
        Fact("专业", row.major),
        Fact("毕业日期", row.graduated_on),
        Fact("还在读书", row.studying),
        Fact("现在有工作", row.employed),
        Fact("失业登记日期", row.unemployed_since),
    ]
    wanted = [
        Fact("常住区县", row.home_district),
        Fact("想做什么", row.wish),
        Fact("技能特长", row.skills),
        Fact("困难情况", row.hardship),
    ]
    money = [Fact("银行卡", _card(row)), Fact("开户行", row.bank)]
    contact = [*_identity(row), Fact("手机号", row.masked("phone"))]
    sections = [
        Section("身份", contact),
        Section("学历和现状", _filled(told)),
        Section(WISHES, _filled(wanted)),
        Section(CARD, _filled(money)),
    ]
    return [section for section in sections if section.facts]


def _filled(facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.value not in (None, "")]


def _card(row: Trainee) -> str:
    return f"尾号 {row.bank_card[-4:]}" if row.bank_card else ""
