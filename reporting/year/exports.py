"""Workbooks of the year: targets to fill in, a list of key enterprises."""

from collections.abc import Iterable
from io import BytesIO

from jianxi import exports
from jianxi.lists import Column
from regions.models import District
from reporting.models import Target
from reporting.year import targets
from reporting.year.enterprises import DISTRICT, NAME, USCC
from reporting.year.forms import UNIT


def write_targets(year: int, units: list[District], columns: Iterable[targets.Column]) -> BytesIO:
    """The targets of the units as they are, in the columns that can be loaded again."""
    kept: dict[int, dict[str, int]] = {unit.pk: {} for unit in units}
    rows = Target.objects.filter(year=year, district__in=kept)
    for district, key, value in rows.values_list("district", "key", "value"):
        kept[district][key] = value
    drawn = [
        Column(UNIT, lambda unit: unit.name),
        *(Column(c.label, _kept(kept, c.key), numeric=True) for c in columns),
    ]
    return written(f"{year}年目标", drawn, units)


def _kept(kept, key: str):
    return lambda unit: kept[unit.pk].get(key)


def write_blank_list() -> BytesIO:
    """The head of a list of key enterprises, in the columns that are loaded."""
    heads = (NAME, USCC, DISTRICT)
    return written("重点企业名单", [Column(head, head, broad=head == NAME) for head in heads], [])


def written(title: str, columns: list[Column], rows: Iterable) -> BytesIO:
    """A workbook of one sheet, ready to be sent."""
    file = BytesIO()
    exports.write(file, title, columns, rows)
    file.seek(0)
    return file
