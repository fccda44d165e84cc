"""What each department is to bring, and what came through it: positions of the year.

The plan is data of the region's folder (`departments.toml`: year, source, total, departments with
name, recommended, category, positions). A position came through a department where its base names
it as 推荐部门; beside it stands how many positions of the department's category there are in all,
whoever brought them. A later year goes by the newest plan before it.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Sum

from positions.models import Position
from regions.folders import DATA


@dataclass(frozen=True)
class Share:
    name: str
    category: str  # in words, "" for none
    target: int
    brought: int
    of_category: int | None

    @property
    def percent(self) -> int:
        return self.brought * 100 // self.target


@dataclass(frozen=True)
class Plan:
    year: int
    source: str
    total: int
    raised: int
    shares: list[Share]


def plan_of(slug: str, year: int, until: date, data: Path = DATA) -> Plan | None:
    """The departments' part in the region in scope; None where its folder has no plan for them, or
    one of later years alone. One statement."""
    path = data / slug / "departments.toml"
    if not path.exists():
        return None
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    if facts["year"] > year:
        return None
    rows = (
        Position.objects.published()
        .filter(published_on__range=(date(year, 1, 1), until), base__voided_at=None)
        .order_by()
        .values_list("category", "base__profile__recommended_by")
        .annotate(Sum("headcount"))
    )
    categories, recommended = Counter(), Counter()
    for category, by, headcount in rows:
        categories[category] += headcount
        recommended[by.strip()] += headcount
    shares = [
        Share(
            name=entry["name"],
            category=Position.Category(entry["category"]).label if "category" in entry else "",
            target=entry["positions"],
            brought=sum(recommended[name] for name in entry["recommended"]),
            of_category=categories[entry["category"]] if "category" in entry else None,
        )
        for entry in facts["departments"]
    ]
    return Plan(facts["year"], facts["source"], facts["total"], categories.total(), shares)
