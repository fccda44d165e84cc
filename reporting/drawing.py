"""A month as templates/parts/figures.html draws it: the form's own header, and rows of cells."""

from collections.abc import Collection, Mapping

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
    own = _own(sheet)
    beside = []
    if sheet.below and sheet.disagreeing:
        beside.append(_compared(sheet, "各单位相加", sheet.added, sheet.disagreeing, "与合计不同"))
    if sheet.recomputed:
        label, note = "按现在的记录", "报送之后有变动"
        if sheet.below:
            label, note = "按现在的记录重新计算", "与合计不同，见汇总核对"
        beside.append(_compared(sheet, label, sheet.own.now, sheet.recomputed, note))
        beside[-1]["url"] = consolidated_url(sheet) if sheet.below else ""
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


def marks_of(
    form: Form, findings: list[Finding], explained: Collection[str] = ()
) -> dict[str, tuple[str, str]]:
    """The cells that failing rules speak of; what blocks outweighs what does not, and what was
    explained is not marked."""
    rules = {rule.code: rule for rule in form.rules}
    marks = {}
    for finding in sorted(findings, key=lambda f: f.severity != "block"):
        rule = rules.get(finding.rule)
        if rule is None or finding.severity not in MARK or finding.rule in explained:
            continue
        says = "不成立" if finding.outcome == FAIL else "缺数"
        for code in {term.code for term in rule.terms if term.code and term.of == NOW}:
            marks.setdefault(code, (MARK[finding.severity], f"{rule} {says}"))
    return marks


def _line(sheet: Sheet, line: Line) -> dict:
    """A unit below."""
    marks = marks_of(sheet.form, line.findings, line.explained)
    drawn = cells(sheet.form, line.figures, marks, lambda code: cell_url(line, sheet.period, code))
    url = month_url("month", sheet.form, sheet.period, line.unit)
    return {"label": line.unit.name, "url": url, "cells": drawn, "tail": tail_of(line), "tone": ""}


def _own(sheet: Sheet) -> dict:
    """The unit's own figures; a figure that was added up opens to what it was added up from."""

    def url_of(code: str) -> str:
        if sheet.is_added:
            return month_url("cell_units", sheet.form, sheet.period, sheet.unit, code)
        return cell_url(sheet.own, sheet.period, code)

    marks = marks_of(sheet.form, sheet.findings, sheet.explained)
    drawn = cells(sheet.form, sheet.total, marks, url_of)
    label = "合计" if sheet.below else sheet.unit.name
    return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": ""}


def consolidated_url(sheet: Sheet) -> str:
    return month_url("month_consolidated", sheet.form, sheet.period, sheet.unit)


def _compared(sheet: Sheet, label: str, figures: Figures, differing, note: str) -> dict:
    marks = dict.fromkeys(differing, ("warn", note))
    drawn = cells(sheet.form, figures, marks, lambda code: "")
    return {"label": label, "url": "", "cells": drawn, "tail": None, "tone": "beside"}


def tail_of(line: Line) -> dict:
    """The state in a few words, with what stops the month or was explained."""
    word, tone = word_of(line.report)
    asked = {finding.rule for finding in line.findings if finding.severity == "explain"}
    if not line.stands and any(finding.severity == "block" for finding in line.findings):
        word, tone = f"{word} · 规则未过", "late"
    elif unexplained := len(asked - line.explained):
        word = f"{word} · {unexplained} 项需说明"
    elif asked:
        word = f"{word} · {len(asked)} 项已说明"
    if line.stands and line.drifted:
        word, tone = f"{word} · 有变动", "due"
    return {"state": "", "label": word, "tone": tone}
