"""Positions a youth may like to see first."""

from datetime import date

from positions.education import LEVELS, required_level
from positions.models import Position
from trainees.models import Trainee
from trainees.rules import ADULT, age_on

SHOWN = 3


def suitable(trainee: Trainee, today: date) -> list[Position]:
    """The newest that recruit where the youth lives (anywhere, where that is not known), that ask
    for no more education and are open to the age."""
    rows = Position.objects.recruiting(today)
    if trainee.home_district_id:
        rows = rows.filter(base__district=trainee.home_district_id)
    own = next((level for level, words in LEVELS.items() if words == trainee.education), None)
    if own is not None:
        rows = rows.alias(level=required_level()).filter(level__lte=own)
    if age_on(trainee.birth_date, today) < ADULT:
        rows = rows.filter(hazards=False)
    rows = rows.with_places().select_related("base__profile", "base__district")
    return list(rows.defer("search", "duties").order_by("-published_on", "-pk")[:SHOWN])
