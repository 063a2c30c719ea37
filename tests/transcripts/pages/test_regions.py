"""What a page is sent when something has happened."""

from __future__ import annotations

import re

from django.test import Client
from django.utils.safestring import mark_safe

from transcripts.models import Transcript
from transcripts.pages.detail import REGIONS
from transcripts.pages.regions import Region

from .looking import address


def test_a_fragment_holds_only_what_is_different(browser: Client, finished: Transcript) -> None:
    page = browser.get(address("transcript", finished)).content.decode()
    have = ",".join(
        ":".join(pair)
        for pair in re.findall(r'id="([a-z]+)" class="region [^"]*" data-region data-digest="(\w+)"', page)
    )
    assert have.count(":") == len(REGIONS)
    fragment = address("transcript-fragment", finished)
    assert "<template" not in browser.get(fragment, {"have": have}).content.decode()
    Transcript.objects.filter(pk=finished.pk).update(title="Launch in May")
    changed = browser.get(fragment, {"have": have}).content.decode()
    assert re.findall(r'<template data-for="(\w+)"', changed) == ["heading", "tools"]


def test_a_fragment_can_be_asked_for_some_regions(browser: Client, finished: Transcript) -> None:
    some = browser.get(
        address("transcript-fragment", finished), {"regions": "words,standing,nonsense"}
    ).content.decode()
    assert re.findall(r'<template data-for="(\w+)"', some) == ["standing", "words"]


def test_a_fragment_takes_any_claim_about_what_the_page_has(browser: Client, finished: Transcript) -> None:
    for have in ("", "x", ":::", "words:nonsense,,"):
        answer = browser.get(address("transcript-fragment", finished), {"have": have})
        assert answer.content.decode().count("<template") == len(REGIONS)


def test_a_digest_follows_the_content() -> None:
    one, same, other = (Region("a", mark_safe(text)).digest for text in ("one", "one", "other"))
    assert one == same != other
