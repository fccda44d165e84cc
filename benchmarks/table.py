"""What was measured, as a table."""

import unicodedata
from dataclasses import dataclass

HEAD = ("what", "measured", "against", "ratio", "goal", "")


@dataclass(frozen=True)
class Measure:
    """One line. `met` is None where nothing was promised."""

    what: str
    measured: str
    against: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        verdict = {True: "met", False: "missed", None: ""}[self.met]
        return self.what, self.measured, self.against, self.ratio, self.goal, verdict


def as_text(measures: list[Measure]) -> str:
    rows = [HEAD, *(measure.cells() for measure in measures)]
    widths = [max(map(_width, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths)).rstrip()
        for row in rows
    )


def as_markdown(measures: list[Measure]) -> str:
    rows = [HEAD, ("---",) * len(HEAD), *(measure.cells() for measure in measures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
