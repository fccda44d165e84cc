"""A blank form as a region might have drawn it itself."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Border, Font, PatternFill, Side

CODES = [str(n) for n in range(1, 15)]
EDGE = Border(*[Side(style="thin")] * 4)


def workbook(units=(), lines=3, *, formulas=(), total=True) -> BytesIO:
    """A sheet 说明, and a sheet 汇总: unit names in B, the national form's columns from C on in
    reverse order, units from row 6 on, a total of formulas in column C, and a foot."""
    book = Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("汇总")
    sheet.merge_cells("A1:P1")
    sheet["A1"] = "某市就业见习情况表"
    sheet["A2"] = "统计期：    年   月"
    sheet.merge_cells("A3:A5")
    sheet["A3"], sheet["B3"] = "序号", "区县"
    for place, code in enumerate(reversed(CODES), 3):
        sheet.cell(4, place, f"第{code}项")
        sheet.cell(5, place, int(code))
    names = [*units, *[None] * (lines - len(units))]
    for number, name in enumerate(names, 1):
        row = 5 + number
        sheet.cell(row, 1, number)
        sheet.cell(row, 2, name)
        sheet.row_dimensions[row].height = 31
        for column in range(1, 17):
            cell = sheet.cell(row, column)
            cell.border, cell.font = EDGE, Font(name="仿宋", size=9)
    last = 5 + len(names)
    if total:
        sheet.cell(last + 1, 2, "合计").fill = PatternFill("solid", fgColor="FFFF00")
        sheet.cell(last + 1, 3, f"=SUM(C6:C{last})")
        sheet.row_dimensions[last + 1].height = 40
    foot = last + 2
    sheet.merge_cells(start_row=foot, start_column=1, end_row=foot, end_column=8)
    sheet.cell(foot, 1, "填报单位（盖章）：")
    sheet.cell(foot, 9, "填报人：______")
    for place in formulas:
        sheet[place] = "=1+1"
    sheet.print_area = f"A1:P{foot}"
    book["说明"]["A1"] = f"=汇总!C{last + 1}"
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out
