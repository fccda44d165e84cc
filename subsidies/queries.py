"""Questions about payments."""

from django.db.models import Q

from jianxi.records import RecordQuerySet


class PaymentQuerySet(RecordQuerySet):
    def in_districts(self, districts):
        return self.filter(Q(base__district__in=districts) | Q(district__in=districts))
