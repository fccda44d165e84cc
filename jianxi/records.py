"""What all records of the programme share: they can be voided, and are never deleted."""

from django.db import models

from jianxi.tenancy import TenantModel, scoped


class RecordQuerySet(models.QuerySet):
    def standing(self):
        """Not voided: what every figure and list counts."""
        return self.filter(voided_at=None)


class Record(TenantModel):
    voided_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)

    objects = scoped(RecordQuerySet)

    class Meta:
        abstract = True
