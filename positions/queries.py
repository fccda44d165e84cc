"""Questions about positions."""

from django.db import models
from django.db.models import F, Q

from bases.queries import bases_named, existing_on
from jianxi.records import RecordQuerySet
from positions.places import taken

PUBLISHED, PAUSED, SUBMITTED = "published", "paused", "submitted"
FILED = (SUBMITTED, "returned", "rejected")  # the district has seen it, and not published it


class PositionState(models.TextChoices):
    RECRUITING = "published", "招募中"
    PAUSED = "paused", "暂停招募"
    STOPPED = "expired", "已停招"
    CLOSED = "closed", "已关闭"
    PENDING = "pending", "未到发布日"


class PositionQuerySet(RecordQuerySet):
    DISTRICT = "base__district"
    STATE = "state_now"  # `state` is what was decided

    def in_districts(self, districts):
        """A draft is its employer's alone: it lies in nobody's district yet."""
        return super().in_districts(districts).exclude(state="draft")

    def published(self):
        """Published once, whatever became of it: what lists, the ledger and the reports know."""
        return self.standing().filter(published_on__isnull=False)

    def filed(self):
        """Under review, or sent back by it."""
        return self.standing().filter(state__in=FILED)

    def existing(self, day):
        """Published and not closed on the day, at a base that exists then; paused ones included."""
        return self.standing().filter(
            existing_on(day, "base__"),
            Q(closed_on=None) | Q(closed_on__gt=day),
            base__voided_at=None,
            published_on__lte=day,
        )

    def recruiting(self, day):
        """What the public is shown: published, not paused, within its validity, at an existing
        base, and with a place left."""
        # the first three name the partial indexes
        shown = self.filter(state=PUBLISHED, closed_on=None, voided_at=None)
        return shown.filter(
            Q(valid_until=None) | Q(valid_until__gte=day),
            existing_on(day, "base__"),
            base__voided_at=None,
            published_on__lte=day,
            headcount__gt=taken(),
        )

    def with_places(self):
        """Each with how many places are `taken`, and how many are `left`."""
        return self.annotate(taken=taken(), left=F("headcount") - F("taken"))

    @staticmethod
    def states(day):
        """What a date says of a published position: one past its validity, or whose base is no
        longer one, stops recruiting; it is closed by a date of its own."""
        opened = Q(published_on__lte=day) & (Q(closed_on=None) | Q(closed_on__gt=day))
        within = (Q(valid_until=None) | Q(valid_until__gte=day)) & existing_on(day, "base__")
        base_gone = Q(base__exited_on__lte=day) | Q(base__valid_until__lt=day)
        return {
            PositionState.RECRUITING: opened & within & Q(state=PUBLISHED),
            PositionState.PAUSED: opened & within & Q(state=PAUSED),
            PositionState.CLOSED: Q(closed_on__lte=day),
            PositionState.STOPPED: opened & (Q(valid_until__lt=day) | base_gone),
            PositionState.PENDING: Q(published_on__gt=day) | Q(base__recognised_on__gt=day),
        }

    def search(self, text: str, districts):
        """By number, a part of the title, or the unit's name or code."""
        bases = bases_named(text, districts)
        return self.filter(Q(number=text) | Q(title__icontains=text) | Q(base__in=bases))
