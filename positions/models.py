"""Internship positions."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from bases.models import Base
from jianxi.history import tracked
from jianxi.masking import mask_name
from jianxi.records import Record
from jianxi.tenancy import Matches, region_key, scoped
from positions.queries import PositionQuerySet

OPEN = Q(state="published", closed_on=None, voided_at=None)  # what the public may come to see
SOUGHT = ("number", "title", "category", "major", "workplace", "duties", "base")


@tracked(exclude=["search"])
class Position(Record):
    """见习岗位: `headcount` places at a base.

    The state is what was decided. What a date says (not yet, past its validity, closed) is asked
    of the date: see `PositionQuerySet.states`.
    """

    PERSONAL = {"mentor": mask_name}

    class Category(models.TextChoices):
        RESEARCH = "research", "科研类"
        TECHNICAL = "technical", "技术技能类"
        MANAGEMENT = "management", "管理类"
        SOCIAL_SERVICE = "social_service", "社会服务类"

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        REJECTED = "rejected", "不予通过"
        PUBLISHED = "published", "已发布"
        PAUSED = "paused", "暂停招募"

    base = models.ForeignKey(
        Base,
        on_delete=models.PROTECT,
        related_name="positions",
        db_constraint=False,
        verbose_name="见习基地",
    )
    state = models.CharField(
        "状态",
        max_length=10,
        choices=State,
        default=State.PUBLISHED,
        db_default=State.PUBLISHED,
        editable=False,
    )
    number = models.CharField("岗位编号", max_length=40)
    title = models.CharField("岗位名称", max_length=80)
    category = models.CharField("岗位类别", max_length=20, choices=Category)
    headcount = models.PositiveIntegerField("招募人数", default=1)
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    due_on = models.DateField("审核期限", null=True, editable=False)
    due_is_provisional = models.BooleanField(default=False, db_default=False, editable=False)
    published_on = models.DateField("发布日期", null=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    closed_on = models.DateField("关闭日期", null=True, blank=True)
    education = models.CharField("学历要求", max_length=60, blank=True)
    major = models.CharField("专业要求", max_length=200, blank=True)
    allowance = models.DecimalField(
        "月基本生活费", max_digits=10, decimal_places=2, null=True, blank=True
    )
    benefits = models.CharField("食宿等待遇", max_length=200, blank=True, db_default="")
    months = models.PositiveSmallIntegerField("见习期限（月）", null=True, blank=True)
    workplace = models.CharField("工作地点", max_length=200, blank=True)
    duties = models.TextField("岗位职责", blank=True)
    mentor = models.CharField("带教老师", max_length=50, blank=True, db_default="")
    hazards = models.BooleanField("有危险作业", default=False, db_default=False)
    contact = models.CharField("公开的联系方式", max_length=80, blank=True, db_default="")
    is_model = models.BooleanField("示范岗位", default=False)
    search = SearchVectorField(null=True, editable=False)  # kept by positions.search

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
            models.CheckConstraint(
                name="position_published_on_a_day",
                condition=Q(state__in=["published", "paused"], published_on__isnull=False)
                | (~Q(state__in=["published", "paused"]) & Q(published_on=None, closed_on=None)),
                violation_error_message="已发布的岗位须有发布日期，没有发布的不能有。",
            ),
            models.CheckConstraint(
                name="position_clock_runs_in_review",
                condition=Q(state="submitted", due_on__isnull=False, submitted_at__isnull=False)
                | (~Q(state="submitted") & Q(due_on=None)),
            ),
            Matches(field="base", name="position_base_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "published_on", "id"], name="position_by_publication"),
            models.Index(
                fields=["region", "published_on", "id"], condition=OPEN, name="position_open"
            ),
            models.Index(
                fields=["region", "due_on", "id"],
                condition=Q(state="submitted"),
                name="position_in_review",
            ),
            models.Index(fields=["id"], condition=Q(search=None), name="position_unindexed"),
            GinIndex(fields=["search"], condition=OPEN, name="position_words"),
        ]
        triggers = [
            # Whoever writes, by whatever way: words that changed are cut anew (positions.search).
            pgtrigger.Trigger(
                name="words_changed",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*SOUGHT),
                func="NEW.search = NULL; RETURN NEW;",
            )
        ]

    def __str__(self):
        return self.title or "未命名岗位"

    @property
    def told_as(self) -> str:
        return f"{self.base.profile.name} · {self}"

    @property
    def lies_in(self):
        return self.base.district

    def standing_on_it(self):
        return [
            ("见习协议", self.agreements.standing()),
            ("见习报名", self.applications.open()),
        ]
