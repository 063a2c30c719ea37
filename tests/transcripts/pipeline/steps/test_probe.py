"""Headers decide the lane."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from consent.models import AudioObject
from transcripts.models import Run
from transcripts.pipeline.failures import StepFailed
from transcripts.pipeline.steps import probe

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


@pytest.mark.parametrize(("duration", "lane"), [(10.0, "short"), (299.9, "short"), (300.0, "long")])
def test_short_recordings_have_a_lane_of_their_own(
    run_until: Until, settings: LazySettings, duration: float, lane: str
) -> None:
    settings.SHORT_LANE_SECONDS = 300
    run = run_until("probe")
    probe.save(run, [{"duration": duration}])
    run.refresh_from_db()
    assert run.lane == lane


@pytest.mark.parametrize(("size", "lane"), [(1_000_000, "short"), (10_000_000, "long")])
def test_what_says_nothing_of_its_length_is_judged_by_its_size(run_until: Until, size: int, lane: str) -> None:
    run = run_until("probe")
    AudioObject.objects.update(size=size)
    probe.save(run, [{"duration": None}])
    run.refresh_from_db()
    assert run.lane == lane


def test_a_file_that_is_gone_is_said_to_be(run_until: Until) -> None:
    run = run_until("probe")
    AudioObject.objects.update(erase_wanted_at=run.created_at)
    with pytest.raises(StepFailed, match="There is no audio file any more") as caught:
        probe.uploaded(run)
    assert caught.value.permanent
