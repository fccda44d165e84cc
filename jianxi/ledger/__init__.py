"""The ledger: districts' cases in a spreadsheet, loaded in bulk and returned with remarks.

package.py   is the file safe to open, and which cells have no value
workbook.py  its sheets, row by row
cells.py     how a cell is read, a kind for each sort of column
sheets.py    what a sheet is; each app describes its own in `<app>/ledger.py`
book.py      one import: read, judge, store
outcome.py   what it came to
tables.py    many rows to the database in few statements
annotate.py  the same file with what is wrong in each row
template.py  an empty workbook to fill in
"""
