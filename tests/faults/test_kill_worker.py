"""kill -9 of the worker at the worst moment of each step: the transcript still ends complete."""

from __future__ import annotations

import httpx
import pytest

from tests.faults.conftest import LINK_STEPS, assert_complete, import_link, upload, wait_for_end
from tests.stack import Stack, until
from transcripts.pipeline.plans import FILE


@pytest.mark.parametrize("step", [*LINK_STEPS, *FILE.names()])
def test_killed_in_step(stack: Stack, client: httpx.Client, page: str, step: str) -> None:
    marker = stack.var / f"held-{step}"
    doomed = stack.worker(held=step)
    transcript = import_link(client, page) if step in LINK_STEPS else upload(client)
    until(marker.exists, what=f"the worker to hang in {step}")
    stack.kill(doomed)
    marker.unlink()

    healthy = stack.worker()
    found = wait_for_end(client, transcript)

    assert found["status"] == "ended", found["error"]
    assert_complete(stack, client, transcript)
    attempts = stack.rows(
        "select max(part.attempt) as n from transcripts_part part join transcripts_step step on step.id = part.step_id"
        " join transcripts_run run on run.id = step.run_id where run.transcript_id = %s and step.name = %s",
        transcript,
        step,
    )
    assert attempts[0]["n"] == 2
    captions = client.get(f"/v1/transcripts/{transcript}/captions").json()
    assert len(captions) == (1 if step in LINK_STEPS else 0)
    stack.kill(healthy)


def test_killed_again_and_again_in_one_step_fails_with_words(stack: Stack, client: httpx.Client) -> None:
    """A file that kills every worker must not kill workers for ever."""
    marker = stack.var / "held-read"
    transcript = ""
    for _ in range(FILE["read"].attempts):
        marker.unlink(missing_ok=True)
        doomed = stack.worker(held="read")
        transcript = transcript or upload(client)
        until(marker.exists, what="the worker to hang")
        stack.kill(doomed)

    worker = stack.worker()
    found = wait_for_end(client, transcript)
    assert found["status"] == "error"
    assert found["error"] == "The worker stopped in the middle of this step."

    client.post(f"/v1/transcripts/{transcript}/process").raise_for_status()
    assert wait_for_end(client, transcript)["status"] == "ended"
    assert_complete(stack, client, transcript)
    stack.kill(worker)
