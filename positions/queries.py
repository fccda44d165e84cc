"""Questions about positions."""

from django.db.models import Q

from jianxi.records import RecordQuerySet


class PositionQuerySet(RecordQuerySet):
    def existing(self, day):
        """Published and not closed on the day, at a base that exists then; paused ones included."""
        base = Q(base__voided_at=None, base__recognised_on__lte=day)
        base &= Q(base__exited_on=None) | Q(base__exited_on__gt=day)
        base &= Q(base__valid_until=None) | Q(base__valid_until__gte=day)
        return self.standing().filter(
            base, Q(closed_on=None) | Q(closed_on__gt=day), published_on__lte=day
        )

    def in_districts(self, districts):
        return self.filter(base__district__in=districts)
