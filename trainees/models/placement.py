"""How a youth comes to an internship: the application, a guardian's consent, the agreement as both
sides read and sign it."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from jianxi.attachments import Attachment
from jianxi.crypto import EncryptedField
from jianxi.history import tracked
from jianxi.masking import mask_document_number, mask_name, mask_phone
from jianxi.records import Masking, Record
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from positions.models import Position
from regions.models import District
from trainees.models.records import Agreement, Trainee
from trainees.queries import ApplicationQuerySet, ContractQuerySet


def mask_text(text: str) -> str:
    return f"共 {len(text)} 字"


@tracked
class Consent(Masking, TenantModel):
    """A guardian agrees that a youth of 16 or 17 takes part: read and confirmed by a code to the
    guardian's own phone. Withdrawn, it is none."""

    PERSONAL = {
        "guardian": mask_name,
        "document_number": mask_document_number,
        "phone": mask_phone,
    }

    trainee = models.ForeignKey(Trainee, on_delete=models.PROTECT, related_name="consents")
    guardian = models.CharField("监护人姓名", max_length=50)
    relation = models.CharField("与本人关系", max_length=20)
    document_number = EncryptedField("监护人身份证号码", context="consent.document")
    phone = EncryptedField("监护人手机号", context="consent.phone")
    text = EncryptedField("同意的内容", context="consent.text")
    text_hash = models.CharField("内容摘要", max_length=64)
    given_at = models.DateTimeField("同意时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = "监护人同意书"
        constraints = [
            models.UniqueConstraint(
                fields=["trainee"],
                condition=Q(withdrawn_at=None),
                name="consent_one_in_force",
                violation_error_message="已有一份监护人同意书。",
            ),
            Matches(field="trainee", name="consent_trainee_same_region"),
        ]

    def __str__(self):
        return self.masked("guardian")


@tracked
class Application(Record):
    """报名, for a position or (`position` empty) for the pool of a district.

    `district` reviews it: the one of the position's base, or the one the youth chose. One clock
    runs at a time, `due_on`: the district's while it is submitted, the base's while it is referred.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "区县审核中"
        RETURNED = "returned", "退回补正"
        REJECTED = "rejected", "审核未通过"
        REFERRED = "referred", "已推送，等单位答复"
        DECLINED = "declined", "单位未录用"
        ACCEPTED = "accepted", "单位已接收"
        DISPATCHED = "dispatched", "已派遣"
        SIGNED = "signed", "已签协议"
        WITHDRAWN = "withdrawn", "已撤回"

    trainee = models.ForeignKey(
        Trainee, on_delete=models.PROTECT, related_name="applications", verbose_name="见习人员"
    )
    position = models.ForeignKey(
        Position,
        on_delete=models.PROTECT,
        null=True,
        related_name="applications",
        verbose_name="见习岗位",
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name="审核区县"
    )
    state = models.CharField("状态", max_length=12, choices=State, default=State.SUBMITTED)
    from_pool = models.BooleanField("报到人才库", default=False)
    wish = models.CharField("想做的工作", max_length=200, blank=True)
    note = models.TextField("自我介绍", blank=True)
    submitted_at = models.DateTimeField("报名时间")
    referred_at = models.DateTimeField("推送时间", null=True)
    chased_on = models.DateField("催办日期", null=True)
    due_on = models.DateField("答复期限", null=True)
    due_is_provisional = models.BooleanField("期限暂定", default=False)

    objects = scoped(ApplicationQuerySet)

    class Meta:
        verbose_name = "见习报名"
        constraints = [
            region_key("application_region_key"),
            models.UniqueConstraint(
                fields=["trainee", "position"],
                condition=Q(voided_at=None)
                & ~Q(state__in=["rejected", "declined", "withdrawn", "signed"]),
                name="application_once_a_position",
                violation_error_message="您已经报过这个岗位，正在办理。",
            ),
            models.UniqueConstraint(
                fields=["trainee"],
                condition=Q(voided_at=None, from_pool=True)
                & ~Q(state__in=["rejected", "declined", "withdrawn", "signed"]),
                name="application_once_in_the_pool",
                violation_error_message="您已经在人才库里，正在办理。",
            ),
            models.CheckConstraint(
                name="application_is_for_something",
                condition=Q(from_pool=True) | Q(position__isnull=False),
            ),
            models.CheckConstraint(
                name="application_placed_has_a_position",
                condition=~Q(state__in=["referred", "declined", "accepted", "dispatched", "signed"])
                | Q(position__isnull=False),
            ),
            models.CheckConstraint(
                name="application_clock_runs_while_waiting",
                condition=Q(state__in=["submitted", "referred"], due_on__isnull=False)
                | (~Q(state__in=["submitted", "referred"]) & Q(due_on=None)),
            ),
            Matches(field="trainee", name="application_trainee_same_region"),
            Matches(field="position", name="application_position_same_region"),
            Matches(field="district", name="application_district_same_region"),
        ]
        indexes = [
            models.Index(
                fields=["region", "due_on", "id"],
                condition=Q(state__in=["submitted", "referred"]),
                name="application_waiting",
            ),
            models.Index(
                fields=["position"],
                condition=Q(state__in=["accepted", "dispatched"]),
                name="application_takes_a_place",
            ),
            models.Index(fields=["region", "-id"], name="application_newest"),
        ]

    def __str__(self):
        return self.position.title if self.position else "人才库"

    @property
    def told_as(self) -> str:
        return f"{self.trainee.title} · {self}"

    def standing_on_it(self):
        return [("协议签订", Contract.objects.standing().filter(application=self))]


@tracked
class Contract(Record):
    """见习协议 on its way: made from the application and the position, read and signed by both,
    filed by the district. The youth's signature, the last one, makes the `agreement`.

    An application from the pool may come to another `position` after one that was given up.

    `text` is what both signed, to the letter; `text_hash` its SHA-256, in hex.
    """

    PERSONAL = {"mentor": mask_name, "text": mask_text}

    class State(models.TextChoices):
        DRAFT = "draft", "单位拟定中"
        EMPLOYER_SIGNED = "employer_signed", "待本人签字"
        SIGNED = "signed", "待备案"
        FILED = "filed", "已备案"
        CANCELLED = "cancelled", "已取消"

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="contracts", verbose_name="见习报名"
    )
    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="+", verbose_name="见习岗位"
    )
    agreement = models.OneToOneField(
        Agreement,
        on_delete=models.PROTECT,
        null=True,
        related_name="contract",
        verbose_name="见习协议",
    )
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    planned_start = models.DateField("约定开始", null=True, blank=True)
    planned_end = models.DateField("约定结束", null=True, blank=True)
    workplace = models.CharField("见习地点", max_length=200, blank=True)
    duties = models.TextField("见习内容", blank=True)
    hours = models.CharField("见习时间", max_length=100, blank=True)
    mentor = models.CharField("带教老师", max_length=50, blank=True)
    allowance = models.DecimalField(
        "月基本生活费", max_digits=10, decimal_places=2, null=True, blank=True
    )
    benefits = models.CharField("食宿等待遇", max_length=200, blank=True)
    insurer = models.CharField("保险公司", max_length=80, blank=True)
    insurance_number = models.CharField("保险单号", max_length=60, blank=True)
    more_terms = models.TextField("其他约定", blank=True)
    text = EncryptedField("协议正文", context="contract.text", blank=True, default="")
    text_hash = models.CharField("正文摘要", max_length=64, blank=True)
    employer_signed_at = models.DateTimeField("单位签署时间", null=True)
    employer_signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="单位签署人"
    )
    youth_signed_at = models.DateTimeField("本人签署时间", null=True)
    identity_checked_at = models.DateTimeField("单位核对证件时间", null=True)
    notice_read_at = models.DateTimeField("本人阅读职责须知时间", null=True)
    due_on = models.DateField("备案期限", null=True)
    due_is_provisional = models.BooleanField("期限暂定", default=False)
    filed_at = models.DateTimeField("备案时间", null=True)

    objects = scoped(ContractQuerySet)

    class Meta:
        verbose_name = "协议签订"
        constraints = [
            region_key("contract_region_key"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(voided_at=None) & ~Q(state="cancelled"),
                name="contract_one_an_application",
            ),
            models.CheckConstraint(
                name="contract_end_after_start",
                condition=Q(planned_start=None)
                | Q(planned_end=None)
                | Q(planned_end__gte=models.F("planned_start")),
                violation_error_message="约定结束不能早于约定开始。",
            ),
            models.CheckConstraint(
                name="contract_signed_by_both",
                condition=~Q(state__in=["signed", "filed"])
                | Q(
                    employer_signed_at__isnull=False,
                    youth_signed_at__isnull=False,
                    agreement__isnull=False,
                )
                & ~Q(text_hash=""),
            ),
            models.CheckConstraint(
                name="contract_clock_runs_for_filing",
                condition=Q(state="signed", due_on__isnull=False)
                | (~Q(state="signed") & Q(due_on=None)),
            ),
            Matches(field="application", name="contract_application_same_region"),
            Matches(field="position", name="contract_position_same_region"),
            Matches(field="agreement", name="contract_agreement_same_region"),
        ]
        indexes = [
            models.Index(
                fields=["region", "due_on", "id"],
                condition=Q(state="signed"),
                name="contract_to_file",
            ),
        ]

    def __str__(self):
        return self.position.title

    @property
    def told_as(self) -> str:
        return f"{self.application.trainee.title} · {self}"

    @property
    def lies_in(self):
        return self.position.base.district

    @property
    def came_to_nothing(self) -> bool:
        """Given up before both had signed: the sides are nothing to each other."""
        return self.state == self.State.CANCELLED and self.youth_signed_at is None

    def standing_on_it(self):
        return [("见习协议", Agreement.objects.standing().filter(pk=self.agreement_id))]


class ContractPaper(Attachment):
    """A paper kept on the trainee before the start (附件2 of the 2023-01-16 notice)."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "身份证件"
        DIPLOMA = "diploma", "毕业证"
        INSURANCE = "insurance", "意外伤害保险单"
        INVOICE = "insurance_invoice", "保险发票"
        OTHER = "other", "其他材料"

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField("材料", max_length=20, choices=Kind)

    class Meta:
        ordering = ["kind", "id"]
        verbose_name = "协议材料"
        constraints = [
            Matches(field="contract", name="contract_paper_same_region"),
        ]
