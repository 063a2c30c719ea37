"""What the history keeps of a change of fields. Who may read it is in the audit log, and cannot be undone here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.text import get_text_list

from accounts.models import User
from transcripts.domain import history
from transcripts.domain.snapshot import SENTENCES
from transcripts.enums import EditKind
from transcripts.models import Transcript

#: What the pipeline writes too. In a person's words it is theirs, until they empty it.
WRITTEN = frozenset({"name", "title", "short_summary", "long_summary", "action_items"})
_IN_WORDS = {
    "name": "name",
    "title": "title",
    "short_summary": "short summary",
    "long_summary": "long summary",
    "action_items": "decisions and next steps",
    "participants": "participants",
}


def document(transcript: Transcript, fields: Iterable[str], *, with_people: bool) -> dict[str, Any]:
    """What can be undone of `fields`, as it is now."""
    found = {name: getattr(transcript, name) for name in fields if name in WRITTEN}
    if SENTENCES.keys() & found.keys():
        found |= {"summary_citations": transcript.summary_citations}
    if found:
        found |= {"edited": transcript.edited}
    return found | ({"participants": history.people_of(transcript)} if with_people else {})


def note(transcript: Transcript, by: User, before: Mapping[str, Any], fields: Sequence[str]) -> bool:
    """Put it in the history, where `fields` are all that changed. Whether there was anything to note."""
    record = partial(history.record, transcript, kind=EditKind.FIELDS, by=by)
    changed = [name for name in _IN_WORDS if name in fields]
    erased = "audio_deleted" in fields and bool(transcript.audio_deleted)
    if changed:
        after = document(transcript, fields, with_people="participants" in before)
        record(description=_sentence(transcript, changed), before=before, after=after)
    if erased:
        record(description="Deleted the audio.", before={"audio_deleted": None}, after={"audio_deleted": True})
    return bool(changed) or erased


def _sentence(transcript: Transcript, changed: Sequence[str]) -> str:
    if len(changed) == 1 and changed[0] in ("name", "title") and (now := getattr(transcript, changed[0])):
        return f"Changed the {changed[0]} to “{now[:300]}”."
    return f"Changed the {get_text_list([_IN_WORDS[name] for name in changed], 'and')}."
