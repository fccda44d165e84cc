"""What charts show, as data: static/js/charts.js draws it, the table beside it says the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from regions.models import District
from reporting.year.targets import BY_KEY, Year

BARS, LINES, FUNNEL, HEAT = "bars", "lines", "funnel", "heat"


@dataclass(frozen=True)
class Series:
    """`values` are as many as the picture's labels; None: not known."""

    name: str
    values: Sequence[int | float | None]


@dataclass(frozen=True)
class Picture:
    """`labels` stand along the axis; of a heat map they are its columns and each series is a row
    whose values are places in `steps`, [(word, tone)]."""

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    note: str = ""
    head: str = ""  # over the first column of the table
    steps: Sequence[tuple[str, str]] = ()

    @cached_property
    def data(self) -> str:
        return json.dumps(
            {
                "kind": self.kind,
                "labels": list(self.labels),
                "series": [{"name": s.name, "values": list(s.values)} for s in self.series],
                "unit": self.unit,
                "steps": [list(step) for step in self.steps],
            },
            ensure_ascii=False,
        )

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def columns(self) -> list[str]:
        return list(self.labels if self.kind == HEAT else [s.name for s in self.series])

    @property
    def rows(self) -> list[dict]:
        """The table: {label, cells}."""
        if self.kind == HEAT:
            return [
                {
                    "label": s.name,
                    "cells": ["" if v is None else self.steps[v][0] for v in s.values],
                }
                for s in self.series
            ]
        return [
            {"label": label, "cells": [series.values[at] for series in self.series]}
            for at, label in enumerate(self.labels)
        ]


def targets_picture(year: Year, key: str, units: list[District]) -> Picture:
    """Target and progress of each unit that reports."""
    goal = BY_KEY[key]
    lowest = [unit for unit in units if not unit.is_root] or units
    marks = [year.mark(unit, key) for unit in lowest]
    return Picture(
        BARS,
        f"{year.year}年{goal.label}：目标与完成",
        [unit.name for unit in lowest],
        [
            Series("目标", [mark.target for mark in marks]),
            Series("完成", [mark.done for mark in marks]),
        ],
        unit=goal.unit,
        note=goal.words,
        head="单位",
    )
