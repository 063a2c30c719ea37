"""Sockets and what goes over them are counted."""

from __future__ import annotations

from prometheus_client import REGISTRY

from tests.stack import until
from transcripts.models import Transcript

from .live import Site, tell


def figure(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


def test_open_sockets_and_events_given(either: Site, transcript: Transcript) -> None:
    before, given = figure("reflector_sockets"), figure("reflector_events_delivered_total")
    first, second = either.watch(transcript), either.watch(transcript)
    assert figure("reflector_sockets") == before + 2
    tell(transcript, "one", "two")
    assert first.seqs(2) == second.seqs(2) == [1, 2]
    until(lambda: figure("reflector_events_delivered_total") == given + 4, seconds=5)
    first.close()
    until(lambda: figure("reflector_sockets") == before + 1, seconds=5)
