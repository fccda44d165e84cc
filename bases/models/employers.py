"""Employers, who may act for them, and the bases they are recognised as."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import User
from bases.queries import AuthorityQuerySet, BaseQuerySet
from jianxi.crypto import EncryptedField, keyed_hash
from jianxi.history import tracked
from jianxi.masking import mask_name, mask_phone
from jianxi.models import StoredFile
from jianxi.records import Masking, Record
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.models import District


def mask_file(file) -> str:
    return "已上传"


class Employer(models.Model):
    """用人单位, global: an identity only. Reached through `bases.employers.identify`."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("单位名称", max_length=120)

    class Meta:
        verbose_name = "用人单位"

    def __str__(self):
        return self.name


@tracked
class EmployerProfile(Masking, TenantModel):
    """What a region knows of an employer."""

    PERSONAL = {"contact_name": mask_name, "contact_phone": mask_phone}

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("单位名称", max_length=120)
    kind = models.CharField("单位类型", max_length=40, blank=True)
    industry = models.CharField("行业", max_length=60, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    key_enterprise = models.CharField("重点企业类别", max_length=200, blank=True)
    recommended_by = models.CharField("推荐部门", max_length=60, blank=True)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = EncryptedField("联系电话", context="employer.phone", blank=True, default="")

    class Meta:
        verbose_name = "用人单位"
        constraints = [
            region_key("profile_region_key"),
            models.UniqueConstraint(fields=["region", "employer"], name="profile_once"),
        ]

    def __str__(self):
        return self.name


@tracked
class InsuredHeadcount(TenantModel):
    """参保人数 on a day; caps are judged against the figure of the time."""

    profile = models.ForeignKey(
        EmployerProfile, on_delete=models.CASCADE, related_name="insured_headcounts"
    )
    as_of = models.DateField("截至")
    count = models.PositiveIntegerField("参保人数")

    class Meta:
        ordering = ["-as_of"]
        verbose_name = "参保人数"
        constraints = [
            models.UniqueConstraint(fields=["profile", "as_of"], name="insured_once_a_day"),
            Matches(field="profile", name="insured_profile_same_region"),
        ]

    def __str__(self):
        return f"{self.count}（{self.as_of}）"


@tracked
class Authority(Masking, TenantModel):
    """That a person may act for an employer in the region: proved by licence and letter and
    confirmed by the district, by a code of the district's, or by an owner's invitation.

    What is claimed stands in `uscc` and `name` until it is confirmed; from then on `profile` is
    the employer the person acts for.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "待确认"
        RETURNED = "returned", "已退回"
        REJECTED = "rejected", "未通过"
        INVITED = "invited", "已邀请"
        CONFIRMED = "confirmed", "已确认"
        ENDED = "ended", "已结束"

    PERSONAL = {
        "person": mask_name,
        "phone": mask_phone,
        "licence": mask_file,  # its name may be a person's
        "letter": mask_file,
    }

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="authorities", verbose_name="经办人"
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name="所属区县"
    )
    uscc = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("单位名称", max_length=120)
    profile = models.ForeignKey(
        EmployerProfile,
        on_delete=models.PROTECT,
        null=True,
        related_name="authorities",
        verbose_name="用人单位",
    )
    state = models.CharField("状态", max_length=20, choices=State, default=State.DRAFT)
    is_owner = models.BooleanField("负责人", default=False)
    licence = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="营业执照"
    )
    letter = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="授权书"
    )
    submitted_at = models.DateTimeField("提交时间", null=True)
    due_on = models.DateField("办理期限", null=True)
    due_is_provisional = models.BooleanField("期限暂定", default=False)
    ended_on = models.DateField("结束日期", null=True)

    objects = scoped(AuthorityQuerySet)

    class Meta:
        verbose_name = "单位经办人"
        constraints = [
            region_key("authority_region_key"),
            models.UniqueConstraint(
                fields=["region", "user", "uscc"],
                condition=~Q(state__in=["rejected", "ended"]),
                name="authority_once",
                violation_error_message="您已经申请过这家单位。",
            ),
            models.CheckConstraint(
                name="authority_confirmed_for_an_employer",
                condition=~Q(state__in=["confirmed", "invited"]) | Q(profile__isnull=False),
            ),
            models.CheckConstraint(
                name="authority_ended_has_a_day",
                condition=Q(state="ended", ended_on__isnull=False)
                | (~Q(state="ended") & Q(ended_on=None)),
            ),
            Matches(field="profile", name="authority_profile_same_region"),
            Matches(field="district", name="authority_district_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "district", "id"], name="authority_by_district"),
        ]

    def __str__(self):
        return self.profile.name if self.profile else self.name

    @property
    def person(self) -> str:
        return self.user.name

    @property
    def phone(self) -> str:
        return self.user.phone or ""

    @property
    def masked_person(self) -> str:
        return self.masked("person")

    @property
    def masked_phone(self) -> str:
        return self.masked("phone")


@tracked
class ClaimCode(TenantModel):
    """A code by which a person takes up the account of an employer known by ledger: handed out by
    the district, good once. Only its keyed hash is kept."""

    profile = models.ForeignKey(
        EmployerProfile, on_delete=models.CASCADE, related_name="claim_codes"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="发放人"
    )
    created_at = models.DateTimeField("发放时间", auto_now_add=True)
    expires_on = models.DateField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True)
    used_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="使用人"
    )
    revoked_at = models.DateTimeField("收回时间", null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "认领码"
        constraints = [
            Matches(field="profile", name="claimcode_profile_same_region"),
            models.CheckConstraint(
                name="claimcode_used_by_someone",
                condition=Q(used_at=None, used_by=None)
                | Q(used_at__isnull=False, used_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.profile} 认领码"

    @staticmethod
    def digest_of(code: str) -> bytes:
        """Hyphens and blanks do not count."""
        return keyed_hash("claim", "".join(filter(str.isalnum, code)))


@tracked
class Base(Record):
    """见习基地: an employer recognised in a district of the region.

    `district` is where it is now; `placements` say where it was on any day. An employer that comes
    back after its base ended is recognised as a new one: the figures of the time between stand.
    """

    profile = models.ForeignKey(EmployerProfile, on_delete=models.PROTECT, related_name="bases")
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="bases", verbose_name="所属区县"
    )
    recognised_on = models.DateField("认定日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    exited_on = models.DateField("退出日期", null=True, blank=True)
    exit_reason = models.CharField("退出原因", max_length=200, blank=True)

    objects = scoped(BaseQuerySet)

    class Meta:
        verbose_name = "见习基地"
        constraints = [
            region_key("base_region_key"),
            models.UniqueConstraint(
                fields=["profile"],
                condition=Q(voided_at=None, exited_on=None),
                name="base_once_a_region",
                violation_error_message="这家单位在本区已有基地。",
            ),
            models.CheckConstraint(
                name="base_exits_after_recognition",
                condition=Q(exited_on=None) | Q(exited_on__gte=F("recognised_on")),
                violation_error_message="退出日期不能早于认定日期。",
            ),
            Matches(field="profile", name="base_profile_same_region"),
            Matches(field="district", name="base_district_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "district", "id"], name="base_by_district"),
            models.Index(fields=["region", "recognised_on", "id"], name="base_by_recognition"),
        ]

    def __str__(self):
        return self.profile.name

    def standing_on_it(self):
        return [("见习岗位", self.positions.standing()), ("补贴拨付", self.payments.standing())]


class DateRange(Func):
    """[since, until): open where empty."""

    function = "daterange"
    output_field = DateRangeField()


@tracked
class Placement(TenantModel):
    """In which district a base was, from a day (empty: from the start) to before another."""

    base = models.ForeignKey(Base, on_delete=models.CASCADE, related_name="placements")
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="placements", verbose_name="区县"
    )
    since = models.DateField("自", null=True, blank=True)
    until = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        ordering = ["base", F("since").asc(nulls_first=True)]
        verbose_name = "所在区县"
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")),
            ),
            ExclusionConstraint(
                name="placement_one_district_a_day",
                expressions=[
                    (
                        Func(
                            F("base_id"),
                            F("base_id"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (DateRange("since", "until", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
            Matches(field="base", name="placement_base_same_region"),
            Matches(field="district", name="placement_district_same_region"),
        ]
        indexes = [
            models.Index(fields=["district"], name="placement_of_district"),
        ]

    def __str__(self):
        return f"{self.base} {self.district}"
