"""Minutes as a PDF on A4: tagged for screen readers, searchable, its fonts inside."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import typst

from .glyphs import FONTS, Printable, from_right, scripts

TEMPLATE = Path(__file__).with_name("minutes.typ")
SHORT_TITLE = 90  # characters of it in the footer


def pdf(minutes: dict[str, Any], fonts: Path) -> bytes:
    """`minutes` is `content.Minutes` as JSON; `fonts` a directory with further fonts, which need not exist."""
    printable = Printable(FONTS, fonts)
    data = printable.value(minutes)
    if printable.missing:
        data["notices"].append(_lost(printable.missing))
    data["short-title"] = _shortened(data["title"])
    data["date"] = _date(data["created_at"])
    for said in (said for chapter in data["chapters"] for said in chapter["said"]):
        said["rtl"] = from_right(said["text"])
    if not re.fullmatch(r"[a-z]{2,3}", data["language"]):
        data["language"] = "en"
    printed = typst.compile(
        TEMPLATE,
        font_paths=[FONTS, *([fonts] if fonts.is_dir() else [])],
        ignore_system_fonts=True,
        sys_inputs={"data": orjson.dumps(data).decode()},
    )
    return bytes(printed)


def _lost(missing: set[str]) -> str:
    return (
        f"The fonts of this server cannot print {', '.join(scripts(missing))}: ▯ stands for each such character. "
        "All of them are in the Word file and in the text."
    )


def _shortened(title: str) -> str:
    return title if len(title) <= SHORT_TITLE else f"{title[: SHORT_TITLE - 1].rstrip()}…"


def _date(created_at: str) -> tuple[int, int, int]:
    day = date.fromisoformat(created_at[:10])
    return day.year, day.month, day.day
