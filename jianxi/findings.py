"""What a check found: one shape for bases, positions and youths.

A check is a pure function of facts and policy in an app's `rules.py`. It says what is asked for,
the figures that were held against each other, and the clause.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

LABELS = {"pass": "符合", "fail": "不符合", "unknown": "需核对", "advice": "提示"}


@dataclass(frozen=True)
class Finding:
    """`outcome` is unknown where the facts do not tell. `words`: what is asked for; `compared`: the
    figures; `source`: the clause. Not strict (原则上, 一般): a failure advises and blocks nothing."""

    key: str
    outcome: Literal["pass", "fail", "unknown"]
    words: str
    compared: str = ""
    source: str = ""
    strict: bool = True

    @property
    def blocks(self) -> bool:
        return self.outcome == "fail" and self.strict

    @property
    def shown(self) -> str:
        """How it looks to whoever decides: a failure that blocks nothing is advice."""
        return "advice" if self.outcome == "fail" and not self.strict else self.outcome

    @property
    def label(self) -> str:
        return LABELS[self.shown]


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.blocks]


def refusal(findings: Iterable[Finding]) -> str:
    """Why something cannot go on, with figures and clause; "" when it can."""
    return "；".join(
        "，".join(filter(None, [f.words, f.compared])) + (f"（{f.source}）" if f.source else "")
        for f in blocking(findings)
    )


def for_page(findings: Iterable[Finding]) -> list[dict]:
    """As templates/parts/findings.html takes them."""
    return [
        {
            "outcome": finding.shown,
            "label": finding.label,
            "title": finding.words,
            "detail": finding.compared,
            "clause": finding.source,
            "url": "",
            "url_label": "",
        }
        for finding in findings
    ]


def summary(findings: Iterable[Finding]) -> str:
    """4 项符合 · 1 项提示: only what there is, the worst first."""
    shown = [finding.shown for finding in findings]
    return " · ".join(
        f"{shown.count(kind)} 项{LABELS[kind]}"
        for kind in ("fail", "unknown", "advice", "pass")
        if kind in shown
    )
