"""Questions about activities."""

from django.db.models import Q

from jianxi.records import RecordQuerySet


class ActivityQuerySet(RecordQuerySet):
    def search(self, text: str):
        """By number or title."""
        return self.either(Q(number=text), Q(title__icontains=text))
