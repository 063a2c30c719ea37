"""What was said, corrected: the text of one utterance. Words that survive keep their times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import User
from transcripts.domain import history, rows
from transcripts.domain.locks import lock_words
from transcripts.domain.refusals import InTheWay, NotThere
from transcripts.domain.retiming import retimed
from transcripts.domain.sequence import Spoken, difference, settle
from transcripts.domain.spoken import one_line
from transcripts.enums import EditKind
from transcripts.models import Edit, Transcript

QUOTED = 60  # characters of a text that a description repeats


class ChangedMeanwhile(InTheWay):
    """Somebody else has changed it since it was looked at. `text` is what it says now."""

    def __init__(self, text: str) -> None:
        super().__init__("Somebody has changed this text while you were writing. Look at it again, then save yours.")
        self.text = text


@transaction.atomic
def edit_text(transcript: Transcript, *, by: User, utterance_id: int, text: str, seen: str) -> Edit | None:
    """Make an utterance say `text`; an empty one takes it away. `seen` is what it said when the person began.

    None when it says so already. Raises NotThere, ChangedMeanwhile, InTheWay.
    """
    locked = lock_words(transcript)
    table, words = rows.read(locked)
    row = next((row for row in table if row.pk == utterance_id), None)
    if row is None:
        raise NotThere("Utterance not found")
    text = one_line(text)
    if one_line(row.text) == text:
        return None
    if one_line(row.text) != one_line(seen):
        raise ChangedMeanwhile(row.text)
    begin = next(place for place, one in enumerate(words) if one.row == row.pk)
    end = next((place for place in range(begin, len(words)) if words[place].row != row.pk), len(words))
    said = _said(words[begin:end], text)
    new = settle([*words[:begin], *said, *words[end:]])
    before, after = difference(words, new)
    touched = rows.write(locked, table, new)
    description = _in_words([one.word["text"] for one in words[begin:end]], [one.word["text"] for one in said])
    edit = history.record(locked, kind=EditKind.WORDS, by=by, description=description, before=before, after=after)
    rows.announce_words(locked, touched, [], by)
    return edit


def _said(words: Sequence[Spoken], text: str) -> list[Spoken]:
    """The utterance's words as they are when it says `text`."""
    head = words[0]
    return [
        replace(head, word=word, first=place == 0, loose=head.loose and place == 0)
        for place, word in enumerate(retimed([one.word for one in words], text))
    ]


def _in_words(old: Sequence[str], new: Sequence[str]) -> str:
    """What is different, as a sentence: from the first word that differs to the last."""
    shorter = min(len(old), len(new))
    begin = next((n for n in range(shorter) if old[n].strip() != new[n].strip()), shorter)
    rest = shorter - begin
    tail = next((n for n in range(rest) if old[-1 - n].strip() != new[-1 - n].strip()), rest)
    was, now = (_short(one_line("".join(words[begin : len(words) - tail]))) for words in (old, new))
    if not was:
        return f"Added “{now}”."
    return f"Changed “{was}” to “{now}”." if now else f"Removed “{was}”."


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else text[:QUOTED].rstrip() + "…"
