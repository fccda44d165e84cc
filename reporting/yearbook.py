"""A year of months in one workbook: a sheet for each month, and what they come to."""

from datetime import date
from typing import BinaryIO

from regions.models import District, Region
from reporting.compiling import NoSuchForm, counted_alike, form_for
from reporting.exports import Table, UnitRow, write_tables
from reporting.figures import span
from reporting.official import table_of
from reporting.paper import details_of, paper_of
from reporting.periods import Period
from reporting.sheet import Sheet, sheet_of

ADDED = ("flow", "plan")  # what a year adds up; of all else it shows the last month's


class NothingThatYear(LookupError):
    """No month of the year has begun, or none has the form."""


def months_of(region: Region, form_key: str, year: int, unit: District, today: date) -> list[Sheet]:
    """The unit's months that have begun, since the region reports and the unit exists."""
    found = []
    for month in range(1, 13):
        period = Period.month_of(date(year, month, 1))
        begun = period.start <= today
        reports = region.reporting_starts is None or period.start >= region.reporting_starts
        if not (begun and reports and unit.is_valid_on(period.end)):
            continue
        try:
            form = form_for(region, period, form_key)
        except NoSuchForm:
            continue
        found.append(sheet_of(form, period, unit))
    return found


def write_year(sheets: list[Sheet], out: str | BinaryIO, *, person="", phone="") -> None:
    """Raises NothingThatYear for no sheets."""
    if not sheets:
        raise NothingThatYear
    last = sheets[-1]
    tables = [
        table_of(sheet, paper_of(sheet, person, phone), f"{sheet.period.start.month}月")
        for sheet in sheets
    ]
    comparable = _comparable(sheets)
    year = last.period.start.year
    tables.append(
        Table(
            last.form.parsed,
            f"{year}年{sheets[0].period.start.month}月至{last.period.start.month}月",
            year_rows(sheets, comparable),
            _added(sheets, comparable) if last.below else None,
            details_of(last.unit, person, phone),
            name="合计",
            note=_covered(sheets),
        )
    )
    write_tables(tables, out)


def _covered(sheets: list[Sheet]) -> str:
    """Which months of the sum were submitted, in part, or not at all."""
    whole, part, none = [], [], []
    for sheet in sheets:
        month, number = sheet.period.start.month, sum(line.stands for line in sheet.lines)
        if sheet.own.stands or number == len(sheet.lines):
            whole.append(month)
        elif number:
            part.append(f"{month}月（{number}/{len(sheet.lines)} 个单位已报送）")
        else:
            none.append(month)
    said = [f"{span(whole)}已报送" if whole else "", "、".join(part)]
    said += [f"{span(none)}没有报送" if none else ""]
    told = f"各月相加：{'；'.join(filter(None, said))}。"
    return f"{told}没有报送的按现在的记录。" if part or none else told


def year_rows(sheets: list[Sheet], comparable: set[str]) -> list[UnitRow]:
    """Of each unit of the last month: flows added up over the months, those of units that merged
    into it included, and stocks as they are at the end. What a month counted in another way, or
    not at all, is left empty."""
    last = sheets[-1]
    indicators = last.form.parsed.indicators
    found = {
        line.unit.pk: {
            i.code: None if i.kind in ADDED else line.figures[i.code] for i in indicators
        }
        for line in last.lines
    }
    for sheet in sheets:
        for line in sheet.lines:
            heir = found.get(last.compiled.units.unit_of.get(line.unit.pk))
            for i in indicators:
                if heir is not None and i.kind in ADDED and i.code in comparable:
                    heir[i.code] = (heir[i.code] or 0) + line.figures[i.code]
    return [UnitRow(line.unit.name, found[line.unit.pk]) for line in last.lines]


def _added(sheets: list[Sheet], comparable: set[str]) -> UnitRow:
    """The totals of the months, as each shows its own."""
    last = sheets[-1]

    def total(indicator):
        if indicator.kind not in ADDED:
            return last.total.get(indicator.code)
        months = [sheet.total.get(indicator.code) for sheet in sheets]
        return None if indicator.code not in comparable or None in months else sum(months)

    return UnitRow("合计", {i.code: total(i) for i in last.form.parsed.indicators})


def _comparable(sheets: list[Sheet]) -> set[str]:
    """The indicators that every month counts as the last one does."""
    last = sheets[-1].form
    alike = counted_alike(last, {sheet.form.pk for sheet in sheets})
    return {code for code in last.parsed.by_code if all(code in codes for codes in alike.values())}
