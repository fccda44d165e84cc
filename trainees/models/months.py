"""What a base says of its month."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from bases.models import Base
from jianxi.history import tracked
from jianxi.periods import Period
from jianxi.tenancy import Matches, TenantModel, scoped
from trainees.queries import MonthCheckQuerySet


@tracked
class MonthCheck(TenantModel):
    """月末核对: the employer confirmed who interned at its base in a month.

    `versions`: of each agreement that was listed, the event that was its newest then, so that what
    was confirmed can be read again, and compared with what the records say now. Confirmed anew,
    the row is changed; its history keeps what was said before.
    """

    base = models.ForeignKey(
        Base, on_delete=models.PROTECT, related_name="month_checks", verbose_name="见习基地"
    )
    month = models.DateField("月份", help_text="第一天")
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="核对人"
    )
    confirmed_at = models.DateTimeField("核对时间")
    note = models.CharField("说明", max_length=300, blank=True)
    on_post = models.PositiveIntegerField("在岗人数")
    arrived = models.PositiveIntegerField("到岗人数")
    ended = models.PositiveIntegerField("结束人数")
    versions = ArrayField(models.BigIntegerField())

    objects = scoped(MonthCheckQuerySet)

    class Meta:
        verbose_name = "月末核对"
        constraints = [
            models.UniqueConstraint(fields=["base", "month"], name="month_check_once"),
            models.CheckConstraint(name="month_check_names_first_day", condition=Q(month__day=1)),
            Matches(field="base", name="month_check_base_same_region"),
        ]

    def __str__(self):
        return f"{self.base} {self.month:%Y-%m}"

    @property
    def period(self) -> Period:
        return Period.month_of(self.month)

    def told_when(self, version):
        """What was brought in later is told of the moment it was confirmed."""
        return version.confirmed_at

    @property
    def told_at(self) -> str:
        """The employer's page; a month has no number in its address."""
        url = reverse("employer:month_check", args=[self.region.slug])
        return f"{url}?month={self.month:%Y-%m}"
