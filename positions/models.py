"""Internship positions."""

from django.db import models
from django.db.models import F, Q

from bases.models import Base
from jianxi.history import tracked
from jianxi.records import Record
from jianxi.tenancy import Matches, region_key, scoped
from positions.queries import PositionQuerySet


@tracked
class Position(Record):
    """见习岗位: `headcount` places at a base."""

    class Category(models.TextChoices):
        RESEARCH = "research", "科研类"
        TECHNICAL = "technical", "技术技能类"
        MANAGEMENT = "management", "管理类"
        SOCIAL_SERVICE = "social_service", "社会服务类"

    base = models.ForeignKey(
        Base,
        on_delete=models.PROTECT,
        related_name="positions",
        db_constraint=False,
        verbose_name="见习基地",
    )
    number = models.CharField("岗位编号", max_length=40)
    title = models.CharField("岗位名称", max_length=80)
    category = models.CharField("岗位类别", max_length=20, choices=Category)
    headcount = models.PositiveIntegerField("招募人数")
    published_on = models.DateField("发布日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    closed_on = models.DateField("关闭日期", null=True, blank=True)
    education = models.CharField("学历要求", max_length=60, blank=True)
    major = models.CharField("专业要求", max_length=200, blank=True)
    allowance = models.DecimalField(
        "月基本生活费", max_digits=10, decimal_places=2, null=True, blank=True
    )
    workplace = models.CharField("工作地点", max_length=200, blank=True)
    duties = models.TextField("岗位职责", blank=True)
    is_model = models.BooleanField("示范岗位", default=False)

    objects = scoped(PositionQuerySet)

    class Meta:
        verbose_name = "见习岗位"
        constraints = [
            region_key("position_region_key"),
            models.UniqueConstraint(
                fields=["region", "number"],
                condition=Q(voided_at=None),
                name="position_number_once",
                violation_error_message="这个岗位编号已有岗位使用。",
            ),
            models.CheckConstraint(
                name="position_has_places",
                condition=Q(headcount__gte=1),
                violation_error_message="招募人数至少为 1。",
            ),
            models.CheckConstraint(
                name="position_closes_after_publication",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("published_on")),
                violation_error_message="关闭日期不能早于发布日期。",
            ),
            models.CheckConstraint(
                name="position_allowance_not_negative",
                condition=Q(allowance=None) | Q(allowance__gte=0),
                violation_error_message="月基本生活费不能为负数。",
            ),
            Matches(field="base", name="position_base_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "published_on", "id"], name="position_by_publication")
        ]

    def __str__(self):
        return self.title

    @property
    def lies_in(self):
        return self.base.district

    def standing_on_it(self):
        return [("见习协议", self.agreements.standing())]
