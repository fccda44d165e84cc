"""Questions about activities."""

from jianxi.records import RecordQuerySet


class ActivityQuerySet(RecordQuerySet):
    def in_districts(self, districts):
        return self.filter(district__in=districts)
