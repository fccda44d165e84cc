"""Questions about activities."""

from django.db.models import Q

from jianxi.records import RecordQuerySet


class ActivityQuerySet(RecordQuerySet):
    def search(self, text: str, districts):
        """By number, or a part of the title."""
        return self.filter(Q(number=text) | Q(title__icontains=text))
