"""基地申报: how an employer asks to be recognised, what was seen on the visit."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from bases.models.employers import Base, EmployerProfile
from jianxi.attachments import Attachment
from jianxi.crypto import EncryptedField
from jianxi.files import IMAGES
from jianxi.history import tracked
from jianxi.masking import mask_name, mask_phone
from jianxi.records import Record, RecordQuerySet
from jianxi.tenancy import Matches, TenantModel, region_key, scoped
from regions.models import District


def mask_lines(text: str) -> str:
    """People named a line each: how many."""
    return f"{len(text.split(chr(10)))} 人"


class BaseApplicationQuerySet(RecordQuerySet):
    def in_districts(self, districts):
        """A draft is its employer's alone."""
        return super().in_districts(districts).exclude(state="draft")

    def under_way(self):
        """Not decided yet; an employer has one at most."""
        return self.standing().exclude(state__in=["recognised", "rejected"])


@tracked
class BaseApplication(Record):
    """What an employer says of itself when it asks, as it was on that day. Recognition makes or
    renews the base and carries these facts over into the profile."""

    PERSONAL = {"contact_name": mask_name, "contact_phone": mask_phone, "mentors": mask_lines}

    class Kind(models.TextChoices):
        NEW = "new", "首次申报"
        RENEWAL = "renewal", "期满续认"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        VISITED = "visited", "已考察，待认定"
        RETURNED = "returned", "已退回"
        RECOGNISED = "recognised", "已认定"
        REJECTED = "rejected", "不予认定"

    profile = models.ForeignKey(
        EmployerProfile,
        on_delete=models.PROTECT,
        related_name="base_applications",
        verbose_name="用人单位",
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", verbose_name="所属区县"
    )
    base = models.ForeignKey(
        Base,
        on_delete=models.PROTECT,
        null=True,
        related_name="applications",
        verbose_name="见习基地",
        editable=False,
    )
    kind = models.CharField("申报类型", max_length=10, choices=Kind, default=Kind.NEW)
    state = models.CharField(
        "状态", max_length=12, choices=State, default=State.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    due_on = models.DateField("办理期限", null=True, editable=False)
    due_is_provisional = models.BooleanField(default=False, editable=False)

    employer_kind = models.CharField("单位类型", max_length=40, blank=True)
    industry = models.CharField("行业", max_length=60, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    insured = models.PositiveIntegerField("参保人数", null=True, blank=True)
    insured_as_of = models.DateField("参保人数截至", null=True, blank=True)
    key_enterprise = models.CharField("重点企业类别", max_length=200, blank=True)
    relaxed_as = models.CharField("适用放宽条件的类别", max_length=80, blank=True)
    recommended_by = models.CharField("推荐部门", max_length=60, blank=True)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = EncryptedField(
        "联系电话", context="base_application.phone", blank=True, default=""
    )
    address = models.CharField("见习场所地址", max_length=200, blank=True)
    introduction = models.TextField("单位简介和经营状况", blank=True)
    places_a_year = models.PositiveIntegerField("每年计划提供岗位数", null=True, blank=True)
    safety_rules = models.TextField("安全管理制度", blank=True)
    internship_plan = models.TextField("见习计划", blank=True)
    duties = models.TextField("见习管理职责分工", blank=True)
    mentors = models.TextField("带教老师", blank=True)

    objects = scoped(BaseApplicationQuerySet)

    class Meta:
        verbose_name = "基地申报"
        constraints = [
            region_key("base_application_region_key"),
            models.UniqueConstraint(
                fields=["profile"],
                condition=Q(voided_at=None) & ~Q(state__in=["recognised", "rejected"]),
                name="base_application_one_open",
                violation_error_message="本单位已有一份申报在办理中。",
            ),
            models.CheckConstraint(
                name="base_application_clock_runs_in_review",
                condition=Q(
                    state__in=["submitted", "visited"],
                    due_on__isnull=False,
                    submitted_at__isnull=False,
                )
                | (~Q(state__in=["submitted", "visited"]) & Q(due_on=None)),
            ),
            models.CheckConstraint(
                name="base_application_recognised_as_a_base",
                condition=~Q(state="recognised") | Q(base__isnull=False),
            ),
            Matches(field="profile", name="base_application_profile_same_region"),
            Matches(field="district", name="base_application_district_same_region"),
            Matches(field="base", name="base_application_base_same_region"),
        ]
        indexes = [
            models.Index(
                fields=["region", "due_on", "id"],
                condition=Q(state__in=["submitted", "visited"]),
                name="base_application_in_review",
            ),
            models.Index(fields=["region", "-id"], name="base_application_newest"),
        ]

    def __str__(self):
        return self.profile.name


class ApplicationPaper(Attachment):
    """A paper of an application: licence, proof of insured staff, rules and plans as signed."""

    class Kind(models.TextChoices):
        LICENCE = "licence", "营业执照或登记证书"
        INSURED = "insured", "参保证明"
        RELAXATION = "relaxation", "放宽条件的证明"
        SAFETY = "safety", "安全管理制度"
        PLAN = "plan", "见习计划"
        MENTORS = "mentors", "带教老师资质"
        SITE = "site", "见习场所照片"
        OTHER = "other", "其他材料"

    application = models.ForeignKey(
        BaseApplication, on_delete=models.CASCADE, related_name="papers"
    )
    kind = models.CharField("材料", max_length=20, choices=Kind)

    class Meta:
        ordering = ["kind", "id"]
        verbose_name = "申报材料"
        constraints = [
            Matches(field="application", name="application_paper_same_region"),
        ]


@tracked
class Visit(TenantModel):
    """实地考察: where, by whom, and what was found."""

    class Finding(models.TextChoices):
        SUITABLE = "suitable", "符合见习条件"
        UNSUITABLE = "unsuitable", "不符合见习条件"

    application = models.ForeignKey(
        BaseApplication, on_delete=models.CASCADE, related_name="visits"
    )
    visited_on = models.DateField("考察日期")
    place = models.CharField("考察地点", max_length=200)
    people = models.CharField("考察人员", max_length=200)
    premises = models.TextField("见习场所")
    business = models.TextField("经营状况")
    need = models.TextField("岗位需求")
    finding = models.CharField("考察结论", max_length=12, choices=Finding)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="记录人"
    )
    recorded_at = models.DateTimeField("记录时间", auto_now_add=True)

    class Meta:
        ordering = ["-visited_on", "-id"]
        verbose_name = "实地考察"
        constraints = [
            region_key("visit_region_key"),
            Matches(field="application", name="visit_application_same_region"),
        ]

    def __str__(self):
        return f"{self.visited_on} {self.place}"


class VisitPhoto(Attachment):
    TYPES = IMAGES
    MOST = 9

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")

    class Meta:
        ordering = ["id"]
        verbose_name = "考察照片"
        constraints = [
            Matches(field="visit", name="visit_photo_same_region"),
        ]
