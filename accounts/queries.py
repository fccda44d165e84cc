"""Questions about members, tokens and messages."""

from django.db import models
from django.db.models import Q


class MembershipQuerySet(models.QuerySet):
    def current(self, day):
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def held_by(self, user, day):
        """The user's own, and those of absent colleagues of the same office the user covers on
        the day."""
        own = self.current(day).filter(user=user)
        covering = Q(
            covers__deputy=user,
            covers__starts_on__lte=day,
            covers__ends_on__gte=day,
            office_role__office__in=own.values("office_role__office"),
        )
        return self.current(day).filter(Q(user=user) | covering).distinct()

    def of_people(self):
        """Without the identities API tokens act as."""
        return self.filter(user__is_service=False)


class ApiTokenQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gte=day), revoked_at=None, user__is_active=True
        )


class PersonalKeyQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(expires_on__gte=day, revoked_at=None, user__is_active=True)


class OutgoingQuerySet(models.QuerySet):
    def due(self, now):
        """To be sent now, or tried again."""
        in_time = Q(expires_at=None) | Q(expires_at__gt=now)
        return self.filter(in_time, sent_at=None, next_attempt_at__lte=now)
