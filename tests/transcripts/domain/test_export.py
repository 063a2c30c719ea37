"""Transcripts as text: every format in full, and what must hold for any words."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.domain import subtitles
from transcripts.domain.export import API_FORMATS, FORMATS, render, render_json
from transcripts.domain.minutes import clock
from transcripts.domain.spoken import Segment, marked
from transcripts.domain.subtitles import Cue
from transcripts.models import Participant, Topic, Transcript

Say = Callable[..., Topic]


@pytest.fixture
def spoken(transcript: Transcript, say: Say, named: Callable[..., Participant]) -> Transcript:
    say(transcript, (0, "Hello, *all*."), (1, "Thanks for watching"), suspect=("Thanks", "for", "watching"))
    say(transcript, (1, "Well bye bye <now>."), title="Farewell", suspect=("Well",))
    named(transcript, 1, "Ann & Bob")
    return transcript


def test_text(spoken: Transcript) -> None:
    assert render(spoken, "text") == (
        "Speaker 0: Hello, *all*.\n"
        "Ann & Bob: [Thanks for watching?]\n"
        "Ann & Bob: [Well?] bye bye <now>.\n"
    )  # fmt: skip


@pytest.mark.parametrize("name", ["timestamped", "text-timestamped"])
def test_timestamped(spoken: Transcript, name: str) -> None:
    assert render(spoken, name) == (
        "[00:00] Speaker 0: Hello, *all*.\n"
        "[00:02] Ann & Bob: [Thanks for watching?]\n"
        "[00:05] Ann & Bob: [Well?] bye bye <now>.\n"
    )


@pytest.mark.parametrize("name", ["webvtt-named", "vtt"])
def test_webvtt(spoken: Transcript, name: str) -> None:
    assert render(spoken, name) == (
        "WEBVTT\n"
        "\n"
        "00:00:00.000 --> 00:00:02.000\n"
        "<v Speaker 0>Hello, *all*.\n"
        "\n"
        "00:00:02.000 --> 00:00:05.000\n"
        "<v Ann &amp; Bob>[Thanks for watching?]\n"
        "\n"
        "00:00:05.000 --> 00:00:09.000\n"
        "<v Ann &amp; Bob>[Well?] bye bye &lt;now&gt;.\n"
    )


def test_srt(spoken: Transcript) -> None:
    assert render(spoken, "srt") == (
        "1\n"
        "00:00:00,000 --> 00:00:02,000\n"
        "Speaker 0: Hello, *all*.\n"
        "\n"
        "2\n"
        "00:00:02,000 --> 00:00:05,000\n"
        "Ann & Bob: [Thanks for watching?]\n"
        "\n"
        "3\n"
        "00:00:05,000 --> 00:00:09,000\n"
        "Ann & Bob: [Well?] bye bye <now>.\n"
    )


def test_json(spoken: Transcript) -> None:
    assert render_json(spoken)[1] == {
        "speaker": 1, "speaker_name": "Ann & Bob", "text": "[Thanks for watching?]", "start": 2.0, "end": 5.0,
    }  # fmt: skip
    assert json.loads(render(spoken, "json")) == render_json(spoken)


def test_minutes(spoken: Transcript) -> None:
    spoken.title, spoken.duration = "Plans_for 2030", 9000
    spoken.long_summary = "# Quick recap\n\nThey met.\n\n# Summary\n\n**Plans**\n\nThere are some."
    spoken.engines = {"transcription": {"engine": "pocketsphinx", "model": "en-us", "version": "5", "draft": True}}
    spoken.action_items = {
        "decisions": [{"decision": "Go", "rationale": "It is late", "decided_by": "Ann"}],
        "next_steps": [{"task": "Write it down", "assigned_to": "Bob", "deadline": "Friday"}, {"task": "Rest"}],
    }
    assert render(spoken, "md") == (
        "# Plans\\_for 2030\n"
        "\n"
        f"*{spoken.created_at:%Y-%m-%d %H:%M} UTC · 00:09*\n"
        "\n"
        "> **Draft.** Made by built-in engines that know little: pocketsphinx (transcription). "
        "Check it before you rely on it.\n"
        "\n"
        "## Quick recap\n\nThey met.\n\n## Summary\n\n**Plans**\n\nThere are some.\n"
        "\n"
        "## Decisions\n\n- Go (Ann): It is late\n"
        "\n"
        "## Next steps\n\n- [ ] **Bob**: Write it down (Friday)\n- [ ] Rest\n"
        "\n"
        "## Transcript\n"
        "\n"
        "### Greetings [00:00]\n\n*About greetings.*\n"
        "\n"
        "**Speaker 0** [00:00] Hello, \\*all\\*.\n"
        "\n"
        "**Ann & Bob** [00:02] [Thanks for watching?]\n"
        "\n"
        "### Farewell [00:05]\n\n*About farewell.*\n"
        "\n"
        "**Ann & Bob** [00:05] [Well?] bye bye \\<now>.\n"
    )


def test_minutes_say_how_good_they_are_and_mark_what_was_not_clearly_said(spoken: Transcript) -> None:
    doubt = {"grounding": "weak", "reason": "It states what was said with a “not”."}
    spoken.long_summary = "# Quick recap\n\nThey met. They parted.\n\n# Summary\n\n**Plans**\n\nThere are some."
    spoken.summary_citations = {
        "short": [{"text": "They met.", "seconds": [0.0]}, {"text": "They parted.", "seconds": [], **doubt}],
        "sections": [{"heading": "Plans", "sentences": [{"text": "There are some.", "grounding": "grounded"}]}],
    }
    spoken.action_items = {"decisions": [{"decision": "Go", **doubt}], "next_steps": [{"task": "Rest", **doubt}]}
    spoken.quality = {"score": 62, "reasons": [{"code": "x", "sentence": "The end is *missing*.", "points": 38}]}
    text = render(spoken, "md")
    assert "> **Quality: Fair** (62 of 100). The end is \\*missing\\*.\n" in text
    assert (
        "## Quick recap\n\nThey met. They parted. *(not clearly said in the recording)*\n\n"
        "## Summary\n\n**Plans**\n\nThere are some.\n\n"
        "## Decisions\n\n- Go *(not clearly said in the recording)*\n\n"
        "## Next steps\n\n- [ ] Rest *(not clearly said in the recording)*\n"
    ) in text


def test_minutes_have_the_words_of_whoever_wrote_a_summary(spoken: Transcript) -> None:
    sentence = {"text": "They met.", "seconds": [0.0]}
    sections = [{"heading": "Plans", "sentences": [{"text": "There are some.", "seconds": [2.0]}]}]
    spoken.long_summary = "# Quick recap\n\nThey met.\n\n# Summary\n\n**Plans**\n\nThere are some."
    spoken.short_summary, spoken.summary_citations = "We met, at last.", {"sections": sections}
    recap = "## Quick recap\n\nWe met, at last.\n\n"
    assert f"{recap}## Summary\n\n**Plans**\n\nThere are some.\n\n## " in render(spoken, "md")
    spoken.long_summary, spoken.summary_citations = "# Plans\n\nMany.", {}
    assert f"{recap}## Plans\n\nMany.\n\n## " in render(spoken, "md")
    spoken.short_summary, spoken.summary_citations = "They met.", {"short": [sentence]}
    assert "## Quick recap\n\nThey met.\n\n## Plans\n\nMany.\n\n## " in render(spoken, "md")


def test_minutes_of_silence_have_no_score(transcript: Transcript) -> None:
    transcript.quality = {"score": None, "reasons": [{"code": "silent", "sentence": "Nothing was said.", "points": 0}]}
    assert "> **Quality: Nothing to judge**. Nothing was said.\n" in render(transcript, "md")


@pytest.mark.parametrize("name", [*FORMATS, *API_FORMATS])
def test_nothing_said(transcript: Transcript, name: str) -> None:
    assert render(transcript, name).strip() in ("", "WEBVTT", "[]") or name == "md"


def test_words_without_a_topic_are_shown(transcript: Transcript, say: Say) -> None:
    say(transcript, (0, "Hello."))
    Topic.objects.all().delete()  # the topics failed
    assert render(transcript, "text") == "Speaker 0: Hello.\n"
    assert "**Speaker 0** [00:00] Hello." in render(transcript, "md")


def test_a_format_that_there_is_not(transcript: Transcript) -> None:
    with pytest.raises(ValueError, match=r"There is no format 'docx'\. Choose one of: text, timestamped, vtt"):
        render(transcript, "docx")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "00:00"), (59.99, "00:59"), (60, "01:00"), (3661, "61:01"), (36000, "600:00")]
)
def test_clock(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


# --- doubtful words


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ""),
        ([" a", " b"], "a b"),
        (["? a", "? b"], "[a b?]"),
        ([" a", "? b", "? c", " d"], "a [b c?] d"),
        (["? really?"], "[really?]"),
        ([" a", "? "], "a"),
        ([" a\n", " b"], "a b"),
    ],
)
def test_marking(words: list[str], expected: str) -> None:
    kept = [{"text": word.lstrip("?"), **({"suspect": "silence"} if word[0] == "?" else {})} for word in words]
    assert marked(kept) == expected


# --- properties

LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(
    lambda text: " ".join(text.split())
)
CUES = st.lists(
    st.builds(
        Cue,
        start=st.integers(0, 10**8).map(lambda ms: ms / 1000),
        end=st.integers(0, 10**8).map(lambda ms: ms / 1000),
        name=LINE.filter(bool),
        text=LINE.filter(bool),
    ).map(lambda cue: Cue(cue.start, max(cue.end, cue.start + 0.001), cue.name, cue.text)),
    max_size=5,
)


def parsed(text: str) -> list[Cue]:
    """What a reader of WebVTT makes of it."""
    header, *blocks = text.split("\n\n")
    assert header in ("WEBVTT", "WEBVTT\n")
    return [_cue(*block.strip("\n").split("\n")) for block in blocks if block]


def _cue(times: str, line: str) -> Cue:
    start, end = (_seconds(time) for time in times.split(" --> "))
    tag, _, text = line.removeprefix("<v ").partition(">")
    return Cue(start, end, _plain(tag), _plain(text))


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(CUES)
def test_webvtt_reads_back_as_it_was(cues: list[Cue]) -> None:
    found = parsed(subtitles.webvtt(cues))
    assert [(c.name, c.text) for c in found] == [(c.name, c.text) for c in cues]
    assert [(c.start, c.end) for c in found] == [
        (pytest.approx(c.start, abs=0.0011), pytest.approx(c.end, abs=0.0011)) for c in cues
    ]


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=30), st.floats(0.05, 3)), max_size=60))
def test_subtitles_are_short_and_lose_nothing(said: list[tuple[str, float]]) -> None:
    words, at = [], 0.0
    for text, length in said:
        words.append({"text": f" {text}", "start": at, "end": at + length})
        at += length
    cues = subtitles.readable([Segment(1, None, 0, "Ann", marked(words), 0.0, at)], {1: words})
    assert " ".join(cue.text for cue in cues).split() == [text for text, _ in said]
    assert all(len(cue.text) <= subtitles.LONGEST_TEXT for cue in cues)
    assert all(cue.end - cue.start <= subtitles.LONGEST_TIME + 1e-6 for cue in cues)


@given(st.text("abc \u00e9", min_size=1, max_size=800), st.floats(0.01, 60))
def test_subtitles_of_another_text_share_the_time_of_its_utterance(text: str, length: float) -> None:
    cues = subtitles.readable([Segment(1, None, 0, "Ann", text, 5.0, 5.0 + length)], {})
    assert " ".join(cue.text for cue in cues).split() == [
        piece for word in text.split() for piece in textwrap.wrap(word, subtitles.LONGEST_TEXT)
    ]
    assert all(len(cue.text) <= subtitles.LONGEST_TEXT for cue in cues)
    assert [cue.start for cue in cues] == sorted(cue.start for cue in cues)
    assert all(5.0 <= cue.start <= cue.end <= 5.0 + length + 1e-6 for cue in cues)
