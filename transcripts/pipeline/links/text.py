"""Text that strangers wrote, made plain. Knows no Django: it runs in the child process."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_HIDDEN = frozenset({"script", "style", "template", "noscript"})


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.pieces.append("\n\n" if tag == "p" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def plain(html: str, most: int) -> str:
    """Without tags and control characters, at most `most` characters, paragraphs kept.

    Text that has no tags keeps its lines; in that which has, a line break is a space, as browsers see it.
    """
    parser = _Plain()
    html = html[: most * 20]
    parser.feed(html.replace("\n", " ") if re.search(r"</?[a-zA-Z]", html) else html)
    parser.close()
    lines = (line(piece) for piece in "".join(parser.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:most].strip()


def line(text: str, most: int | None = None) -> str:
    """One line of printable characters."""
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:most].strip()


def language_of(tag: str) -> str:
    """The language of a tag such as "en-US" or "de_AT"; "" where it is none."""
    first = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    return first if re.fullmatch(r"[a-z]{2,3}", first) and first not in ("und", "mul", "zxx") else ""
