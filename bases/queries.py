"""Questions about bases."""

from django.db.models import Q

from jianxi.records import RecordQuerySet


class BaseQuerySet(RecordQuerySet):
    def existing(self, day):
        """Recognised, not gone, within its term on the day."""
        return self.standing().filter(
            Q(exited_on=None) | Q(exited_on__gt=day),
            Q(valid_until=None) | Q(valid_until__gte=day),
            recognised_on__lte=day,
        )

    def in_districts(self, districts):
        return self.filter(district__in=districts)
