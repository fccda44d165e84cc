"""Documents: templates for docxtpl, made here in code so that they can be read and changed as text,
and filled in.

Bars are pictures without letters (the letters stand in the cells beside them), so that no font is
needed where documents are made.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docxtpl import DocxTemplate, InlineImage
from PIL import Image

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NUMBERS = "一二三四五六七八九"
BODY, HEAD = "FangSong", "SimHei"
BRAND, PALE = (31, 95, 191), (204, 212, 223)
BAR_PIXELS = (600, 36)
COLUMN_PIXELS = (60, 240)


class Sheet:
    """A template under way: Chinese type, A4, upright or lying."""

    def __init__(self, *, landscape: bool = False):
        self.document = Document()
        section = self.document.sections[0]
        short, long = Mm(210), Mm(297)
        section.page_width, section.page_height = (long, short) if landscape else (short, long)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin = section.bottom_margin = Cm(2)
        self._type("Normal", BODY, 12)
        self._type("Title", HEAD, 18)
        self._unlined("Title")
        self._type("Heading 1", HEAD, 14)

    def _type(self, style: str, font: str, points: int):
        found = self.document.styles[style]
        found.font.name, found.font.size = font, Pt(points)
        found.font.color.rgb = None
        fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(name), font)
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(name), None)

    def _unlined(self, style: str):
        """Without the rule the usual template draws below it."""
        properties = self.document.styles[style].element.get_or_add_pPr()
        for border in properties.findall(qn("w:pBdr")):
            properties.remove(border)

    def title(self, text: str):
        self.document.add_paragraph(text, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str):
        self.document.add_paragraph(text, style="Heading 1")

    def line(self, text: str, *, centred: bool = False):
        line = self.document.add_paragraph(text)
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def caption(self, text: str):
        """Stays on the page of what it names."""
        line = self.document.add_paragraph(text)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(12), Pt(4)

    def note(self, text: str):
        line = self.document.add_paragraph()
        line.paragraph_format.space_before = Pt(3)
        line.add_run(text).font.size = Pt(9)

    def signature(self, *lines: str):
        """Who signs, and the day, at the right; together on one page."""
        for at, text in enumerate(lines):
            line = self.document.add_paragraph(text)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.space_before = Pt(0 if at else 24)
            line.paragraph_format.space_after = Pt(0)
            line.paragraph_format.keep_with_next = at < len(lines) - 1

    @contextmanager
    def only_with(self, name: str):
        """What is written meanwhile stands only where the context's `name` holds anything."""
        self.document.add_paragraph(f"{{%p if {name} %}}")
        yield
        self.document.add_paragraph("{%p endif %}")

    def paragraphs(self, name: str):
        """One for each line of text in the context's `name`."""
        self.document.add_paragraph(f"{{%p for line in {name} %}}")
        self.document.add_paragraph("{{ line }}").paragraph_format.first_line_indent = Pt(24)
        self.document.add_paragraph("{%p endfor %}")

    def table(
        self,
        heads: Sequence[str],
        rows: str,
        cells: Sequence[str],
        *,
        points: float = 9,
        widths: Sequence[float] = (),
    ):
        """A head, and a row of `cells` (docxtpl's words, of `row`) for each of the context's
        `rows`. `widths` in centimetres."""
        table = self.document.add_table(rows=4, cols=len(heads), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, not widths
        table.rows[1].cells[0].text = f"{{%tr for row in {rows} %}}"
        table.rows[3].cells[0].text = "{%tr endfor %}"
        for at, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            self._write(table.rows[0].cells[at], head, points, HEAD)
            self._write(table.rows[2].cells[at], cell, points, BODY, left=at == 0)
            if widths:
                table.columns[at].width = Cm(widths[at])
                for row in table.rows:
                    row.cells[at].width = Cm(widths[at])
        _set_on_row(table.rows[0], "w:tblHeader")
        for row in table.rows:
            _set_on_row(row, "w:cantSplit")
            for cell in row.cells:
                cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER

    def strip(self, name: str, places: int):
        """Standing bars side by side: value, image and label of each in the context's `name`, the
        value on top of its bar; never across two pages."""
        table = self.document.add_table(rows=2, cols=places)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for at in range(places):
            bar, foot = (row.cells[at] for row in table.rows)
            self._write(bar, f"{{{{ {name}[{at}].value }}}}", 8, BODY)
            self._write(bar, f"{{{{ {name}[{at}].image }}}}", 8, BODY, below=True)
            self._write(foot, f"{{{{ {name}[{at}].label }}}}", 8, BODY)
            bar.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
            for paragraph in bar.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
        _set_on_row(table.rows[0], "w:cantSplit")

    def _write(self, cell, text: str, points: float, font: str, *, left=False, below=False):
        paragraph = cell.add_paragraph() if below else cell.paragraphs[0]
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
        run = paragraph.add_run(text)
        run.font.size, run.font.name = Pt(points), font
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER

    def template(self) -> BytesIO:
        file = BytesIO()
        self.document.save(file)
        file.seek(0)
        return file


def _set_on_row(row, name: str):
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn(name), {qn("w:val"): "true"}))


def fill(sheet: Sheet, context: Callable[[DocxTemplate], Mapping]) -> BytesIO:
    """The document: `context(template)` gives what the template's words stand for."""
    template = DocxTemplate(sheet.template())
    template.render(dict(context(template)), autoescape=True)
    file = BytesIO()
    template.save(file)
    file.seek(0)
    return file


def bar(template: DocxTemplate, part: float, *, width_mm: float = 44) -> InlineImage:
    """A lying bar: `part` of the whole, from 0 to 1."""
    width, height = BAR_PIXELS
    filled = round(width * min(max(part, 0), 1))
    image = Image.new("RGB", BAR_PIXELS, PALE)
    image.paste(BRAND, (0, 0, filled, height))
    return _picture(template, image, width_mm)


def column(template: DocxTemplate, part: float, *, width_mm: float = 8) -> InlineImage:
    """A standing bar: `part` of the tallest, from 0 to 1, and no higher than it is."""
    width, tallest = COLUMN_PIXELS
    height = max(2, round(tallest * min(max(part, 0), 1)))
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste(BRAND, (8, 0, width - 8, height))
    return _picture(template, image, width_mm)


def _picture(template, image: Image.Image, width_mm: float) -> InlineImage:
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return InlineImage(template, file, width=Mm(width_mm))


def words(value) -> str:
    """A figure in a document's cell."""
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:,}" if isinstance(value, int) else str(value)
