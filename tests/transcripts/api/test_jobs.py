"""POST …/process and …/cancel, and /v1/jobs: from an upload to what one reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests import media
from tests.transcripts.api.test_upload import send
from transcripts.domain.sample import sample_path
from transcripts.enums import PartState, RunState, StepState
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline.plans import FILE

OK = {"status": "ok"}


def post(client: APIClient, transcript: Transcript, verb: str, **query: str) -> tuple[int, dict[str, str]]:
    answer = client.post(f"/v1/transcripts/{transcript.pk}/{verb}", query_params=query)
    return answer.status_code, answer.json()


@pytest.fixture
def uploaded(owners: APIClient, transcript: Transcript, transactional_db: None) -> Transcript:
    assert send(owners, transcript, media.wav(4)).status_code == 200
    return transcript


# --- process


def test_nothing_to_process(owners: APIClient, transcript: Transcript) -> None:
    assert post(owners, transcript, "process") == (400, {"detail": "Recording is not ready for processing"})


def test_locked(owners: APIClient, new_transcript: Callable[..., Transcript]) -> None:
    assert post(owners, new_transcript(locked=True), "process") == (400, {"detail": "Recording is locked"})


def test_already_running(owners: APIClient, uploaded: Transcript) -> None:
    assert post(owners, uploaded, "process") == (200, {"status": "already running"})
    assert Run.objects.count() == 1


def test_from_a_file_to_what_one_reads(owners: APIClient, transcript: Transcript, drain: Callable[[], None]) -> None:
    send(owners, transcript, sample_path().read_bytes())
    drain()
    found = owners.get(f"/v1/transcripts/{transcript.pk}").json()
    assert (found["status"], found["error"]) == ("ended", "")
    assert found["transcript"]
    assert found["engines"]["transcription"]["engine"] == "fixed-cost"
    assert (found["run"]["state"], found["run"]["percent"], found["run"]["stage"]) == ("ended", 100, "Complete")
    assert [step["name"] for step in found["run"]["steps"]] == FILE.names()
    assert {step["state"] for step in found["run"]["steps"]} == {"done"}
    assert len(owners.get(f"/v1/transcripts/{transcript.pk}/audio/waveform").json()["data"]) == 255
    assert owners.get(f"/v1/transcripts/{transcript.pk}/audio/mp3")["Content-Type"] == "audio/mpeg"
    assert owners.get(f"/v1/transcripts/{transcript.pk}/topics").json()
    again = post(owners, transcript, "process", from_step="topics")
    assert again == (200, OK)
    carried = dict(Run.objects.first().steps.values_list("name", "carried"))  # type: ignore[union-attr]
    assert (carried["transcribe"], carried["topics"], carried["title"]) == (True, False, False)


def test_a_step_that_there_is_not(owners: APIClient, uploaded: Transcript) -> None:
    post(owners, uploaded, "cancel")
    status, body = post(owners, uploaded, "process", from_step="dance")
    assert status == 400
    assert body["detail"].startswith("There is no step 'dance'. Choose one of: gather, probe,")


# --- cancel


def test_cancel(owners: APIClient, uploaded: Transcript) -> None:
    assert post(owners, uploaded, "cancel") == (200, OK)
    assert post(owners, uploaded, "cancel") == (200, {"status": "not running"})
    assert owners.get(f"/v1/transcripts/{uploaded.pk}").json()["run"]["state"] == "cancelled"
    assert post(owners, uploaded, "process") == (200, OK)


def test_cancel_a_job(owners: APIClient, uploaded: Transcript) -> None:
    run = Run.objects.get()
    assert owners.post(f"/v1/jobs/{run.pk}/cancel").json() == OK
    assert owners.post(f"/v1/jobs/{run.pk}/cancel").json() == {"status": "not running"}
    assert owners.get(f"/v1/jobs/{run.pk}").json()["state"] == "cancelled"


# --- jobs


def test_a_job(owners: APIClient, uploaded: Transcript) -> None:
    run = Run.objects.get()
    found = owners.get(f"/v1/jobs/{run.pk}").json()
    states = {step["name"]: step["state"] for step in found.pop("steps")}
    assert found.pop("estimated_remaining") > 0
    stages = found.pop("stages")
    assert [stage["name"] for stage in stages] == FILE.stages()
    assert stages[0] == {
        "name": "Reading the file", "state": "working", "started_at": None, "finished_at": None, "seconds": None,
    }  # fmt: skip
    assert (states["gather"], states["probe"], states["read"]) == ("done", "open", "waiting")
    assert found == {
        "id": str(run.pk),
        "state": "active",
        "percent": 0,
        "percentage": 0,
        "stage": "Reading the file",
        "message": "Waiting for a free worker",
        "sub_progress": None,
        "time_elapsed": 0,
        "transcript_id": str(uploaded.pk),
        "transcript_name": "Weekly",
        "plan": "file",
        "language": "",
        "lane": "short",
        "place": 1,
        "error": "",
        "created_at": run.created_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "finished_at": None,
        "cancel_requested_at": None,
    }


def test_the_history_of_the_stages(owners: APIClient, transcript: Transcript, drain: Callable[[], None]) -> None:
    send(owners, transcript, sample_path().read_bytes())
    drain()
    job = owners.get(f"/v1/jobs/{Run.objects.get().pk}").json()
    assert (job["percentage"], job["message"], job["estimated_remaining"], job["place"]) == (100, "Complete", 0, None)
    assert job["time_elapsed"] > 0
    assert [stage["name"] for stage in job["stages"]] == FILE.stages()
    for stage in job["stages"]:
        assert stage["state"] == "done"
        assert job["started_at"] <= stage["started_at"] <= stage["finished_at"] <= job["finished_at"]
        assert stage["seconds"] >= 0
    begun = [stage["started_at"] for stage in job["stages"]]
    assert begun == sorted(begun)


def test_who_waits_has_a_place_in_the_queue(owners: APIClient, new_transcript: Callable[..., Transcript]) -> None:
    def job(name: str, **fields: object) -> None:
        Run.objects.create(transcript=new_transcript(name=name), plan="file", before={}, **fields)

    job("running", started_at=timezone.now())
    job("first")
    job("long", lane="long")
    job("second")
    job("over", state=RunState.ENDED)
    found = owners.get("/v1/jobs", {"state": "active"}).json()["items"]
    assert {job["transcript_name"]: job["place"] for job in found} == {
        "running": None,
        "first": 1,
        "long": 1,
        "second": 2,
    }


def test_why_a_job_failed(owners: APIClient, transcript: Transcript) -> None:
    run = Run.objects.create(transcript=transcript, plan="file", before={}, state=RunState.FAILED)
    Step.objects.create(run=run, name="read", position=1, state=StepState.FAILED, message="The file is damaged.")
    found = owners.get(f"/v1/jobs/{run.pk}").json()
    assert (found["error"], found["stage"]) == ("The file is damaged.", "Reading the file")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_three_queries(
    owners: APIClient, new_transcript: Callable[..., Transcript], count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _ in range(count):
        run = Run.objects.create(transcript=new_transcript(), plan="file", before={})
        Step.objects.create(run=run, name="probe", position=0)
    with django_assert_num_queries(3):  # how many there are, the page with its transcripts, their steps
        assert len(owners.get("/v1/jobs").json()["items"]) == count


def test_jobs_by_state_newest_first(
    owners: APIClient, strangers: APIClient, new_transcript: Callable[..., Transcript]
) -> None:
    for name, state in (("a", RunState.ENDED), ("b", RunState.ACTIVE), ("c", RunState.ENDED)):
        Run.objects.create(transcript=new_transcript(name=name), plan="file", before={}, state=state)

    def names(client: APIClient, **query: str) -> list[str]:
        return [job["transcript_name"] for job in client.get("/v1/jobs", query).json()["items"]]

    assert names(owners) == ["c", "b", "a"]
    assert names(owners, state="ended") == ["c", "a"]
    assert names(strangers) == []
    assert owners.get("/v1/jobs", {"state": "asleep"}).status_code == 422


def test_nothing_waits_after_a_cancel(owners: APIClient, uploaded: Transcript) -> None:
    post(owners, uploaded, "cancel")
    assert not Part.objects.filter(state__in=(PartState.READY, PartState.RUNNING)).exists()
