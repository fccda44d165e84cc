"""Questions about members, tokens and messages."""

from django.db import models
from django.db.models import Exists, OuterRef, Q


class MembershipQuerySet(models.QuerySet):
    def current(self, day):
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def held_by(self, user, day):
        """The user's own, and those of absent colleagues of the same office the user covers on
        the day."""
        from accounts.models import Cover

        covered = Cover.objects.on(day).filter(deputy=user).values("membership")
        return self.current(day).filter(Q(user=user) | Q(pk__in=covered))

    def of_people(self):
        """Without the identities API tokens act as."""
        return self.filter(user__is_service=False)


class CoverQuerySet(models.QuerySet):
    def meeting(self, first, last):
        """Those of which a day is between the two, these included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def on(self, day):
        """What holds on the day: a deputy who is away from that office covers nobody in it."""
        from accounts.models import Membership

        colleagues = Membership.objects.current(day).filter(
            user=OuterRef("deputy"),
            user__is_active=True,
            office_role__office=OuterRef("membership__office_role__office"),
        )
        return self.filter(Exists(colleagues), starts_on__lte=day, ends_on__gte=day)


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
