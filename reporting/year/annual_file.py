"""A year-end report as docx."""

from datetime import date
from io import BytesIO

from django.utils import timezone

from regions.models import Region
from reporting.figures import written_out
from reporting.models import AnnualReport
from reporting.paper import who_signs
from reporting.periods import Period
from reporting.year.annual import BY_RECORDS, FIGURES, MONTHS, SECTIONS, Facts, in_own_words
from reporting.year.documents import NUMBERS, Sheet, bar, column, fill, words
from reporting.year.targets import Goal, Mark

PICTURED = ("arrived", "on_post")


def name_of(row: AnnualReport) -> str:
    return f"{row.district.name}{row.year}年青年就业见习工作年度报告.docx"


def as_docx(row: AnnualReport, found: Facts) -> BytesIO:
    return fill(_template(row.region), lambda template: _context(template, row, found))


def _template(region: Region) -> Sheet:
    sheet = Sheet()
    sheet.title("{{ title }}")
    for at, (key, label) in enumerate(in_own_words(SECTIONS, region).items()):
        sheet.heading(f"{NUMBERS[at]}、{label}")
        sheet.paragraphs(f"sections.{key}")
        if key == "overview":
            _figures(sheet, region)
        if key == "bases":
            _recognised(sheet, region)
    sheet.signature("{{ signed_by }}", "{{ day }}")
    return sheet


def _figures(sheet: Sheet, region: Region):
    with sheet.only_with("goals"):
        sheet.caption("表　年度目标完成情况（{{ until }}）")
        sheet.table(
            ["目标", "任务", "完成", "完成率", "进度"],
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
        sheet.note(f"{BY_RECORDS}，与下表各月报送数相加不是一个口径。")
    sheet.caption("表　各月报送情况")
    sheet.table(
        ["月份", *in_own_words(FIGURES, region).values(), "报送"],
        "months",
        [
            "{{ row.label }}",
            *(f"{{{{ row.cells[{at}] }}}}" for at in range(len(FIGURES))),
            "{{ row.submitted }}",
        ],
        widths=[1.6, *[2.3] * len(FIGURES), 1.6],
    )
    with sheet.only_with("is_partial"):
        sheet.note("标 * 的月份还有单位没有报送，各项是已报送单位的合计。")
    for key in PICTURED:
        with sheet.only_with(key):
            sheet.caption(f"图　各月{FIGURES[key]}人数")
            sheet.strip(key, len(MONTHS))


def _recognised(sheet: Sheet, region: Region):
    with sheet.only_with("bases"):
        sheet.caption(f"表　新认定的{region.base_term}（{{{{ recognised }}}}）")
        sheet.table(
            ["单位", "区县", "认定日期"],
            "bases",
            ["{{ row.name }}", "{{ row.district }}", "{{ row.day }}"],
            widths=[9, 3.5, 3.5],
        )


def _context(template, row: AnnualReport, found: Facts) -> dict:
    return {
        "title": name_of(row).removesuffix(".docx"),
        "signed_by": who_signs(row.district)[0],
        "day": written_out(timezone.localdate()),
        "until": f"截至{written_out(found.year.until)}",
        "sections": {key: row.sections.get(key, "").splitlines() for key in SECTIONS},
        "goals": [_goal(template, *each) for each in found.goals().items()],
        "months": [
            {
                "label": _month(found, month),
                "cells": [words(found.months.get(month, {}).get(key)) for key in FIGURES],
                "submitted": _came_in(found, month),
            }
            for month in MONTHS
        ],
        "is_partial": any(found.lacks(month) for month in found.months),
        "recognised": f"共 {len(found.recognised) + found.more_recognised:,} 家"
        + (f"，以下列出 {len(found.recognised)} 家" if found.more_recognised else ""),
        "bases": [
            {
                "name": base.profile.name,
                "district": base.district.name,
                "day": written_out(base.recognised_on),
            }
            for base in found.recognised
        ],
        **{key: _strip(template, found, key) for key in PICTURED},
    }


def _month(found: Facts, month: int) -> str:
    return f"{month}月{'*' if month in found.months and found.lacks(month) else ''}"


def _came_in(found: Facts, month: int) -> str:
    """How many of the units; of a month that is not over, nothing unless one has submitted."""
    number = found.submitted.get(month, 0)
    if not number and Period.month_of(date(found.year.year, month, 1)).end >= found.year.until:
        return "—"
    if found.reporting == 1:
        return "已报" if number else "未报"
    return f"{number}/{found.reporting}"


def _goal(template, goal: Goal, mark: Mark) -> dict:
    return {
        "label": f"{goal.label}（{goal.unit}）",
        "target": words(mark.target),
        "done": words(mark.done),
        "percent": "—" if mark.percent is None else f"{mark.percent}%",
        "bar": "" if mark.percent is None else bar(template, mark.percent / 100),
    }


def _strip(template, found: Facts, key: str) -> list[dict]:
    """Nothing where no month has anything to show."""
    values = [found.months.get(month, {}).get(key) for month in MONTHS]
    most = max((value for value in values if value), default=None)
    if most is None:
        return []
    return [
        {
            "label": _month(found, month),
            "value": words(value),
            "image": column(template, value / most) if value else "",
        }
        for month, value in zip(MONTHS, values, strict=True)
    ]
