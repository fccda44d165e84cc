"""Youths and their internships."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value

from accounts.models import User
from jianxi.crypto import EncryptedField
from jianxi.history import tracked
from jianxi.masking import (
    mask_birth_date,
    mask_card,
    mask_document_number,
    mask_name,
    mask_phone,
)
from jianxi.records import Record
from jianxi.tenancy import Matches, region_key, scoped
from positions.models import Position
from regions.models import District
from trainees.queries import AgreementQuerySet, TraineeQuerySet
from trainees.rules import SCHOOLING


class Person(models.Model):
    """One human being, global: only a keyed hash of document type and number.

    Reached through `trainees.persons.identify`.
    """

    identity = models.BinaryField(max_length=32, unique=True)

    class Meta:
        verbose_name = "自然人"


class Group(models.TextChoices):
    """Whom the programme is for; each region words its groups itself (policy youth_groups)."""

    GRADUATE = "graduate", "未就业高校毕业生"
    UNEMPLOYED_YOUTH = "unemployed_youth", "失业青年"


@tracked
class Trainee(Record):
    """A youth as one region knows him or her."""

    PERSONAL = {
        "name": mask_name,
        "document_number": mask_document_number,
        "birth_date": mask_birth_date,
        "phone": mask_phone,
        "bank_card": mask_card,
        "user": User.get_full_name,
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="账号",
    )
    name = models.CharField("姓名", max_length=50)
    document_type = models.CharField("证件类型", max_length=20)
    document_number = EncryptedField("证件号码", context="trainee.document")
    birth_date = models.DateField("出生日期")
    sex = models.CharField(
        "性别", max_length=1, choices=[("M", "男"), ("F", "女"), ("", "未知")], blank=True
    )
    group = models.CharField("人员类别", max_length=20, choices=Group)
    schooling = models.CharField(
        "毕业学校类型", max_length=20, choices=SCHOOLING, blank=True, db_default=""
    )
    education = models.CharField("学历", max_length=40, blank=True)
    school = models.CharField("毕业院校", max_length=80, blank=True)
    major = models.CharField("专业", max_length=80, blank=True)
    graduated_on = models.DateField("毕业日期", null=True, blank=True)
    studying = models.BooleanField("正在就读", null=True, blank=True)
    employed = models.BooleanField("已经就业", null=True, blank=True)
    unemployed_since = models.DateField("失业登记日期", null=True, blank=True)
    hardship = models.CharField("困难类别", max_length=80, blank=True)
    skills = models.CharField("技能特长", max_length=200, blank=True, db_default="")
    wish = models.CharField("见习意向", max_length=200, blank=True, db_default="")
    phone = EncryptedField("手机号", context="trainee.phone", blank=True, default="")
    phone_hash = models.BinaryField(max_length=32, null=True, blank=True)
    home_district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="常住区县",
    )
    bank_card = EncryptedField("银行卡号", context="trainee.card", blank=True, default="")
    bank_card_hash = models.BinaryField(max_length=32, null=True, blank=True)
    bank = models.CharField("开户行", max_length=80, blank=True)

    objects = scoped(TraineeQuerySet)

    class Meta:
        verbose_name = "见习人员"
        constraints = [
            region_key("trainee_region_key"),
            models.UniqueConstraint(fields=["id", "person"], name="trainee_person_key"),
            models.UniqueConstraint(
                fields=["region", "person"],
                condition=Q(voided_at=None),
                name="trainee_once_a_region",
                violation_error_message="本区已有持这个证件号码的见习人员。",
            ),
            models.UniqueConstraint(
                fields=["region", "user"],
                condition=Q(voided_at=None, user__isnull=False),
                name="trainee_one_account",
                violation_error_message="这个账号在本区已有登记。",
            ),
            models.CheckConstraint(
                name="trainee_graduate_has_graduated",
                condition=~Q(group="graduate") | Q(graduated_on__isnull=False),
                violation_error_message="毕业生须填写毕业日期。",
            ),
            Matches(field="home_district", name="trainee_home_same_region"),
        ]
        indexes = [
            models.Index(
                "region",
                OpClass("name", "varchar_pattern_ops"),
                name="trainee_by_name",
            ),
            models.Index(fields=["region", "-id"], name="trainee_newest"),
            models.Index(fields=["phone_hash"], name="trainee_by_phone"),
            models.Index(fields=["bank_card_hash"], name="trainee_by_card"),
            models.Index(fields=["home_district"], name="trainee_by_home"),
        ]

    def __str__(self):
        return self.name

    @property
    def title(self):
        return self.masked("name")

    def age_on(self, day: date) -> int:
        """In full years."""
        birthday_to_come = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - birthday_to_come

    @property
    def lies_in(self):
        """Where the latest agreement is; without one, where the youth lives; else the region."""
        latest = self.agreements.select_related("position__base__district").order_by("-signed_on")
        if agreement := latest.first():
            return agreement.lies_in
        return self.home_district or District.objects.root()

    def standing_on_it(self):
        return [
            ("见习协议", self.agreements.standing()),
            ("见习报名", self.applications.open()),
        ]


@tracked
class Agreement(Record):
    """就业见习协议. Runs from signing to the day it ends, that day excluded."""

    PERSONAL = {"mentor": mask_name}

    class EndKind(models.TextChoices):
        COMPLETED = "completed", "期满"
        RETAINED_EARLY = "retained_early", "提前留用"
        TERMINATED = "terminated", "非正常结束"
        CANCELLED = "cancelled", "未到岗取消"

    class Outcome(models.TextChoices):
        RETAINED = "retained", "留用"
        OTHER_EMPLOYMENT = "other_employment", "其他方式就业"
        NOT_EMPLOYED = "not_employed", "未就业"

    number = models.CharField("协议编号", max_length=40)
    trainee = models.ForeignKey(
        Trainee,
        on_delete=models.PROTECT,
        related_name="agreements",
        db_constraint=False,
        verbose_name="见习人员",
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(
        Position,
        on_delete=models.PROTECT,
        related_name="agreements",
        db_constraint=False,
        verbose_name="见习岗位",
    )
    group = models.CharField("签订时的人员类别", max_length=20, choices=Group)
    signed_on = models.DateField("签订日期")
    planned_start = models.DateField("约定开始")
    planned_end = models.DateField("约定结束")
    arrived_on = models.DateField("到岗日期", null=True, blank=True)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    end_kind = models.CharField("结束方式", max_length=20, choices=EndKind, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)
    outcome = models.CharField("就业去向", max_length=20, choices=Outcome, blank=True)
    outcome_on = models.DateField("就业日期", null=True, blank=True)
    mentor = models.CharField("带教老师", max_length=50, blank=True)
    allowance = models.DecimalField(
        "月基本生活费", max_digits=10, decimal_places=2, null=True, blank=True
    )
    insurer = models.CharField("保险公司", max_length=80, blank=True)
    insurance_number = models.CharField("保险单号", max_length=60, blank=True)

    objects = scoped(AgreementQuerySet)

    class Meta:
        verbose_name = "见习协议"
        constraints = [
            region_key("agreement_region_key"),
            models.UniqueConstraint(
                fields=["region", "number"],
                condition=Q(voided_at=None),
                name="agreement_number_once",
                violation_error_message="这个协议编号已经用过。",
            ),
            models.CheckConstraint(
                name="agreement_planned_end_after_start",
                condition=Q(planned_end__gte=F("planned_start")),
                violation_error_message="约定结束不能早于约定开始。",
            ),
            models.CheckConstraint(
                name="agreement_arrival_after_signing",
                condition=Q(arrived_on=None) | Q(arrived_on__gte=F("signed_on")),
                violation_error_message="到岗日期不能早于签订日期。",
            ),
            models.CheckConstraint(
                name="agreement_end_after_beginning",
                condition=Q(ended_on=None)
                | Q(arrived_on=None, ended_on__gte=F("signed_on"))
                | Q(ended_on__gte=F("arrived_on")),
                violation_error_message="结束日期不能早于到岗（未到岗的，不能早于签订）。",
            ),
            models.CheckConstraint(
                name="agreement_end_kind_and_day_together",
                condition=Q(ended_on=None, end_kind="")
                | (Q(ended_on__isnull=False) & ~Q(end_kind="")),
                violation_error_message="结束方式与结束日期要么都填，要么都不填。",
            ),
            models.CheckConstraint(
                name="agreement_cancelled_without_arrival",
                condition=Q(end_kind="")
                | Q(end_kind="cancelled", arrived_on=None)
                | (~Q(end_kind="cancelled") & Q(arrived_on__isnull=False)),
                violation_error_message="未到岗取消的不填到岗日期，其他结束方式须有到岗日期。",
            ),
            models.CheckConstraint(
                name="agreement_early_means_retained",
                condition=~Q(end_kind="retained_early") | Q(outcome="retained"),
                violation_error_message="提前留用的，就业去向须为留用。",
            ),
            models.CheckConstraint(
                name="agreement_terminated_not_retained",
                condition=~Q(end_kind="terminated", outcome="retained"),
                violation_error_message="非正常结束的，就业去向不能是留用。",
            ),
            ExclusionConstraint(
                name="agreement_one_running_per_person",
                violation_error_message="此人在这段时间里已有另一份见习协议。",
                condition=Q(voided_at=None),
                # At a statement's end: one statement may exchange the days of two agreements.
                deferrable=Deferrable.IMMEDIATE,
                expressions=[
                    (
                        Func(F("person_id"), F("person_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("signed_on"),
                            F("ended_on"),
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            Matches(field="trainee", name="agreement_trainee_same_region"),
            Matches(field="trainee", on="person", name="agreement_person_is_trainees"),
            Matches(field="position", name="agreement_position_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "signed_on", "id"], name="agreement_by_signing"),
            # the last column so that those overdue are told without reading the others' rows
            models.Index(
                fields=["region", "signed_on", "id", "planned_end"],
                condition=Q(ended_on=None, arrived_on__isnull=False, voided_at=None),
                name="agreement_on_post",
            ),
            models.Index(
                fields=["region", "signed_on", "id"],
                condition=Q(ended_on=None, arrived_on=None, voided_at=None),
                name="agreement_not_arrived",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def told_as(self) -> str:
        return f"{self.number} · {self.trainee.title}"

    @property
    def lies_in(self):
        return self.position.base.district
