"""Every verb names, by the events that it appends, whatever viewers see differ after it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from meetings.models import Room
from reflector_site.events import bell
from transcripts.domain import undo
from transcripts.domain.change import Changes, update_transcript
from transcripts.domain.create import create_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.participants import add_participant, change_participant, remove_participant
from transcripts.domain.sample import sample_path
from transcripts.domain.speakers import assign_speaker, merge_speakers
from transcripts.domain.words import edit_text
from transcripts.enums import PartState, ShareMode
from transcripts.live import keeping, ogg
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import intake, ledger, runs

from .page_follows import EVERYTHING, LIVE, PageFollows, listening, table
from .pipeline import canned

New = Callable[..., Transcript]


@pytest.fixture
def follows(
    transactional_db: None, owner: User, stranger: User, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PageFollows]:
    """Two people look: the owner, and one who sees what is shared."""
    follows = PageFollows(owner, stranger)
    monkeypatch.setattr(bell, "ring", listening(follows))
    yield follows
    assert not follows.unexplained, "\n".join(follows.unexplained)


@pytest.fixture
def shared(follows: PageFollows, new_transcript: New) -> Transcript:
    return new_transcript(share_mode=ShareMode.SEMI_PRIVATE)


def run_on(follows: PageFollows, run: Run, *, until: str | None = None) -> None:
    """Claim and finish part after part."""
    while (part := canned._next(run)) and part.step.name != until:
        claim = follows(lambda part=part: ledger.claim(part.pk, worker="canned:1"), f"claiming {part.step.name}")
        assert claim is not None
        found = canned.result(claim)
        follows(lambda claim=claim, found=found: ledger.finish(claim, found), f"finishing {part.step.name}")


def fail(follows: PageFollows, run: Run, *, permanent: bool) -> None:
    part = canned._next(run)
    assert part is not None
    claim = follows(lambda: ledger.claim(part.pk, worker="canned:1"), "claiming")
    assert claim is not None
    what = f"failing {part.step.name} {'for good' if permanent else 'for now'}"
    follows(lambda: ledger.fail(claim, "The engine is away.", permanent=permanent), what)
    Part.objects.filter(state=PartState.READY).update(not_before=None)


def ended(run: Run, state: str) -> None:
    run.refresh_from_db()
    assert run.state == state


def test_the_table_is_that_of_the_pages() -> None:
    of_page, of_list = table("transcript.ts"), table("list.ts")
    assert of_page["STATUS"] == of_page["RESET"] == EVERYTHING
    assert of_page["WAVEFORM"] == {"audio", "picture"}
    assert of_page["PROGRESS"] >= {"standing"}
    cases = {"transcript.ts": of_page, "list.ts": of_list}
    for source, found in cases.items():
        assert (LIVE / source).read_text(encoding="utf-8").count("case ") == len(found), source


def test_creating(follows: PageFollows, owner: User) -> None:
    follows(lambda: create_transcript(user=owner, name="Weekly"), "creating")


def test_changing_each_thing(follows: PageFollows, shared: Transcript, owner: User) -> None:
    canned.uploaded(shared)
    run = runs.process(shared)
    while part := canned._next(run):
        claim = ledger.claim(part.pk, worker="canned:1")
        assert claim is not None
        ledger.finish(claim, canned.result(claim))
    room = Room.objects.create(name="den", user=owner, is_shared=True)
    changes: list[Changes] = [
        {"name": "Weekly with Ann"},
        {"title": "Money"},
        {"title": None},
        {"short_summary": "They met."},
        {"long_summary": "They met, and so on."},
        {"action_items": {"decisions": [{"decision": "Go on"}], "next_steps": []}},
        {"participants": [{"name": "Ann", "speaker": 0}]},
        {"locked": True, "reviewed": True},
        {"audio_deleted": True},
        {"room_id": room.pk},
        {"share_mode": "private"},
        {"room_id": None},
        {"share_mode": "public"},
    ]
    for change in changes:
        follows(lambda change=change: update_transcript(shared, by=owner, **change), f"changing {[*change]}")


def test_uploading_the_last_piece(follows: PageFollows, shared: Transcript) -> None:
    content = sample_path().read_bytes()
    half = len(content) // 2
    for number, piece in enumerate((content[:half], content[half:])):
        follows(
            lambda number=number, piece=piece: intake.receive_chunk(
                shared, number=number, total=2, content=io.BytesIO(piece)
            ),
            f"piece {number}",
        )
    follows(lambda: runs.cancel(shared), "cancelling what waits")


def test_a_run_step_by_step_and_once_more(follows: PageFollows, shared: Transcript) -> None:
    canned.uploaded(shared)
    run = follows(lambda: runs.process(shared), "processing")
    run_on(follows, run)
    ended(run, "ended")
    again = follows(lambda: runs.process(shared), "processing again")
    run_on(follows, again)
    ended(again, "ended")
    follows(lambda: intake.receive_file(shared, sample_path().open("rb")), "uploading another file")


def test_cancelling_in_the_middle(follows: PageFollows, shared: Transcript) -> None:
    canned.uploaded(shared)
    run = runs.process(shared)
    run_on(follows, run)
    again = follows(lambda: runs.process(shared), "processing again")
    run_on(follows, again, until="title")
    part = canned._next(again)
    assert part is not None
    claim = ledger.claim(part.pk, worker="canned:1")
    assert claim is not None
    follows(lambda: runs.cancel(shared), "asking to cancel")
    follows(lambda: ledger.settle_cancel(claim), "the worker stopping")
    ended(again, "cancelled")


@pytest.mark.parametrize("until", ["probe", "transcribe", "diarize", "topics", "title", "playback"])
def test_failing_and_trying_again(follows: PageFollows, shared: Transcript, until: str) -> None:
    canned.uploaded(shared)
    run = runs.process(shared)
    canned.work(run, until=until)
    fail(follows, run, permanent=False)
    fail(follows, run, permanent=True)
    run_on(follows, run)
    run.refresh_from_db()
    if run.state == "failed":
        again = follows(lambda: runs.process(shared), "trying again")
        run_on(follows, again)
        ended(again, "ended")


def test_leases_that_lapse(follows: PageFollows, shared: Transcript) -> None:
    canned.uploaded(shared)
    run = runs.process(shared)
    canned.work(run, until="transcribe")
    for _ in range(3):
        part = canned._next(run)
        if part is None:
            break
        ledger.claim(part.pk, worker="canned:1")
        Part.objects.filter(pk=part.pk).update(lease_until="2026-01-01T00:00Z")
        follows(ledger.recover, "recovering")
        Part.objects.filter(state=PartState.READY).update(not_before=None)


@pytest.mark.parametrize("heard", [True, False])
def test_recording(follows: PageFollows, shared: Transcript, heard: bool) -> None:
    hold = follows(lambda: keeping.take_up(shared.pk), "taking an offer")
    if heard:
        for _ in range(2):
            follows(lambda: keeping.add(hold, [ogg.SILENCE] * 50, silent_for=0.0), "a piece")
    follows(lambda: runs.cancel(shared), "asking to stop")
    follows(lambda: keeping.finish(hold), "the end")


def test_edits_and_their_undo(follows: PageFollows, shared: Transcript, owner: User) -> None:
    """People, speakers and words, one after the other, each taken back and done again."""
    canned.uploaded(shared)
    canned.work(runs.process(shared))
    step = {"task": "Send it", "assigned_to": "Speaker 1", "deadline": None, "context": None}
    Transcript.objects.filter(pk=shared.pk).update(action_items={"decisions": [], "next_steps": [step]})
    ann = follows(lambda: add_participant(shared, by=owner, name="Ann", speaker=1), "adding")
    follows(lambda: change_participant(shared, by=owner, participant_id=ann.pk, name="Anna"), "renaming")
    follows(lambda: add_participant(shared, by=owner, name="Bob"), "adding one without a voice")
    bob = shared.participants.get(name="Bob").pk
    span = {"timestamp_from": 2.0, "timestamp_to": 14.0}
    follows(lambda: assign_speaker(shared, by=owner, participant_id=bob, **span), "assigning")
    follows(lambda: merge_speakers(shared, by=owner, speaker_from=0, speaker_to=1), "merging")
    row = shared.utterances.all()[0]
    follows(lambda: edit_text(shared, by=owner, utterance_id=row.pk, text="Other", seen=row.text), "correcting")
    last = shared.utterances.last()
    assert last is not None
    follows(lambda: edit_text(shared, by=owner, utterance_id=last.pk, text="", seen=last.text), "taking out")
    follows(lambda: remove_participant(shared, by=owner, participant_id=ann.pk), "removing")
    numbers = list(shared.edits.order_by("-number").values_list("number", flat=True))
    assert len(numbers) == 8
    for number in numbers:
        follows(lambda number=number: undo.undo(shared, number=number, by=owner), f"undoing {number}")
    for number in reversed(numbers):
        follows(lambda number=number: undo.redo(shared, number=number, by=owner), f"doing {number} again")
    follows(lambda: runs.process(shared, keep_edits=False, by=owner), "discarding all")
    follows(lambda: runs.cancel(shared), "cancelling that")


def test_deleting(follows: PageFollows, shared: Transcript) -> None:
    follows(lambda: delete_transcript(shared), "deleting")


def test_admins(follows: PageFollows, shared: Transcript) -> None:
    canned.uploaded(shared)
    browser = Client()
    browser.force_login(User.objects.create_superuser("admin@example.org", "correct horse battery"))
    for action in ("process_again", "cancel", "delete_selected"):
        data = {"action": action, "_selected_action": [str(shared.pk)], "post": "yes"}
        address = reverse("admin:transcripts_transcript_changelist")
        answer = follows(lambda data=data, address=address: browser.post(address, data), f"admin: {action}")
        assert answer.status_code == 302
    assert not Transcript.objects.exists()
