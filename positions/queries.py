"""Questions about positions."""

from django.db import models
from django.db.models import Q

from bases.queries import existing_on, unit_named
from jianxi.records import RecordQuerySet


class PositionState(models.TextChoices):
    RECRUITING = "published", "招募中"
    STOPPED = "expired", "已停招"
    CLOSED = "closed", "已关闭"
    PENDING = "pending", "未到发布日"


class PositionQuerySet(RecordQuerySet):
    DISTRICT = "base__district"

    def existing(self, day):
        """Published and not closed on the day, at a base that exists then; paused ones included."""
        return self.standing().filter(
            existing_on(day, "base__"),
            Q(closed_on=None) | Q(closed_on__gt=day),
            base__voided_at=None,
            published_on__lte=day,
        )

    @staticmethod
    def states(day):
        """A position past its validity, or whose base is no longer one, stops recruiting; it is
        closed by a date of its own."""
        opened = Q(published_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))
        base_gone = Q(base__exited_on__lte=day) | Q(base__valid_until__lt=day)
        return {
            PositionState.RECRUITING: opened
            & (Q(valid_until=None) | Q(valid_until__gte=day))
            & existing_on(day, "base__"),
            PositionState.CLOSED: Q(closed_on__lte=day),
            PositionState.STOPPED: opened & (Q(valid_until__lt=day) | base_gone),
            PositionState.PENDING: Q(published_on__gt=day) | Q(base__recognised_on__gt=day),
        }

    def search(self, text: str):
        """By number, title, or the unit's name or code."""
        return self.either(
            Q(number=text), Q(title__icontains=text), *unit_named(text, "base__profile__")
        )
