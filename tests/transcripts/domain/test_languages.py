"""Which languages a recording may be in."""

from __future__ import annotations

import pytest

from transcripts.domain import languages
from transcripts.engines.transcription.languages import WHISPER


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("en", "en"),
        ("auto", "auto"),
        (" EN ", "en"),
        ("en-US", "en"),
        ("zh_Hant_TW", "zh"),
        ("jv", "jw"),
        ("yue", "yue"),
    ],
)
def test_a_language_we_know(given: str, stored: str) -> None:
    assert languages.check(given) == stored


@pytest.mark.parametrize("given", ["", "zz", "zz-bogus", "english", "auto-US", "en-", "en US", "e"])
def test_another(given: str) -> None:
    with pytest.raises(ValueError, match=r'is not a language we know\. Give an ISO 639-1 code such as "en", or "auto"'):
        languages.check(given)


def test_they_are_those_of_the_engines() -> None:
    assert {code for code, _ in languages.CHOICES} == {*WHISPER, languages.AUTO}
    assert languages.language_name("de") == "German"
