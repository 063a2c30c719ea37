"""Who looks at the pages, and at what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from transcripts.enums import TranscriptStatus
from transcripts.models import Topic, Transcript

from .looking import DRAFT


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    """The owner's browser."""
    client.force_login(owner)
    return client


@pytest.fixture
def finished(new_transcript: Callable[..., Transcript], say: Callable[..., Topic]) -> Transcript:
    """Two topics, three speakers, a summary that rests on moments, and a word nobody said."""
    transcript = new_transcript(
        name="weekly.mp3",
        title="Budget and launch",
        status=TranscriptStatus.ENDED,
        duration=12_000,
        detected_language="en",
        waveform=[0.5] * 255,
        engines={"transcription": DRAFT, "topics": DRAFT | {"draft": False, "engine": "openai", "model": "phi-4"}},
        summary_citations={
            "short": [{"text": "The budget holds.", "seconds": [1.0]}],
            "sections": [{"heading": "Money", "sentences": [{"text": "All is paid.", "seconds": [7.0]}]}],
        },
        action_items={
            "decisions": [
                {"decision": "Launch in May", "decided_by": "Ann", "rationale": "It is ready", "seconds": [8]}
            ],
            "next_steps": [{"task": "Write to the press", "assigned_to": "Bob", "deadline": "Friday", "seconds": [9]}],
        },
    )
    say(transcript, (0, "the budget holds"), (1, "good to hear thanks"), suspect=("thanks",))
    say(transcript, (2, "let us <b>launch</b> in May"), title="Launch & press")
    return transcript
