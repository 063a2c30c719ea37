"""Verbs that lock the same rows at the same time wait for each other, and none of them is told of a deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, transaction

from consent import vault
from consent.models import AudioKind
from tests.concurrency.conftest import Diary, start, until_somebody_waits
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import part_of, take
from transcripts.domain import results
from transcripts.domain.delete import delete_transcript
from transcripts.domain.locks import lock_with_runs
from transcripts.events import FinalTitle, announce
from transcripts.models import Part, Run, Transcript, Upload, UploadChunk
from transcripts.pipeline import intake, ledger, runs
from transcripts.pipeline.audio import MediaInfo
from transcripts.pipeline.failures import Lost
from transcripts.pipeline.steps.base import Json

pytestmark = pytest.mark.django_db(transaction=True)

Begin = Callable[..., Run]


class Finishing:
    """A step whose saving stops half-way, with the run locked, until it is told to go on."""

    def __init__(self, diary: Diary) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.step = diary.step("a")
        object.__setattr__(self.step.work, "save", self._save)

    def _save(self, run: Run, found: Sequence[Json]) -> None:
        self.reached.set()
        assert self.go_on.wait(10)
        results.save_title(run.transcript, "Weekly")


def test_deleting_waits_for_a_worker_that_is_finishing(begin: Begin, diary: Diary) -> None:
    finishing = Finishing(diary)
    run = begin(finishing.step)
    claim = take(run, "a")
    with ThreadPoolExecutor(2) as pool:
        worker = start(pool, lambda: ledger.finish(claim, {}))
        assert finishing.reached.wait(10)
        deleting = start(pool, lambda: delete_transcript(run.transcript))
        until_somebody_waits()
        finishing.go_on.set()
        assert (worker.result(10), deleting.result(10)) == (None, None)
    assert not Transcript.objects.exists()
    assert not Part.objects.exists()


def test_a_worker_that_finishes_after_a_deletion_has_lost_its_part(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            delete_transcript(run.transcript)
            worker = start(pool, lambda: ledger.finish(claim, {}))
            until_somebody_waits()
        assert isinstance(worker.exception(10), Lost)
    assert diary.names == []


def test_deleting_waits_for_somebody_who_renames(transcript: Transcript) -> None:
    """A verb that writes the transcript and then announces it: both take the transcript before the streams."""
    half_way, go_on = threading.Event(), threading.Event()

    def rename() -> None:
        with transaction.atomic():
            found = Transcript.objects.select_for_update().get(pk=transcript.pk)
            half_way.set()
            assert go_on.wait(10)
            announce(found, FinalTitle(title="Renamed"))

    with ThreadPoolExecutor(2) as pool:
        renaming = start(pool, rename)
        assert half_way.wait(10)
        deleting = start(pool, lambda: delete_transcript(transcript))
        until_somebody_waits()
        go_on.set()
        assert (renaming.result(10), deleting.result(10)) == (None, None)
    assert not Transcript.objects.exists()


def test_deleting_twice_at_once_is_deleting(transcript: Transcript) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = [start(pool, lambda: delete_transcript(Transcript(pk=transcript.pk))) for _ in range(2)]
        assert [one.result(10) for one in both] == [None, None]
    assert not Transcript.objects.exists()


def test_a_run_that_begins_while_a_lock_is_awaited_is_locked_too(begin: Begin, diary: Diary) -> None:
    """Else a worker could hold the new run and wait for the transcript, and we the other way round."""
    run = begin(diary.step("a"))
    ledger.cancel(run)
    canned.uploaded(run.transcript)
    locked, done = threading.Event(), threading.Event()

    def lock() -> None:
        with transaction.atomic():
            lock_with_runs(run.transcript_id)
            locked.set()
            assert done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Transcript.objects.select_for_update().get(pk=run.transcript_id)
            locking = start(pool, lock)
            until_somebody_waits()
            new = Run.objects.create(transcript_id=run.transcript_id, plan="test", before={})
        assert locked.wait(10)
        with pytest.raises(OperationalError, match="could not obtain lock"), transaction.atomic():
            Run.objects.select_for_update(nowait=True).get(pk=new.pk)
        done.set()
        locking.result(10)


MEDIA = MediaInfo(
    duration=30.0,
    channels=1,
    sample_rate=44100,
    codec="mp3",
    container="mp3",
    extension="mp3",
    mime="audio/mpeg",
    has_video=False,
)


def all_pieces_here(transcript: Transcript) -> Upload:
    """An upload whose only piece is here."""
    upload = Upload.objects.create(transcript=transcript, total_chunks=1)
    piece = vault.store(
        iter([b"sound"]),
        kind=AudioKind.CHUNK,
        transcript_id=transcript.pk,
        extension="part",
        media_type="application/octet-stream",
        origin="upload:1",
    )
    vault.adopt(piece)
    UploadChunk.objects.create(upload=upload, number=0, audio=piece)
    return upload


def test_an_upload_does_not_take_the_place_of_what_is_being_processed(begin: Begin, diary: Diary) -> None:
    """The run began while the last piece came in. The worker is finishing; the upload waits, and is refused."""
    finishing = Finishing(diary)
    run = begin(finishing.step, diary.step("b", "a"))
    upload = all_pieces_here(run.transcript)
    claim = take(run, "a")
    with ThreadPoolExecutor(2) as pool:
        worker = start(pool, lambda: ledger.finish(claim, {}))
        assert finishing.reached.wait(10)
        taking = start(pool, lambda: intake._take(upload, MEDIA))
        until_somebody_waits()
        finishing.go_on.set()
        assert worker.result(10) is None
        refused = taking.exception(10)
    assert isinstance(refused, intake.UploadRefused)
    assert (str(refused), refused.status) == ("The transcript is being processed. Cancel that first.", 409)
    assert part_of(run, "b").state == "ready"


def test_two_requests_that_complete_an_upload_start_one_run(transcript: Transcript) -> None:
    upload = all_pieces_here(transcript)
    with ThreadPoolExecutor(2) as pool:
        both = [start(pool, lambda: intake._take(upload, MEDIA)) for _ in range(2)]
        found = [one.result(10) for one in both]
    assert found == [transcript.runs.get()] * 2


def test_an_upload_to_a_deleted_transcript_is_refused(transcript: Transcript) -> None:
    upload = all_pieces_here(transcript)
    delete_transcript(transcript)
    with pytest.raises(intake.UploadRefused, match="deleted"):
        intake._take(upload, MEDIA)


def test_two_people_who_press_process_start_one_run(transcript: Transcript) -> None:
    canned.uploaded(transcript)
    with ThreadPoolExecutor(2) as pool:
        both = [start(pool, lambda: runs.process(transcript)) for _ in range(2)]
        ends = sorted(type(one.exception(10)).__name__ for one in both)
    assert ends == ["AlreadyRunning", "NoneType"]
    assert transcript.runs.count() == 1
