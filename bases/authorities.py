"""Who acts for an employer: filed with licence and letter and confirmed by the district, claimed by
a code of the district's, or invited by an owner; until it ends."""

import secrets
from datetime import timedelta

from django.db.models import Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.access import Access
from accounts.members import LETTERS
from accounts.models import User
from accounts.phones import account_for
from bases.employers import identify
from bases.models import Authority, ClaimCode, EmployerProfile
from jianxi.history import acting
from jianxi.workflow import Transition, TransitionRefused, Workflow
from regions.clocks import answer_due, settle_provisional
from regions.signals import calendar_changed

State = Authority.State
RIGHT = "confirm_authority"
KIND = "authority"  # of messages
INVITATION_DAYS = 14
CODE_DAYS = 30
HELD = [State.CONFIRMED, State.INVITED]


# --- Who


def is_own(actor, row) -> bool:
    return row.user_id == actor.pk


def is_officer(actor, row) -> bool:
    """Of the district the authority was filed with."""
    return Access(actor).may(RIGHT, row.district)


def owns(actor, profile: EmployerProfile | None) -> bool:
    return (
        profile is not None
        and Authority.objects.held_by(actor).filter(profile=profile, is_owner=True).exists()
    )


def _ends(actor, row):
    return is_own(actor, row) or owns(actor, row.profile) or is_officer(actor, row)


# --- Whether


def lacking(row: Authority) -> list[str]:
    """The papers still to be uploaded, by what they are called."""
    return [
        str(Authority._meta.get_field(name).verbose_name)
        for name in ("licence", "letter")
        if getattr(row, f"{name}_id") is None
    ]


def _complete(row, actor):
    missing = lacking(row)
    return f"还没有上传：{'、'.join(missing)}。" if missing else ""


def _in_time(row, actor):
    late = row.due_on and row.due_on < timezone.localdate()
    return "邀请已过期，请对方再邀请一次。" if late else ""


def _leaves_an_owner(row, actor):
    """An employer is not left without one, but by the district."""
    if not row.is_owner or is_officer(actor, row):
        return ""
    _alone(row.profile)
    others = Authority.objects.filter(profile=row.profile, is_owner=True, state=State.CONFIRMED)
    if others.exclude(pk=row.pk).exists():
        return ""
    return "这是本单位唯一的负责人。请先指定另一位负责人，或联系所属区县。"


def _alone(profile: EmployerProfile):
    """Owners who end each other at once would leave nobody."""
    return EmployerProfile.objects.select_for_update().get(pk=profile.pk)


# --- What follows


def _begin_clock(row, actor, *, comment):
    row.submitted_at = timezone.now()
    row.due_on, row.due_is_provisional = answer_due(timezone.localdate())


def _stop_clock(row, actor, *, comment=""):
    row.due_on, row.due_is_provisional = None, False


def _take_up(row, actor, *, comment):
    """From now on the person acts for the employer: the first one is its owner."""
    _stop_clock(row, actor)
    employer = identify(row.uscc, row.name)
    facts = {"name": row.name, "contact_name": row.person, "contact_phone": row.phone}
    row.profile, _ = EmployerProfile.objects.get_or_create(
        region=row.region, employer=employer, defaults=facts
    )
    row.district = district_of(row.profile) or row.district
    _alone(row.profile)
    acting_for = Authority.objects.filter(profile=row.profile, state=State.CONFIRMED)
    row.is_owner = not acting_for.filter(is_owner=True).exists()
    _tell(row, f"您已成为{row.profile}的经办人", home(row))


def _send_back(row, actor, *, comment):
    _stop_clock(row, actor)
    _tell(row, f"{row.name}的单位认证退回补正", page(row))


def _turn_down(row, actor, *, comment):
    _stop_clock(row, actor)
    _tell(row, f"{row.name}的单位认证没有通过", page(row))


def _own(row, actor, *, comment):
    row.is_owner = True
    _tell(row, f"您已成为{row.profile}的负责人", home(row))


def _end(row, actor, *, comment):
    _stop_clock(row, actor)
    row.ended_on = timezone.localdate()
    if row.profile and not is_own(actor, row):
        _tell(row, f"您不再是{row.profile}的经办人", page(row), text=comment)


def _tell(row: Authority, title: str, url: str, *, text: str = ""):
    messages.notify([row.user], KIND, region=row.region, title=title, text=text, url=url)


def what_ending_means(row: Authority) -> str:
    """What follows when the district ends it, for who is about to."""
    said = f"停止后，此人不能再登录单位工作端办理“{row.name}”的业务，已经办的不变；原因会告诉本人。"
    others = Authority.objects.filter(profile=row.profile, state=State.CONFIRMED)
    if row.profile is None or others.exclude(pk=row.pk).exists():
        return said
    shown = Q(
        positions__voided_at=None, positions__closed_on=None, positions__published_on__isnull=False
    )
    number = row.profile.bases.standing().filter(shown).values("positions").distinct().count()
    if number == 0:
        return f"{said}单位就没有经办人了。"
    return (
        f"{said}单位就没有经办人了，还有 {number} 个没有关闭的岗位：岗位仍然公开，报名没有人答复。"
    )


def page(row: Authority) -> str:
    """Where the person sees how the own filing stands."""
    return reverse("employer:filing", args=[row.region.slug, row.pk])


def home(row: Authority) -> str:
    return reverse("employer:home", args=[row.region.slug], query={"unit": row.profile_id})


OPEN = frozenset({State.DRAFT, State.RETURNED})
WORKFLOW = Workflow(
    "state",
    [
        Transition("submit", "提交", OPEN, State.SUBMITTED, is_own, False, _complete, _begin_clock),
        Transition(
            "confirm",
            "确认",
            frozenset({State.SUBMITTED}),
            State.CONFIRMED,
            is_officer,
            follow=_take_up,
        ),
        Transition(
            "return",
            "退回",
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            is_officer,
            comment_required=True,
            follow=_send_back,
        ),
        Transition(
            "reject",
            "不予确认",
            frozenset({State.SUBMITTED}),
            State.REJECTED,
            is_officer,
            comment_required=True,
            follow=_turn_down,
        ),
        Transition(
            "accept",
            "接受邀请",
            frozenset({State.INVITED}),
            State.CONFIRMED,
            is_own,
            check=_in_time,
            follow=_stop_clock,
        ),
        Transition(
            "own",
            "设为负责人",
            frozenset({State.CONFIRMED}),
            State.CONFIRMED,
            lambda actor, row: not row.is_owner and owns(actor, row.profile),
            follow=_own,
        ),
        Transition(
            "withdraw",
            "撤回",
            frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED}),
            State.ENDED,
            is_own,
            follow=_end,
        ),
        Transition(
            "end",
            "停止授权",
            frozenset(HELD),
            State.ENDED,
            _ends,
            check=_leaves_an_owner,
            follow=_end,
        ),
    ],
)


# --- Inviting


def invite(authority: Authority, phone: str) -> Authority:
    """Ask whoever signs in with the phone to act for the employer too; `authority`: an owner's."""
    user = account_for(phone)
    profile = authority.profile
    _alone(profile)
    known = Authority.objects.filter(profile=profile, user=user, state__in=HELD).first()
    if known:
        raise TransitionRefused("这个手机号已经在本单位的名单里。")
    if Authority.objects.under_way().filter(user=user, uscc=profile.employer.uscc).exists():
        raise TransitionRefused("这个手机号已自行申请本单位，等区县办理即可。")
    row = Authority.objects.create(
        region=authority.region,
        district=authority.district,
        user=user,
        uscc=profile.employer.uscc,
        name=profile.name,
        profile=profile,
        state=State.INVITED,
        due_on=timezone.localdate() + timedelta(days=INVITATION_DAYS),
    )
    title = f"{profile}邀请您担任经办人，{INVITATION_DAYS} 天内用本机号码登录接受"
    messages.notify([user], KIND, region=row.region, title=title, url=page(row))
    return row


# --- Codes of the district


def make_code(profile: EmployerProfile, actor: User) -> str:
    """A code to hand to the employer; shown once, good once."""
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    ClaimCode.objects.create(
        region=profile.region,
        profile=profile,
        digest=ClaimCode.digest_of(code),
        made_by=actor,
        expires_on=timezone.localdate() + timedelta(days=CODE_DAYS),
    )
    return code


def revoke_code(code: ClaimCode):
    code.revoked_at = timezone.now()
    code.save(update_fields=["revoked_at"])


def claim(code: str, user: User) -> Authority | None:
    """Take up the employer the code was made for; None for a code that is none, or is spent."""
    today = timezone.localdate()
    good = Q(used_at=None, revoked_at=None, expires_on__gte=today)
    found = ClaimCode.objects.select_for_update(of=("self",)).select_related("profile__employer")
    row = found.filter(good, digest=ClaimCode.digest_of(code)).first()
    district = row and district_of(row.profile)
    if district is None:
        return None
    row.used_at, row.used_by = timezone.now(), user
    row.save(update_fields=["used_at", "used_by"])
    with acting(user, "凭认领码认领"):
        mine = Authority.objects.filter(user=user, uscc=row.profile.employer.uscc)
        mine.exclude(state__in=[State.REJECTED, State.ENDED]).update(
            state=State.ENDED, ended_on=today, due_on=None
        )
        return Authority.objects.create(
            region=row.region,
            district=district,
            user=user,
            uscc=row.profile.employer.uscc,
            name=row.profile.name,
            profile=row.profile,
            state=State.CONFIRMED,
            is_owner=True,
        )


def district_of(profile: EmployerProfile):
    """Where the employer's base is; None for who never had one."""
    base = profile.bases.standing().select_related("district").order_by("-pk").first()
    return base and base.district


@receiver(calendar_changed)
def _settle(**kwargs):
    settle_provisional(Authority.objects.filter(state=State.SUBMITTED))
