"""What people have corrected survives another run, unless they ask for the opposite. Real runs of the file plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import User
from tests.transcripts.pipeline import canned
from transcripts.domain import undo
from transcripts.domain.change import update_transcript
from transcripts.domain.participants import add_participant
from transcripts.domain.refusals import InTheWay
from transcripts.domain.speakers import assign_speaker, merge_speakers
from transcripts.domain.words import edit_text
from transcripts.models import Participant, Transcript
from transcripts.pipeline import ledger, runs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

Find = Callable[..., None]


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Find:
    """What the engines find from now on: speakers of thirds of the time, and the words as `spelt` has them."""

    def choose(*speakers: int, spelt: str = "word") -> None:
        def result(claim: ledger.Claim) -> dict[str, Any]:
            found = plain(claim)
            if "words" in found:
                found["words"] = [word | {"text": f" {spelt}{n}"} for n, word in enumerate(found["words"])]
            if "language" not in found and "words" in found:
                found["words"] = [word | {"speaker": speakers[n // 20]} for n, word in enumerate(found["words"])]
            return found

        monkeypatch.setattr(canned, "result", result)

    plain = canned.result
    return choose


@pytest.fixture
def ended(transcript: Transcript) -> Transcript:
    """Sixty words in thirty seconds: speaker 0, then 1, then 0 again, ten seconds each."""
    canned.work(runs.process(canned.uploaded(transcript)))
    return Transcript.objects.get(pk=transcript.pk)


def again(transcript: Transcript, **how: Any) -> Transcript:
    canned.work(runs.process(transcript, **how))
    return Transcript.objects.get(pk=transcript.pk)


def said(transcript: Transcript) -> list[tuple[int, str, int]]:
    """Speaker, first word and how many."""
    return [(u.speaker, u.words[0]["text"].strip(), len(u.words)) for u in transcript.utterances.all()]


def correct(transcript: Transcript, by: User, old: str, new: str) -> None:
    row = next(row for row in transcript.utterances.all() if old in row.text)
    edit_text(transcript, by=by, utterance_id=row.pk, text=row.text.replace(old, new).strip(), seen=row.text)


def texts(transcript: Transcript) -> str:
    return " ".join(row.text for row in transcript.utterances.all())


def test_what_a_person_wrote_stays_over_the_time_it_covers(ended: Transcript, owner: User, finds: Find) -> None:
    correct(ended, owner, "word5 word6", "five six and")
    finds(0, 1, 0, spelt="heard")
    found = again(ended)
    assert texts(found).startswith("heard0 heard1 heard2 heard3 heard4 five six and heard7 heard8")
    assert [word.get("edited", False) for word in found.utterances.all()[0].words[4:9]] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert texts(again(found)) == texts(found)


def test_what_a_person_took_out_stays_out(ended: Transcript, owner: User, finds: Find) -> None:
    correct(ended, owner, "word5 word6 ", "")
    finds(0, 1, 0, spelt="heard")
    assert texts(again(ended)).startswith("heard0 heard1 heard2 heard3 heard4 heard7 heard8")


def test_who_spoke_stays_while_words_are_heard_anew(ended: Transcript, owner: User, finds: Find) -> None:
    assign_speaker(ended, by=owner, timestamp_from=2, timestamp_to=3, speaker=4)
    finds(0, 1, 0, spelt="heard")
    assert said(again(ended)) == [
        (0, "heard0", 4),
        (4, "heard4", 3),
        (0, "heard7", 13),
        (1, "heard20", 20),
        (0, "heard40", 20),
    ]


def test_names_stay_with_their_voices(ended: Transcript, owner: User, finds: Find) -> None:
    add_participant(ended, by=owner, name="Ann", speaker=0)
    add_participant(ended, by=owner, name="Bob", speaker=1)
    finds(1, 0, 2)
    assert said(again(ended)) == [(0, "word0", 20), (1, "word20", 20), (2, "word40", 20)]


def test_a_merge_stays(ended: Transcript, owner: User) -> None:
    merge_speakers(ended, by=owner, speaker_from=1, speaker_to=0)
    assert {row.speaker for row in again(ended).utterances.all()} == {0}


def test_a_new_voice_gets_a_number_that_is_nobodys(ended: Transcript, owner: User, finds: Find) -> None:
    add_participant(ended, by=owner, name="Ann", speaker=0)
    add_participant(ended, by=owner, name="Silent", speaker=2)
    finds(5, 6, 7)
    assert said(again(ended)) == [(0, "word0", 20), (1, "word20", 20), (3, "word40", 20)]


def test_without_names_and_corrections_speakers_are_as_found(ended: Transcript, finds: Find) -> None:
    finds(1, 0, 2)
    assert said(again(ended)) == [(1, "word0", 20), (0, "word20", 20), (2, "word40", 20)]


def test_while_nobody_has_told_speakers_apart_those_of_before_speak(ended: Transcript, owner: User) -> None:
    """The words appear before their speakers are found; a failure between the two must not lose who is who."""
    add_participant(ended, by=owner, name="Bob", speaker=1)
    run = runs.process(ended)
    canned.work(run, until="diarize")
    assert said(ended) == [(0, "word0", 20), (1, "word20", 20), (0, "word40", 20)]


FIELDS = {"title": "Mine", "short_summary": "Short.", "long_summary": "Long.", "action_items": None}


def test_fields_that_a_person_wrote_stay(ended: Transcript, owner: User) -> None:
    items = {"decisions": [], "next_steps": [{"task": "Mine", "assigned_to": None, "deadline": None, "context": None}]}
    update_transcript(ended, by=owner, **{**FIELDS, "action_items": items})  # type: ignore[arg-type]
    found = again(ended)
    assert (found.title, found.short_summary, found.long_summary) == ("Mine", "Short.", "Long.")
    assert found.action_items is not None
    assert [step["task"] for step in found.action_items["next_steps"]] == ["Mine"]
    assert found.summary_citations == {}
    assert found.quality is not None


def test_one_summary_of_a_person_and_one_of_the_program(ended: Transcript, owner: User) -> None:
    update_transcript(ended, by=owner, short_summary="Short.")
    found = again(ended)
    assert (found.short_summary, list(found.summary_citations)) == ("Short.", ["sections"])
    assert found.long_summary is not None
    assert "The budget is fine." in found.long_summary


def test_discarding_makes_all_anew_and_says_so(ended: Transcript, owner: User) -> None:
    correct(ended, owner, "word5", "five")
    assign_speaker(ended, by=owner, timestamp_from=2, timestamp_to=3, speaker=4)
    update_transcript(ended, by=owner, title="Mine")
    add_participant(ended, by=owner, name="Bob", speaker=1)
    found = again(ended, keep_edits=False, by=owner)
    assert (found.title, found.edited) == ("A meeting about the budget", [])
    assert said(found) == [(0, "word0", 20), (1, "word20", 20), (0, "word40", 20)]
    assert not any(word.keys() & {"edited", "assigned"} for row in found.utterances.all() for word in row.words)
    assert [person.name for person in found.participants.all()] == ["Bob"]
    newest = found.edits.all()[0]
    assert (newest.kind, newest.by_name) == ("discarded", "Olivia")
    with pytest.raises(InTheWay, match="cannot be brought back"):
        undo.undo(found, number=newest.number, by=owner)
    assert "five" not in texts(again(found))


def test_cancelling_brings_back_what_would_have_been_discarded(ended: Transcript, owner: User) -> None:
    correct(ended, owner, "word5", "five")
    update_transcript(ended, by=owner, title="Mine")
    run = runs.process(ended, keep_edits=False, by=owner)
    canned.work(run, until="check")
    assert "five" not in texts(ended)
    runs.cancel(ended)
    found = Transcript.objects.get(pk=ended.pk)
    assert (found.title, found.edited) == ("Mine", ["title"])
    assert "five" in texts(found)
    assert found.edits.all()[0].undone_at is not None


def test_what_is_written_during_a_run_outlives_its_end_and_its_cancel(ended: Transcript, owner: User) -> None:
    run = runs.process(ended)
    canned.work(run, until="title")
    update_transcript(ended, by=owner, title="Mine")
    canned.work(run, until="check")
    runs.cancel(ended)
    found = Transcript.objects.get(pk=ended.pk)
    assert (found.title, found.edited) == ("Mine", ["title"])
    assert again(found).title == "Mine"


def test_an_undo_during_a_run_outlives_its_cancel(ended: Transcript, owner: User) -> None:
    update_transcript(ended, by=owner, title="Mine")
    run = runs.process(ended)
    canned.work(run, until="topics")
    undo.undo(ended, number=1, by=owner)
    runs.cancel(ended)
    found = Transcript.objects.get(pk=ended.pk)
    assert (found.title, found.edited) == ("A meeting about the budget", [])


def test_trying_again_after_a_failure_is_to_discard_still(ended: Transcript, owner: User) -> None:
    correct(ended, owner, "word5", "five")
    run = runs.process(ended, keep_edits=False, by=owner)
    canned.work(run, until="transcribe")
    part = canned._next(run)
    assert part is not None
    claim = ledger.claim(part.pk, worker="canned:1")
    assert claim is not None
    ledger.fail(claim, "No.", permanent=True)
    canned.work(run)
    assert "five" not in texts(again(ended))


# --- the doors


def test_the_api_asks_for_it(ended: Transcript, owners: APIClient) -> None:
    assert owners.post(f"/v1/transcripts/{ended.pk}/process?keep_edits=false").json() == {"status": "ok"}
    assert ended.runs.all()[0].keep_edits is False
    assert ended.edits.get().by_name == "Olivia"


def test_the_command_asks_for_it(ended: Transcript) -> None:
    call_command("reprocess", str(ended.pk), "--discard-edits")
    assert ended.runs.all()[0].keep_edits is False
    assert ended.edits.get().by_name == "Reflector"


def test_participants_may_be_named_while_it_runs(ended: Transcript, owner: User) -> None:
    run = runs.process(ended)
    canned.work(run, until="align")
    add_participant(ended, by=owner, name="Bob", speaker=1)
    canned.work(run)
    assert Participant.objects.get().speaker == 1
    assert said(ended)[1] == (1, "word20", 20)
