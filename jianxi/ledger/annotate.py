"""The same workbook, with what is wrong beside each row.

Only the rows in question are rewritten, in the sheet's own XML: formulas keep their results, and
whatever else the file holds stays as it is. Rows pass as a stream, so size does not matter.
"""

import re
import zipfile
from collections import defaultdict
from xml.sax.saxutils import escape

from jianxi.ledger.outcome import Outcome
from jianxi.ledger.package import PLACE, Package, cells_of, column_letters, column_number
from jianxi.ledger.workbook import ERRORS, HINTS, Layout

WIDTH = 60  # of a column of remarks, in characters
LONGEST = 32_000  # a cell holds 32,767 characters
STYLES = "xl/styles.xml"
COLOURS = {ERRORS: (b"FFB3261E", b"FFFDEBEA"), HINTS: (b"FF9A5B00", b"FFFFF3DF")}  # text, ground

_ROW = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</\1row>)", re.DOTALL)
_ROW_NUMBER = re.compile(rb'\sr="([0-9]+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\b[^>]*/>")
_COLS = re.compile(rb"</(?:\w+:)?cols>")
_COL_ENDS = re.compile(rb'<(?:\w+:)?col\s[^>]*?max="([0-9]+)"')
_SHEET_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def annotate(source, outcome: Outcome, target):
    """Copy the workbook in `source` to `target` (open binary files), with the outcome's remarks.

    Remarks of an earlier return are replaced.
    """
    package = Package(source)
    parts = {name.strip(): part for name, part in package.sheets.items()}
    notes = _notes(outcome)
    edited = {
        parts[layout.sheet]: _Sheet(layout, notes[layout.sheet])
        for layout in outcome.layouts
        if notes[layout.sheet] or layout.remarks
    }
    styles = b"".join(package.chunks(STYLES)) if STYLES in package.parts else b""
    styles, numbers = _with_styles(styles)
    names = {part: name for name, part in package.sheets.items()}
    with zipfile.ZipFile(target, "w") as copy:
        for name, part in package.parts.items():
            if part.is_dir():
                continue
            entry = zipfile.ZipInfo(name, part.date_time)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with copy.open(entry, "w", force_zip64=True) as out:
                if name in edited:
                    for block in edited[name].rewrite(package.blocks(names[name]), numbers):
                        out.write(block)
                elif name == STYLES:
                    out.write(styles)
                else:
                    for chunk in package.chunks(name):
                        out.write(chunk)


def _notes(outcome) -> dict[str, dict[int, dict[str, list[str]]]]:
    notes = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for kind, remarks in ((ERRORS, outcome.refused), (HINTS, outcome.hints)):
        for remark in remarks:
            notes[remark.sheet][remark.row][kind].append(str(remark))
    return notes


class _Sheet:
    """One sheet's rows on their way through."""

    def __init__(self, layout: Layout, notes):
        self.header_row = layout.header_row + 1
        self.notes = notes
        self.had = bool(layout.remarks)
        free = layout.width
        self.columns = {}  # from 1
        for kind in (ERRORS, HINTS):
            if kind in layout.remarks:
                self.columns[kind] = layout.remarks[kind] + 1
            else:
                free += 1
                self.columns[kind] = free

    def rewrite(self, blocks, styles):
        self.styles = styles
        for index, block in enumerate(blocks):
            if index == 0:
                block = self._head(block)
            yield _ROW.sub(self._row, block)

    def _head(self, block: bytes) -> bytes:
        """Room for the new columns; the dimension, which may be left out, would be wrong."""
        block = _DIMENSION.sub(b"", block, count=1)
        start = _SHEET_DATA.search(block)
        if self.had or not start:
            return block
        prefix = start[1]
        first, last = min(self.columns.values()), max(self.columns.values())
        col = _prefixed(
            b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (first, last, WIDTH), prefix
        )
        head, rest = block[: start.start()], block[start.start() :]
        if not _COLS.search(head):
            return head + _prefixed(b"<cols>", prefix) + col + _prefixed(b"</cols>", prefix) + rest
        if all(int(end) < first for end in _COL_ENDS.findall(head)):
            head = _COLS.sub(lambda end: col + end[0], head, count=1)
        return head + rest

    def _row(self, found) -> bytes:
        prefix, head, content = found.groups()
        cells = [
            (column_number(PLACE.search(attributes)[1]), _whole(prefix, attributes, inside))
            for attributes, inside in cells_of(content or b"")
        ]
        number = _ROW_NUMBER.search(head)
        if not cells or not number:
            return found[0]
        number = int(number[1])
        if number == self.header_row:
            texts = {kind: [kind] for kind in self.columns}
        else:
            texts = self.notes.get(number, {})
        if not texts and not self.had:
            return found[0]
        own = set(self.columns.values())
        cells = [(column, cell) for column, cell in cells if column not in own]
        cells += [
            (self.columns[kind], self._cell(prefix, kind, number, lines))
            for kind, lines in texts.items()
        ]
        content = b"".join(cell for _, cell in sorted(cells))
        return b"<%brow%b>%b</%brow>" % (prefix, _SPANS.sub(b"", head), content, prefix)

    def _cell(self, prefix, kind, number, lines) -> bytes:
        text = escape(_NOT_XML.sub("", "\n".join(lines))[:LONGEST]).encode()
        style = b' s="%d"' % self.styles[kind] if self.styles else b""
        place = b"%b%d" % (column_letters(self.columns[kind]).encode(), number)
        cell = b'<c r="%b"%b t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>'
        return _prefixed(cell % (place, style, text), prefix)


def _whole(prefix, attributes, content) -> bytes:
    """A cell put together again."""
    if attributes.endswith(b"/"):
        return b"<%bc%b>" % (prefix, attributes)
    return b"<%bc%b>%b</%bc>" % (prefix, attributes, content, prefix)


def _prefixed(xml: bytes, prefix: bytes) -> bytes:
    """The elements under the prefix that the file uses, if it uses one."""
    return re.sub(rb"<(/?)(?=\w)", rb"<\1" + prefix, xml) if prefix else xml


# ---------------------------------------------------------------- styles


def _with_styles(xml: bytes) -> tuple[bytes, dict[str, int]]:
    """The style sheet with a style for each kind of remark, and their numbers; none where the
    style sheet has no place for them."""
    numbers = {}
    for kind, (text, ground) in COLOURS.items():
        font = b'<font><sz val="10"/><color rgb="%b"/></font>' % text
        fill = (
            b'<fill><patternFill patternType="solid"><fgColor rgb="%b"/></patternFill></fill>'
            % ground
        )
        xml, font_number = _append(xml, b"fonts", b"font", font)
        xml, fill_number = _append(xml, b"fills", b"fill", fill)
        if font_number is None or fill_number is None:
            return xml, {}
        style = (
            b'<xf numFmtId="0" fontId="%d" fillId="%d" borderId="0" xfId="0" applyFont="1" '
            b'applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
        ) % (font_number, fill_number)
        xml, numbers[kind] = _append(xml, b"cellXfs", b"xf", style)
        if numbers[kind] is None:
            return xml, {}
    return xml, numbers


def _append(xml, group, item, content) -> tuple[bytes, int | None]:
    """Add to a counted list of the style sheet; the new item's number."""
    found = re.search(rb"<((?:\w+:)?)%b\b[^>]*>(.*?)</\1%b>" % (group, group), xml, re.DOTALL)
    if not found:
        return xml, None
    prefix, items = found.groups()
    number = len(re.findall(rb"<%b%b[\s/>]" % (prefix, item), items))
    new = b'<%b count="%d">%b%b</%b>' % (
        prefix + group,
        number + 1,
        items,
        _prefixed(content, prefix),
        prefix + group,
    )
    return xml[: found.start()] + new + xml[found.end() :], number
