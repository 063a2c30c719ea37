"""The check at the end: what it reads, what it writes and announces, and that it can be done again or be skipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from django.test.utils import CaptureQueriesContext

from reflector_site.events.models import Event
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import fail, part_of, states, take
from tests.transcripts.pipeline.steps.conftest import rewrite
from transcripts.engines.base import Word
from transcripts.engines.pool import EnginePool
from transcripts.enums import RunState
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import ledger, runs
from transcripts.pipeline.context import Context, Pulse
from transcripts.pipeline.failures import Cancelled, StepFailed
from transcripts.pipeline.steps import check

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]
SAID = "The budget for the website is forty thousand euros. Anna will send the report to the customer by Friday."
TRUE, FALSE = "The website has a budget of 40,000 euros.", "The website has a budget of 90,000 euros."


@pytest.fixture
def checkable(run_until: Until, named: Callable[..., Any]) -> Run:
    """A run before its check: something true and something false in everything that a model wrote."""
    run = run_until("topics")
    say(run, SAID)
    named(run.transcript, 0, "Anna")
    canned.work(run, until="title")
    canned.work(run, until="check")
    said = [{"text": TRUE, "seconds": [1.0]}, {"text": FALSE, "seconds": [1.0]}]
    result(run, "title", {"title": "The budget of the website"})
    result(run, "summary", {"summary": {"short": said, "sections": [{"heading": "Money", "sentences": said[1:]}]}})
    steps = [
        {"task": "Send the report to the customer", "assigned_to": "Anna", "deadline": "Friday", "seconds": [5.0]},
        {"task": "Order a cake for the jubilee"},
    ]
    result(run, "actions", {"items": {"decisions": [], "next_steps": steps}})
    return run


def say(run: Run, text: str, **fields: Any) -> None:
    """Put other words on the transcript: one each half second."""
    from transcripts.domain import results  # noqa: PLC0415 -- beside its only use

    words = [Word(f" {word}", n / 2, n / 2 + 0.4, **fields) for n, word in enumerate(text.split())]
    results.replace_words(run.transcript, words, language="en")


def result(run: Run, step: str, values: dict[str, Any]) -> None:
    """Let a step have found this, and write it as the step does."""
    rewrite(run, step, **values)
    ledger.planned(run.steps.get(name=step)).work.save(run, [Part.objects.get(step__run=run, step__name=step).result])


def compute(run: Run, pulse: Pulse | None = None) -> dict[str, Any]:
    context = Context(
        part=part_of(run, "check"),
        run=run,
        transcript=Transcript.objects.get(pk=run.transcript_id),
        pulse=pulse or Pulse(),
        scratch=Path(),
        pool=cast(EnginePool, None),
        deadline=float("inf"),
    )
    return check.compute(context)


def checked(run: Run) -> Transcript:
    """Do the step; the transcript afterwards."""
    found = compute(run)
    ledger.finish(take(run, "check"), found)
    return Transcript.objects.get(pk=run.transcript_id)


def news(run: Run, after: int) -> list[tuple[str, Any]]:
    """Events with a greater number."""
    events = Event.objects.filter(stream_id=run.transcript.stream_key, seq__gt=after).order_by("seq")
    return list(events.values_list("name", "data"))


def newest(run: Run) -> int:
    return Event.objects.filter(stream_id=run.transcript.stream_key).order_by("-seq").values_list("seq", flat=True)[0]


def test_what_was_not_said_goes_and_the_texts_are_built_anew(checkable: Run) -> None:
    found = checked(checkable)
    assert found.short_summary == TRUE
    assert found.long_summary == f"# Quick recap\n\n{TRUE}\n\n# Summary"
    assert found.summary_citations["short"] == [{"text": TRUE, "seconds": [1.0], "grounding": "grounded", "reason": ""}]
    assert found.action_items is not None
    (step,) = found.action_items["next_steps"]
    assert step == {
        "task": "Send the report to the customer",
        "assigned_to": "Anna",
        "assigned_to_participant_id": str(found.participants.get().pk),
        "deadline": "Friday",
        "context": None,
        "seconds": [5.0],
        "grounding": "grounded",
        "reason": "",
    }
    assert found.action_items["decisions"] == []
    assert found.quality is not None
    assert found.quality["checked"]["dropped"] == 4  # twice the sentence, the cake, and what the topic says
    assert found.quality["coverage"] < 1
    assert 0 < found.quality["score"] < 100


def test_only_what_differs_is_announced(checkable: Run) -> None:
    before = newest(checkable)
    found = checked(checkable)
    announced = [name for name, _ in news(checkable, before) if name not in ("STATUS", "PROGRESS")]
    assert announced == ["TOPIC", "FINAL_SHORT_SUMMARY", "FINAL_LONG_SUMMARY", "ACTION_ITEMS", "UPDATED"]
    assert news(checkable, before)[1] == ("FINAL_SHORT_SUMMARY", {"short_summary": TRUE})
    assert dict(news(checkable, before))["UPDATED"] == {"fields": ["quality"], "by": None}
    assert found.topics.get().summary == ""


def test_where_all_holds_only_the_quality_is_news(checkable: Run) -> None:
    result(checkable, "summary", {"summary": {"short": [{"text": TRUE, "seconds": [1.0]}], "sections": []}})
    result(checkable, "actions", {"items": {"decisions": [], "next_steps": []}})
    result(checkable, "topics", {"summary": TRUE})
    before = newest(checkable)
    checked(checkable)
    assert [name for name, _ in news(checkable, before) if name not in ("STATUS", "PROGRESS")] == ["UPDATED"]


def test_an_invented_title_is_replaced(checkable: Run) -> None:
    result(checkable, "title", {"title": "Quarterly acquisition negotiations"})
    before = newest(checkable)
    assert checked(checkable).title == "Budget"
    assert ("FINAL_TITLE", {"title": "Budget"}) in news(checkable, before)


def test_it_can_be_done_again_from_here(checkable: Run) -> None:
    """From what the engines found, not from what an earlier check left of it."""
    first = checked(checkable)
    canned.work(checkable)
    again = runs.process(first, from_step="check")
    done = [name for name, state in states(again).items() if state == "open"]
    assert done == ["check"]
    assert Transcript.objects.get(pk=first.pk).quality is not None  # until it is found anew
    second = checked(again)
    assert (second.short_summary, second.action_items, second.quality) == (
        first.short_summary,
        first.action_items,
        first.quality,
    )


def test_a_run_of_before_there_was_a_check_gets_one(checkable: Run) -> None:
    canned.work(checkable)
    checkable.steps.filter(name="check").delete()
    Transcript.objects.update(quality=None)
    again = runs.process(checkable.transcript, from_step="finish")
    assert states(again)["check"] == "open"
    assert checked(again).quality is not None


def test_what_an_engine_finds_anew_has_no_score_until_it_is_checked(checkable: Run) -> None:
    checked(checkable)
    result(checkable, "title", {"title": "The budget of the website"})
    assert Transcript.objects.get(pk=checkable.transcript_id).quality is None


def test_nothing_said_is_nothing_to_judge(run_until: Until) -> None:
    run = run_until("align")
    say(run, "")
    rewrite(run, "read", speech=[])
    canned.work(run, until="check")
    result(run, "summary", {"summary": {"short": [], "sections": []}})
    result(run, "actions", {"items": {"decisions": [], "next_steps": []}})
    Transcript.objects.filter(pk=run.transcript_id).update(title="")
    run.transcript.utterances.all().delete()
    run.transcript.topics.all().delete()
    rewrite(run, "title", title="")
    found = checked(run)
    assert found.quality is not None
    assert (found.quality["score"], found.quality["checked"]["sentences"]) == (None, 0)
    assert (found.title, found.short_summary) == ("", "")


def test_words_that_came_without_sound_are_judged_without_it(checkable: Run) -> None:
    """Where there are captions and no audio, no step has listened."""
    Part.objects.filter(step__run=checkable, step__name__in=["read", "diarize"]).delete()
    found = compute(checkable)
    assert found["quality"]["coverage"] is None
    assert "speakers" not in {reason["code"] for reason in found["quality"]["reasons"]}


def test_words_that_nobody_trusts_bear_nothing_out(checkable: Run) -> None:
    say(checkable, SAID, suspect="silence")
    found = compute(checkable)
    assert found["summary"] == {"short": [], "sections": []}
    assert {"suspect", "dropped"} <= {reason["code"] for reason in found["quality"]["reasons"]}


def test_what_the_recording_lacks_is_held_against_it(checkable: Run) -> None:
    rewrite(checkable, "read", truncated=True, damaged=True)
    Part.objects.filter(step__run=checkable, step__name="diarize").delete()
    checkable.transcript.source_language = "de"
    checkable.transcript.save()
    codes = {reason["code"] for reason in compute(checkable)["quality"]["reasons"]}
    assert {"truncated", "damaged", "speakers", "language"} <= codes


def test_confidence_counts_where_the_recognisers_figures_mean_something(checkable: Run) -> None:
    say(checkable, SAID, confidence=0.6)
    assert "confidence" not in {reason["code"] for reason in compute(checkable)["quality"]["reasons"]}
    Transcript.objects.update(engines={"transcription": {"engine": "whisper", "draft": False}})
    assert "confidence" in {reason["code"] for reason in compute(checkable)["quality"]["reasons"]}


def test_a_transcript_that_cannot_be_checked_is_finished_as_it_is(checkable: Run) -> None:
    before = Transcript.objects.get(pk=checkable.transcript_id)
    fail(checkable, "check", message="The result could not be checked.")
    canned.work(checkable)
    checkable.refresh_from_db()
    found = Transcript.objects.get(pk=checkable.transcript_id)
    assert (checkable.state, found.status, states(checkable)["check"]) == (RunState.ENDED, "ended", "skipped")
    assert (found.short_summary, found.action_items, found.quality) == (before.short_summary, before.action_items, None)


def test_a_mistake_says_so_and_is_not_repeated(checkable: Run) -> None:
    rewrite(checkable, "summary", summary={"short": 5})
    with pytest.raises(StepFailed, match="could not be checked against what was said") as failed:
        compute(checkable)
    assert failed.value.permanent


def test_a_cancel_puts_back_what_was_there(checkable: Run) -> None:
    first = checked(checkable)
    canned.work(checkable)
    again = runs.process(first, from_step="title")
    canned.work(again, until="check")
    assert runs.cancel(first)
    assert Transcript.objects.get(pk=first.pk).quality == first.quality


def test_it_stops_when_it_must(checkable: Run) -> None:
    with pytest.raises(Cancelled):
        compute(checkable, Pulse(stop=Cancelled))


@pytest.mark.parametrize("sentences", [1, 40])
def test_it_costs_the_same_however_much_there_is(
    checkable: Run, django_assert_num_queries: Callable[..., CaptureQueriesContext], sentences: int
) -> None:
    said = [{"text": TRUE, "seconds": [1.0]}] * sentences
    result(checkable, "summary", {"summary": {"short": said, "sections": [{"heading": "A", "sentences": said}]}})
    # part, transcript; results of the steps, utterances, topics, participants
    with django_assert_num_queries(6):
        found = compute(checkable)
    checkable.transcript.refresh_from_db()
    list(checkable.transcript.participants.all())
    # participants; fields; topics read and written, their words; a number and a row each for three events, of which
    # the owner's list is told of one; what three of these take back of earlier ones
    with django_assert_num_queries(16):
        check.save(checkable, [found])
