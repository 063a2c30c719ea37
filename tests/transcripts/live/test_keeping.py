"""What of a recording is in the database and the vault: taken up, added to, lost, let go, ended."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import av
import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from consent import vault
from consent.models import AudioKind, AudioObject
from reflector_site.events import log
from tests.transcripts.live.test_ogg import packets
from transcripts.domain.delete import delete_transcript
from transcripts.domain.recording import request_stop
from transcripts.enums import RunState, SourceKind, TranscriptStatus
from transcripts.live import keeping, ogg
from transcripts.live.keeping import Hold, Lost, Order
from transcripts.live.refusals import Refused
from transcripts.models import LiveRecording, Run, Transcript, Upload
from transcripts.pipeline import intake, runs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def tone() -> list[bytes]:
    return packets(4)


@pytest.fixture
def hold(transcript: Transcript) -> Hold:
    return keeping.take_up(transcript.pk)


def add(hold: Hold, sound: list[bytes]) -> None:
    keeping.add(hold, sound, silent_for=0.0)


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds))


def reason(work: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.status, str(refused.value)


def events(transcript: Transcript) -> list[str]:
    return [frame.name for frame in log.read(transcript.stream_key, 0, 100).frames]


def test_from_the_offer_to_the_run(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    transcript.refresh_from_db()
    assert (transcript.status, transcript.source_kind) == (TranscriptStatus.RECORDING, SourceKind.LIVE)
    add(hold, tone[:75])
    add(hold, tone[75:150])
    keeping.finish(hold)

    transcript.refresh_from_db()
    assert (transcript.status, transcript.duration) == (TranscriptStatus.UPLOADED, 3000.0)
    run = transcript.runs.get()
    assert (run.plan, run.state) == ("file", RunState.ACTIVE)
    assert events(transcript)[:5] == ["STATUS", "UPDATED", "DURATION", "STATUS", "UPDATED"]
    assert {audio.kind for audio in AudioObject.objects.live()} == {AudioKind.CHUNK}


def test_what_is_kept_is_one_recording(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    for start in range(0, 200, 50):
        add(hold, tone[start : start + 50])
    pieces = AudioObject.objects.live().order_by("uploadchunk__number")
    content = b"".join(block for piece in pieces for block in vault.stream(piece))
    with av.open(io.BytesIO(content)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 4 * ogg.RATE
    assert LiveRecording.objects.get().size == len(content)


def test_a_recording_of_one_piece_is_whole_already(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone)
    keeping.finish(hold)
    audio = AudioObject.objects.live().get()
    assert (audio.kind, audio.media_type) == (AudioKind.UPLOAD, "audio/ogg")


def test_a_recording_in_which_nothing_was_heard_never_was(transcript: Transcript, hold: Hold) -> None:
    keeping.finish(hold)
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.IDLE
    assert not Upload.objects.exists()
    assert not Run.objects.exists()
    keeping.take_up(transcript.pk)


def test_another_offer_is_refused_while_somebody_is_heard(
    transcript: Transcript, hold: Hold, tone: list[bytes]
) -> None:
    add(hold, tone[:50])
    keeping.renew(hold, silent_for=0.1)
    assert reason(lambda: keeping.take_up(transcript.pk)) == (
        409,
        "The transcript is being recorded by somebody else, or in another window. Stop that first.",
    )
    keeping.renew(hold, silent_for=keeping.QUIET + 0.1)
    second = keeping.take_up(transcript.pk)
    assert (second.epoch, second.pieces, second.samples) == (2, 1, 48_000)


def test_who_lost_a_recording_can_neither_add_nor_end(
    transcript: Transcript, hold: Hold, tone: list[bytes], stored_files: Callable[[], list[str]]
) -> None:
    keeping.let_go(hold, said_goodbye=False)
    second = keeping.take_up(transcript.pk)
    add(second, tone[:50])
    with pytest.raises(Lost):
        add(hold, tone[50:100])
    assert keeping.renew(hold, silent_for=0.0) == Order.LOST
    keeping.let_go(hold, said_goodbye=True)
    keeping.finish(hold)
    assert LiveRecording.objects.get(upload__finished_at=None).pieces == 1
    assert len(stored_files()) == 1


def test_silence_stands_for_the_time_in_between(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone[:50])
    keeping.let_go(hold, said_goodbye=False)
    with later(7):
        assert keeping.take_up(transcript.pk).away == pytest.approx(7, abs=1)


def test_a_piece_whose_answer_got_lost_is_kept_once(
    hold: Hold, tone: list[bytes], monkeypatch: pytest.MonkeyPatch, stored_files: Callable[[], list[str]]
) -> None:
    keep = keeping._keep

    def losing_the_answer(*arguments: object, **more: object) -> int:
        keep(*arguments, **more)  # type: ignore[arg-type]
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(keeping, "_keep", losing_the_answer)
    with pytest.raises(OperationalError):
        add(hold, tone[:50])
    monkeypatch.undo()
    add(hold, tone[:50])
    add(hold, tone[50:100])
    recording = LiveRecording.objects.get()
    assert (recording.pieces, recording.samples) == (2, 96_000)
    assert hold.size == recording.size
    assert len(stored_files()) == 2


def test_it_waits_for_its_client_and_then_ends(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone)
    keeping.renew(hold, silent_for=0.0)
    assert keeping.recover() == 0
    with later(keeping.LEASE + 1):  # the recorder was killed
        assert keeping.recover() == 0
    with later(61):
        assert keeping.recover() == 1
        assert keeping.recover() == 0
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.UPLOADED
    assert transcript.runs.filter(state=RunState.ACTIVE).exists()


def test_after_a_goodbye_it_waits_for_less(hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone)
    keeping.let_go(hold, said_goodbye=True)
    assert keeping.recover() == 0
    with later(keeping.AFTER_GOODBYE + 1):
        assert keeping.recover() == 1


def test_while_it_is_held_it_is_not_ended(hold: Hold, tone: list[bytes]) -> None:
    """A client that is connected and silent, for as long as it likes."""
    add(hold, tone)
    with later(3600):
        assert keeping.renew(hold, silent_for=3590.0) == Order.GO_ON
        assert keeping.recover() == 0


def test_a_stop_is_heard_by_who_holds_it(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone)
    assert runs.cancel(transcript)
    assert keeping.renew(hold, silent_for=0.0) == Order.STOP
    assert reason(lambda: keeping.take_up(transcript.pk))[0] == 409
    keeping.finish(hold)
    assert not request_stop(transcript)


def test_a_stop_that_nobody_hears_is_done_by_the_watchdog(
    transcript: Transcript, hold: Hold, tone: list[bytes]
) -> None:
    add(hold, tone)
    assert runs.cancel(transcript)
    assert keeping.recover() == 0
    with later(keeping.LEASE + 1):
        assert keeping.recover() == 1


def test_what_a_recorder_was_writing_when_it_was_killed_is_erased(
    transcript: Transcript, hold: Hold, tone: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(hold, tone)
    with monkeypatch.context() as killed:
        killed.setattr(vault, "abandon", lambda origin: None)
        killed.setattr(keeping, "_keep", lambda *arguments, **more: (_ for _ in ()).throw(OperationalError))
        with pytest.raises(OperationalError):
            add(hold, tone)
    assert AudioObject.objects.filter(adopted_at=None, verified_at=None).count() == 1
    keeping.let_go(hold, said_goodbye=False)
    keeping.take_up(transcript.pk)
    assert not AudioObject.objects.filter(adopted_at=None, verified_at=None).exists()


def test_deleting_the_transcript_takes_all_of_it(
    transcript: Transcript, hold: Hold, tone: list[bytes], stored_files: Callable[[], list[str]]
) -> None:
    add(hold, tone)
    delete_transcript(transcript)
    assert stored_files() == []
    assert keeping.renew(hold, silent_for=0.0) == Order.LOST
    with pytest.raises(Lost):
        add(hold, tone)
    assert stored_files() == []
    keeping.finish(hold)


def test_a_transcript_that_was_locked_meanwhile_is_kept_and_not_processed(
    transcript: Transcript, hold: Hold, tone: list[bytes]
) -> None:
    add(hold, tone)
    Transcript.objects.filter(pk=transcript.pk).update(locked=True)
    keeping.finish(hold)
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.UPLOADED
    assert not transcript.runs.exists()


def test_uploads_keep_away_from_recordings(transcript: Transcript, hold: Hold, tone: list[bytes]) -> None:
    add(hold, tone)
    assert intake.progress(transcript) is None
    assert not intake.give_up(transcript)
    with pytest.raises(intake.UploadRefused) as refused:
        intake.receive_chunk(transcript, number=0, total=2, content=io.BytesIO(b"abc"))
    assert (refused.value.status, str(refused.value)) == (409, "The transcript is being recorded. Stop that first.")
    with later(30 * 24 * 3600):
        assert intake.sweep() == 0
    with pytest.raises(runs.NotPossible):
        runs.process(transcript)


def test_what_cannot_be_recorded_to(new_transcript: Callable[..., Transcript], tmp_path: Path) -> None:
    def why(**fields: object) -> tuple[int, str]:
        return reason(lambda: keeping.take_up(new_transcript(**fields).pk))

    assert why(locked=True) == (400, "Transcript is locked")
    has_one = (409, "The transcript has a recording already. Make a new transcript to record again.")
    assert why(status=TranscriptStatus.ENDED) == why(source_url="https://example.org/a.mp3") == has_one
    uploading = new_transcript()
    intake.receive_chunk(uploading, number=0, total=2, content=io.BytesIO(b"abc"))
    assert reason(lambda: keeping.take_up(uploading.pk))[0] == 409
    busy = new_transcript()
    Run.objects.create(transcript=busy, plan="file", before={})
    assert reason(lambda: keeping.check(busy.pk))[0] == 409
    delete_transcript(gone := new_transcript())
    assert reason(lambda: keeping.check(gone.pk)) == (404, "Transcript not found")
