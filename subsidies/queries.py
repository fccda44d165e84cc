"""Questions about payments."""

from django.db.models import Q

from bases.queries import bases_named
from jianxi.records import RecordQuerySet


class PaymentQuerySet(RecordQuerySet):
    def paid(self):
        """Paid or recovered; not what a district had paid before its region joined."""
        return self.exclude(kind="opening")

    def _lying_in(self, districts):
        return self.either(Q(base__district__in=districts), Q(district__in=districts))

    def search(self, text: str, districts):
        """By number, or the unit's name or code."""
        return self.filter(Q(number=text) | Q(base__in=bases_named(text, districts)))
