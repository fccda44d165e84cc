"""A guardian's consent for who is 16 or 17: in plain words, confirmed by a code to the guardian's
own phone, withdrawn whenever they like. Signing an agreement needs it; applying does not."""

import hashlib
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from jianxi.history import acting
from jianxi.workflow import TransitionRefused
from trainees.models import Consent, Trainee
from trainees.rules import ADULT, age_on

RELATIONS = ["父亲", "母亲", "祖父", "祖母", "外祖父", "外祖母", "其他监护人"]
GIVEN, WITHDRAWN = "监护人同意", "撤回监护人同意"


def is_needed(trainee: Trainee, day: date | None = None) -> bool:
    return age_on(trainee.birth_date, day or timezone.localdate()) < ADULT


def in_force(trainee: Trainee) -> Consent | None:
    return trainee.consents.filter(withdrawn_at=None).first()


def lacking(trainee: Trainee) -> bool:
    """Whether a consent is needed and not there."""
    return is_needed(trainee) and in_force(trainee) is None


def text_of(trainee: Trainee, guardian: str, relation: str) -> str:
    """What the guardian agrees to, in full."""
    word = trainee.region.base_word
    return "\n".join(
        [
            "监护人同意书",
            f"我是{guardian}，是{trainee.name}的{relation}，也是监护人。",
            f"{trainee.name}未满 18 周岁，要在{trainee.region.name}参加就业见习。我知道并同意：",
            f"一、见习由{word}安排老师带教，以学习为主，签见习协议，不是正式工作；"
            "每月有基本生活费，发到本人的银行卡。",
            "二、不得安排有危险的作业，也不得安排不适合未成年人的工作。",
            "三、上岗前要买好意外伤害保险，签的协议我可以看。",
            "四、不想继续了，随时可以提前结束，不用交任何费用。",
            "五、我可以随时撤回这份同意；撤回以后不能再签新的协议。",
        ]
    )


def give(trainee: Trainee, *, guardian, relation, document_number, phone, text, actor) -> Consent:
    """Keep the consent with the very `text` that was read, and its SHA-256. Raises TransitionRefused where there is
    one already."""
    try:
        with acting(actor, GIVEN), transaction.atomic():
            return Consent.objects.create(
                region_id=trainee.region_id,
                trainee=trainee,
                guardian=guardian,
                relation=relation,
                document_number=document_number,
                phone=phone,
                text=text,
                text_hash=hashlib.sha256(text.encode()).hexdigest(),
                given_at=timezone.now(),
            )
    except IntegrityError as error:
        raise TransitionRefused("已经有一份监护人同意书，不用再办。") from error


def withdraw(trainee: Trainee, actor):
    """The guardian takes it back; a second press finds nothing to take back."""
    rows = trainee.consents.select_for_update(of=("self",), no_key=True)
    if row := rows.filter(withdrawn_at=None).first():
        row.withdrawn_at = timezone.now()
        with acting(actor, WITHDRAWN):
            row.save(update_fields=["withdrawn_at"])
