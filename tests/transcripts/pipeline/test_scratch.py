"""Temporary directories: made, removed whatever happens, and swept after a crash."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.transcripts.pipeline.conftest import Diary
from transcripts.models import Run
from transcripts.pipeline import ledger, scratch


def test_an_attempt_has_an_empty_directory_that_is_gone_after_it() -> None:
    run_id = uuid.uuid4()
    with scratch.attempt_directory(run_id, "1-1") as directory:
        assert list(directory.iterdir()) == []
        (directory / "half-made").write_bytes(b"x")
    assert not directory.exists()
    assert scratch.run_directory(run_id).exists()


def test_it_is_gone_after_a_failure_too() -> None:
    left = []

    def fail() -> None:
        with scratch.attempt_directory(uuid.uuid4(), "1-1") as directory:
            left.append(directory)
            (directory / "deep").mkdir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not left[0].exists()


def test_what_a_killed_attempt_of_that_name_left_is_gone() -> None:
    run_id = uuid.uuid4()
    left = scratch.run_directory(run_id) / "1-1"
    left.mkdir()
    (left / "half-made").write_bytes(b"x")
    with scratch.attempt_directory(run_id, "1-1") as directory:
        assert list(directory.iterdir()) == []


def test_two_attempts_of_one_run_do_not_meet() -> None:
    run_id = uuid.uuid4()
    with scratch.attempt_directory(run_id, "1-1") as first, scratch.attempt_directory(run_id, "1-2") as second:
        assert first != second
        assert first.parent == second.parent == scratch.run_directory(run_id)


def test_removing_what_is_not_there_is_no_error() -> None:
    scratch.remove_run(uuid.uuid4())


@pytest.mark.django_db
def test_the_sweep_removes_runs_that_are_over_or_gone(
    begin: Callable[..., Run], diary: Diary, settings: LazySettings
) -> None:
    active = begin(diary.step("a"))
    gone = uuid.uuid4()
    for run_id in (active.pk, gone):
        (scratch.run_directory(run_id) / "download").write_bytes(b"x")
    foreign = Path(settings.SCRATCH_DIR) / "not-ours"
    foreign.mkdir()

    scratch.sweep()
    assert {path.name for path in Path(settings.SCRATCH_DIR).iterdir()} == {str(active.pk), "not-ours"}

    ledger.cancel(active)
    scratch.sweep()
    assert {path.name for path in Path(settings.SCRATCH_DIR).iterdir()} == {"not-ours"}


@pytest.mark.django_db
def test_the_sweep_of_a_new_machine_finds_nothing(settings: LazySettings) -> None:
    scratch.sweep()
    assert not Path(settings.SCRATCH_DIR).exists()
