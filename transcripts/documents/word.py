"""Minutes as a Word file (docx) on A4: headings, styles, tables and page numbers that can be worked with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from .glyphs import from_right

FONT = "Calibri"
MUTED, INK = RGBColor(0x5B, 0x64, 0x70), RGBColor(0x1D, 0x23, 0x2B)
TINT, LINES = "F3F5F8", "D5DAE1"
DOUBT = " (not clearly said in the recording)"
LONGEST_PROPERTY = 255  # characters, as Word has it
TIME_WIDTH = Cm(1.6)


def word(minutes: dict[str, Any]) -> bytes:
    """`minutes` is `content.Minutes` as JSON."""
    document = Document()
    _page(document, minutes)
    _styles(document)
    _properties(document, minutes)
    _head(document, minutes)
    _findings(document, minutes)
    _summary(document, minutes)
    _words(document, minutes)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


# --- the paper, the styles and what the file says of itself


def _page(document: DocumentType, minutes: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.3)
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(16.4), WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{minutes['title'][:90]}\t")
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")


def _xml(item: Paragraph | _Row | _Cell) -> Any:
    return item._element  # noqa: SLF001 -- python-docx has no other way to what it does not cover


def _field(paragraph: Paragraph, name: str) -> None:
    """A number that Word fills in. "1" stands there for programs that do not."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    _xml(paragraph).append(field)


def _styles(document: DocumentType) -> None:
    styles = document.styles
    _style(styles["Normal"], 10.5, after=6)
    for name, size, before, after in (("Title", 20, 0, 10), ("Heading 1", 14, 18, 6), ("Heading 2", 11.5, 14, 4)):
        _style(styles[name], size, bold=True, before=before, after=after)
        _style(styles[f"{name} Char"], size, bold=True)  # the same for a part of a line
    for border in styles["Table Grid"].element.find(f".//{qn('w:tblBorders')}"):
        border.set(qn("w:color"), LINES)
    _style(styles["Footer"], 8, colour=MUTED)
    for name in ("Fact", "Notice", "Topic summary"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    _style(styles["Fact"], 10, after=0)
    _shade(styles["Notice"].element.get_or_add_pPr())  # before the spacing, as the schema of Word has it
    _style(styles["Notice"], 10, before=6, after=6)
    _style(styles["Topic summary"], 10.5, colour=MUTED, after=8)
    said = styles.add_style("Said", WD_STYLE_TYPE.PARAGRAPH)
    said.base_style = styles["Normal"]
    said.paragraph_format.left_indent, said.paragraph_format.first_line_indent = TIME_WIDTH, -TIME_WIDTH
    said.paragraph_format.tab_stops.add_tab_stop(TIME_WIDTH)
    _style(styles.add_style("Time", WD_STYLE_TYPE.CHARACTER), 8.5, colour=MUTED)
    _style(styles.add_style("Speaker", WD_STYLE_TYPE.CHARACTER), None, bold=True)
    _style(styles.add_style("Muted", WD_STYLE_TYPE.CHARACTER), 9, colour=MUTED)


def _style(
    style: Any,
    size: float | None,
    *,
    bold: bool | None = None,
    colour: RGBColor = INK,
    before: float | None = None,
    after: float | None = None,
) -> None:
    style.font.name, style.font.bold, style.font.color.rgb = FONT, bold, colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if "Theme" in name]:
        del fonts.attrib[name]  # the theme's fonts would win
    if size is not None:
        style.font.size = Pt(size)
    for name, space in (("space_before", before), ("space_after", after)):
        if space is not None:
            setattr(style.paragraph_format, name, Pt(space))
    borders = style.element.find(f".//{qn('w:pBdr')}")
    if borders is not None:
        borders.getparent().remove(borders)  # the line under the title of python-docx' own template


def _shade(properties: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", TINT)):
        shade.set(qn(f"w:{name}"), value)
    properties.append(shade)


def _properties(document: DocumentType, minutes: dict[str, Any]) -> None:
    about = document.core_properties
    about.title, about.subject = minutes["title"][:LONGEST_PROPERTY], "Minutes and transcript"
    about.author, about.last_modified_by, about.comments = "Reflector", "Reflector", ""
    about.language = minutes["language"]
    about.created = about.modified = datetime.fromisoformat(minutes["created_at"]).replace(tzinfo=None)
    for language in document.styles.element.iter(qn("w:lang")):
        for name in ("val", "eastAsia", "bidi"):
            language.set(qn(f"w:{name}"), minutes["language"])


# --- what it says


def _head(document: DocumentType, minutes: dict[str, Any]) -> None:
    document.add_paragraph(minutes["title"], style="Title")
    for name, value in minutes["facts"]:
        paragraph = document.add_paragraph(style="Fact")
        paragraph.add_run(f"{name}: ", style="Muted")
        paragraph.add_run(value)
    for notice in minutes["notices"]:
        document.add_paragraph(notice, style="Notice")
    if minutes["recap"]:
        document.add_heading("Quick recap", 1)
        _sentences(document.add_paragraph(), minutes["recap"])


def _findings(document: DocumentType, minutes: dict[str, Any]) -> None:
    if minutes["decisions"]:
        document.add_heading("Decisions", 1)
        rows = [(_item(one["text"], one["why"], one), one["by"]) for one in minutes["decisions"]]
        _table(document, (12.4, 4.0), ("Decision", "By"), rows)
    if minutes["next_steps"]:
        document.add_heading("Next steps", 1)
        steps = [(_item(one["task"], one["context"], one), one["who"], one["due"]) for one in minutes["next_steps"]]
        _table(document, (9.6, 3.8, 3.0), ("Task", "Who", "By when"), steps)


Item = tuple[str, str, bool]


def _item(text: str, detail: str, found: dict[str, Any]) -> Item:
    return text, detail, found["doubted"]


def _table(
    document: DocumentType, widths: Sequence[float], names: Sequence[str], rows: Iterable[Sequence[str | Item]]
) -> None:
    table = document.add_table(rows=1, cols=len(names), style="Table Grid")
    table.autofit = False
    head = table.rows[0]
    _xml(head).get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # again on each page
    for cell, name in zip(head.cells, names, strict=True):
        cell.paragraphs[0].add_run(name, style="Speaker")
        _shade(_xml(cell).get_or_add_tcPr())
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            _fill(cell, value)
    for column, width in zip(table.columns, widths, strict=True):
        for cell in column.cells:
            cell.width = Cm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)


def _fill(cell: _Cell, value: str | Item) -> None:
    text, detail, doubted = (value, "", False) if isinstance(value, str) else value
    paragraph = cell.paragraphs[0]
    _text(paragraph, text)
    if doubted:
        paragraph.add_run(DOUBT, style="Muted")
    if detail:
        paragraph.add_run().add_break()
        paragraph.add_run(detail, style="Muted")


def _summary(document: DocumentType, minutes: dict[str, Any]) -> None:
    if minutes["summary"]:
        document.add_heading("Summary", 1)
    for block in minutes["summary"]:
        if block["kind"] == "heading":
            document.add_heading(" ".join(one["text"] for one in block["sentences"]), 2)
        else:
            style = "List Bullet" if block["kind"] == "item" else None
            _sentences(document.add_paragraph(style=style), block["sentences"])


def _sentences(paragraph: Paragraph, sentences: Sequence[dict[str, Any]]) -> None:
    for index, sentence in enumerate(sentences):
        _text(paragraph, f" {sentence['text']}" if index else sentence["text"])
        if sentence["doubted"]:
            paragraph.add_run(DOUBT, style="Muted")


def _words(document: DocumentType, minutes: dict[str, Any]) -> None:
    if minutes["chapters"]:
        document.add_heading("Transcript", 1)
    pattern, end = _pattern(document), document.element.body.sectPr
    for chapter in minutes["chapters"]:
        if chapter["title"]:
            heading = document.add_heading(chapter["title"], 2)
            heading.add_run(f"  {chapter['time']}", style="Time")
        if chapter["summary"]:
            document.add_paragraph(chapter["summary"], style="Topic summary")
        for said in chapter["said"]:
            end.addprevious(_said(pattern, said))


def _pattern(document: DocumentType) -> Any:
    """A paragraph of an utterance, to be copied: python-docx looks all styles up anew for each that it makes."""
    paragraph = document.add_paragraph(style="Said")
    paragraph.add_run("time\t", style="Time")
    paragraph.add_run("name  ", style="Speaker")
    paragraph.add_run("text  ")
    pattern = _xml(paragraph)
    pattern.getparent().remove(pattern)
    return pattern


def _said(pattern: Any, said: dict[str, Any]) -> Any:
    element = deepcopy(pattern)
    time, name, text = element.iter(qn("w:t"))
    time.text, name.text, text.text = said["time"], f"{said['name']}  ", said["text"]
    if from_right(said["name"]):
        Run(name.getparent(), None).font.rtl = True  # type: ignore[arg-type]  # needs no part for that
    if from_right(said["text"]):
        Run(text.getparent(), None).font.rtl = True  # type: ignore[arg-type]
        element.get_or_add_pPr().append(OxmlElement("w:bidi"))
    return element


def _text(paragraph: Paragraph, text: str, style: str | None = None) -> Run:
    """A run of text, set from right to left where it is written so."""
    run = paragraph.add_run(text, style=style)
    if from_right(text):
        run.font.rtl = True
        properties = _xml(paragraph).get_or_add_pPr()
        if style is None and properties.find(qn("w:bidi")) is None:
            properties.append(OxmlElement("w:bidi"))
    return run
