"""The page of a transcript in another language: asked for, under way, beside what was said, out of date, deleted."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import media
from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from transcripts.domain import translations
from transcripts.enums import ShareMode, TranscriptStatus
from transcripts.models import Run, Transcript, Translation
from transcripts.pipeline import ledger, translating

from .looking import New, Say, address, text_of

Drain = Callable[[], None]


@pytest.fixture
def peer(settings: LazySettings) -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["translation"]["gpu"] |= {"url": peer.url, "key": KEY}
        settings.ENGINE_OPTIONS, settings.TRANSLATION_ENGINE = options, "auto"
        yield peer


@pytest.fixture
def spoken(new_transcript: New, say: Say) -> Transcript:
    transcript = new_transcript(status=TranscriptStatus.ENDED)
    say(transcript, (0, "Good morning everybody."), (1, "Hello Ann."))
    return transcript


def give(transcript: Transcript, language: str, *texts: str) -> None:
    for utterance, text in zip(transcript.utterances.all(), texts, strict=False):
        Translation.objects.create(utterance=utterance, language=language, text=text, source=utterance.text)


def html(client: Client, transcript: Transcript, language: str = "") -> str:
    query = f"?language={language}" if language else ""
    return client.get(address("transcript", transcript) + query).content.decode()


def test_where_nothing_can_translate_there_is_no_button_and_an_admin_reads_why(
    browser: Client, spoken: Transcript, owner: User
) -> None:
    why = "No translation engine is configured: set TRANSLATE_URL"
    page = html(browser, spoken)
    assert why not in page
    assert "Translate into" not in page
    User.objects.filter(pk=owner.pk).update(is_superuser=True)
    assert why in html(browser, spoken)


def test_all_languages_but_the_spoken_one_are_offered(
    browser: Client, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    page = html(browser, spoken)
    assert '<option value="fr">French</option>' in page
    assert '<option value="en">' not in page
    assert '<option value="auto">' not in page


def test_the_language_that_was_wanted_is_offered_first(
    browser: Client, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    Transcript.objects.filter(pk=spoken.pk).update(target_language="de")
    assert '<option value="de" selected>German</option>' in html(browser, spoken)


def test_from_the_button_to_the_words(
    drain: Drain, browser: Client, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    answer = browser.post(address("translate", spoken), {"language": "fr"})
    assert answer["Location"] == f"{address('transcript', spoken)}?language=fr"
    page = text_of(browser.get(answer["Location"]))
    assert "Waiting for a free worker" in page
    assert "It is being translated into French." in page
    drain()
    page = html(browser, spoken, "fr")
    assert '<span class="translated" lang="fr" dir="ltr">en:fr:Good morning everybody.</span>' in page
    assert f"/transcripts/{spoken.pk}/fragment?language=fr" in page
    assert "Translating" not in page
    assert "en:fr:" not in html(browser, spoken)


def test_its_progress_is_shown_with_the_language(browser: Client, spoken: Transcript, peer: GpuTranslatePeer) -> None:
    run = translating.translate(spoken, language="fr")
    assert run is not None
    assert ledger.claim(run.steps.get().parts.get().pk, worker="test:1")
    page = html(browser, spoken)
    assert "Translating into French" in page
    assert 'id="cancel"' in page
    assert "Good morning everybody." in page
    assert "Run again" not in page


def test_what_was_changed_since_is_marked_and_can_be_brought_up_to_date(
    browser: Client, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    give(spoken, "ar", "صباح الخير")
    spoken.utterances.filter(position=0).update(text="Good evening everybody.")
    page = html(browser, spoken, "ar")
    assert (
        '<span class="translated stale" lang="ar" dir="rtl" title="This was changed since it was translated.">' in page
    )
    assert '<span class="translated missing" lang="en">Not translated</span>' in page
    words = text_of(browser.get(address("transcript", spoken) + "?language=ar"))
    assert "1 utterance changed since it was translated, and 1 is not translated." in words
    assert 'id="update-translation"' in page


def test_a_failure_is_shown_with_its_reason_and_again_is_offered(
    drain: Drain, browser: Client, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    peer.behaviour = "refused"
    browser.post(address("translate", spoken), {"language": "fr"})
    drain()
    page = html(browser, spoken)
    assert "The translation into French failed. The translation service at" in page
    assert "Try again" in page
    assert "Processing failed" not in page


def test_a_cancel_is_shown_and_nothing_is_lost(browser: Client, spoken: Transcript, peer: GpuTranslatePeer) -> None:
    give(spoken, "fr", "Bonjour.")
    browser.post(address("translate", spoken), {"language": "fr"})
    browser.post(address("cancel", spoken))
    page = html(browser, spoken, "fr")
    assert "The translation into French was cancelled. What was there before is still there." in page
    assert "Bonjour." in page


def test_a_translation_is_deleted(browser: Client, spoken: Transcript) -> None:
    give(spoken, "fr", "Bonjour.", "Salut.")
    answer = browser.post(address("delete-translation", spoken), {"language": "fr"}, follow=True)
    assert "The translation into French has been deleted." in text_of(answer)
    assert not Translation.objects.exists()


@pytest.mark.parametrize("language", ["", "xx", "auto", "en"])
def test_a_choice_that_is_none_is_refused_in_words(
    browser: Client, spoken: Transcript, peer: GpuTranslatePeer, language: str
) -> None:
    answer = browser.post(address("translate", spoken), {"language": language}, follow=True)
    assert 'class="message error"' in answer.content.decode()
    assert not Run.objects.exists()


@pytest.mark.parametrize("language", ["de", "xx", "%3Cscript%3E"])
def test_a_language_that_is_not_there_shows_what_was_said(browser: Client, spoken: Transcript, language: str) -> None:
    page = html(browser, spoken, language)
    assert "Good morning everybody." in page
    assert "translated" not in page.replace("translate into", "")


def test_a_reader_sees_translations_and_no_buttons(client: Client, stranger: object, spoken: Transcript) -> None:
    Transcript.objects.filter(pk=spoken.pk).update(share_mode=ShareMode.SEMI_PRIVATE)
    give(spoken, "fr", "Bonjour.")
    client.force_login(stranger)  # type: ignore[arg-type]
    page = html(client, spoken, "fr")
    assert "Bonjour." in page
    assert "Delete the translation" not in page
    assert "No translation engine" not in page
    assert client.post(address("translate", spoken), {"language": "de"}).status_code == 403
    assert client.post(address("delete-translation", spoken), {"language": "fr"}).status_code == 403


# --- wanted from the start


def test_an_upload_asks_for_a_language_only_where_something_can_translate(
    browser: Client, settings: LazySettings, peer: GpuTranslatePeer
) -> None:
    page = browser.get(reverse("upload")).content.decode()
    assert page.count('<option value="" selected>No translation</option>') == 2, "for a file and for a link"
    assert '<option value="fr">French</option>' in page
    settings.TRANSLATION_ENGINE = "none"
    assert "No translation" not in browser.get(reverse("upload")).content.decode()


@pytest.mark.parametrize(("chosen", "target"), [("fr", "fr"), ("", "de")])
def test_what_an_upload_asks_for_is_kept_and_nothing_is_wanted_where_it_asks_for_none(
    browser: Client, peer: GpuTranslatePeer, chosen: str, target: str
) -> None:
    file = SimpleUploadedFile("Monday.wav", media.wav())
    browser.post(reverse("upload"), {"file": file, "source_language": "de", "target_language": chosen})
    transcript = Transcript.objects.get()
    assert (transcript.source_language, transcript.target_language) == ("de", target)
    assert translations.wanted(transcript) is None, "nothing has been said yet"
