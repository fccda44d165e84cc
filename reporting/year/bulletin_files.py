"""A bulletin as docx and as xlsx."""

from io import BytesIO

from django.utils import timezone

from jianxi.lists import Column
from reporting.figures import written_out
from reporting.models import Bulletin
from reporting.standing import CameIn
from reporting.year.documents import Sheet, fill, words
from reporting.year.exports import written
from reporting.year.measures import MEASURES, measures_of

WITHIN = {way.label for way in CameIn if way.is_in}
JUDGED = (
    "示范岗位、月生活费是期末在册岗位的情况，岗位准确率是起草当日招募中岗位的情况，"
    "都按起草时（{day}）的记录计算；按期办理率按办理记录计算；其余为各单位报送数。"
)


def rows_of(row: Bulletin) -> list[dict]:
    """The units, then the total: {name, submission, cells: [{value, rank}]}."""
    figures = row.figures
    lines = [*figures.get("units", []), *([figures["total"]] if "total" in figures else [])]
    return [
        {
            "name": line["name"],
            "submission": line.get("submission", ""),
            "is_total": "key" not in line,
            "cells": [
                {"value": line["values"].get(m.key), "rank": line.get("ranks", {}).get(m.key)}
                for m in MEASURES
            ],
        }
        for line in lines
    ]


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
    heads = ["单位", "报送", *(f"{m.label}（{m.unit}）" for m in measures_of(row))]
    sheet.table(heads, "rows", cells, points=8, widths=[2.4, 2.0, *[1.86] * len(MEASURES)])
    sheet.note(f"注：括号内为名次。{basis_of(row)}")
    issued = row.published_at and written_out(timezone.localdate(row.published_at))
    return fill(
        sheet,
        lambda template: {
            "title": row.title,
            "issued": f"{row.region.authority}　{issued or '（草稿）'}",
            "text": row.text.splitlines(),
            "rows": [
                line | {"cells": [_with_rank(**cell) for cell in line["cells"]]}
                for line in rows_of(row)
            ],
        },
    )


def _with_rank(value, rank) -> str:
    return f"{words(value)}({rank})" if rank else words(value)


def as_xlsx(row: Bulletin) -> BytesIO:
    columns = [
        Column("单位", lambda line: line["name"]),
        Column("报送", lambda line: line["submission"]),
    ]
    for at, measure in enumerate(measures_of(row)):
        columns.append(
            Column(f"{measure.label}（{measure.unit}）", _cell(at, "value"), numeric=True)
        )
        if measure.ranked:
            columns.append(Column("名次", _cell(at, "rank"), numeric=True))
    rows = rows_of(row)
    total = rows.pop() if rows and rows[-1]["is_total"] else None
    return written(f"{row.period:%Y-%m}通报", columns, rows, total=total)


def _cell(at: int, what: str):
    return lambda line: line["cells"][at][what]
