"""Questions about members."""

from django.db import models
from django.db.models import Q


class MembershipQuerySet(models.QuerySet):
    def current(self, day):
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def held_by(self, user, day):
        """The user's own, and those of absent colleagues the user covers on the day."""
        covering = Q(covers__deputy=user, covers__starts_on__lte=day, covers__ends_on__gte=day)
        return self.current(day).filter(Q(user=user) | covering).distinct()
