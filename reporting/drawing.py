"""A month as templates/parts/figures.html draws it: the form's own header, and rows of cells."""

from collections.abc import Mapping

from django.urls import reverse

from jianxi.templatetags.ui import count
from reporting.compiling import Finding
from reporting.computing import Figures
from reporting.figures import printed
from reporting.layout import header_grid, number_row
from reporting.models import Form
from reporting.periods import Period
from reporting.rules import FAIL, NOW
from reporting.sheet import Line, Sheet
from reporting.standing import word_of

MARK = {"block": "fail", "explain": "warn"}  # a hint is told with the rules alone


def month_url(name: str, form: Form, period: Period, unit, *more) -> str:
    """The address of something of a unit's month."""
    return reverse(f"office:{name}", args=[form.region.slug, form.key, period, unit.key, *more])


def cell_url(line: Line, period: Period, code: str) -> str:
    """Where a figure opens: the records as submitted, where the figure is."""
    url = month_url("cell", line.form, period, line.unit, code)
    return f"{url}?version={line.version.number}" if line.stands else url


def draw(sheet: Sheet, before: Figures | None = None) -> dict:
    """The whole table: the lines, below them the total and what it can be compared with.

    `before`: the unit's own figures of the month before, for a row of their own.
    """
    rows = [_line(sheet, line) for line in sheet.below]
    own = _line(sheet, sheet.own, label="合计" if sheet.below else sheet.unit.name, url="")
    beside = []
    if sheet.below and sheet.disagreeing:
        beside.append(_compared(sheet, "各单位相加", sheet.added, sheet.disagreeing, "与合计不同"))
    if sheet.own.stands and sheet.own.drifted:
        now = sheet.own.now
        beside.append(_compared(sheet, "按现在的记录", now, sheet.own.drifted, "报送之后有变动"))
    if before is not None:
        beside.append(_compared(sheet, "上月", before, (), ""))
    return head(sheet.form, sheet.period) | {
        "rows": rows if sheet.below else [own],
        "total": own if sheet.below else None,
        "beside": beside,
        "tail_head": "状态" if sheet.below else "",
    }


def head(form: Form, period: Period) -> dict:
    """What every table of the form begins with."""
    grid = [[cell for cell in row if cell.col > 0] for row in header_grid(form.parsed)]
    return {
        "label": f"{form.title} {period}",
        "unit_head": form.parsed.unit_heading,
        "head": grid,
        "numbers": number_row(form.parsed)[1:],
        "tail_head": "",
    }


def cells(form: Form, figures: Figures, marks: Mapping[str, tuple[str, str]], url_of) -> list[dict]:
    """`marks`: by code, the mark and its note; `url_of(code)` gives "" for nowhere."""
    shown = printed(form.parsed, figures)
    return [
        {
            "text": count(value),
            "url": url_of(code),
            "mark": marks.get(code, ("", ""))[0],
            "note": marks.get(code, ("", ""))[1],
        }
        for code, value in shown.items()
    ]


def marks_of(form: Form, findings: list[Finding]) -> dict[str, tuple[str, str]]:
    """The cells that failing rules speak of; what blocks outweighs what does not."""
    rules = {rule.code: rule for rule in form.rules}
    marks = {}
    for finding in sorted(findings, key=lambda f: f.severity != "block"):
        rule = rules.get(finding.rule)
        if rule is None or finding.severity not in MARK:
            continue
        says = "不成立" if finding.outcome == FAIL else "缺数"
        for code in {term.code for term in rule.terms if term.code and term.of == NOW}:
            marks.setdefault(code, (MARK[finding.severity], f"{rule} {says}"))
    return marks


def _line(sheet: Sheet, line: Line, label: str = "", url: str | None = None) -> dict:
    form = sheet.form
    if url is None:
        url = month_url("month", form, sheet.period, line.unit)
    return {
        "label": label or line.unit.name,
        "url": url,
        "cells": cells(
            form,
            line.figures,
            marks_of(form, line.findings),
            lambda code: cell_url(line, sheet.period, code),
        ),
        "tail": tail_of(line) if line is not sheet.own else None,
        "tone": "",
    }


def _compared(sheet: Sheet, label: str, figures: Figures, differing, note: str) -> dict:
    marks = dict.fromkeys(differing, ("warn", note))
    drawn = cells(sheet.form, figures, marks, lambda code: "")
    return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": "beside"}


def tail_of(line: Line) -> dict:
    """The state in a few words, with what stops the month or was explained."""
    word, tone = word_of(line.report)
    severities = [finding.severity for finding in line.findings]
    if not line.stands and "block" in severities:
        word, tone = f"{word} · 规则未过", "late"
    elif explained := severities.count("explain"):
        word = f"{word} · {explained} {'项说明' if line.stands else '项需说明'}"
    if line.stands and line.drifted:
        word, tone = f"{word} · 有变动", "due"
    return {"state": "", "label": word, "tone": tone}
