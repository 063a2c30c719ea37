"""What a transcript looks like in Zulip."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from transcripts.models import Topic, Transcript
from transcripts.zulip.client import LONGEST_MESSAGE
from transcripts.zulip.message import duration, message_of

pytestmark = pytest.mark.django_db
Say = Callable[..., Topic]


def test_the_whole_message(transcript: Transcript, say: Say, settings: LazySettings) -> None:
    settings.BASE_URL = "https://notes.example.org:8443"
    say(transcript, (0, "Hello there all of you."), title="Greetings")
    say(transcript, (0, "Bye."), title="Farewell")
    transcript.title, transcript.duration = "Money and Plans", 3_723_400
    transcript.long_summary = "# Summary\n\nThey met."
    assert message_of(transcript, include_topics=True) == (
        "# Reflector – Money and Plans\n\n"
        f"**Date**: <time:{transcript.created_at.isoformat()}>\n"
        f"**Link**: [notes.example.org](https://notes.example.org:8443/transcripts/{transcript.pk})\n"
        "**Duration**: 1:02:03\n\n"
        "```spoiler Summary\n# Summary\n\nThey met.\n```\n\n"
        "```spoiler Topics\n1. [00:00] Greetings\n2. [00:05] Farewell\n```\n\n"
        "-----"
    )
    assert "spoiler Topics" not in message_of(transcript, include_topics=False)


def test_what_is_not_there_yet(transcript: Transcript) -> None:
    transcript.name = ""
    text = message_of(transcript, include_topics=True)
    assert text.startswith("# Reflector – Unnamed recording\n\n")
    assert "```spoiler Summary\nNo summary available\n```" in text
    assert "spoiler Topics" not in text


def test_text_cannot_break_out_of_its_block_nor_call_people(transcript: Transcript) -> None:
    transcript.title, transcript.long_summary = "Ask @**all**\n# now", "Code:\n````\nrm\n````\n@*team*, @_**Ann**"
    text = message_of(transcript, include_topics=False)
    assert text.startswith("# Reflector – Ask @\u2060**all** # now\n\n")
    assert "`````spoiler Summary\nCode:\n````\nrm\n````\n@\u2060*team*, @\u2060_**Ann**\n`````\n" in text


def test_a_long_one_is_cut_before_zulip_does(transcript: Transcript, say: Say) -> None:
    transcript.long_summary = "They said much. " * 2000
    for number in range(400):
        say(transcript, (0, "More."), title=f"The topic that is called number {number}")
    text = message_of(transcript, include_topics=True)
    assert LONGEST_MESSAGE - 300 < len(text) <= LONGEST_MESSAGE
    assert text.endswith("\n…\n```\n\n-----")
    assert text.count("```") == 4


@pytest.mark.parametrize(("seconds", "shown"), [(0, "00:00"), (59.9, "00:59"), (3599, "59:59"), (3600, "1:00:00")])
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown
