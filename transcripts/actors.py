"""The one actor: somebody says that a part is ready, a worker takes it."""

from __future__ import annotations

from typing import Any

import dramatiq

from transcripts.enums import Lane
from transcripts.pipeline import bell
from transcripts.pipeline.execute import work_on


@dramatiq.actor(actor_name=bell.ACTOR, queue_name=Lane.LONG)
def run_part(*, part_id: int, **_later: Any) -> None:
    """Extra keywords of a newer release are ignored: a rolling deploy must not crash the queue."""
    work_on(part_id)
