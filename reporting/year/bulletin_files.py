"""A bulletin as docx and as xlsx."""

from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook

from reporting.exports import (
    BODY,
    BOLD,
    CENTRE,
    GRID,
    LINE_HEIGHT,
    RIGHT,
    TITLE,
    UNIT,
    Page,
    put,
)
from reporting.figures import written_out
from reporting.models import Bulletin
from reporting.standing import CameIn
from reporting.year.documents import Sheet, fill, words
from reporting.year.measures import MEASURES, Measure, measures_of

UNIT_WIDTH, CAME_WIDTH, ALONE_WIDTH = 12, 11, 10.5  # in characters, as a spreadsheet counts them
PAIR_WIDTHS = (7.5, 5.5)  # of a figure and its rank
HEAD_LINES = (3, 1)  # of text, in the rows of the head
WITHIN = {way.label for way in CameIn if way.is_in}
JUDGED = (
    "示范岗位、月生活费是期末在册岗位的情况，岗位准确率是起草当日招募中岗位的情况，"
    "都按起草时（{day}）的记录计算；按期办理率按办理记录计算；其余为各单位报送数。"
)


def rows_of(row: Bulletin) -> list[dict]:
    """The units, then the total: {name, submission, cells: [{value, rank, and both in words}]}."""
    figures = row.figures
    lines = [*figures.get("units", []), *([figures["total"]] if "total" in figures else [])]
    return [
        {
            "name": line["name"],
            "submission": line.get("submission", ""),
            "is_total": "key" not in line,
            "cells": [
                _cell(line["values"].get(m.key), line.get("ranks", {}).get(m.key)) for m in MEASURES
            ],
        }
        for line in lines
    ]


def _cell(value, rank) -> dict:
    place = f"第{rank}" if rank else ""
    return {"value": value, "rank": rank, "text": words(value), "place": place}


def issued_by(row: Bulletin) -> str:
    """Who issues it, and the day."""
    day = row.published_at and written_out(timezone.localdate(row.published_at))
    return f"{row.region.authority}　{day or '（草稿）'}"


def basis_of(row: Bulletin) -> str:
    """Who is left out of every column, by why, what is set against last month, and what the columns
    are taken from."""
    units = row.figures.get("units", [])
    left: dict[str, list[str]] = {}
    for unit in units:
        if unit["submission"] not in WITHIN:
            left.setdefault(unit["submission"], []).append(unit["name"])
    said = [f"{why} {len(names)} 个（{'、'.join(names)}）" for why, names in left.items()]
    told = f"各列和合计都不含：{'，'.join(said)}。" if said else ""
    compared = row.figures.get("compared", len(units))
    if compared < len(units):
        told += f"合计的“比上月”只比两个月都已报送的 {compared} 个单位。"
    return told + JUDGED.format(day=written_out(timezone.localdate(row.drafted_at)))


def as_docx(row: Bulletin) -> BytesIO:
    sheet = Sheet(landscape=True)
    sheet.title("{{ title }}")
    sheet.line("{{ issued }}", centred=True)
    sheet.paragraphs("text")
    sheet.heading("各单位情况")
    cells = ["{{ row.name }}", "{{ row.submission }}"]
    cells += [f"{{{{ row.cells[{at}] }}}}" for at in range(len(MEASURES))]
    heads = ["单位", "报送", *map(_label, measures_of(row))]
    widths = [2.05, 1.85, *(2.35 if m.of_the_day else 1.98 if m.ranked else 1.8 for m in MEASURES)]
    sheet.table(heads, "rows", cells, points=7.5, widths=widths)
    sheet.note(f"注：数字后面是名次。{basis_of(row)}")
    return fill(
        sheet,
        lambda template: {
            "title": row.title,
            "issued": issued_by(row),
            "text": row.text.splitlines(),
            "rows": [
                line | {"cells": [f"{c['text']} {c['place']}".strip() for c in line["cells"]]}
                for line in rows_of(row)
            ],
        },
    )


def _label(measure: Measure) -> str:
    """What is in brackets has a line of its own."""
    return f"{measure.label}（{measure.unit}）".replace("（", "\n（")


def as_xlsx(row: Bulletin) -> BytesIO:
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.title = None, row.title
    sheet, measures = workbook.active, measures_of(row)
    sheet.title = f"{row.period:%Y-%m}通报"
    lines = rows_of(row)
    longest = max((len(line["name"]) for line in lines), default=0)
    widths = [max(UNIT_WIDTH, 2 * longest + 4), CAME_WIDTH]
    for measure in measures:
        widths += PAIR_WIDTHS if measure.ranked else [ALONE_WIDTH]
    page = Page(sheet, widths)
    page.band([row.title], font=TITLE, align=CENTRE, height=30)
    page.band([issued_by(row)], align=RIGHT)
    _head(page, measures)
    for line in lines:
        values = [line["name"], line["submission"]]
        for measure, cell in zip(measures, line["cells"], strict=True):
            values += [cell["value"], cell["rank"]] if measure.ranked else [cell["value"]]
        page.line(values, BOLD if line["is_total"] else BODY, CENTRE)
        name, _came, *figures = sheet[page.row]
        name.alignment = UNIT
        for cell in figures:
            cell.number_format = "#,##0" if isinstance(cell.value, int) else "General"
    page.note(f"注：“名次”是它左边一列数的名次。{basis_of(row)}")
    page.page()
    file = BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def _head(page: Page, measures: list[Measure]):
    """A figure and its rank stand under one head."""
    top, ws = page.row + 1, page.ws
    for lines in HEAD_LINES:
        page.row += 1
        ws.row_dimensions[page.row].height = LINE_HEIGHT * lines + 4
    heads = [("单位", False), ("报送", False), *((_label(m), m.ranked) for m in measures)]
    column = 1
    for label, ranked in heads:
        told = [(page.merge(top, column, 1 if ranked else 2, 2 if ranked else 1, GRID), label)]
        if ranked:
            told += [(ws.cell(page.row, column), "数值"), (ws.cell(page.row, column + 1), "名次")]
        for cell, text in told:
            put(cell, text)
            cell.font, cell.alignment, cell.border = BODY, CENTRE, GRID
        column += 2 if ranked else 1
    ws.print_title_rows = f"{top}:{page.row}"
    ws.freeze_panes = ws.cell(page.row + 1, 2)
