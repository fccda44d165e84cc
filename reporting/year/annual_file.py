"""A year-end report as docx."""

from io import BytesIO

from reporting.models import AnnualReport
from reporting.year.annual import FIGURES, MONTHS, SECTIONS, Facts
from reporting.year.documents import Sheet, bar, column, fill, words
from reporting.year.targets import GOALS

NUMBERS = "一二三四五六七八九"


def name_of(row: AnnualReport) -> str:
    return f"{row.district.name}{row.year}年青年就业见习工作年度报告.docx"


def as_docx(row: AnnualReport, found: Facts) -> BytesIO:
    return fill(_template(), lambda template: _context(template, row, found))


def _template() -> Sheet:
    sheet = Sheet()
    sheet.title("{{ title }}")
    for at, (key, label) in enumerate(SECTIONS.items()):
        sheet.heading(f"{NUMBERS[at]}、{label}")
        sheet.paragraphs(f"sections.{key}")
        if key == "overview":
            _figures(sheet)
        if key == "bases":
            sheet.line("新认定基地（{{ recognised }}）")
            sheet.table(
                ["单位", "区县", "认定日期"],
                "bases",
                ["{{ row.name }}", "{{ row.district }}", "{{ row.day }}"],
                widths=[9, 3.5, 3.5],
            )
    return sheet


def _figures(sheet: Sheet):
    sheet.line("表1　年度目标完成情况（{{ until }}）")
    sheet.table(
        ["目标", "任务", "完成", "完成率", ""],
        "goals",
        [
            "{{ row.label }}",
            "{{ row.target }}",
            "{{ row.done }}",
            "{{ row.percent }}",
            "{{ row.bar }}",
        ],
        widths=[5, 2.2, 2.2, 2, 5.2],
    )
    sheet.line("")
    sheet.line("表2　各月报送情况")
    sheet.table(
        ["月份", *FIGURES.values(), "已报单位"],
        "months",
        [
            "{{ row.label }}",
            *(f"{{{{ row.cells[{at}] }}}}" for at in range(len(FIGURES))),
            "{{ row.submitted }}",
        ],
    )
    sheet.line("")
    for key in ("arrived", "on_post"):
        sheet.line(f"图　各月{FIGURES[key]}人数")
        sheet.strip(key, len(MONTHS))
        sheet.line("")


def _context(template, row: AnnualReport, found: Facts) -> dict:
    return {
        "title": name_of(row).removesuffix(".docx"),
        "until": f"截至{found.year.until:%Y年%m月%d日}",
        "sections": {key: row.sections.get(key, "").splitlines() for key in SECTIONS},
        "goals": [_goal(template, found, goal) for goal in GOALS],
        "months": [
            {
                "label": f"{month}月",
                "cells": [words(found.months.get(month, {}).get(key)) for key in FIGURES],
                "submitted": f"{found.submitted.get(month, 0)}/{found.reporting}",
            }
            for month in MONTHS
        ],
        "recognised": f"共 {len(found.recognised) + found.more_recognised:,} 家"
        + (f"，以下列出 {len(found.recognised)} 家" if found.more_recognised else ""),
        "bases": [
            {
                "name": base.profile.name,
                "district": base.district.name,
                "day": f"{base.recognised_on:%Y-%m-%d}",
            }
            for base in found.recognised
        ],
        **{key: _strip(template, found, key) for key in ("arrived", "on_post")},
    }


def _goal(template, found: Facts, goal) -> dict:
    mark = found.year.mark(found.unit, goal.key)
    return {
        "label": f"{goal.label}（{goal.unit}）",
        "target": words(mark.target),
        "done": words(mark.done),
        "percent": "—" if mark.percent is None else f"{mark.percent}%",
        "bar": "" if mark.percent is None else bar(template, mark.percent / 100),
    }


def _strip(template, found: Facts, key: str) -> list[dict]:
    values = [found.months.get(month, {}).get(key) for month in MONTHS]
    most = max((value for value in values if value), default=1)
    return [
        {
            "label": f"{month}月",
            "value": words(value),
            "image": column(template, value / most) if value else "",
        }
        for month, value in zip(MONTHS, values, strict=True)
    ]
