"""Subsidies really paid."""

from django.db import models
from django.db.models import Q

from bases.models import Base
from jianxi.history import tracked
from jianxi.records import Record
from jianxi.tenancy import Matches, region_key, scoped
from regions.models import District
from subsidies.queries import PaymentQuerySet


@tracked
class Payment(Record):
    """A subsidy paid to a base, or recovered from it; or what a district had paid in the year
    before its region joined (opening), which belongs to no base."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", "拨付"
        RECOVERY = "recovery", "追回"
        OPENING = "opening", "期初"

    class Purpose(models.TextChoices):
        INTERNSHIP = "internship", "见习补贴"
        SOCIAL_INSURANCE = "social_insurance", "社会保险补贴"
        INSURANCE_PREMIUM = "insurance_premium", "保险费补贴"
        OTHER = "other", "其他"

    class Level(models.TextChoices):
        CENTRAL = "central", "中央"
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"

    number = models.CharField("拨付编号", max_length=40)
    base = models.ForeignKey(
        Base,
        on_delete=models.PROTECT,
        related_name="payments",
        null=True,
        db_constraint=False,
        verbose_name="见习基地",
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+", null=True, verbose_name="期初所属区县"
    )
    kind = models.CharField("类型", max_length=20, choices=Kind, default=Kind.PAYMENT)
    purpose = models.CharField("用途", max_length=20, choices=Purpose, default=Purpose.INTERNSHIP)
    paid_on = models.DateField("拨付日期")
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2)
    level = models.CharField("资金层级", max_length=20, choices=Level, blank=True)
    note = models.CharField("摘要", max_length=200, blank=True)

    objects = scoped(PaymentQuerySet)

    class Meta:
        verbose_name = "补贴拨付"
        constraints = [
            region_key("payment_region_key"),
            models.UniqueConstraint(
                fields=["region", "number"],
                condition=Q(voided_at=None),
                name="payment_number_once",
                violation_error_message="这个拨付编号已经用过。",
            ),
            models.CheckConstraint(
                name="payment_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message="金额须大于 0，追回以类型表示。",
            ),
            models.CheckConstraint(
                name="payment_to_base_or_opening_of_district",
                condition=Q(kind="opening", base=None, district__isnull=False)
                | (~Q(kind="opening") & Q(base__isnull=False, district=None)),
            ),
            Matches(field="base", name="payment_base_same_region"),
            Matches(field="district", name="payment_district_same_region"),
        ]
        indexes = [models.Index(fields=["region", "paid_on", "id"], name="payment_by_day")]

    def __str__(self):
        return self.number

    @property
    def lies_in(self):
        return self.district if self.base_id is None else self.base.district
