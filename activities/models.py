"""Matching events and policy talks."""

from django.db import models
from django.db.models import Q

from activities.queries import ActivityQuerySet
from jianxi.history import tracked
from jianxi.records import Record
from jianxi.tenancy import Matches, region_key, scoped
from regions.models import District


@tracked
class Activity(Record):
    """供需对接 or 政策宣讲, with the figures the progress form asks for."""

    class Kind(models.TextChoices):
        ONLINE_MATCHING = "online_matching", "线上对接"
        OFFLINE_MATCHING = "offline_matching", "线下对接"
        POLICY_TALK = "policy_talk", "政策宣讲"

    number = models.CharField("活动编号", max_length=40)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="activities", verbose_name="所属区县"
    )
    held_on = models.DateField("活动日期")
    kind = models.CharField("活动类型", max_length=20, choices=Kind)
    title = models.CharField("活动名称", max_length=120, blank=True)
    bases = models.PositiveIntegerField("参与基地数", default=0)
    positions = models.PositiveIntegerField("提供岗位数", default=0)
    unemployed_youths = models.PositiveIntegerField("参与失业青年数", default=0)
    graduates = models.PositiveIntegerField("参与毕业生数", default=0)
    placed = models.PositiveIntegerField("促成上岗数", default=0)
    employers_served = models.PositiveIntegerField("服务用人单位数", default=0)
    youths_served = models.PositiveIntegerField("服务青年数", default=0)

    objects = scoped(ActivityQuerySet)

    class Meta:
        verbose_name = "活动"
        constraints = [
            region_key("activity_region_key"),
            models.UniqueConstraint(
                fields=["region", "number"],
                condition=Q(voided_at=None),
                name="activity_number_once",
                violation_error_message="这个活动编号已经用过。",
            ),
            Matches(field="district", name="activity_district_same_region"),
        ]
        indexes = [
            models.Index(fields=["region", "district", "held_on"], name="activity_by_district"),
            models.Index(fields=["region", "held_on", "id"], name="activity_by_day"),
        ]

    def __str__(self):
        return self.title or self.number
