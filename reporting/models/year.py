"""The year: what is to be reached, which enterprises count, what is told each month and at its end."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from accounts.models import User
from bases.models import Employer
from jianxi.history import tracked
from jianxi.models import StoredFile
from jianxi.tenancy import Matches, TenantModel, scoped
from regions.models import District
from reporting.queries import KeyEnterpriseQuerySet


@tracked
class Target(TenantModel):
    """What a district is to reach in a year, by the columns of the region's target table."""

    year = models.PositiveSmallIntegerField("年度")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="targets")
    key = models.CharField("指标", max_length=40)
    value = models.PositiveIntegerField("目标")

    class Meta:
        ordering = ["year", "district__order", "key"]
        verbose_name = "年度目标"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "district", "key"], name="target_once"
            ),
            Matches(field="district", name="target_district_same_region"),
        ]

    def __str__(self):
        return f"{self.year} {self.district} {self.key}"


@tracked
class KeyEnterprise(TenantModel):
    """重点企业: a line of a list a department hands in, and the employer it was recognised as."""

    class MatchedBy(models.TextChoices):
        CODE = "code", "统一社会信用代码"
        NAME = "name", "名称"
        HAND = "hand", "人工"

    list_name = models.CharField("名单", max_length=80)
    name = models.CharField("企业名称", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="区县"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="用人单位"
    )
    matched_by = models.CharField("匹配方式", max_length=10, choices=MatchedBy, blank=True)

    objects = scoped(KeyEnterpriseQuerySet)

    class Meta:
        ordering = ["list_name", "id"]
        verbose_name = "重点企业"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "list_name", "name"], name="key_enterprise_once_a_list"
            ),
            models.CheckConstraint(
                name="key_enterprise_matched_somehow",
                condition=Q(employer=None, matched_by="")
                | (Q(employer__isnull=False) & ~Q(matched_by="")),
            ),
            Matches(field="district", name="key_enterprise_district_same_region"),
        ]
        indexes = [models.Index(fields=["employer"], name="key_enterprise_of_employer")]

    def __str__(self):
        return self.name


@tracked
class Bulletin(TenantModel):
    """月度通报: drafted from the frozen figures and the clocks, edited, published to the units below.

    `figures` is what it was drafted from, kept with it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"

    form_key = models.SlugField("报表")
    period = models.DateField("报表期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", blank=True)
    figures = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    drafted_at = models.DateTimeField("起草时间")
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        ordering = ["-period"]
        verbose_name = "通报"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "form_key", "period"], name="bulletin_once_a_month"
            ),
            models.CheckConstraint(
                name="bulletin_published_by_someone",
                condition=Q(state="draft", published_at=None, published_by=None)
                | Q(state="published", published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title


@tracked
class AnnualReport(TenantModel):
    """年度报告: the text around tables and pictures drawn from the year's frozen months."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        FINAL = "final", "已定稿"

    year = models.PositiveSmallIntegerField("年度")
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="annual_reports", verbose_name="单位"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    sections = models.JSONField("正文", default=dict)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="文件"
    )

    class Meta:
        ordering = ["-year", "district__order"]
        verbose_name = "年度报告"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "district"], name="annual_report_once"
            ),
            Matches(field="district", name="annual_report_district_same_region"),
        ]

    def __str__(self):
        return f"{self.year} {self.district}"
