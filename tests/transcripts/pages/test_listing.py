"""The list of transcripts."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from reflector_site.events.log import last_seqs
from transcripts.enums import TranscriptStatus
from transcripts.events import SHARED, Status, announce
from transcripts.live import keeping, ogg

from .looking import DRAFT, New, run_of, text_of


def test_the_empty_list_explains_and_offers_the_sample(browser: Client) -> None:
    answer = browser.get("/")
    assert "No transcripts yet" in text_of(answer)
    assert f'action="{reverse("sample")}"' in answer.content.decode()


@time_machine.travel("2026-03-02 10:00Z", tick=False)
def test_a_row_says_where_it_stands(browser: Client, new_transcript: New) -> None:
    new_transcript(title="Budget round", status=TranscriptStatus.ENDED, duration=3_675_000, engines={"title": DRAFT})
    new_transcript(name="Broken", status=TranscriptStatus.ERROR, error="The file has no sound.")
    run_of(new_transcript(name="Running", status=TranscriptStatus.PROCESSING), percent=41.9, **under_way())
    run_of(new_transcript(name="Queued", status=TranscriptStatus.UPLOADED))
    recording = keeping.take_up(new_transcript(name="Spoken").pk)
    keeping.take_up(new_transcript(name="Offered").pk)
    keeping.add(recording, [ogg.SILENCE], silent_for=0.0)
    page = text_of(browser.get("/"))
    assert re.search(r"Spoken \S+ \S+ \S+, \S+ Recording since \d\d:\d\d Delete", page)
    assert "Waiting for sound Delete Offered" in page
    assert "Budget round" in page
    assert "1 h 1 min Weekly" in page
    assert "Draft Finished" in page
    assert "The file has no sound." in page
    assert "Transcribing 42 % Time left: 01:05" in page
    assert "Waiting for a free worker 0 % Time left: estimating…" in page


def under_way() -> dict[str, object]:
    return {"started_at": timezone.now(), "measured_at": timezone.now(), "remaining": 65.5}


def test_the_list_names_its_streams_and_how_far_they_were(browser: Client, new_transcript: New) -> None:
    transcript = new_transcript(share_mode="semi-private")
    with transaction.atomic():
        announce(transcript, Status(value="uploaded"))
    own = f"user:{transcript.user_id}"
    seqs = last_seqs([own, SHARED])
    page = browser.get("/?page=3").content.decode()
    assert f'data-stream="shared" data-cursor="{seqs[SHARED]}"' in page
    assert f'data-user-stream="{own}" data-user-cursor="{seqs[own]}"' in page
    assert 'data-regions="/transcripts/fragment?page=3"' in page
    assert "data-refresh" not in page


def test_who_sees_everybodys_transcripts_also_looks_now_and_then(browser: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    assert 'data-refresh="30"' in browser.get("/").content.decode()


def test_a_fragment_says_which_rows_there_are(browser: Client, new_transcript: New) -> None:
    fragment = reverse("transcripts-fragment")
    assert 'data-order=""' in browser.get(fragment).content.decode()
    older, newer = new_transcript(name="Older"), new_transcript(name="Newer")
    answer = browser.get(fragment).content.decode()
    assert f'data-order="row-{newer.pk} row-{older.pk}"' in answer
    assert re.findall(r'data-for="([\w-]+)"', answer) == ["top", "pages", f"row-{newer.pk}", f"row-{older.pk}"]
    assert answer == browser.get(fragment).content.decode()  # nothing in it differs from one time to the next


def test_twenty_to_a_page(browser: Client, new_transcript: New) -> None:
    for number in range(21):
        new_transcript(name=f"Meeting {number:02}")
    first, second, beyond = (text_of(browser.get(f"/?page={page}")) for page in (1, 2, 99))
    assert [first.count("Meeting "), second.count("Meeting ")] == [40, 2]  # the name, and "Delete" with the name
    assert "Meeting 20" in first
    assert "Page 1 of 2 Older" in first
    assert beyond == second


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_list_costs_the_same_whatever_it_holds(
    browser: Client, new_transcript: New, item_count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(item_count):
        run_of(new_transcript())
    # session, user, count, transcripts, their runs; and the cursors
    for page, queries in (("/", 6), (reverse("transcripts-fragment"), 5)):
        with django_assert_num_queries(queries):
            browser.get(page)
