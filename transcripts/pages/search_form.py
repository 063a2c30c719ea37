"""What one may ask on the search page. All of it comes with the address, so that a search can be kept and sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django import forms

from transcripts.domain.search import Criteria
from transcripts.domain.search_query import LONGEST, MOST_TERMS, is_long, parse
from transcripts.enums import SourceKind, TranscriptStatus

SOURCES = [("", "Any source"), ("room", "Room"), ("file", "File or link"), ("live", "Recorded here")]
STATES = [
    ("", "Any status"),
    ("ended", "Finished"),
    ("processing", "Being processed"),
    ("uploaded", "Waiting"),
    ("recording", "Recording"),
    ("idle", "Without audio"),
    ("error", "Failed"),
]
assert {value for value, _ in SOURCES[1:]} == set(SourceKind.values)
assert {value for value, _ in STATES[1:]} == set(TranscriptStatus.values)


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Search transcripts",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "What was said, by whom, about what", "data-search": ""}
        ),
        error_messages={"max_length": f"Ask in {LONGEST} characters at most."},
    )
    speaker = forms.CharField(label="Who took part", required=False, max_length=200)
    room = forms.ChoiceField(label="Room", required=False)
    source = forms.ChoiceField(label="Source", required=False, choices=SOURCES)
    status = forms.ChoiceField(label="Status", required=False, choices=STATES)

    def __init__(self, given: Any, *, rooms: Sequence[tuple[uuid.UUID, str]]) -> None:
        super().__init__(given)
        choices = [("", "Any room"), *((str(room), name) for room, name in rooms)]
        self.fields["room"] = forms.ChoiceField(label="Room", required=False, choices=choices)
        for name, label in (("from", "From"), ("to", "To")):
            self.fields[name] = forms.DateField(
                label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )

    def clean_q(self) -> str:
        typed: str = self.cleaned_data["q"]
        if is_long(parse(typed)):
            raise forms.ValidationError(f"Ask for {MOST_TERMS} words at most.")
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = {**(super().clean() or {})}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", "This day is before the other one.")
        return cleaned

    def asked(self) -> dict[str, str]:
        """All that was given, as it stands in the address."""
        return {name: self.data[name] for name in self.fields if self.data.get(name, "").strip()}

    def criteria(self) -> Criteria:
        """Of a form that is valid. Days are those of UTC, as the page shows them."""
        cleaned = self.cleaned_data
        return Criteria(
            q=cleaned["q"],
            room_id=uuid.UUID(cleaned["room"]) if cleaned["room"] else None,
            source_kind=cleaned["source"] or None,
            status=cleaned["status"] or None,
            speaker=cleaned["speaker"],
            created_from=_at(cleaned["from"], time.min),
            created_to=_at(cleaned["to"], time.max),
        )


def _at(day: date | None, moment: time) -> datetime | None:
    return None if day is None else datetime.combine(day, moment, UTC)
