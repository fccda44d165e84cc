"""Questions about bases."""

from django.db import models
from django.db.models import Q

from jianxi.identifiers import InvalidIdentifier, normalise, parse_uscc
from jianxi.records import RecordQuerySet


class BaseState(models.TextChoices):
    ACTIVE = "active", "在册"
    EXPIRED = "expired", "已过期"
    EXITED = "exited", "已退出"
    PENDING = "pending", "未到认定日"


def existing_on(day, at: str = "") -> Q:
    """Recognised, not gone, within its term on the day; `at` leads to the base ("base__")."""
    return (
        Q(**{f"{at}recognised_on__lte": day})
        & (Q(**{f"{at}exited_on": None}) | Q(**{f"{at}exited_on__gt": day}))
        & (Q(**{f"{at}valid_until": None}) | Q(**{f"{at}valid_until__gte": day}))
    )


class BaseQuerySet(RecordQuerySet):
    def existing(self, day):
        """Recognised, not gone, within its term on the day."""
        return self.standing().filter(existing_on(day))

    @staticmethod
    def states(day):
        staying = Q(exited_on=None) | Q(exited_on__gt=day)
        return {
            BaseState.ACTIVE: existing_on(day),
            BaseState.EXITED: Q(exited_on__lte=day),
            BaseState.EXPIRED: staying & Q(valid_until__lt=day),
            BaseState.PENDING: Q(recognised_on__gt=day),
        }

    def search(self, text: str, districts):
        """By the unit's code when it is one, else by a part of its name.

        A name is sought in all units of the region: some 100,000, read in some 50 ms.
        """
        try:
            return self.filter(profile__employer__uscc=parse_uscc(text))
        except InvalidIdentifier:
            if normalise(text).isdigit():
                return self.none()
            return self.filter(profile__name__icontains=text)


def bases_named(text: str, districts) -> list[int]:
    """The bases in the districts that words find, for what hangs on them. Raises TooMany."""
    from bases.models import Base

    return Base.objects.in_districts(districts).search(text, districts).pks()


class AuthorityQuerySet(RecordQuerySet):
    def held_by(self, user):
        """With which the user may act now, first come first."""
        return self.filter(user=user, state="confirmed").order_by("pk")

    def standing(self):
        """Not turned down, and not over."""
        return self.exclude(state__in=["rejected", "ended"])

    def filed(self):
        """Those the district knows of: submitted once, claimed, or invited to a known employer."""
        return self.filter(Q(submitted_at__isnull=False) | Q(profile__isnull=False))

    def under_way(self):
        """Asked for, and neither confirmed nor over."""
        return self.filter(state__in=["draft", "submitted", "returned"])

    def acting_for(self, profile):
        """Who acts for the employer, or is invited to: owners first."""
        standing = self.filter(profile=profile, state__in=["confirmed", "invited"])
        return standing.select_related("user").order_by("-is_owner", "pk")

    def in_state(self, state: str, day):
        return self.filter(state=state)

    def search(self, text: str, districts):
        """By the unit's name or code."""
        try:
            return self.filter(uscc=parse_uscc(text))
        except InvalidIdentifier:
            return self.filter(name__icontains=text)
