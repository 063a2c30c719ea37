"""How good a transcript is, and what is marked or was left out, on its page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from transcripts.models import Transcript
from transcripts.pages.quality import quality_of

from .looking import address, text_of

QUALITY = {
    "score": 62,
    "reasons": [
        {"code": "suspect", "sentence": "12 % of the words were probably not said.", "points": 12},
        {"code": "damaged", "sentence": "Parts are <damaged>.", "points": 1},
    ],
    "checked": {"sentences": 17, "grounded": 13, "weak": 1, "dropped": 3, "fields": 0, "mended": 0},
    "left_out": [{"what": "next step", "text": "Buy a <b>boat</b>", "reason": "Nothing like it was found."}],
    "coverage": 0.9,
}
DOUBT = {"grounding": "weak", "reason": "It states what was said with a “not”."}


def page_of(browser: Client, transcript: Transcript, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(transcript, name, value)
    transcript.save()
    return browser.get(address("transcript", transcript))


def test_the_score_comes_with_its_reasons(browser: Client, finished: Transcript) -> None:
    page = text_of(page_of(browser, finished, quality=QUALITY))
    assert "Quality Fair 62 of 100 points" in page
    assert "17 sentences compared with what was said, 1 not clearly said, 3 left out." in page
    assert "12 % of the words were probably not said. −12 costs 12 points" in page
    assert "Parts are &lt;damaged&gt;. −1 costs 1 point " in page
    assert "Next step “Buy a &lt;b&gt;boat&lt;/b&gt;” Nothing like it was found." in page


@pytest.mark.parametrize("fields", [{"quality": None}, {}])
def test_without_a_check_there_is_no_word_of_it(browser: Client, finished: Transcript, fields: dict[str, Any]) -> None:
    assert "Quality" not in text_of(page_of(browser, finished, **fields))


def test_where_nothing_was_said_there_is_no_score(browser: Client, finished: Transcript) -> None:
    silent = {"score": None, "reasons": [{"code": "silent", "sentence": "Nothing was said.", "points": 0}]}
    page = text_of(page_of(browser, finished, quality=QUALITY | silent | {"left_out": []}))
    assert "Quality Nothing to judge" in page
    assert "Nothing was said." in page
    assert "points" not in page


def test_what_was_not_clearly_said_is_marked_for_eyes_and_ears(browser: Client, finished: Transcript) -> None:
    citations = finished.summary_citations
    citations["short"][0] |= DOUBT
    citations["sections"][0]["sentences"][0] |= {"grounding": "grounded", "reason": ""}
    assert finished.action_items is not None
    finished.action_items["decisions"][0] |= DOUBT
    answer = page_of(browser, finished, summary_citations=citations)
    page = answer.content.decode()
    title = "Not clearly said in the recording. It states what was said with a “not”."
    assert re.findall(rf'<span class="doubted" title="{title}">([^<]*)</span>', page) == [
        "The budget holds.",
        "Launch in May",
    ]
    heard = "(not clearly said in the recording: It states what was said with a “not”.)"
    assert text_of(answer).count(heard) == 2


def test_a_summary_of_which_nothing_is_left_says_so(browser: Client, finished: Transcript) -> None:
    nothing = {"short": [], "sections": []}
    page = text_of(page_of(browser, finished, summary_citations=nothing, short_summary="", quality=QUALITY))
    assert "Nothing of the summary was found in what was said, so it was left out." in page


@pytest.mark.parametrize(
    ("score", "word", "level"),
    [(90, "Good", "good"), (70, "Fair", "fair"), (10, "Poor", "poor"), (None, "Nothing to judge", "none")],
)
def test_the_colour_follows_the_word(score: int | None, word: str, level: str) -> None:
    shown = quality_of(QUALITY | {"score": score})
    assert shown is not None
    assert (shown.word, shown.level) == (word, level)
