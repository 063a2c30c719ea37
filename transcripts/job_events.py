"""The messages of one run, which the API calls a job: how far it is, and how it ended. The stream is `job:<id>`."""

from __future__ import annotations

import uuid
from typing import ClassVar

from transcripts.events import Figures


class JobMessage(Figures):
    """All messages say the same of the run. On the wire their name stands under `type`."""


class JobProgress(JobMessage):
    """Only whispered, about once a second while work goes on."""

    event: ClassVar[str] = "progress"


class StageChange(JobMessage):
    """Another stage is the current one, or a stage began or ended."""

    event: ClassVar[str] = "stage_change"


class JobComplete(JobMessage):
    event: ClassVar[str] = "complete"


class JobFailed(JobMessage):
    """`error` says why, in a sentence for people."""

    event: ClassVar[str] = "error"
    error: str


class JobCancelled(JobMessage):
    event: ClassVar[str] = "cancelled"


def stream_of(run_id: uuid.UUID) -> str:
    return f"job:{run_id}"
