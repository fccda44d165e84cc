"""Whom the programme is for, in the words of the region."""

from datetime import date

from regions.policy import policy_at
from trainees.models import Group


def group_words(day: date) -> dict[str, str]:
    """What each group is called by the region's policy of the day."""
    return dict(Group.choices) | policy_at(day).value("youth_groups", {})
