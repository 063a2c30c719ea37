"""What is there when clients come: people with keys, rooms, transcripts of every kind. Made in a process of the site.

`make()` prints ids and keys as JSON, by name.
"""

from __future__ import annotations

import json
from typing import Any

from accounts.domain import create_api_key
from accounts.models import User
from consent import vault
from consent.models import AudioKind
from meetings.models import Room
from tests.stack import EMAIL
from transcripts.domain.create import create_transcript
from transcripts.enums import ShareMode, SourceKind, TranscriptStatus
from transcripts.models import Participant, Topic, Transcript, Utterance

#: Transcripts that a test may change, each taken once.
SPARE = 40
MP3 = bytes(range(256)) * 16  # what is served is what was stored, whatever it is
WAVEFORM = [round((number % 100) / 100, 2) for number in range(255)]
SENTENCE = {"text": "They met.", "seconds": [0.0], "grounding": "grounded", "reason": ""}
ITEMS = {
    "decisions": [
        {
            "decision": "Ship in May",
            "rationale": "It is ready",
            "decided_by": "Ann",
            "decided_by_participant_id": None,
            "seconds": [2.0],
            "grounding": "grounded",
            "reason": "",
        }
    ],
    "next_steps": [
        {
            "task": "Write it up",
            "assigned_to": None,
            "assigned_to_participant_id": None,
            "deadline": "Friday",
            "context": None,
            "seconds": [6.0],
            "grounding": "weak",
            "reason": "Hardly said.",
        }
    ],
}
#: Speaker and words of each utterance, by topic; a word lasts a second.
SAID = (
    ("Greetings", ((0, "Hello everybody."), (1, "Hi there Ann."))),
    ("The API", ((0, "The API ships in May."), (2, "Agreed."))),
)


def make() -> None:
    print(json.dumps(_make()))


def _make() -> dict[str, Any]:
    ann = User.objects.create_user("ann@example.org", "correct horse battery", name="Ann")
    ben = User.objects.create_user("ben@example.org", "correct horse battery", name="Ben")
    people = {"admin": User.objects.get(email=EMAIL), "ann": ann, "ben": ben}
    den = Room.objects.create(name="den", user=ann, is_shared=True)
    attic = Room.objects.create(name="attic", user=ann)
    attic.retire()
    return {
        "users": {name: str(user.pk) for name, user in people.items()},
        "keys": {name: _key(user) for name, user in people.items()}
        | {
            "ann_read": _key(ann, scopes=("read",)),
            "ann_all": _key(ann, scopes=("read", "write", "admin")),
            "admin_all": _key(people["admin"], scopes=("read", "write", "admin")),
        },
        "rooms": {"den": str(den.pk), "attic": str(attic.pk)},
        "transcripts": {name: str(transcript.pk) for name, transcript in _transcripts(ann, ben, den, attic).items()},
        "spare": [str(_spoken(ann, f"Spare {number}").pk) for number in range(SPARE)],
    }


def _key(user: User, **options: Any) -> str:
    return create_api_key(user=user, **options)[1]


def _transcripts(ann: User, ben: User, den: Room, attic: Room) -> dict[str, Transcript]:
    found = {
        "spoken": _spoken(ann, "Weekly"),
        "semi": _spoken(ann, "For us", share_mode=ShareMode.SEMI_PRIVATE),
        "public": _spoken(ann, "For all", share_mode=ShareMode.PUBLIC),
        "in_den": _spoken(ann, "In the den", room=den, source_kind=SourceKind.ROOM),
        "in_attic": _spoken(ann, "In the attic", room=attic, source_kind=SourceKind.ROOM),
        "erased": _spoken(ann, "Erased", audio_deleted=True, waveform=None),
        "bens": _spoken(ben, "Ben's own"),
    }
    for transcript in (found["spoken"], found["erased"]):
        _store(transcript)
    found["empty"] = create_transcript(user=ann, name="Empty")
    found["quiet"] = create_transcript(user=ann, name="Quiet")
    Topic.objects.create(
        transcript=found["quiet"], position=0, title="Silence", summary="Nothing.", timestamp=3.0, duration=4.0
    )
    return found


def _spoken(user: User, name: str, **fields: Any) -> Transcript:
    transcript = create_transcript(user=user, name=name)
    values: dict[str, Any] = {
        "status": TranscriptStatus.ENDED,
        "title": "The API ships in May",
        "short_summary": "They met.",
        "long_summary": "# Quick recap\n\nThey met.\n\n# Summary\n\n**All**\n\nThey met.",
        "summary_citations": {"short": [SENTENCE], "sections": [{"heading": "All", "sentences": [SENTENCE]}]},
        "action_items": ITEMS,
        "duration": 11_000.0,
        "waveform": WAVEFORM,
        **fields,
    }
    for field, value in values.items():
        setattr(transcript, field, value)
    transcript.save()
    Participant.objects.create(transcript=transcript, speaker=0, name="Ann", user=user)
    Participant.objects.create(transcript=transcript, speaker=None, name="Cid")
    _say(transcript)
    return transcript


def _say(transcript: Transcript) -> None:
    at, position = 0.0, 0
    for number, (title, said) in enumerate(SAID):
        length = float(sum(len(text.split()) for _, text in said))
        topic = Topic.objects.create(
            transcript=transcript,
            position=number,
            title=title,
            summary=f"About {title}.",
            timestamp=at,
            duration=length,
        )
        for speaker, text in said:
            words = [
                {"text": f" {word}", "start": at + index, "end": at + index + 1.0}
                for index, word in enumerate(text.split())
            ]
            Utterance.objects.create(
                transcript=transcript,
                topic=topic,
                position=position,
                speaker=speaker,
                start=at,
                end=at + len(words),
                text=text,
                words=words,
            )
            at, position = at + len(words), position + 1


def _store(transcript: Transcript) -> None:
    audio = vault.store(
        iter([MP3]),
        kind=AudioKind.PLAYBACK,
        transcript_id=transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="contract",
    )
    vault.adopt(audio)
