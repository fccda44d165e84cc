"""An xlsx file as a package of parts: judged before anything is read from it.

A file from outside may be no workbook, be protected, claim to be small and unpack to gigabytes, or
hold one cell in the last row of an enormous sheet. All that is found here, part by part as a
stream, before a reader that trusts its input sees it.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

MEGABYTE = 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 100
MAX_UNPACKED = 500 * MEGABYTE
LONGEST_ROW = 8 * MEGABYTE  # a cell holds 32,767 characters
MAX_INDEX = 5 * MEGABYTE  # the list of sheets and its relations
MAX_RATIO, RATIO_FROM = 300, 20 * MEGABYTE

BROKEN = "文件已损坏，不能读取，请用 Excel 或 WPS 打开后另存为 xlsx 再试"
NOT_XLSX = "不是 xlsx 工作簿，请用 Excel 或 WPS 另存为 xlsx 再试"
PROTECTED = "文件设了打开密码，请去掉密码后另存再试"
TOO_BIG = "文件展开后过大，请分成几个文件导入"

FORMULA = "公式没有计算结果，请打开文件保存一次，或改填结果"
ERROR = "是公式错误值（如 #N/A），请改正"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# In the sheets' XML. Whatever looks ahead is bounded: a hostile sheet must not cost more to look
# through than an honest one.
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>/])")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
PLACE = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]{0,50})?>[^<]")
# A cell with more attributes than it needs; one whose first is no address; one that has none.
_WORDY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]{250}")
_ODD_CELL = re.compile(rb'<(?:\w+:)?c(?! r="[A-Z]{1,3}[0-9]{1,7}")[\s>/]')
_UNPLACED = re.compile(rb'<(?:\w+:)?c(?=[\s>/])(?![^<>]{0,250}\sr="[A-Z]{1,3}[0-9]{1,7}")')
# Filled cells in a far row or column; empty ones that only carry a format do no harm.
_FAR_ROW = re.compile(rb'\sr="[A-Z]{1,3}([0-9]{6,7})"[^<>]{0,250}(?<!/)>')
_FAR_COLUMN = re.compile(rb'\sr="([A-Z]{2,3})[0-9]{1,7}"[^<>]{0,250}(?<!/)>')


class NotLoaded(Exception):
    """Nothing was loaded; the message tells the file's owner why."""


class Unreadable(NotLoaded):
    """It is the file's fault."""


class Package:
    """`sheets`: the part each worksheet is kept in, by the name on its tab."""

    def __init__(self, file):
        try:
            self.archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
            raise Unreadable(_what_else(file)) from None
        self.parts = {part.filename: part for part in self.archive.infolist()}
        self._left = MAX_UNPACKED
        for part in self.parts.values():
            _judge(part)
        if "xl/workbook.xml" not in self.parts:
            raise Unreadable(NOT_XLSX)
        self.sheets = self._sheets()

    def _sheets(self) -> dict[str, str]:
        relations = {
            relation.get("Id"): posixpath.normpath(
                posixpath.join("/xl", relation.get("Target", ""))
            ).lstrip("/")
            for relation in self._index("xl/_rels/workbook.xml.rels")
            if relation.get("Type", "").endswith("/worksheet")
        }
        sheets = {}
        for sheet in self._index("xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
            relation = next((v for k, v in sheet.items() if k.endswith("}id")), None)
            if relations.get(relation) in self.parts:
                sheets[sheet.get("name", "")] = relations[relation]
        return sheets

    def _index(self, name):
        try:
            return ElementTree.fromstring(b"".join(self.chunks(name, MAX_INDEX)), forbid_dtd=True)
        except (ElementTree.ParseError, DefusedXmlException, ValueError):
            raise Unreadable(BROKEN) from None

    def chunks(self, name: str, most: int | None = None) -> Iterator[bytes]:
        """The part unpacked to its real end, whatever size it claims; raises Unreadable."""
        if name not in self.parts:
            raise Unreadable(BROKEN)
        most = min(most or MAX_UNPACKED, MAX_UNPACKED)
        part = copy(self.parts[name])
        part.file_size = most + 2 * MEGABYTE  # as far as the reader would go
        size = 0
        try:
            with self.archive.open(part) as stream:
                while chunk := stream.read(MEGABYTE):
                    size += len(chunk)
                    if size > most:
                        raise Unreadable(TOO_BIG)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
            raise Unreadable(BROKEN) from None

    def judge(self, sheets: list[str]) -> dict[str, dict[tuple[int, int], str]]:
        """Unpack what a reader of these sheets will unpack, within bounds.

        Returns per sheet the cells that have no value to read and why: {(row, column): words},
        both from 0.
        """
        for name in self.parts.keys() - self.sheets.values():
            if name.startswith("xl/") and name.endswith((".xml", ".rels")):
                self._spend(self.chunks(name))
        return {name: self._scan(name) for name in sheets}

    def _spend(self, chunks):
        for chunk in chunks:
            self._left -= len(chunk)
            if self._left < 0:
                raise Unreadable(TOO_BIG)

    def _scan(self, sheet) -> dict[tuple[int, int], str]:
        marks = {}
        for block in self.blocks(sheet):
            self._spend([block])
            if (
                len(block) > LONGEST_ROW
                or _WORDY_CELL.search(block)
                or (_ODD_CELL.search(block) and _UNPLACED.search(block))
            ):
                raise Unreadable(f"工作表“{sheet}”的格式不标准，请用 Excel 或 WPS 打开后另存再试")
            for found in _FAR_ROW.finditer(block):
                if int(found[1]) > MAX_ROWS + 1:
                    raise Unreadable(f"工作表“{sheet}”超过{MAX_ROWS:,}行，请分成几个文件导入")
            for found in _FAR_COLUMN.finditer(block):
                if column_number(found[1]) > MAX_COLUMNS:
                    raise Unreadable(
                        f"工作表“{sheet}”第{found[1].decode()}列还有内容，最多{MAX_COLUMNS}列，"
                        "请删除多余的列"
                    )
            if b"<f" in block or b":f" in block or b't="e"' in block:
                marks |= _without_value(block)
        return marks

    def blocks(self, sheet: str) -> Iterator[bytes]:
        """The sheet's XML in pieces of about a megabyte, no row split between two."""
        rest, searched = b"", 0
        for chunk in self.chunks(self.sheets[sheet]):
            rest += chunk
            end = rest.rfind(b"row>", searched)
            if end < 0 and len(rest) <= LONGEST_ROW:
                searched = max(0, len(rest) - 3)
                continue
            end = len(rest) if end < 0 else end
            yield rest[: end + 4]
            rest, searched = rest[end + 4 :], 0
        yield rest


def _judge(part):
    if part.flag_bits & 0x1:
        raise Unreadable(PROTECTED)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(BROKEN)
    too_dense = part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size
    if part.file_size > MAX_UNPACKED or too_dense:
        raise Unreadable(TOO_BIG)


def _what_else(file) -> str:
    """Why a file that is no zip archive cannot be read."""
    file.seek(0)
    head = file.read(MEGABYTE)
    if not head.startswith(_OLE):
        return BROKEN if head.startswith(b"PK") else NOT_XLSX
    return PROTECTED if "EncryptedPackage".encode("utf-16-le") in head else NOT_XLSX


def cells_of(xml: bytes) -> list[tuple[bytes, bytes]]:
    """The cells of a piece of a sheet: (attributes, content)."""
    cells = []
    for piece in _CELL.split(xml)[1:]:
        attributes, _, rest = piece.partition(b">")
        is_empty = attributes.endswith(b"/")
        cells.append((attributes, b"" if is_empty else _CELL_END.split(rest, maxsplit=1)[0]))
    return cells


def _without_value(block) -> dict[tuple[int, int], str]:
    marks = {}
    for attributes, content in cells_of(block):
        if b't="e"' in attributes:
            why = ERROR
        elif _FORMULA.search(content):
            # An empty text is a result; a number that is not there is none.
            if _RESULT.search(content) or b't="str"' in attributes:
                continue
            why = FORMULA
        else:
            continue
        column, row = PLACE.search(attributes).groups()
        marks[int(row) - 1, column_number(column) - 1] = why
    return marks


def column_number(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
